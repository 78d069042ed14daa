// The terms of attendance, for those who set them: the programme's, and a group's own.
#include "attendance/policy.hpp"
#include "attendance/routes.hpp"

namespace circled::attendance {

using namespace api;

namespace {

Result<Reply<Policy>> tagged(Result<Policy> policy) {
  if (!policy) return policy.error();
  Reply<Policy> reply(std::move(*policy));
  reply.etag = digest(reply.body);
  return reply;
}

Task<Result<Reply<Policy>>> show(access::Context& context, const Call& call, const Supervisor& who,
                                 std::optional<GroupId> group) {
  co_return co_await context.store.read(
      [&](Snapshot& db) { return tagged(policy(db, who, group, call.now)); });
}

Task<Result<Reply<Policy>>> set(access::Context& context, const Call& call, const Supervisor& who,
                                std::optional<GroupId> group, const NewPolicy& wanted) {
  co_return co_await context.store.write("attendance.set_policy", [&](Transaction& tx) {
    return tagged(set_policy(tx, who, {who.account, call.request.id}, group, call.if_match().value_or(""),
                             wanted, call.now));
  });
}

}  // namespace

void policy_routes(Table& table, access::Context& context) {
  table.get("/api/v1/attendance/policy", "The programme's terms of attendance", options::none,
            [&](const Call& call, const Supervisor& who) -> Task<Result<Reply<Policy>>> {
              return show(context, call, who, {});
            });
  table.put("/api/v1/attendance/policy", "Sets the programme's terms of attendance from a day on",
            options::edit,
            [&](const Call& call, const Supervisor& who, const Body<NewPolicy>& body)
                -> Task<Result<Reply<Policy>>> { return set(context, call, who, {}, *body); });
  table.get("/api/v1/groups/{group}/attendance-policy", "A group's own terms of attendance", options::none,
            [&](const Call& call, const Supervisor& who) -> Task<Result<Reply<Policy>>> {
              return show(context, call, who, call.id<GroupId>("group"));
            });
  table.put("/api/v1/groups/{group}/attendance-policy",
            "Sets a group's own terms of attendance from a day on, or has it follow the programme's",
            options::edit,
            [&](const Call& call, const Supervisor& who,
                const Body<NewPolicy>& body) -> Task<Result<Reply<Policy>>> {
              return set(context, call, who, call.id<GroupId>("group"), *body);
            });
}

}  // namespace circled::attendance
