#include "access/kiosk.hpp"

#include <doctest/doctest.h>

#include <set>
#include <thread>

#include "access/card.hpp"
#include "access/card_rules.hpp"
#include "access/fixture.hpp"
#include "access/identify.hpp"
#include "access/routes.hpp"

using namespace circled;
using namespace circled::access;

namespace {

using api::Method;

struct Kiosks : test::AccessProgramme {
  api::Identity staff = granted(cora).identity;
  const Actor actor{cora, "r1"};

  Result<KioskWithCode> make(SiteId at) {
    NewKiosk wanted{at, Text<1, 100>("Front door")};
    return write([&](Transaction& tx) { return make_kiosk(tx, context, actor, wanted, now()); });
  }
  Result<KioskWithCode> make_code(KioskId kiosk) {
    return write([&](Transaction& tx) { return make_kiosk_code(tx, context, actor, kiosk, now()); });
  }
  Result<Granted> show(std::string code, std::string address = "192.0.2.7",
                       Carrier carrier = Carrier::bearer) {
    const KioskRedemption redemption{std::move(code), carrier, {std::move(address), "r2"}};
    return write([&](Transaction& tx) { return enrol_kiosk(tx, context, redemption, now()); });
  }
  Result<KioskRow> revoke(KioskId kiosk) {
    return write([&](Transaction& tx) { return revoke_kiosk(tx, actor, kiosk, now()); });
  }
  KioskState state(KioskId kiosk) {
    for (const auto& row : read([&](Snapshot& db) { return kiosks(db, now()); }))
      if (row.id == kiosk) return row.state;
    FAIL("no such kiosk");
    return {};
  }
  Kiosk enrolled() {
    Kiosk who;
    static_cast<api::Identity&>(who) = show(make(site)->code)->identity;
    return who;
  }

  Result<CardWithPin> issue(ClientId client) {
    return write([&](Transaction& tx) { return issue_card(tx, context, staff, "r", client, now()); });
  }
  Result<std::optional<ClientId>> present(const Kiosk& at, std::string number, std::string pin) {
    return write([&](Transaction& tx) { return present_card(tx, context, at, "r", number, pin, now()); });
  }
  CardState card_state(CardId card) {
    const auto all = read([&](Snapshot& db) { return cards(db, context, staff, ana, now()); });
    for (const auto& each : all.value())
      if (each.id == card) return each.state;
    FAIL("no such card");
    return {};
  }
};

// Four digits, and not these.
std::string other_than(const std::string& pin) { return pin == "4711" ? "4712" : "4711"; }

}  // namespace

TEST_CASE("a kiosk is enrolled by its code, once, and belongs to its site") {
  Kiosks k;
  const auto made = k.make(k.site);
  REQUIRE(made);
  CHECK(made->code.size() == 8);
  CHECK(made->expires_at == k.now() + std::chrono::minutes(15));
  CHECK(made->kiosk.state == KioskState::waiting);
  CHECK(made->kiosk.site_name == "Riverside");
  const auto granted = k.show(made->code);
  REQUIRE(granted);
  CHECK(granted->identity.role == api::Role::kiosk);
  CHECK(granted->identity.site == k.site);
  CHECK(granted->identity.person == PersonId(made->kiosk.id));
  CHECK(granted->identity.name == "Front door");
  CHECK(k.state(made->kiosk.id) == KioskState::enrolled);
  CHECK(k.show(made->code).error().code == "code_not_good");
  CHECK(k.make(SiteId(999)).error().fields.at(0).code == "no_such_site");
  // It is nobody who works here.
  CHECK(k.number("SELECT count(*) FROM staff WHERE person_id = $1", made->kiosk.id) == 0);
}

TEST_CASE("a kiosk's code runs out, and a client's is none") {
  Kiosks k;
  const auto made = k.make(k.site);
  k.clock.advance(code_lasts);
  CHECK(k.show(made->code).error().code == "code_not_good");
  CHECK(k.state(made->kiosk.id) == KioskState::unset);
  const auto fresh = k.make_code(made->kiosk.id);
  REQUIRE(fresh);
  CHECK(fresh->code != made->code);
  const auto of_client =
      k.write([&](Transaction& tx) { return make_code(tx, k.context, k.staff, "r", k.ana, k.now()); });
  CHECK(k.show(of_client->code).error().code == "code_not_good");
  CHECK(k.show(fresh->code));
  CHECK(k.number("SELECT count(*) FROM audit WHERE action = 'kiosk.enrol_fail'") == 2);
}

