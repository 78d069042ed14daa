#include "aftercare/plan_rules.hpp"

#include <doctest/doctest.h>

#include "support/text.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::aftercare;
using rules::WeekState;
using test::at;
using test::new_york;
using test::on;
using test::Texts;

namespace {

PlanGoal visits(std::int64_t every, std::optional<Date> until = {}, std::optional<std::int64_t> then = {}) {
  PlanGoal goal{};
  goal.kind = GoalKind::visits;
  goal.every_days = Number<1, 92>{every};
  goal.until = until;
  if (then) goal.then_every_days = Number<1, 92>{*then};
  return goal;
}
PlanGoal meetings(std::int64_t n) {
  PlanGoal goal{};
  goal.kind = GoalKind::meetings;
  goal.per_week = Number<1, 21>{n};
  return goal;
}
PlanGoal group(std::int64_t id) {
  PlanGoal goal{};
  goal.kind = GoalKind::group;
  goal.group = GroupId(id);
  return goal;
}
PlanGoal words(const char* text) {
  PlanGoal goal{};
  goal.kind = GoalKind::text;
  goal.words = Text<1, 300>(text);
  return goal;
}

std::vector<std::string> pointers(std::vector<PlanGoal> goals) {
  std::vector<std::string> found;
  for (const auto& field : rules::wrong(std::span<const PlanGoal>(goals)))
    found.push_back(field.pointer + " " + field.code);
  return found;
}

// In aftercare since Sunday 2026-01-25, and agreed on Monday 2026-02-02 at midnight in New York.
rules::Lived since_february(std::vector<PlanGoal> goals) {
  rules::Lived lived;
  lived.agreed = {{at("2026-02-02T05:00:00Z"), std::move(goals)}};
  lived.aftercare = {{at("2026-01-25T05:00:00Z"), {}}};
  return lived;
}
// "Mmx": the weeks from the first on, met, missed and not judged.
std::string weeks(const PlanGoal& goal, const rules::Lived& lived, std::string_view now) {
  const auto found = rules::progress(goal, lived, new_york, at(now));
  std::string text;
  for (auto week = found.weeks.rbegin(); week != found.weeks.rend(); ++week)
    text += week->state == WeekState::met ? 'M' : week->state == WeekState::missed ? 'm' : 'x';
  CHECK(found.met == std::count(text.begin(), text.end(), 'M'));
  CHECK(found.judged == found.met + std::count(text.begin(), text.end(), 'm'));
  return text;
}

}  // namespace

TEST_CASE("each goal has what belongs to its kind") {
  CHECK(pointers({visits(14, on("2026-09-10"), 30), meetings(3), group(4), words("Call home")}).empty());
  CHECK(pointers({visits(14)}).empty());
  CHECK(pointers({visits(14, on("2026-09-10"))}).empty());  // and none from then on
  CHECK(pointers({visits(14, {}, 30)}) == Texts{"/goals/0/until required"});
  PlanGoal empty{};
  empty.kind = GoalKind::visits;
  CHECK(pointers({empty}) == Texts{"/goals/0/every_days required"});
  empty.kind = GoalKind::group;
  CHECK(pointers({words("x"), empty}) == Texts{"/goals/1/group required"});
  PlanGoal mixed = meetings(3);
  mixed.every_days = Number<1, 92>{7};
  mixed.words = Text<1, 300>("x");
  CHECK(pointers({mixed}) == Texts{"/goals/0/every_days does_not_apply", "/goals/0/words does_not_apply"});
  CHECK(pointers({visits(14), meetings(3), visits(30), meetings(2)}) ==
        Texts{"/goals/2/kind twice", "/goals/3/kind twice"});
  CHECK(pointers({group(1), group(2), words("a"), words("b")}).empty());
}

