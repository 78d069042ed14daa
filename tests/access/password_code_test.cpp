#include "access/password_code.hpp"

#include <doctest/doctest.h>

#include "access/fixture.hpp"
#include "access/purge.hpp"

using namespace circled;
using namespace circled::access;

namespace {

constexpr const char* fresh_password = "another one of four words";

struct Codes : test::AccessProgramme {
  const Actor admin_actor{cora, "r1"};

  PasswordCode code() {
    return write([&](Transaction& tx) { return make_password_code(tx, context, admin_actor, cora, now()); })
        .value();
  }
  Result<void> use(std::string login, std::string code, std::string password = fresh_password,
                   std::string address = "192.0.2.7") {
    return test::run(use_password_code(context, std::move(login), std::move(code), std::move(password),
                                       {std::move(address), "r2"}));
  }
};

}  // namespace

TEST_CASE("a code lets its holder choose a password, once, and is typed as it comes") {
  Codes f;
  const auto before = f.granted(f.cora);
  const auto made = f.code();
  CHECK(made.login == "cora");
  CHECK(made.code.size() == password_code_length);
  CHECK(made.expires_at == f.now() + std::chrono::hours(24));
  // From the making on neither the old password nor an old sign-in is good.
  CHECK_FALSE(f.known(before.token));
  CHECK(f.sign_in("cora", test::good_password).error().code == "wrong_login");

  std::string typed;
  for (std::size_t i = 0; i < made.code.size(); ++i)
    typed += (i && i % 4 == 0 ? "-" : "") + std::string(1, static_cast<char>(std::tolower(made.code[i])));
  CHECK(f.use(" Cora ", typed));
  CHECK(f.sign_in("cora", fresh_password));
  CHECK(f.use("cora", made.code).error().code == "code_not_good");
  CHECK(f.number("SELECT count(*) FROM password_code") == 0);
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'account.set_password' AND account_id = $1",
                 f.cora) == 1);
}

TEST_CASE("a code is no good too late, for another login, once replaced, or for somebody who is disabled") {
  Codes f;
  const AccountId otto = f.write([&](Transaction& tx) {
                            return create_account(tx, {}, f.other_counselor, "otto", std::nullopt, f.now());
                          }).value();
  const auto first = f.code();
  const auto second = f.code();
  CHECK(f.use("cora", first.code).error().code == "code_not_good");
  CHECK(f.use("otto", second.code).error().code == "code_not_good");
  CHECK(f.use("nobody", second.code).error().code == "code_not_good");
  const auto ottos = f.write([&](Transaction& tx) {
                        return make_password_code(tx, f.context, f.admin_actor, otto, f.now());
                      }).value();
  f.write([&](Transaction& tx) { disable(tx, {}, otto, f.now()).value(); });
  CHECK(f.use("otto", ottos.code).error().code == "code_not_good");
  f.clock.advance(password_code_lasts);
  CHECK(f.use("cora", second.code).error().code == "code_not_good");
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'password_code.fail'") == 5);
  CHECK(f.write([&](Transaction& tx) { return purge::run_once(tx, f.now()); }) >= 2);
  CHECK(f.number("SELECT count(*) FROM password_code") == 0);
}

TEST_CASE("a bad password leaves the code as it was; guessing is slowed down") {
  Codes f;
  const auto made = f.code();
  CHECK(f.use("cora", made.code, "short").error().fields.at(0).code == "too_short");
  CHECK(f.use("cora", made.code, "cora").error().fields.at(0).pointer == "/password");
  for (int i = 0; i < 5; ++i) CHECK(f.use("cora", "ABCDEFGHJKMN").error().code == "code_not_good");
  // Even the right one waits, from any address.
  CHECK(f.use("cora", made.code, fresh_password, "198.51.100.1").error().kind == ErrorKind::throttled);
  f.clock.advance(std::chrono::minutes(1));
  CHECK(f.use("cora", made.code));
}

TEST_CASE("an account without a login has no code") {
  Codes f;
  const auto account = f.write([&](Transaction& tx) { return test::add_account(tx, f.ana); });
  CHECK(f.write([&](Transaction& tx) {
           return make_password_code(tx, f.context, f.admin_actor, account, f.now());
         })
            .error()
            .kind == ErrorKind::not_found);
}

TEST_CASE("one's own password is changed by the old one, and other browsers are out") {
  Codes f;
  const auto here = f.granted(f.cora), there = f.granted(f.cora);
  const auto change = [&](std::string password, std::string wanted) {
    return test::run(change_password(f.context, here.identity, std::move(password), std::move(wanted),
                                     {"192.0.2.7", "r"}));
  };
  CHECK(change("wrong", fresh_password).error().fields.at(0).pointer == "/password");
  CHECK(change(test::good_password, "short").error().fields.at(0).pointer == "/new_password");
  CHECK(f.known(there.token));
  CHECK(change(test::good_password, fresh_password));
  CHECK(f.known(here.token));
  CHECK_FALSE(f.known(there.token));
  CHECK(f.sign_in("cora", fresh_password));
}

TEST_CASE("the last sign-in is noted") {
  Codes f;
  CHECK(f.number("SELECT count(*) FROM account WHERE last_sign_in_at IS NOT NULL") == 0);
  CHECK(f.sign_in("cora", test::good_password));
  CHECK(f.number("SELECT last_sign_in_at FROM account WHERE id = $1", f.cora) == to_millis(f.now()));
}
