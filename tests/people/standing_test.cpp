#include "people/standing.hpp"

#include <doctest/doctest.h>

#include "people/clearance.hpp"
#include "support/care.hpp"

using namespace circled;
using namespace circled::people;
using circled::test::CareFixture;
using namespace std::chrono_literals;

namespace {

Standing standing_of(CareFixture& f, ClientId client) {
  return f.read([&](Snapshot& db) { return standing(db, client, f.now()).value(); });
}

}  // namespace

TEST_CASE("standing: phase, level, clearance, hold, birth and tags of the open episode") {
  CareFixture f;
  f.write([&](Transaction& tx) {
    tx.run("INSERT INTO care_level (episode_id, level, from_on, until_on) VALUES ($1, '3.7', 20000, 20005)",
           f.anas);
    tx.run("INSERT INTO care_level (episode_id, level, from_on) VALUES ($1, '3.5', 20005)", f.anas);
    tx.run("INSERT INTO client_tag (client_id, tag) VALUES ($1, 'women'), ($1, 'es')", f.ana);
    tx.run("UPDATE client SET born_on = 7 WHERE person_id = $1", f.ana);
  });
  auto ana = standing_of(f, f.ana);
  CHECK(ana.phase == Phase::detox);
  CHECK(ana.level == "3.5");
  CHECK_FALSE(ana.cleared);
  CHECK_FALSE(ana.on_hold);
  CHECK(ana.born_on == parse_date("1970-01-08"));
  CHECK(ana.tags == std::vector<std::string>{"es", "women"});

  const auto ben = standing_of(f, f.ben);
  CHECK(ben.phase == Phase::treatment);
  CHECK_FALSE(ben.level.has_value());
  CHECK(ben.cleared);  // only detox asks for it
  CHECK_FALSE(f.read([&](Snapshot& db) { return standing(db, ClientId(4711), f.now()).has_value(); }));
}

TEST_CASE("a clearance is in force from when it is given until it expires or is withdrawn") {
  CareFixture f;
  const auto give = [&](std::optional<Instant> expires) {
    return f.write([&](Transaction& tx) {
      return give_clearance(tx, f.cleo, f.actor, f.ana, NewClearance{expires}, f.now());
    });
  };
  REQUIRE(give(f.now() + 2h).has_value());
  CHECK(standing_of(f, f.ana).cleared);
  CHECK(give({}).error().code == "already_cleared");
  f.clock.advance(2h - 1ms);
  CHECK(standing_of(f, f.ana).cleared);
  f.clock.advance(1ms);
  CHECK_FALSE(standing_of(f, f.ana).cleared);

  REQUIRE(give({}).has_value());
  CHECK(standing_of(f, f.ana).cleared);
  f.clock.advance(1h);
  const auto withdrawn =
      f.write([&](Transaction& tx) { return withdraw_clearance(tx, f.sue, f.actor, f.ana, f.now()); });
  REQUIRE(withdrawn.has_value());
  CHECK(withdrawn->withdrawn_at == f.now());
  CHECK(withdrawn->given_by_name == "Cleo Clinician");
  CHECK_FALSE(standing_of(f, f.ana).cleared);
  CHECK(f.write([&](Transaction& tx) { return withdraw_clearance(tx, f.sue, f.actor, f.ana, f.now()); })
            .error()
            .code == "not_cleared");
  CHECK(give(f.now()).error().fields[0].pointer == "/expires_at");
}

TEST_CASE("only a clinician clears; who may withdraw is more") {
  CareFixture f;
  const auto give = [&](const api::Identity& who, ClientId client) {
    return f.write([&](Transaction& tx) { return give_clearance(tx, who, f.actor, client, {}, f.now()); });
  };
  const auto withdraw = [&](const api::Identity& who) {
    return f.write([&](Transaction& tx) { return withdraw_clearance(tx, who, f.actor, f.ana, f.now()); });
  };
  for (const auto& who : {f.cora, f.sue, f.ada, f.fred}) {
    CHECK(give(who, f.ana).error().kind == ErrorKind::forbidden);
  }
  CHECK(give(f.otto, f.ana).error().kind == ErrorKind::not_found);
  CHECK(give(f.cleo, f.ben).error().kind == ErrorKind::not_found);  // no client of hers
  REQUIRE(give(f.cleo, f.ana).has_value());
  CHECK(withdraw(f.cora).error().kind == ErrorKind::forbidden);
  CHECK(withdraw(f.fred).error().kind == ErrorKind::forbidden);
  CHECK(withdraw(f.ada).has_value());
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'clearance.give' AND subject_id = $1", f.ana) ==
        1);
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'clearance.withdraw' AND subject_id = $1",
                 f.ana) == 1);
}

TEST_CASE("whoever is admitted again has no clearance of the stay before, and no hold") {
  CareFixture f;
  f.write([&](Transaction& tx) {
    REQUIRE(give_clearance(tx, f.cleo, f.actor, f.ana, {}, f.now()).has_value());
    REQUIRE(begin_hold(tx, f.cora, f.actor, f.ana, {HoldKind::hospital, {}, true}, f.now()).has_value());
    REQUIRE(discharge(tx, f.cora, f.actor, f.ana, Discharge::against_advice, f.now()).has_value());
  });
  auto gone = standing_of(f, f.ana);
  CHECK_FALSE(gone.phase.has_value());
  CHECK_FALSE(gone.on_hold);
  f.write([&](Transaction& tx) {
    REQUIRE(readmit(tx, f.cora, f.actor, f.ana, Phase::detox, "3.7", f.now()).has_value());
  });
  const auto back = standing_of(f, f.ana);
  CHECK(back.phase == Phase::detox);
  CHECK(back.level == "3.7");
  CHECK_FALSE(back.cleared);
  CHECK_FALSE(back.on_hold);
}
