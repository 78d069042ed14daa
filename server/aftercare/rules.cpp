#include "aftercare/rules.hpp"

#include <array>

#include "base/recurrence.hpp"

namespace circled::aftercare {
namespace {

constexpr TimeOfDay midnight{Minutes(0)};
constexpr TimeOfDay last_minute{Minutes(24 * 60 - 1)};

}  // namespace

std::string weekly_rule(int weekday) {
  static constexpr std::array<const char*, 7> days{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  return std::string("FREQ=WEEKLY;BYDAY=") + days.at(static_cast<std::size_t>(weekday));
}

std::vector<Slot> slots(const Timing& timing, const Zone& zone, Instant from, Instant until) {
  // Rules are checked before they are kept: one that does not parse is a bug, and value() says so.
  const Recurrence recurrence = Recurrence::parse(timing.rule).value();
  // What counts from no day repeats from any day on; a day early, lest `from` be past the time of day.
  const Date first = timing.starts_on.value_or(zone.date(from) - std::chrono::days(1));
  const WallTime start = first + timing.time.since_midnight;
  std::vector<Slot> found;
  for (const WallTime wall : recurrence.expand(start, zone, from, until))
    if (const auto at = zone.instant(wall)) found.push_back({*at, *at + timing.duration});
  return found;
}

std::vector<Stretch> stretches(std::optional<int> weekday, std::optional<TimeOfDay> from,
                               std::optional<TimeOfDay> until) {
  const TimeOfDay first = from.value_or(midnight), last = until.value_or(last_minute);
  const bool across = last < first;
  if (weekday && !across) return {{*weekday, first, last}};
  if (weekday) return {{*weekday, first, last_minute}, {(*weekday + 1) % 7, midnight, last}};
  std::vector<Stretch> week;
  for (int day = 0; day < 7; ++day) {
    if (across) week.push_back({day, midnight, last});
    week.push_back({day, first, across ? last_minute : last});
  }
  return week;
}

bool shrinks_too_much(std::int64_t present, std::int64_t missing) {
  return present >= trivial_list && missing * 2 > present;
}

}  // namespace circled::aftercare
