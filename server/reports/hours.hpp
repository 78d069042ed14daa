// How clients' weeks turned out against the hours their level of care asks for, by the rules of
// attendance/hours.hpp. Weeks are whole: those that touch the period.
#pragma once
#include "attendance/hours.hpp"
#include "reports/figures.hpp"

namespace circled::reports {

// `client_weeks` is the number the others are of, and their sum.
struct WeekCounts {
  std::int64_t client_weeks = 0;
  std::int64_t met = 0;
  std::int64_t on_track = 0;
  std::int64_t at_risk = 0;
  std::int64_t missed = 0;
  std::int64_t over = 0;
  std::int64_t not_judged = 0;
  bool operator==(const WeekCounts&) const = default;
};
BOOST_DESCRIBE_STRUCT(WeekCounts, (), (client_weeks, met, on_track, at_risk, missed, over, not_judged))

struct LevelWeeks : WeekCounts {
  std::string level;  // the last one of the week; "" where none is set
};
BOOST_DESCRIBE_STRUCT(LevelWeeks, (WeekCounts), (level))

struct HoursFigures {
  Date from;   // the first week's first day
  Date until;  // the last week's last day
  SiteId site;
  std::int64_t weeks;
  WeekCounts all;
  std::vector<LevelWeeks> by_level;
  std::vector<Count> not_judged;  // by why: the words of NotAsked
};
BOOST_DESCRIBE_STRUCT(HoursFigures, (), (from, until, site, weeks, all, by_level, not_judged))

// A few statements for each week.
HoursFigures hours_figures(Snapshot& db, const Period& period);

// The rows behind the figures.
struct HoursRow {
  Date week;  // its first day
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  std::string level;
  attendance::HoursVerdict verdict;
  std::optional<attendance::NotAsked> not_judged;
  std::int64_t asked_days;
  Minutes required_minutes;
  Minutes credited_minutes;
  Minutes unmarked_minutes;
  Minutes scheduled_minutes;
  std::optional<Minutes> most_minutes;
  Minutes required_individual_minutes;
  Minutes credited_individual_minutes;
  Minutes required_group_minutes;
  Minutes credited_group_minutes;
  std::int64_t required_days;
  std::int64_t credited_days;
};
BOOST_DESCRIBE_STRUCT(HoursRow, (),
                      (week, client, preferred_name, family_name, level, verdict, not_judged, asked_days,
                       required_minutes, credited_minutes, unmarked_minutes, scheduled_minutes, most_minutes,
                       required_individual_minutes, credited_individual_minutes, required_group_minutes,
                       credited_group_minutes, required_days, credited_days))

// By week and client.
std::vector<HoursRow> site_hours(Snapshot& db, const Period& period, const HoursRow* last,
                                 std::int64_t limit);

}  // namespace circled::reports
