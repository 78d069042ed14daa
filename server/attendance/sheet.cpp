#include "attendance/sheet.hpp"

#include <set>

#include "live/emit.hpp"

namespace circled::attendance {
namespace {

using calendar::Session;
using calendar::Status;
using calendar::Verdict;

struct LineRow {
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  calendar::Answer answer;
  Verdict verdict;
};
BOOST_DESCRIBE_STRUCT(LineRow, (), (client, preferred_name, family_name, answer, verdict))

std::vector<Line> lines(Snapshot& db, const Session& session) {
  std::vector<Line> all;
  const auto came = proposed(db, session.id, session.starts_at);
  for (auto& row : db.all<LineRow>("SELECT p.client_id, c.preferred_name, c.family_name, p.answer, p.verdict "
                                   "FROM participant p JOIN client c ON c.person_id = p.client_id "
                                   "WHERE p.session_id = $1 ORDER BY c.search_name, p.client_id",
                                   session.id)) {
    Line line{row.client,
              std::move(row.preferred_name),
              std::move(row.family_name),
              row.answer,
              row.verdict,
              {},
              Minutes(0),
              Minutes(0),
              Minutes(0),
              {}};
    line.stays = db.all<Stay>(
        "SELECT arrived_at, departed_at FROM stay WHERE session_id = $1 AND client_id = $2 ORDER BY number",
        session.id, row.client);
    const auto credit = rules::credit(line.stays, session.starts_at, session.ends_at);
    line.late_minutes = credit.late;
    line.left_early_minutes = credit.left_early;
    line.credited_minutes = credit.credited;
    if (const auto found = came.find(row.client); found != came.end()) line.proposed = found->second;
    all.push_back(std::move(line));
  }
  return all;
}

Sheet compose(Snapshot& db, const Session& session) {
  Sheet sheet{session.id,
              session.version,
              session.title,
              session.starts_at,
              session.ends_at,
              session.zone,
              session.closed,
              {},
              {},
              lines(db, session)};
  const auto closed = db.one<std::tuple<Instant, std::string>>(
      "SELECT h.closed_at, s.name FROM sheet h JOIN staff s ON s.person_id = h.closed_by WHERE h.session_id "
      "= $1",
      session.id);
  if (closed) {
    sheet.closed_at = std::get<0>(*closed);
    sheet.closed_by_name = std::get<1>(*closed);
  }
  return sheet;
}

Result<Session> allowed(Snapshot& db, const api::Identity& who, SessionId id) {
  auto session = calendar::session(db, who, id);
  if (!session) return session;
  if (!calendar::treats(db, who, id))
    return forbidden("Only its facilitators take the roll of this session.");
  return session;
}

Error changed_meanwhile(Snapshot& db, const Session& session) {
  Error error{ErrorKind::precondition_failed,
              "changed_meanwhile",
              "Somebody changed this sheet since you read it.",
              {},
              {},
              0};
  error.extra["current"] = json::encode(compose(db, session));
  return error;
}

// The session of a sheet that may be written on now.
Result<Session> open_sheet(Transaction& tx, const api::Identity& who, SessionId id, std::int64_t version,
                           Instant now) {
  auto session = allowed(tx, who, id);
  if (!session) return session;
  if (session->version != version) return changed_meanwhile(tx, *session);
  if (session->status == Status::cancelled) return conflict("cancelled", "This session was cancelled.");
  if (session->closed) return conflict("sheet_closed", "This sheet is closed; a supervisor can reopen it.");
  if (session->starts_at > now) return conflict("not_started", "This session has not started.");
  return session;
}

std::vector<FieldError> check(const Marks& marks, const std::vector<Line>& on_sheet, const Session& session,
                              Instant now) {
  std::set<ClientId> expected, seen;
  for (const auto& line : on_sheet) expected.insert(line.client);
  std::vector<FieldError> errors;
  for (std::size_t i = 0; i < marks.marks.size(); ++i) {
    const Mark& mark = marks.marks[i];
    const std::string pointer = "/marks/" + std::to_string(i);
    if (!expected.contains(mark.client))
      errors.push_back({pointer + "/client", "not_on_the_sheet", "This person is not on the sheet."});
    else if (!seen.insert(mark.client).second)
      errors.push_back({pointer + "/client", "repeated", "This person is marked above already."});
    for (auto& error : rules::check(mark, pointer, session.starts_at, session.ends_at, now))
      errors.push_back(std::move(error));
  }
  return errors;
}

void write(Transaction& tx, const Session& session, const Mark& mark) {
  const auto stays = rules::stays(mark, session.starts_at);
  std::optional<rules::Credit> credit;
  if (mark.verdict == Verdict::attended) credit = rules::credit(stays, session.starts_at, session.ends_at);
  const auto minutes = [&](Minutes rules::Credit::*what) {
    return credit ? std::optional((*credit).*what) : std::nullopt;
  };
  tx.run(
      "UPDATE participant SET verdict = $3, late_minutes = $4, left_early_minutes = $5, credited_minutes = "
      "$6 "
      "WHERE session_id = $1 AND client_id = $2",
      session.id, mark.client, mark.verdict, minutes(&rules::Credit::late),
      minutes(&rules::Credit::left_early), minutes(&rules::Credit::credited));
  tx.run("DELETE FROM stay WHERE session_id = $1 AND client_id = $2", session.id, mark.client);
  std::int64_t number = 0;
  for (const Stay& stay : stays)
    tx.run(
        "INSERT INTO stay (session_id, client_id, number, arrived_at, departed_at) VALUES ($1, $2, $3, $4, "
        "$5)",
        session.id, mark.client, ++number, stay.arrived_at, stay.departed_at);
}

// Counts the version up, tells the dashboards, answers the sheet as it now stands.
Sheet finish(Transaction& tx, const api::Identity& who, SessionId id) {
  tx.run("UPDATE session SET version = version + 1 WHERE id = $1", id);
  const Session session = *calendar::session(tx, who, id);
  live::hint(tx, "session.changed", id.value, session.site);
  return compose(tx, session);
}

}  // namespace

Result<Sheet> sheet(Snapshot& db, const api::Identity& who, SessionId id) {
  auto session = allowed(db, who, id);
  if (!session) return session.error();
  return compose(db, *session);
}

Result<Sheet> mark(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                   std::int64_t version, const Marks& marks, Instant now) {
  const auto session = open_sheet(tx, who, id, version, now);
  if (!session) return session.error();
  const auto on_sheet = lines(tx, *session);
  if (auto errors = check(marks, on_sheet, *session, now); !errors.empty()) return invalid(std::move(errors));

  for (const Mark& mark : marks.marks) write(tx, *session, mark);
  access::audit(tx, actor, "attendance.mark", "session", id.value, now,
                {{"marks", json::encode(marks.marks)}});
  return finish(tx, who, id);
}

Result<Sheet> close(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                    std::int64_t version, Instant now) {
  const auto session = open_sheet(tx, who, id, version, now);
  if (!session) return session.error();
  json::array unmarked;
  for (const auto& line : lines(tx, *session))
    if (line.verdict == Verdict::expected) unmarked.push_back(line.client.value);
  if (!unmarked.empty()) {
    Error error = conflict("unmarked", "Some people on the sheet have no mark yet.");
    error.extra["clients"] = std::move(unmarked);
    return error;
  }
  tx.run("INSERT INTO sheet (session_id, closed_at, closed_by) VALUES ($1, $2, $3)", id, now, who.person);
  tx.run("UPDATE session SET status = 'completed' WHERE id = $1", id);
  access::audit(tx, actor, "attendance.close", "session", id.value, now);
  return finish(tx, who, id);
}

Result<Sheet> reopen(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                     std::int64_t version, const Reopening& reopening, Instant now) {
  const auto session = allowed(tx, who, id);
  if (!session) return session.error();
  if (who.role != api::Role::admin && who.role != api::Role::supervisor)
    return forbidden("Only a supervisor reopens a sheet.");
  if (session->version != version) return changed_meanwhile(tx, *session);
  if (!session->closed) return conflict("not_closed", "This sheet is open.");
  Sheet was = compose(tx, *session);
  // Where somebody was is kept for a while only; the trail is kept for ever.
  for (auto& line : was.lines)
    if (line.proposed) line.proposed->town = line.proposed->call_back = std::nullopt;
  access::audit(tx, actor, "attendance.reopen", "session", id.value, now,
                {{"reason", reopening.reason}, {"was", json::encode(was)}});
  tx.run("DELETE FROM sheet WHERE session_id = $1", id);
  tx.run("UPDATE session SET status = 'scheduled' WHERE id = $1", id);
  return finish(tx, who, id);
}

}  // namespace circled::attendance
