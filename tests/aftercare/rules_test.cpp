#include "aftercare/rules.hpp"

#include <doctest/doctest.h>

using namespace circled;
using namespace circled::aftercare;

namespace {

Instant at(std::string_view text) { return parse_instant(text).value(); }
TimeOfDay clock(int hours, int minutes) { return {Minutes(hours * 60 + minutes)}; }

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

using Texts = std::vector<std::string>;

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

TEST_CASE("a list that loses more than half is doubted, a small one never") {
  CHECK_FALSE(shrinks_too_much(20, 10));
  CHECK(shrinks_too_much(20, 11));
  CHECK(shrinks_too_much(1364, 683));
  CHECK_FALSE(shrinks_too_much(1364, 682));
  CHECK_FALSE(shrinks_too_much(19, 19));
  CHECK_FALSE(shrinks_too_much(0, 0));
}
