// Idempotency: a request repeated under the same Idempotency-Key gets the first answer, word for word,
// and changes nothing. The key is looked up and the answer stored in the same transaction as the
// change itself. Scope: account and route, 24 hours; only successes are stored; the route's own access
// check has been made again by then; another body under the same key is refused.
#pragma once
#include "access/context.hpp"
#include "api/route.hpp"
#include "store/store.hpp"

namespace circled::access {

struct StoredReply {
  int status;
  std::string etag, location, body;
};

namespace detail {
// Errors: invalid (key_reused) when the key stands with another body.
Result<std::optional<StoredReply>> find_reply(Transaction& tx, AccountId account, std::string_view route,
                                              std::string_view key, std::string_view body_hash, Instant now);
void store_reply(Transaction& tx, AccountId account, std::string_view route, std::string_view key,
                 std::string_view body_hash, const StoredReply& reply, Instant now);
// Over the body and the request's path and query, for the route alone does not name the object.
std::string hash_body(const api::Call& call);
}  // namespace detail

// `f` answers Result<api::Reply<R>>; it is not called when the key was seen before. Without a key, it
// just runs.
template <class F>
auto once(Transaction& tx, const api::Call& call, const api::Identity& who, F&& f)
    -> std::invoke_result_t<F&> {
  const auto key = call.idempotency_key();
  if (!key) return f();
  const std::string hash = detail::hash_body(call);
  auto found = detail::find_reply(tx, who.account, call.route, *key, hash, call.now);
  if (!found) return found.error();
  using Reply = typename std::invoke_result_t<F&>::value_type;
  if (*found) {
    Reply reply;
    reply.status = (*found)->status;
    reply.etag = (*found)->etag;
    reply.location = (*found)->location;
    reply.stored = (*found)->body;
    reply.replayed = true;
    return reply;
  }
  auto reply = f();
  if (!reply) return reply;
  StoredReply stored{reply->status, reply->etag, reply->location, {}};
  if constexpr (requires { reply->body; }) stored.body = json::to_text(reply->body);
  detail::store_reply(tx, who.account, call.route, *key, hash, stored, call.now);
  return reply;
}

namespace detail {
template <class F>
auto write_once_by(Context& context, std::string_view name, const api::Call& call, const api::Identity& who,
                   F f) -> Task<std::invoke_result_t<F&, Transaction&>> {
  co_return co_await context.store.write(
      name, [&](Transaction& tx) { return once(tx, call, who, [&] { return f(tx); }); });
}
}  // namespace detail

// A write under `once`: what most routes that create something do.
template <class F>
auto write_once(Context& context, std::string_view name, const api::Call& call, const api::Identity& who,
                F&& f) -> Task<std::invoke_result_t<std::decay_t<F>&, Transaction&>> {
  static_assert(store::detail::safe_to_await<F>,
                "give the closure a name first: see the comment at Store::write");
  return detail::write_once_by(context, name, call, who, std::decay_t<F>(std::forward<F>(f)));
}

}  // namespace circled::access
