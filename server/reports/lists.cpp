#include "reports/lists.hpp"

#include "reports/seats.hpp"

namespace circled::reports {
namespace {

// The columns of a line of attendance, of a session `s` and its participant `p`.
#define CIRCLED_ATTENDANCE                                                                              \
  "SELECT s.id, s.starts_at, (s.ends_at - s.starts_at) / 60000, v.name, COALESCE(g.name, ''), s.kind, " \
  "p.client_id, c.preferred_name, c.family_name, p.verdict, p.late_minutes, p.left_early_minutes, "     \
  "p.credited_minutes, CASE WHEN h.session_id IS NULL THEN FALSE ELSE TRUE END "

#define CIRCLED_ATTENDANCE_JOINS                                                       \
  " JOIN client c ON c.person_id = p.client_id JOIN service v ON v.id = s.service_id " \
  "LEFT JOIN therapy_group g ON g.id = s.group_id LEFT JOIN sheet h ON h.session_id = s.id "

}  // namespace

std::vector<AttendanceRow> client_attendance(Snapshot& db, ClientId client, const Period& period,
                                             const AttendanceRow* last, std::int64_t limit) {
  return db.all<AttendanceRow>(
      CIRCLED_ATTENDANCE
      "FROM participant p JOIN session s ON s.id = p.session_id" CIRCLED_ATTENDANCE_JOINS
      "WHERE p.client_id = $1 AND p.starts_at >= $2 AND p.starts_at < $3 AND s.status <> 'cancelled' "
      "AND (p.starts_at, p.session_id) > ($4, $5) ORDER BY p.starts_at, p.session_id LIMIT $6",
      client, last ? last->starts_at : period.from, period.until, last ? last->starts_at : period.from,
      last ? last->session : SessionId(), limit);
}

std::vector<AttendanceRow> site_attendance(Snapshot& db, const Period& period, const AttendanceRow* last,
                                           std::int64_t limit) {
  const Instant start = last ? last->starts_at : period.from;
  const SessionId session = last ? last->session : SessionId();
  const ClientId client = last ? last->client : ClientId();
  if (period.staff)
    return db.all<AttendanceRow>(
        CIRCLED_ATTENDANCE
        "FROM facilitator f JOIN session s ON s.id = f.session_id "
        "JOIN participant p ON p.session_id = s.id" CIRCLED_ATTENDANCE_JOINS
        "WHERE f.staff_id = $9 AND f.starts_at >= $4 AND f.starts_at < $3 AND s.site_id = $1 "
        "AND s.status <> 'cancelled' AND (CAST($8 AS BIGINT) IS NULL OR s.group_id = $8) "
        "AND (f.starts_at > $4 OR s.id > $5 OR (s.id = $5 AND p.client_id > $6)) "
        "ORDER BY f.starts_at, s.id, p.client_id LIMIT $7",
        period.site, period.from, period.until, start, session, client, limit, period.group, *period.staff);
  if (period.group)
    return db.all<AttendanceRow>(
        CIRCLED_ATTENDANCE
        "FROM session s JOIN participant p ON p.session_id = s.id" CIRCLED_ATTENDANCE_JOINS
        "WHERE s.group_id = $8 AND s.site_id = $1 AND s.starts_at >= $4 AND s.starts_at < $3 "
        "AND s.status <> 'cancelled' "
        "AND (s.starts_at > $4 OR s.id > $5 OR (s.id = $5 AND p.client_id > $6)) "
        "ORDER BY s.starts_at, s.id, p.client_id LIMIT $7",
        period.site, period.from, period.until, start, session, client, limit, *period.group);
  return db.all<AttendanceRow>(
      CIRCLED_ATTENDANCE
      "FROM session s JOIN participant p ON p.session_id = s.id" CIRCLED_ATTENDANCE_JOINS
      "WHERE s.site_id = $1 AND s.starts_at >= $4 AND s.starts_at < $3 AND s.status <> 'cancelled' "
      "AND (s.starts_at > $4 OR s.id > $5 OR (s.id = $5 AND p.client_id > $6)) "
      "ORDER BY s.starts_at, s.id, p.client_id LIMIT $7",
      period.site, period.from, period.until, start, session, client, limit);
}

std::vector<SessionRow> site_sessions(Snapshot& db, const Period& period, const SessionRow* last,
                                      std::int64_t limit) {
  return rows_of<SessionRow>(
      db, last ? since(period, last->starts_at) : period,
      "SELECT s.id, s.starts_at, s.ends_at, v.name, COALESCE(g.name, ''), s.kind, s.title, "
      "COALESCE(r.name, ''), s.status, s.seats, " CIRCLED_SEATS_TAKEN
      ", (SELECT count(*) FROM participant p WHERE p.session_id = s.id), "
      "CASE WHEN h.session_id IS NULL THEN FALSE ELSE TRUE END, h.attended, h.excused, h.unexcused, "
      "h.turned_away FROM session s JOIN service v ON v.id = s.service_id "
      "LEFT JOIN therapy_group g ON g.id = s.group_id LEFT JOIN room r ON r.id = s.room_id "
      "LEFT JOIN sheet h ON h.session_id = s.id "
      "WHERE " CIRCLED_SESSIONS_OF_PERIOD
      "AND (s.starts_at > $4 OR s.id > $10) ORDER BY s.starts_at, s.id LIMIT $11",
      last ? last->session : SessionId(), limit);
}

std::vector<ClientRow> site_clients(Snapshot& db, const Period& period, const ClientRow* last,
                                    std::int64_t limit) {
  return rows_of<ClientRow>(
      db, period,
      "SELECT c.person_id, c.preferred_name, c.family_name, e.admitted_on, e.discharged_on, e.discharge, "
      "(SELECT p.phase FROM phase p WHERE p.episode_id = e.id ORDER BY p.from_on DESC, p.id DESC LIMIT 1), "
      "(SELECT l.level FROM care_level l WHERE l.episode_id = e.id ORDER BY l.from_on DESC, l.id DESC LIMIT "
      "1) "
      "FROM client c JOIN episode e ON e.client_id = c.person_id "
      "WHERE c.person_id >= $10 AND c.site_id = $1 AND (c.person_id > $10 OR e.admitted_on > $11) "
      "AND e.admitted_on <= $3 AND (e.discharged_on IS NULL OR e.discharged_on >= $2) "
      "AND " CIRCLED_CLIENTS_OF_PERIOD "ORDER BY c.person_id, e.admitted_on LIMIT $12",
      last ? last->client : ClientId(), last ? last->admitted_on : Date{std::chrono::days(-1)}, limit);
}

}  // namespace circled::reports
