#include "attendance/hours_policy.hpp"

#include <doctest/doctest.h>

#include "support/programme.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::attendance;
using test::on;

namespace {

// It is Tuesday 2026-03-10, noon in UTC.
struct Policy : test::CalendarFixture {
  Policy() {
    write([](Transaction& tx) { add_first_care_rules(tx); });
  }
  static NewCareRule intensive(std::int64_t least, const char* from) {
    NewCareRule rule{};
    rule.level = "2.1";
    rule.youngest = {18};
    rule.least_minutes = {least};
    rule.most_minutes = {1200};
    rule.from = on(from);
    rule.source = "The licence";
    return rule;
  }
  Result<CareRule> add(const NewCareRule& rule) {
    return write([&](Transaction& tx) { return add_care_rule(tx, actor, rule, now()); });
  }
  Result<CareRule> end(CareRuleId id, const char* until) {
    return write([&](Transaction& tx) { return end_care_rule(tx, actor, id, on(until), now()); });
  }
  std::vector<CareRule> of(std::string_view level) {
    std::vector<CareRule> found;
    for (auto& rule : read([](Snapshot& db) { return care_rules(db); }))
      if (rule.level == level && rule.jurisdiction.empty() && rule.youngest == 18) found.push_back(rule);
    return found;
  }
  static std::string code(const Error& error) {
    return error.fields.empty() ? error.code : error.fields[0].pointer;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Policy, "a programme begins with rules that say where they come from, added once") {
  const auto rules = read([](Snapshot& db) { return care_rules(db); });
  CHECK(rules.size() == 10);
  for (const auto& rule : rules) {
    CHECK(!rule.source.empty());
    CHECK(!rule.checked.empty());
  }
  CHECK(!write([](Transaction& tx) { return add_first_care_rules(tx); }));
  const auto outpatient = of("1"), intensive = of("2.1");
  REQUIRE(outpatient.size() == 1);
  CHECK(outpatient[0].least_minutes == Minutes(0));
  CHECK(outpatient[0].most_minutes == Minutes(539));
  REQUIRE(intensive.size() == 1);
  CHECK(intensive[0].least_minutes == Minutes(540));
  CHECK(intensive[0].most_minutes == Minutes(1140));
}

TEST_CASE_FIXTURE(Policy, "a new rule begins on a day to come and ends the one before it") {
  const auto added = add(intensive(600, "2026-04-01"));
  REQUIRE(added);
  const auto rules = of("2.1");
  REQUIRE(rules.size() == 2);
  CHECK(rules[0].until == on("2026-03-31"));
  CHECK(rules[0].least_minutes == Minutes(540));
  CHECK(rules[1].id == added->id);
  CHECK(rules[1].from == on("2026-04-01"));
  CHECK(!rules[1].until);
  CHECK(number("SELECT count(*) FROM audit WHERE action IN ('care_rule.add', 'care_rule.end')") == 2);
}

TEST_CASE_FIXTURE(Policy, "no rule reaches into the past, or into another one's ages and days") {
  CHECK(code(add(intensive(600, "2026-03-10")).error()) == "/from");
  CHECK(add(intensive(600, "2026-03-11")));
  CHECK(add(intensive(600, "2026-03-11")).error().code == "overlaps");
  auto other_ages = intensive(600, "2026-05-01");
  other_ages.youngest = {16};
  CHECK(add(other_ages).error().code == "overlaps");
  auto wrong = intensive(1300, "2026-05-01");
  CHECK(code(add(wrong).error()) == "/most_minutes");
  wrong = intensive(600, "2026-05-01");
  wrong.least_group_minutes = {601};
  CHECK(code(add(wrong).error()) == "/least_group_minutes");
  wrong.least_group_minutes.reset();
  wrong.oldest = {17};
  CHECK(code(add(wrong).error()) == "/oldest");
  CHECK(of("2.1").size() == 2);
}

TEST_CASE_FIXTURE(Policy, "a rule ends today or later, and not twice") {
  const auto id = of("2.1")[0].id;
  CHECK(code(end(id, "2026-03-09").error()) == "/until");
  CHECK(end(id, "2026-03-12")->until == on("2026-03-12"));
  CHECK(code(end(id, "2026-03-13").error()) == "/until");
  clock.advance(std::chrono::hours(24 * 3));
  CHECK(end(id, "2026-03-13").error().code == "ended");
  CHECK(end(CareRuleId(999), "2026-03-13").error().code == "not_found");
}

TEST_CASE_FIXTURE(Policy, "a site's policy is the usual one until somebody sets it, having seen it") {
  const auto usual = read([&](Snapshot& db) { return care_policy(db, site); });
  REQUIRE(usual);
  CHECK(usual->week_starts == 1);
  CHECK(usual->make_up_days == 14);
  CarePolicy own{};
  own.jurisdiction = "US-IL";
  own.week_starts = {0};
  own.make_up_days = {7};
  const auto set = [&](const std::string& seen) {
    return write([&](Transaction& tx) { return set_care_policy(tx, actor, site, seen, own, now()); });
  };
  CHECK(set("older").error().kind == ErrorKind::precondition_failed);
  REQUIRE(set(version(*usual)));
  CHECK(version(*read([&](Snapshot& db) { return care_policy(db, site); })) == version(own));
  CHECK(read([](Snapshot& db) { return care_policy(db, SiteId(99)); }).error().code == "not_found");
}
