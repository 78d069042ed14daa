#include "access/sign_in.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "access/fixture.hpp"
#include "access/identify.hpp"
#include "access/throttle.hpp"
#include "base/token.hpp"

using namespace circled;
using namespace circled::access;

namespace {

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::optional<api::Identity> found(test::AccessProgramme& p, const std::string& token,
                                   Carrier carrier = Carrier::bearer) {
  return p.known(token, carrier);
}

}  // namespace

TEST_CASE("login and password give a token that names the person") {
  test::AccessProgramme p;
  const auto granted = p.sign_in(" Cora ", test::good_password);
  REQUIRE(granted);
  CHECK(granted->expires_at == p.now() + std::chrono::hours(12));
  const auto who = found(p, granted->token);
  REQUIRE(who);
  CHECK(who->account == p.cora);
  CHECK(who->person == PersonId(p.counselor));
  CHECK(who->role == api::Role::counselor);
  CHECK(who->site == p.site);
  CHECK(who->name == "Cora Counselor");
  CHECK_FALSE(who->by_cookie);
  // A bearer's token is no cookie.
  CHECK_FALSE(found(p, granted->token, Carrier::cookie));
  CHECK(p.number("SELECT count(*) FROM audit WHERE action = 'sign_in.create' AND account_id = $1", p.cora) ==
        1);
}

TEST_CASE("a token has at least 128 bits, and neither it nor the password is in the files") {
  if (test::on_postgres()) return test::only_on_sqlite("another program keeps the files");
  test::AccessProgramme p;
  const auto granted = p.sign_in("cora", test::good_password);
  REQUIRE(granted);
  // base64 carries 6 bits in a character: 22 characters for 128 bits.
  CHECK(granted->token.size() >= 22);
  std::string all;
  for (const auto& file : std::filesystem::directory_iterator(p.place.folder()))
    all += file_text(file.path());
  CHECK(all.find(sha256(granted->token)) != std::string::npos);
  CHECK(all.find(granted->token) == std::string::npos);
  CHECK(all.find(test::good_password) == std::string::npos);
}

TEST_CASE(
    "a wrong password, an unknown login, a disabled account: one answer, one waiting, one audit entry each") {
  test::AccessProgramme p;
  p.write([&](Transaction& tx) {
    create_account(tx, {}, p.other_counselor, "otto", test::good_hash(), p.now()).value();
    disable(tx, {}, *find_account(tx, "otto"), p.now()).value();
  });
  for (const auto& [login, password] :
       {std::pair{"cora", "wrong horse battery"}, std::pair{"nobody", "wrong horse battery"},
        std::pair{"otto", test::good_password}}) {
    CAPTURE(std::string(login));
    for (int failure = 1; failure <= 5; ++failure) {
      const auto refused = p.sign_in(login, password);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().kind == ErrorKind::unauthenticated);
      CHECK(refused.error().code == "wrong_login");
    }
    // per_login: the fifth failure makes the next try wait a second.
    const auto waits = p.sign_in(login, password);
    REQUIRE_FALSE(waits);
    CHECK(waits.error().kind == ErrorKind::throttled);
    CHECK(waits.error().retry_after_s == 1);
  }
  CHECK(p.number("SELECT count(*) FROM audit WHERE action = 'sign_in.fail'") == 15);
  // Only where there is such an account does the entry name it, and it never holds what was typed.
  CHECK(p.number("SELECT count(*) FROM audit WHERE action = 'sign_in.fail' AND subject_id = $1", p.cora) ==
        5);
  CHECK(p.number("SELECT count(*) FROM audit WHERE detail LIKE '%nobody%' OR detail LIKE '%horse%'") == 0);
  CHECK(p.number("SELECT count(*) FROM throttle WHERE key LIKE '%cora%' OR key LIKE '%nobody%'") == 0);
}

TEST_CASE("the right password passes after the wait, and the failures are forgotten") {
  test::AccessProgramme p;
  for (int i = 0; i < 5; ++i) CHECK_FALSE(p.sign_in("cora", "wrong horse battery"));
  CHECK(p.sign_in("cora", test::good_password).error().kind == ErrorKind::throttled);
  p.clock.advance(Seconds(1));
  CHECK(p.sign_in("cora", test::good_password));
  for (int i = 0; i < 4; ++i) CHECK_FALSE(p.sign_in("cora", "wrong horse battery"));
  CHECK(p.sign_in("cora", test::good_password));
}

TEST_CASE("an address that tries many logins waits too; others do not wait with it") {
  test::AccessProgramme p;
  p.write([&](Transaction& tx) {
    for (int i = 0; i <= per_address.free; ++i) count_failure(tx, per_address, "198.51.100.1", p.now());
  });
  CHECK(p.sign_in("cora", test::good_password, "198.51.100.1").error().kind == ErrorKind::throttled);
  CHECK(p.sign_in("cora", test::good_password, "198.51.100.2"));
  p.clock.advance(Seconds(1));
  CHECK(p.sign_in("cora", test::good_password, "198.51.100.1"));
}

