// Lists of what is said of clients, for files: tasks, consents, disclosures, reminders, waits. Each goes on
// from a row, by client and then by time, which is how each is indexed.
#pragma once
#include "aftercare/occurrence.hpp"
#include "calendar/offer.hpp"
#include "people/consent.hpp"
#include "reminders/reminder.hpp"
#include "reports/period.hpp"
#include "tasks/task.hpp"

namespace circled::reports {

struct OfClient {
  ClientId client;
  std::string preferred_name;
  std::string family_name;
};
BOOST_DESCRIBE_STRUCT(OfClient, (), (client, preferred_name, family_name))

struct TaskRow : OfClient {
  TaskId task;
  std::optional<std::string> whose;
  tasks::Rule rule;
  std::string reason;
  Instant opened_at;
  std::optional<Instant> snoozed_until;
  std::optional<Instant> done_at;
  std::optional<std::string> done_by;
  std::string outcome;
};
BOOST_DESCRIBE_STRUCT(TaskRow, (OfClient),
                      (task, whose, rule, reason, opened_at, snoozed_until, done_at, done_by, outcome))

struct ConsentRow : OfClient {
  ConsentId consent;
  std::int64_t version;
  people::ConsentState state;
  std::string discloser;
  std::string recipient;
  bool attendance, hours, phase, enrolment;  // what may be told
  std::string purpose;
  Date signed_on;
  Instant first_entered_at;
  Instant entered_at;  // this version
  std::string entered_by;
  std::optional<Date> expires_on;
  std::optional<std::string> expires_when;
  std::optional<Instant> event_at;
  std::optional<Instant> revoked_at;
  std::optional<std::string> paper;
};
BOOST_DESCRIBE_STRUCT(ConsentRow, (OfClient),
                      (consent, version, state, discloser, recipient, attendance, hours, phase, enrolment,
                       purpose, signed_on, first_entered_at, entered_at, entered_by, expires_on, expires_when,
                       event_at, revoked_at, paper))

// The account of disclosures (42 CFR §2.25, 45 CFR §164.528), and what is being prepared. Basis and state are
// the words of disclosures/disclosure.hpp, a room beside this one.
struct DisclosureRow : OfClient {
  DisclosureId disclosure;
  std::string basis;
  std::string state;
  std::string recipient;
  std::optional<std::string> purpose;
  bool attendance, hours, phase, enrolment;  // what was told
  std::optional<Date> from_on, until_on;
  Instant made_at;
  std::string made_by;
  std::optional<Instant> approved_at;
  std::optional<std::string> approved_by;
  std::optional<Instant> told_at;
  std::optional<std::string> told_by;
  std::optional<std::string> digest;
  std::optional<std::string> nature, affiliation, agreement, docket;
  std::optional<Date> ordered_on;
};
BOOST_DESCRIBE_STRUCT(DisclosureRow, (OfClient),
                      (disclosure, basis, state, recipient, purpose, attendance, hours, phase, enrolment,
                       from_on, until_on, made_at, made_by, approved_at, approved_by, told_at, told_by,
                       digest, nature, affiliation, agreement, docket, ordered_on))

struct ReminderRow : OfClient {
  ReminderId reminder;
  reminders::SubjectKind subject_kind;
  std::int64_t subject;
  Instant starts_at;
  Instant due_at;
  reminders::State state;
  std::optional<Instant> sent_at;
  Seconds late_by_s;
  std::optional<Instant> acknowledged_at;
  std::optional<reminders::Answer> answer;
};
BOOST_DESCRIBE_STRUCT(ReminderRow, (OfClient),
                      (reminder, subject_kind, subject, starts_at, due_at, state, sent_at, late_by_s,
                       acknowledged_at, answer))

// Whether a client went to an outside meeting: what they say, and, apart from it, what is verified.
struct OccurrenceRow : OfClient {
  OccurrenceId occurrence;
  std::string meeting;
  Instant starts_at;
  std::string zone;
  aftercare::OccurrenceStatus status;
  std::optional<aftercare::Went> self_reported;  // empty: they have said nothing, which is no no
  std::optional<Instant> self_reported_at;
  std::optional<aftercare::Proof> verified_by;
  std::optional<Instant> verified_at;
  std::optional<std::string> verified_staff;
  std::optional<std::string> told_by;
};
BOOST_DESCRIBE_STRUCT(OccurrenceRow, (OfClient),
                      (occurrence, meeting, starts_at, zone, status, self_reported, self_reported_at,
                       verified_by, verified_at, verified_staff, told_by))

struct WaitRow : OfClient {
  WaitlistId wait;
  std::string group;               // empty: of none
  std::optional<Instant> session;  // its start, where the wait is for one session
  Instant since_at;
  bool priority;
  std::string reason;
  calendar::WaitState state;
  std::optional<Instant> offered_at;
  std::optional<Instant> answer_by;
  std::optional<Instant> answered_at;
};
BOOST_DESCRIBE_STRUCT(WaitRow, (OfClient),
                      (wait, group, session, since_at, priority, reason, state, offered_at, answer_by,
                       answered_at))

// Opened in the period, of the site's clients; `staff` is whose task it is.
std::vector<TaskRow> site_tasks(Snapshot& db, const Period& period, const TaskRow* last, std::int64_t limit);
// Each as its last paper has it; in force at any time of the period.
std::vector<ConsentRow> site_consents(Snapshot& db, const Period& period, const ConsentRow* last,
                                      std::int64_t limit);
// Made in the period: drafted, or recorded.
std::vector<DisclosureRow> site_disclosures(Snapshot& db, const Period& period, const DisclosureRow* last,
                                            std::int64_t limit);
// Due in the period.
std::vector<ReminderRow> site_reminders(Snapshot& db, const Period& period, const ReminderRow* last,
                                        std::int64_t limit);
// That began in the period.
std::vector<OccurrenceRow> site_occurrences(Snapshot& db, const Period& period, const OccurrenceRow* last,
                                            std::int64_t limit);
// That were not at their end before the period, for the site's groups and sessions. Whoever sees their own
// alone sees who waits for groups, and for sessions they lead.
std::vector<WaitRow> site_waits(Snapshot& db, const Period& period, const WaitRow* last, std::int64_t limit);

}  // namespace circled::reports
