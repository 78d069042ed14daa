#include "aftercare/rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "support/text.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::aftercare;
using test::at;
using test::clock;
using test::Texts;

namespace {

std::vector<std::string> starts(int weekday, TimeOfDay time, std::string_view zone, std::string_view from,
                                std::string_view until) {
  std::vector<std::string> found;
  for (const auto& slot :
       slots({weekly_rule(weekday), {}, time, Minutes(90)}, Zone::named(zone).value(), at(from), at(until))) {
    CHECK(slot.ends_at - slot.starts_at == Minutes(90));
    found.push_back(to_string(slot.starts_at));
  }
  return found;
}

}  // namespace

TEST_CASE("the rule of a weekly meeting") {
  CHECK(weekly_rule(0) == "FREQ=WEEKLY;BYDAY=SU");
  CHECK(weekly_rule(2) == "FREQ=WEEKLY;BYDAY=TU");
  CHECK(weekly_rule(6) == "FREQ=WEEKLY;BYDAY=SA");
}

// In New York clocks went from 02:00 EST (-5) to 03:00 EDT (-4) on Sunday 2026-03-08 and go back on
// Sunday 2026-11-01 (15 U.S.C. §260a).
TEST_CASE("a weekly meeting keeps its wall time when clocks change") {
  CHECK(starts(0, clock(18, 0), "America/New_York", "2026-03-01T00:00:00Z", "2026-03-16T00:00:00Z") ==
        Texts{"2026-03-01T23:00:00Z", "2026-03-08T22:00:00Z", "2026-03-15T22:00:00Z"});
  CHECK(starts(0, clock(18, 0), "America/New_York", "2026-10-25T00:00:00Z", "2026-11-09T00:00:00Z") ==
        Texts{"2026-10-25T22:00:00Z", "2026-11-01T23:00:00Z", "2026-11-08T23:00:00Z"});
}

TEST_CASE("there is no meeting at a time the clocks skip") {
  CHECK(starts(0, clock(2, 30), "America/New_York", "2026-03-01T00:00:00Z", "2026-03-23T00:00:00Z") ==
        Texts{"2026-03-01T07:30:00Z", "2026-03-15T06:30:00Z", "2026-03-22T06:30:00Z"});
}

TEST_CASE("of a time that comes twice the first is meant") {
  CHECK(starts(0, clock(1, 30), "America/New_York", "2026-10-25T00:00:00Z", "2026-11-09T00:00:00Z") ==
        Texts{"2026-10-25T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-08T06:30:00Z"});
}

TEST_CASE("the weekday is that of the meeting's own zone") {
  // Rarotonga is ten hours behind: Monday 20:00 there is Tuesday 06:00 UTC. Kolkata is 5:30 ahead.
  CHECK(starts(1, clock(20, 0), "Pacific/Rarotonga", "2026-03-10T12:00:00Z", "2026-03-17T12:00:00Z") ==
        Texts{"2026-03-17T06:00:00Z"});
  CHECK(starts(1, clock(0, 30), "Asia/Kolkata", "2026-03-10T12:00:00Z", "2026-03-17T12:00:00Z") ==
        Texts{"2026-03-15T19:00:00Z"});
}

TEST_CASE("a meeting on the first Friday, and one of every other week, which counts from its first day") {
  const auto of = [](std::string rule, std::optional<Date> starts_on, std::string_view from,
                     std::string_view until) {
    std::vector<std::string> found;
    for (const auto& slot : slots({std::move(rule), starts_on, clock(19, 0), Minutes(60)},
                                  Zone::named("America/New_York").value(), at(from), at(until)))
      found.push_back(to_string(slot.starts_at));
    return found;
  };
  // New York leaves summer time on 2026-11-01: 19:00 is 23:00 UTC before and 00:00 UTC after it.
  CHECK(of("FREQ=MONTHLY;BYDAY=1FR", {}, "2026-09-15T00:00:00Z", "2026-12-15T00:00:00Z") ==
        Texts{"2026-10-02T23:00:00Z", "2026-11-07T00:00:00Z", "2026-12-05T00:00:00Z"});
  const auto first = parse_date("2026-03-03");  // a Tuesday
  for (const char* from : {"2026-03-05T00:00:00Z", "2026-03-12T00:00:00Z"})
    CHECK(of("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", first, from, "2026-03-20T00:00:00Z") ==
          Texts{"2026-03-17T23:00:00Z"});
  CHECK(of("FREQ=WEEKLY;BYDAY=TU;COUNT=2", first, "2026-03-05T00:00:00Z", "2026-06-01T00:00:00Z") ==
        Texts{"2026-03-10T23:00:00Z"});
}

