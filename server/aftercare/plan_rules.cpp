#include "aftercare/plan_rules.hpp"

#include <algorithm>

namespace circled::aftercare::rules {
namespace {

constexpr std::size_t most_weeks = 52;

// One goal of either sort, so that both are judged by one text.
struct Said {
  GoalKind kind;
  bool every, until, then, per_week, group, words;
};
Said said(const PlanGoal& goal) {
  return {goal.kind,
          goal.every_days.has_value(),
          goal.until.has_value(),
          goal.then_every_days.has_value(),
          goal.per_week.has_value(),
          goal.group.has_value(),
          goal.words.has_value()};
}
Said said(const TemplateGoal& goal) {
  return {goal.kind,
          goal.every_days.has_value(),
          goal.months.has_value(),
          goal.then_every_days.has_value(),
          goal.per_week.has_value(),
          goal.group.has_value(),
          goal.words.has_value()};
}

template <class Goal>
std::vector<FieldError> all_wrong(std::span<const Goal> goals, const char* until, bool group_needed) {
  std::vector<FieldError> found;
  bool visits = false, meetings = false;
  for (std::size_t i = 0; i < goals.size(); ++i) {
    const Said goal = said(goals[i]);
    const std::string place = "/goals/" + std::to_string(i);
    const auto check = [&](const char* field, bool there, bool belongs, bool needed) {
      if (there && !belongs)
        found.push_back({place + "/" + field, "does_not_apply", "This is nothing that such a goal has."});
      if (!there && needed) found.push_back({place + "/" + field, "required", "Such a goal needs this."});
    };
    const bool visit = goal.kind == GoalKind::visits, meeting = goal.kind == GoalKind::meetings;
    check("every_days", goal.every, visit, visit);
    check(until, goal.until, visit, visit && goal.then);
    check("then_every_days", goal.then, visit, false);
    check("per_week", goal.per_week, meeting, meeting);
    check("group", goal.group, goal.kind == GoalKind::group, group_needed && goal.kind == GoalKind::group);
    check("words", goal.words, goal.kind == GoalKind::text, goal.kind == GoalKind::text);
    if ((visit && visits) || (meeting && meetings))
      found.push_back({place + "/kind", "twice", "A plan has one goal of this kind."});
    visits = visits || visit;
    meetings = meetings || meeting;
  }
  return found;
}

bool same(const PlanGoal& a, const PlanGoal& b) { return a.kind == b.kind && a.group == b.group; }

const PlanGoal* find(const std::vector<PlanGoal>& goals, const PlanGoal& like) {
  const auto found = std::ranges::find_if(goals, [&](const PlanGoal& goal) { return same(goal, like); });
  return found == goals.end() ? nullptr : &*found;
}

struct Week {
  Date first;
  Instant from, until;
};
Week week_from(Date first, const Zone& zone) {
  return {first, zone.start_of(first), zone.start_of(first + std::chrono::days(7))};
}

// What was agreed to when the week began.
const Agreed* in_force(const std::vector<Agreed>& agreed, Instant at) {
  const Agreed* found = nullptr;
  for (const Agreed& each : agreed)
    if (each.at <= at) found = &each;
  return found;
}

bool all_within(const std::vector<Stretch>& stretches, const Week& week) {
  return std::ranges::any_of(stretches, [&](const Stretch& each) {
    return each.from <= week.from && (!each.until || *each.until >= week.until);
  });
}
bool touched(const std::vector<Stretch>& stretches, const Week& week) {
  return std::ranges::any_of(stretches, [&](const Stretch& each) {
    return each.from < week.until && (!each.until || *each.until > week.from);
  });
}

// Whether no visit was overdue when the week ended. Whoever comes back from a hold has the whole cadence
// again.
bool visits_met(const PlanGoal& goal, const Lived& lived, const Week& week, Instant begun, const Zone& zone) {
  Instant last = begun;
  for (const Instant visit : lived.visits)
    if (visit < week.until) last = std::max(last, visit);
  for (const Stretch& hold : lived.holds)
    if (hold.until && *hold.until < week.until) last = std::max(last, *hold.until);
  const auto due = visit_due(goal, zone.date(last));
  return !due || *due >= week.first + std::chrono::days(7);
}

WeekState group_state(const PlanGoal& goal, const Lived& lived, const Week& week) {
  WeekState state = WeekState::not_judged;
  for (const GroupTurn& turn : lived.groups) {
    if (turn.group != *goal.group || turn.at < week.from || turn.at >= week.until) continue;
    if (turn.how == Turned::came) return WeekState::met;
    if (turn.how == Turned::missed) state = WeekState::missed;
  }
  return state;
}

}  // namespace

SelfCheckTerms usual_terms() {
  SelfCheckTerms terms;
  terms.limit = {8};
  terms.rise = Number<1, 10>{3};
  terms.at = TimeOfDay{std::chrono::hours(18)};
  return terms;
}

std::int64_t day_mask(std::span<const Number<0, 6>> weekdays) {
  std::int64_t bits = 0;
  for (const auto& day : weekdays) bits |= std::int64_t(1) << day.value;
  return bits;
}

List<Number<0, 6>, 7> days_of(std::int64_t mask) {
  List<Number<0, 6>, 7> found;
  for (std::int64_t day = 0; day < 7; ++day)
    if (mask & (std::int64_t(1) << day)) found.push_back({day});
  return found;
}

std::vector<FieldError> wrong(std::span<const PlanGoal> goals) { return all_wrong(goals, "until", true); }
std::vector<FieldError> wrong(std::span<const TemplateGoal> goals) {
  return all_wrong(goals, "months", false);
}

Date months_after(Date day, std::int64_t months) {
  using namespace std::chrono;
  const year_month_day from{day};
  const year_month month =
      year_month{from.year(), from.month()} + std::chrono::months(static_cast<int>(months));
  const year_month_day_last last{month.year(), month_day_last{month.month()}};
  return Date{local_days{year_month_day{month.year(), month.month(), std::min(from.day(), last.day())}}};
}

std::vector<PlanGoal> goals_from(std::span<const TemplateGoal> goals, Date start) {
  std::vector<PlanGoal> made;
  for (const TemplateGoal& goal : goals) {
    PlanGoal one{goal.kind, goal.every_days, {}, goal.then_every_days, goal.per_week, goal.group, goal.words};
    if (goal.months) one.until = months_after(start, *goal.months);
    made.push_back(std::move(one));
  }
  return made;
}

std::optional<Date> visit_due(const PlanGoal& visits, Date last) {
  if (!visits.until || last < *visits.until) return last + std::chrono::days(*visits.every_days);
  if (!visits.then_every_days) return std::nullopt;
  return last + std::chrono::days(*visits.then_every_days);
}

Progress progress(const PlanGoal& goal, const Lived& lived, const Zone& zone, Instant now) {
  Progress found;
  const auto first = std::ranges::find_if(
      lived.agreed, [&](const Agreed& each) { return find(each.goals, goal) != nullptr; });
  if (goal.kind == GoalKind::text || first == lived.agreed.end()) return found;
  const Date today = zone.date(now);
  const Date monday = today - (std::chrono::weekday(today) - std::chrono::Monday);
  for (Date day = monday - std::chrono::days(7); found.weeks.size() < most_weeks;
       day -= std::chrono::days(7)) {
    const Week week = week_from(day, zone);
    if (week.from < first->at) break;  // the week in which it was agreed to is no whole one
    const Agreed* agreed = in_force(lived.agreed, week.from);
    const PlanGoal* then = agreed ? find(agreed->goals, goal) : nullptr;
    if (!then) continue;
    WeekState state = WeekState::not_judged;
    const auto in_week = [&](const Gone& gone) { return gone.at >= week.from && gone.at < week.until; };
    if (all_within(lived.aftercare, week) && !touched(lived.holds, week)) {
      if (goal.kind == GoalKind::visits)
        state = visits_met(*then, lived, week, first->at, zone) ? WeekState::met : WeekState::missed;
      if (goal.kind == GoalKind::meetings)
        state = std::ranges::count_if(lived.meetings, in_week) >= then->per_week->value ? WeekState::met
                                                                                        : WeekState::missed;
      if (goal.kind == GoalKind::group) state = group_state(*then, lived, week);
    }
    found.weeks.push_back({day, state});
    if (state == WeekState::not_judged) continue;
    ++found.judged;
    found.met += state == WeekState::met;
    if (goal.kind != GoalKind::meetings) continue;
    for (const Gone& gone : lived.meetings) {
      found.gone += in_week(gone);
      found.verified += in_week(gone) && gone.verified;
    }
  }
  return found;
}

}  // namespace circled::aftercare::rules
