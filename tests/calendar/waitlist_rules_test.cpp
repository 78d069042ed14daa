#include "calendar/waitlist_rules.hpp"

#include <doctest/doctest.h>

#include "support/time.hpp"

using namespace circled;
using namespace circled::calendar::rules;
using namespace std::chrono_literals;
using test::at;
using test::new_york;

namespace {}  // namespace

TEST_CASE("the clock of an offer stands still from 21:00 to 08:00 where the client lives") {
  // 14:00 there: nothing interrupts.
  CHECK(awake_for(at("2026-03-10T18:00:00Z"), 2h, new_york) == at("2026-03-10T20:00:00Z"));
  // 19:00: the second hour ends at 21:00 sharp.
  CHECK(awake_for(at("2026-03-10T23:00:00Z"), 2h, new_york) == at("2026-03-11T01:00:00Z"));
  // 20:30: half an hour today, an hour and a half from 08:00 on.
  CHECK(awake_for(at("2026-03-11T00:30:00Z"), 2h, new_york) == at("2026-03-11T13:30:00Z"));
  // 03:00: all of it from 08:00 on.
  CHECK(awake_for(at("2026-03-10T07:00:00Z"), 2h, new_york) == at("2026-03-10T14:00:00Z"));
  // The same moment in Kolkata is 12:30.
  CHECK(awake_for(at("2026-03-10T07:00:00Z"), 2h, Zone::named("Asia/Kolkata").value()) ==
        at("2026-03-10T09:00:00Z"));
}

TEST_CASE("an offer lasts two hours, and ends an hour before the start at the latest") {
  const auto now = at("2026-03-10T14:00:00Z");  // 10:00
  CHECK(answer_by(now, {}, new_york) == at("2026-03-10T16:00:00Z"));
  CHECK(answer_by(now, at("2026-03-10T17:00:00Z"), new_york) == at("2026-03-10T16:00:00Z"));
  CHECK(answer_by(now, at("2026-03-10T16:59:00Z"), new_york) == at("2026-03-10T15:59:00Z"));
}

TEST_CASE("where a client would have less than a quarter of an hour to answer, no offer is made") {
  const auto now = at("2026-03-10T14:00:00Z");
  CHECK(answer_by(now, at("2026-03-10T15:15:00Z"), new_york) == at("2026-03-10T14:15:00Z"));
  CHECK_FALSE(answer_by(now, at("2026-03-10T15:14:59Z"), new_york));
  CHECK_FALSE(answer_by(now, at("2026-03-10T13:00:00Z"), new_york));  // begun
  // At 22:00 for 09:00: it would end at 08:00, when the client wakes.
  CHECK_FALSE(answer_by(at("2026-03-11T02:00:00Z"), at("2026-03-11T13:00:00Z"), new_york));
  CHECK(answer_by(at("2026-03-11T02:00:00Z"), at("2026-03-11T13:30:00Z"), new_york) ==
        at("2026-03-11T12:30:00Z"));
}
