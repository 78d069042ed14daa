// Outside support-group meetings, as their lists have them, and those that staff type in. Everybody who is
// signed in may look them up; what a meeting is called says what it is for, so its name goes to the client
// who looks or chose it, and never into a reminder.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/route.hpp"
#include "base/bounded.hpp"
#include "store/transaction.hpp"

namespace circled::aftercare {

struct Meeting {
  MeetingId id;
  std::string name;
  int weekday = 0;                // 0 = Sunday
  std::string rule;               // RRULE: every week on that day, or "FREQ=MONTHLY;BYDAY=1FR"
  std::optional<Date> starts_on;  // from where the rule counts; absent: any week
  TimeOfDay time;                 // on the wall of `zone`
  Minutes duration_minutes{};
  std::string zone;  // IANA
  std::string place;
  std::string address;
  std::string town;
  std::string notes;
  std::string online_url;  // empty: none
  bool in_person = true;
  std::vector<std::string> types;  // words of meeting_types.hpp, and the list's own codes where there is none
  std::optional<double> latitude, longitude;
  bool by_hand = false;  // typed in by staff
  bool gone = false;     // its list dropped it
  bool closed = false;   // staff closed it, whatever its list says
};
BOOST_DESCRIBE_STRUCT(Meeting, (),
                      (id, name, weekday, rule, starts_on, time, duration_minutes, zone, place, address, town,
                       notes, online_url, in_person, types, latitude, longitude, by_hand, gone, closed))

struct MeetingSearch {
  std::optional<Number<0, 6>> weekday;    // 0 = Sunday
  std::optional<TimeOfDay> from, until;   // start times, both included; across midnight when until < from
  std::optional<Text<0, 100>> text;       // every word must stand in name, place or town, without regard
                                          // to case and accents
  std::optional<bool> online, in_person;  // true: only such; false: only others
  std::optional<Text<0, 100>> types;      // "open,women": every one of these, four at most
  std::optional<bool> soon;               // true: those that start within two hours from now
  std::optional<bool> closed;             // true: those that staff have closed, and no others
  std::optional<Number<1, 200>> limit;    // default 50
  std::optional<Text<1, 60>> after;
};
BOOST_DESCRIBE_STRUCT(MeetingSearch, (),
                      (weekday, from, until, text, online, in_person, types, soon, closed, limit, after))

// Where somebody is says much of them: such a search is never part of an address.
struct NearSearch : MeetingSearch {
  std::optional<Real<-90'000, 90'000>> latitude;  // both, or neither
  std::optional<Real<-180'000, 180'000>> longitude;
  std::optional<Number<1, 200>> within_km;  // default 25
};
BOOST_DESCRIBE_STRUCT(NearSearch, (MeetingSearch), (latitude, longitude, within_km))

struct FoundMeeting : Meeting {
  std::optional<double> distance_km;  // from the point that was given, to a tenth
  std::optional<Instant> starts_at;   // of those that start soon
};
BOOST_DESCRIBE_STRUCT(FoundMeeting, (Meeting), (distance_km, starts_at))

// Meetings that are neither gone nor closed: the nearest first when a point is given, else those that start
// soon in order of start, else in order of weekday and time (and, for a window across midnight of one
// weekday, its evening before the next morning).
// Errors: invalid (not_a_cursor, too_many_types, half_a_point).
Result<api::Page<FoundMeeting>> search(Snapshot& db, const NearSearch& search, Instant now);

// Also one that is gone or closed.
std::optional<Meeting> meeting(Snapshot& db, MeetingId id);

struct MeetingList {
  std::int64_t id = 0;
  std::string name;
  std::string format;
  bool by_hand = false;  // the one that staff type in; its format says nothing
  Instant imported_at;
  std::int64_t meetings = 0;
  std::int64_t gone = 0;
};
BOOST_DESCRIBE_STRUCT(MeetingList, (), (id, name, format, by_hand, imported_at, meetings, gone))

// In order of name.
std::vector<MeetingList> meeting_lists(Snapshot& db);

}  // namespace circled::aftercare
