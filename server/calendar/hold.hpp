// Holds: a slot that is kept for a few minutes for somebody who is deciding. It counts as taken for
// everybody else, expires by itself, and goes when it is booked or released.
//
// A hold belongs to the client it is kept for, and so to all staff who reach that client; one without a
// client belongs to whoever made it.
//
// Who races whom: a hold is made, and a session booked, after a search of both `busy` and `hold_owner`. On
// PostgreSQL every transaction is SERIALIZABLE, so of two that overlap one has read what the other wrote
// and is run again; on SQLite there is one writer. The schema knows no rule between the two tables.
#pragma once
#include "calendar/session.hpp"

namespace circled::calendar {

struct NewSlotHold {
  SiteId site;  // its break is kept as well
  List<StaffId, 20, 1> facilitators;
  std::optional<ClientId> client;
  std::optional<RoomId> room;
  Instant starts_at;
  Number<5, 720> duration_minutes;
  std::optional<Number<1, 15>> minutes;  // for which it is kept; 5
};
BOOST_DESCRIBE_STRUCT(NewSlotHold, (),
                      (site, facilitators, client, room, starts_at, duration_minutes, minutes))

struct SlotHold {
  HoldId id;
  Instant from;
  Instant until;  // with the break
  Instant expires_at;
};
BOOST_DESCRIBE_STRUCT(SlotHold, (), (id, from, until, expires_at))

// Keeps a slot. Whether it lies within hours is asked when it is booked. A client must be within the caller's
// reach. Errors: invalid (each wrong field), conflict (booking_conflict, with all that collide;
// too_many_holds: five for one client, or of one who names none).
Result<SlotHold> hold(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                      const NewSlotHold& wanted, Instant now);

// Gives it back, also when it has expired. Errors: not_found (also somebody else's).
Result<void> release_hold(Transaction& tx, const api::Identity& who, const access::Actor& actor, HoldId hold,
                          Instant now);

// The hold that a booking for these clients may use up: zero when there is no such hold, or it is somebody
// else's. Every client must be within the caller's reach.
HoldId own_hold(Snapshot& db, const api::Identity& who, std::optional<HoldId> hold,
                const std::vector<ClientId>& clients);
// Takes it away: its time has been booked.
void use_hold(Transaction& tx, HoldId hold);

// A small batch of what has expired; answers how many rows went. For housekeeping.
std::int64_t purge_holds(Transaction& tx, Instant now);

}  // namespace circled::calendar
