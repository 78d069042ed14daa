#include "access/identify.hpp"

#include "access/origin.hpp"
#include "access/sign_in.hpp"
#include "access/sign_in_cache.hpp"
#include "base/token.hpp"

namespace circled::access {
namespace {

constexpr bool changes_nothing(api::Method m) {
  return m == api::Method::get || m == api::Method::head || m == api::Method::options;
}

// RFC 6750 §2.1; the scheme's case does not matter (RFC 9110 §11.1).
std::string_view bearer_token(const api::Request& request) {
  constexpr std::string_view scheme = "bearer ";
  const std::string_view header = request.header("Authorization");
  if (header.size() <= scheme.size()) return {};
  for (std::size_t i = 0; i < scheme.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(header[i])) != scheme[i]) return {};
  return header.substr(scheme.size());
}

Error sign_in_first() { return {ErrorKind::unauthenticated, "unauthenticated", "Sign in first.", {}, {}, 0}; }

// A kiosk is a kiosk on its own routes; anywhere else, also where whoever is signed in may go, its token is
// nobody's. Said here, once, and not by each route.
// `path`: of the request; empty for a live connection's hello.
bool is_kiosk_astray(const std::optional<api::Identity>& found, std::string_view path) {
  if (!found || found->role != api::Role::kiosk) return false;
  return path != "/api/v1/kiosk" && !path.starts_with("/api/v1/kiosk/");
}

Task<std::optional<api::Identity>> identify(Context& context, std::string_view token, Carrier carrier) {
  if (token.empty() || token.size() > longest_token) co_return std::nullopt;
  const Instant now = context.clock.now();
  const std::string hash = sha256(token);
  SignInCache::Moment moment = 0;
  if (context.sign_ins) {
    auto look = context.sign_ins->find(hash, carrier, now);
    if (look.identity) co_return std::move(look.identity);
    moment = look.moment;
  }
  auto known =
      co_await context.store.read([&](Snapshot& db) { return find_sign_in(db, hash, carrier, now); });
  if (!known) co_return std::nullopt;
  if (context.sign_ins) context.sign_ins->remember(hash, *known, moment, now);
  co_return std::move(known->identity);
}

}  // namespace

Error foreign_origin() {
  return {ErrorKind::forbidden,
          "foreign_origin",
          "A cookie is taken from our own pages only: the request's Origin is not this server's. Programs "
          "sign in "
          "at /api/v1/tokens.",
          {},
          {},
          0};
}

api::Authenticator make_authenticator(Context& context) {
  return [&context](const api::Request& request) -> Task<Result<std::optional<api::Identity>>> {
    const std::string_view token = bearer_token(request);
    if (!token.empty()) {
      auto found = co_await identify(context, token, Carrier::bearer);
      if (is_kiosk_astray(found, request.path())) co_return std::optional<api::Identity>();
      co_return std::move(found);
    }
    const std::string_view cookie = request.cookie(cookie_name);
    if (cookie.empty()) co_return std::optional<api::Identity>();
    if (!changes_nothing(request.method) && !from_own_page(request, context.public_origin))
      co_return foreign_origin();
    auto found = co_await identify(context, cookie, Carrier::cookie);
    if (is_kiosk_astray(found, request.path())) co_return std::optional<api::Identity>();
    co_return std::move(found);
  };
}

Task<Result<api::Identity>> identify_token(Context& context, std::string token) {
  auto found = co_await identify(context, token, Carrier::bearer);
  if (!found || is_kiosk_astray(found, {})) co_return sign_in_first();
  co_return std::move(*found);
}

}  // namespace circled::access
