// A programme with accounts and everything the routes of access need.
#pragma once
#include "access/account.hpp"
#include "access/context.hpp"
#include "access/enrolment.hpp"
#include "access/password.hpp"
#include "access/sign_in.hpp"
#include "support/password.hpp"
#include "support/run.hpp"
#include "support/store.hpp"

namespace circled::test {

inline constexpr const char* good_password = "correct horse battery";

// Hashed once for all tests.
inline const access::PasswordHash& good_hash() {
  static const access::PasswordHash hash = [] {
    initialise_crypto();
    return access::make_password("cora", good_password).value();
  }();
  return hash;
}

// The same password hashed as the product does it: for tests in which the first is still being verified when
// the last one asks.
inline access::PasswordHash slow_hash() {
  initialise_crypto();
  const ProductPasswords really;
  return access::make_password("cora", good_password).value();
}

// Cora signs in with the login "cora" and good_password. She reaches Ana and nobody else.
struct AccessProgramme : Programme {
  access::PasswordHasher passwords{1, 8};
  access::Context context{store,
                          clock,
                          std::string(32, 'k'),
                          "",
                          &passwords,
                          [this](Snapshot&, const api::Identity& who, ClientId client, Instant) {
                            return who.person == PersonId(counselor) && client == ana;
                          }};
  AccountId cora;

  AccessProgramme() {
    cora = write([this](Transaction& tx) {
             return access::create_account(tx, {}, counselor, "cora", good_hash(), now());
           }).value();
  }

  Result<access::Granted> sign_in(std::string login, std::string password, std::string address = "192.0.2.7",
                                  access::Carrier carrier = access::Carrier::bearer) {
    access::Attempt attempt{std::move(login), std::move(password), carrier,
                            "test",           access::shift,       {std::move(address), "r1"}};
    return run(access::sign_in(context, std::move(attempt)));
  }

  // Who the store says this token belongs to, now.
  std::optional<api::Identity> known(const std::string& token,
                                     access::Carrier carrier = access::Carrier::bearer) {
    auto found = read([&](Snapshot& db) { return access::find_sign_in(db, sha256(token), carrier, now()); });
    if (!found) return std::nullopt;
    return found->identity;
  }

  // A sign-in without the work of a password.
  access::Granted granted(AccountId account, access::Carrier carrier = access::Carrier::bearer) {
    return write([&](Transaction& tx) {
             return access::grant(tx, account, carrier, "test", access::shift, now());
           })
        .value();
  }
};

}  // namespace circled::test
