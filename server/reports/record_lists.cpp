#include "reports/record_lists.hpp"

#include "people/consent_rules.hpp"

namespace circled::reports {
namespace {

#define CIRCLED_OF_CLIENT "SELECT c.person_id, c.preferred_name, c.family_name, "

// Where a list by client and time goes on: $10 is the last row's client, $11 its instant, $12 its id.
#define CIRCLED_AFTER(AT, ID)                                                          \
  "c.person_id >= $10 AND (c.person_id > $10 OR " AT " > $11 OR (" AT " = $11 AND " ID \
  " > $12)) "                                                                          \
  "ORDER BY c.person_id, " AT ", " ID " LIMIT $13"

template <class Row, class Id>
std::vector<Row> by_client(Snapshot& db, const Period& period, const Row* last, Instant Row::*at, Id Row::*id,
                           std::int64_t limit, std::string_view sql) {
  return rows_of<Row>(db, period, sql, last ? last->client : ClientId(), last ? last->*at : Instant{},
                      last ? last->*id : Id(), limit);
}

}  // namespace

std::vector<TaskRow> site_tasks(Snapshot& db, const Period& period, const TaskRow* last, std::int64_t limit) {
  return by_client(
      db, period, last, &TaskRow::opened_at, &TaskRow::task, limit,
      CIRCLED_OF_CLIENT
      "t.id, s.name, t.rule, t.reason, t.opened_at, t.snoozed_until, t.done_at, d.name, t.outcome "
      "FROM client c JOIN task t ON t.client_id = c.person_id LEFT JOIN staff s ON s.person_id = t.staff_id "
      "LEFT JOIN staff d ON d.person_id = t.done_by WHERE c.site_id = $1 AND t.opened_at >= $4 "
      "AND t.opened_at < $5 AND (CAST($7 AS BIGINT) IS NULL OR t.staff_id = $7) "
      "AND " CIRCLED_IN_GROUP("$2", "$3") "AND " CIRCLED_AFTER("t.opened_at", "t.id"));
}

std::vector<ConsentRow> site_consents(Snapshot& db, const Period& period, const ConsentRow* last,
                                      std::int64_t limit) {
  auto rows = by_client(
      db, period, last, &ConsentRow::first_entered_at, &ConsentRow::consent, limit,
      CIRCLED_OF_CLIENT
      "o.id, v.version, 'live', v.discloser, v.recipient, v.tells_attendance, v.tells_hours, v.tells_phase, "
      "v.tells_enrolment, v.purpose, v.signed_on, o.entered_at, v.entered_at, b.name, v.expires_on, "
      "v.expires_when, o.event_at, o.revoked_at, v.paper "
      "FROM client c JOIN consent o ON o.client_id = c.person_id "
      "JOIN consent_version v ON v.consent_id = o.id AND v.version = o.version "
      "JOIN staff b ON b.person_id = v.entered_by WHERE c.site_id = $1 AND o.entered_at < $5 "
      "AND (o.revoked_at IS NULL OR o.revoked_at >= $4) AND (o.event_at IS NULL OR o.event_at >= $4) "
      "AND (v.expires_on IS NULL OR v.expires_on >= $2) "
      "AND " CIRCLED_CLIENTS_OF_PERIOD "AND " CIRCLED_AFTER("o.entered_at", "o.id"));
  for (auto& row : rows)
    row.state = people::rules::state({row.expires_on, row.event_at, row.revoked_at}, period.zone, period.now);
  return rows;
}

std::vector<DisclosureRow> site_disclosures(Snapshot& db, const Period& period, const DisclosureRow* last,
                                            std::int64_t limit) {
  return by_client(
      db, period, last, &DisclosureRow::made_at, &DisclosureRow::disclosure, limit,
      CIRCLED_OF_CLIENT
      "d.id, d.basis, d.state, d.recipient, d.purpose, d.tells_attendance, d.tells_hours, d.tells_phase, "
      "d.tells_enrolment, d.from_on, d.until_on, d.made_at, m.name, d.approved_at, y.name, d.told_at, "
      "t.name, "
      "d.digest, d.nature, d.affiliation, d.agreement, d.docket, d.ordered_on "
      "FROM client c JOIN disclosure d ON d.client_id = c.person_id JOIN staff m ON m.person_id = d.made_by "
      "LEFT JOIN staff y ON y.person_id = d.approved_by LEFT JOIN staff t ON t.person_id = d.told_by "
      "WHERE c.site_id = $1 AND d.made_at >= $4 AND d.made_at < $5 "
      "AND " CIRCLED_CLIENTS_OF_PERIOD "AND " CIRCLED_AFTER("d.made_at", "d.id"));
}

std::vector<ReminderRow> site_reminders(Snapshot& db, const Period& period, const ReminderRow* last,
                                        std::int64_t limit) {
  return by_client(
      db, period, last, &ReminderRow::due_at, &ReminderRow::reminder, limit,
      CIRCLED_OF_CLIENT
      "r.id, r.subject_kind, r.subject_id, r.starts_at, r.due_at, r.state, r.sent_at, r.late_by_s, "
      "r.acknowledged_at, r.answer FROM client c JOIN reminder r ON r.receiver_id = c.person_id "
      "WHERE c.site_id = $1 AND r.due_at >= $4 AND r.due_at < $5 "
      "AND " CIRCLED_CLIENTS_OF_PERIOD "AND " CIRCLED_AFTER("r.due_at", "r.id"));
}

std::vector<OccurrenceRow> site_occurrences(Snapshot& db, const Period& period, const OccurrenceRow* last,
                                            std::int64_t limit) {
  return by_client(
      db, period, last, &OccurrenceRow::starts_at, &OccurrenceRow::occurrence, limit,
      CIRCLED_OF_CLIENT
      "o.id, m.name, o.starts_at, m.zone, o.status, o.went, o.went_said_at, o.verified_by, o.verified_at, "
      "s.name, o.told_by FROM client c JOIN occurrence o ON o.client_id = c.person_id "
      "JOIN commitment k ON k.id = o.commitment_id JOIN meeting m ON m.id = k.meeting_id "
      "LEFT JOIN staff s ON s.person_id = o.verified_staff "
      "WHERE c.site_id = $1 AND o.starts_at >= $4 AND o.starts_at < $5 "
      "AND " CIRCLED_CLIENTS_OF_PERIOD "AND " CIRCLED_AFTER("o.starts_at", "o.id"));
}

std::vector<WaitRow> site_waits(Snapshot& db, const Period& period, const WaitRow* last, std::int64_t limit) {
  // Clients of other sites may wait here, so it is the groups and sessions that are of the site.
  return rows_of<WaitRow>(
      db, period,
      CIRCLED_OF_CLIENT
      "w.id, COALESCE(g.name, h.name, ''), s.starts_at, w.since_at, "
      "CASE WHEN w.priority = 1 THEN TRUE ELSE FALSE END, w.reason, w.state, w.offered_at, w.answer_by, "
      "w.answered_at FROM client c JOIN waitlist w ON w.client_id = c.person_id "
      "LEFT JOIN therapy_group g ON g.id = w.group_id LEFT JOIN session s ON s.id = w.session_id "
      "LEFT JOIN therapy_group h ON h.id = s.group_id "
      "WHERE COALESCE(g.site_id, s.site_id) = $1 AND w.since_at < $5 "
      "AND (w.answered_at IS NULL OR w.answered_at >= $4) "
      "AND (CAST($6 AS BIGINT) IS NULL OR COALESCE(g.id, h.id) = $6) "
      "AND " CIRCLED_WITH_STAFF("$8", "$9")
      "AND (CAST($14 AS BIGINT) IS NULL OR w.session_id IS NULL OR EXISTS (SELECT 1 FROM facilitator f "
      "WHERE f.session_id = w.session_id AND f.staff_id = $14)) "
      "AND " CIRCLED_AFTER("w.since_at", "w.id"),
      last ? last->client : ClientId(), last ? last->since_at : Instant{}, last ? last->wait : WaitlistId(),
      limit, period.own);
}

}  // namespace circled::reports
