#include "access/once.hpp"

#include "base/token.hpp"

namespace circled::access::detail {
namespace {

constexpr auto kept = std::chrono::hours(24);

struct Found {
  std::string body_hash;
  Instant at;
  int status;
  std::string etag, location, body;
  BOOST_DESCRIBE_CLASS(Found, (), (body_hash, at, status, etag, location, body), (), ())
};

}  // namespace

Result<std::optional<StoredReply>> find_reply(Transaction& tx, AccountId account, std::string_view route,
                                              std::string_view key, std::string_view body_hash, Instant now) {
  auto found = tx.one<Found>(
      "SELECT body_hash, at, status, etag, location, body FROM idempotency "
      "WHERE account_id = $1 AND route = $2 AND key = $3",
      account, route, key);
  if (!found || found->at + kept <= now) return std::optional<StoredReply>{};
  if (found->body_hash != body_hash)
    return Error{ErrorKind::invalid,
                 "key_reused",
                 "This Idempotency-Key was used for another request; use a new one.",
                 {},
                 {},
                 0};
  return std::optional(
      StoredReply{found->status, std::move(found->etag), std::move(found->location), std::move(found->body)});
}

void store_reply(Transaction& tx, AccountId account, std::string_view route, std::string_view key,
                 std::string_view body_hash, const StoredReply& reply, Instant now) {
  // A row that stands here is older than a day and has not been cleared away yet.
  tx.later(
      "INSERT INTO idempotency (account_id, route, key, body_hash, status, etag, location, body, at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
      "ON CONFLICT (account_id, route, key) DO UPDATE SET body_hash = $4, status = $5, etag = $6, "
      "location = $7, body = $8, at = $9",
      account, route, key, body_hash, reply.status, reply.etag, reply.location, reply.body, now);
}

std::string hash_body(const api::Call& call) {
  std::string text(call.request.path());
  text += '?';
  text += call.request.query();
  text += '\n';
  text += call.request.body;
  return sha256(text);
}

}  // namespace circled::access::detail