TEST_CASE("another tablet in its place ends the first; a revoked one never comes back") {
  Kiosks k;
  const auto made = k.make(k.site);
  const auto first = k.show(made->code);
  const auto second = k.show(k.make_code(made->kiosk.id)->code);
  CHECK_FALSE(k.known(first->token));
  CHECK(k.known(second->token));
  const auto waiting = k.make_code(made->kiosk.id);
  const auto revoked = k.revoke(made->kiosk.id);
  REQUIRE(revoked);
  CHECK(revoked->state == KioskState::revoked);
  CHECK_FALSE(k.known(second->token));
  CHECK(k.show(waiting->code).error().code == "code_not_good");
  CHECK(k.make_code(made->kiosk.id).error().code == "kiosk_revoked");
  CHECK(k.revoke(made->kiosk.id)->revoked_at == revoked->revoked_at);
  CHECK(k.revoke(KioskId(999)).error().kind == ErrorKind::not_found);
  // A counselor's id is no kiosk's, though they share the space.
  CHECK(k.make_code(KioskId(k.counselor.value)).error().kind == ErrorKind::not_found);
}

TEST_CASE("guessing a kiosk's code is slowed down by address") {
  Kiosks k;
  const auto made = k.make(k.site);
  for (int i = 0; i <= per_enrolling_address.free; ++i)
    CHECK(k.show("22222222").error().code == "code_not_good");
  CHECK(k.show(made->code).error().kind == ErrorKind::throttled);
  CHECK(k.show(made->code, "198.51.100.9"));
}

TEST_CASE("no route takes a kiosk but its own, and no other takes its place") {
  Kiosks k;
  const auto cookie = k.show(k.make(k.site)->code, "192.0.2.7", Carrier::cookie)->token;
  const auto bearer = k.show(k.make(k.site)->code)->token;
  api::Table table;
  table.authenticate_by(make_authenticator(k.context));
  table.clock_by([&] { return k.now(); });
  routes(table, k.context);
  const auto ask = [&](Method method, std::string target, std::pair<std::string, std::string> header) {
    api::Request request;
    request.method = method;
    request.target = std::move(target);
    request.headers = {std::move(header), {"Host", "127.0.0.1"}, {"Origin", "http://127.0.0.1"}};
    request.id = "r";
    return test::run(table.answer(request)).status;
  };
  for (const auto& header :
       {std::pair<std::string, std::string>{"Cookie", std::string(api::session_cookie) + "=" + cookie},
        {"Authorization", "Bearer " + bearer}}) {
    CHECK(ask(Method::get, "/api/v1/kiosk", header) == 200);
    // Every other row that wants a caller, also those for whoever is signed in.
    int others = 0;
    for (const auto& row : table.rows()) {
      if (row->caller.empty() || row->caller == Kiosk::title) continue;
      CAPTURE(row->name);
      std::string target = row->path;
      for (const auto parameter : row->parameters) {
        const std::string in_braces = "{" + std::string(parameter) + "}";
        target.replace(target.find(in_braces), in_braces.size(), "1");
      }
      CHECK(ask(row->method, target, header) == 401);
      ++others;
    }
    CHECK(others > 15);
  }
  // Nor may it listen to what goes on.
  CHECK(test::run(identify_token(k.context, bearer)).error().kind == ErrorKind::unauthenticated);
  // Staff and clients are no kiosk.
  CHECK(ask(Method::get, "/api/v1/kiosk", {"Authorization", "Bearer " + k.granted(k.cora).token}) == 403);
}

TEST_CASE("a card is issued to a client within reach, with a number that means nothing and a PIN") {
  Kiosks k;
  const auto card = k.issue(k.ana);
  REQUIRE(card);
  CHECK(card_rules::read_number(card->card.number) == card->card.number);
  CHECK(card->card.number.front() != '0');
  CHECK(card_rules::is_pin(card->pin));
  CHECK(card->card.state == CardState::good);
  CHECK(card->card.issued_by_name == "Cora Counselor");
  CHECK(k.issue(k.ana).error().code == "card_exists");
  CHECK(k.issue(k.ben).error().kind == ErrorKind::not_found);
  CHECK(k.issue(ClientId(999)).error().kind == ErrorKind::not_found);
  // Neither the PIN nor a hash that could be searched through without the server's key.
  const auto stored = k.read([&](Snapshot& db) {
    return *db.one<std::string>("SELECT pin_hash FROM card WHERE id = $1", card->card.id);
  });
  CHECK(stored.size() == 64);
  CHECK(stored != sha256(card->card.number + card->pin));
  CHECK(k.number("SELECT count(*) FROM audit WHERE detail LIKE '%' || $1 || '%'", card->pin) == 0);
}

