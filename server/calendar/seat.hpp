// One seat at one session of several: who may have it, having it, giving it back. For whoever drops in, comes
// once, or makes up; for an offer that is accepted (offer.hpp); and for a client who can't come this once.
//
// In a group that is open or rolling, whoever says that they can't come gives the seat back: it is offered to
// those who wait for the session, else for the group, and they stay on the list, marked. They have it again
// by saying that they will come, as long as nobody else does. In a closed group a seat stays whose it is.
#pragma once
#include "calendar/busy.hpp"
#include "calendar/group_rules.hpp"
#include "calendar/rows.hpp"

namespace circled::calendar {

struct NewSeat {
  ClientId client;
  std::optional<Override>
      override;  // of house rules and collisions; supervisors, audited. Never of the law's
};
BOOST_DESCRIBE_STRUCT(NewSeat, (), (client, override))

// Makes a client a participant of a coming session of kind `group`, and tells them. For those who may change
// the session, with a client within reach, and for whoever treats the client. What speaks against joining its
// group speaks against this too; whoever is enrolled in it has been let in. Errors: not_found, forbidden,
// invalid (/client), conflict (one_on_one, already_there, not_eligible with `objections`, booking_conflict,
// already_started, cancelled).
Result<Session> add_participant(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                SessionId session, const NewSeat& seat, Instant now);

// Takes a client off a coming session, and offers the seat; whoever is enrolled in its group stays enrolled,
// and is not expected this once. Errors: not_found (also when the client is not on its list), forbidden,
// conflict (one_on_one, already_started, cancelled).
Result<Session> remove_participant(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                   SessionId session, ClientId client, Instant now);

// For the operations of this room. -------------------------------------------------------------------

// A session, as whoever wants a seat at it meets it.
struct SessionSeats {
  SessionId id;
  SiteId site;
  std::string zone;
  std::optional<GroupId> group;
  std::string title;  // the group's alias, or the service's neutral name
  Instant starts_at;
  Instant ends_at;
  Minutes rest;  // the site's break
  Status status;
  std::int64_t seats;
  std::optional<std::int64_t> room_seats;
  std::int64_t facilitators;
  std::optional<std::int64_t> legal_largest;
  std::optional<std::int64_t> legal_per_facilitator;
};
BOOST_DESCRIBE_STRUCT(SessionSeats, (),
                      (id, site, zone, group, title, starts_at, ends_at, rest, status, seats, room_seats,
                       facilitators, legal_largest, legal_per_facilitator))

// The session must exist.
SessionSeats seats_of(Snapshot& db, SessionId session);
// Seats that somebody has or is offered.
std::int64_t seats_taken(Snapshot& db, SessionId session);

// Everything that speaks against this client at this one session, but for being elsewhere.
std::vector<rules::Objection> objections(Snapshot& db, const SessionSeats& at, ClientId client, Instant now);
std::vector<Overlap> elsewhere(Snapshot& db, const SessionSeats& at, ClientId client, Instant now);

// Makes the client a participant of the session, whose seat is free or was offered to them; whoever is one
// already is the caller's to ask. Errors: conflict (not_eligible, booking_conflict, already_started).
Result<void> take_seat(Transaction& tx, SessionId session, ClientId client, Instant now,
                       Source as = Source::booking);
// Whether it would be theirs.
bool may_take_seat(Snapshot& db, SessionId session, ClientId client, Instant now);
// Whoever has a seat there waits for it no more.
void end_waits(Transaction& tx, SessionId session, ClientId client, Instant now);
// Gives back a seat at a session that has not begun, and offers it to the next; the client is told.
void give_up_seat(Transaction& tx, SessionId session, ClientId client, Instant now);

// Whether who can't come gives the seat back there.
bool gives_back(Snapshot& db, SessionId session, Instant now);
// Who gave the seat back will come after all: nothing when somebody else has it now.
bool free_again(Snapshot& db, SessionId session, ClientId client);

}  // namespace circled::calendar
