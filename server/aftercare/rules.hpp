// What aftercare means, as pure functions over values: when a weekly meeting takes place, which part of
// the week a search looks at, and when an imported list is too short to be true.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.hpp"

namespace circled::aftercare {

// How far ahead a commitment has occurrences.
inline constexpr std::chrono::weeks horizon{4};
// What one client can keep at a time: three meetings a day.
inline constexpr std::int64_t most_commitments = 21;
// A list this small may lose any share of its meetings.
inline constexpr std::int64_t trivial_list = 20;

// The RRULE of a weekly meeting, weekday 0 = Sunday: "FREQ=WEEKLY;BYDAY=SU" (RFC 5545 §3.3.10).
std::string weekly_rule(int weekday);

// One time a meeting takes place.
struct Slot {
  Instant starts_at;
  Instant ends_at;
  bool operator==(const Slot&) const = default;
};

// When a meeting takes place: as its rule says, counted from `starts_on` if the rule counts at all.
struct Timing {
  std::string rule;  // RRULE; each of its days is the same weekday
  std::optional<Date> starts_on;
  TimeOfDay time;  // on the wall of the meeting's own zone
  Minutes duration;
};

// Every time from `from` until before `until` at which the meeting starts. Its wall time stays when clocks
// change; on the night that skips that time there is no meeting.
std::vector<Slot> slots(const Timing& timing, const Zone& zone, Instant from, Instant until);

// Whether a rule can be a meeting's: every date of it on one weekday, for what meets on several is several
// meetings, as in the lists. Answers that day, 0 = Sunday.
// Errors: invalid (/rule: what Recurrence refuses, several_weekdays, never).
Result<int> rule_weekday(std::string_view rule, Date starts_on, TimeOfDay time, const Zone& zone);

// The next start in [now, now + within), if the meeting has one there.
std::optional<Instant> starts_within(const Timing& timing, int weekday, const Zone& zone, Instant now,
                                     Minutes within);

// Somewhere on earth, in degrees.
struct Point {
  double latitude = 0;
  double longitude = 0;
};

// Along the great circle, on a sphere of 6371.0088 km (IUGG mean radius).
double distance_km(Point a, Point b);

// Latitudes and longitudes that hold every point within `km` of one; `west` > `east` where they cross the
// 180th meridian.
struct Box {
  double south, north, west, east;
};
Box around(Point centre, double km);

// Part of one day: start times from `from` to `until`, both included.
struct Stretch {
  int weekday;  // 0 = Sunday
  TimeOfDay from, until;
  bool operator==(const Stretch&) const = default;
};

// The parts of the week in which meetings of that weekday (or of any) start between `from` and `until`,
// in the order a list shows them; they do not overlap. A window that ends before it begins runs across
// midnight: Friday 22:00 to 02:00 is late Friday, then early Saturday.
std::vector<Stretch> stretches(std::optional<int> weekday, std::optional<TimeOfDay> from,
                               std::optional<TimeOfDay> until);

// Whether an import would mark more than half of a list as gone: then the file is more likely cut
// short, or another one, than right.
bool shrinks_too_much(std::int64_t present, std::int64_t missing);

}  // namespace circled::aftercare
