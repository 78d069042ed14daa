// Routes of free slots and of the holds that keep one.
#include "access/once.hpp"
#include "calendar/hold.hpp"
#include "calendar/routes.hpp"
#include "calendar/slots.hpp"

namespace circled::calendar {

using namespace api;

void slots_routes(Table& table, access::Context& context) {
  table.get("/api/v1/slots", "When these people can meet, in a room if one is wanted", options::none,
            [&](const Call& call, const StaffMember& who,
                const Query<SlotFilter>& filter) -> Task<Result<Reply<Page<Slot>>>> {
              co_return co_await context.store.report([&](Snapshot& db) -> Result<Reply<Page<Slot>>> {
                auto page = slots(db, who, *filter, call.now);
                if (!page) return page.error();
                Reply<Page<Slot>> reply(std::move(*page));
                reply.next = reply.body.next.value_or("");
                return reply;
              });
            });

  table.post("/api/v1/holds", "Keeps a slot for a few minutes", options::once,
             [&](const Call& call, const StaffMember& who,
                 const Body<NewSlotHold>& body) -> Task<Result<Reply<SlotHold>>> {
               co_return co_await access::write_once(
                   context, "hold.make", call, who, [&](Transaction& tx) -> Result<Reply<SlotHold>> {
                     auto made = hold(tx, who, {who.account, call.request.id}, *body, call.now);
                     if (!made) return made.error();
                     const std::string location = "/api/v1/holds/" + std::to_string(made->id.value);
                     return created(std::move(made), location);
                   });
             });

  table.del("/api/v1/holds/{hold}", "Gives a slot back that was kept", options::none,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<>>> {
              co_return co_await context.store.write("hold.release", [&](Transaction& tx) -> Result<Reply<>> {
                if (auto released = release_hold(tx, who, {who.account, call.request.id},
                                                 call.id<HoldId>("hold"), call.now);
                    !released)
                  return released.error();
                return Reply<>();
              });
            });
}

}  // namespace circled::calendar
