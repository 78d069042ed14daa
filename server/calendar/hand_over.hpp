// Handing clients over from one counselor to another: their assignments, their standing one-on-ones, and of
// the coming one-on-ones those for which the other is free, by the calendar and by their hours, and which
// they may lead. Groups stay with whoever leads them.
#pragma once
#include "calendar/availability.hpp"
#include "calendar/busy.hpp"
#include "calendar/course.hpp"
#include "people/caseload.hpp"

namespace circled::calendar {

struct HandOver {
  StaffId to;
  std::optional<List<ClientId, 500, 1>> clients;  // the whole caseload when left out
  std::optional<Instant> from;                    // now when left out
};
BOOST_DESCRIBE_STRUCT(HandOver, (), (to, clients, from))

struct HandedSession {
  SessionId session;
  ClientId client;
  std::string title;
  Instant starts_at;
  bool free;                        // it goes to the other; else it stays, and somebody must see to it
  std::vector<Conflict> conflicts;  // what the other has then
  std::vector<Trouble> troubles;    // with the other's hours, leave and credentials
};
BOOST_DESCRIBE_STRUCT(HandedSession, (), (session, client, title, starts_at, free, conflicts, troubles))

struct HandedOver {
  StaffId from;
  StaffId to;
  std::vector<people::CaseloadClient> clients;  // in order of name
  std::vector<HandedSession> sessions;          // in order of start
  std::vector<CourseItem> series;
};
BOOST_DESCRIBE_STRUCT(HandedOver, (), (from, to, clients, sessions, series))

std::string digest(const HandedOver& handed);

// Supervisors and administrators. Clients are not told: their words for an appointment name nobody.
// Errors: not_found (the one who hands over), forbidden, invalid (/to: does not treat clients, or is the
// same; /clients/N: not theirs then; /from: in the past, or more than a year ahead), precondition_failed.
Result<HandedOver> hand_over(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             StaffId from, const HandOver& wanted, const Asked& asked, Instant now);

}  // namespace circled::calendar
