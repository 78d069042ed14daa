#include "access/once.hpp"
#include "people/record_opening.hpp"
#include "people/routes.hpp"

namespace circled::people {

using namespace api;

void record_opening_routes(Table& table, access::Context& context) {
  table.get("/api/v1/record-openings",
            "Records that were opened without being assigned: one's own that are open, or for supervisors",
            options::record,
            [&](const Call& call, const Counselor& who,
                const Query<OpeningFilter>& filter) -> Task<Result<Reply<Page<RecordOpening>>>> {
              co_return co_await context.store.write(
                  "record_opening.view", [&](Transaction& tx) -> Result<Reply<Page<RecordOpening>>> {
                    auto page = openings(tx, who, *filter, call.now);
                    if (!page) return page.error();
                    for (const auto& opening : page->items)
                      access::audit_view(tx, access::actor_of(call, who), "client.view_openings",
                                         opening.client, call.now);
                    return Reply<Page<RecordOpening>>(std::move(*page));
                  });
            });

  table.post("/api/v1/record-openings", "Opens a client's record for an hour, without being assigned",
             options::once,
             [&](const Call& call, const Counselor& who,
                 const Body<NewOpening>& body) -> Task<Result<Reply<Opened>>> {
               co_return co_await access::write_once(context, "record.open", call, who, [&](Transaction& tx) {
                 return reply(open_record(tx, who, access::actor_of(call, who), *body, call.now));
               });
             });

  table.post("/api/v1/record-openings/{opening}/end", "Ends an opening before its time", options::none,
             [&](const Call& call, const Counselor& who) -> Task<Result<Reply<RecordOpening>>> {
               co_return co_await context.store.write("record.close", [&](Transaction& tx) {
                 return reply(end_opening(tx, who, access::actor_of(call, who),
                                          call.id<RecordOpeningId>("opening"), call.now));
               });
             });

  table.post("/api/v1/record-openings/{opening}/review", "Says whether an opening was in order",
             options::none,
             [&](const Call& call, const Supervisor& who,
                 const Body<Review>& body) -> Task<Result<Reply<RecordOpening>>> {
               co_return co_await context.store.write("record.review", [&](Transaction& tx) {
                 return reply(review_opening(tx, who, access::actor_of(call, who),
                                             call.id<RecordOpeningId>("opening"), *body, call.now));
               });
             });
}

}  // namespace circled::people
