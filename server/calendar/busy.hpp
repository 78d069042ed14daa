// Nobody is in two places: the rows of `busy` and of holds, and the search for what collides.
#pragma once
#include <span>
#include <vector>

#include "base/time.hpp"
#include "calendar/session.hpp"
#include "calendar/spans.hpp"

namespace circled::calendar {

enum class OwnerKind { staff, client, room };
BOOST_DESCRIBE_ENUM(OwnerKind, staff, client, room)

struct Owner {
  OwnerKind kind;
  std::int64_t id;
  std::string pointer;  // of the field that named it, for the form
};

// One thing that stands in the way, as far as the caller may know it: the session and its title are
// left out when they could not see it. Of a hold (calendar/hold.hpp) nobody is told for whom it is.
struct Conflict {
  OwnerKind owner_kind;
  std::int64_t owner;
  std::string name;
  std::string pointer;
  Instant from;
  Instant until;  // with the break
  std::optional<SessionId> session;
  std::optional<std::string> title;
  std::optional<Instant> held_until;  // of a hold: when it expires by itself
};
BOOST_DESCRIBE_STRUCT(Conflict, (),
                      (owner_kind, owner, name, pointer, from, until, session, title, held_until))

// A row of `busy`, or of a hold, that overlaps a time, of one of the owners asked for.
struct Overlap {
  std::int64_t owner;  // its place in the list of owners
  SessionId session;   // zero: a hold
  Instant from;
  Instant until;
  std::string title;
  std::optional<Instant> held_until;
};
BOOST_DESCRIBE_STRUCT(Overlap, (), (owner, session, from, until, title, held_until))

// What overlaps [from, until) for these owners, in order of owner and time; without the session `except`, the
// caller's hold `own`, and holds that have expired by `now`. One statement for up to 64 owners.
std::vector<Overlap> overlaps(Snapshot& db, std::span<const Owner> owners, Instant from, Instant until,
                              SessionId except, Instant now, HoldId own = {});

// The overlap in words, as far as the caller may know it.
Conflict told_to(Snapshot& db, const api::Identity& who, const Owner& owner, const Overlap& overlap);

// Everything that overlaps [from, until) for these owners, in order of owner and time; `except` is the
// session being moved, `own` the hold that the booking uses up.
std::vector<Conflict> conflicts(Snapshot& db, const api::Identity& who, const std::vector<Owner>& owners,
                                Instant from, Instant until, SessionId except, Instant now, HoldId own = {});

// What is taken of each owner within `range`, breaks and holds included: one list for each, in their order,
// by one statement.
std::vector<Spans> taken(Snapshot& db, const std::vector<Owner>& owners, Span range, Instant now);

// 409 booking_conflict with the list.
Error collision(const std::vector<Conflict>& conflicts);

// Inserts a row for each owner; those in `overridden`, unless by a hold, are marked so. The rows of the
// session must be gone first: shifting back-to-back rows by UPDATE fails on both engines.
void occupy(Transaction& tx, SessionId session, const std::vector<Owner>& owners, Instant from, Instant until,
            const std::vector<Conflict>& overridden);
void release(Transaction& tx, SessionId session);

}  // namespace circled::calendar
