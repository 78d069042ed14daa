#include "calendar/session.hpp"

#include <algorithm>

namespace circled::calendar {
namespace {

// One statement answers sessions with all that belongs to them: a list costs no question for each of its
// rows, and on an engine across a socket one round trip. FROM names the session `s`, WHERE chooses. Where
// there can be several, " ORDER BY x.starts_at, x.id" follows, so that the lines of one stand together.
#define CIRCLED_SESSIONS(FROM, WHERE)                                                                       \
  "SELECT x.id, x.site_id, x.zone, x.service_id, x.service_name, x.kind, x.title, x.room_id, x.room_name, " \
  "x.link, x.starts_at, x.ends_at, x.status, x.version, x.seats, x.closed, x.group_id, x.series_id, "       \
  "x.original_at, x.topic, "                                                                                \
  "(SELECT count(*) FROM participant p WHERE p.session_id = x.id), "                                        \
  "(SELECT count(*) FROM participant p WHERE p.session_id = x.id AND p.answer = 'confirmed'), "             \
  "(SELECT count(*) FROM participant p WHERE p.session_id = x.id AND p.answer = 'cant_come'), "             \
  "f.staff_id, t.name, f.leads FROM ("                                                                      \
  "SELECT s.id, s.site_id, i.zone, s.service_id, v.name AS service_name, s.kind, s.title, s.room_id, "      \
  "r.name AS room_name, s.link, s.starts_at, s.ends_at, s.status, s.version, s.seats, "                     \
  "CASE WHEN h.session_id IS NULL THEN FALSE ELSE TRUE END AS closed, s.group_id, s.series_id, "            \
  "s.original_at, s.topic FROM " FROM                                                                       \
  " JOIN site i ON i.id = s.site_id JOIN service v ON v.id = s.service_id "                                 \
  "LEFT JOIN room r ON r.id = s.room_id LEFT JOIN sheet h ON h.session_id = s.id WHERE " WHERE              \
  ") AS x LEFT JOIN facilitator f ON f.session_id = x.id LEFT JOIN staff t ON t.person_id = f.staff_id"

// A session and one who leads it; a session that nobody leads has a single line without them.
struct SessionLine : SessionRow, AnswerCounts {
  std::optional<StaffId> staff;
  std::optional<std::string> staff_name;
  std::optional<bool> leads;
};
BOOST_DESCRIBE_STRUCT(SessionLine, (SessionRow, AnswerCounts), (staff, staff_name, leads))

template <class... A>
std::vector<Session> load(Snapshot& db, std::string_view sql, const A&... arguments) {
  std::vector<Session> sessions;
  db.each<SessionLine>(
      [&](SessionLine&& line) {
        if (sessions.empty() || sessions.back().id != line.id) {
          Session session;
          static_cast<SessionRow&>(session) = std::move(line);
          static_cast<AnswerCounts&>(session) = line;
          sessions.push_back(std::move(session));
        }
        if (line.staff)
          sessions.back().facilitators.push_back({*line.staff, std::move(*line.staff_name), *line.leads});
      },
      sql, arguments...);
  // A few at the most; the database would sort whole lines for it.
  for (auto& session : sessions)
    std::sort(session.facilitators.begin(), session.facilitators.end(),
              [](const Facilitator& a, const Facilitator& b) {
                return a.leads != b.leads ? a.leads : a.staff < b.staff;
              });
  return sessions;
}

bool everywhere(const api::Identity& who) {
  return who.role == api::Role::admin || who.role == api::Role::supervisor;
}

bool facilitates(const Session& session, const api::Identity& who) {
  for (const auto& f : session.facilitators)
    if (PersonId(f.staff) == who.person) return true;
  return false;
}

}  // namespace

std::vector<Service> services(Snapshot& db) {
  return db.all<Service>("SELECT id, code, name, neutral_name, counts FROM service ORDER BY name");
}

Result<Service> add_service(Transaction& tx, const access::Actor& actor, const Service& service,
                            Instant now) {
  Service added = service;
  try {
    added.id = *tx.one<ServiceId>(
        "INSERT INTO service (code, name, neutral_name, counts) VALUES ($1, $2, $3, $4) RETURNING id",
        service.code, service.name, service.neutral_name, service.counts);
  } catch (const store::Violation& v) {
    if (v.kind != store::Violation::unique) throw;
    return invalid("/code", "taken", "There is a service of this code already.");
  }
  access::audit(tx, actor, "service.add", "service", added.id.value, now);
  return added;
}

Result<Session> session(Snapshot& db, const api::Identity& who, SessionId id) {
  auto found = load(db, CIRCLED_SESSIONS("session s", "s.id = $1"), id);
  if (found.empty() || !api::StaffMember::accepts(who.role)) return not_found("session");
  Session& session = found.front();
  if (!everywhere(who) && session.site != who.site && !facilitates(session, who)) return not_found("session");
  return std::move(session);
}

bool treats(Snapshot& db, const api::Identity& who, SessionId id) {
  if (everywhere(who)) return true;
  if (!api::Counselor::accepts(who.role)) return false;
  return db
      .one<std::int64_t>("SELECT 1 FROM facilitator WHERE session_id = $1 AND staff_id = $2", id, who.person)
      .has_value();
}

Result<Roster> roster(Snapshot& db, const api::Identity& who, SessionId id) {
  auto known = session(db, who, id);
  if (!known) return known.error();
  const bool desk = who.role == api::Role::front_desk && known->site == who.site;
  if (!desk && !treats(db, who, id))
    return forbidden("Only those who treat these clients see who is expected.");
  return Roster{
      id, db.all<Participant>(
              "SELECT p.client_id, c.preferred_name, c.family_name, p.answer, p.verdict, p.late_said_at "
              "FROM participant p JOIN client c ON c.person_id = p.client_id "
              "WHERE p.session_id = $1 ORDER BY c.search_name, p.client_id",
              id)};
}

std::vector<Session> sessions_of_site(Snapshot& db, SiteId site, const Range& range) {
  return load(db,
              CIRCLED_SESSIONS("session s",
                               "s.site_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3 "
                               "AND (s.starts_at, s.id) > ($4, $5) ORDER BY s.starts_at, s.id LIMIT $6")
                  " ORDER BY x.starts_at, x.id",
              site, std::max(range.from, range.after_start), range.until, range.after_start, range.after,
              range.limit);
}

std::vector<Session> sessions_of_staff(Snapshot& db, StaffId staff, const Range& range) {
  return load(db,
              CIRCLED_SESSIONS("facilitator l JOIN session s ON s.id = l.session_id",
                               "l.staff_id = $1 AND l.starts_at >= $2 AND l.starts_at < $3 "
                               "AND (l.starts_at, l.session_id) > ($4, $5) "
                               "ORDER BY l.starts_at, l.session_id LIMIT $6") " ORDER BY x.starts_at, x.id",
              staff, std::max(range.from, range.after_start), range.until, range.after_start, range.after,
              range.limit);
}

std::vector<Session> sessions_of_group(Snapshot& db, GroupId group, const Range& range) {
  return load(db,
              CIRCLED_SESSIONS("session s",
                               "s.group_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3 "
                               "AND (s.starts_at, s.id) > ($4, $5) ORDER BY s.starts_at, s.id LIMIT $6")
              " ORDER BY x.starts_at, x.id",
              group, std::max(range.from, range.after_start), range.until, range.after_start, range.after,
              range.limit);
}

}  // namespace circled::calendar
