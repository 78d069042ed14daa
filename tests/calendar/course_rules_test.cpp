#include "calendar/course_rules.hpp"

#include <doctest/doctest.h>

using namespace circled;
using namespace circled::calendar;
using namespace circled::calendar::rules;
using namespace std::chrono_literals;

namespace {

const Instant noon = from_millis(1'773'144'000'000);

people::Clearance clearance(std::optional<Instant> expires, std::optional<Instant> withdrawn = {}) {
  return {{}, {}, {}, noon, expires, withdrawn};
}

}  // namespace

TEST_CASE("detox needs a clearance at the start of a group, and nothing else does") {
  Outlook outlook{people::Phase::detox, {}, {}};
  CHECK(excuse(outlook, Kind::group, noon + 1h) == Excuse::clearance);
  CHECK_FALSE(excuse(outlook, Kind::one_on_one, noon + 1h).has_value());
  outlook.clearances.push_back(clearance(noon + 2h));
  CHECK_FALSE(excuse(outlook, Kind::group, noon + 1h).has_value());
  CHECK(excuse(outlook, Kind::group, noon + 2h) == Excuse::clearance);   // it has expired by then
  CHECK(excuse(outlook, Kind::group, noon - 1ms) == Excuse::clearance);  // and was not given yet
  outlook.clearances[0].withdrawn_at = noon + 30min;
  CHECK(excuse(outlook, Kind::group, noon + 1h) == Excuse::clearance);
  outlook.clearances.push_back(clearance({}));
  CHECK_FALSE(excuse(outlook, Kind::group, noon + 9000h).has_value());
  for (const auto phase : {people::Phase::treatment, people::Phase::aftercare})
    CHECK_FALSE(excuse({phase, {}, {}}, Kind::group, noon).has_value());
  CHECK_FALSE(excuse({}, Kind::group, noon).has_value());
}

TEST_CASE("a hold excuses from its beginning until just before its end, from everything") {
  Outlook outlook{people::Phase::treatment, {{{}, people::HoldKind::pass, noon, noon + 2h, true}}, {}};
  for (const auto kind : {Kind::group, Kind::one_on_one}) {
    CHECK_FALSE(excuse(outlook, kind, noon - 1ms).has_value());
    CHECK(excuse(outlook, kind, noon) == Excuse::hold);
    CHECK(excuse(outlook, kind, noon + 2h - 1ms) == Excuse::hold);
    CHECK_FALSE(excuse(outlook, kind, noon + 2h).has_value());
  }
  outlook.holds[0].until_at.reset();
  CHECK(excuse(outlook, Kind::group, noon + 9000h) == Excuse::hold);
  outlook.phase = people::Phase::detox;
  CHECK(excuse(outlook, Kind::group, noon + 1h) == Excuse::clearance);
}
