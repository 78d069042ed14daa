#include "calendar/service.hpp"

#include "access/once.hpp"
#include "calendar/routes.hpp"

namespace circled::calendar {

using namespace api;

namespace {

Result<Reply<Service>> tagged(Result<Service> service) {
  if (!service) return service.error();
  Reply<Service> reply(std::move(*service));
  reply.etag = version(reply.body);
  return reply;
}

}  // namespace

void services_routes(Table& table, access::Context& context) {
  table.get("/api/v1/services/{service}", "One of them", options::none,
            [&](const Call& call, const StaffMember&) -> Task<Result<Reply<Service>>> {
              co_return co_await context.store.read_one(
                  [&](Snapshot& db) { return tagged(service(db, call.id<ServiceId>("service"))); });
            });

  table.post("/api/v1/services", "Adds something that sessions are for", options::once,
             [&](const Call& call, const Admin& who,
                 const Body<ServiceWords>& body) -> Task<Result<Reply<Service>>> {
               co_return co_await access::write_once(context, "service.add", call, who, [&](Transaction& tx) {
                 return tagged(new_service(tx, access::actor_of(call, who), *body, call.now));
               });
             });

  table.put("/api/v1/services/{service}", "Changes what a service is called, and whether it counts",
            options::edit,
            [&](const Call& call, const Admin& who,
                const Body<ServiceWords>& body) -> Task<Result<Reply<Service>>> {
              co_return co_await context.store.write("service.change", [&](Transaction& tx) {
                return tagged(change_service(tx, access::actor_of(call, who), call.id<ServiceId>("service"),
                                             call.if_match().value_or(""), *body, call.now));
              });
            });
}

}  // namespace circled::calendar
