// Outside support-group meetings, as their lists have them. Everybody who is signed in may look them
// up; what a meeting is called says what it is for, so its name goes to the client who looks or chose
// it, and never into a reminder.
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
  int weekday = 0;   // 0 = Sunday
  std::string rule;  // RRULE: every week on that day, or "FREQ=MONTHLY;BYDAY=1FR"
  TimeOfDay time;    // on the wall of `zone`
  Minutes duration_minutes{};
  std::string zone;  // IANA
  std::string place;
  std::string address;
  std::string town;
  std::string notes;
  std::string online_url;  // empty: none
  bool in_person = true;
  std::vector<std::string> types;  // the list's own codes
  std::optional<double> latitude, longitude;
  bool gone = false;    // its list dropped it
  bool closed = false;  // staff closed it, whatever its list says
};
BOOST_DESCRIBE_STRUCT(Meeting, (),
                      (id, name, weekday, rule, time, duration_minutes, zone, place, address, town, notes,
                       online_url, in_person, types, latitude, longitude, gone, closed))

struct MeetingSearch {
  std::optional<Number<0, 6>> weekday;    // 0 = Sunday
  std::optional<TimeOfDay> from, until;   // start times, both included; across midnight when until < from
  std::optional<Text<0, 100>> text;       // every word must stand in name, place or town, without regard
                                          // to case and accents
  std::optional<bool> online, in_person;  // true: only such; false: only others
  std::optional<Number<1, 200>> limit;    // default 50
  std::optional<Text<1, 60>> after;
};
BOOST_DESCRIBE_STRUCT(MeetingSearch, (), (weekday, from, until, text, online, in_person, limit, after))

// Meetings that are not gone, in order of weekday and time (and, for a window across midnight of one
// weekday, its evening before the next morning). Errors: invalid (not_a_cursor).
Result<api::Page<Meeting>> search(Snapshot& db, const MeetingSearch& search);

// Also one that is gone.
std::optional<Meeting> meeting(Snapshot& db, MeetingId id);

struct MeetingList {
  std::int64_t id = 0;
  std::string name;
  std::string format;
  Instant imported_at;
  std::int64_t meetings = 0;
  std::int64_t gone = 0;
};
BOOST_DESCRIBE_STRUCT(MeetingList, (), (id, name, format, imported_at, meetings, gone))

// In order of name.
std::vector<MeetingList> meeting_lists(Snapshot& db);

}  // namespace circled::aftercare
