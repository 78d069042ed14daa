// When staff can be booked: the hours they work at a site, what every week takes out of them, days that
// differ, and what they may lead. A house's rules, not the schema's: a booking that goes against them is
// refused with what is wrong, and a supervisor may override it. A change here cancels nothing; it answers
// the sessions that it leaves in trouble, for people to decide. All staff may read; supervisors and
// administrators change; everybody changes their own blocks and days off.
#pragma once
#include <span>

#include "calendar/availability_rules.hpp"
#include "calendar/session.hpp"
#include "places/hours.hpp"

namespace circled::calendar {

// Not in base: only this room speaks of them.
using ExceptionId = Id<struct ExceptionTag>;

struct WorkingTime {
  SiteId site;
  Number<0, 6> weekday;  // 0 = Sunday
  TimeOfDay from;        // on the site's wall
  TimeOfDay until;       // 00:00: the end of that day
};
BOOST_DESCRIBE_STRUCT(WorkingTime, (), (site, weekday, from, until))

struct WeeklyBlock {
  Number<0, 6> weekday;
  TimeOfDay from;  // on the wall of their home site
  TimeOfDay until;
  BlockKind kind;
};
BOOST_DESCRIBE_STRUCT(WeeklyBlock, (), (weekday, from, until, kind))

struct StaffCredential {
  Text<1, 60> credential;        // the word that a service asks for: "lcsw"
  std::optional<Date> until_on;  // the last day on which it is valid
};
BOOST_DESCRIBE_STRUCT(StaffCredential, (), (credential, until_on))

struct StaffException {
  ExceptionId id;
  ExceptionKind kind;
  Instant from;
  Instant until;
  std::string note;  // for themselves, supervisors and administrators; to others it is empty
};
BOOST_DESCRIBE_STRUCT(StaffException, (), (id, kind, from, until, note))

struct Availability {
  StaffId staff;
  std::vector<WorkingTime> hours;  // none anywhere: whenever a site is open
  std::vector<WeeklyBlock> blocks;
  std::vector<StaffCredential> credentials;
  std::vector<StaffException> exceptions;  // those that are not over, in order
};
BOOST_DESCRIBE_STRUCT(Availability, (), (staff, hours, blocks, credentials, exceptions))

// What is left out stays.
struct NewWeek {
  std::optional<List<WorkingTime, 100>> hours;
  std::optional<List<WeeklyBlock, 100>> blocks;
};
BOOST_DESCRIBE_STRUCT(NewWeek, (), (hours, blocks))

struct NewCredentials {
  List<StaffCredential, 50> credentials;
};
BOOST_DESCRIBE_STRUCT(NewCredentials, (), (credentials))

struct NewException {
  ExceptionKind kind;
  Instant from;
  Instant until;
  std::optional<Text<0, 200>> note;
};
BOOST_DESCRIBE_STRUCT(NewException, (), (kind, from, until, note))

struct ServiceNeeds {
  Text<0, 60> credential;  // of whoever leads it; empty: nothing particular
};
BOOST_DESCRIBE_STRUCT(ServiceNeeds, (), (credential))

// A scheduled session of the future that should not be when it is, or not with whom.
struct TroubledSession {
  SessionId session;
  std::string title;
  Instant starts_at;
  std::vector<Trouble> why;
};
BOOST_DESCRIBE_STRUCT(TroubledSession, (), (session, title, starts_at, why))

struct AvailabilityChange {
  Availability availability;
  std::vector<TroubledSession> troubled;
};
BOOST_DESCRIBE_STRUCT(AvailabilityChange, (), (availability, troubled))

// --- asking -------------------------------------------------------------------------------------

// A session as it would be.
struct Planned {
  SiteId site;  // exists
  ServiceId service;
  std::vector<StaffId> staff;  // exist; the first leads
  Instant starts_at;
  Instant ends_at;
};

// What speaks against it: the same words that its booking is refused with and the lists below show.
std::vector<Trouble> troubles(Snapshot& db, const Planned& session);

// 409 unavailable with the list; a supervisor may override it like a collision.
Error unavailable(const std::vector<Trouble>& troubles);

// All that the rules must know about these people at that site within `range`, in one statement. Who repeats
// in `staff` is known once.
rules::Times times(Snapshot& db, SiteId site, ServiceId service, std::span<const StaffId> staff, Span range);

// Scheduled sessions that start after `now` and are in trouble, in order of start, 200 at most: those of a
// member of staff; those within `range` at a site, or at every site; those of a service.
std::vector<TroubledSession> troubled_of_staff(Snapshot& db, StaffId staff, Instant now);
std::vector<TroubledSession> troubled_at_site(Snapshot& db, std::optional<SiteId> site, Span range,
                                              Instant now);
std::vector<TroubledSession> troubled_of_service(Snapshot& db, ServiceId service, Instant now);

// For all staff. Errors: not_found.
Result<Availability> availability(Snapshot& db, const api::Identity& who, StaffId staff, Instant now);
// What to compare a copy with: of hours, blocks and credentials.
std::string version(const Availability& availability);

// What leading the service needs. Errors: not_found.
Result<ServiceNeeds> service_needs(Snapshot& db, ServiceId service);
std::string version(const ServiceNeeds& needs);

// --- changing -----------------------------------------------------------------------------------
// `seen` is the version that the caller has seen; a later one is answered by precondition_failed.

// Replaces hours, blocks or both. Errors: not_found, forbidden (somebody else's; hours, unless a
// supervisor), precondition_failed, invalid (each wrong time, no such site).
Result<AvailabilityChange> set_week(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                    StaffId staff, std::string_view seen, const NewWeek& week, Instant now);

// Replaces what they may lead. Supervisors and administrators. Errors: not_found, precondition_failed,
// invalid (repeated).
Result<AvailabilityChange> set_credentials(Transaction& tx, const api::Identity& who,
                                           const access::Actor& actor, StaffId staff, std::string_view seen,
                                           const NewCredentials& credentials, Instant now);

// Errors: not_found, forbidden (somebody else's; leave and extra, unless a supervisor), invalid (over
// already, wrong order, longer than 400 days).
Result<AvailabilityChange> add_exception(Transaction& tx, const api::Identity& who,
                                         const access::Actor& actor, StaffId staff,
                                         const NewException& exception, Instant now);
// Takes one back. Errors: not_found, forbidden.
Result<AvailabilityChange> remove_exception(Transaction& tx, const api::Identity& who,
                                            const access::Actor& actor, StaffId staff, ExceptionId exception,
                                            Instant now);

// Supervisors and administrators. Errors: not_found, precondition_failed.
Result<ServiceNeeds> set_service_needs(Transaction& tx, const access::Actor& actor, ServiceId service,
                                       std::string_view seen, const ServiceNeeds& needs, Instant now);

}  // namespace circled::calendar
