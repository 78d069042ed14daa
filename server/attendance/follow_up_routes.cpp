#include "attendance/follow_up.hpp"
#include "attendance/routes.hpp"

namespace circled::attendance {

using namespace api;

void follow_up_routes(Table& table, access::Context& context) {
  table.get("/api/v1/follow-up-rules", "When attendance opens a task by itself", options::none,
            [&](const Call&, const Counselor&) -> Task<Result<Reply<Page<FollowUpRule>>>> {
              co_return co_await context.store.read([](Snapshot& db) -> Result<Reply<Page<FollowUpRule>>> {
                return Page<FollowUpRule>{follow_up_rules(db), {}};
              });
            });

  table.put(
      "/api/v1/follow-up-rules", "Changes when one of the rules opens a task; 0 times: never", options::edit,
      [&](const Call& call, const Supervisor& who,
          const Body<Threshold>& body) -> Task<Result<Reply<FollowUpRule>>> {
        co_return co_await context.store.write(
            "follow_up_rule.set", [&](Transaction& tx) -> Result<Reply<FollowUpRule>> {
              auto set =
                  set_follow_up_rule(tx, {who.account, call.request.id}, call.version(), *body, call.now);
              if (!set) return set.error();
              Reply<FollowUpRule> reply(*set);
              reply.etag = std::to_string(set->version);
              return reply;
            });
      });
}

}  // namespace circled::attendance
