#include "attendance/hours_rules.hpp"

#include <algorithm>

#include "calendar/group_rules.hpp"

namespace circled::attendance::rules {
namespace {

bool holds_on(const CareRule& rule, Date day) {
  return rule.from <= day && (!rule.until || day <= *rule.until);
}

bool every_age(const CareRule& rule) { return rule.youngest == 0 && !rule.oldest; }

bool fits(const CareRule& rule, std::optional<int> age) {
  if (!age) return every_age(rule);
  return rule.youngest <= *age && (!rule.oldest || *age <= *rule.oldest);
}

bool in_care(const CareFacts& facts, Date day) {
  return std::any_of(facts.episodes.begin(), facts.episodes.end(), [&](const InCare& stay) {
    return stay.admitted_on <= day && (!stay.discharged_on || day < *stay.discharged_on);
  });
}

const AtLevel* level_on(const CareFacts& facts, Date day) {
  for (const AtLevel& level : facts.levels)
    if (level.from <= day && (!level.until || day < *level.until)) return &level;
  return nullptr;
}

// Any part of the day; a hold that ended as it began holds nothing.
bool on_hold(const CareFacts& facts, Instant from, Instant until) {
  return std::any_of(facts.holds.begin(), facts.holds.end(), [&](const OnHold& hold) {
    return hold.from < until && (!hold.until || (*hold.until > from && *hold.until > hold.from));
  });
}

HoursParts& operator+=(HoursParts& sum, const HoursParts& more) {
  sum.minutes += more.minutes;
  sum.individual_minutes += more.individual_minutes;
  sum.group_minutes += more.group_minutes;
  return sum;
}

void add(HoursParts& sum, std::uint8_t& on, const Place& place, Minutes minutes, unsigned day) {
  if (minutes <= Minutes(0)) return;
  HoursParts one{minutes, {}, {}, 0};
  (place.kind == calendar::Kind::group ? one.group_minutes : one.individual_minutes) = minutes;
  sum += one;
  on = static_cast<std::uint8_t>(on | 1u << day);
}

bool satisfies(const Required& required, const HoursParts& parts) {
  const HoursParts& least = required.parts;
  return parts.minutes >= least.minutes && parts.individual_minutes >= least.individual_minutes &&
         parts.group_minutes >= least.group_minutes && parts.days >= least.days;
}

}  // namespace

Week week_of(Date day, std::int64_t starts, const Zone& zone) {
  const std::chrono::weekday first(static_cast<unsigned>(starts));
  Week week{day - (std::chrono::weekday{day} - first), {}};
  for (int i = 0; i < 8; ++i)
    week.begins[static_cast<std::size_t>(i)] = zone.start_of(week.first + std::chrono::days(i));
  return week;
}

Asked rule_for(std::span<const CareRule> all, std::string_view jurisdiction, std::string_view level,
               std::optional<int> age, Date day) {
  bool some = false;
  for (const std::string_view of : {jurisdiction, std::string_view()}) {
    for (const CareRule& rule : all) {
      if (rule.jurisdiction != of || rule.level != level || !holds_on(rule, day)) continue;
      some = true;
      if (fits(rule, age)) return {&rule, {}};
    }
    if (some) break;  // the jurisdiction speaks of this level
  }
  return {nullptr, some && !age ? NotAsked::age_not_known : NotAsked::no_rule};
}

std::array<Asked, 7> care_days(const Week& week, const CareFacts& facts, const std::array<bool, 7>& closed,
                               std::span<const CareRule> all, std::string_view jurisdiction) {
  std::array<Asked, 7> asked;
  for (std::size_t i = 0; i < 7; ++i) {
    const Date day = week.first + std::chrono::days(i);
    const AtLevel* level = level_on(facts, day);
    if (!in_care(facts, day))
      asked[i].why = NotAsked::not_in_care;
    else if (on_hold(facts, week.begins[i], week.begins[i + 1]))
      asked[i].why = NotAsked::on_hold;
    else if (closed[i])
      asked[i].why = NotAsked::closed;
    else if (!level)
      asked[i].why = NotAsked::no_level;
    else
      asked[i] = rule_for(
          all, jurisdiction, level->level,
          facts.born_on ? std::optional(calendar::rules::age(*facts.born_on, day)) : std::nullopt, day);
  }
  return asked;
}

Required required(const std::array<Asked, 7>& days) {
  Required all;
  std::optional<NotAsked> left_out;
  HoursParts sevenths;
  Minutes most{0};
  bool bounded = true, by_days = true;
  for (const Asked& day : days) {
    if (!day.rule) {
      if (!left_out) left_out = day.why;
      continue;
    }
    const CareRule& rule = *day.rule;
    ++all.asked_days;
    if (all.by.empty() || all.by.back() != &rule) all.by.push_back(&rule);
    sevenths += {rule.least_minutes, rule.least_individual_minutes, rule.least_group_minutes, 0};
    sevenths.days += rule.least_days;
    bounded = bounded && rule.most_minutes.has_value();
    most += rule.most_minutes.value_or(Minutes(0));
    by_days = by_days && rule.partial_week == PartialWeek::prorated;
  }
  if (all.asked_days == 0 || (left_out && !by_days)) {
    all.not_judged = left_out;
    return all;
  }
  all.parts = {sevenths.minutes / 7, sevenths.individual_minutes / 7, sevenths.group_minutes / 7,
               sevenths.days / 7};
  if (bounded) all.most = most / all.asked_days;
  return all;
}

Figures sum(const Week& week, std::span<const Place> places, Instant now) {
  Figures figures;
  std::uint8_t credited = 0, unmarked = 0, scheduled = 0;
  for (const Place& place : places) {
    if (place.starts_at < week.from() || place.starts_at >= week.until()) continue;
    const auto next = std::upper_bound(week.begins.begin(), week.begins.end(), place.starts_at);
    const auto day = static_cast<unsigned>(next - week.begins.begin() - 1);
    const Minutes length = std::chrono::floor<Minutes>(place.ends_at - place.starts_at);
    if (place.verdict == calendar::Verdict::attended)
      add(figures.credited, credited, place, place.credited.value_or(Minutes(0)), day);
    else if (place.verdict != calendar::Verdict::expected)
      continue;
    else if (place.starts_at <= now)
      add(figures.unmarked, unmarked, place, length, day);
    else if (place.answer != calendar::Answer::cant_come)
      add(figures.scheduled, scheduled, place, length, day);
  }
  const auto count = [](unsigned on) { return static_cast<std::int64_t>(__builtin_popcount(on)); };
  figures.credited.days = count(credited);
  figures.unmarked.days = count(unmarked);
  figures.scheduled.days = count(scheduled);
  figures.days_in_all = count(credited | unmarked | scheduled);
  return figures;
}

HoursVerdict verdict(const Required& required, const Figures& figures, const Week& week, Instant now) {
  if (required.not_judged || required.asked_days == 0) return HoursVerdict::not_judged;
  if (required.most && figures.credited.minutes > *required.most) return HoursVerdict::over;
  if (satisfies(required, figures.credited)) return HoursVerdict::met;
  HoursParts in_all = figures.credited;
  in_all += figures.unmarked;
  in_all += figures.scheduled;
  in_all.days = figures.days_in_all;
  const bool possible = satisfies(required, in_all);
  if (now >= week.until()) return possible ? HoursVerdict::at_risk : HoursVerdict::missed;
  return possible ? HoursVerdict::on_track : HoursVerdict::at_risk;
}

}  // namespace circled::attendance::rules
