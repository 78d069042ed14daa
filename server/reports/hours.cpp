#include "reports/hours.hpp"

#include <algorithm>
#include <map>

namespace circled::reports {
namespace {

using attendance::ClientWeek;
using attendance::HoursVerdict;

std::vector<ClientWeek> weeks(Snapshot& db, const Period& period, Date day) {
  return attendance::client_weeks(db, {period.site, period.staff, period.assigned, period.group}, day,
                                  period.now);
}

std::string level_of(const ClientWeek& week) {
  return week.levels.empty() ? std::string() : week.levels.back();
}

void count(WeekCounts& counts, HoursVerdict verdict) {
  ++counts.client_weeks;
  switch (verdict) {
    case HoursVerdict::met: ++counts.met; break;
    case HoursVerdict::on_track: ++counts.on_track; break;
    case HoursVerdict::at_risk: ++counts.at_risk; break;
    case HoursVerdict::missed: ++counts.missed; break;
    case HoursVerdict::over: ++counts.over; break;
    case HoursVerdict::not_judged: ++counts.not_judged; break;
  }
}

HoursRow row(ClientWeek&& week) {
  std::string level = level_of(week);
  return {week.week,
          week.client,
          std::move(week.preferred_name),
          std::move(week.family_name),
          std::move(level),
          week.verdict,
          week.not_judged,
          week.asked_days,
          week.required.minutes,
          week.credited.minutes,
          week.unmarked.minutes,
          week.scheduled.minutes,
          week.most_minutes,
          week.required.individual_minutes,
          week.credited.individual_minutes,
          week.required.group_minutes,
          week.credited.group_minutes,
          week.required.days,
          week.credited.days};
}

}  // namespace

HoursFigures hours_figures(Snapshot& db, const Period& period) {
  const Date first = attendance::site_week(db, period.site, period.first).first;
  HoursFigures figures{first, first, period.site, 0, {}, {}, {}};
  std::map<std::string, WeekCounts> by_level;
  std::map<std::string_view, std::int64_t> why;
  for (Date week = first; week <= period.last; week += std::chrono::days(7)) {
    ++figures.weeks;
    figures.until = week + std::chrono::days(6);
    for (const ClientWeek& line : weeks(db, period, week)) {
      count(figures.all, line.verdict);
      count(by_level[level_of(line)], line.verdict);
      if (line.not_judged) ++why[json::enum_name(*line.not_judged)];
    }
  }
  for (const auto& [level, counts] : by_level) figures.by_level.push_back({counts, level});
  for (const auto& [what, times] : why) figures.not_judged.push_back({std::string(what), times});
  return figures;
}

std::vector<HoursRow> site_hours(Snapshot& db, const Period& period, const HoursRow* last,
                                 std::int64_t limit) {
  std::vector<HoursRow> rows;
  Date week = last ? last->week : attendance::site_week(db, period.site, period.first).first;
  for (; week <= period.last && static_cast<std::int64_t>(rows.size()) < limit;
       week += std::chrono::days(7)) {
    auto lines = weeks(db, period, week);
    std::sort(lines.begin(), lines.end(),
              [](const ClientWeek& a, const ClientWeek& b) { return a.client < b.client; });
    for (ClientWeek& line : lines) {
      if (static_cast<std::int64_t>(rows.size()) == limit) break;
      if (last && week == last->week && line.client <= last->client) continue;
      rows.push_back(row(std::move(line)));
    }
  }
  return rows;
}

}  // namespace circled::reports