TEST_CASE("tries sent at once are counted before any is verified") {
  test::AccessProgramme p;
  boost::asio::io_context io(1);
  int wrong = 0, throttled = 0;
  const auto guess = [&]() -> Task<void> {
    Attempt attempt{"cora", "wrong horse battery", Carrier::bearer, "d", shift, {"192.0.2.7", "r"}};
    const auto granted = co_await sign_in(p.context, std::move(attempt));
    ++(granted.error().kind == ErrorKind::throttled ? throttled : wrong);
  };
  for (int i = 0; i < 8; ++i) boost::asio::co_spawn(io.get_executor(), guess(), [](std::exception_ptr) {});
  io.run();
  CHECK(wrong == 5);
  CHECK(throttled == 3);
}

TEST_CASE("when too many wait to be verified, nobody's tries are counted") {
  test::AccessProgramme p;
  const PasswordHash slow = test::slow_hash();
  REQUIRE(p.write([&](Transaction& tx) { return set_password(tx, {}, p.cora, slow, p.now()); }));
  PasswordHasher full(1, 0);
  p.context.passwords = &full;
  boost::asio::io_context io(1);
  int granted = 0, busy = 0;
  const auto try_once = [&]() -> Task<void> {
    Attempt attempt{"cora", test::good_password, Carrier::bearer, "d", shift, {"192.0.2.7", "r"}};
    const auto result = co_await sign_in(p.context, std::move(attempt));
    if (result)
      ++granted;
    else if (result.error().kind == ErrorKind::unavailable)
      ++busy;
  };
  for (int i = 0; i < 3; ++i) boost::asio::co_spawn(io.get_executor(), try_once(), [](std::exception_ptr) {});
  io.run();
  CHECK(granted + busy == 3);
  CHECK(granted >= 1);
  CHECK(busy >= 1);
  CHECK(p.number("SELECT COALESCE(sum(failures), 0) FROM throttle") == 0);
}

TEST_CASE("a sign-in ends when its time is over") {
  test::AccessProgramme p;
  const auto granted = p.granted(p.cora);
  p.clock.advance(shift - Milliseconds(1));
  CHECK(found(p, granted.token));
  p.clock.advance(Milliseconds(1));
  CHECK_FALSE(found(p, granted.token));
}

TEST_CASE("staff who work here no more are nobody") {
  test::AccessProgramme p;
  const auto granted = p.granted(p.cora);
  p.write(
      [&](Transaction& tx) { tx.run("UPDATE staff SET active = FALSE WHERE person_id = $1", p.counselor); });
  CHECK_FALSE(found(p, granted.token));
  CHECK(p.sign_in("cora", test::good_password).error().code == "wrong_login");
}

TEST_CASE("a role that changes counts from the next request on") {
  test::AccessProgramme p;
  const auto granted = p.granted(p.cora);
  p.write([&](Transaction& tx) {
    tx.run("UPDATE staff SET role = 'supervisor' WHERE person_id = $1", p.counselor);
  });
  CHECK(found(p, granted.token)->role == api::Role::supervisor);
}

TEST_CASE("one's own sign-ins are listed newest first, and only one's own can be ended") {
  test::AccessProgramme p;
  const auto otto = p.write([&](Transaction& tx) { return test::add_account(tx, p.other_counselor); });
  const auto first = p.granted(p.cora);
  p.clock.advance(Seconds(1));
  const auto second = p.granted(p.cora, Carrier::cookie);
  const auto others = p.granted(otto);
  p.take_committed();

  const auto list = [&](SignInId before, std::int64_t limit) {
    return p.read([&](Snapshot& db) { return sign_ins(db, first.identity, before, limit, p.now()); });
  };
  auto rows = list({}, 10);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].id == second.identity.sign_in);
  CHECK(rows[0].by == Carrier::cookie);
  CHECK_FALSE(rows[0].current);
  CHECK(rows[1].id == first.identity.sign_in);
  CHECK(rows[1].current);
  CHECK(list({}, 1).size() == 1);
  CHECK(list(rows[0].id, 10).front().id == rows[1].id);

  const auto end = [&](SignInId id) {
    return p.write([&](Transaction& tx) { return end_sign_in(tx, {p.cora, "r"}, p.cora, id, p.now()); });
  };
  CHECK(end(others.identity.sign_in).error().kind == ErrorKind::not_found);
  CHECK(p.take_committed().hints.empty());
  REQUIRE(end(second.identity.sign_in));
  const auto hints = p.take_committed().hints;
  REQUIRE(hints.size() == 1);
  CHECK(hints[0].kind == "sign_in.revoked");
  CHECK(hints[0].id == second.identity.sign_in.value);
  CHECK(end(second.identity.sign_in).error().kind == ErrorKind::not_found);
  CHECK(list({}, 10).size() == 1);
  CHECK(found(p, others.token));
}

