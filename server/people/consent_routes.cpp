// The routes of written consents: the staff's, and the client's own. What is told on them is next door
// (disclosures/routes.cpp).
#include "access/once.hpp"
#include "people/consent.hpp"
#include "people/routes.hpp"

namespace circled::people {

using namespace api;

namespace {

using api::tagged;  // beside the room's own

void read_consents(Table& table, access::Context& context) {
  table.get("/api/v1/clients/{client}/consents", "A client's written consents", options::record,
            [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Page<Consent>>>> {
              co_return co_await context.store.write(
                  "consent.list", [&](Transaction& tx) -> Result<Reply<Page<Consent>>> {
                    const auto client = call.id<ClientId>("client");
                    auto found = consents(tx, who, client, call.now);
                    if (!found) return found.error();
                    access::audit_view(tx, access::actor_of(call, who), "client.view_consents", client,
                                       call.now);
                    return Page<Consent>{std::move(*found), {}};
                  });
            });

  table.get(
      "/api/v1/clients/{client}/consents/{consent}/versions", "Every paper of one consent", options::record,
      [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Page<Consent>>>> {
        co_return co_await context.store.write(
            "consent.versions", [&](Transaction& tx) -> Result<Reply<Page<Consent>>> {
              const auto client = call.id<ClientId>("client");
              auto found = consent_versions(tx, who, client, call.id<ConsentId>("consent"), call.now);
              if (!found) return found.error();
              access::audit_view(tx, access::actor_of(call, who), "client.view_consents", client, call.now);
              return Page<Consent>{std::move(*found), {}};
            });
      });

  table.get("/api/v1/clients/{client}/who-may-be-told",
            "To whom anything may be said of a client, and what kind of thing", options::record,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Page<MayBeTold>>>> {
              co_return co_await context.store.write(
                  "consent.who_may_be_told", [&](Transaction& tx) -> Result<Reply<Page<MayBeTold>>> {
                    const auto client = call.id<ClientId>("client");
                    auto found = who_may_be_told(tx, who, client, call.now);
                    if (!found) return found.error();
                    access::audit_view(tx, access::actor_of(call, who), "client.view_who_may_be_told", client,
                                       call.now);
                    return Page<MayBeTold>{std::move(*found), {}};
                  });
            });
}

void change_consents(Table& table, access::Context& context) {
  table.post("/api/v1/clients/{client}/consents", "Enters a signed consent", options::once,
             [&](const Call& call, const Counselor& who,
                 const Body<WrittenConsent>& body) -> Task<Result<Reply<Consent>>> {
               co_return co_await access::write_once(context, "consent.add", call, who, [&](Transaction& tx) {
                 return tagged(add_consent(tx, who, access::actor_of(call, who), call.id<ClientId>("client"),
                                           *body, call.now));
               });
             });

  table.put(
      "/api/v1/clients/{client}/consents/{consent}", "Enters the paper that takes a consent's place",
      options::edit,
      [&](const Call& call, const Counselor& who,
          const Body<WrittenConsent>& body) -> Task<Result<Reply<Consent>>> {
        co_return co_await context.store.write("consent.rewrite", [&](Transaction& tx) {
          return tagged(rewrite_consent(tx, who, access::actor_of(call, who), call.id<ClientId>("client"),
                                        call.id<ConsentId>("consent"), call.version(), *body, call.now));
        });
      });

  table.post("/api/v1/clients/{client}/consents/{consent}/end",
             "Notes that the event has come about with which a consent ends", options::none,
             [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Consent>>> {
               co_return co_await access::write_once(context, "consent.end", call, who, [&](Transaction& tx) {
                 return tagged(end_consent(tx, who, access::actor_of(call, who), call.id<ClientId>("client"),
                                           call.id<ConsentId>("consent"), call.now));
               });
             });

  table.post(
      "/api/v1/clients/{client}/consents/{consent}/revoke", "Takes a consent back, for the client",
      options::none,
      [&](const Call& call, const Counselor& who,
          const Body<Revocation>& body) -> Task<Result<Reply<Consent>>> {
        co_return co_await access::write_once(context, "consent.revoke", call, who, [&](Transaction& tx) {
          return tagged(revoke_consent(tx, who, access::actor_of(call, who), call.id<ClientId>("client"),
                                       call.id<ConsentId>("consent"), *body, call.now));
        });
      });
}

void own_consents(Table& table, access::Context& context) {
  table.get("/api/v1/my/consents", "What the caller has agreed may be told, and to whom", options::none,
            [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<Page<MyConsent>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<MyConsent>>> {
                return Page<MyConsent>{my_consents(db, who.client(), call.now), {}};
              });
            });

  table.post("/api/v1/my/consents/{consent}/revoke", "Takes a consent of the caller's back", options::none,
             [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<MyConsent>>> {
               co_return co_await access::write_once(context, "consent.revoke_own", call, who,
                                                     [&](Transaction& tx) -> Result<Reply<MyConsent>> {
                                                       auto revoked = revoke_my_consent(
                                                           tx, access::actor_of(call, who), who.client(),
                                                           call.id<ConsentId>("consent"), call.now);
                                                       if (!revoked) return revoked.error();
                                                       return Reply<MyConsent>(std::move(*revoked));
                                                     });
             });
}

}  // namespace

void consent_routes(Table& table, access::Context& context) {
  read_consents(table, context);
  change_consents(table, context);
  own_consents(table, context);
}

}  // namespace circled::people
