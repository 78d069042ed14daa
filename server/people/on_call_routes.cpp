#include "access/once.hpp"
#include "people/on_call.hpp"
#include "people/routes.hpp"

namespace circled::people {

using namespace api;
using api::tagged;  // beside the room's own

namespace {

struct RotaRange {
  std::optional<Instant> from;   // now
  std::optional<Instant> until;  // 14 days after it; 62 at the most
};
BOOST_DESCRIBE_STRUCT(RotaRange, (), (from, until))

}  // namespace

void on_call_routes(Table& table, access::Context& context) {
  table.get("/api/v1/sites/{site}/on-call",
            "Who is on call for a site, now and in the days ahead, and when nobody is", options::none,
            [&](const Call& call, const StaffMember&,
                const Query<RotaRange>& range) -> Task<Result<Reply<OnCallRota>>> {
              const Instant from = range->from.value_or(call.now);
              const Instant until = range->until.value_or(from + std::chrono::days(14));
              if (until <= from || until - from > std::chrono::days(62))
                co_return invalid("?until", "out_of_range", "This must be after `from`, by at most 62 days.");
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<OnCallRota>> {
                auto found = rota(db, call.id<SiteId>("site"), from, until, call.now);
                if (!found) return found.error();
                return Reply<OnCallRota>(std::move(*found));
              });
            });

  table.post("/api/v1/sites/{site}/on-call", "Puts somebody on call", options::once,
             [&](const Call& call, const Supervisor& who,
                 const Body<NewOnCallShift>& body) -> Task<Result<Reply<OnCallShift>>> {
               co_return co_await access::write_once(context, "on_call.add", call, who, [&](Transaction& tx) {
                 return tagged(
                     add_shift(tx, {who.account, call.request.id}, call.id<SiteId>("site"), *body, call.now));
               });
             });

  table.put("/api/v1/on-call/{shift}", "Changes a shift that is not over", options::edit,
            [&](const Call& call, const Supervisor& who,
                const Body<NewOnCallShift>& body) -> Task<Result<Reply<OnCallShift>>> {
              co_return co_await context.store.write("on_call.change", [&](Transaction& tx) {
                return tagged(change_shift(tx, {who.account, call.request.id}, call.id<OnCallId>("shift"),
                                           call.version(), *body, call.now));
              });
            });

  table.del("/api/v1/on-call/{shift}", "Takes a shift back; one that has begun ends now", options::none,
            [&](const Call& call, const Supervisor& who) -> Task<Result<Reply<void>>> {
              auto removed = co_await context.store.write("on_call.remove", [&](Transaction& tx) {
                return remove_shift(tx, {who.account, call.request.id}, call.id<OnCallId>("shift"), call.now);
              });
              if (!removed) co_return removed.error();
              co_return Reply<void>();
            });
}

}  // namespace circled::people
