#include "people/on_call_rules.hpp"

#include <doctest/doctest.h>

#include "base/zone.hpp"

using namespace circled;
using people::rules::gaps;
using people::rules::Span;

namespace {

// Hours after some moment, as instants.
Instant hour(int n) { return from_millis(1'773'144'000'000) + std::chrono::hours(n); }
std::vector<Span> spans(std::vector<std::pair<int, int>> hours) {
  std::vector<Span> found;
  for (const auto& [from, until] : hours) found.push_back({hour(from), hour(until)});
  return found;
}

}  // namespace

TEST_CASE("a gap is what no shift covers") {
  struct Case {
    const char* what;
    std::vector<std::pair<int, int>> shifts, gaps;
  };
  const Case cases[] = {
      {"nobody at all", {}, {{0, 24}}},
      {"one for all of it", {{0, 24}}, {}},
      {"one that is longer on both sides", {{-5, 30}}, {}},
      {"before, between and after", {{2, 8}, {10, 20}}, {{0, 2}, {8, 10}, {20, 24}}},
      {"shifts that touch leave none", {{0, 8}, {8, 16}, {16, 24}}, {}},
      {"in any order", {{16, 24}, {0, 8}}, {{8, 16}}},
      {"overlapping", {{0, 10}, {5, 12}, {6, 7}}, {{12, 24}}},
      {"a short one inside a long one hides nothing", {{0, 20}, {3, 4}}, {{20, 24}}},
      {"those that ended before, or begin after", {{-10, 0}, {24, 30}, {40, 50}}, {{0, 24}}},
      {"an hour at the end", {{0, 23}}, {{23, 24}}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    CHECK(gaps(spans(c.shifts), hour(0), hour(24)) == spans(c.gaps));
  }
  CHECK(gaps(spans({{0, 24}}), hour(3), hour(3)).empty());
}

TEST_CASE(
    "on the nights when clocks change a night shift is covered as it is lived, an hour shorter or longer") {
  const Zone zone = Zone::named("America/New_York").value();
  const auto wall = [&](const char* date, int hour) {
    return zone.instant(parse_date(date).value() + Minutes(hour * 60)).value();
  };
  // 2026-03-08 and 2026-11-01: from 22:00 to 06:00 on the wall are seven hours, and nine.
  for (const auto& [eve, day, hours] :
       {std::tuple{"2026-03-07", "2026-03-08", 7}, {"2026-10-31", "2026-11-01", 9}}) {
    const Instant from = wall(eve, 22), until = wall(day, 6);
    CHECK(until - from == std::chrono::hours(hours));
    CHECK(gaps({{from, until}}, from, until).empty());
    // One that ends at 01:00 leaves what is lived until six.
    const auto left = gaps({{from, wall(day, 1)}}, from, until);
    REQUIRE(left.size() == 1);
    CHECK(left[0].until - left[0].from == std::chrono::hours(hours - 3));
  }
}
