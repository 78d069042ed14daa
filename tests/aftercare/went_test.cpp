#include "aftercare/went.hpp"

#include <doctest/doctest.h>

#include "aftercare/aftercare.hpp"
#include "support/programme.hpp"

using namespace circled;
using namespace circled::aftercare;
using test::at;
using test::code;

namespace {

// Ana has chosen Sundays at 10:00 in New York, an hour and a half; the first is on 15 March, 14:00 UTC.
struct Chosen : test::Aftercare {
  CommitmentId commitment;
  OccurrenceId first;
  api::Identity cora, otto;

  Chosen() {
    commitment = choose(ana, meeting)->id;
    first = occurrence("2026-03-15T14:00:00Z");
    cora = test::identity({}, counselor, api::Role::counselor, site);
    otto = test::identity({}, other_counselor, api::Role::counselor, site);
    events();
  }

  OccurrenceId occurrence(std::string_view starts) {
    return read([&](Snapshot& db) {
      return db.one<OccurrenceId>("SELECT id FROM occurrence WHERE starts_at = $1", at(starts)).value();
    });
  }
  std::int64_t ask() {
    return store.write_now("test", [&](Transaction& tx) { return ask_once(tx, now()); }).value();
  }
  std::int64_t asked() {
    return static_cast<std::int64_t>(std::ranges::count(events(), std::string("occurrence.asked")));
  }
  Result<SaidWent> say(ClientId client, OccurrenceId id, Went went) {
    return store.write_now("test",
                           [&](Transaction& tx) { return say_went(tx, {}, client, id, went, now()); });
  }
  Result<KeptOccurrence> prove(const api::Identity& who, const OccurrenceProof& proof) {
    return store.write_now("test",
                           [&](Transaction& tx) { return verify(tx, who, {}, ana, first, proof, now()); });
  }
  Result<void> unprove(const api::Identity& who) {
    return store.write_now("test",
                           [&](Transaction& tx) { return take_back(tx, who, {}, ana, first, now()); });
  }
  KeptOccurrence kept() {
    return read([&](Snapshot& db) {
      return kept_occurrences(db, ana, at("2026-03-15T00:00:00Z"), at("2026-03-16T00:00:00Z")).at(0);
    });
  }
};

}  // namespace

TEST_CASE("half an hour after its end a meeting is asked about, once") {
  Chosen world;
  world.clock.set(at("2026-03-15T15:59:59Z"));
  CHECK(world.ask() == 0);
  world.clock.set(at("2026-03-15T16:00:00Z"));
  CHECK(world.ask() == 1);
  CHECK(world.ask() == 0);
  CHECK(world.asked() == 1);
  // Neutral words: a time, and nothing else.
  CHECK(world.number("SELECT COUNT(*) FROM stream_event WHERE body LIKE "
                     "'%\"text\":\"Did you go on Sun 15 Mar at 10:00?\"%'") == 1);
  CHECK(world.number("SELECT COUNT(*) FROM stream_event WHERE body LIKE '%Light%'") == 0);
  CHECK(world.kept().asked_at == world.now());
  CHECK_FALSE(world.kept().went);  // nothing said is not a no
}

TEST_CASE("nobody is asked in their quiet hours, also not where clocks change in them") {
  Chosen world;
  // Saturdays 19:30 to 21:00 in New York. The night of 31 October is an hour longer there; 08:00 on 1
  // November is 13:00 UTC.
  world.list({test::item(1, 1, "10:00", "Sunday Light"), test::item(2, 7, "19:30")});
  world.give_up(world.ana, world.commitment).value();
  world.choose(world.ana, test::meeting_of(world, 2)).value();
  world.clock.set(at("2026-10-20T12:00:00Z"));
  world.extend();
  world.clock.set(at("2026-10-25T12:00:00Z"));
  while (world.ask() > 0) {
  }
  const auto before = world.asked();
  world.clock.set(at("2026-11-01T01:30:00Z"));  // 21:30 on Saturday
  CHECK(world.ask() == 1);
  CHECK(world.ask() == 0);
  CHECK(world.asked() == before);
  world.clock.set(at("2026-11-01T12:59:00Z"));
  CHECK(world.ask() == 0);
  world.clock.set(at("2026-11-01T13:00:00Z"));
  CHECK(world.ask() == 1);
  CHECK(world.asked() == before + 1);
}

