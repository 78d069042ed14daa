#include "reports/figures.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

#include "reports/export.hpp"
#include "reports/fixture.hpp"
#include "reports/lists.hpp"
#include "support/run.hpp"

using namespace circled;
using namespace circled::reports;
using namespace std::chrono_literals;
using circled::test::day;
using circled::test::march;

namespace {

struct AttendanceReports : test::ReportFixture {
  AttendanceFigures figures(const api::Identity& who, const Asked& asked) {
    return figure(attendance_figures, who, asked);
  }
};

Turnout turnout(std::int64_t sessions, std::int64_t attended, std::int64_t excused, std::int64_t unexcused,
                std::int64_t turned_away, std::int64_t late, std::int64_t left_early, std::int64_t credited) {
  Turnout t;
  t.sessions = sessions;
  t.expected = attended + excused + unexcused + turned_away;
  t.attended = attended;
  t.excused = excused;
  t.unexcused = unexcused;
  t.turned_away = turned_away;
  t.late = late;
  t.left_early = left_early;
  t.credited_minutes = credited;
  return t;
}

std::string whole(const api::Reply<api::Raw>& reply) {
  std::string text;
  while (true) {
    std::string part;
    auto more = [&]() -> Task<bool> { co_return co_await reply.body.more(part); };
    if (!test::run(more())) return text;
    text += part;
  }
}

}  // namespace

TEST_CASE("a closed sheet is counted, an open one is listed as open, a cancelled session as cancelled") {
  AttendanceReports f;
  const auto first = f.held(f.now() - 3h, f.counselor, f.evening, 12);
  f.came(first, f.ana, "attended", 45min, 15min);
  f.came(first, f.ben, "unexcused");
  f.close(first);
  const auto second = f.held(f.now() - 27h, f.counselor, {}, 1);
  f.came(second, f.ana, "attended", 50min, 0min, 10min);
  f.close(second);
  f.came(f.held(f.now() - 5h, f.counselor, {}, 1, "scheduled"), f.ana, "expected");
  f.came(f.held(f.now() + 5h, f.counselor, {}, 1, "scheduled"), f.ana, "expected");
  f.came(f.held(f.now() - 7h, f.counselor, {}, 1, "cancelled"), f.ana, "cancelled_by_program");

  const auto figures = f.figures(f.sue, march);
  CHECK(figures.all == turnout(2, 2, 0, 1, 0, 1, 1, 95));
  CHECK(figures.open_sheets == 1);
  CHECK(figures.cancelled_sessions == 1);
  REQUIRE(figures.by_hour.size() == 2);
  // 05:00 on Monday and on Tuesday.
  CHECK(figures.by_hour[0].weekday == 1);
  CHECK(figures.by_hour[0].hour == 5);
  CHECK(figures.by_hour[1].weekday == 2);
  CHECK(figures.by_hour[1].expected == 2);
  REQUIRE(figures.by_group.size() == 1);
  CHECK(figures.by_group[0].name == "Evening");
  CHECK(figures.by_group[0].seats == 12);
  CHECK(figures.by_group[0].filled == 2);
}

TEST_CASE("hours are those of the site's wall, on both sides of the clock change") {
  AttendanceReports f;
  // 23:00 UTC is 18:00 on Friday 6 March and 19:00 on Friday 13 March.
  for (const int days : {-4, 3}) {
    const auto id = f.held(from_millis(1'773'183'600'000) + std::chrono::days(days), f.counselor, {}, 1);
    f.came(id, f.ana, "excused");
    f.close(id);
  }
  const auto figures = f.figures(f.sue, march);
  REQUIRE(figures.by_hour.size() == 2);
  CHECK(figures.by_hour[0].weekday == 5);
  CHECK(figures.by_hour[0].hour == 18);
  CHECK(figures.by_hour[1].weekday == 5);
  CHECK(figures.by_hour[1].hour == 19);
}

TEST_CASE("a period begins and ends at the site's midnight") {
  AttendanceReports f;
  const Instant midnight = Zone::named("America/New_York")->start_of(day(2026, 3, 5));
  for (const Milliseconds off :
       {Milliseconds(-1), Milliseconds(0), Milliseconds(24h) - 1ms, Milliseconds(24h)}) {
    const auto id = f.held(midnight + off, f.counselor, {}, 1);
    f.came(id, f.ana, "excused");
    f.close(id);
  }
  CHECK(f.figures(f.sue, {day(2026, 3, 5), day(2026, 3, 5), {}, {}, {}}).all.sessions == 2);
}

