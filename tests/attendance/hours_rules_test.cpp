#include "attendance/hours_rules.hpp"

#include <doctest/doctest.h>

#include "support/time.hpp"

using namespace circled;
using namespace circled::attendance;
using calendar::Answer;
using calendar::Kind;
using calendar::Verdict;
using rules::AtLevel;
using rules::CareFacts;
using rules::Place;
using namespace std::chrono_literals;
using test::at;
using test::new_york;
using test::on;

namespace {

constexpr std::int64_t monday = 1;

CareRule rule(std::string level, std::int64_t youngest, std::optional<std::int64_t> oldest, int least,
              std::optional<int> most) {
  CareRule r{};
  r.level = std::move(level);
  r.youngest = youngest;
  r.oldest = oldest;
  r.least_minutes = Minutes(least);
  if (most) r.most_minutes = Minutes(*most);
  r.partial_week = PartialWeek::prorated;
  r.from = on("2000-01-01");
  return r;
}

// The hours of ASAM's levels, as 9:00 and 19:00 in minutes.
std::vector<CareRule> levels() {
  return {rule("1", 18, {}, 0, 539), rule("1", 0, 17, 0, 359), rule("2.1", 18, {}, 540, 1140),
          rule("2.1", 0, 17, 360, 1140), rule("2.5", 0, {}, 1200, {})};
}

// A grown-up in care at that level for years.
CareFacts in_care(std::string level) {
  CareFacts facts;
  facts.born_on = on("1990-05-05");
  facts.episodes.push_back({on("2025-01-01"), {}});
  facts.levels.push_back({std::move(level), on("2025-01-01"), {}});
  return facts;
}

// Monday 2026-03-16 to Sunday 2026-03-22, in summer time.
const rules::Week third_week = rules::week_of(on("2026-03-18"), monday, new_york);

rules::Required required(const CareFacts& facts, const std::vector<CareRule>& all,
                         const std::array<bool, 7>& closed = {}) {
  return rules::required(rules::care_days(third_week, facts, closed, all, ""));
}

rules::Figures credited(int minutes) {
  rules::Figures figures;
  figures.credited = {Minutes(minutes), {}, Minutes(minutes), 1};
  figures.days_in_all = 1;
  return figures;
}

HoursVerdict when_over(const std::string& level, int minutes) {
  const auto all = levels();
  return rules::verdict(required(in_care(level), all), credited(minutes), third_week, third_week.until());
}

}  // namespace

TEST_CASE("a week begins on the site's day, and has an hour less or more where clocks change") {
  struct Case {
    const char* of;
    std::int64_t starts;
    const char *from, *until;
    int hours;
  };
  for (const auto& c : {
           Case{"2026-03-18", 1, "2026-03-16T04:00:00Z", "2026-03-23T04:00:00Z", 168},
           {"2026-03-22", 1, "2026-03-16T04:00:00Z", "2026-03-23T04:00:00Z", 168},
           {"2026-03-22", 0, "2026-03-22T04:00:00Z", "2026-03-29T04:00:00Z", 168},
           // Clocks go forward on Sunday 8 March 2026 and back on Sunday 1 November.
           {"2026-03-08", 1, "2026-03-02T05:00:00Z", "2026-03-09T04:00:00Z", 167},
           {"2026-03-08", 0, "2026-03-08T05:00:00Z", "2026-03-15T04:00:00Z", 167},
           {"2026-10-26", 1, "2026-10-26T04:00:00Z", "2026-11-02T05:00:00Z", 169},
       }) {
    CAPTURE(c.of);
    const auto found = rules::week_of(on(c.of), c.starts, new_york);
    CHECK(found.from() == at(c.from));
    CHECK(found.until() == at(c.until));
    CHECK(found.until() - found.from() == std::chrono::hours(c.hours));
  }
}

TEST_CASE("the boundary minute of each level") {
  CHECK(when_over("1", 0) == HoursVerdict::met);
  CHECK(when_over("1", 8 * 60 + 59) == HoursVerdict::met);
  CHECK(when_over("1", 9 * 60) == HoursVerdict::over);
  CHECK(when_over("2.1", 8 * 60 + 59) == HoursVerdict::missed);
  CHECK(when_over("2.1", 9 * 60) == HoursVerdict::met);
  CHECK(when_over("2.1", 19 * 60) == HoursVerdict::met);
  CHECK(when_over("2.1", 19 * 60 + 1) == HoursVerdict::over);
  CHECK(when_over("2.5", 19 * 60 + 59) == HoursVerdict::missed);
  CHECK(when_over("2.5", 20 * 60) == HoursVerdict::met);
  CHECK(when_over("2.5", 60 * 60) == HoursVerdict::met);
}