TEST_CASE("who is not asked") {
  Chosen world;
  world.clock.set(at("2026-03-15T16:00:00Z"));
  SUBCASE("has said it already") { world.say(world.ana, world.first, Went::no).value(); }
  SUBCASE("has said that they can't come") {
    world.write([&](Transaction& tx) {
      tx.run("UPDATE occurrence SET answer = 'cant_come', answered_at = 0 WHERE id = $1", world.first);
    });
  }
  SUBCASE("has given the meeting up") { world.give_up(world.ana, world.commitment).value(); }
  SUBCASE("has left aftercare") {
    world.write([](Transaction& tx) { tx.run("UPDATE phase SET phase = 'treatment'"); });
  }
  SUBCASE("is in hospital") {
    world.write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO episode_hold (episode_id, kind, from_at, keeps_seats, made_by) "
          "SELECT id, 'hospital', 0, TRUE, $2 FROM episode WHERE client_id = $1",
          world.ana, world.counselor);
    });
  }
  SUBCASE("it ended more than two days ago") { world.clock.set(at("2026-03-17T15:30:01Z")); }
  SUBCASE("it did not take place") {
    world.clock.set(at("2026-03-10T12:00:00Z"));
    world.list({test::item(2, 2, "19:00")});
    world.clock.set(at("2026-03-15T16:00:00Z"));
  }
  world.ask();
  CHECK(world.asked() == 0);
  CHECK(world.number("SELECT COUNT(*) FROM occurrence WHERE ask_at <= $1", world.now()) == 0);
}

TEST_CASE("the client's last word stands, and the same again is no change") {
  Chosen world;
  CHECK(code(world.say(world.ana, world.first, Went::yes)) == "not_begun");
  world.clock.set(at("2026-03-15T14:00:00Z"));
  CHECK(code(world.say(world.ben, world.first, Went::yes)) == "not_found");
  CHECK(world.say(world.ana, world.first, Went::yes)->went == Went::yes);
  const Instant said = world.now();
  world.clock.advance(Minutes(5));
  CHECK(world.say(world.ana, world.first, Went::yes)->went_said_at == said);
  CHECK(world.say(world.ana, world.first, Went::no)->went_said_at == world.now());
  CHECK(world.kept().went == Went::no);
  CHECK_FALSE(world.kept().verified_by);
  CHECK(world.number("SELECT COUNT(*) FROM audit WHERE action = 'occurrence.say'") == 2);
  CHECK(std::ranges::count(world.events(), std::string("occurrence.changed")) == 2);
  world.clock.advance(std::chrono::days(93));
  CHECK(code(world.say(world.ana, world.first, Went::yes)) == "too_long_ago");
}

TEST_CASE("what is said and what is verified stand apart, whichever comes first") {
  Chosen world;
  CHECK(code(world.prove(world.cora, {Proof::slip, {}})) == "not_begun");
  world.clock.set(at("2026-03-15T16:00:00Z"));
  CHECK(code(world.prove(world.otto, {Proof::slip, {}})) == "not_found");
  CHECK(code(world.prove(world.cora, {Proof::told, {}})) == "missing");
  CHECK(code(world.prove(world.cora, {Proof::slip, Text<1, 100>("Sam")})) == "not_wanted");

  const auto told = world.prove(world.cora, {Proof::told, Text<1, 100>("Sam, who leads it")}).value();
  CHECK(told.verified_by == Proof::told);
  CHECK(told.told_by == "Sam, who leads it");
  CHECK(told.verified_name.has_value());
  CHECK_FALSE(told.went);
  world.say(world.ana, world.first, Went::no).value();
  CHECK(world.kept().went == Went::no);
  CHECK(world.kept().verified_by == Proof::told);

  CHECK(world.prove(world.cora, {Proof::told, Text<1, 100>("Sam, who leads it")}).has_value());
  CHECK(code(world.prove(world.cora, {Proof::slip, {}})) == "verified_already");
  CHECK(code(world.unprove(world.otto)) == "not_found");
  REQUIRE(world.unprove(world.cora).has_value());
  CHECK(code(world.unprove(world.cora)) == "not_found");
  CHECK_FALSE(world.kept().verified_by);
  CHECK_FALSE(world.kept().told_by);
  CHECK(world.kept().went == Went::no);
  CHECK(world.prove(world.cora, {Proof::slip, {}})->verified_by == Proof::slip);
  // Who told it stands in no event of the client's, nor in the trail.
  CHECK(world.number("SELECT COUNT(*) FROM stream_event WHERE body LIKE '%Sam%'") == 0);
  CHECK(world.number("SELECT COUNT(*) FROM audit WHERE action LIKE 'occurrence.%' AND detail LIKE '%Sam%'") ==
        0);
}

TEST_CASE("what a client had chosen and given up stays on the record") {
  Chosen world;
  world.clock.set(at("2026-03-15T16:00:00Z"));
  world.say(world.ana, world.first, Went::yes).value();
  world.give_up(world.ana, world.commitment).value();
  CHECK(world.kept().went == Went::yes);
}