TEST_CASE("counselors see their own work, supervisors everybody's; a period is days in order") {
  AttendanceReports f;
  const auto own = f.held(f.now() - 3h, f.counselor, {}, 1);
  const auto others = f.held(f.now() - 3h, f.other_counselor, {}, 1);
  for (const auto id : {own, others}) {
    f.came(id, id == own ? f.ana : f.ben, "excused");
    f.close(id);
  }
  CHECK(f.figures(f.sue, march).all.sessions == 2);
  CHECK(f.figures(f.cora, march).all.sessions == 1);
  Asked of_otto = march;
  of_otto.staff = f.other_counselor;
  CHECK(f.figures(f.sue, of_otto).all.sessions == 1);
  CHECK(test::code(f.about(f.cora, of_otto)) == "forbidden");
  Asked nowhere = march;
  nowhere.site = SiteId(999);
  CHECK(test::code(f.about(f.sue, nowhere)) == "not_found");
  Asked no_group = march;
  no_group.group = GroupId(999);
  CHECK(test::code(f.about(f.sue, no_group)) == "not_found");
  CHECK(test::code(f.about(f.sue, {day(2026, 3, 2), day(2026, 3, 1), {}, {}, {}})) == "out_of_range");
  CHECK(test::code(f.about(f.sue, {day(2025, 1, 1), day(2026, 3, 1), {}, {}, {}})) == "out_of_range");
}

TEST_CASE("the report of a random programme is what its raw rows come to") {
  AttendanceReports f;
  const unsigned seed = std::random_device{}();
  MESSAGE("seed ", seed);
  std::mt19937 random(seed);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const std::array verdicts{"attended",    "excused",  "unexcused",
                            "turned_away", "expected", "cancelled_by_program"};
  const Zone zone = Zone::named("America/New_York").value();

  // Counted here as it is written, by other means than the server's.
  std::map<std::pair<unsigned, int>, Turnout> by_hour;
  Turnout all;
  std::int64_t open = 0, cancelled = 0;
  std::vector<std::string> lines;
  const auto group_of = [&]() -> std::optional<GroupId> {
    if (pick(2) == 0) return std::nullopt;
    return f.evening;
  };
  for (int i = 0; i < 60; ++i) {
    const Instant start = f.now() - std::chrono::hours(1 + pick(24 * 60)) - Minutes(pick(60));
    const int kind = pick(10);
    const auto group = group_of();
    const auto id = f.held(start, f.counselor, group, group ? 12 : 1,
                           kind == 0   ? "cancelled"
                           : kind == 1 ? "scheduled"
                                       : "completed");
    Turnout one;
    one.sessions = 1;
    for (const ClientId client : {f.ana, f.ben}) {
      const std::string verdict = verdicts[static_cast<std::size_t>(pick(6))];
      if (verdict == "attended") {
        const Minutes credited(pick(61)), late(pick(3) * 5), early(pick(2) * 7);
        f.came(id, client, verdict, credited, late, early);
        ++one.attended;
        one.late += late.count() > 0;
        one.left_early += early.count() > 0;
        one.credited_minutes += credited.count();
      } else {
        f.came(id, client, verdict);
        one.excused += verdict == "excused";
        one.unexcused += verdict == "unexcused";
        one.turned_away += verdict == "turned_away";
      }
    }
    one.expected = one.attended + one.excused + one.unexcused + one.turned_away;
    cancelled += kind == 0;
    open += kind == 1 && start + 60min <= f.now();
    if (kind < 2) continue;
    f.close(id);
    const WallTime wall = zone.wall(start);
    const Date on = std::chrono::floor<std::chrono::days>(wall);
    auto& hour = by_hour[{std::chrono::weekday(on).c_encoding(),
                          static_cast<int>((wall - on) / std::chrono::hours(1))}];
    for (Turnout* sum : {&all, &hour})
      *sum = turnout(sum->sessions + 1, sum->attended + one.attended, sum->excused + one.excused,
                     sum->unexcused + one.unexcused, sum->turned_away + one.turned_away, sum->late + one.late,
                     sum->left_early + one.left_early, sum->credited_minutes + one.credited_minutes);
  }
  const auto figures = f.figures(f.sue, {day(2026, 1, 1), day(2026, 3, 10), {}, {}, {}});
  CHECK(figures.all == all);
  CHECK(figures.open_sheets == open);
  CHECK(figures.cancelled_sessions == cancelled);
  REQUIRE(figures.by_hour.size() == by_hour.size());
  auto expected = by_hour.begin();
  for (const auto& hour : figures.by_hour) {
    CHECK(hour.weekday == expected->first.first);
    CHECK(hour.hour == expected->first.second);
    CHECK(static_cast<const Turnout&>(hour) == expected->second);
    ++expected;
  }
}

