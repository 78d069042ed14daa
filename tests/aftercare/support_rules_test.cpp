#include "aftercare/support_rules.hpp"

#include <doctest/doctest.h>

using namespace circled;
using namespace circled::aftercare;
using namespace std::chrono_literals;
using Step = SupportStep;
using State = SupportState;

namespace {

constexpr StaffId ana(1), ben(2), cleo(3), dan(4);
const rules::Limits limits{5min, 6min, 10min};

}  // namespace

TEST_CASE("counselors first, then the primary, then the backup, and nobody twice") {
  struct Case {
    const char* what;
    rules::Askable askable;
    std::optional<Step> after;
    std::vector<StaffId> asked;
    std::optional<Step> step;
    std::vector<StaffId> who;
    Minutes within{};
  };
  const rules::Askable all{{ana, ben}, cleo, dan};
  const Case cases[] = {
      {"all counselors at once", all, {}, {}, Step::counselor, {ana, ben}, 5min},
      {"then the primary", all, Step::counselor, {ana, ben}, Step::primary, {cleo}, 6min},
      {"then the backup", all, Step::primary, {ana, ben, cleo}, Step::backup, {dan}, 10min},
      {"then nobody", all, Step::backup, {ana, ben, cleo, dan}, {}, {}},
      {"no counselor", {{}, cleo, dan}, {}, {}, Step::primary, {cleo}, 6min},
      {"nobody but a backup", {{}, {}, dan}, {}, {}, Step::backup, {dan}, 10min},
      {"nobody at all", {}, {}, {}, {}, {}},
      {"no backup", {{ana}, cleo, {}}, Step::primary, {ana, cleo}, {}, {}},
      {"the primary is a counselor of theirs",
       {{ana, ben}, ana, dan},
       Step::counselor,
       {ana, ben},
       Step::backup,
       {dan},
       10min},
      {"both on call are", {{ana, ben}, ana, ben}, Step::counselor, {ana, ben}, {}, {}},
      // Time goes on: another shift, another counselor.
      {"the shift changed meanwhile", {{ana}, dan, {}}, Step::counselor, {ana}, Step::primary, {dan}, 6min},
      {"the primary of before is the backup now", {{ana}, dan, cleo}, Step::primary, {ana, cleo}, {}, {}},
      {"a counselor who came later is not asked later", {{ana, ben}, {}, {}}, Step::counselor, {ana}, {}, {}},
      {"one of two counselors was asked by then",
       {{ana, ben}, {}, {}},
       {},
       {ana},
       Step::counselor,
       {ben},
       5min},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    const auto next = rules::next_step(c.askable, c.after, c.asked, limits);
    REQUIRE(next.has_value() == c.step.has_value());
    if (!next) continue;
    CHECK(next->step == *c.step);
    CHECK(next->who == c.who);
    CHECK(next->within == c.within);
  }
}

TEST_CASE("the steps end, whoever can be asked") {
  // Every combination: from no step to the last, each later than the one before.
  for (int mask = 0; mask < 16; ++mask) {
    rules::Askable askable;
    if (mask & 1) askable.counselors.push_back(ana);
    if (mask & 2) askable.counselors.push_back(ben);
    if (mask & 4) askable.primary = ana;
    if (mask & 8) askable.backup = ben;
    std::vector<StaffId> asked;
    std::optional<Step> after;
    int steps = 0;
    while (const auto next = rules::next_step(askable, after, asked, limits)) {
      if (after) CHECK(next->step > *after);
      for (const StaffId who : next->who) {
        CHECK(std::find(asked.begin(), asked.end(), who) == asked.end());
        asked.push_back(who);
      }
      after = next->step;
      REQUIRE(++steps <= 3);
    }
    // Everybody who could be asked was.
    CHECK(asked.size() == std::size_t((mask & 1 || mask & 4) + (mask & 2 || mask & 8)));
  }
}

TEST_CASE("asking again begins anew when nobody came, and when whoever came did not call") {
  const Instant now = from_millis(1'773'144'000'000);
  CHECK(!rules::begins_anew(State::open, {}, now));
  CHECK(!rules::begins_anew(State::seen, now, now));
  CHECK(!rules::begins_anew(State::seen, now - 29min - 59s, now));
  CHECK(rules::begins_anew(State::seen, now - 30min, now));
  CHECK(rules::begins_anew(State::unanswered, {}, now));
  CHECK(rules::begins_anew(State::closed, now, now));
  CHECK(rules::begins_anew(State::withdrawn, {}, now));
}

TEST_CASE("what the client reads says who has seen it, and plainly when nobody watches") {
  const auto has = [](const std::string& text, const char* what) {
    return text.find(what) != std::string::npos;
  };
  CHECK(rules::words(State::seen, "Ana", true) == "Ana has seen it and will call you.");
  for (const auto state : {std::optional<State>(), std::optional(State::open)}) {
    CHECK(has(rules::words(state, "", false), "nobody is watching") !=
          has(rules::words(state, "", false), "Nobody is watching"));
    CHECK(has(rules::words(state, "", false), "call one of these numbers"));
    CHECK(!has(rules::words(state, "", true), "is watching"));
  }
  CHECK(has(rules::words(State::unanswered, "", true), "Nobody has answered"));
  CHECK(has(rules::words(State::unanswered, "", true), "call one of these numbers"));
}
