// Make-ups: a session attended in place of one that was missed.
//
// An absence, excused or not, can be made up until some days after it (hours_policy.hpp), at a session that
// is equivalent and has a seat the client may take. Taking it links the two. Attended there, the absence
// counts as made up, and the minutes in the week in which they were attended: hours are summed over rolls
// alone, so nothing is counted twice. A link ends when the seat is given up; where the calendar has ended the
// seat, or the client was absent there too, it no longer holds, and the absence can be made up anew.
//
// Only sessions that have begun can have been missed: their rolls keep their lines for good.
#pragma once
#include <vector>

#include "access/audit.hpp"
#include "attendance/make_up_rules.hpp"
#include "calendar/spans.hpp"

namespace circled::attendance {

// As staff see it.
struct Absence {
  SessionId session;
  std::string title;
  Instant starts_at;
  Instant ends_at;
  std::string zone;
  calendar::Kind kind;
  calendar::Verdict verdict;  // excused or unexcused
  MakeUpState state;
  Instant make_up_before;                // too late from then on
  std::optional<SessionId> made_up_by;   // where booked or made up
  std::optional<Instant> made_up_start;  // when that begins
};
BOOST_DESCRIBE_STRUCT(Absence, (),
                      (session, title, starts_at, ends_at, zone, kind, verdict, state, make_up_before,
                       made_up_by, made_up_start))

// A session that the client could join now.
struct OpenSession {
  SessionId session;
  std::string title;
  std::string topic;
  Instant starts_at;
  Instant ends_at;
  std::string zone;
  std::string place;  // the room's name, empty for none
  std::optional<GroupId> group;
  std::int64_t free_seats;           // that nobody has, and none is kept for
  std::optional<Likeness> likeness;  // with what was missed
};
BOOST_DESCRIBE_STRUCT(OpenSession, (),
                      (session, title, topic, starts_at, ends_at, zone, place, group, free_seats, likeness))

// As the client sees it: no group, no topic, no word of why.
struct MyMissed {
  SessionId session;
  std::string title;  // the service's neutral name
  Instant starts_at;
  std::string zone;
  MakeUpState state;
  Instant make_up_before;
  std::optional<SessionId> made_up_by;
  std::optional<Instant> made_up_start;
};
BOOST_DESCRIBE_STRUCT(MyMissed, (),
                      (session, title, starts_at, zone, state, make_up_before, made_up_by, made_up_start))

struct MyOpen {
  SessionId session;
  std::string title;  // the group's alias, or the service's neutral name
  Instant starts_at;
  Instant ends_at;
  std::string zone;
  std::string place;
};
BOOST_DESCRIBE_STRUCT(MyOpen, (), (session, title, starts_at, ends_at, zone, place))

struct Seat {
  SessionId session;
};
BOOST_DESCRIBE_STRUCT(Seat, (), (session))

// For counselors and clinicians within reach of the client, supervisors, administrators.
// ---------------------

// The client's absences of the last 90 days, the latest first, 100 at the most. Errors: not_found.
Result<std::vector<Absence>> absences(Snapshot& db, const api::Identity& who, ClientId client, Instant now);

// What would make up for it, soonest first, 20 at the most; nothing where it is too late or settled. For a
// one-on-one: single ones that are booked with the client already. Errors: not_found.
Result<std::vector<OpenSession>> make_ups(Snapshot& db, const api::Identity& who, ClientId client,
                                          SessionId missed, Instant now);

// Takes the seat and links it. Errors: not_found, conflict (already_made_up, too_late, not_equivalent,
// already_expected, not_eligible, booking_conflict).
Result<Absence> book_make_up(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             ClientId client, SessionId missed, SessionId session, Instant now);

// Gives the seat up, as long as the session has not begun; of a one-on-one the link alone.
// Errors: not_found, conflict (no_make_up, already_started).
Result<Absence> cancel_make_up(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                               ClientId client, SessionId missed, Instant now);

// For the client.
// ---------------------------------------------------------------------------------------------

std::vector<MyMissed> my_missed(Snapshot& db, ClientId client, Instant now);
Result<std::vector<MyOpen>> my_make_ups(Snapshot& db, ClientId client, SessionId missed, Instant now);
// Errors: as for staff; why a seat cannot be had is not told (not_available).
Result<MyMissed> book_my_make_up(Transaction& tx, const access::Actor& actor, ClientId client,
                                 SessionId missed, SessionId session, Instant now);
Result<MyMissed> cancel_my_make_up(Transaction& tx, const access::Actor& actor, ClientId client,
                                   SessionId missed, Instant now);

// For the rooms' own operations: sessions of groups at the site that count toward hours, begin within `time`
// and have a seat that the client may take; soonest first, 20 at the most.
std::vector<OpenSession> open_sessions(Snapshot& db, ClientId client, SiteId site, calendar::Span time,
                                       Instant now);

}  // namespace circled::attendance