TEST_CASE("a file has every row once and in order, however many parts it comes in") {
  AttendanceReports f;
  constexpr int sessions = 30;
  for (int i = 0; i < sessions; ++i) {
    // Three at one instant each: where a part ends among them, the id decides.
    const auto id = f.held(f.now() - std::chrono::hours(1 + i / 3), f.counselor, f.evening, 12);
    f.came(id, f.ana, "attended", 60min);
    f.came(id, f.ben, "excused");
    if (i % 2 == 0) f.close(id);
  }
  const auto of = f.about(f.sue, march).value();
  const auto one_by_one = [&](const Period& period, std::int64_t limit) {
    std::vector<std::pair<SessionId, ClientId>> seen;
    std::optional<AttendanceRow> last;
    for (;;) {
      const auto rows =
          f.read([&](Snapshot& db) { return site_attendance(db, period, last ? &*last : nullptr, limit); });
      for (const auto& row : rows) seen.emplace_back(row.session, row.client);
      if (static_cast<std::int64_t>(rows.size()) < limit) return seen;
      last = rows.back();
    }
  };
  const auto all = one_by_one(of, 1000);
  CHECK(all.size() == 2 * sessions);
  for (const std::int64_t limit : {1, 7, 60}) CHECK(one_by_one(of, limit) == all);
  for (const bool by_group : {true, false}) {
    Period narrower = of;
    if (by_group)
      narrower.group = f.evening;
    else
      narrower.staff = f.counselor;
    for (const std::int64_t limit : {1, 7, 1000}) CHECK(one_by_one(narrower, limit) == all);
  }

  std::optional<SessionRow> last;
  std::vector<SessionId> seen;
  for (;;) {
    const auto rows = f.read([&](Snapshot& db) { return site_sessions(db, of, last ? &*last : nullptr, 4); });
    for (const auto& row : rows) {
      seen.push_back(row.session);
      CHECK(row.expected == 2);
      CHECK(row.attended.has_value() == row.closed);
    }
    if (rows.size() < 4) break;
    last = rows.back();
  }
  CHECK(seen.size() == sessions);
}

TEST_CASE("as CSV and as JSON, in parts: the same rows, nothing between them missing") {
  AttendanceReports f;
  constexpr std::int64_t rows = rows_a_part + 5;
  const NextRows<Count> numbers = [](Snapshot&, const Count* last, std::int64_t limit) {
    std::vector<Count> found;
    for (std::int64_t n = last ? last->count + 1 : 1; n <= rows && std::ssize(found) < limit; ++n)
      found.push_back({n == 1 ? "=first" : "x", n});
    return found;
  };
  const auto csv = export_rows<Count>(f.store, Format::csv, "numbers", numbers);
  const std::string text = whole(csv);
  CHECK(text.starts_with("\xef\xbb\xbfwhat,count\r\n'=first,1\r\nx,2\r\n"));
  CHECK(text.ends_with("x,4005\r\n"));
  CHECK(std::count(text.begin(), text.end(), '\n') == rows + 1);
  const auto parsed = boost::json::parse(whole(export_rows<Count>(f.store, Format::json, "n", numbers)));
  REQUIRE(parsed.as_array().size() == rows);
  for (std::int64_t n = 1; n <= rows; ++n)
    REQUIRE(parsed.at(static_cast<std::size_t>(n - 1)).at("count").as_int64() == n);

  const NextRows<Count> none = [](Snapshot&, const Count*, std::int64_t) { return std::vector<Count>{}; };
  CHECK(whole(export_rows<Count>(f.store, Format::csv, "n", none)) == "\xef\xbb\xbfwhat,count\r\n");
  CHECK(boost::json::parse(whole(export_rows<Count>(f.store, Format::json, "n", none))).as_array().empty());
}

