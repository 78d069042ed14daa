// Routes of a bad day: what it concerns, and what is done about it.
#include "access/once.hpp"
#include "calendar/bad_day.hpp"
#include "calendar/routes.hpp"

namespace circled::calendar {

using namespace api;

void bad_day_routes(Table& table, access::Context& context) {
  table.post("/api/v1/bad-days/preview",
             "Sessions of somebody who is out, of a room or a site, and what could be done about each",
             options::none,
             [&](const Call& call, const StaffMember& who,
                 const Body<BadDay>& body) -> Task<Result<Reply<BadDayPreview>>> {
               co_return co_await context.store.report([&](Snapshot& db) -> Result<Reply<BadDayPreview>> {
                 auto preview = preview_bad_day(db, who, *body, call.now);
                 if (!preview) return preview.error();
                 Reply<BadDayPreview> reply(std::move(*preview));
                 reply.etag = reply.body.digest;
                 return reply;
               });
             });

  table.post("/api/v1/bad-days", "Does what was decided about all of them; If-Match is the preview's digest",
             options::edit,
             [&](const Call& call, const StaffMember& who,
                 const Body<BadDayDecisions>& body) -> Task<Result<Reply<BadDayApplied>>> {
               co_return co_await access::write_once(
                   context, "bad_day.apply", call, who, [&](Transaction& tx) -> Result<Reply<BadDayApplied>> {
                     auto applied = apply_bad_day(tx, who, {who.account, call.request.id}, *body,
                                                  call.if_match().value_or(""), call.now);
                     if (!applied) return applied.error();
                     return Reply<BadDayApplied>(std::move(*applied));
                   });
             });
}

}  // namespace circled::calendar
