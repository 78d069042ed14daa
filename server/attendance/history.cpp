#include "attendance/history.hpp"

namespace circled::attendance {
namespace {

struct ChangeRow {
  std::int64_t version;
  Instant at;
  std::optional<std::string> by_name;
  ChangeKind kind;
  std::optional<std::int64_t> undoes;
  std::string reason;
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  std::string before;
  std::string after;
};
BOOST_DESCRIBE_STRUCT(ChangeRow, (),
                      (version, at, by_name, kind, undoes, reason, client, preferred_name, family_name,
                       before, after))

// `signed` is a word of C++.
std::string_view name(VersionKind what) {
  return what == VersionKind::signed_ ? "signed" : json::enum_name(what);
}

}  // namespace

Result<Changes> changes(Snapshot& db, const api::Identity& who, SessionId id,
                        std::optional<std::int64_t> before, std::int64_t limit) {
  if (const auto session = sheet_session(db, who, id); !session) return session.error();
  const auto wanted = db.all<std::int64_t>(
      "SELECT DISTINCT version FROM attendance_change WHERE session_id = $1 "
      "AND (CAST($2 AS BIGINT) IS NULL OR version < $2) ORDER BY version DESC LIMIT $3",
      id, before, limit + 1);
  Changes page;
  if (wanted.empty()) return page;
  const bool more = static_cast<std::int64_t>(wanted.size()) > limit;
  const std::int64_t oldest = more ? wanted[wanted.size() - 2] : wanted.back();
  if (more) page.next = oldest;
  for (auto& row : db.all<ChangeRow>(
           "SELECT c.version, c.at, COALESCE(s.name, k.preferred_name), c.kind, c.undoes, c.reason, "
           "c.client_id, p.preferred_name, p.family_name, c.before_state, c.after_state "
           "FROM attendance_change c JOIN client p ON p.person_id = c.client_id "
           "LEFT JOIN staff s ON s.person_id = c.by_id LEFT JOIN client k ON k.person_id = c.by_id "
           "WHERE c.session_id = $1 AND c.version >= $2 AND c.version <= $3 "
           "ORDER BY c.version DESC, p.search_name, c.client_id",
           id, oldest, wanted.front()))
    page.items.push_back({row.version, row.at, std::move(row.by_name), row.kind, row.undoes,
                          std::move(row.reason), row.client, std::move(row.preferred_name),
                          std::move(row.family_name), parse_state(row.before), parse_state(row.after)});
  return page;
}

Result<std::vector<SheetVersion>> versions(Snapshot& db, const api::Identity& who, SessionId id) {
  if (const auto session = sheet_session(db, who, id); !session) return session.error();
  using Row = std::tuple<std::int64_t, std::string, Instant, std::string, std::string, std::string>;
  std::vector<SheetVersion> all;
  for (auto& [number, what, at, by_name, reason, body] :
       db.all<Row>("SELECT v.number, v.what, v.at, s.name, v.reason, v.body FROM sheet_version v "
                   "JOIN staff s ON s.person_id = v.by_id WHERE v.session_id = $1 ORDER BY v.number",
                   id))
    all.push_back({number, what, at, by_name, reason, boost::json::parse(body)});
  return all;
}

void keep_version(Transaction& tx, SessionId id, VersionKind what, const api::Identity& who,
                  std::string_view reason, Sheet sheet, Instant now) {
  // Where somebody was is kept for a while only, and versions for ever.
  for (Line& line : sheet.lines)
    if (line.proposed) line.proposed->town = line.proposed->call_back = std::nullopt;
  const std::string body = json::to_text(sheet);
  tx.run(
      "INSERT INTO sheet_version (session_id, number, what, at, by_id, reason, body) "
      "SELECT $1, COALESCE((SELECT max(v.number) FROM sheet_version v WHERE v.session_id = $1), 0) + 1, "
      "CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS TEXT), CAST($6 AS TEXT)",
      id, name(what), now, who.person, reason, body);
}

std::optional<std::int64_t> last_change(Snapshot& db, SessionId id) {
  return db
      .one<std::optional<std::int64_t>>(
          "SELECT max(c.version) FROM attendance_change c WHERE c.session_id = $1 "
          "AND c.kind IN ('mark', 'walk_in') AND NOT EXISTS (SELECT 1 FROM attendance_change u "
          "WHERE u.session_id = $1 AND u.undoes = c.version)",
          id)
      .value_or(std::nullopt);
}

std::vector<std::pair<ClientId, std::optional<State>>> states_before(Snapshot& db, SessionId id,
                                                                     std::int64_t version) {
  std::vector<std::pair<ClientId, std::optional<State>>> states;
  for (const auto& [client, text] : db.all<std::tuple<ClientId, std::string>>(
           "SELECT client_id, before_state FROM attendance_change "
           "WHERE session_id = $1 AND version = $2 AND kind <> 'credit' ORDER BY client_id",
           id, version))
    states.emplace_back(client, parse_state(text));
  return states;
}

}  // namespace circled::attendance
