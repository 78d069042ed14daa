// Routes of what clients say of how they are.
#include "access/command_once.hpp"
#include "aftercare/routes.hpp"
#include "aftercare/self_check.hpp"
#include "aftercare/view.hpp"

namespace circled::aftercare {

using namespace api;

void self_check_routes(Table& table, access::Context& context) {
  table.post("/api/v1/my/self-checks", "The client says how they are; nobody reads it at once", options::once,
             [&](const Call& call, const ClientUser& who,
                 const Body<NewSelfCheck>& body) -> Task<Result<Reply<SelfCheckSaid>>> {
               co_return co_await access::write_once(
                   context, "self_check.make", call, who, [&](Transaction& tx) {
                     return created(say(tx, access::actor_of(call, who), who.client(), *body, call.now));
                   });
             });

  table.get("/api/v1/my/self-checks", "What the client said, the latest first", options::none,
            [&](const Call&, const ClientUser& who,
                const Query<SelfCheckPages>& pages) -> Task<Result<Reply<Page<SelfCheck>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<SelfCheck>>> {
                return self_checks(db, who.client(), *pages);
              });
            });

  table.get("/api/v1/my/triggers", "What sets the client off, in their own words", options::none,
            [&](const Call&, const ClientUser& who) -> Task<Result<Reply<Page<Trigger>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<Trigger>>> {
                return Page<Trigger>{triggers(db, who.client()), {}};
              });
            });

  table.del("/api/v1/my/triggers/{trigger}", "Takes words off the list; what was said with them stays",
            options::none, [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<>>> {
              co_return co_await context.store.write("trigger.drop", [&](Transaction& tx) -> Result<Reply<>> {
                auto done = drop_trigger(tx, who.client(), call.id<TriggerId>("trigger"), call.now);
                if (!done) return done.error();
                return Reply<>();
              });
            });

  table.get("/api/v1/clients/{client}/self-checks", "What a client said of how they are, the latest first",
            options::record,
            [&](const Call& call, const Counselor& who,
                const Query<SelfCheckPages>& pages) -> Task<Result<Reply<Page<SelfCheck>>>> {
              co_return co_await view<Page<SelfCheck>>(
                  context, call, who, "self_checks.view",
                  [&](Snapshot& db, ClientId client) { return self_checks(db, client, *pages); });
            });
}

void self_check_commands(live::Commands& commands, access::Context& context) {
  commands.add("self_check",
               [&](const live::CommandCall& call, const ClientUser& who,
                   const NewSelfCheck& body) -> Task<Result<json::value>> {
                 const auto saying = [&](Transaction& tx, const access::Actor& as) {
                   return say(tx, as, who.client(), body, call.now);
                 };
                 const json::value said = json::encode(body);
                 co_return co_await access::write_once(context, "self_check.make", "live self_check", call,
                                                       who, said, saying);
               });
}

}  // namespace circled::aftercare
