#include "places/routes.hpp"

#include "access/once.hpp"
#include "places/place.hpp"

namespace circled::places {

using namespace api;

void routes(Table& table, access::Context& context) {
  table.room("places");
  closure_import_routes(table, context);
  help_routes(table, context);
  settings_routes(table, context);

  table.get("/api/v1/sites", "Every site, in order of name", options::none,
            [&](const Call&, const SignedIn&) -> Task<Result<Reply<Page<Site>>>> {
              co_return co_await context.store.read([](Snapshot& db) -> Result<Reply<Page<Site>>> {
                return Page<Site>{sites(db), {}};
              });
            });

  table.post("/api/v1/sites", "Adds a site", options::once,
             [&](const Call& call, const Admin& who, const Body<NewSite>& body) -> Task<Result<Reply<Site>>> {
               co_return co_await access::write_once(context, "site.add", call, who, [&](Transaction& tx) {
                 return created(add_site(tx, {who.account, call.request.id}, *body, call.now));
               });
             });

  table.get("/api/v1/sites/{site}/rooms", "The rooms of a site, in order of name", options::none,
            [&](const Call& call, const StaffMember&) -> Task<Result<Reply<Page<Room>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<Room>>> {
                const auto id = call.id<SiteId>("site");
                if (!site(db, id)) return not_found("site");
                return Page<Room>{rooms(db, id), {}};
              });
            });

  table.post("/api/v1/sites/{site}/rooms", "Adds a room to a site", options::once,
             [&](const Call& call, const Admin& who, const Body<NewRoom>& body) -> Task<Result<Reply<Room>>> {
               co_return co_await access::write_once(context, "room.add", call, who, [&](Transaction& tx) {
                 return created(
                     add_room(tx, {who.account, call.request.id}, call.id<SiteId>("site"), *body, call.now));
               });
             });
}

}  // namespace circled::places
