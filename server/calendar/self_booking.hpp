// What clients book by themselves: a time with one of their own counselors, for a service that the programme
// says they may. Everything a client gets of it is a time in neutral words: which of several counselors it
// will be stands nowhere, for no message of theirs names anybody. It is whom they have had longest.
//
// Which times there are is the answer of slots.hpp: hours, leave, what is taken and what is held count as
// they do for staff. A booking asks the same question once more in its transaction.
#pragma once
#include "api/route.hpp"
#include "calendar/appointment.hpp"
#include "calendar/spans.hpp"

namespace circled::calendar {

// What clients may book, and what they call it.
struct MyService {
  ServiceId id;
  std::string title;  // the service's neutral name
};
BOOST_DESCRIBE_STRUCT(MyService, (), (id, title))

struct MySlotFilter {
  std::optional<ServiceId> service;                // the first of those that clients may book
  std::optional<Number<15, 90>> duration_minutes;  // 50
  std::optional<Instant> from;                     // now, and never sooner than in two hours
  std::optional<Instant> until;                    // 14 days after it; 31 at the most
  std::optional<Number<1, 100>> limit;             // 20
  std::optional<Text<1, 20>> after;
};
BOOST_DESCRIBE_STRUCT(MySlotFilter, (), (service, duration_minutes, from, until, limit, after))

struct MySlot {
  ServiceId service;
  std::string title;  // the service's neutral name
  Instant starts_at;
  Instant ends_at;
  std::string zone;  // where the client lives
};
BOOST_DESCRIBE_STRUCT(MySlot, (), (service, title, starts_at, ends_at, zone))

struct MyBooking {
  std::optional<ServiceId> service;  // as in MySlotFilter
  Instant starts_at;
  std::optional<Number<15, 90>> duration_minutes;
};
BOOST_DESCRIBE_STRUCT(MyBooking, (), (service, starts_at, duration_minutes))

// What a client gets who can't come: their appointment, and the next times there are instead, if it was one
// that clients book.
struct Declined : Appointment {
  std::vector<MySlot> instead;
};
BOOST_DESCRIBE_STRUCT(Declined, (Appointment), (instead))

std::vector<MyService> my_services(Snapshot& db);

// In order of start. Nothing for whoever has no counselor, is not in care or is on hold. Reads calendars: for
// `store.report`. Errors: invalid (each wrong parameter, "?name").
Result<api::Page<MySlot>> my_slots(Snapshot& db, ClientId client, const MySlotFilter& filter, Instant now);

// The next three times instead of this appointment.
std::vector<MySlot> instead_of(Snapshot& db, ClientId client, SessionId session, Instant now);

// For a room above that proposes times: those in `range` at which this one of the client's counselors is free
// for a service that clients may book, at most `most`. Nothing where `my_slots` would answer nothing.
std::vector<MySlot> times_with(Snapshot& db, ClientId client, StaffId counselor, ServiceId service,
                               Span range, std::size_t most, Instant now);

// Books what `my_slots` answers: a one-on-one at the client's site, in no room. Those who lead it hear of it.
// `with`: with this one of their counselors and no other.
// Errors: invalid (/service), conflict (slot_taken: that is no free time, or not any more; too_many: three
// of that service ahead).
Result<Appointment> book_own(Transaction& tx, const access::Actor& actor, ClientId client,
                             const MyBooking& booking, Instant now, std::optional<StaffId> with = {});

// Books one of those, as long as the other. Errors: as of book_own; not_found.
Result<Appointment> book_instead(Transaction& tx, const access::Actor& actor, ClientId client,
                                 SessionId session, Instant starts_at, Instant now);

// Whether clients may book a service by themselves.
struct SelfBooking {
  bool clients_book;
};
BOOST_DESCRIBE_STRUCT(SelfBooking, (), (clients_book))

// For all staff. Errors: not_found.
Result<SelfBooking> self_booking(Snapshot& db, ServiceId service);
// Supervisors and administrators. `seen` is the digest of what the caller has seen. Errors: not_found,
// precondition_failed.
Result<SelfBooking> set_self_booking(Transaction& tx, const access::Actor& actor, ServiceId service,
                                     std::string_view seen, const SelfBooking& next, Instant now);

}  // namespace circled::calendar
