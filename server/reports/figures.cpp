#include "reports/figures.hpp"

#include <array>
#include <map>

#include "reports/counts.hpp"

namespace circled::reports {
namespace {

// What the figures need of a session.
struct Counted {
  Instant starts_at;
  Instant ends_at;
  std::string status;
  std::int64_t seats;
  std::optional<GroupId> group;
  std::optional<std::int64_t> attended;  // the sheet's counts; without one there are none
  std::optional<std::int64_t> excused, unexcused, turned_away, late, left_early, credited_minutes;
};
BOOST_DESCRIBE_STRUCT(Counted, (),
                      (starts_at, ends_at, status, seats, group, attended, excused, unexcused, turned_away,
                       late, left_early, credited_minutes))

Turnout turnout(const Counted& row) {
  Turnout one;
  one.sessions = 1;
  one.attended = *row.attended;
  one.excused = *row.excused;
  one.unexcused = *row.unexcused;
  one.turned_away = *row.turned_away;
  one.expected = one.attended + one.excused + one.unexcused + one.turned_away;
  one.late = *row.late;
  one.left_early = *row.left_early;
  one.credited_minutes = *row.credited_minutes;
  return one;
}

template <class F>
void each_session(Snapshot& db, const Period& period, F&& each) {
  if (period.staff)
    return db.each<Counted>(
        each,
        "SELECT s.starts_at, s.ends_at, s.status, s.seats, s.group_id, h.attended, h.excused, h.unexcused, "
        "h.turned_away, h.late, h.left_early, h.credited_minutes FROM facilitator f "
        "JOIN session s ON s.id = f.session_id LEFT JOIN sheet h ON h.session_id = s.id "
        "WHERE f.staff_id = $4 AND f.starts_at >= $2 AND f.starts_at < $3 AND s.site_id = $1 "
        "AND (CAST($5 AS BIGINT) IS NULL OR s.group_id = $5)",
        period.site, period.from, period.until, *period.staff, period.group);
  if (period.group)
    return db.each<Counted>(
        each,
        "SELECT s.starts_at, s.ends_at, s.status, s.seats, s.group_id, h.attended, h.excused, h.unexcused, "
        "h.turned_away, h.late, h.left_early, h.credited_minutes FROM session s "
        "LEFT JOIN sheet h ON h.session_id = s.id "
        "WHERE s.group_id = $4 AND s.site_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3",
        period.site, period.from, period.until, *period.group);
  db.each<Counted>(
      each,
      "SELECT s.starts_at, s.ends_at, s.status, s.seats, s.group_id, h.attended, h.excused, h.unexcused, "
      "h.turned_away, h.late, h.left_early, h.credited_minutes FROM session s "
      "LEFT JOIN sheet h ON h.session_id = s.id "
      "WHERE s.site_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3",
      period.site, period.from, period.until);
}

// Which of the 168 hours of a week something starts in. Sessions come by the dozen for each hour of the year,
// and the zone is asked once for each quarter of an hour: none changes its offset within one.
class WallHour {
 public:
  explicit WallHour(const Zone& zone) : zone_(zone) {}
  std::size_t of(Instant t) {
    const auto quarter = std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<900>>>(t);
    auto [known, is_new] = known_.try_emplace(quarter.time_since_epoch().count(), 0);
    if (is_new) {
      const WallTime wall = zone_.wall(t);
      const Date day = std::chrono::floor<std::chrono::days>(wall);
      known->second = std::chrono::weekday(day).c_encoding() * 24U +
                      static_cast<std::size_t>(std::chrono::floor<std::chrono::hours>(wall - day).count());
    }
    return known->second;
  }

