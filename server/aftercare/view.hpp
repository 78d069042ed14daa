// What the routes of this room share: looking at a client's record.
#pragma once
#include "access/audit.hpp"
#include "access/context.hpp"
#include "api/route.hpp"
#include "people/record_opening.hpp"

namespace circled::aftercare {

// Reads something of a client's record for a counselor who may read it; the view is on disk in
// the audit trail before it is answered.
template <class T, class F>
Task<Result<api::Reply<T>>> view(access::Context& context, const api::Call& call, const api::Counselor& who,
                                 std::string_view action, F read) {
  const auto client = call.id<ClientId>("client");
  auto found = co_await context.store.read([&](Snapshot& db) -> Result<api::Reply<T>> {
    if (!people::may_read(db, who, client, call.now)) return not_found("client");
    return api::Reply<T>(read(db, client));
  });
  if (!found) co_return found;
  const access::Actor viewer = access::actor_of(call, who);
  auto recorded = co_await access::record_view(context.store, viewer, action, client, call.now);
  if (!recorded) co_return recorded.error();
  co_return found;
}

}  // namespace circled::aftercare