TEST_CASE("the census tells who is in care on the last day, who came, and who went how") {
  AttendanceReports f;
  f.write([&](Transaction& tx) {
    // Ana: detox since 2024, treatment from 5 March on. Ben: discharged on 9 March. Zoe: admitted on 6 March.
    tx.run("UPDATE phase SET until_on = $2 WHERE episode_id = $1", f.anas, day(2026, 3, 5));
    tx.run("INSERT INTO phase (episode_id, phase, from_on) VALUES ($1, 'treatment', $2)", f.anas,
           day(2026, 3, 5));
    tx.run("INSERT INTO care_level (episode_id, level, from_on) VALUES ($1, '2.1', $2)", f.anas,
           day(2026, 3, 5));
    tx.run("UPDATE episode SET discharged_on = $2, discharge = 'completed' WHERE client_id = $1", f.ben,
           day(2026, 3, 9));
    const auto zoe = test::add_client(tx, f.site, "Zoe");
    test::admit(tx, zoe, "detox", day(2026, 3, 6).time_since_epoch().count());
  });
  const auto at = [&](Date last) {
    const auto of = f.about(f.sue, {day(2026, 3, 1), last, {}, {}, {}}).value();
    return f.read([&](Snapshot& db) { return census(db, of); });
  };
  const auto named = [](const std::vector<Count>& counts) {
    std::map<std::string, std::int64_t> found;
    for (const auto& each : counts) found[each.what] = each.count;
    return found;
  };
  using Named = std::map<std::string, std::int64_t>;
  const auto early = at(day(2026, 3, 4));
  CHECK(early.in_care == 2);
  CHECK(named(early.by_phase) == Named{{"detox", 1}, {"treatment", 1}});
  CHECK(named(early.by_level) == Named{{"", 2}});
  CHECK(early.admissions == 0);
  // Ana is Cleo's too; nobody was in the group, until Ben is for a day.
  const auto narrowed = [&](std::optional<GroupId> group, std::optional<StaffId> staff, Date last) {
    const auto of = f.about(f.sue, {day(2026, 3, 1), last, {}, group, staff}).value();
    return f.read([&](Snapshot& db) { return census(db, of); });
  };
  CHECK(narrowed({}, f.clinician, day(2026, 3, 4)).in_care == 1);
  CHECK(named(narrowed({}, f.clinician, day(2026, 3, 4)).by_phase) == Named{{"detox", 1}});
  CHECK(narrowed(f.evening, {}, day(2026, 3, 9)).in_care == 0);
  f.write([&](Transaction& tx) {
    tx.run(
        "INSERT INTO enrolment (group_id, client_id, from_on, until_on, mandatory, made_at) VALUES ($1, $2, "
        "$3, $3, FALSE, 0)",
        f.evening, f.ben, day(2026, 3, 4));
  });
  CHECK(narrowed(f.evening, {}, day(2026, 3, 4)).in_care == 1);
  CHECK(narrowed(f.evening, {}, day(2026, 3, 9)).in_care == 0);
  CHECK(named(narrowed(f.evening, {}, day(2026, 3, 9)).discharges) == Named{{"completed", 1}});
  CHECK(narrowed(f.evening, {}, day(2026, 3, 9)).admissions == 0);
  const auto late = at(day(2026, 3, 9));
  CHECK(late.in_care == 2);
  CHECK(named(late.by_phase) == Named{{"detox", 1}, {"treatment", 1}});
  CHECK(named(late.by_level) == Named{{"", 1}, {"2.1", 1}});
  CHECK(late.admissions == 1);
  CHECK(named(late.discharges) == Named{{"completed", 1}});
}

TEST_CASE("a counselor's load stands beside the caseload") {
  AttendanceReports f;
  f.held(f.now() - 3h, f.counselor, {}, 1);
  f.held(f.now() + 3h, f.counselor, f.evening, 12, "scheduled");
  f.held(f.now() + 5h, f.counselor, {}, 1, "cancelled");
  const auto of = f.about(f.sue, march).value();
  const auto load = f.read([&](Snapshot& db) { return counselor_load(db, of); });
  REQUIRE(load.size() == 4);  // Cleo, Cora, Otto, Sue
  CHECK(load[1].name == "Cora Counselor");
  CHECK(load[1].caseload == 2);
  CHECK(load[1].sessions == 2);
  CHECK(load[1].minutes == 120);
  CHECK(load[1].one_on_ones == 1);
  CHECK(load[1].groups == 1);
  CHECK(load[2].sessions == 0);
  // Of the group: its sessions, and who is in it.
  Asked of_group = march;
  of_group.group = f.evening;
  const auto narrower = f.figure(counselor_load, f.sue, of_group);
  CHECK(narrower[1].sessions == 1);
  CHECK(narrower[1].groups == 1);
  CHECK(narrower[1].caseload == 0);
}
