// The waiting list: who wants a seat in a group, or at one session of several. Staff put clients on it, and
// clients themselves where a group may be joined; a seat that frees is offered by itself (offer.hpp).
//
// A client learns of the own lines alone: no place in the order, and nothing of anybody else.
#pragma once
#include "calendar/group.hpp"
#include "calendar/offer.hpp"

namespace circled::calendar {

struct NewWait {
  ClientId client;
  std::optional<bool> priority;        // before those without, whoever came first; with a reason
  std::optional<Text<3, 500>> reason;  // of the priority
};
BOOST_DESCRIBE_STRUCT(NewWait, (), (client, priority, reason))

// One line, as staff see it.
struct Wait {
  WaitlistId id;
  std::optional<GroupId> group;
  std::optional<SessionId> session;
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  Instant since_at;
  bool priority;
  std::string reason;  // empty for the front desk
  WaitState state;
  std::optional<Instant> offered_at;
  std::optional<Instant> answer_by;  // the seat is held until then
};
BOOST_DESCRIBE_STRUCT(Wait, (),
                      (id, group, session, client, preferred_name, family_name, since_at, priority, reason,
                       state, offered_at, answer_by))

// The client's own line.
struct MyWait {
  WaitlistId id;
  std::string title;  // the group's alias, or the service's neutral name
  Instant since_at;
  WaitState state;
  std::optional<Instant> starts_at;  // of the session, or of the first one that is offered
  std::string zone;
  std::optional<Instant> answer_by;
};
BOOST_DESCRIBE_STRUCT(MyWait, (), (id, title, since_at, state, starts_at, zone, answer_by))

enum class OfferAnswer { accept, decline };
BOOST_DESCRIBE_ENUM(OfferAnswer, accept, decline)

// For staff: whoever may see who is in the group, or the session's roster. ------------------------------

// Who waits or has an offer, in the order in which seats are offered. Errors: not_found, forbidden.
Result<std::vector<Wait>> waitlist(Snapshot& db, const api::Identity& who, const Awaited& awaited,
                                   Instant now);

// Puts a client on it, who is offered a seat at once if there is one; or gives priority to one who waits
// already. Priority is given by those who may change the group, or lead the session. Errors: not_found,
// forbidden, invalid (/client, /reason, /priority), conflict (not_admitted, already_enrolled,
// already_expected, already_waiting, ended, not_a_group).
Result<Wait> put_on(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                    const Awaited& awaited, const NewWait& wait, Instant now);

// Errors: not_found, conflict (not_waiting).
Result<void> take_off(Transaction& tx, const api::Identity& who, const access::Actor& actor, WaitlistId id,
                      Instant now);

// In the client's name. With a yes the client is enrolled from the day of the session that was offered, or
// is expected at the one session. The same answer again changes nothing. Errors: not_found, conflict
// (no_offer, also when its time is over; not_eligible, booking_conflict).
Result<Wait> answer_offer(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          WaitlistId id, OfferAnswer answer, Instant now);

// For the client. ----------------------------------------------------------------------------------------

// Where the client waits, or is offered a seat; the longest wait first.
std::vector<MyWait> my_waits(Snapshot& db, ClientId client);

// Groups that are open or rolling at the client's own site, and their sessions. Errors: invalid (not one of
// the two), not_found, conflict (as put_on; too_many: ten).
Result<MyWait> join(Transaction& tx, const access::Actor& actor, ClientId client, const Awaited& awaited,
                    Instant now);

// Errors: not_found, conflict (not_waiting).
Result<void> leave(Transaction& tx, const access::Actor& actor, ClientId client, WaitlistId id, Instant now);

// Errors: not_found, conflict (no_offer). Why a seat cannot be taken any more is not told.
Result<MyWait> answer_own_offer(Transaction& tx, const access::Actor& actor, ClientId client, WaitlistId id,
                                OfferAnswer answer, Instant now);

}  // namespace circled::calendar