TEST_CASE("what a week asks for, by its days") {
  struct Case {
    const char* what;
    void (*change)(CareFacts&);
    std::int64_t asked;
    int least;
    std::optional<int> most;
  };
  const std::vector<Case> cases{
      {"all of it", [](CareFacts&) {}, 7, 540, 1140},
      {"born 18 years before Thursday: 3 days of 360, 4 of 540",
       [](CareFacts& f) { f.born_on = on("2008-03-19"); }, 7, 462, 1140},
      {"18 on the Sunday: 6 days of 360, one of 540", [](CareFacts& f) { f.born_on = on("2008-03-22"); }, 7,
       385, 1140},
      {"18 on the Monday", [](CareFacts& f) { f.born_on = on("2008-03-16"); }, 7, 540, 1140},
      {"17 all week", [](CareFacts& f) { f.born_on = on("2008-03-23"); }, 7, 360, 1140},
      {"admitted on Wednesday: 5 days", [](CareFacts& f) { f.episodes[0].admitted_on = on("2026-03-18"); }, 5,
       385, 1140},
      {"discharged on Friday: 4 days, without that one",
       [](CareFacts& f) { f.episodes[0].discharged_on = on("2026-03-20"); }, 4, 308, 1140},
      {"on hold from Tuesday 10:00 to Thursday 09:00: neither of the three days",
       [](CareFacts& f) {
         f.holds.push_back({at("2026-03-17T14:00:00Z"), at("2026-03-19T13:00:00Z")});
       },
       4, 308, 1140},
      {"on hold until midnight: the day after is asked for",
       [](CareFacts& f) {
         f.holds.push_back({at("2026-03-17T14:00:00Z"), at("2026-03-18T04:00:00Z")});
       },
       6, 462, 1140},
      {"a hold that nobody knows the end of, from Sunday noon",
       [](CareFacts& f) {
         f.holds.push_back({at("2026-03-22T16:00:00Z"), {}});
       },
       6, 462, 1140},
      {"a hold that ended as it began",
       [](CareFacts& f) {
         f.holds.push_back({at("2026-03-17T14:00:00Z"), at("2026-03-17T14:00:00Z")});
       },
       7, 540, 1140},
      {"from level 1 to 2.1 on Thursday: 3 and 4 days; most 3 of 539, 4 of 1140",
       [](CareFacts& f) {
         f.levels = {{"1", on("2025-01-01"), on("2026-03-19")}, {"2.1", on("2026-03-19"), {}}};
       },
       7, 308, 882},
      {"from 2.5 to 2.1 on Thursday: 3 days of 1200, 4 of 540; without a bound",
       [](CareFacts& f) {
         f.levels = {{"2.5", on("2025-01-01"), on("2026-03-19")}, {"2.1", on("2026-03-19"), {}}};
       },
       7,
       822,
       {}},
      {"without a level until Saturday", [](CareFacts& f) { f.levels[0].from = on("2026-03-21"); }, 2, 154,
       1140},
      {"discharged on Tuesday, back on Friday",
       [](CareFacts& f) {
         f.episodes = {{on("2025-01-01"), on("2026-03-17")}, {on("2026-03-20"), {}}};
       },
       4, 308, 1140},
  };
  const auto all = levels();
  for (const auto& c : cases) {
    CAPTURE(c.what);
    auto facts = in_care("2.1");
    c.change(facts);
    const auto found = required(facts, all);
    CHECK(!found.not_judged);
    CHECK(found.asked_days == c.asked);
    CHECK(found.parts.minutes == Minutes(c.least));
    CHECK(found.most.has_value() == c.most.has_value());
    if (c.most) CHECK(found.most == Minutes(*c.most));
  }
}

TEST_CASE("a closed day is not asked for") {
  const auto all = levels();
  CHECK(required(in_care("2.1"), all, {true}).parts.minutes == Minutes(462));
  const std::array<bool, 7> always{true, true, true, true, true, true, true};
  CHECK(required(in_care("2.1"), all, always).not_judged == NotAsked::closed);
}

