// `once` for a command of the live connection: its id is its key, and a repetition gets the first result
// again.
#pragma once
#include "access/audit.hpp"
#include "access/once.hpp"
#include "base/token.hpp"
#include "live/commands.hpp"

namespace circled::access {

// `route` is a literal, "live accept_offer"; `said` what the command says; `f` answers a Result of a
// described struct for a transaction and an actor.
template <class F>
Task<Result<json::value>> write_once(Context& context, std::string_view name, std::string_view route,
                                     const live::CommandCall& call, const api::Identity& who,
                                     const json::value& said, F f) {
  co_return co_await context.store.write(name, [&](Transaction& tx) -> Result<json::value> {
    const std::string hash = sha256(boost::json::serialize(said));
    auto before = detail::find_reply(tx, who.account, route, call.id, hash, call.now);
    if (!before) return before.error();
    if (*before) return boost::json::parse((*before)->body);
    auto done = f(tx, Actor{who.account, call.request_id});
    if (!done) return done.error();
    json::value result = json::encode(*done);
    detail::store_reply(tx, who.account, route, call.id, hash, {200, "", "", boost::json::serialize(result)},
                        call.now);
    return result;
  });
}

}  // namespace circled::access
