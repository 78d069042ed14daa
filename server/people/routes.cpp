#include "people/routes.hpp"

#include "access/once.hpp"
#include "people/client.hpp"
#include "people/staff.hpp"

namespace circled::people {

using namespace api;

namespace {

struct StaffFilter {
  std::optional<SiteId> site;
};
BOOST_DESCRIBE_STRUCT(StaffFilter, (), (site))

struct Assigning {
  StaffId staff;
};
BOOST_DESCRIBE_STRUCT(Assigning, (), (staff))

}  // namespace

void routes(Table& table, access::Context& context) {
  table.room("people");
  outside_routes(table, context);

  table.get("/api/v1/staff", "The people who work here, in order of name", options::none,
            [&](const Call&, const StaffMember&,
                const Query<StaffFilter>& filter) -> Task<Result<Reply<Page<Staff>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<Staff>>> {
                return Page<Staff>{staff(db, filter->site), {}};
              });
            });

  table.post(
      "/api/v1/staff", "Adds somebody who works here", options::once,
      [&](const Call& call, const Admin& who, const Body<NewStaff>& body) -> Task<Result<Reply<Staff>>> {
        co_return co_await access::write_once(context, "staff.add", call, who, [&](Transaction& tx) {
          return created(add_staff(tx, {who.account, call.request.id}, *body, call.now));
        });
      });

  // Names are personal data: they travel in a body, never in a URL that proxies and histories keep.
  table.post("/api/v1/clients/search", "Clients within the caller's reach, by the beginning of their name",
             options::none,
             [&](const Call& call, const StaffMember& who,
                 const Body<ClientSearch>& body) -> Task<Result<Reply<Page<ClientSummary>>>> {
               co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<ClientSummary>>> {
                 auto found = search(db, who, *body, call.now);
                 if (!found) return found.error();
                 Page<ClientSummary> page{std::move(found->items), {}};
                 if (!found->next.empty()) page.next = found->next;
                 return page;
               });
             });

  table.post("/api/v1/clients", "Admits a new client", options::once,
             [&](const Call& call, const StaffMember& who,
                 const Body<NewClient>& body) -> Task<Result<Reply<Client>>> {
               co_return co_await access::write_once(
                   context, "client.add", call, who, [&](Transaction& tx) -> Result<Reply<Client>> {
                     auto client = add_client(tx, who, {who.account, call.request.id}, *body, call.now);
                     if (!client) return client.error();
                     const std::string location = "/api/v1/clients/" + std::to_string(client->id.value);
                     return created(std::move(client), location);
                   });
             });

  table.get(
      "/api/v1/clients/{client}", "One client's record", options::record,
      [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Client>>> {
        co_return co_await context.store.write("client.view", [&](Transaction& tx) -> Result<Reply<Client>> {
          auto found = client(tx, who, call.id<ClientId>("client"), call.now);
          if (!found) return found.error();
          access::audit_view(tx, {who.account, call.request.id}, "client.view", found->id, call.now);
          return Reply<Client>(std::move(*found));
        });
      });

  table.post("/api/v1/clients/{client}/assignments", "Gives a client a counselor", options::once,
             [&](const Call& call, const StaffMember& who,
                 const Body<Assigning>& body) -> Task<Result<Reply<Client>>> {
               co_return co_await access::write_once(
                   context, "client.assign", call, who, [&](Transaction& tx) -> Result<Reply<Client>> {
                     auto client = assign(tx, who, {who.account, call.request.id},
                                          call.id<ClientId>("client"), body->staff, call.now);
                     if (!client) return client.error();
                     return Reply<Client>(std::move(*client));
                   });
             });

  care_routes(table, context);
  consent_routes(table, context);
  enquiry_routes(table, context);
  on_call_routes(table, context);
  record_opening_routes(table, context);
  staff_account_routes(table, context);
}

}  // namespace circled::people
