// A report for somebody outside: attendance, hours, phase and enrolment of one client over some days, and of
// these only what a consent names (42 CFR §2.13(a), §2.31). It never holds a note, a place, a group's name or
// anybody else's name; what a service is for is said in its neutral words.
#pragma once
#include "calendar/session.hpp"
#include "people/consent.hpp"

namespace circled::disclosures {

using people::ConsentKind;

// What must go with every disclosure made on a written consent: the short one of the two statements that
// 42 CFR §2.32(a) words, in the text in force since 16 April 2024 (89 FR 12472).
inline constexpr std::string_view notice =
    "42 CFR part 2 prohibits unauthorized use or disclosure of these records.";

struct ReportSession {
  Date day;
  std::string what;  // the service's neutral name
  calendar::Kind kind;
  calendar::Verdict verdict;                     // `expected`: it has begun, and nobody has said yet
  std::optional<std::int64_t> credited_minutes;  // with `hours` only
};
BOOST_DESCRIBE_STRUCT(ReportSession, (), (day, what, kind, verdict, credited_minutes))

// How often each verdict stands there. `attended` is out of `counted`: sessions that the programme cancelled,
// and those nobody has said anything of yet, are nobody's absence.
struct ReportAttendance {
  std::int64_t sessions;
  std::int64_t attended;
  std::int64_t counted;
  std::int64_t excused;
  std::int64_t unexcused;
  std::int64_t turned_away;
  std::int64_t cancelled_by_program;
  std::int64_t not_recorded;
};
BOOST_DESCRIBE_STRUCT(ReportAttendance, (),
                      (sessions, attended, counted, excused, unexcused, turned_away, cancelled_by_program,
                       not_recorded))

// Of the services that count toward counseling hours; minutes of the sessions that `attended` is out of.
struct ReportHours {
  std::int64_t credited_minutes;
  std::int64_t scheduled_minutes;
  std::int64_t attended;
  std::int64_t counted;
};
BOOST_DESCRIBE_STRUCT(ReportHours, (), (credited_minutes, scheduled_minutes, attended, counted))

// A stretch of days, cut to the report's own; no end: at the end of the report's days it went on.
struct ReportPhase {
  people::Phase phase;
  Date from;
  std::optional<Date> until;
};
BOOST_DESCRIBE_STRUCT(ReportPhase, (), (phase, from, until))

struct ReportLevel {
  std::string level;
  Date from;
  std::optional<Date> until;
};
BOOST_DESCRIBE_STRUCT(ReportLevel, (), (level, from, until))

struct ReportEnrolment {
  std::string what;  // the neutral name of the group's service
  Date from;
  std::optional<Date> until;
};
BOOST_DESCRIBE_STRUCT(ReportEnrolment, (), (what, from, until))

struct DisclosureReport {
  std::string client_name;
  Date from, until;                                        // both days included
  std::string zone;                                        // in which days are meant
  std::optional<Instant> as_of;                            // when it was approved; absent in a preview
  std::vector<ConsentKind> kinds;                          // that were asked for
  people::WrittenConsent consent;                          // §2.32(b): the scope of the consent goes with it
  std::optional<std::vector<ReportSession>> sessions;      // `attendance`
  std::optional<ReportAttendance> attendance;              // `attendance`
  std::optional<ReportHours> hours;                        // `hours`
  std::optional<std::vector<ReportPhase>> phases;          // `phase`
  std::optional<std::vector<ReportLevel>> levels;          // `phase`
  std::optional<std::vector<ReportEnrolment>> enrolments;  // `enrolment`
  std::string notice;
};
BOOST_DESCRIBE_STRUCT(DisclosureReport, (),
                      (client_name, from, until, zone, as_of, kinds, consent, sessions, attendance, hours,
                       phases, levels, enrolments, notice))

// What a report is about.
struct Scope {
  std::vector<ConsentKind> kinds;
  Date from, until;
};

// From the rows as they are now; sessions that have begun by `now`. A kind that the consent does not name is
// left out even when it is asked for: the last of the checks, behind those that refuse.
DisclosureReport compile(Snapshot& db, const people::Consent& consent, const Scope& scope, Instant now);

}  // namespace circled::disclosures
