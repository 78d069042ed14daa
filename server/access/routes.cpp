#include "access/routes.hpp"

#include "access/enrolment.hpp"
#include "access/identify.hpp"
#include "access/origin.hpp"
#include "access/password.hpp"
#include "access/sign_in.hpp"

namespace circled::access {
namespace {

using api::Anyone;
using api::Body;
using api::Call;
using api::Page;
using api::Query;
using api::Reply;
using api::SignedIn;
using api::StaffMember;
namespace options = api::options;

struct Credentials {
  Text<1, 100> login;
  Text<1, 200> password;
  BOOST_DESCRIBE_CLASS(Credentials, (), (login, password), (), ())
};

struct TokenRequest {
  Text<1, 100> login;
  Text<1, 200> password;
  Text<1, 100> device;  // what the list of sign-ins will call it
  BOOST_DESCRIBE_CLASS(TokenRequest, (), (login, password, device), (), ())
};

enum class Keep { token, cookie };
BOOST_DESCRIBE_ENUM(Keep, token, cookie)

struct DeviceRequest {
  Text<1, 40> code;
  Text<1, 100> device;
  Keep keep = Keep::token;
  BOOST_DESCRIBE_CLASS(DeviceRequest, (), (code, device, keep), (), ())
};

struct NewSignIn {
  std::optional<std::string> token;  // shown this once; absent where a cookie holds it
  Instant expires_at{};
  Me me;
  BOOST_DESCRIBE_CLASS(NewSignIn, (), (token, expires_at, me), (), ())
};

struct SignInFilter {
  std::optional<Number<1, 100>> limit;
  std::optional<SignInId> after;
  BOOST_DESCRIBE_CLASS(SignInFilter, (), (limit, after), (), ())
};

// What a browser calls itself, as far as it can be shown in a list.
std::string browser_of(const Call& call) {
  std::string name;
  for (char c : call.request.header("User-Agent").substr(0, 200))
    if (c >= ' ' && c < 0x7f) name += c;
  return name.empty() ? "a browser" : name;
}

// A cookie is given to a page of ours only: a foreign one must not sign its visitor in as somebody else.
Result<void> may_take_cookie(const Context& context, const Call& call) {
  if (!from_own_page(call.request, context.public_origin)) return foreign_origin();
  return cookie_will_be_kept(call.request, context.public_origin);
}

void put_cookie(api::Headers& headers, const Granted& granted, Instant now) {
  const auto lasts = std::chrono::floor<Seconds>(granted.expires_at - now);
  headers.emplace_back("Set-Cookie", cookie_text(granted.token, lasts));
}

Task<Me> read_me(Context& context, const api::Identity& who) {
  co_return co_await context.store.read([&](Snapshot& db) { return me(db, who); });
}

Task<Result<Reply<Me>>> sign_in_by_cookie(Context& context, const Call& call, const Credentials& given) {
  if (auto may = may_take_cookie(context, call); !may) co_return may.error();
  Attempt attempt{given.login, given.password, Carrier::cookie, browser_of(call), shift, source_of(call)};
  auto granted = co_await sign_in(context, std::move(attempt));
  if (!granted) co_return granted.error();
  Reply<Me> reply;
  reply.body = co_await read_me(context, granted->identity);
  put_cookie(reply.headers, *granted, call.now);
  co_return reply;
}

Task<Result<Reply<NewSignIn>>> sign_in_by_token(Context& context, const Call& call,
                                                const TokenRequest& given) {
  Attempt attempt{given.login, given.password, Carrier::bearer, given.device, half_year, source_of(call)};
  auto granted = co_await sign_in(context, std::move(attempt));
  if (!granted) co_return granted.error();
  const Me shown = co_await read_me(context, granted->identity);
  co_return Reply(NewSignIn{granted->token, granted->expires_at, shown});
}

Task<Result<Reply<NewSignIn>>> enrol(Context& context, const Call& call, const DeviceRequest& given) {
  const bool by_cookie = given.keep == Keep::cookie;
  if (by_cookie)
    if (auto may = may_take_cookie(context, call); !may) co_return may.error();
  const Redemption redemption{given.code, given.device, by_cookie ? Carrier::cookie : Carrier::bearer,
                              source_of(call)};
  const auto show_code = [&context, redemption, now = call.now](Transaction& tx) {
    return redeem(tx, context, redemption, now);
  };
  auto granted = co_await context.store.write("enrolment.redeem", show_code);
  if (!granted) co_return granted.error();
  const Me shown = co_await read_me(context, granted->identity);
  Reply reply(NewSignIn{{}, granted->expires_at, shown});
  if (by_cookie)
    put_cookie(reply.headers, *granted, call.now);
  else
    reply.body.token = granted->token;
  co_return reply;
}

// Cuts a list of limit + 1 items to a page; the cursor is the last item's id.
template <class T>
Page<T> page_of(std::vector<T> items, std::int64_t limit) {
  Page<T> page;
  if (static_cast<std::int64_t>(items.size()) > limit) {
    items.resize(static_cast<std::size_t>(limit));
    page.next = std::to_string(items.back().id.value);
  }
  page.items = std::move(items);
  return page;
}

Task<Result<void>> end_one(Context& context, const Call& call, const SignedIn& who, SignInId id) {
  const auto end = [actor = actor_of(call, who), id, now = call.now](Transaction& tx) {
    return end_sign_in(tx, actor, actor.account, id, now);
  };
  co_return co_await context.store.write("sign_in.end", end);
}

void sign_in_routes(api::Table& table, Context& context) {
  table.post(
      "/api/v1/sign-in", "Signs a browser in by cookie", options::secret,
      [&context](const Call& call, const Anyone&, const Body<Credentials>& given) -> Task<Result<Reply<Me>>> {
        return sign_in_by_cookie(context, call, *given);
      });
  table.post("/api/v1/tokens", "Signs a program in and shows its bearer token", options::new_secret,
             [&context](const Call& call, const Anyone&, const Body<TokenRequest>& given)
                 -> Task<Result<Reply<NewSignIn>>> { return sign_in_by_token(context, call, *given); });
  table.post("/api/v1/sign-out", "Ends this sign-in", options::none,
             [&context](const Call& call, const SignedIn& who) -> Task<Result<Reply<>>> {
               auto ended = co_await end_one(context, call, who, who.sign_in);
               // Signed out from two tabs at once: both are told that it is done.
               if (!ended && ended.error().kind != ErrorKind::not_found) co_return ended.error();
               Reply<> reply;
               if (who.by_cookie) reply.headers.emplace_back("Set-Cookie", cookie_text("", Seconds(0)));
               co_return reply;
             });
  table.get("/api/v1/me", "Who is signed in", options::none,
            [&context](const Call&, const SignedIn& who) -> Task<Result<Reply<Me>>> {
              Me shown = co_await read_me(context, who);
              co_return Reply(std::move(shown));
            });
  table.get("/api/v1/sign-ins", "Lists one's own browsers and devices, newest first", options::none,
            [&context](const Call& call, const SignedIn& who,
                       const Query<SignInFilter>& filter) -> Task<Result<Reply<Page<SignIn>>>> {
              const std::int64_t limit = filter->limit.value_or(Number<1, 100>{50});
              auto items = co_await context.store.read([&](Snapshot& db) {
                return sign_ins(db, who, filter->after.value_or(SignInId{}), limit + 1, call.now);
              });
              co_return page_of(std::move(items), limit);
            });
  table.del("/api/v1/sign-ins/{sign_in}", "Signs one of one's own browsers or devices out", options::none,
            [&context](const Call& call, const SignedIn& who) -> Task<Result<Reply<>>> {
              auto ended = co_await end_one(context, call, who, call.id<SignInId>("sign_in"));
              if (!ended) co_return ended.error();
              co_return Reply<>{};
            });
}

void enrolment_routes(api::Table& table, Context& context) {
  table.post("/api/v1/clients/{client}/enrolment-codes", "Makes a code that enrols one device of a client",
             options::new_secret,
             [&context](const Call& call, const StaffMember& who) -> Task<Result<Reply<EnrolmentCode>>> {
               const auto make = [&context, identity = api::Identity(who), request_id = call.request.id,
                                  client = call.id<ClientId>("client"), now = call.now](Transaction& tx) {
                 return make_code(tx, context, identity, request_id, client, now);
               };
               auto made = co_await context.store.write("enrolment.make_code", make);
               if (!made) co_return made.error();
               co_return Reply(std::move(*made));
             });
  table.del("/api/v1/clients/{client}/sign-ins", "Signs all devices of a client out", options::none,
            [&context](const Call& call, const StaffMember& who) -> Task<Result<Reply<>>> {
              const auto end = [&context, identity = api::Identity(who), request_id = call.request.id,
                                client = call.id<ClientId>("client"), now = call.now](Transaction& tx) {
                return end_client_sign_ins(tx, context, identity, request_id, client, now);
              };
              auto ended = co_await context.store.write("enrolment.end", end);
              if (!ended) co_return ended.error();
              co_return Reply<>{};
            });
  table.post("/api/v1/devices", "Enrols a client's device by its code", options::new_secret,
             [&context](const Call& call, const Anyone&, const Body<DeviceRequest>& given)
                 -> Task<Result<Reply<NewSignIn>>> { return enrol(context, call, *given); });
}

}  // namespace

void routes(api::Table& table, Context& context) {
  table.room("access");
  sign_in_routes(table, context);
  enrolment_routes(table, context);
  kiosk_routes(table, context);
  password_routes(table, context);
  audit_routes(table, context);
}

}  // namespace circled::access
