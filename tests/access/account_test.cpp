#include "access/account.hpp"

#include <doctest/doctest.h>

#include "access/fixture.hpp"
#include "base/token.hpp"
#include "support/password.hpp"

using namespace circled;
using namespace circled::access;

TEST_CASE("what makes a password") {
  struct {
    const char* login;
    std::string password;
    const char* code;  // empty: good
  } const rows[] = {
      {"cora", "correct horse battery", ""},
      {"cora", "abcdefghijkl", ""},                          // 12
      {"cora", "abcdefghijk", "too_short"},                  // 11
      {"cora", "äöüßäöüßäöüß", ""},                          // 12 code points, 24 bytes
      {"cora", "äöüßäö", "too_short"},                       // 6 code points, 12 bytes
      {"cora", "abcd" + std::string(196, 'x'), ""},          // 200
      {"cora", "abcd" + std::string(197, 'x'), "too_long"},  // 201
      {"cora@circled.example", "Cora@Circled.example", "same_as_login"},
      {"cora", "aaaaaaaaaaaa", "too_simple"},
      {"cora", "ababababcabc", "too_simple"},  // three different ones
      {"cora", "abababcdabab", ""},            // four
      {"cora", "", "too_short"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.password);
    const auto checked = check_password(row.login, row.password);
    CHECK(checked.has_value() == (*row.code == '\0'));
    if (!checked) {
      CHECK(checked.error().fields.at(0).pointer == "/password");
      CHECK(checked.error().fields.at(0).code == row.code);
    }
  }
}

TEST_CASE("what makes a login") {
  CHECK(fold_login("  Cora.C@Circled.Example ") == "cora.c@circled.example");
  for (const char* good : {"ana", "cora.c", "a_b-c+d@e.f", "007"}) CHECK(check_login(good));
  for (const char* bad : {"", "ab", "cora c", "Cora", "córa", "a\nb", "a/b"}) CHECK_FALSE(check_login(bad));
  CHECK(check_login(std::string(100, 'a')));
  CHECK_FALSE(check_login(std::string(101, 'a')));
}