TEST_CASE("the caller of a request") {
  test::AccessProgramme p;
  const auto bearer = p.granted(p.cora);
  const auto cookie = p.granted(p.cora, Carrier::cookie);
  const auto authenticate = make_authenticator(p.context);
  const auto ask = [&](api::Method method, api::Headers headers) {
    api::Request request;
    request.method = method;
    request.headers = std::move(headers);
    request.headers.emplace_back("Host", "127.0.0.1:8080");
    return test::run(authenticate(request));
  };
  const std::pair<std::string, std::string> with_cookie{"Cookie", "a=b; __Host-circled=" + cookie.token},
      own{"Origin", "http://127.0.0.1:8080"}, foreign{"Origin", "https://evil.example"};
  using api::Method;

  CHECK_FALSE(ask(Method::get, {}).value());
  CHECK(ask(Method::get, {{"Authorization", "Bearer " + bearer.token}}).value()->account == p.cora);
  CHECK(ask(Method::post, {{"authorization", "bearer " + bearer.token}, foreign}).value()->account == p.cora);
  CHECK_FALSE(ask(Method::get, {{"Authorization", "Bearer nonsense"}}).value());
  CHECK_FALSE(ask(Method::get, {{"Authorization", "Bearer " + std::string(5000, 'x')}}).value());
  CHECK_FALSE(ask(Method::get, {{"Authorization", "Basic " + bearer.token}}).value());
  CHECK_FALSE(ask(Method::get, {{"Authorization", "Bearer " + cookie.token}}).value());

  const auto by_cookie = ask(Method::get, {with_cookie});
  REQUIRE(by_cookie.value());
  CHECK((*by_cookie)->by_cookie);
  CHECK(ask(Method::get, {with_cookie, foreign}).value());  // reads change nothing, and CORS hides the answer
  for (const Method method : {Method::post, Method::put, Method::patch, Method::delete_}) {
    CHECK(ask(method, {with_cookie, own}).value());
    CHECK(ask(method, {with_cookie, {"Sec-Fetch-Site", "same-origin"}}).value());
    CHECK(ask(method, {with_cookie, foreign}).error().code == "foreign_origin");
    CHECK(ask(method, {with_cookie}).error().kind == ErrorKind::forbidden);
  }

  p.clock.advance(shift);
  CHECK_FALSE(ask(Method::get, {{"Authorization", "Bearer " + bearer.token}}).value());
  CHECK_FALSE(ask(Method::get, {with_cookie}).value());
}

TEST_CASE("the token of a live connection's hello") {
  test::AccessProgramme p;
  const auto bearer = p.granted(p.cora);
  const auto cookie = p.granted(p.cora, Carrier::cookie);
  CHECK(test::run(identify_token(p.context, cookie.token)).error().kind == ErrorKind::unauthenticated);
  CHECK(test::run(identify_token(p.context, bearer.token))->account == p.cora);
  CHECK(test::run(identify_token(p.context, "nonsense")).error().kind == ErrorKind::unauthenticated);
  CHECK(test::run(identify_token(p.context, "")).error().kind == ErrorKind::unauthenticated);
}

TEST_CASE("whoever is signed in shows the password once more, and guessing it is slowed as signing in is") {
  test::AccessProgramme p;
  const auto who = p.known(p.granted(p.cora).token).value();
  const auto confirm = [&](const api::Identity& identity, std::string password) {
    return test::run(confirm_password(p.context, identity, std::move(password), {"192.0.2.7", "r1"}));
  };
  CHECK(confirm(who, test::good_password).has_value());
  for (int tries = 0; tries < 5; ++tries) {
    const auto wrong = confirm(who, "wrong horse battery");
    REQUIRE(wrong.has_error());
    CHECK(wrong.error().fields.front().code == "wrong_password");
  }
  // The fifth failure makes the next try wait a second, also the right one, and signing in as well.
  CHECK(confirm(who, test::good_password).error().kind == ErrorKind::throttled);
  CHECK(p.sign_in("cora", test::good_password).error().kind == ErrorKind::throttled);
  p.clock.advance(std::chrono::seconds(1));
  CHECK(confirm(who, test::good_password).has_value());
  CHECK(confirm(who, test::good_password).has_value());
  CHECK(p.number("SELECT count(*) FROM audit WHERE action = 'password.fail' AND account_id = $1", p.cora) ==
        5);

  // An account without a password confirms nothing.
  api::Identity device = who;
  device.account = p.write([&](Transaction& tx) { return test::add_account(tx, p.other_counselor); });
  CHECK(confirm(device, test::good_password).error().kind == ErrorKind::invalid);
}
