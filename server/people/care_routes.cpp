// The routes of what is known about a client's care, and of who must not meet whom. What changes the course
// of care reaches into the calendar: those routes are there (calendar/course_routes.cpp).
#include "access/once.hpp"
#include "people/duplicate.hpp"
#include "people/episode.hpp"
#include "people/keep_apart.hpp"
#include "people/routes.hpp"

namespace circled::people {

using namespace api;

namespace {

Reply<Care> tagged(Care care) {
  Reply<Care> reply(std::move(care));
  reply.etag = version(reply.body);
  return reply;
}

Result<Reply<Care>> tagged(Result<Care> care) {
  if (!care) return care.error();
  return tagged(std::move(*care));
}

void care_of(Table& table, access::Context& context) {
  table.get(
      "/api/v1/clients/{client}/care", "The course of a client's care", options::record,
      [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Care>>> {
        co_return co_await context.store.write("client.care", [&](Transaction& tx) -> Result<Reply<Care>> {
          auto found = care(tx, who, call.id<ClientId>("client"), call.now);
          if (!found) return found.error();
          access::audit_view(tx, {who.account, call.request.id}, "client.view_care", found->client, call.now);
          return tagged(std::move(*found));
        });
      });

  table.put("/api/v1/clients/{client}/tags", "Sets the words by which groups admit a client", options::edit,
            [&](const Call& call, const Counselor& who, const Body<Tags>& body) -> Task<Result<Reply<Care>>> {
              co_return co_await context.store.write("client.set_tags", [&](Transaction& tx) {
                return tagged(set_tags(tx, who, {who.account, call.request.id}, call.id<ClientId>("client"),
                                       call.if_match().value_or(""), *body, call.now));
              });
            });

  table.put(
      "/api/v1/clients/{client}/born-on", "Sets a client's date of birth", options::edit,
      [&](const Call& call, const Counselor& who, const Body<Birth>& body) -> Task<Result<Reply<Care>>> {
        co_return co_await context.store.write("client.set_born_on", [&](Transaction& tx) {
          return tagged(set_born_on(tx, who, {who.account, call.request.id}, call.id<ClientId>("client"),
                                    call.if_match().value_or(""), *body, call.now));
        });
      });

  // Names and dates of birth are personal data: they travel in a body.
  table.post("/api/v1/clients/duplicates", "Who may have a record already, before a client is admitted",
             options::record,
             [&](const Call& call, const StaffMember& who,
                 const Body<Newcomer>& body) -> Task<Result<Reply<Duplicates>>> {
               co_return co_await context.store.write(
                   "client.duplicates", [&](Transaction& tx) -> Result<Reply<Duplicates>> {
                     auto found = duplicates(tx, who, *body, call.now);
                     for (const auto& match : found.matches)
                       access::audit_view(tx, {who.account, call.request.id}, "client.view_duplicate",
                                          match.id, call.now);
                     return Reply<Duplicates>(std::move(found));
                   });
             });
}

void keep_apart_routes(Table& table, access::Context& context) {
  table.get("/api/v1/clients/{client}/keep-apart", "From whom a client is kept apart", options::record,
            [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Page<KeepApart>>>> {
              co_return co_await context.store.write(
                  "client.keep_apart", [&](Transaction& tx) -> Result<Reply<Page<KeepApart>>> {
                    const auto client = call.id<ClientId>("client");
                    auto pairs = keep_apart_list(tx, who, client, call.now);
                    if (!pairs) return pairs.error();
                    const access::Actor actor{who.account, call.request.id};
                    access::audit_view(tx, actor, "client.view_keep_apart", client, call.now);
                    for (const auto& pair : *pairs)
                      access::audit_view(tx, actor, "client.view_keep_apart", pair.other, call.now);
                    return Page<KeepApart>{std::move(*pairs), {}};
                  });
            });

  table.post("/api/v1/clients/{client}/keep-apart", "Keeps two clients out of one group", options::once,
             [&](const Call& call, const Supervisor& who,
                 const Body<NewKeepApart>& body) -> Task<Result<Reply<KeepApart>>> {
               co_return co_await access::write_once(
                   context, "keep_apart.make", call, who, [&](Transaction& tx) {
                     return created(keep_apart(tx, who, {who.account, call.request.id},
                                               call.id<ClientId>("client"), *body, call.now));
                   });
             });

  table.del(
      "/api/v1/clients/{client}/keep-apart/{other}", "Lets two clients share groups again", options::none,
      [&](const Call& call, const Supervisor& who) -> Task<Result<Reply<void>>> {
        co_return co_await context.store.write("keep_apart.end", [&](Transaction& tx) -> Result<Reply<void>> {
          auto ended = end_keep_apart(tx, who, {who.account, call.request.id}, call.id<ClientId>("client"),
                                      call.id<ClientId>("other"), call.now);
          if (!ended) return ended.error();
          return Reply<void>{};
        });
      });
}

}  // namespace

void care_routes(Table& table, access::Context& context) {
  care_of(table, context);
  keep_apart_routes(table, context);
}

}  // namespace circled::people
