// Enrolment: a client in a group from a day on. It makes the client a participant of the group's sessions in
// those days; changing it rewrites the participants of sessions to come in the same transaction. A session
// that has begun keeps whom it had.
#pragma once
#include "calendar/group_rules.hpp"

namespace circled::calendar {

struct NewEnrolment {
  ClientId client;
  std::optional<Date> from;                 // today when left out
  std::optional<Date> until;                // the last day; open when left out
  std::optional<bool> mandatory;            // false when left out
  std::optional<Override> override;         // of house rules; supervisors, audited. Never of the law's
  std::optional<bool> leave_out_conflicts;  // not expected on dates on which the client is elsewhere
};
BOOST_DESCRIBE_STRUCT(NewEnrolment, (), (client, from, until, mandatory, override, leave_out_conflicts))

struct EnrolmentChange {
  std::optional<Date> until;  // the last day; in the past: it ended then
  std::optional<bool> mandatory;
  std::optional<bool> open;  // true: without an end
};
BOOST_DESCRIBE_STRUCT(EnrolmentChange, (), (until, mandatory, open))

struct Enrolment {
  EnrolmentId id;
  GroupId group;
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  Date from;
  std::optional<Date> until;
  bool mandatory;
  Instant made_at;
};
BOOST_DESCRIBE_STRUCT(Enrolment, (),
                      (id, group, client, preferred_name, family_name, from, until, mandatory, made_at))

// Who is or was in the group, those of today and later first. For those who treat clients at the site, its
// front desk, supervisors and administrators. Errors: not_found, forbidden.
Result<std::vector<Enrolment>> enrolments(Snapshot& db, const api::Identity& who, GroupId group, Instant now);

// Errors: not_found, forbidden, invalid (/client, /until), conflict: not_eligible with `objections` (each
// with whether it can be overridden), already_enrolled, booking_conflict with the dates.
Result<Enrolment> enrol(Transaction& tx, const api::Identity& who, const access::Actor& actor, GroupId group,
                        const NewEnrolment& enrolment, Instant now);

// Errors: not_found, forbidden, invalid, conflict (as enrol, when it becomes longer).
Result<Enrolment> change_enrolment(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                   EnrolmentId id, const EnrolmentChange& change, Instant now);

// For the operations of this room: who is enrolled in the group on that day, in order of id.
std::vector<ClientId> enrolled_on(Snapshot& db, GroupId group, Date day);

// Whether the group has met already.
bool has_begun(Snapshot& db, GroupId group, Instant now);

// What speaks against this client in the group from that day on, without an end. Being elsewhere at times
// does not; seats that are offered to others count as taken.
std::vector<rules::Objection> objections(Snapshot& db, const Group& group, ClientId client, Date from,
                                         Instant now);
// What the caller may do about them: nothing about the law's; a supervisor overrides the house's.
// Errors: conflict (not_eligible), forbidden.
Result<void> overruled(const api::Identity& who, const std::vector<rules::Objection>& all,
                       const std::optional<Override>& override);
// 409 not_eligible with the list, for staff.
Error not_eligible(const std::vector<rules::Objection>& all);

// The client takes the seat that was offered (offer.hpp): enrolled from that day on, without the dates on
// which they are elsewhere. Errors: conflict (already_enrolled, not_eligible).
Result<Enrolment> enrol_offered(Transaction& tx, const access::Actor& actor, const Group& group,
                                ClientId client, Date from, Instant now);

// The coming sessions of a group lose this client from `from` on (an instant), with busy rows and reminders.
void leave_sessions(Transaction& tx, GroupId group, ClientId client, Instant from, Instant now);

}  // namespace circled::calendar