TEST_CASE("a rule may leave weeks that are not whole unjudged") {
  auto all = levels();
  for (auto& r : all) r.partial_week = PartialWeek::not_judged;
  CHECK(!required(in_care("2.1"), all).not_judged);
  CHECK(required(in_care("2.1"), all, {true}).not_judged == NotAsked::closed);
  auto facts = in_care("2.1");
  facts.holds.push_back({at("2026-03-17T14:00:00Z"), at("2026-03-17T15:00:00Z")});
  CHECK(required(facts, all).not_judged == NotAsked::on_hold);
  facts = in_care("2.1");
  facts.episodes[0].admitted_on = on("2026-03-18");
  CHECK(required(facts, all).not_judged == NotAsked::not_in_care);
  // A change of level leaves no day out.
  facts = in_care("1");
  facts.levels = {{"1", on("2025-01-01"), on("2026-03-19")}, {"2.1", on("2026-03-19"), {}}};
  CHECK(!required(facts, all).not_judged);
}

TEST_CASE("why nothing is judged") {
  const auto all = levels();
  const auto why = [&](const CareFacts& facts) { return required(facts, all).not_judged; };
  CHECK(why({}) == NotAsked::not_in_care);
  auto facts = in_care("2.1");
  facts.levels.clear();
  CHECK(why(facts) == NotAsked::no_level);
  CHECK(why(in_care("3.7")) == NotAsked::no_rule);
  facts = in_care("2.1");
  facts.born_on.reset();
  CHECK(why(facts) == NotAsked::age_not_known);
  // Which asks nothing of an age.
  facts = in_care("2.5");
  facts.born_on.reset();
  CHECK(!why(facts));
  facts.holds.push_back({at("2026-01-01T00:00:00Z"), {}});
  CHECK(why(facts) == NotAsked::on_hold);
}

TEST_CASE("a jurisdiction's own rules go before those that hold everywhere") {
  auto all = levels();
  auto own = rule("2.1", 18, {}, 600, {});
  own.jurisdiction = "US-IL";
  all.push_back(own);
  const auto least = [&](std::string_view place, std::string_view level, std::optional<int> age) {
    const auto found = rules::rule_for(all, place, level, age, on("2026-03-18"));
    return found.rule ? found.rule->least_minutes.count() : -1;
  };
  CHECK(least("US-IL", "2.1", 40) == 600);
  CHECK(least("US-NY", "2.1", 40) == 540);
  CHECK(least("", "2.1", 40) == 540);
  CHECK(least("US-IL", "2.5", 40) == 1200);  // of which it does not speak
  CHECK(least("US-IL", "2.1", 16) == -1);    // of which it speaks, and not of this age
}

TEST_CASE("a new rule asks from its first day on, and none past its last") {
  auto all = levels();
  all[2].until = on("2026-03-18");
  auto next = rule("2.1", 18, {}, 700, 1140);
  next.from = on("2026-03-19");
  all.push_back(next);
  // Three days of 540 and four of 700.
  CHECK(required(in_care("2.1"), all).parts.minutes == Minutes(631));
  all.pop_back();
  const auto ended = required(in_care("2.1"), all);
  CHECK(ended.asked_days == 3);
  CHECK(ended.parts.minutes == Minutes(231));
}

TEST_CASE("which minutes count, and as what") {
  const Instant now = at("2026-03-18T16:00:00Z");  // Wednesday noon
  const auto place = [](std::string_view starts, int minutes, Kind kind, Verdict verdict,
                        std::optional<int> credited = {}, Answer answer = Answer::none) {
    const Instant from = at(starts);
    return Place{from,   from + Minutes(minutes),
                 kind,   verdict,
                 answer, credited ? std::optional(Minutes(*credited)) : std::nullopt};
  };
  const std::vector<Place> places{
      place("2026-03-16T03:59:00Z", 60, Kind::group, Verdict::attended, 60),  // Sunday's last minute
      place("2026-03-16T04:00:00Z", 60, Kind::group, Verdict::attended, 50),  // Monday's first
      place("2026-03-16T18:00:00Z", 90, Kind::group, Verdict::attended, 90),
      place("2026-03-17T18:00:00Z", 50, Kind::one_on_one, Verdict::attended, 45),
      place("2026-03-17T20:00:00Z", 50, Kind::group, Verdict::attended, 0),  // came, and not for a minute
      place("2026-03-17T22:00:00Z", 60, Kind::group, Verdict::excused),
      place("2026-03-18T13:00:00Z", 60, Kind::group, Verdict::expected),  // no word on its sheet
      place("2026-03-18T16:00:00Z", 30, Kind::group, Verdict::expected),  // begins this minute
      place("2026-03-18T18:00:00Z", 60, Kind::one_on_one, Verdict::expected),
      place("2026-03-19T18:00:00Z", 60, Kind::group, Verdict::expected, {}, Answer::cant_come),
      place("2026-03-20T18:00:00Z", 60, Kind::group, Verdict::cancelled_by_program),
      place("2026-03-23T03:59:00Z", 60, Kind::group, Verdict::expected),  // Sunday's last minute
      place("2026-03-23T04:00:00Z", 60, Kind::group, Verdict::expected),  // next Monday
  };
  const auto figures = rules::sum(third_week, places, now);
  CHECK(figures.credited == HoursParts{Minutes(185), Minutes(45), Minutes(140), 2});
  CHECK(figures.unmarked == HoursParts{Minutes(90), Minutes(0), Minutes(90), 1});
  CHECK(figures.scheduled == HoursParts{Minutes(120), Minutes(60), Minutes(60), 2});
  CHECK(figures.days_in_all == 4);
}

