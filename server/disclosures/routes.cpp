#include "disclosures/routes.hpp"

#include "access/once.hpp"
#include "disclosures/page.hpp"

namespace circled::disclosures {

using namespace api;

namespace {

struct Printing {
  std::optional<Paper> paper;  // letter when left out
};
BOOST_DESCRIBE_STRUCT(Printing, (), (paper))

Result<Reply<DisclosureView>> tagged(Result<DisclosureView> view) {
  if (!view) return view.error();
  Reply<DisclosureView> reply(std::move(*view));
  reply.etag = tag(reply.body);
  return reply;
}

// The view, with its audit entry.
Result<DisclosureView> look(Transaction& tx, const Call& call, const Counselor& who) {
  auto found = disclosure(tx, who, call.id<DisclosureId>("disclosure"), call.now);
  if (found)
    access::audit_view(tx, access::actor_of(call, who), "client.view_disclosures", found->disclosure.client,
                       call.now);
  return found;
}

Result<Reply<Raw>> printed(Result<DisclosureView> view, Paper paper) {
  if (!view) return view.error();
  if (!view->report) return conflict("no_report", "What was told without a consent has no page.");
  Reply<Raw> reply(Raw{"text/html; charset=utf-8", page(*view, paper)});
  // The page carries its own style, so that it can be filed as it is; it has no script and loads nothing.
  reply.headers.emplace_back("Content-Security-Policy",
                             "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action "
                             "'none'; frame-ancestors 'none'");
  return reply;
}

void reading(Table& table, access::Context& context) {
  table.get("/api/v1/clients/{client}/disclosures", "What was told of a client, and what is being prepared",
            options::record,
            [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Page<Disclosure>>>> {
              co_return co_await context.store.write(
                  "disclosure.list", [&](Transaction& tx) -> Result<Reply<Page<Disclosure>>> {
                    const auto client = call.id<ClientId>("client");
                    auto found = disclosures(tx, who, client, call.now);
                    if (!found) return found.error();
                    access::audit_view(tx, access::actor_of(call, who), "client.view_disclosures", client,
                                       call.now);
                    return Page<Disclosure>{std::move(*found), {}};
                  });
            });

  table.get("/api/v1/disclosures",
            "What waits to be approved, of all clients; or what was approved, or handed out", options::record,
            [&](const Call& call, const Counselor& who,
                const Query<DisclosureFilter>& filter) -> Task<Result<Reply<Page<ListedDisclosure>>>> {
              co_return co_await context.store.write(
                  "disclosure.list", [&](Transaction& tx) -> Result<Reply<Page<ListedDisclosure>>> {
                    auto found = disclosures(tx, who, *filter, call.now);
                    if (!found) return found.error();
                    for (const auto& one : found->items)
                      access::audit_view(tx, access::actor_of(call, who), "client.view_disclosures",
                                         one.client, call.now);
                    return Reply<Page<ListedDisclosure>>(std::move(*found));
                  });
            });

  table.get("/api/v1/disclosures/{disclosure}", "One disclosure with its report", options::record,
            [&](const Call& call, const Counselor& who) -> Task<Result<Reply<DisclosureView>>> {
              co_return co_await context.store.write(
                  "disclosure.view", [&](Transaction& tx) { return tagged(look(tx, call, who)); });
            });

  table.get("/api/v1/disclosures/{disclosure}/page", "A report as a page to print", options::record,
            [&](const Call& call, const Counselor& who,
                const Query<Printing>& printing) -> Task<Result<Reply<Raw>>> {
              co_return co_await context.store.write("disclosure.page", [&](Transaction& tx) {
                return printed(look(tx, call, who), printing->paper.value_or(Paper::letter));
              });
            });

  table.get("/api/v1/my/disclosures", "Whom something was told of the caller", options::none,
            [&](const Call&, const ClientUser& who) -> Task<Result<Reply<Page<MyDisclosure>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<MyDisclosure>>> {
                return Page<MyDisclosure>{my_disclosures(db, who.client()), {}};
              });
            });
}

void telling(Table& table, access::Context& context) {
  table.post(
      "/api/v1/clients/{client}/disclosures", "Drafts a report on a consent", options::once,
      [&](const Call& call, const Counselor& who,
          const Body<NewDisclosure>& body) -> Task<Result<Reply<DisclosureView>>> {
        co_return co_await access::write_once(context, "disclosure.draft", call, who, [&](Transaction& tx) {
          return tagged(
              draft(tx, who, access::actor_of(call, who), call.id<ClientId>("client"), *body, call.now));
        });
      });

  table.post(
      "/api/v1/disclosures/{disclosure}/approve", "Approves a report, which fixes its content", options::edit,
      [&](const Call& call, const Supervisor& who) -> Task<Result<Reply<DisclosureView>>> {
        co_return co_await access::write_once(context, "disclosure.approve", call, who, [&](Transaction& tx) {
          return tagged(approve(tx, who, access::actor_of(call, who), call.id<DisclosureId>("disclosure"),
                                call.if_match().value_or(""), call.now));
        });
      });

  table.post("/api/v1/disclosures/{disclosure}/hand-out", "Hands a report out, if its consent still holds",
             options::edit,
             [&](const Call& call, const Counselor& who) -> Task<Result<Reply<DisclosureView>>> {
               co_return co_await access::write_once(
                   context, "disclosure.hand_out", call, who, [&](Transaction& tx) {
                     return tagged(hand_out(tx, who, access::actor_of(call, who),
                                            call.id<DisclosureId>("disclosure"), call.if_match().value_or(""),
                                            call.now));
                   });
             });

  table.del("/api/v1/disclosures/{disclosure}", "Throws away what was never handed out", options::none,
            [&](const Call& call, const Counselor& who) -> Task<Result<Reply<>>> {
              auto gone = co_await context.store.write("disclosure.discard", [&](Transaction& tx) {
                return discard(tx, who, access::actor_of(call, who), call.id<DisclosureId>("disclosure"),
                               call.now);
              });
              if (!gone) co_return gone.error();
              co_return Reply<>{};
            });

  table.post("/api/v1/clients/{client}/disclosures/exceptions",
             "Records what was told without a consent, where the law allows it", options::once,
             [&](const Call& call, const Counselor& who,
                 const Body<ExceptionRecord>& body) -> Task<Result<Reply<Disclosure>>> {
               co_return co_await access::write_once(
                   context, "disclosure.record", call, who, [&](Transaction& tx) {
                     return created(record_exception(tx, who, access::actor_of(call, who),
                                                     call.id<ClientId>("client"), *body, call.now));
                   });
             });
}

}  // namespace

void routes(Table& table, access::Context& context) {
  table.room("disclosures");
  reading(table, context);
  telling(table, context);
}

}  // namespace circled::disclosures
