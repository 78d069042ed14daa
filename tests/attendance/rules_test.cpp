#include "attendance/rules.hpp"

#include <doctest/doctest.h>

#include <random>

#include "attendance/policy.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::attendance;
using calendar::Answer;
using calendar::Span;
using calendar::Spans;
using namespace std::chrono_literals;
using test::at;
using test::that_tuesday;

namespace {

Terms terms(std::function<void(Terms&)> set) {
  Terms t;
  set(t);
  return t;
}

struct TermsCase {
  const char* what;
  Terms terms;
  std::vector<Stay> stays;
  int late, left_early, credited;
};

}  // namespace

TEST_CASE("the terms of a group decide what counts, to the minute") {
  const Instant start = that_tuesday(18, 0), end = that_tuesday(19, 30);
  const Terms grace = terms([](Terms& t) { t.grace_minutes = {10}; });
  const Terms no_credit = terms([](Terms& t) { t.no_credit_after_minutes = Number<0, 720>{15}; });
  const Terms pause = terms([](Terms& t) { t.breaks.push_back({{45}, {10}}); });
  const Terms pauses = terms([](Terms& t) {
    t.breaks.push_back({{45}, {10}});
    t.breaks.push_back({{50}, {15}});
  });
  const Terms late_pause = terms([](Terms& t) { t.breaks.push_back({{80}, {10}}); });
  const Terms capped = terms([](Terms& t) { t.cap_minutes = Number<1, 720>{60}; });
  const Terms all = terms([](Terms& t) {
    t.grace_minutes = {5};
    t.no_credit_after_minutes = Number<0, 720>{30};
    t.breaks.push_back({{45}, {10}});
    t.cap_minutes = Number<1, 720>{60};
  });
  const std::vector<TermsCase> cases{
      {"at the end of grace: not late, and not there for ten minutes",
       grace,
       {{that_tuesday(18, 10), {}}},
       0,
       0,
       80},
      {"within the last minute of grace", grace, {{that_tuesday(18, 10) + 59s, {}}}, 0, 0, 79},
      {"a minute after grace: late by all of it", grace, {{that_tuesday(18, 11), {}}}, 11, 0, 79},
      {"as late as may be for credit", no_credit, {{that_tuesday(18, 15), {}}}, 15, 0, 75},
      {"still within that minute", no_credit, {{that_tuesday(18, 15) + 59s, {}}}, 15, 0, 74},
      {"a minute later nothing counts", no_credit, {{that_tuesday(18, 16), {}}}, 16, 0, 0},
      {"the first arrival decides, not the return",
       no_credit,
       {{that_tuesday(18, 0), that_tuesday(18, 30)}, {that_tuesday(19, 0), {}}},
       0,
       0,
       60},
      {"a break does not count", pause, {{start, {}}}, 0, 0, 80},
      {"whoever left in the break", pause, {{start, that_tuesday(18, 50)}}, 0, 40, 45},
      {"whoever came at its end", pause, {{that_tuesday(18, 55), {}}}, 55, 0, 35},
      {"breaks that overlap are one", pauses, {{start, {}}}, 0, 0, 70},
      {"a session that ends with the break has none", late_pause, {{start, {}}}, 0, 0, 90},
      {"at most so many minutes", capped, {{start, {}}}, 0, 0, 60},
      {"fewer are fewer", capped, {{start, that_tuesday(18, 40)}}, 0, 50, 40},
      {"late by five, the break, and the cap", all, {{that_tuesday(18, 5), {}}}, 0, 0, 60},
      {"late by thirty: 60 minutes less the break", all, {{that_tuesday(18, 30), {}}}, 30, 0, 50},
      {"late by thirty-one", all, {{that_tuesday(18, 31), {}}}, 31, 0, 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    const auto credit = rules::credit(c.stays, start, end, c.terms);
    CHECK(credit.late.count() == c.late);
    CHECK(credit.left_early.count() == c.left_early);
    CHECK(credit.credited.count() == c.credited);
  }
}

TEST_CASE("minutes are counted on the instants, whatever the clocks do at night") {
  // New York: 2026-03-08 02:00 is skipped, 2026-11-01 01:00 to 02:00 comes twice.
  const Instant spring = at("2026-03-08T06:30:00Z");  // 01:30; two hours later it is 04:30
  CHECK(rules::credit(std::vector<Stay>{{spring, {}}}, spring, spring + 2h).credited == 120min);
  const Instant autumn = at("2026-11-01T05:30:00Z");  // 01:30 for the first time
  const auto credit = rules::credit(std::vector<Stay>{{autumn + 1h, {}}}, autumn, autumn + 2h);
  CHECK(credit.late == 60min);  // 01:30 for the second time
  CHECK(credit.credited == 60min);
}

TEST_CASE("a session across midnight belongs to the day on which it began") {
  const Instant start = at("2026-03-11T03:30:00Z"), end = at("2026-03-11T04:30:00Z");  // 23:30 to 00:30
  CHECK(rules::credit(std::vector<Stay>{{start + 10min, start + 40min}}, start, end).credited == 30min);
  const Zone zone = *Zone::named("America/New_York");
  const Date tenth = *parse_date("2026-03-10");
  CHECK(rules::enrolled_at(std::vector<rules::Enrolled>{{tenth, tenth, {}, false}}, zone, start));
  CHECK_FALSE(rules::enrolled_at(std::vector<rules::Enrolled>{{tenth + std::chrono::days(1), {}, {}, false}},
                                 zone, start));
}

TEST_CASE("an enrolment that ends at noon held in the morning") {
  const Zone zone = *Zone::named("America/New_York");
  const Date day = *parse_date("2026-03-10"), before = day - std::chrono::days(1);
  const Instant noon = at("2026-03-10T16:00:00Z");
  // Ending one during a day makes the day before its last.
  const std::vector<rules::Enrolled> ended{{before, before, noon, true}};
  CHECK(rules::enrolled_at(ended, zone, noon - 1h));
  CHECK(rules::enrolled_at(ended, zone, noon - 1ms));
  CHECK_FALSE(rules::enrolled_at(ended, zone, noon));
  CHECK_FALSE(rules::enrolled_at(ended, zone, noon + 2h));
  CHECK_FALSE(rules::enrolled_at(ended, zone, noon + 24h));
  // Decided at noon that it had ended long before.
  const std::vector<rules::Enrolled> long_ago{
      {before - std::chrono::days(9), before - std::chrono::days(3), noon, true}};
  CHECK_FALSE(rules::enrolled_at(long_ago, zone, noon - 1h));
  CHECK(rules::enrolled_at(long_ago, zone, noon - 96h));  // on its last day
}

TEST_CASE("a client excuses themselves by saying so in time") {
  const Instant start = that_tuesday(18, 0);
  const Terms day;  // 24 hours
  const Terms strict = terms([](Terms& t) { t.excuses_mandatory = true; });
  CHECK(rules::excused_in_advance(day, Answer::cant_come, start - 24h, start, false));
  CHECK_FALSE(rules::excused_in_advance(day, Answer::cant_come, start - 24h + 1ms, start, false));
  CHECK_FALSE(rules::excused_in_advance(day, Answer::confirmed, start - 48h, start, false));
  CHECK_FALSE(rules::excused_in_advance(day, Answer::cant_come, std::nullopt, start, false));
  CHECK_FALSE(rules::excused_in_advance(day, Answer::cant_come, start - 48h, start, true));
  CHECK(rules::excused_in_advance(strict, Answer::cant_come, start - 48h, start, true));
}

TEST_CASE("the door closes within its minute") {
  const Instant start = that_tuesday(18, 0);
  const Terms door = terms([](Terms& t) { t.door_closes_minutes = Number<0, 720>{15}; });
  CHECK_FALSE(rules::after_door(std::vector<Stay>{{that_tuesday(18, 15) + 59s, {}}}, start, door));
  CHECK(rules::after_door(std::vector<Stay>{{that_tuesday(18, 16), {}}}, start, door));
  CHECK_FALSE(rules::after_door(std::vector<Stay>{{that_tuesday(18, 50), {}}}, start, Terms{}));
}

TEST_CASE("a signature is late after the last of so many days") {
  const Terms terms;  // 14 days
  const Instant end = that_tuesday(19, 30);
  CHECK_FALSE(rules::late_documentation(terms, end, end + 14 * 24h, end + 400 * 24h));
  CHECK(rules::late_documentation(terms, end, end + 14 * 24h + 1ms, end + 400 * 24h));
  CHECK_FALSE(rules::late_documentation(terms, end, {}, end + 14 * 24h));
  CHECK(rules::late_documentation(terms, end, {}, end + 15 * 24h));
}

TEST_CASE("a group's own terms replace the programme's, from their days on") {
  const Date day = *parse_date("2026-03-10");
  const auto row = [&](std::optional<GroupId> group, int after, bool follows, int grace) {
    return PolicyRow{group, day + std::chrono::days(after), follows,
                     terms([&](Terms& t) { t.grace_minutes = {grace}; })};
  };
  const GroupId group(7);
  const std::vector<PolicyRow> rows{row(group, 30, true, 0), row({}, 20, false, 3), row(group, 10, false, 2),
                                    row(GroupId(8), 0, false, 9), row({}, 0, false, 1)};
  const auto grace = [&](std::optional<GroupId> of, int after) {
    return rules::in_force(rows, of, day + std::chrono::days(after)).grace_minutes.value;
  };
  CHECK(grace(group, -1) == 0);  // nobody had set any
  CHECK(grace(group, 0) == 1);
  CHECK(grace(group, 9) == 1);
  CHECK(grace(group, 10) == 2);
  CHECK(grace(group, 29) == 2);
  CHECK(grace({}, 20) == 3);
  CHECK(grace(group, 30) == 3);  // follows again
}

TEST_CASE("minutes that two sessions share count in one of them") {
  const auto session = [](std::int64_t id, Instant from, Instant until) {
    return rules::Attended{SessionId(id), from, until, {}, {{from, {}}}, {}};
  };
  auto first = session(2, that_tuesday(18, 0), that_tuesday(19, 30)),
       second = session(1, that_tuesday(19, 0), that_tuesday(20, 0));
  CHECK(rules::share_out({first, second}) == std::vector<Minutes>{90min, 30min});
  CHECK(rules::share_out({second, first}) == std::vector<Minutes>{30min, 90min});
  // One that is closed keeps its own.
  second.closed_at = that_tuesday(21, 0);
  CHECK(rules::share_out({first, second}) == std::vector<Minutes>{60min, 60min});
  first.closed_at = that_tuesday(21, 5);
  CHECK(rules::share_out({first, second}) == std::vector<Minutes>{60min, 60min});
  first.closed_at = that_tuesday(20, 55);
  CHECK(rules::share_out({first, second}) == std::vector<Minutes>{90min, 30min});
  // Whoever was too late for credit takes nothing from the other; nor does what lies beyond a cap.
  first.terms.no_credit_after_minutes = Number<0, 720>{5};
  first.stays = {{that_tuesday(18, 6), {}}};
  CHECK(rules::share_out({first, second}) == std::vector<Minutes>{0min, 60min});
  first.terms = {};
  first.terms.cap_minutes = Number<1, 720>{70};
  first.stays = {{that_tuesday(18, 0), {}}};
  CHECK(rules::share_out({first, second}) == std::vector<Minutes>{70min, 50min});
}

TEST_CASE("whatever is attended: no minute counts twice, none too many, in whatever order") {
  std::mt19937 random(20'260'310);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const Instant base = that_tuesday(8, 0);
  for (int round = 0; round < 2'000; ++round) {
    CAPTURE(round);
    std::vector<rules::Attended> sessions;
    std::vector<Span> everything;
    for (int n = 1 + pick(4), i = 0; i < n; ++i) {
      rules::Attended s;
      s.session = SessionId(i + 1);
      s.starts_at = base + Minutes(pick(180));
      s.ends_at = s.starts_at + Minutes(10 + pick(170));
      if (pick(2) == 0) s.closed_at = base + Minutes(400 + pick(3));
      for (int k = 1 + pick(3); k > 0; --k) {
        const Instant from = s.starts_at + Seconds(pick(12'000) - 600);
        s.stays.push_back({from, pick(3) == 0 ? std::optional<Instant>() : from + Seconds(1 + pick(8'000))});
      }
      if (pick(3) == 0) s.terms.no_credit_after_minutes = Number<0, 720>{pick(40)};
      if (pick(3) == 0) s.terms.cap_minutes = Number<1, 720>{1 + pick(90)};
      if (pick(3) == 0) s.terms.breaks.push_back({{pick(60)}, {1 + pick(20)}});
      if (pick(3) == 0) s.terms.grace_minutes = {pick(20)};
      for (const Stay& stay : s.stays)
        everything.push_back({std::max(stay.arrived_at, s.starts_at),
                              std::min(stay.departed_at.value_or(s.ends_at), s.ends_at)});
      sessions.push_back(std::move(s));
    }
    Milliseconds there{0};
    for (const Span& span : calendar::merged(everything)) there += span.until - span.from;

    const auto shares = rules::share_out(sessions);
    Minutes sum{0};
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      const auto& s = sessions[i];
      CHECK(shares[i] >= 0min);
      CHECK(shares[i] <= s.ends_at - s.starts_at);
      if (s.terms.cap_minutes) CHECK(shares[i] <= Minutes(*s.terms.cap_minutes));
      CHECK(shares[i] <= rules::credit(s.stays, s.starts_at, s.ends_at, s.terms).credited);
      sum += shares[i];
    }
    CHECK(sum <= there);

    // In another order, and with the stays said in another order.
    std::vector<std::size_t> order(sessions.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    std::vector<rules::Attended> shuffled;
    for (const auto i : order) {
      shuffled.push_back(sessions[i]);
      std::shuffle(shuffled.back().stays.begin(), shuffled.back().stays.end(), random);
    }
    const auto again = rules::share_out(shuffled);
    for (std::size_t i = 0; i < order.size(); ++i) CHECK(again[i] == shares[order[i]]);
  }
}
