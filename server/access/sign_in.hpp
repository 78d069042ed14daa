// Signing in and out. A sign-in is one browser or one device of one account; what it holds is a random
// token, of which only the hash is stored. A cookie's token is good as a cookie only, a bearer's as a
// bearer only.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/audit.hpp"
#include "access/context.hpp"

namespace circled::access {

enum class Carrier { cookie, bearer };
BOOST_DESCRIBE_ENUM(Carrier, cookie, bearer)

// A browser at work is signed in for a shift; a device that was enrolled, or a program, for half a year.
inline constexpr auto shift = std::chrono::hours(12);
inline constexpr auto half_year = std::chrono::hours(24 * 180);

// Where an attempt comes from.
struct Source {
  std::string address;  // of the peer, no port
  std::string request_id;
};
Source source_of(const api::Call& call);

// What a successful sign-in hands out. The token is shown once and stored nowhere.
struct Granted {
  std::string token;
  Instant expires_at;
  api::Identity identity;
};

// A sign-in for an account whose holder has just shown who they are. Not audited here.
// Errors: unauthenticated (the account is disabled, or its person works here no more).
Result<Granted> grant(Transaction& tx, AccountId account, Carrier carrier, std::string_view device,
                      Milliseconds lasts, Instant now);

struct Attempt {
  std::string login, password;
  Carrier carrier = Carrier::cookie;
  std::string device;
  Milliseconds lasts{shift};
  Source from;
};

// Verifies on the hashing pool. Same work, same answer and same waiting for a login that does not exist.
// Errors: unauthenticated (wrong_login), throttled, unavailable.
Task<Result<Granted>> sign_in(Context& context, Attempt attempt);

// Whether whoever is signed in knows the account's password: asked once more before something that is signed.
// Verified, counted and slowed down as a sign-in is.
// Errors: invalid (/password wrong_password, also where the account has none), throttled, unavailable.
Task<Result<void>> confirm_password(Context& context, api::Identity who, std::string password, Source from);

// Longer than any token of ours: not worth hashing.
inline constexpr std::size_t longest_token = 128;

struct KnownSignIn {
  api::Identity identity;
  Instant expires_at;
};

// The live sign-in that this token's SHA-256 belongs to. One indexed statement.
std::optional<KnownSignIn> find_sign_in(Snapshot& db, std::string_view token_hash, Carrier carrier,
                                        Instant now);

// Ends one sign-in of the account and closes its live connections after COMMIT.
// Errors: not_found (also when it is another's, or has ended already).
Result<void> end_sign_in(Transaction& tx, const Actor& actor, AccountId account, SignInId id, Instant now);

// Ends all of them, except one to keep, if given; answers how many.
std::int64_t end_sign_ins(Transaction& tx, AccountId account, Instant now, SignInId keep = {});

struct SignIn {
  SignInId id;
  std::string device;
  Carrier by = Carrier::cookie;
  Instant created_at{}, expires_at{};
  bool current = false;  // the one that asks
  BOOST_DESCRIBE_CLASS(SignIn, (), (id, device, by, created_at, expires_at, current), (), ())
};

// The caller's own live sign-ins, newest first; `before` zero for the first page.
std::vector<SignIn> sign_ins(Snapshot& db, const api::Identity& who, SignInId before, std::int64_t limit,
                             Instant now);

// What a page needs to know about its own user.
struct Me {
  AccountId account;
  PersonId person;
  api::Role role = api::Role::client;
  std::string name;
  std::optional<SiteId> site;  // a staff member's
  std::optional<std::string> site_name;
  std::string zone;  // a staff member's site's; a client's own
  BOOST_DESCRIBE_CLASS(Me, (), (account, person, role, name, site, site_name, zone), (), ())
};
Me me(Snapshot& db, const api::Identity& who);

}  // namespace circled::access