TEST_CASE("a range holds its beginning and not its end") {
  CHECK(starts(2, clock(8, 0), "America/New_York", "2026-03-10T12:00:00Z", "2026-03-17T12:00:00Z") ==
        Texts{"2026-03-10T12:00:00Z"});
  CHECK(starts(2, clock(8, 0), "America/New_York", "2026-03-10T12:00:00.001Z", "2026-03-17T12:00:00.001Z") ==
        Texts{"2026-03-17T12:00:00Z"});
  CHECK(starts(2, clock(8, 0), "America/New_York", "2026-03-10T12:00:00Z", "2026-03-10T12:00:00Z").empty());
}

TEST_CASE("the stretches of a week that a search looks at") {
  const TimeOfDay none = clock(0, 0), last = clock(23, 59);
  CHECK(stretches(5, {}, {}) == std::vector<Stretch>{{5, none, last}});
  CHECK(stretches(5, clock(18, 0), clock(20, 0)) == std::vector<Stretch>{{5, clock(18, 0), clock(20, 0)}});
  CHECK(stretches(5, clock(18, 0), clock(18, 0)) == std::vector<Stretch>{{5, clock(18, 0), clock(18, 0)}});
  CHECK(stretches(5, clock(22, 0), clock(2, 0)) ==
        std::vector<Stretch>{{5, clock(22, 0), last}, {6, none, clock(2, 0)}});
  CHECK(stretches(6, clock(22, 0), clock(2, 0)) ==
        std::vector<Stretch>{{6, clock(22, 0), last}, {0, none, clock(2, 0)}});
  CHECK(stretches({}, clock(18, 0), {}).size() == 7);
  const auto nights = stretches({}, clock(22, 0), clock(2, 0));
  CHECK(nights.size() == 14);
  CHECK(nights[0] == Stretch{0, none, clock(2, 0)});
  CHECK(nights[1] == Stretch{0, clock(22, 0), last});
  CHECK(nights[13] == Stretch{6, clock(22, 0), last});
}

TEST_CASE("which rules a meeting may have") {
  const auto day = [](std::string_view rule, std::string_view starts_on = "2026-03-03") {
    return rule_weekday(rule, parse_date(starts_on).value(), clock(19, 0),
                        Zone::named("America/New_York").value());
  };
  const auto why_not = [&](std::string_view rule) { return day(rule).error().fields.front().code; };
  CHECK(day("FREQ=WEEKLY;BYDAY=TU").value() == 2);
  CHECK(day("FREQ=WEEKLY").value() == 2);  // 3 March 2026 is a Tuesday
  CHECK(day("FREQ=MONTHLY;BYDAY=1FR").value() == 5);
  CHECK(day("FREQ=MONTHLY;BYDAY=-1SU").value() == 0);
  CHECK(day("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;UNTIL=20260601").value() == 6);
  CHECK(day("FREQ=DAILY;INTERVAL=7").value() == 2);
  CHECK(why_not("FREQ=WEEKLY;BYDAY=MO,TH") == "several_weekdays");
  CHECK(why_not("FREQ=DAILY") == "several_weekdays");
  CHECK(why_not("FREQ=MONTHLY;BYMONTHDAY=15") == "several_weekdays");
  CHECK(why_not("FREQ=WEEKLY;BYDAY=TU;UNTIL=20260101") == "never");
  CHECK(day("FREQ=YEARLY").error().fields.front().pointer == "/rule");
}