TEST_CASE("numbers and PINs are not alike") {
  Kiosks k;
  std::set<std::string> numbers, pins;
  auto card = k.issue(k.ana);
  for (int i = 0; i < 40; ++i) {
    REQUIRE(card);
    numbers.insert(card->card.number);
    pins.insert(card->pin);
    CHECK_FALSE(card_rules::too_plain(card->pin));
    card = k.write(
        [&](Transaction& tx) { return replace_card(tx, k.context, k.staff, "r", card->card.id, k.now()); });
  }
  CHECK(numbers.size() == 40);
  CHECK(pins.size() > 30);
}

TEST_CASE("a card is taken with its PIN and with nothing else, and nothing tells which was wrong") {
  Kiosks k;
  const Kiosk door = k.enrolled();
  const auto card = k.issue(k.ana);
  CHECK(k.present(door, card->card.number, card->pin).value() == k.ana);
  CHECK(k.present(door, " " + card->card.number.substr(0, 4) + "-" + card->card.number.substr(4), card->pin)
            .value() == k.ana);
  CHECK(k.present(door, card->card.number, other_than(card->pin)).value() == std::nullopt);
  CHECK(k.present(door, "12345672", card->pin).value() == std::nullopt);  // nobody's
  CHECK(k.number("SELECT count(*) FROM audit WHERE action = 'card.use'") == 2);
  CHECK(k.number("SELECT count(*) FROM audit WHERE action = 'card.refuse'") == 2);

  // What is no number and no PIN at all is said, and costs no try.
  const auto garbage = k.present(door, "https://example.org", card->pin);
  CHECK(garbage.error().fields.at(0).code == "not_a_card_number");
  CHECK(k.present(door, card->card.number, "12").error().fields.at(0).code == "not_a_pin");
  CHECK(k.number("SELECT wrong_pins FROM card WHERE id = $1", card->card.id) == 1);
}

TEST_CASE("five wrong PINs in a row lock a card until staff unlock it") {
  Kiosks k;
  const Kiosk door = k.enrolled();
  const auto card = k.issue(k.ana);
  const auto wrong = [&] { return k.present(door, card->card.number, other_than(card->pin)).value(); };
  for (int i = 0; i < 4; ++i) CHECK(wrong() == std::nullopt);
  // The right one in between begins the count anew.
  CHECK(k.present(door, card->card.number, card->pin).value() == k.ana);
  for (int i = 0; i < 4; ++i) CHECK(wrong() == std::nullopt);
  CHECK(k.card_state(card->card.id) == CardState::good);
  k.take_committed();
  CHECK(wrong() == std::nullopt);
  CHECK(k.card_state(card->card.id) == CardState::locked);
  const auto hints = k.take_committed().hints;
  REQUIRE(hints.size() == 1);
  CHECK(hints[0].kind == "card.changed");
  CHECK(hints[0].id == k.ana.value);

  // The right PIN is of no use now, and waiting is none either.
  CHECK(k.present(door, card->card.number, card->pin).value() == std::nullopt);
  k.clock.advance(std::chrono::hours(24 * 30));
  CHECK(k.present(door, card->card.number, card->pin).value() == std::nullopt);
  CHECK(k.number("SELECT count(*) FROM audit WHERE action = 'card.lock' AND subject_id = $1",
                 card->card.id) == 1);

  const auto unlocked = k.write(
      [&](Transaction& tx) { return unlock_card(tx, k.context, k.staff, "r", card->card.id, k.now()); });
  REQUIRE(unlocked);
  CHECK(unlocked->state == CardState::good);
  CHECK(k.present(door, card->card.number, card->pin).value() == k.ana);
}

