// Kiosks and cards: administrators set kiosks up, staff hand cards out. What a kiosk itself does is enrolled
// here; checking in is attendance's.
#include "access/card.hpp"
#include "access/identify.hpp"
#include "access/once.hpp"
#include "access/origin.hpp"
#include "access/routes.hpp"

namespace circled::access {
namespace {

using api::Admin;
using api::Anyone;
using api::Body;
using api::Call;
using api::Page;
using api::Reply;
using api::reply;
using api::StaffMember;
namespace options = api::options;

// What a kiosk's page knows of itself: nothing about anybody.
struct KioskSelf {
  std::string name;
  std::string zone;  // of its site
  BOOST_DESCRIBE_CLASS(KioskSelf, (), (name, zone), (), ())
};

enum class KeepKiosk { token, cookie };
BOOST_DESCRIBE_ENUM(KeepKiosk, token, cookie)

struct KioskEnrolment {
  Text<1, 40> code;
  KeepKiosk keep = KeepKiosk::cookie;
  BOOST_DESCRIBE_CLASS(KioskEnrolment, (), (code, keep), (), ())
};

struct EnrolledKiosk {
  std::optional<std::string> token;  // shown this once; absent where a cookie holds it
  Instant expires_at{};
  BOOST_DESCRIBE_CLASS(EnrolledKiosk, (), (token, expires_at), (), ())
};

Task<Result<Reply<EnrolledKiosk>>> enrol(Context& context, const Call& call, const KioskEnrolment& given) {
  const bool by_cookie = given.keep == KeepKiosk::cookie;
  if (by_cookie) {
    // A cookie is given to a page of ours only, as at any sign-in.
    if (!from_own_page(call.request, context.public_origin)) co_return foreign_origin();
    if (auto kept = cookie_will_be_kept(call.request, context.public_origin); !kept) co_return kept.error();
  }
  const KioskRedemption redemption{given.code, by_cookie ? Carrier::cookie : Carrier::bearer,
                                   source_of(call)};
  const auto show_code = [&context, redemption, now = call.now](Transaction& tx) {
    return enrol_kiosk(tx, context, redemption, now);
  };
  auto granted = co_await context.store.write("kiosk.enrol", show_code);
  if (!granted) co_return granted.error();
  Reply<EnrolledKiosk> answer;
  answer.body.expires_at = granted->expires_at;
  if (by_cookie)
    answer.headers.emplace_back(
        "Set-Cookie",
        cookie_text(granted->token, std::chrono::floor<Seconds>(granted->expires_at - call.now)));
  else
    answer.body.token = granted->token;
  co_return answer;
}

void kiosks_of_admins(api::Table& table, Context& context) {
  table.get("/api/v1/kiosks", "The kiosks, by site and name", options::none,
            [&context](const Call& call, const Admin&) -> Task<Result<Reply<Page<KioskRow>>>> {
              auto items = co_await context.store.read([&](Snapshot& db) { return kiosks(db, call.now); });
              co_return Reply(Page<KioskRow>{std::move(items), {}});
            });
  table.post("/api/v1/kiosks", "Adds a kiosk to a site, and shows the code that enrols it",
             options::new_secret,
             [&context](const Call& call, const Admin& who,
                        const Body<NewKiosk>& wanted) -> Task<Result<Reply<KioskWithCode>>> {
               co_return co_await context.store.write("kiosk.make", [&](Transaction& tx) {
                 return reply(make_kiosk(tx, context, actor_of(call, who), *wanted, call.now));
               });
             });
  table.post("/api/v1/kiosks/{kiosk}/codes", "Makes another code that enrols a kiosk's tablet",
             options::new_secret,
             [&context](const Call& call, const Admin& who) -> Task<Result<Reply<KioskWithCode>>> {
               co_return co_await context.store.write("kiosk.make_code", [&](Transaction& tx) {
                 return reply(
                     make_kiosk_code(tx, context, actor_of(call, who), call.id<KioskId>("kiosk"), call.now));
               });
             });
  table.post("/api/v1/kiosks/{kiosk}/revoke", "Shuts a kiosk out, for good", options::none,
             [&context](const Call& call, const Admin& who) -> Task<Result<Reply<KioskRow>>> {
               co_return co_await write_once(context, "kiosk.revoke", call, who, [&](Transaction& tx) {
                 return reply(revoke_kiosk(tx, actor_of(call, who), call.id<KioskId>("kiosk"), call.now));
               });
             });
}

void kiosks_own(api::Table& table, Context& context) {
  table.post("/api/v1/kiosk/enrol", "Enrols a tablet as a kiosk by its code", options::new_secret,
             [&context](const Call& call, const Anyone&, const Body<KioskEnrolment>& given)
                 -> Task<Result<Reply<EnrolledKiosk>>> { return enrol(context, call, *given); });
  table.get("/api/v1/kiosk", "Which kiosk this is", options::none,
            [&context](const Call&, const Kiosk& who) -> Task<Result<Reply<KioskSelf>>> {
              auto self = co_await context.store.read([&](Snapshot& db) {
                return db.one<KioskSelf>(
                    "SELECT k.name, s.zone FROM kiosk k JOIN site s ON s.id = k.site_id "
                    "WHERE k.person_id = $1",
                    who.person);
              });
              co_return Reply(std::move(self.value()));
            });
}

void cards_of_clients(api::Table& table, Context& context) {
  table.get("/api/v1/clients/{client}/cards", "A client's cards, the latest first", options::record,
            [&context](const Call& call, const StaffMember& who) -> Task<Result<Reply<Page<Card>>>> {
              const auto client = call.id<ClientId>("client");
              auto found = co_await context.store.read(
                  [&](Snapshot& db) { return cards(db, context, who, client, call.now); });
              if (!found) co_return found.error();
              auto seen = co_await record_view(context.store, actor_of(call, who), "client.view_cards",
                                               client, call.now);
              if (!seen) co_return seen.error();
              co_return Reply(Page<Card>{std::move(*found), {}});
            });
  table.post(
      "/api/v1/clients/{client}/cards", "Issues a card, and shows its PIN", options::new_secret,
      [&context](const Call& call, const StaffMember& who) -> Task<Result<Reply<CardWithPin>>> {
        co_return co_await context.store.write("card.issue", [&](Transaction& tx) {
          return reply(issue_card(tx, context, who, call.request.id, call.id<ClientId>("client"), call.now));
        });
      });
  table.post(
      "/api/v1/cards/{card}/replace", "Blocks a card that is lost and issues another, with a new PIN",
      options::new_secret,
      [&context](const Call& call, const StaffMember& who) -> Task<Result<Reply<CardWithPin>>> {
        co_return co_await context.store.write("card.replace", [&](Transaction& tx) {
          return reply(replace_card(tx, context, who, call.request.id, call.id<CardId>("card"), call.now));
        });
      });
  table.post(
      "/api/v1/cards/{card}/pin", "Gives a card a new PIN, which also unlocks it", options::new_secret,
      [&context](const Call& call, const StaffMember& who) -> Task<Result<Reply<CardWithPin>>> {
        co_return co_await context.store.write("card.reset_pin", [&](Transaction& tx) {
          return reply(reset_pin(tx, context, who, call.request.id, call.id<CardId>("card"), call.now));
        });
      });
  table.post("/api/v1/cards/{card}/block", "Blocks a card for good", options::none,
             [&context](const Call& call, const StaffMember& who,
                        const Body<Blocking>& body) -> Task<Result<Reply<Card>>> {
               co_return co_await write_once(context, "card.block", call, who, [&](Transaction& tx) {
                 return reply(
                     block_card(tx, context, who, call.request.id, call.id<CardId>("card"), *body, call.now));
               });
             });
  table.post(
      "/api/v1/cards/{card}/unlock", "Unlocks a card after five wrong PINs", options::none,
      [&context](const Call& call, const StaffMember& who) -> Task<Result<Reply<Card>>> {
        co_return co_await write_once(context, "card.unlock", call, who, [&](Transaction& tx) {
          return reply(unlock_card(tx, context, who, call.request.id, call.id<CardId>("card"), call.now));
        });
      });
}

}  // namespace

void kiosk_routes(api::Table& table, Context& context) {
  kiosks_of_admins(table, context);
  kiosks_own(table, context);
  cards_of_clients(table, context);
}

}  // namespace circled::access
