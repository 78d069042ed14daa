#include "places/routes.hpp"
#include "places/settings.hpp"

namespace circled::places {

using namespace api;

namespace {

Result<Reply<SiteDetail>> tagged(Result<SiteDetail> site) {
  if (!site) return site.error();
  Reply<SiteDetail> reply(std::move(*site));
  reply.etag = version(reply.body.settings);
  return reply;
}
Result<Reply<RoomChange>> tagged(Result<RoomChange> room) {
  if (!room) return room.error();
  Reply<RoomChange> reply(std::move(*room));
  reply.etag = version(reply.body.room);
  return reply;
}

}  // namespace

void settings_routes(Table& table, access::Context& context) {
  table.get("/api/v1/sites/{site}", "A site with its rooms, those that are retired too", options::none,
            [&](const Call& call, const Supervisor&) -> Task<Result<Reply<SiteDetail>>> {
              co_return co_await context.store.read(
                  [&](Snapshot& db) { return tagged(site_detail(db, call.id<SiteId>("site"))); });
            });

  table.put("/api/v1/sites/{site}",
            "Changes a site's name, address, break, and its zone while nothing is planned", options::edit,
            [&](const Call& call, const Admin& who,
                const Body<SiteSettings>& body) -> Task<Result<Reply<SiteDetail>>> {
              co_return co_await context.store.write("site.change", [&](Transaction& tx) {
                return tagged(change_site(tx, access::actor_of(call, who), call.id<SiteId>("site"),
                                          call.if_match().value_or(""), *body, call.now));
              });
            });

  table.get("/api/v1/rooms/{room}", "A room, and the sessions to come that are in trouble there",
            options::none, [&](const Call& call, const Supervisor&) -> Task<Result<Reply<RoomChange>>> {
              co_return co_await context.store.read(
                  [&](Snapshot& db) { return tagged(room_detail(db, call.id<RoomId>("room"), call.now)); });
            });

  table.put("/api/v1/rooms/{room}", "Changes a room's name and seats", options::edit,
            [&](const Call& call, const Admin& who,
                const Body<RoomSettings>& body) -> Task<Result<Reply<RoomChange>>> {
              co_return co_await context.store.write("room.change", [&](Transaction& tx) {
                return tagged(change_room(tx, access::actor_of(call, who), call.id<RoomId>("room"),
                                          call.if_match().value_or(""), *body, call.now));
              });
            });

  table.post("/api/v1/rooms/{room}/retire", "Nothing is booked into a room any more", options::edit,
             [&](const Call& call, const Admin& who) -> Task<Result<Reply<RoomChange>>> {
               co_return co_await context.store.write("room.retire", [&](Transaction& tx) {
                 return tagged(retire_room(tx, access::actor_of(call, who), call.id<RoomId>("room"),
                                           call.if_match().value_or(""), call.now));
               });
             });

  table.post("/api/v1/rooms/{room}/reopen", "A room can be booked again", options::edit,
             [&](const Call& call, const Admin& who) -> Task<Result<Reply<RoomChange>>> {
               co_return co_await context.store.write("room.reopen", [&](Transaction& tx) {
                 return tagged(reopen_room(tx, access::actor_of(call, who), call.id<RoomId>("room"),
                                           call.if_match().value_or(""), call.now));
               });
             });
}

}  // namespace circled::places
