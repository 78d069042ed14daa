#include "access/audit.hpp"

#include "api/route.hpp"
#include "base/token.hpp"

namespace circled::access {
namespace {

constexpr auto one_view = std::chrono::minutes(15);
constexpr std::size_t most_problems = 100;

struct Entry {
  AuditId id;
  Instant at;
  std::optional<AccountId> account;
  std::string action, subject_kind;
  std::int64_t subject;
  std::string detail, request_id;
  BOOST_DESCRIBE_CLASS(Entry, (), (id, at, account, action, subject_kind, subject, detail, request_id), (),
                       ())
};

// Every field is preceded by its length, so that no two entries can read alike.
void put(std::string& text, std::string_view field) {
  text += std::to_string(field.size());
  text += ':';
  text += field;
}
void put(std::string& text, std::int64_t number) { put(text, std::to_string(number)); }

std::string seal_of(std::string_view key, std::int64_t position, std::string_view previous, const Entry& e) {
  std::string text = "audit 1 ";
  put(text, position);
  put(text, previous);
  put(text, e.id.value);
  put(text, to_millis(e.at));
  put(text, e.account ? std::to_string(e.account->value) : "nobody");
  put(text, e.action);
  put(text, e.subject_kind);
  put(text, e.subject);
  put(text, e.detail);
  put(text, e.request_id);
  return keyed_hash(key, text);
}

std::string end_seal(std::string_view key, std::int64_t position, std::string_view last) {
  std::string text = "audit end 1 ";
  put(text, position);
  put(text, last);
  return keyed_hash(key, text);
}

std::optional<AccountId> known(AccountId account) {
  if (!account) return std::nullopt;
  return account;
}

}  // namespace

Actor actor_of(const api::Call& call, const api::Identity& who) { return {who.account, call.request.id}; }

void audit(Transaction& tx, const Actor& actor, std::string_view action, std::string_view subject_kind,
           std::int64_t subject, Instant now, const json::object& detail) {
  tx.later(
      "INSERT INTO audit (at, account_id, action, subject_kind, subject_id, detail, request_id) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      now, known(actor.account), action, subject_kind, subject,
      detail.empty() ? std::string("{}") : boost::json::serialize(detail), actor.request_id);
}

bool seen_lately(Snapshot& db, const Actor& actor, std::string_view action, std::string_view subject_kind,
                 std::int64_t subject, Instant now) {
  if (!actor.account) return false;
  return db
      .one<std::int64_t>(
          "SELECT 1 FROM audit WHERE account_id = $1 AND action = $2 AND subject_id = $3 AND at > $4 "
          "AND subject_kind = $5 LIMIT 1",
          actor.account, action, subject, now - one_view, subject_kind)
      .has_value();
}

void audit_view(Transaction& tx, const Actor& actor, std::string_view action, ClientId client, Instant now) {
  if (!seen_lately(tx, actor, action, "client", client.value, now))
    audit(tx, actor, action, "client", client.value, now);
}

Task<Result<void>> record_view(Store& store, Actor actor, std::string_view action,
                               std::string_view subject_kind, std::int64_t subject, Instant now) {
  const bool seen = co_await store.read(
      [&](Snapshot& db) { return seen_lately(db, actor, action, subject_kind, subject, now); });
  if (seen) co_return Result<void>{};
  // Named, not written in place: see store/store.hpp.
  const auto record = [=](Transaction& tx) -> Result<void> {
    if (!seen_lately(tx, actor, action, subject_kind, subject, now))
      audit(tx, actor, action, subject_kind, subject, now);
    return {};
  };
  co_return co_await store.write("audit.view", record);
}

void seal(Transaction& tx, std::string_view key) {
  const auto entries = tx.all<Entry>(
      "SELECT id, at, account_id, action, subject_kind, subject_id, detail, request_id FROM audit "
      "WHERE position IS NULL ORDER BY at, id");
  if (entries.empty()) return;
  auto [position, previous] =
      tx.one<std::tuple<std::int64_t, std::string>>(
            "SELECT position, seal FROM audit WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1")
          .value_or(std::tuple(std::int64_t{0}, std::string()));
  for (const Entry& entry : entries) {
    previous = seal_of(key, ++position, previous, entry);
    tx.later("UPDATE audit SET position = $2, seal = $3 WHERE id = $1", entry.id, position, previous);
  }
  tx.run(
      "INSERT INTO audit_end (one, position, seal) VALUES (1, $1, $2) "
      "ON CONFLICT (one) DO UPDATE SET position = $1, seal = $2",
      position, end_seal(key, position, previous));
}

ChainReport verify_chain(Snapshot& db, std::string_view key) {
  using Sealed = std::tuple<std::int64_t, std::string, AuditId, Instant, std::optional<AccountId>,
                            std::string, std::string, std::int64_t, std::string, std::string>;
  ChainReport report;
  const auto complain = [&](std::string what) {
    if (report.problems.size() < most_problems) report.problems.push_back(std::move(what));
  };
  std::int64_t last = 0;
  std::string previous;
  db.each<Sealed>(
      [&](Sealed row) {
        auto& [position, seal, id, at, account, action, kind, subject, detail, request_id] = row;
        ++report.entries;
        const Entry entry{id,
                          at,
                          account,
                          std::move(action),
                          std::move(kind),
                          subject,
                          std::move(detail),
                          std::move(request_id)};
        const bool gap = position != last + 1;
        if (gap)
          complain("entries are missing from the chain before entry " + std::to_string(id.value) + ": " +
                   std::to_string(position - last - 1));
        // After a gap the seal before is gone with its entry, so nothing can be said about this one.
        if (!gap && !same_secret(seal, seal_of(key, position, previous, entry)))
          complain("entry " + std::to_string(id.value) +
                   " was changed, or does not follow from the one before it");
        last = position;
        previous = std::move(seal);
      },
      "SELECT position, seal, id, at, account_id, action, subject_kind, subject_id, detail, request_id FROM "
      "audit "
      "WHERE position IS NOT NULL ORDER BY position");

  const auto end =
      db.one<std::tuple<std::int64_t, std::string>>("SELECT position, seal FROM audit_end WHERE one = 1");
  if (end ? std::get<0>(*end) != last || !same_secret(std::get<1>(*end), end_seal(key, last, previous))
          : last != 0)
    complain("the chain does not end where its last seal says: entries are missing at its end");

  report.unsealed = *db.one<std::int64_t>("SELECT count(*) FROM audit WHERE position IS NULL");
  report.entries += report.unsealed;
  return report;
}

}  // namespace circled::access