TEST_CASE("of wrong PINs sent at once each counts") {
  Kiosks k;
  const Kiosk door = k.enrolled();
  const auto card = k.issue(k.ana);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 5; ++i)
      threads.emplace_back([&] { k.present(door, card->card.number, other_than(card->pin)).value(); });
  }
  CHECK(k.card_state(card->card.id) == CardState::locked);
}

TEST_CASE("a new PIN unlocks, and the old one is no good") {
  Kiosks k;
  const Kiosk door = k.enrolled();
  const auto card = k.issue(k.ana);
  for (int i = 0; i < 5; ++i) k.present(door, card->card.number, other_than(card->pin)).value();
  auto renewed = k.write(
      [&](Transaction& tx) { return reset_pin(tx, k.context, k.staff, "r", card->card.id, k.now()); });
  REQUIRE(renewed);
  CHECK(renewed->card.state == CardState::good);
  while (renewed->pin == card->pin)  // once in ten thousand
    renewed = k.write(
        [&](Transaction& tx) { return reset_pin(tx, k.context, k.staff, "r", card->card.id, k.now()); });
  CHECK(k.present(door, card->card.number, card->pin).value() == std::nullopt);
  CHECK(k.present(door, card->card.number, renewed->pin).value() == k.ana);
}

TEST_CASE("a lost card is replaced, and works no more") {
  Kiosks k;
  const Kiosk door = k.enrolled();
  const auto lost = k.issue(k.ana);
  const auto card = k.write(
      [&](Transaction& tx) { return replace_card(tx, k.context, k.staff, "r", lost->card.id, k.now()); });
  REQUIRE(card);
  CHECK(card->card.number != lost->card.number);
  CHECK(k.card_state(lost->card.id) == CardState::replaced);
  CHECK(k.present(door, lost->card.number, lost->pin).value() == std::nullopt);
  CHECK(k.number("SELECT wrong_pins FROM card WHERE id = $1", lost->card.id) == 0);
  CHECK(k.present(door, card->card.number, card->pin).value() == k.ana);

  const auto of = [&](CardId id, auto operation) {
    return k.write([&](Transaction& tx) { return operation(tx, k.context, k.staff, "r", id, k.now()); });
  };
  CHECK(of(lost->card.id, replace_card).error().code == "card_blocked");
  CHECK(of(lost->card.id, reset_pin).error().code == "card_blocked");
  CHECK(of(lost->card.id, unlock_card).error().code == "card_blocked");
  CHECK(of(CardId(999), reset_pin).error().kind == ErrorKind::not_found);

  const auto block = [&] {
    return k.write([&](Transaction& tx) {
      return block_card(tx, k.context, k.staff, "r", card->card.id, {BlockReason::lost}, k.now());
    });
  };
  CHECK(block()->state == CardState::lost);
  const auto at = block()->blocked_at;
  CHECK(at == k.now());
  CHECK(k.present(door, card->card.number, card->pin).value() == std::nullopt);
  CHECK(k.issue(k.ana));
}

TEST_CASE("a client's cards are nobody's who does not reach the client") {
  Kiosks k;
  const auto card = k.issue(k.ana);
  api::Identity other = k.staff;
  other.person = k.other_counselor;
  const auto refused =
      k.write([&](Transaction& tx) { return reset_pin(tx, k.context, other, "r", card->card.id, k.now()); });
  CHECK(refused.error().kind == ErrorKind::not_found);
  CHECK(k.read([&](Snapshot& db) { return cards(db, k.context, other, k.ana, k.now()); }).error().kind ==
        ErrorKind::not_found);
}

TEST_CASE("whoever tries numbers at a kiosk is slowed down; the kiosk next door is not") {
  Kiosks k;
  const Kiosk door = k.enrolled(), hall = k.enrolled();
  const auto card = k.issue(k.ana);
  for (int i = 0; i <= per_kiosk.free; ++i)
    CHECK(k.present(door, "12345672", "4711").value() == std::nullopt);
  CHECK(k.present(door, card->card.number, card->pin).error().kind == ErrorKind::throttled);
  CHECK(k.present(hall, card->card.number, card->pin).value() == k.ana);
  k.clock.advance(per_kiosk.first);
  CHECK(k.present(door, card->card.number, card->pin).value() == k.ana);
  // A success takes one failure back: the next slip is the last that costs no wait.
  CHECK(k.present(door, "12345672", "4711").value() == std::nullopt);
  CHECK(k.present(door, card->card.number, card->pin).error().kind == ErrorKind::throttled);
}
