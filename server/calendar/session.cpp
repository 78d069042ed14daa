#include "calendar/session.hpp"

namespace circled::calendar {
namespace {

#define CIRCLED_SESSION_COLUMNS                                                                        \
  "SELECT s.id, s.site_id, i.zone, s.service_id, v.name, s.kind, s.title, s.room_id, r.name, s.link, " \
  "s.starts_at, s.ends_at, s.status, s.version, s.seats, "                                             \
  "CASE WHEN h.session_id IS NULL THEN FALSE ELSE TRUE END "
#define CIRCLED_SESSION_JOINS                                              \
  "JOIN site i ON i.id = s.site_id JOIN service v ON v.id = s.service_id " \
  "LEFT JOIN room r ON r.id = s.room_id LEFT JOIN sheet h ON h.session_id = s.id "

Session complete(Snapshot& db, SessionRow&& row) {
  Session session;
  static_cast<SessionRow&>(session) = std::move(row);
  static_cast<AnswerCounts&>(session) = *db.one<AnswerCounts>(
      "SELECT count(*), count(CASE WHEN answer = 'confirmed' THEN 1 END), "
      "count(CASE WHEN answer = 'cant_come' THEN 1 END) FROM participant WHERE session_id = $1",
      session.id);
  session.facilitators = db.all<Facilitator>(
      "SELECT f.staff_id, p.name, f.leads FROM facilitator f JOIN staff p ON p.person_id = f.staff_id "
      "WHERE f.session_id = $1 ORDER BY f.leads DESC, f.staff_id",
      session.id);
  return session;
}

std::optional<Session> load(Snapshot& db, SessionId id) {
  auto row = db.one<SessionRow>(
      CIRCLED_SESSION_COLUMNS "FROM session s " CIRCLED_SESSION_JOINS "WHERE s.id = $1", id);
  if (!row) return std::nullopt;
  return complete(db, std::move(*row));
}

bool everywhere(const api::Identity& who) {
  return who.role == api::Role::admin || who.role == api::Role::supervisor;
}

bool facilitates(const Session& session, const api::Identity& who) {
  for (const auto& f : session.facilitators)
    if (PersonId(f.staff) == who.person) return true;
  return false;
}

std::vector<Session> complete_all(Snapshot& db, std::vector<SessionRow>&& rows) {
  std::vector<Session> sessions;
  sessions.reserve(rows.size());
  for (auto& row : rows) sessions.push_back(complete(db, std::move(row)));
  return sessions;
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
  auto found = load(db, id);
  if (!found || !api::StaffMember::accepts(who.role)) return not_found("session");
  if (!everywhere(who) && found->site != who.site && !facilitates(*found, who)) return not_found("session");
  return std::move(*found);
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
      id, db.all<Participant>("SELECT p.client_id, c.preferred_name, c.family_name, p.answer, p.verdict "
                              "FROM participant p JOIN client c ON c.person_id = p.client_id "
                              "WHERE p.session_id = $1 ORDER BY c.search_name, p.client_id",
                              id)};
}

std::vector<Session> sessions_of_site(Snapshot& db, SiteId site, const Range& range) {
  return complete_all(
      db, db.all<SessionRow>(CIRCLED_SESSION_COLUMNS
                             "FROM session s " CIRCLED_SESSION_JOINS
                             "WHERE s.site_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3 "
                             "AND (s.starts_at, s.id) > ($4, $5) ORDER BY s.starts_at, s.id LIMIT $6",
                             site, std::max(range.from, range.after_start), range.until, range.after_start,
                             range.after, range.limit));
}

std::vector<Session> sessions_of_staff(Snapshot& db, StaffId staff, const Range& range) {
  return complete_all(
      db, db.all<SessionRow>(CIRCLED_SESSION_COLUMNS
                             "FROM facilitator f JOIN session s ON s.id = f.session_id " CIRCLED_SESSION_JOINS
                             "WHERE f.staff_id = $1 AND f.starts_at >= $2 AND f.starts_at < $3 "
                             "AND (f.starts_at, f.session_id) > ($4, $5) "
                             "ORDER BY f.starts_at, f.session_id LIMIT $6",
                             staff, std::max(range.from, range.after_start), range.until, range.after_start,
                             range.after, range.limit));
}

Error changed_meanwhile(const Session& current) {
  Error error{ErrorKind::precondition_failed,
              "changed_meanwhile",
              "Somebody changed this session since you read it.",
              {},
              {},
              0};
  error.extra["current"] = json::encode(current);
  return error;
}

}  // namespace circled::calendar
