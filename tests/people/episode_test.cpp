#include "people/episode.hpp"

#include <doctest/doctest.h>

#include "support/care.hpp"

using namespace circled;
using namespace circled::people;
using circled::test::CareFixture;
using namespace std::chrono_literals;

namespace {

Care care_of(CareFixture& f, ClientId client) {
  return f.read([&](Snapshot& db) { return care(db, f.ada, client, f.now()).value(); });
}

}  // namespace

TEST_CASE("phases and levels are dated, in any order, repeated, and skipped") {
  CareFixture f;
  const auto phase = [&](Phase to) {
    return f.write([&](Transaction& tx) { return change_phase(tx, f.cora, f.actor, f.ana, to, f.now()); });
  };
  const auto level = [&](const char* to) {
    return f.write([&](Transaction& tx) { return change_level(tx, f.cora, f.actor, f.ana, to, f.now()); });
  };
  REQUIRE(phase(Phase::aftercare).has_value());  // skipped treatment
  REQUIRE(level("1").has_value());
  CHECK(level("1").error().code == "same_level");
  f.clock.advance(24h);
  REQUIRE(phase(Phase::detox).has_value());  // back
  REQUIRE(level("3.7").has_value());
  f.clock.advance(24h);
  REQUIRE(phase(Phase::aftercare).has_value());  // once more

  const auto episode = care_of(f, f.ana).episode.value();
  REQUIRE(episode.phases.size() == 4);
  // It is 8 in the morning of 10 March in New York when the test begins.
  CHECK(episode.phases[0].phase == Phase::aftercare);
  CHECK(episode.phases[0].from == parse_date("2026-03-12"));
  CHECK_FALSE(episode.phases[0].until.has_value());
  CHECK(episode.phases[1].phase == Phase::detox);
  CHECK(episode.phases[1].from == parse_date("2026-03-11"));
  CHECK(episode.phases[1].until == parse_date("2026-03-12"));
  CHECK(episode.phases[3].phase == Phase::detox);
  CHECK(episode.phases[3].until == parse_date("2026-03-10"));
  REQUIRE(episode.levels.size() == 2);
  CHECK(episode.levels[0].level == "3.7");
  CHECK(episode.levels[1].until == parse_date("2026-03-11"));
}

TEST_CASE("a discharge ends phase, level and hold, and who is not admitted has none") {
  CareFixture f;
  f.write([&](Transaction& tx) {
    REQUIRE(change_level(tx, f.cora, f.actor, f.ana, "3.7", f.now()).has_value());
    REQUIRE(
        begin_hold(tx, f.cora, f.actor, f.ana, {HoldKind::jail, f.now() + 48h, false}, f.now()).has_value());
  });
  f.clock.advance(1h);
  REQUIRE(f.write([&](Transaction& tx) {
             return discharge(tx, f.cora, f.actor, f.ana, Discharge::incarcerated, f.now());
           }).has_value());
  const auto episode = care_of(f, f.ana).episode.value();
  CHECK(episode.discharge == Discharge::incarcerated);
  CHECK(episode.discharged_on == parse_date("2026-03-10"));
  CHECK(episode.phases[0].until == parse_date("2026-03-10"));
  CHECK(episode.levels[0].until == parse_date("2026-03-10"));
  CHECK(episode.holds[0].until_at == f.now());
  for (const auto& code :
       {f.write(
             [&](Transaction& tx) { return discharge(tx, f.cora, f.actor, f.ana, Discharge::died, f.now()); })
            .error()
            .code,
        f.write([&](Transaction& tx) { return end_hold(tx, f.cora, f.actor, f.ana, f.now()); }).error().code,
        f.write([&](Transaction& tx) { return change_level(tx, f.cora, f.actor, f.ana, "1", f.now()); })
            .error()
            .code})
    CHECK(code == "no_episode");
  REQUIRE(f.write([&](Transaction& tx) {
             return readmit(tx, f.cora, f.actor, f.ana, Phase::treatment, {}, f.now());
           }).has_value());
  CHECK(f.write([&](Transaction& tx) {
           return readmit(tx, f.cora, f.actor, f.ana, Phase::treatment, {}, f.now());
         })
            .error()
            .code == "already_admitted");
}

TEST_CASE("a hold begins now, one at a time, and ends by its date or by hand") {
  CareFixture f;
  const auto begin = [&](std::optional<Instant> until) {
    return f.write([&](Transaction& tx) {
      return begin_hold(tx, f.cora, f.actor, f.ana, {HoldKind::pass, until, true}, f.now());
    });
  };
  CHECK(begin(f.now()).error().fields[0].pointer == "/until");
  REQUIRE(begin(f.now() + 1h).has_value());
  CHECK(begin({}).error().code == "on_hold");
  f.clock.advance(1h);  // over by itself
  CHECK(
      f.write([&](Transaction& tx) { return end_hold(tx, f.cora, f.actor, f.ana, f.now()); }).error().code ==
      "not_on_hold");
  REQUIRE(begin({}).has_value());
  f.clock.advance(5h);
  CHECK(f.write([&](Transaction& tx) { return end_hold(tx, f.cora, f.actor, f.ana, f.now()); })->until_at ==
        f.now());
}

TEST_CASE("the course of care is for those who treat the client") {
  CareFixture f;
  const auto seen = [&](const api::Identity& who) {
    return f.read([&](Snapshot& db) { return care(db, who, f.ana, f.now()); });
  };
  for (const auto& who : {f.cora, f.cleo, f.sue, f.ada}) CHECK(seen(who).has_value());
  CHECK(seen(f.fred).error().kind == ErrorKind::forbidden);
  CHECK(seen(f.otto).error().kind == ErrorKind::not_found);
  CHECK(seen(f.ana_user).error().kind == ErrorKind::not_found);
  const auto discharged_by = [&](const api::Identity& who) {
    return f.write(
        [&](Transaction& tx) { return discharge(tx, who, f.actor, f.ana, Discharge::completed, f.now()); });
  };
  CHECK(discharged_by(f.fred).error().kind == ErrorKind::forbidden);
  CHECK(discharged_by(f.otto).error().kind == ErrorKind::not_found);
}

TEST_CASE("tags are words in lower case, each once; an edit must have seen what it changes") {
  CareFixture f;
  const auto before = version(care_of(f, f.ana));
  Tags tags;
  tags.tags = {Text<1, 40>("Women"), Text<1, 40>("es"), Text<1, 40>("women")};
  const auto set = [&](const std::string& seen) {
    return f.write(
        [&](Transaction& tx) { return set_tags(tx, f.cora, f.actor, f.ana, seen, tags, f.now()); });
  };
  const auto done = set(before);
  REQUIRE(done.has_value());
  CHECK(done->tags == std::vector<std::string>{"es", "women"});
  const auto late = set(before);
  CHECK(late.error().kind == ErrorKind::precondition_failed);
  CHECK(late.error().extra.at("current").at("tags").as_array().size() == 2);

  const auto born = [&](std::optional<Date> on) {
    return f.write([&](Transaction& tx) {
      return set_born_on(tx, f.cora, f.actor, f.ana, version(care(tx, f.cora, f.ana, f.now()).value()), {on},
                         f.now());
    });
  };
  CHECK(born(parse_date("1988-02-29"))->born_on == parse_date("1988-02-29"));
  CHECK(born(parse_date("2026-03-11")).error().fields[0].code == "in_the_future");
  CHECK_FALSE(born({})->born_on.has_value());
}