TEST_CASE("a hash is argon2id, tells right from wrong, and no hash is always wrong") {
  initialise_crypto();
  const test::ProductPasswords really;
  PasswordHasher passwords(1, 4);
  const auto hash = test::run(passwords.hash("cora", test::good_password));
  REQUIRE(hash);
  // RFC 9106's encoding: 64 MiB, three passes.
  CHECK(hash->text.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"));
  CHECK(test::run(passwords.verify(*hash, test::good_password)).value() == Verdict::right);
  CHECK(test::run(passwords.verify(*hash, "correct horse batterz")).value() == Verdict::wrong);
  CHECK(test::run(passwords.verify(std::nullopt, test::good_password)).value() == Verdict::wrong);
  CHECK(test::run(passwords.hash("cora", "short")).error().kind == ErrorKind::invalid);
}

TEST_CASE("a full queue refuses at once, and is free again afterwards") {
  initialise_crypto();
  PasswordHasher passwords(1, 1);
  const PasswordHash hash = test::slow_hash();
  boost::asio::io_context io(1);
  int verified = 0, refused = 0;
  const auto ask = [&]() -> Task<void> {
    const auto verdict = co_await passwords.verify(hash, test::good_password);
    if (verdict)
      ++verified;
    else if (verdict.error().kind == ErrorKind::unavailable && verdict.error().retry_after_s > 0)
      ++refused;
  };
  for (int i = 0; i < 6; ++i) boost::asio::co_spawn(io.get_executor(), ask(), [](std::exception_ptr) {});
  // All six ask before the first answer can be taken: this thread is the one that takes it.
  io.run();
  CHECK(verified + refused == 6);
  CHECK(verified >= 2);  // one running, one waiting
  CHECK(refused >= 1);
  CHECK(test::run(passwords.verify(hash, test::good_password)).value() == Verdict::right);
}

TEST_CASE("an account belongs to one person, a login to one account") {
  test::AccessProgramme p;
  const auto create = [&](StaffId staff, const char* login) {
    return p.write(
        [&](Transaction& tx) { return create_account(tx, {}, staff, login, test::good_hash(), p.now()); });
  };
  CHECK(p.read([](Snapshot& db) { return find_account(db, " CORA "); }) == p.cora);
  CHECK(create(p.other_counselor, "Cora").error().code == "login_taken");
  CHECK(create(p.counselor, "cora2").error().code == "account_exists");
  CHECK(create(StaffId(p.ana.value), "ana").error().kind == ErrorKind::not_found);
  CHECK(create(StaffId(999), "nobody").error().kind == ErrorKind::not_found);
  CHECK(create(p.other_counselor, "o").error().kind == ErrorKind::invalid);
  CHECK(create(p.other_counselor, "otto"));
}

TEST_CASE("a client's account is made once and has no login") {
  test::AccessProgramme p;
  const auto account = [&](ClientId client) {
    return p.write([&](Transaction& tx) { return client_account(tx, {}, client, p.now()); });
  };
  const auto first = account(p.ana);
  REQUIRE(first);
  CHECK(*account(p.ana) == *first);
  CHECK(p.number("SELECT count(*) FROM account WHERE login IS NULL AND password_hash IS NULL") == 1);
  // Staff share the id space: their accounts are no client's.
  CHECK(account(ClientId(p.counselor.value)).error().kind == ErrorKind::not_found);
  REQUIRE(p.write([&](Transaction& tx) { return disable(tx, {}, *first, p.now()); }));
  CHECK(account(p.ana).error().code == "account_disabled");
  CHECK(account(ClientId(999)).error().kind == ErrorKind::not_found);
}

TEST_CASE("disabling an account, or a new password, ends every sign-in and closes its live connections") {
  test::AccessProgramme p;
  const auto one = p.granted(p.cora), two = p.granted(p.cora);
  p.take_committed();
  bool disabled = false;
  SUBCASE("disabled") {
    disabled = true;
    REQUIRE(p.write([&](Transaction& tx) { return disable(tx, {}, p.cora, p.now()); }));
  }
  SUBCASE("a new password") {
    REQUIRE(
        p.write([&](Transaction& tx) { return set_password(tx, {}, p.cora, test::good_hash(), p.now()); }));
  }
  const auto hints = p.take_committed().hints;
  REQUIRE(hints.size() == 2);
  for (const auto& hint : hints) {
    CHECK(hint.kind == "sign_in.revoked");
    CHECK(hint.audience == store::Hint::internal);
  }
  CHECK(hints[0].id + hints[1].id == one.identity.sign_in.value + two.identity.sign_in.value);
  CHECK_FALSE(p.known(one.token));

  const auto again =
      p.write([&](Transaction& tx) { return grant(tx, p.cora, Carrier::bearer, "d", shift, p.now()); });
  CHECK(again.has_value() == !disabled);
  if (!disabled) return;
  REQUIRE(p.write([&](Transaction& tx) { return enable(tx, {}, p.cora, p.now()); }));
  CHECK(p.write([&](Transaction& tx) { return grant(tx, p.cora, Carrier::bearer, "d", shift, p.now()); }));
}

TEST_CASE("an account that is not there, or a client's, gets no password") {
  test::AccessProgramme p;
  const auto set = [&](AccountId id) {
    return p.write([&](Transaction& tx) { return set_password(tx, {}, id, test::good_hash(), p.now()); });
  };
  const auto ana = p.write([&](Transaction& tx) { return client_account(tx, {}, p.ana, p.now()); }).value();
  CHECK(set(AccountId(999)).error().kind == ErrorKind::not_found);
  CHECK(set(ana).error().kind == ErrorKind::not_found);
  CHECK(p.write([&](Transaction& tx) { return disable(tx, {}, AccountId(999), p.now()); }).error().kind ==
        ErrorKind::not_found);
}