 private:
  const Zone& zone_;
  std::map<std::int64_t, std::size_t> known_;  // at most 96 a day of the period
};

}  // namespace

AttendanceFigures attendance_figures(Snapshot& db, const Period& period) {
  AttendanceFigures figures;
  figures.from = period.first;
  figures.until = period.last;
  figures.site = period.site;
  figures.zone = period.zone.name();
  std::array<Turnout, 168> by_hour{};
  std::map<GroupId, GroupTurnout> by_group;
  WallHour wall_hour(period.zone);
  each_session(db, period, [&](Counted&& row) {
    if (row.status == "cancelled") {
      ++figures.cancelled_sessions;
      return;
    }
    if (!row.attended) {
      figures.open_sheets += row.ends_at <= period.now;
      return;
    }
    const Turnout one = turnout(row);
    add(figures.all, one);
    add(by_hour[wall_hour.of(row.starts_at)], one);
    if (!row.group) return;
    GroupTurnout& group = by_group[*row.group];
    add<Turnout>(group, one);
    group.seats += row.seats;
    group.filled += std::min(one.expected, row.seats);
  });
  for (std::size_t i = 0; i < by_hour.size(); ++i) {
    if (by_hour[i].sessions == 0) continue;
    HourTurnout hour;
    static_cast<Turnout&>(hour) = by_hour[i];
    hour.weekday = static_cast<std::int64_t>(i / 24);
    hour.hour = static_cast<std::int64_t>(i % 24);
    figures.by_hour.push_back(hour);
  }
  for (auto& [id, group] : by_group) {
    group.group = id;
    group.name = *db.one<std::string>("SELECT name FROM therapy_group WHERE id = $1", id);
    figures.by_group.push_back(std::move(group));
  }
  std::sort(figures.by_group.begin(), figures.by_group.end(),
            [](const GroupTurnout& a, const GroupTurnout& b) {
              return std::tie(a.name, a.group) < std::tie(b.name, b.group);
            });
  return figures;
}

// Stays `e` of clients `c` of the site: in care at the end of the period, and others within it.
#define CIRCLED_STAYS(WHERE) \
  "FROM client c JOIN episode e ON e.client_id = c.person_id WHERE c.site_id = $1 AND " WHERE " AND "
#define CIRCLED_IN_CARE                                                                      \
  CIRCLED_STAYS("e.admitted_on <= $3 AND (e.discharged_on IS NULL OR e.discharged_on > $3)") \
  CIRCLED_CLIENTS_ON_LAST_DAY

Census census(Snapshot& db, const Period& period) {
  Census census{period.first, period.last, period.site, 0, {}, {}, 0, {}};
  census.by_phase = rows_of<Count>(
      db, period,
      "SELECT x.phase, count(*) FROM (SELECT COALESCE((SELECT p.phase FROM phase p WHERE p.episode_id = e.id "
      "AND p.from_on <= $3 ORDER BY p.from_on DESC, p.id DESC LIMIT 1), '') AS phase " CIRCLED_IN_CARE
      ") AS x GROUP BY x.phase ORDER BY x.phase");
  census.by_level = rows_of<Count>(
      db, period,
      "SELECT x.level, count(*) FROM (SELECT COALESCE((SELECT l.level FROM care_level l "
      "WHERE l.episode_id = e.id AND l.from_on <= $3 AND (l.until_on IS NULL OR l.until_on >= $3) "
      "ORDER BY l.from_on DESC, l.id DESC LIMIT 1), '') AS level " CIRCLED_IN_CARE
      ") AS x GROUP BY x.level ORDER BY x.level");
  for (const Count& each : census.by_phase) census.in_care += each.count;
  census.admissions =
      rows_of<std::int64_t>(db, period,
                            "SELECT count(*) " CIRCLED_STAYS("e.admitted_on BETWEEN $2 AND $3")
                                CIRCLED_CLIENTS_OF_PERIOD)
          .front();
  census.discharges =
      rows_of<Count>(db, period,
                     "SELECT e.discharge, count(*) " CIRCLED_STAYS("e.discharged_on BETWEEN $2 AND $3")
                         CIRCLED_CLIENTS_OF_PERIOD "GROUP BY e.discharge ORDER BY e.discharge");
  return census;
}

std::vector<Load> counselor_load(Snapshot& db, const Period& period) {
  return rows_of<Load>(
      db, period,
      "SELECT t.person_id, t.name, "
      "(SELECT count(*) FROM assignment a WHERE a.staff_id = t.person_id AND a.from_at < $5 "
      "AND (a.until_at IS NULL OR a.until_at >= $5) AND (CAST($6 AS BIGINT) IS NULL OR EXISTS "
      "(SELECT 1 FROM enrolment n WHERE n.client_id = a.client_id AND n.group_id = $6 AND n.from_on <= $3 "
      "AND (n.until_on IS NULL OR n.until_on >= $3)))), "
      "count(s.id), CAST(COALESCE(sum((s.ends_at - s.starts_at) / 60000), 0) AS BIGINT), "
      "count(CASE WHEN s.kind = 'one_on_one' THEN 1 END), count(CASE WHEN s.kind = 'group' THEN 1 END) "
      "FROM staff t LEFT JOIN facilitator f ON f.staff_id = t.person_id AND f.starts_at >= $4 "
      "AND f.starts_at < $5 "
      "LEFT JOIN session s ON s.id = f.session_id AND s.status <> 'cancelled' AND s.site_id = $1 "
      "AND (CAST($6 AS BIGINT) IS NULL OR s.group_id = $6) "
      "WHERE t.site_id = $1 AND t.role IN ('supervisor', 'clinician', 'counselor') AND t.active "
      "AND (CAST($7 AS BIGINT) IS NULL OR t.person_id = $7) GROUP BY t.person_id, t.name "
      "ORDER BY t.name, t.person_id");
}

}  // namespace circled::reports
