#include "reports/house_lists.hpp"

namespace circled::reports {

std::vector<GroupRow> site_groups(Snapshot& db, const Period& period, const GroupRow* last,
                                  std::int64_t limit) {
  return rows_of<GroupRow>(
      db, period,
      "SELECT g.id, g.name, g.alias, v.name, g.admission, g.state, g.ends_on, g.smallest, g.largest, "
      "(SELECT count(*) FROM enrolment n WHERE n.group_id = g.id AND n.from_on <= $3 "
      "AND (n.until_on IS NULL OR n.until_on >= $3)), "
      "(SELECT count(*) FROM waitlist w WHERE w.group_id = g.id AND w.state IN ('waiting', 'offered')), "
      "(SELECT count(*) FROM session s WHERE s.group_id = g.id AND s.starts_at >= $4 AND s.starts_at < $5 "
      "AND s.status <> 'cancelled') "
      "FROM therapy_group g JOIN service v ON v.id = g.service_id WHERE g.site_id = $1 AND g.id > $10 "
      "AND (CAST($6 AS BIGINT) IS NULL OR g.id = $6) AND (CAST($7 AS BIGINT) IS NULL OR EXISTS "
      "(SELECT 1 FROM session s JOIN facilitator f ON f.session_id = s.id AND f.staff_id = $7 "
      "WHERE s.group_id = g.id AND s.starts_at >= $4 AND s.starts_at < $5)) ORDER BY g.id LIMIT $11",
      last ? last->group : GroupId(), limit);
}

std::vector<EnrolmentRow> site_enrolments(Snapshot& db, const Period& period, const EnrolmentRow* last,
                                          std::int64_t limit) {
  return rows_of<EnrolmentRow>(
      db, period,
      "SELECT g.id, g.name, e.id, e.client_id, c.preferred_name, c.family_name, e.from_on, e.until_on, "
      "e.mandatory, e.made_at FROM therapy_group g JOIN enrolment e ON e.group_id = g.id "
      "JOIN client c ON c.person_id = e.client_id WHERE g.site_id = $1 "
      "AND (CAST($6 AS BIGINT) IS NULL OR g.id = $6) AND e.from_on <= $3 "
      "AND (e.until_on IS NULL OR (e.until_on >= $2 AND e.until_on >= e.from_on)) "
      "AND " CIRCLED_WITH_STAFF("$8", "$9")
      "AND g.id >= $10 AND (g.id > $10 OR e.from_on > $11 OR (e.from_on = $11 AND e.id > $12)) "
      "ORDER BY g.id, e.from_on, e.id LIMIT $13",
      last ? last->group : GroupId(), last ? last->from_on : Date{}, last ? last->enrolment : EnrolmentId(),
      limit);
}

std::vector<MeetingRow> all_meetings(Snapshot& db, const MeetingRow* last, std::int64_t limit) {
  return db.all<MeetingRow>(
      "SELECT m.id, l.name, m.name, m.weekday, m.time, m.duration_minutes, m.zone, m.place, m.address, "
      "m.town, m.notes, m.online_url, m.in_person, m.types FROM meeting m "
      "JOIN meeting_list l ON l.id = m.list_id WHERE (m.weekday, m.time, m.id) > ($1, $2, $3) "
      "AND m.gone_at IS NULL ORDER BY m.weekday, m.time, m.id LIMIT $4",
      last ? last->weekday : 0, last ? last->time : TimeOfDay{}, last ? last->meeting : MeetingId(), limit);
}

std::vector<AuditRow> trail(Snapshot& db, const access::AuditQuery& query, const AuditRow* last,
                            std::int64_t limit) {
  std::vector<AuditRow> rows;
  for (auto& entry : access::audit_entries(db, query, last ? last->entry : AuditId(), limit))
    rows.push_back({entry.id, entry.at, entry.account, std::move(entry.account_name), std::move(entry.action),
                    std::move(entry.subject_kind), entry.subject, boost::json::serialize(entry.detail),
                    std::move(entry.request_id)});
  return rows;
}

}  // namespace circled::reports
