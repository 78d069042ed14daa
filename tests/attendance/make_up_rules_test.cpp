#include "attendance/make_up_rules.hpp"

#include <doctest/doctest.h>

using namespace circled;
using namespace circled::attendance;
using calendar::Kind;
using calendar::Verdict;
using rules::Kindred;

TEST_CASE("what counts as equivalent to a session that was missed") {
  const Kindred missed{Kind::group, ServiceId(1), true, GroupId(1), SeriesId(1), "Triggers"};
  const auto like = [&](auto change) {
    Kindred other = missed;
    change(other);
    return rules::likeness(missed, other);
  };
  CHECK(like([](Kindred& k) { k.series = SeriesId(2); }) == Likeness::same_group);
  CHECK(like([](Kindred& k) { k.series.reset(); }) == Likeness::same_group);
  // Of the same series it is the topic, or the service, that makes it equal.
  CHECK(like([](Kindred&) {}) == Likeness::same_topic);
  CHECK(like([](Kindred& k) { k.topic = "Sleep"; }) == Likeness::same_service);
  CHECK(like([](Kindred& k) {
          k.group = GroupId(2);
          k.series = SeriesId(3);
          k.service = ServiceId(2);
        }) == Likeness::same_topic);
  CHECK(like([](Kindred& k) {
          k.group.reset();
          k.series.reset();
          k.topic.clear();
        }) == Likeness::same_service);
  CHECK(!like([](Kindred& k) {
    k.group = GroupId(2);
    k.topic.clear();
    k.service = ServiceId(2);
  }));
  CHECK(!like([](Kindred& k) { k.kind = Kind::one_on_one; }));
  CHECK(!like([](Kindred& k) { k.counts = false; }));
  // Nothing without a topic is of the same one.
  const Kindred bare{Kind::group, ServiceId(1), false, {}, {}, ""};
  CHECK(!rules::likeness(bare, {Kind::group, ServiceId(2), true, {}, {}, ""}));
  CHECK(rules::likeness(bare, {Kind::group, ServiceId(1), true, {}, {}, ""}) == Likeness::same_service);
}

TEST_CASE("an absence can be made up until its day and fourteen more are over, on the site's wall") {
  const Zone zone = *Zone::named("America/New_York");
  const auto at = [](const char* text) { return *parse_instant(text); };
  // Monday 2 March 2026, 23:30; clocks go forward on the 8th.
  CHECK(rules::too_late_at(at("2026-03-03T04:30:00Z"), 14, zone) == at("2026-03-17T04:00:00Z"));
  CHECK(rules::too_late_at(at("2026-03-03T05:00:00Z"), 14, zone) == at("2026-03-18T04:00:00Z"));
  CHECK(rules::too_late_at(at("2026-03-16T18:00:00Z"), 1, zone) == at("2026-03-18T04:00:00Z"));
}

TEST_CASE("how an absence stands") {
  const Instant late = *parse_instant("2026-03-17T04:00:00Z");
  const auto state = [&](std::optional<Verdict> other, Milliseconds before) {
    return rules::make_up_state(other, late, late - before);
  };
  CHECK(state({}, Milliseconds(1)) == MakeUpState::open);
  CHECK(state({}, Milliseconds(0)) == MakeUpState::expired);
  CHECK(state(Verdict::expected, Milliseconds(1)) == MakeUpState::booked);
  CHECK(state(Verdict::expected, Milliseconds(0)) == MakeUpState::booked);
  CHECK(state(Verdict::attended, Milliseconds(0)) == MakeUpState::made_up);
}
