#include "access/enrolment.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "access/fixture.hpp"
#include "access/throttle.hpp"

using namespace circled;
using namespace circled::access;

namespace {

struct Enrolment : test::AccessProgramme {
  api::Identity staff = granted(cora).identity;

  Result<EnrolmentCode> make(ClientId client) {
    return write([&](Transaction& tx) { return make_code(tx, context, staff, "r1", client, now()); });
  }
  Result<Granted> show(std::string code, std::string address = "192.0.2.7") {
    const Redemption redemption{std::move(code), "Ana's phone", Carrier::bearer, {std::move(address), "r2"}};
    return write([&](Transaction& tx) { return redeem(tx, context, redemption, now()); });
  }
  void check_refused(const Result<Granted>& shown) {
    REQUIRE_FALSE(shown);
    CHECK(shown.error().kind == ErrorKind::unauthenticated);
    CHECK(shown.error().code == "code_not_good");
  }
};

}  // namespace

TEST_CASE("a code signs one device in as the client, once") {
  Enrolment e;
  const auto made = e.make(e.ana);
  REQUIRE(made);
  CHECK(made->code.size() == 8);
  CHECK(made->expires_at == e.now() + std::chrono::minutes(15));
  const auto granted = e.show(made->code);
  REQUIRE(granted);
  CHECK(granted->identity.person == PersonId(e.ana));
  CHECK(granted->identity.role == api::Role::client);
  CHECK(granted->identity.name == "Ana");
  CHECK_FALSE(granted->identity.site);
  CHECK(granted->expires_at == e.now() + std::chrono::hours(24 * 180));
  e.check_refused(e.show(made->code));

  // A second device is the same account.
  const auto second = e.show(e.make(e.ana)->code);
  REQUIRE(second);
  CHECK(second->identity.account == granted->identity.account);
  CHECK(e.number("SELECT count(*) FROM audit WHERE action = 'enrolment_code.make' AND subject_id = $1 AND "
                 "account_id = $2",
                 e.ana, e.cora) == 2);
  CHECK(e.number("SELECT count(*) FROM audit WHERE action = 'enrolment_code.use' AND subject_id = $1",
                 e.ana) == 2);
}

TEST_CASE("a code may be typed in lower case, with spaces and hyphens") {
  Enrolment e;
  std::string code = e.make(e.ana)->code;
  for (char& c : code) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  CHECK(e.show(" " + code.substr(0, 4) + "-" + code.substr(4) + " "));
}

TEST_CASE("a code is good for 15 minutes") {
  Enrolment e;
  SUBCASE("just before") {
    const auto made = e.make(e.ana);
    e.clock.advance(code_lasts - Milliseconds(1));
    CHECK(e.show(made->code));
  }
  SUBCASE("at its end") {
    const auto made = e.make(e.ana);
    e.clock.advance(code_lasts);
    e.check_refused(e.show(made->code));
  }
}

TEST_CASE("a new code replaces the client's old one") {
  Enrolment e;
  const auto old = e.make(e.ana);
  const auto made = e.make(e.ana);
  e.check_refused(e.show(old->code));
  CHECK(e.show(made->code));
}

TEST_CASE("codes are for clients within reach only; others look as if they were not there") {
  Enrolment e;
  CHECK(e.make(e.ben).error().kind == ErrorKind::not_found);
  CHECK(e.make(ClientId(999)).error().kind == ErrorKind::not_found);
  // Even somebody who reaches everybody gets no code for a colleague: staff share the id space.
  e.context.reaches = [](Snapshot&, const api::Identity&, ClientId, Instant) { return true; };
  CHECK(e.make(ClientId(e.counselor.value)).error().kind == ErrorKind::not_found);
  e.context.reaches = nullptr;
  CHECK(e.make(e.ana).error().kind == ErrorKind::not_found);
  CHECK(e.number("SELECT count(*) FROM enrolment_code") == 0);
}

TEST_CASE("a disabled client gets no code, and a code made before is no longer good") {
  Enrolment e;
  const auto made = e.make(e.ana);
  const auto account = AccountId(e.number("SELECT id FROM account WHERE person_id = $1", e.ana));
  REQUIRE(e.write([&](Transaction& tx) { return disable(tx, {}, account, e.now()); }));
  e.check_refused(e.show(made->code));
  CHECK(e.make(e.ana).error().code == "account_disabled");
}

TEST_CASE("of two that show one code at once, exactly one wins") {
  Enrolment e;
  for (int round = 0; round < 20; ++round) {
    const std::string code = e.make(e.ana)->code;
    std::atomic<int> won = 0, lost = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 2; ++i)
        threads.emplace_back(
            [&, i] { ++(e.show(code, "192.0.2." + std::to_string(round * 2 + i)) ? won : lost); });
    }
    CHECK(won == 1);
    CHECK(lost == 1);
  }
}

TEST_CASE("guessing is slowed down by address; its failures outlive their refusal") {
  Enrolment e;
  const std::string code = e.make(e.ana)->code;
  for (int i = 0; i <= per_enrolling_address.free; ++i) e.check_refused(e.show("22222222"));
  CHECK(e.show(code).error().kind == ErrorKind::throttled);
  CHECK(e.show(code).error().retry_after_s == 1);
  CHECK(e.number("SELECT count(*) FROM audit WHERE action = 'enrolment_code.fail'") ==
        per_enrolling_address.free + 1);
  CHECK(e.show(code, "198.51.100.9"));
}

TEST_CASE("the code itself is not in the database") {
  Enrolment e;
  const std::string code = e.make(e.ana)->code;
  CHECK(e.number("SELECT count(*) FROM enrolment_code WHERE code_hash LIKE '%' || $1 || '%'", code) == 0);
  CHECK(e.number("SELECT count(*) FROM audit WHERE detail LIKE '%' || $1 || '%'", code) == 0);
}

TEST_CASE("all devices of a client are signed out at once, by staff who reach the client") {
  Enrolment e;
  const auto phone = e.show(e.make(e.ana)->code);
  const auto tablet = e.show(e.make(e.ana)->code);
  const auto waiting = e.make(e.ana);
  e.take_committed();
  const auto end = [&](ClientId client) {
    return e.write(
        [&](Transaction& tx) { return end_client_sign_ins(tx, e.context, e.staff, "r", client, e.now()); });
  };
  CHECK(end(e.ben).error().kind == ErrorKind::not_found);
  REQUIRE(end(e.ana));
  const auto hints = e.take_committed().hints;
  REQUIRE(hints.size() == 2);
  CHECK(hints[0].id + hints[1].id == phone->identity.sign_in.value + tablet->identity.sign_in.value);
  for (const auto& granted : {phone, tablet}) CHECK_FALSE(e.known(granted->token));
  e.check_refused(e.show(waiting->code));
  REQUIRE(end(e.ana));  // nothing left is no error
}
