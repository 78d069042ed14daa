// What an edit would make of the calendar, date by date, before anybody makes it so.
#pragma once
#include "calendar/availability.hpp"
#include "calendar/busy.hpp"

namespace circled::calendar {

// What becomes of one date.
enum class Outcome {
  fine,      // takes place as the edit says
  conflict,  // somebody or the room is taken then, or cannot be booked
  closed,    // the site is closed that day: it does not take place
  started,   // has begun, and stays as it is
  own,       // was changed by itself, and keeps what was changed
  ends,      // does not take place any more
  unchanged,
};
BOOST_DESCRIBE_ENUM(Outcome, fine, conflict, closed, started, own, ends, unchanged)

struct Affected {
  std::optional<SessionId> session;  // absent: a new one
  std::optional<Instant> was;        // its start before
  std::optional<Instant> starts_at;  // absent: does not take place
  Outcome outcome;
  std::string detail;  // which closure; which reason
  std::vector<Conflict> conflicts;
  std::vector<Trouble> troubles;  // with hours, leave, credentials
  std::int64_t clients;           // who are told of this date
  std::int64_t reminders;         // planned ones that are replaced or taken back
};
BOOST_DESCRIBE_STRUCT(Affected, (),
                      (session, was, starts_at, outcome, detail, conflicts, troubles, clients, reminders))

struct Preview {
  std::vector<Affected> dates;  // in order of their time before, new ones by their new time
  std::int64_t clients;         // different ones, told once each
  std::int64_t reminders;
  std::string digest;  // of all of this: the ETag that applying asks for
};
BOOST_DESCRIBE_STRUCT(Preview, (), (dates, clients, reminders, digest))

// The preview of an edit of one session. Errors: as change(), but for what collides, which it says.
Result<Preview> preview_change(Snapshot& db, const api::Identity& who, SessionId id, const Change& change,
                               Instant now);

// Fills in the totals that are sums over the dates, and the digest.
void seal(Preview& preview);

}  // namespace circled::calendar
