#include "attendance/policy.hpp"

#include <doctest/doctest.h>

#include "calendar/group_fixture.hpp"

using namespace circled;
using namespace circled::attendance;
using test::GroupFixture;

namespace {

Result<Policy> shown(GroupFixture& g, std::optional<GroupId> group = {}) {
  return g.read([&](Snapshot& db) { return policy(db, g.ada, group, g.now()); });
}

Result<Policy> set(GroupFixture& g, std::optional<GroupId> group, const char* from,
                   std::optional<Terms> terms, const api::Identity& who, std::optional<bool> follows = {}) {
  const std::string seen = digest(shown(g, group).value());
  const NewPolicy wanted{g.day(from), follows, std::move(terms)};
  return g.write([&](Transaction& tx) { return set_policy(tx, who, g.actor, group, seen, wanted, g.now()); });
}

Terms with_grace(std::int64_t minutes) {
  Terms terms;
  terms.grace_minutes = {minutes};
  terms.breaks.push_back({{45}, {10}});
  return terms;
}

}  // namespace

TEST_CASE("terms hold from a day to come, the programme's and a group's") {
  GroupFixture g;
  CHECK(shown(g)->today.excuse_notice_hours == 24);
  CHECK(shown(g)->rows.empty());
  REQUIRE(set(g, {}, "2026-03-11", with_grace(5), g.ada).has_value());
  REQUIRE(set(g, g.group, "2026-03-20", with_grace(10), g.ada).has_value());
  const auto own = set(g, g.group, "2026-04-01", {}, g.ada, true);
  REQUIRE(own.has_value());
  REQUIRE(own->rows.size() == 2);
  CHECK(own->rows[0].follows);
  CHECK(own->rows[1].terms.breaks.front().minutes == 10);
  CHECK(shown(g)->rows.size() == 1);
  CHECK(shown(g)->today.grace_minutes == 0);
  const auto grace_on = [&](const char* day) {
    g.clock.set(g.at(std::string(day) + "T16:00:00Z"));
    return shown(g, g.group)->today.grace_minutes.value;
  };
  CHECK(grace_on("2026-03-11") == 5);
  CHECK(grace_on("2026-03-20") == 10);
  CHECK(grace_on("2026-04-01") == 5);
}

TEST_CASE("the same day set again replaces what was set; a day that has begun is not judged anew") {
  GroupFixture g;
  REQUIRE(set(g, {}, "2026-03-11", with_grace(5), g.ada).has_value());
  const auto again = set(g, {}, "2026-03-11", with_grace(7), g.ada);
  REQUIRE(again.has_value());
  REQUIRE(again->rows.size() == 1);
  CHECK(again->rows[0].terms.grace_minutes == 7);
  CHECK(again->rows[0].terms.breaks.size() == 1);
  CHECK(set(g, {}, "2026-03-10", with_grace(7), g.ada).error().fields.front().pointer == "/from");
}

TEST_CASE("terms are refused that contradict themselves, or are set by others, or over somebody's head") {
  GroupFixture g;
  CHECK(set(g, {}, "2026-03-11", with_grace(5), g.cora).error().kind == ErrorKind::forbidden);
  CHECK(set(g, {}, "2026-03-11", {}, g.ada).error().fields.front().pointer == "/terms");
  CHECK(set(g, {}, "2026-03-11", {}, g.ada, true).error().fields.front().pointer == "/follows");
  CHECK(set(g, g.group, "2026-03-11", with_grace(5), g.ada, true).error().fields.front().code == "excludes");
  Terms terms = with_grace(15);
  terms.door_closes_minutes = Number<0, 720>{10};
  CHECK(set(g, {}, "2026-03-11", terms, g.ada).error().fields.front().pointer ==
        "/terms/door_closes_minutes");
  CHECK(shown(g, GroupId(99)).error().kind == ErrorKind::not_found);

  const NewPolicy wanted{g.day("2026-03-11"), {}, with_grace(1)};
  const auto stale = g.write(
      [&](Transaction& tx) { return set_policy(tx, g.ada, g.actor, {}, "an old digest", wanted, g.now()); });
  CHECK(stale.error().kind == ErrorKind::precondition_failed);
  CHECK(stale.error().extra.contains("current"));
}