TEST_CASE("a template's group may be chosen later, and its months become a day") {
  TemplateGoal later{};
  later.kind = GoalKind::group;
  TemplateGoal often{};
  often.kind = GoalKind::visits;
  often.every_days = Number<1, 92>{14};
  often.months = Number<1, 60>{6};
  often.then_every_days = Number<1, 92>{30};
  const std::vector<TemplateGoal> goals{often, later};
  CHECK(rules::wrong(std::span<const TemplateGoal>(goals)).empty());
  const auto made = rules::goals_from(goals, on("2026-08-31"));
  REQUIRE(made.size() == 2);
  CHECK(made[0].until == on("2027-02-28"));
  CHECK(made[0].then_every_days == 30);
  CHECK_FALSE(made[1].group);
}

TEST_CASE("months from a day") {
  CHECK(rules::months_after(on("2026-03-10"), 6) == on("2026-09-10"));
  CHECK(rules::months_after(on("2026-01-31"), 1) == on("2026-02-28"));
  CHECK(rules::months_after(on("2027-11-30"), 3) == on("2028-02-29"));
}

TEST_CASE("weekdays as bits and back") {
  for (std::int64_t mask = 0; mask < 128; ++mask) CHECK(rules::day_mask(rules::days_of(mask)) == mask);
  CHECK(rules::days_of(42).size() == 3);  // Monday, Wednesday, Friday
  CHECK(rules::days_of(42)[0] == 1);
}

TEST_CASE("when the next visit is due") {
  const auto goal = visits(14, on("2026-09-10"), 30);
  CHECK(rules::visit_due(goal, on("2026-03-10")) == on("2026-03-24"));
  CHECK(rules::visit_due(goal, on("2026-09-09")) == on("2026-09-23"));  // still of the first stretch
  CHECK(rules::visit_due(goal, on("2026-09-10")) == on("2026-10-10"));
  CHECK(rules::visit_due(visits(30), on("2030-01-01")) == on("2030-01-31"));
  CHECK_FALSE(rules::visit_due(visits(14, on("2026-09-10")), on("2026-09-10")));
}

TEST_CASE("meetings: so many weeks of so many, the running one aside") {
  auto lived = since_february({meetings(2)});
  lived.meetings = {{at("2026-02-03T00:00:00Z"), false},  // Monday evening: first week
                    {at("2026-02-08T20:00:00Z"), true},   // its Sunday
                    {at("2026-02-09T04:59:59Z"), false},  // its last moment
                    {at("2026-02-09T05:00:00Z"), false},  // second week, alone
                    {at("2026-02-17T00:00:00Z"), false},  // third week, two
                    {at("2026-02-18T00:00:00Z"), false}};
  CHECK(weeks(meetings(2), lived, "2026-02-23T05:00:00Z") == "MmM");
  CHECK(weeks(meetings(2), lived, "2026-02-23T04:59:59Z") == "Mm");  // the third is running
  const auto found = rules::progress(meetings(2), lived, new_york, at("2026-02-23T05:00:00Z"));
  CHECK(found.gone == 6);
  CHECK(found.verified == 1);
  CHECK(found.weeks.front().first == on("2026-02-16"));
}

TEST_CASE("weeks across both changes of the clock begin at midnight on the wall") {
  auto lived = since_february({meetings(1)});
  // Clocks go forward on Sunday 8 March: that week ends an hour earlier in UTC.
  lived.meetings = {{at("2026-03-09T03:59:59Z"), false}};
  CHECK(weeks(meetings(1), lived, "2026-03-16T04:00:00Z") == "mmmmMm");
  lived.meetings = {{at("2026-03-09T04:00:00Z"), false}};
  CHECK(weeks(meetings(1), lived, "2026-03-16T04:00:00Z") == "mmmmmM");
  // And back on Sunday 1 November.
  lived.agreed = {{at("2026-10-26T04:00:00Z"), {meetings(1)}}};
  lived.meetings = {{at("2026-11-02T04:59:59Z"), false}};
  CHECK(weeks(meetings(1), lived, "2026-11-09T05:00:00Z") == "Mm");
}

