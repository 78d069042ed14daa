#include "calendar/spans.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>

#include "calendar/minutes.hpp"

using namespace circled;
using namespace circled::calendar;
using test::minute;
using test::minutes_until;
using test::span;

namespace {

using Pairs = std::vector<std::pair<int, int>>;
Pairs pairs(const Spans& spans) {
  Pairs found;
  for (const auto& s : spans) found.emplace_back(minutes_until(s.from), minutes_until(s.until));
  return found;
}

// Minute by minute: which of 0 … 199 are in it.
std::set<int> minutes(const std::vector<Span>& spans) {
  std::set<int> found;
  for (const auto& s : spans)
    for (Instant t = s.from; t < s.until; t += Minutes(1)) found.insert(static_cast<int>(minutes_until(t)));
  return found;
}

}  // namespace

TEST_CASE("stretches that overlap or touch become one, empty ones go") {
  CHECK(pairs(merged({span(50, 60), span(0, 10), span(10, 20), span(15, 18), span(30, 30), span(40, 35)})) ==
        Pairs{{0, 20}, {50, 60}});
  CHECK(merged({}).empty());
}

TEST_CASE("what is common to two lists") {
  const Spans day{span(0, 100)};
  CHECK(pairs(common({span(0, 30), span(50, 70)}, {span(20, 60)})) == Pairs{{20, 30}, {50, 60}});
  CHECK(pairs(common(day, {span(10, 20), span(30, 40)})) == Pairs{{10, 20}, {30, 40}});
  CHECK(common({span(0, 10)}, {span(10, 20)}).empty());
  CHECK(common(day, {}).empty());
}

TEST_CASE("what is left of a list without another") {
  CHECK(pairs(without({span(0, 100)}, {span(20, 30), span(50, 60)})) == Pairs{{0, 20}, {30, 50}, {60, 100}});
  CHECK(pairs(without({span(0, 10), span(20, 30)}, {span(5, 25)})) == Pairs{{0, 5}, {25, 30}});
  // One that reaches over three, and ends in the third.
  CHECK(pairs(without({span(0, 10), span(20, 30), span(40, 50)}, {span(5, 45)})) == Pairs{{0, 5}, {45, 50}});
  CHECK(without({span(10, 20)}, {span(0, 30)}).empty());
  CHECK(pairs(without({span(10, 20)}, {span(0, 10), span(20, 30)})) == Pairs{{10, 20}});
  CHECK(pairs(without({span(10, 20)}, {})) == Pairs{{10, 20}});
}

TEST_CASE("whether a stretch lies in a list, or meets it") {
  const Spans spans{span(0, 10), span(20, 30)};
  CHECK(covers(spans, span(20, 30)));
  CHECK_FALSE(covers(spans, span(5, 25)));
  CHECK_FALSE(covers(spans, span(10, 12)));
  CHECK_FALSE(covers(spans, span(29, 31)));
  CHECK(touches(spans, span(5, 25)));
  CHECK(touches(spans, span(29, 31)));
  CHECK_FALSE(touches(spans, span(10, 20)));
  CHECK_FALSE(touches(spans, span(30, 40)));
}

TEST_CASE("where something of a length can begin") {
  const Spans begin = beginnings({span(0, 60), span(100, 149), span(200, 250)}, Minutes(50));
  REQUIRE(begin.size() == 2);
  CHECK(begin[0] == Span{minute(0), minute(10) + Milliseconds(1)});
  // Exactly as long: at one instant alone.
  CHECK(begin[1] == Span{minute(200), minute(200) + Milliseconds(1)});
}

TEST_CASE("random lists agree with counting their minutes") {
  std::mt19937 random(41);
  const auto any = [&] {
    std::vector<Span> spans;
    for (int i = static_cast<int>(random() % 12); i > 0; --i) {
      const int from = static_cast<int>(random() % 180);
      spans.push_back(span(from, from + static_cast<int>(random() % 20)));
    }
    return spans;
  };
  for (int round = 0; round < 500; ++round) {
    const auto x = any(), y = any();
    const Spans a = merged(x), b = merged(y);
    CAPTURE(round);
    CHECK(minutes(a) == minutes(x));
    for (std::size_t i = 1; i < a.size(); ++i) CHECK(a[i - 1].until < a[i].from);
    std::set<int> both, left;
    for (const int m : minutes(x)) (minutes(y).contains(m) ? both : left).insert(m);
    CHECK(minutes(common(a, b)) == both);
    CHECK(minutes(without(a, b)) == left);
    CHECK(common(a, b) == common(b, a));
  }
}
