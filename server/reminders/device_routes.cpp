#include "reminders/device.hpp"
#include "reminders/routes.hpp"

namespace circled::reminders {

using namespace api;

void device_routes(Table& table, access::Context& context, const Ways& ways) {
  table.get("/api/v1/my/push", "Whether this device shows notifications, and the key to turn them on with",
            options::none,
            [&](const api::Call&, const ClientUser& who) -> Task<Result<Reply<Notifications>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Notifications>> {
                return Reply(notifications(db, ways, who.sign_in));
              });
            });

  table.put("/api/v1/my/push", "Turns notifications on, on this device: what its browser's subscription says",
            options::none,
            [&](const api::Call& call, const ClientUser& who,
                const Body<NewSubscription>& body) -> Task<Result<Reply<Notifications>>> {
              const auto turn = [&](Transaction& tx) -> Result<Reply<Notifications>> {
                auto on = turn_on(tx, ways, {who.account, call.request.id}, who.person, who.sign_in, *body,
                                  call.now);
                if (!on) return on.error();
                return Reply(std::move(*on));
              };
              co_return co_await context.store.write("push.turn_on", turn);
            });

  table.del("/api/v1/my/push", "Turns them off, on this device", options::none,
            [&](const api::Call& call, const ClientUser& who) -> Task<Result<Reply<>>> {
              const auto turn = [&](Transaction& tx) -> Result<Reply<>> {
                turn_off(tx, {who.account, call.request.id}, who.person, who.sign_in, call.now);
                return Reply<>();
              };
              co_return co_await context.store.write("push.turn_off", turn);
            });
}

}  // namespace circled::reminders