TEST_CASE("no week on hold or outside aftercare is judged") {
  auto lived = since_february({meetings(1)});
  lived.holds = {{at("2026-02-11T12:00:00Z"), at("2026-02-12T12:00:00Z")}};
  lived.aftercare = {{at("2026-01-25T05:00:00Z"), at("2026-02-18T05:00:00Z")}};
  CHECK(weeks(meetings(1), lived, "2026-03-02T05:00:00Z") == "mxxx");
  lived.holds = {{at("2026-02-11T12:00:00Z"), {}}};
  lived.aftercare = {{at("2026-01-25T05:00:00Z"), {}}};
  CHECK(weeks(meetings(1), lived, "2026-03-02T05:00:00Z") == "mxxx");
}

TEST_CASE("a week is judged by what was agreed to when it began") {
  auto lived = since_february({meetings(3)});
  lived.agreed.push_back({at("2026-02-11T12:00:00Z"), {meetings(1)}});
  for (const char* day : {"2026-02-04", "2026-02-11", "2026-02-18"})
    lived.meetings.push_back({at(std::string(day) + "T20:00:00Z"), false});
  CHECK(weeks(meetings(1), lived, "2026-02-23T05:00:00Z") == "mmM");
  // A goal that the plan had not always is judged from where it had it.
  lived.agreed = {{at("2026-02-02T05:00:00Z"), {visits(14)}},
                  {at("2026-02-11T12:00:00Z"), {visits(14), meetings(1)}}};
  CHECK(weeks(meetings(1), lived, "2026-02-23T05:00:00Z") == "M");
  CHECK(weeks(group(9), lived, "2026-02-23T05:00:00Z") == "");
}

TEST_CASE("visits: a week is met when none was overdue at its end") {
  auto lived = since_february({visits(14)});
  // Agreed on Monday the 2nd, so due by Monday the 16th: the first two weeks are met without one.
  CHECK(weeks(visits(14), lived, "2026-03-02T05:00:00Z") == "MMmm");
  lived.visits = {at("2026-02-18T15:00:00Z")};  // late, and then good until 4 March
  CHECK(weeks(visits(14), lived, "2026-03-09T05:00:00Z") == "MMMMm");
  lived.visits = {at("2026-02-15T15:00:00Z")};  // due on Sunday the 1st: overdue when it is over
  CHECK(weeks(visits(14), lived, "2026-03-02T05:00:00Z") == "MMMm");
  // After a hold the cadence begins anew.
  lived.visits = {};
  lived.holds = {{at("2026-02-10T12:00:00Z"), at("2026-02-20T12:00:00Z")}};
  CHECK(weeks(visits(14), lived, "2026-03-09T05:00:00Z") == "MxxMm");
}

TEST_CASE("a group's week is judged where it met and the client was not excused") {
  auto lived = since_february({group(4)});
  using rules::Turned;
  lived.groups = {{GroupId(4), at("2026-02-04T20:00:00Z"), Turned::missed},
                  {GroupId(4), at("2026-02-05T20:00:00Z"), Turned::came},
                  {GroupId(4), at("2026-02-11T20:00:00Z"), Turned::missed},
                  {GroupId(5), at("2026-02-12T20:00:00Z"), Turned::came},
                  {GroupId(4), at("2026-02-18T20:00:00Z"), Turned::neither}};
  CHECK(weeks(group(4), lived, "2026-03-02T05:00:00Z") == "Mmxx");
}

TEST_CASE("what nobody judges has no weeks, and a year is the most") {
  auto lived = since_february({words("Call home"), meetings(1)});
  CHECK(weeks(words("Call home"), lived, "2026-03-02T05:00:00Z") == "");
  CHECK(weeks(meetings(1), lived, "2028-03-06T05:00:00Z") == std::string(52, 'm'));
  CHECK(weeks(meetings(1), {}, "2026-03-02T05:00:00Z") == "");
}