TEST_CASE("an hour that comes twice belongs to its day, both times") {
  const auto autumn = rules::week_of(on("2026-10-26"), monday, new_york);
  const auto at_half_past_one = [](std::string_view instant) {
    const Instant from = at(instant);
    return Place{from, from + Minutes(20), Kind::group, Verdict::attended, Answer::none, Minutes(20)};
  };
  const std::vector<Place> places{at_half_past_one("2026-11-01T05:30:00Z"),
                                  at_half_past_one("2026-11-01T06:30:00Z"),
                                  at_half_past_one("2026-11-02T04:59:00Z")};  // 23:59
  CHECK(rules::sum(autumn, places, at("2026-12-01T00:00:00Z")).credited ==
        HoursParts{Minutes(60), Minutes(0), Minutes(60), 1});
}

TEST_CASE("a week that is not over is at risk until what is booked suffices") {
  struct Case {
    const char* what;
    int credited, unmarked, scheduled;
    const char* now;
    HoursVerdict verdict;
  };
  const auto all = levels();
  for (const auto& c : {
           Case{"nothing yet", 0, 0, 0, "2026-03-16T12:00:00Z", HoursVerdict::at_risk},
           {"a minute short", 300, 0, 239, "2026-03-18T12:00:00Z", HoursVerdict::at_risk},
           {"just enough", 300, 0, 240, "2026-03-18T12:00:00Z", HoursVerdict::on_track},
           {"sheets that say nothing count as if they will", 300, 240, 0, "2026-03-18T12:00:00Z",
            HoursVerdict::on_track},
           {"enough already", 540, 0, 0, "2026-03-18T12:00:00Z", HoursVerdict::met},
           {"too much already", 1141, 0, 0, "2026-03-18T12:00:00Z", HoursVerdict::over},
           {"the week's last millisecond", 539, 0, 0, "2026-03-23T03:59:59.999Z", HoursVerdict::at_risk},
           {"over, and short", 539, 0, 0, "2026-03-23T04:00:00Z", HoursVerdict::missed},
           {"over, and a sheet may mend it", 500, 40, 0, "2026-03-23T04:00:00Z", HoursVerdict::at_risk},
           {"over, and no sheet can", 499, 40, 0, "2026-03-23T04:00:00Z", HoursVerdict::missed},
       }) {
    CAPTURE(c.what);
    rules::Figures figures;
    figures.credited = {Minutes(c.credited), {}, Minutes(c.credited), 1};
    figures.unmarked = {Minutes(c.unmarked), {}, Minutes(c.unmarked), 1};
    figures.scheduled = {Minutes(c.scheduled), {}, Minutes(c.scheduled), 1};
    figures.days_in_all = 3;
    CHECK(rules::verdict(required(in_care("2.1"), all), figures, third_week, at(c.now)) == c.verdict);
  }
}

TEST_CASE("days, individual and group parts are asked for beside the sum") {
  auto one = rule("2.1", 0, {}, 300, {});
  one.least_days = 3;
  one.least_individual_minutes = Minutes(60);
  one.least_group_minutes = Minutes(180);
  const std::vector<CareRule> all{one};
  const auto verdict = [&](int individual, int group, std::int64_t days) {
    rules::Figures figures;
    figures.credited = {Minutes(individual + group), Minutes(individual), Minutes(group), days};
    figures.days_in_all = days;
    return rules::verdict(required(in_care("2.1"), all), figures, third_week, third_week.until());
  };
  CHECK(verdict(60, 240, 3) == HoursVerdict::met);
  CHECK(verdict(59, 241, 3) == HoursVerdict::missed);
  CHECK(verdict(121, 179, 3) == HoursVerdict::missed);
  CHECK(verdict(60, 240, 2) == HoursVerdict::missed);
  CHECK(verdict(60, 239, 3) == HoursVerdict::missed);
}