TEST_CASE("whether a meeting starts within two hours, on the nights when clocks change") {
  const auto next = [](int weekday, TimeOfDay time, std::string_view now) {
    const auto found = starts_within({weekly_rule(weekday), {}, time, Minutes(60)}, weekday,
                                     Zone::named("America/New_York").value(), at(now), Minutes(120));
    return found ? to_string(*found) : "none";
  };
  CHECK(next(2, clock(19, 0), "2026-03-10T21:00:00Z") == "none");  // 17:00: 19:00 is two hours away
  CHECK(next(2, clock(19, 0), "2026-03-10T21:00:00.001Z") == "2026-03-10T23:00:00Z");
  CHECK(next(2, clock(19, 0), "2026-03-10T23:00:00Z") == "2026-03-10T23:00:00Z");
  CHECK(next(2, clock(19, 0), "2026-03-10T23:00:00.001Z") == "none");
  CHECK(next(3, clock(0, 30), "2026-03-11T03:00:00Z") == "2026-03-11T04:30:00Z");  // over midnight
  // 8 March: 02:00 to 03:00 is skipped. 1 November: 01:00 to 02:00 comes twice, and the first is meant.
  CHECK(next(0, clock(2, 30), "2026-03-08T06:30:00Z") == "none");
  CHECK(next(0, clock(3, 30), "2026-03-08T06:30:00Z") == "2026-03-08T07:30:00Z");
  CHECK(next(0, clock(1, 30), "2026-11-01T05:00:00Z") == "2026-11-01T05:30:00Z");
  CHECK(next(0, clock(1, 30), "2026-11-01T06:00:00Z") == "none");
  CHECK(next(0, clock(2, 30), "2026-11-01T06:00:00Z") == "2026-11-01T07:30:00Z");
}

// Expected by Vincenty's formula for the sphere, in Python.
TEST_CASE("distances along the great circle") {
  const Point city_hall{40.7128, -74.0060};
  const auto about = [](double km) { return doctest::Approx(km).epsilon(0.00001); };
  CHECK(distance_km(city_hall, city_hall) == 0);
  CHECK(distance_km(city_hall, {40.7357, -74.1724}) == about(14.252));
  CHECK(distance_km(city_hall, {34.0522, -118.2437}) == about(3935.752));
  CHECK(distance_km({51.5074, -0.1278}, {48.8566, 2.3522}) == about(343.557));
  CHECK(distance_km({-17.7134, 178.065}, {-13.759, -172.104}) == about(1140.044));
  CHECK(distance_km({0, 0}, {0, 180}) == about(20015.114));
  CHECK(distance_km({89.9, 0}, {89.9, 180}) == about(22.239));
}

TEST_CASE("a box holds every point that is near enough") {
  const auto holds = [](const Box& box, Point p) {
    const bool across = box.west <= box.east ? p.longitude >= box.west && p.longitude <= box.east
                                             : p.longitude >= box.west || p.longitude <= box.east;
    return p.latitude >= box.south && p.latitude <= box.north && across;
  };
  std::mt19937 random(7);
  const auto between = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  int near = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Point centre{between(-90, 90), between(-180, 180)};
    const double km = between(1, 200);
    const Point other{std::clamp(centre.latitude + between(-2, 2), -90.0, 90.0),
                      std::remainder(centre.longitude + between(-8, 8), 360)};
    if (distance_km(centre, other) > km) continue;
    ++near;
    CHECK(holds(around(centre, km), other));
  }
  CHECK(near > 1000);
  // And not much more: a degree of latitude is 111 km.
  const Box box = around({40, -74}, 25);
  CHECK(box.north - box.south == doctest::Approx(0.4497).epsilon(0.001));
}

TEST_CASE("a list that loses more than half is doubted, a small one never") {
  CHECK_FALSE(shrinks_too_much(20, 10));
  CHECK(shrinks_too_much(20, 11));
  CHECK(shrinks_too_much(1364, 683));
  CHECK_FALSE(shrinks_too_much(1364, 682));
  CHECK_FALSE(shrinks_too_much(19, 19));
  CHECK_FALSE(shrinks_too_much(0, 0));
}
