#include "places/help.hpp"
#include "places/routes.hpp"

namespace circled::places {

using namespace api;

namespace {

Result<Reply<HelpSettings>> tagged(Result<HelpSettings> settings) {
  if (!settings) return settings.error();
  Reply<HelpSettings> reply(std::move(*settings));
  reply.etag = version(reply.body);
  return reply;
}

}  // namespace

void help_routes(Table& table, access::Context& context) {
  table.get("/api/v1/help", "The numbers that help when nobody here does, of every site; for everybody",
            options::none, [&](const Call&, const Anyone&) -> Task<Result<Reply<Page<HelpNumbers>>>> {
              co_return co_await context.store.read([](Snapshot& db) -> Result<Reply<Page<HelpNumbers>>> {
                return Page<HelpNumbers>{help(db), {}};
              });
            });

  table.get("/api/v1/sites/{site}/help", "A site's numbers, and how long each is asked who may talk",
            options::none, [&](const Call& call, const StaffMember&) -> Task<Result<Reply<HelpSettings>>> {
              co_return co_await context.store.read(
                  [&](Snapshot& db) { return tagged(help_settings(db, call.id<SiteId>("site"))); });
            });

  table.put("/api/v1/sites/{site}/help", "Sets a site's numbers, and how long each is asked", options::edit,
            [&](const Call& call, const Admin& who,
                const Body<HelpSettings>& body) -> Task<Result<Reply<HelpSettings>>> {
              co_return co_await context.store.write("site.set_help", [&](Transaction& tx) {
                return tagged(set_help(tx, {who.account, call.request.id}, call.id<SiteId>("site"),
                                       call.if_match().value_or(""), *body, call.now));
              });
            });
}

}  // namespace circled::places
