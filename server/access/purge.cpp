#include "access/purge.hpp"

#include "base/id.hpp"

namespace circled::access::purge {
namespace {

using std::chrono::hours;

constexpr auto keys_kept = hours(24);
constexpr auto codes_kept = hours(24);
constexpr auto sign_ins_kept = hours(24 * 30);

// Rows of one kind in one transaction: a few milliseconds of the writer.
constexpr std::int64_t batch = 500;

std::int64_t end_expired(Transaction& tx, Instant now) {
  const auto ended = tx.all<SignInId>(
      "UPDATE sign_in SET revoked_at = expires_at WHERE id IN "
      "(SELECT id FROM sign_in WHERE revoked_at IS NULL AND expires_at <= $1 ORDER BY expires_at LIMIT $2) "
      "RETURNING id",
      now, batch);
  for (const SignInId id : ended) tx.hint({"sign_in.revoked", id.value, SiteId{}, store::Hint::internal});
  return static_cast<std::int64_t>(ended.size());
}

// One by one: SQLite would look a list of three-part keys up by their first part alone, and read all
// keys of a busy account for each.
std::int64_t drop_keys(Transaction& tx, Instant now) {
  const auto old = tx.all<std::tuple<AccountId, std::string, std::string>>(
      "SELECT account_id, route, key FROM idempotency WHERE at <= $1 ORDER BY at LIMIT $2", now - keys_kept,
      batch);
  for (const auto& [account, route, key] : old)
    tx.run("DELETE FROM idempotency WHERE account_id = $1 AND route = $2 AND key = $3", account, route, key);
  return static_cast<std::int64_t>(old.size());
}

}  // namespace

std::int64_t run_once(Transaction& tx, Instant now) {
  std::int64_t rows = end_expired(tx, now);
  rows += drop_keys(tx, now);
  rows += tx.run(
      "DELETE FROM throttle WHERE key IN "
      "(SELECT key FROM throttle WHERE forget_at <= $1 ORDER BY forget_at LIMIT $2)",
      now, batch);
  rows += tx.run(
      "DELETE FROM enrolment_code WHERE code_hash IN "
      "(SELECT code_hash FROM enrolment_code WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
      now - codes_kept, batch);
  rows += tx.run(
      "DELETE FROM password_code WHERE account_id IN "
      "(SELECT account_id FROM password_code WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
      now, batch);
  rows += tx.run(
      "DELETE FROM sign_in WHERE id IN "
      "(SELECT id FROM sign_in WHERE revoked_at <= $1 ORDER BY revoked_at LIMIT $2)",
      now - sign_ins_kept, batch);
  return rows;
}

}  // namespace circled::access::purge
