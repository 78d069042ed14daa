// Offers: a seat that is free is held for the first on the waiting list who may have it, until a moment.
//
// The order is priority, then who has waited longest. Whoever cannot have the seat now (the group does not
// admit them, somebody there must not meet them, they are elsewhere) is passed over and keeps the place: once
// nothing stands in the way any more, the next seat is theirs before anybody's behind them. An offered seat
// counts as taken for everybody else, in enrol() too, until the offer is answered or has been ended here; so
// between its end and the next offer nobody slips in.
//
// When: what frees a seat offers it in its own transaction, by offer_seats(). What no operation tells of (an
// offer that nobody answered, a clearance that was given, a last day that has passed) is found by
// offer_once(): the end of an offer within a minute, the rest within five.
//
// Who races whom: seats are counted, and an offer or an enrolment written, in one transaction, which is
// SERIALIZABLE on PostgreSQL and alone on SQLite; and of one person there is one line for one thing.
#pragma once
#include "calendar/session.hpp"

namespace circled::calendar {

// Of a line on the list. Drawn in schema/*/0003_groups.sql.
enum class WaitState { waiting, offered, accepted, declined, expired, left };
BOOST_DESCRIBE_ENUM(WaitState, waiting, offered, accepted, declined, expired, left)

// What people wait for: a group, or one session.
struct Awaited {
  std::optional<GroupId> group;
  std::optional<SessionId> session;
  bool operator==(const Awaited&) const = default;
};
BOOST_DESCRIBE_STRUCT(Awaited, (), (group, session))

// Takes back what is offered to people who can no longer have it, and offers what is free. For a group its
// single sessions too, and for one of its sessions the whole group: a seat may be missing there. Ends the
// list of what takes place no more.
void offer_seats(Transaction& tx, GroupId group, Instant now);
void offer_seats(Transaction& tx, SessionId session, Instant now);
void offer_seats(Transaction& tx, const Awaited& awaited, Instant now);

// A seat at this session is free for this once: somebody can't come, was taken off its list, or did not want
// it. Who waits for the session comes first; then who waits for its group, each asked once.
void offer_freed_seat(Transaction& tx, SessionId session, Instant now);

// A small piece of what time brings; answers of how many lists. For housekeeping.
std::int64_t offer_once(Transaction& tx, Instant now);

// Ends a line, and the offer if there is one; does not offer the seat to the next. `silent`: without a word
// to the client.
void end_wait(Transaction& tx, WaitlistId entry, WaitState as, Instant now, bool silent = false);

// The client has a seat in the group: what was offered is accepted, and there is nothing to wait for, there
// or at its sessions at which they are expected now.
void seated(Transaction& tx, GroupId group, ClientId client, Instant now);

}  // namespace circled::calendar
