// Who is calling. The authenticator (in `access`) turns a cookie or a bearer token into an Identity;
// a handler then names the caller type it accepts, and the route table refuses everyone else before
// the handler runs. Whether this caller may touch *this* object is decided inside the transaction.
#pragma once
#include <boost/describe/enum.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "base/result.hpp"

namespace circled::api {

// The cookie of a browser that is signed in. The prefix binds it to one host, Secure, and path /
// (RFC 6265bis §4.1.3.2); programs send `Authorization: Bearer` instead.
inline constexpr std::string_view session_cookie = "__Host-circled";

enum class Role { admin, supervisor, clinician, counselor, front_desk, kiosk, service_account, client };
BOOST_DESCRIBE_ENUM(Role, admin, supervisor, clinician, counselor, front_desk, kiosk, service_account, client)

struct Identity {
  AccountId account;
  SignInId sign_in;  // the token's row: what sign-out and revocation name
  PersonId person;
  Role role = Role::client;
  SiteId site;  // a staff member's home site; zero for clients
  std::string name;
  bool by_cookie = false;
};

// The caller types. Each says in `accepts` who passes; `title` is what a refusal calls it.
struct Anyone {
  static constexpr bool anonymous = true;
  std::optional<Identity> identity;
};

struct SignedIn : Identity {
  static constexpr const char* title = "somebody signed in";
  static bool accepts(Role) { return true; }
};

// Anyone who works here and uses the dashboard.
struct StaffMember : Identity {
  static constexpr const char* title = "staff";
  static bool accepts(Role r) {
    return r == Role::admin || r == Role::supervisor || r == Role::clinician || r == Role::counselor ||
           r == Role::front_desk;
  }
  StaffId staff() const { return StaffId(person.value); }
};

// Staff who treat clients; front desk sees who, when and where, but takes no roll.
struct Counselor : Identity {
  static constexpr const char* title = "a counselor";
  static bool accepts(Role r) {
    return r == Role::admin || r == Role::supervisor || r == Role::clinician || r == Role::counselor;
  }
  StaffId staff() const { return StaffId(person.value); }
};

// Who answers for a programme's work: reads the audit trail, overrides refusals.
struct Supervisor : Identity {
  static constexpr const char* title = "a supervisor";
  static bool accepts(Role r) { return r == Role::admin || r == Role::supervisor; }
  StaffId staff() const { return StaffId(person.value); }
};

struct Admin : Identity {
  static constexpr const char* title = "an administrator";
  static bool accepts(Role r) { return r == Role::admin; }
  StaffId staff() const { return StaffId(person.value); }
};

struct ClientUser : Identity {
  static constexpr const char* title = "a client";
  static bool accepts(Role r) { return r == Role::client; }
  ClientId client() const { return ClientId(person.value); }
};

}  // namespace circled::api
