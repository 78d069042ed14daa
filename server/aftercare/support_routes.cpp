#include "access/once.hpp"
#include "aftercare/routes.hpp"
#include "aftercare/support.hpp"

namespace circled::aftercare {

using namespace api;

namespace {

// A command without members of its own.
struct Asking {};
BOOST_DESCRIBE_STRUCT(Asking, (), ())

void asking_routes(Table& table, access::Context& context) {
  table.get("/api/v1/my/support", "How my wish to talk stands, whether anybody watches, and whom to call",
            options::none, [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<MySupport>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<MySupport>> {
                return Reply<MySupport>(my_support(db, who.client(), call.now));
              });
            });

  table.post(
      "/api/v1/my/support-requests", "I need to talk", options::once,
      [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<MySupport>>> {
        co_return co_await access::write_once(
            context, "support.ask", call, who, [&](Transaction& tx) -> Result<Reply<MySupport>> {
              return Reply<MySupport>(ask_support(tx, access::actor_of(call, who), who.client(), call.now));
            });
      });

  table.post("/api/v1/my/support-requests/{request}/withdraw", "I do not need it any more", options::none,
             [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<MySupport>>> {
               co_return co_await access::write_once(
                   context, "support.withdraw", call, who, [&](Transaction& tx) {
                     return reply(withdraw_support(tx, access::actor_of(call, who), who.client(),
                                                   call.id<SupportId>("request"), call.now));
                   });
             });
}

}  // namespace

void support_routes(Table& table, access::Context& context) {
  asking_routes(table, context);

  table.get("/api/v1/support-requests", "Clients who asked to talk, the longest wait first", options::record,
            [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Page<SupportRequest>>>> {
              co_return co_await context.store.write(
                  "support.view", [&](Transaction& tx) -> Result<Reply<Page<SupportRequest>>> {
                    auto found = support_requests(tx, who, call.now);
                    for (const auto& request : found)
                      access::audit_view(tx, access::actor_of(call, who), "client.view_support",
                                         request.client, call.now);
                    return Page<SupportRequest>{std::move(found), {}};
                  });
            });

  table.post("/api/v1/support-requests/{request}/see", "Seen, I'm calling: nobody else is asked",
             options::none,
             [&](const Call& call, const Counselor& who) -> Task<Result<Reply<SupportRequest>>> {
               co_return co_await access::write_once(context, "support.see", call, who, [&](Transaction& tx) {
                 return reply(see_support(tx, who, access::actor_of(call, who), call.id<SupportId>("request"),
                                          call.now));
               });
             });

  table.post("/api/v1/support-requests/{request}/close", "Says what came of it", options::none,
             [&](const Call& call, const Counselor& who,
                 const Body<ClosedSupport>& body) -> Task<Result<Reply<SupportRequest>>> {
               co_return co_await access::write_once(
                   context, "support.close", call, who, [&](Transaction& tx) {
                     return reply(close_support(tx, who, access::actor_of(call, who),
                                                call.id<SupportId>("request"), *body, call.now));
                   });
             });
}

// Asking twice is asking once, so the command needs no stored result.
void support_commands(live::Commands& commands, access::Context& context) {
  commands.add(
      "support_request",
      [&](const live::CommandCall& call, const ClientUser& who, const Asking&) -> Task<Result<MySupport>> {
        co_return co_await context.store.write("support.ask", [&](Transaction& tx) -> Result<MySupport> {
          return ask_support(tx, {who.account, call.request_id}, who.client(), call.now);
        });
      });
}

}  // namespace circled::aftercare
