// Figures for people who decide. No percentages here: each figure comes with the number it is of, and whoever
// shows a share shows both. The rows behind them are the lists of the same period (lists.hpp).
#pragma once
#include <optional>
#include <vector>

#include "base/json.hpp"
#include "reports/period.hpp"

namespace circled::reports {

// How sessions whose sheets are closed turned out, one count for each participant. `expected` is the number
// the others are of: attended + excused + unexcused + turned_away. What the programme cancelled is in none.
struct Turnout {
  std::int64_t sessions = 0;
  std::int64_t expected = 0;
  std::int64_t attended = 0;
  std::int64_t excused = 0;
  std::int64_t unexcused = 0;
  std::int64_t turned_away = 0;
  std::int64_t late = 0;        // of those who attended
  std::int64_t left_early = 0;  // of those who attended
  std::int64_t credited_minutes = 0;
  bool operator==(const Turnout&) const = default;
};
BOOST_DESCRIBE_STRUCT(Turnout, (),
                      (sessions, expected, attended, excused, unexcused, turned_away, late, left_early,
                       credited_minutes))

struct HourTurnout : Turnout {
  std::int64_t weekday = 0;  // 0 = Sunday
  std::int64_t hour = 0;     // of the start on the site's wall
  bool operator==(const HourTurnout&) const = default;
};
BOOST_DESCRIBE_STRUCT(HourTurnout, (Turnout), (weekday, hour))

struct GroupTurnout : Turnout {
  GroupId group;
  std::string name;
  std::int64_t seats = 0;   // of its sessions, added up
  std::int64_t filled = 0;  // of these
};
BOOST_DESCRIBE_STRUCT(GroupTurnout, (Turnout), (group, name, seats, filled))

struct AttendanceFigures {
  Date from;
  Date until;
  SiteId site;
  std::string zone;
  Turnout all;
  std::vector<HourTurnout> by_hour;    // that had any, by weekday and hour
  std::vector<GroupTurnout> by_group;  // that had any, by name
  std::int64_t cancelled_sessions = 0;
  std::int64_t open_sheets = 0;  // sessions that are over, without a closed sheet
};
BOOST_DESCRIBE_STRUCT(AttendanceFigures, (),
                      (from, until, site, zone, all, by_hour, by_group, cancelled_sessions, open_sheets))

// Reads one row for each session of the period, and holds none of them.
AttendanceFigures attendance_figures(Snapshot& db, const Period& period);

struct Count {
  std::string what;
  std::int64_t count;
};
BOOST_DESCRIBE_STRUCT(Count, (), (what, count))

// Who is in care on the period's last day, and who came and went within it.
struct Census {
  Date from;
  Date until;
  SiteId site;
  std::int64_t in_care;         // stays that are open at the end of `until`
  std::vector<Count> by_phase;  // of these
  std::vector<Count> by_level;  // of these; "" where none is set
  std::int64_t admissions;
  std::vector<Count> discharges;  // by type
};
BOOST_DESCRIBE_STRUCT(Census, (), (from, until, site, in_care, by_phase, by_level, admissions, discharges))

// Of a group: whoever was in it on the last day, and for those who came and went, at any time of the period;
// of a member of staff, likewise, whoever was assigned to them.
Census census(Snapshot& db, const Period& period);

struct Load {
  StaffId staff;
  std::string name;
  std::int64_t caseload;  // clients assigned on the period's last day
  std::int64_t sessions;  // that were not cancelled
  std::int64_t minutes;   // of these
  std::int64_t one_on_ones;
  std::int64_t groups;
};
BOOST_DESCRIBE_STRUCT(Load, (), (staff, name, caseload, sessions, minutes, one_on_ones, groups))

// Everybody who leads sessions at the site, or has clients, in order of name; of a group, its sessions and
// its clients alone.
std::vector<Load> counselor_load(Snapshot& db, const Period& period);

}  // namespace circled::reports
