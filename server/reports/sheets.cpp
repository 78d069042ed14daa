#include "reports/sheets.hpp"

#include <algorithm>
#include <map>

#include "attendance/policy.hpp"
#include "reports/counts.hpp"

namespace circled::reports {
namespace {

namespace terms = attendance::rules;

// What there is to know of a sheet, with whose line it is counted in.
struct Kept {
  Instant starts_at;
  Instant ends_at;
  std::optional<GroupId> group;
  std::optional<Instant> closed_at;
  std::optional<Instant> signed_at;
  std::int64_t amendments;
  std::int64_t reopenings;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (starts_at, ends_at, group, closed_at, signed_at, amendments, reopenings))
struct KeptBy : Kept {
  StaffId staff;
};
BOOST_DESCRIBE_STRUCT(KeptBy, (Kept), (staff))
struct KeptRow : Kept {
  SessionId session;
  std::string service;
  std::string group_name;
  std::string title;
  std::string led_by;
};
BOOST_DESCRIBE_STRUCT(KeptRow, (Kept), (session, service, group_name, title, led_by))

#define CIRCLED_KEPT                                                                          \
  "SELECT s.starts_at, s.ends_at, s.group_id, h.closed_at, h.signed_at, "                     \
  "(SELECT count(*) FROM sheet_version v WHERE v.session_id = s.id AND v.what = 'amended'), " \
  "(SELECT count(*) FROM sheet_version v WHERE v.session_id = s.id AND v.what = 'reopened')"
#define CIRCLED_KEPT_JOINS " FROM session s LEFT JOIN sheet h ON h.session_id = s.id "
// $10: now.
#define CIRCLED_KEPT_WHERE \
  "WHERE " CIRCLED_SESSIONS_OF_PERIOD "AND s.status <> 'cancelled' AND s.ends_at <= $10 "

// By what each sheet is judged.
struct Judge {
  const Period& period;
  std::vector<attendance::PolicyRow> policies;

  const attendance::Terms& of(const Kept& sheet) const {
    return terms::in_force(policies, sheet.group, period.zone.date(sheet.starts_at));
  }
  SheetCounts count(const Kept& sheet) const {
    const attendance::Terms& held = of(sheet);
    SheetCounts one;
    one.sheets = 1;
    (sheet.closed_at ? one.closed : one.open) = 1;
    (sheet.closed_at ? one.closed_late : one.overdue) =
        sheet.closed_at.value_or(period.now) > terms::close_by(held, sheet.ends_at);
    one.signatures = sheet.signed_at.has_value();
    (sheet.signed_at ? one.signatures_late : one.signatures_overdue) =
        terms::late_documentation(held, sheet.ends_at, sheet.signed_at, period.now);
    one.amended = sheet.amendments > 0;
    one.reopened = sheet.reopenings > 0;
    return one;
  }
};

// In order of name, with what has none at the end.
template <class Line>
void sort(std::vector<Line>& lines) {
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return std::tuple(a.name.empty(), a.name) < std::tuple(b.name.empty(), b.name);
  });
}

}  // namespace

SheetFigures sheet_figures(Snapshot& db, const Period& period) {
  const Judge judge{period, attendance::policy_rows(db)};
  SheetFigures figures{period.first, period.last, period.site, {}, {}, {}};
  std::map<std::optional<GroupId>, SheetCounts> by_group;
  std::map<StaffId, SheetCounts> by_staff;
  each_of<Kept>(
      db, period, [&](const Kept& sheet) { add(by_group[sheet.group], judge.count(sheet)); },
      CIRCLED_KEPT CIRCLED_KEPT_JOINS CIRCLED_KEPT_WHERE, period.now);
  each_of<KeptBy>(
      db, period, [&](const KeptBy& sheet) { add(by_staff[sheet.staff], judge.count(sheet)); },
      CIRCLED_KEPT ", f.staff_id" CIRCLED_KEPT_JOINS
                   "JOIN facilitator f ON f.session_id = s.id " CIRCLED_KEPT_WHERE,
      period.now);
  for (const auto& [id, counts] : by_group) {
    add(figures.all, counts);
    figures.by_group.push_back(
        {counts, id,
         id ? *db.one<std::string>("SELECT name FROM therapy_group WHERE id = $1", *id) : std::string()});
  }
  for (const auto& [id, counts] : by_staff)
    figures.by_staff.push_back(
        {counts, id, *db.one<std::string>("SELECT name FROM staff WHERE person_id = $1", id)});
  sort(figures.by_group);
  sort(figures.by_staff);
  return figures;
}

std::vector<SheetRow> site_sheets(Snapshot& db, const Period& period, const SheetRow* last,
                                  std::int64_t limit) {
  const Judge judge{period, attendance::policy_rows(db)};
  std::vector<SheetRow> rows;
  for (auto& sheet : rows_of<KeptRow>(
           db, last ? since(period, last->starts_at) : period,
           CIRCLED_KEPT
           ", s.id, v.name, COALESCE(g.name, ''), s.title, COALESCE((SELECT t.name FROM facilitator f "
           "JOIN staff t ON t.person_id = f.staff_id WHERE f.session_id = s.id "
           "ORDER BY f.leads DESC, f.staff_id LIMIT 1), '')" CIRCLED_KEPT_JOINS
           "JOIN service v ON v.id = s.service_id LEFT JOIN therapy_group g ON g.id = "
           "s.group_id " CIRCLED_KEPT_WHERE
           "AND (s.starts_at > $4 OR s.id > $11) ORDER BY s.starts_at, s.id LIMIT $12",
           period.now, last ? last->session : SessionId(), limit)) {
    const SheetCounts one = judge.count(sheet);
    const attendance::Terms& held = judge.of(sheet);
    rows.push_back({sheet.session, sheet.starts_at, sheet.ends_at, std::move(sheet.service),
                    std::move(sheet.group_name), std::move(sheet.title), std::move(sheet.led_by),
                    terms::close_by(held, sheet.ends_at), sheet.closed_at, one.closed_late + one.overdue > 0,
                    terms::sign_by(held, sheet.ends_at), sheet.signed_at,
                    one.signatures_late + one.signatures_overdue > 0, sheet.amendments, sheet.reopenings});
  }
  return rows;
}

}  // namespace circled::reports
