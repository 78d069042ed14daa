#include <doctest/doctest.h>

#include <map>
#include <random>

#include "attendance/policy.hpp"
#include "reports/fixture.hpp"
#include "reports/hours.hpp"
#include "reports/lists.hpp"
#include "reports/seats.hpp"
#include "reports/sheets.hpp"

using namespace circled;
using namespace circled::reports;
using namespace std::chrono_literals;
using circled::test::day;
using circled::test::march;

namespace {

struct WorkReports : test::ReportFixture {
  void gives_back(SessionId session, ClientId client) {
    write([&](Transaction& tx) {
      tx.run("UPDATE participant SET seat_given_back = TRUE WHERE session_id = $1 AND client_id = $2",
             session, client);
    });
  }
  void leads_too(SessionId session, StaffId staff) {
    write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO facilitator (session_id, staff_id, starts_at, leads) "
          "SELECT id, $2, starts_at, FALSE FROM session WHERE id = $1",
          session, staff);
    });
  }
  void close(SessionId session, Instant at, std::optional<Instant> signed_at = {}) {
    write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO sheet (session_id, closed_at, closed_by, signed_at, signed_by) VALUES "
          "($1, $2, $3, $4, $5)",
          session, at, counselor, signed_at, signed_at ? std::optional(counselor) : std::nullopt);
      attendance::count_sheet(tx, session);
    });
  }
  void version(SessionId session, std::int64_t number, std::string_view what) {
    write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO sheet_version (session_id, number, what, at, by_id, reason, body) VALUES "
          "($1, $2, $3, $4, $5, 'why', '{}')",
          session, number, what, now(), supervisor);
    });
  }
  Asked of_group(Asked asked = march) const {
    asked.group = evening;
    return asked;
  }
  static Asked of_staff(StaffId staff, Asked asked = march) {
    asked.staff = staff;
    return asked;
  }

  // Ben, born in 1990, is at level 2.1, which asks for nine hours a week; of Ana nobody has said a level.
  void hours_rules() {
    write([&](Transaction& tx) {
      attendance::add_first_care_rules(tx);
      tx.run("UPDATE client SET born_on = $2 WHERE person_id = $1", ben, day(1990, 5, 5));
      tx.run(
          "INSERT INTO care_level (episode_id, level, from_on) SELECT id, '2.1', 20000 FROM episode "
          "WHERE client_id = $1",
          ben);
    });
  }
};

Seats seats(std::int64_t sessions, std::int64_t offered, std::int64_t taken, std::int64_t over) {
  return {sessions, offered, taken, over};
}

template <class Lines>
auto named(const Lines& lines) {
  std::map<std::string, typename Lines::value_type> found;
  for (const auto& line : lines) found.emplace(line.name, line);
  return found;
}

}  // namespace

TEST_CASE("seats are offered and taken by sessions of groups; who gave theirs back took none") {
  WorkReports f;
  const auto full = f.held(f.now() - 3h, f.counselor, f.evening, 2);
  f.came(full, f.ana, "attended", 60min);
  f.came(full, f.ben, "excused");
  const auto over = f.held(f.now() - 27h, f.counselor, f.evening, 1);
  f.came(over, f.ana, "attended", 60min);
  f.came(over, f.ben, "attended", 60min);
  const auto back = f.held(f.now() + 3h, f.other_counselor, f.evening, 12, "scheduled");
  f.came(back, f.ana, "expected");
  f.came(back, f.ben, "expected");
  f.gives_back(back, f.ben);
  f.leads_too(back, f.counselor);
  const auto single = f.held(f.now() - 5h, f.other_counselor, {}, 8, "completed", "group");
  f.came(single, f.ben, "cancelled_by_program");
  f.came(f.held(f.now() - 7h, f.counselor, {}, 1), f.ana, "excused");                       // one-on-one
  f.came(f.held(f.now() - 9h, f.counselor, f.evening, 9, "cancelled"), f.ana, "expected");  // offers none
  f.held(day(2026, 4, 2).time_since_epoch() + Instant{}, f.counselor, f.evening, 9);        // not of March

  const auto figures = f.figure(seat_figures, f.sue, march);
  CHECK(figures.all == seats(4, 23, 4, 1));
  REQUIRE(figures.by_group.size() == 2);
  CHECK(figures.by_group[0].name == "Evening");
  CHECK(static_cast<const Seats&>(figures.by_group[0]) == seats(3, 15, 4, 1));
  CHECK_FALSE(figures.by_group[1].group.has_value());
  CHECK(static_cast<const Seats&>(figures.by_group[1]) == seats(1, 8, 0, 0));
  const auto by_staff = named(figures.by_staff);
  REQUIRE(by_staff.size() == 2);
  CHECK(static_cast<const Seats&>(by_staff.at("Cora Counselor")) == seats(3, 15, 4, 1));
  CHECK(static_cast<const Seats&>(by_staff.at("Otto Other")) == seats(2, 20, 1, 0));

  CHECK(f.figure(seat_figures, f.sue, f.of_group()).all == seats(3, 15, 4, 1));
  CHECK(f.figure(seat_figures, f.sue, f.of_staff(f.other_counselor)).all == seats(2, 20, 1, 0));
  CHECK(f.figure(seat_figures, f.otto, march).all == seats(2, 20, 1, 0));

  // The rows behind: their sum is the figure.
  Seats sum;
  for (const auto& row : f.whole_list(site_sessions, f.sue, march, Seen::work)) {
    if (row.kind != calendar::Kind::group || row.status == calendar::Status::cancelled) continue;
    ++sum.sessions;
    sum.offered += row.seats;
    sum.taken += std::min(row.seats, row.taken);
    sum.over += std::max<std::int64_t>(0, row.taken - row.seats);
  }
  CHECK(sum == figures.all);
}

TEST_CASE("a sheet is late by the terms of its day: closed, signed, amended, opened again") {
  WorkReports f;
  const auto ended = [&](Milliseconds ago, std::optional<GroupId> group = {},
                         const char* status = "completed") {
    return f.held(f.now() - ago - 1h, f.counselor, group, group ? 12 : 1, status);
  };
  // The terms nobody has set: closed within a day, signed within two weeks.
  ended(30h, {}, "scheduled");  // overdue
  ended(2h, {}, "scheduled");   // open, in time
  ended(-2h, {}, "scheduled");  // is not over
  ended(40h, {}, "cancelled");
  const auto kept = ended(20 * 24h), late = ended(20 * 24h), never_signed = ended(20 * 24h),
             fresh = ended(3h);
  f.close(kept, f.now() - 20 * 24h + 24h, f.now() - 6 * 24h);              // both at the last moment
  f.close(late, f.now() - 20 * 24h + 24h + 1ms, f.now() - 6 * 24h + 1ms);  // both a moment later
  f.version(late, 1, "signed");
  f.version(late, 2, "amended");
  f.version(late, 3, "amended");
  f.close(never_signed, f.now() - 19 * 24h - 1h);
  f.close(fresh, f.now());
  f.version(fresh, 1, "reopened");

  SheetCounts expected;
  expected.sheets = 6;
  expected.open = 2;
  expected.overdue = 1;
  expected.closed = 4;
  expected.closed_late = 1;
  expected.signatures = 2;
  expected.signatures_late = 1;
  expected.signatures_overdue = 1;
  expected.amended = 1;
  expected.reopened = 1;
  const Asked winter{day(2026, 2, 1), day(2026, 3, 31), {}, {}, {}};
  const auto figures = f.figure(sheet_figures, f.sue, winter);
  CHECK(json::to_text(figures.all) == json::to_text(expected));
  REQUIRE(figures.by_staff.size() == 1);
  CHECK(figures.by_staff[0].name == "Cora Counselor");
  CHECK(static_cast<const SheetCounts&>(figures.by_staff[0]) == expected);
  CHECK(f.figure(sheet_figures, f.otto, winter).all == SheetCounts{});
  CHECK(f.figure(sheet_figures, f.sue, f.of_group(winter)).all == SheetCounts{});

  // A group with terms of its own: two hours.
  f.write([&](Transaction& tx) {
    tx.run(
        "INSERT INTO attendance_policy (group_id, from_on, follows, grace_minutes, excuse_notice_hours, "
        "excuses_mandatory, close_within_hours, documentation_days, co_signature, made_by, made_at) "
        "VALUES ($1, 0, FALSE, 0, 24, FALSE, 2, 1, FALSE, $2, 0)",
        f.evening, f.admin);
  });
  f.close(ended(48h, f.evening), f.now() - 45h, f.now() - 24h);
  ended(3h, f.evening, "scheduled");
  const auto of_group = f.figure(sheet_figures, f.sue, f.of_group(winter)).all;
  CHECK(of_group.sheets == 2);
  CHECK(of_group.overdue == 1);
  CHECK(of_group.closed_late == 1);
  CHECK(of_group.signatures == 1);
  CHECK(of_group.signatures_late == 0);

  // The rows behind.
  SheetCounts sum;
  for (const auto& row : f.whole_list(site_sheets, f.sue, winter, Seen::work)) {
    ++sum.sheets;
    (row.closed_at ? sum.closed : sum.open) += 1;
    (row.closed_at ? sum.closed_late : sum.overdue) += row.closed_late;
    sum.signatures += row.signed_at.has_value();
    (row.signed_at ? sum.signatures_late : sum.signatures_overdue) += row.signed_late;
    sum.amended += row.amendments > 0;
    sum.reopened += row.reopenings > 0;
    CHECK(row.led_by == "Cora Counselor");
  }
  CHECK(sum == f.figure(sheet_figures, f.sue, winter).all);
}

TEST_CASE("seats and sheets of a random programme are what its raw rows come to") {
  WorkReports f;
  const unsigned seed = std::random_device{}();
  MESSAGE("seed ", seed);
  std::mt19937 random(seed);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const std::array verdicts{"attended", "excused", "unexcused", "cancelled_by_program"};
  std::vector<ClientId> clients{f.ana, f.ben};
  f.write([&](Transaction& tx) {
    for (const char* name : {"Cleo", "Dave", "Eve"}) clients.push_back(test::add_client(tx, f.site, name));
  });

  std::map<std::string, Seats> seats_of;  // by group's name, and by counselor's
  std::map<std::string, SheetCounts> sheets_of;
  const auto put = [](auto& to, const auto& one) {
    using T = std::decay_t<decltype(one)>;
    boost::mp11::mp_for_each<json::Members<T>>([&](auto d) { to.*d.pointer += one.*d.pointer; });
  };
  for (int i = 0; i < 50; ++i) {
    const Instant ends = f.now() - std::chrono::hours(pick(24 * 40) - 48);
    const bool off = pick(8) == 0, alone = pick(4) == 0, in_group = !alone && pick(3) > 0;
    const bool over = ends <= f.now(), closed = over && pick(3) > 0, two = pick(2) == 0;
    Seats one{1, alone ? 1 : 1 + pick(4), 0, 0};
    const auto id =
        f.held(ends - 60min, f.counselor, in_group ? std::optional(f.evening) : std::nullopt, one.offered,
               off      ? "cancelled"
               : closed ? "completed"
                        : "scheduled",
               alone ? "one_on_one" : "group");
    if (two) f.leads_too(id, f.other_counselor);
    std::int64_t there = 0;
    for (const auto client : clients) {
      if (pick(2) == 0) continue;
      const std::string verdict = verdicts[static_cast<std::size_t>(pick(4))];
      f.came(id, client, verdict, verdict == "attended" ? std::optional<Minutes>(5) : std::nullopt);
      const bool back = pick(4) == 0;
      if (back) f.gives_back(id, client);
      there += !back && verdict != "cancelled_by_program";
    }
    one.taken = std::min(there, one.offered);
    one.over = there - one.taken;

    SheetCounts sheet;
    sheet.sheets = 1;
    const Milliseconds limit = 24h, paper = 14 * 24h;
    if (closed) {
      const Instant at = std::min(f.now(), ends + std::chrono::hours(pick(48)));
      std::optional<Instant> signed_at;
      if (pick(2)) signed_at = std::min(f.now(), at + std::chrono::hours(pick(24 * 20)));
      f.close(id, at, signed_at);
      sheet.closed = 1;
      sheet.closed_late = at > ends + limit;
      sheet.signatures = signed_at.has_value();
      sheet.signatures_late = signed_at && *signed_at > ends + paper;
      sheet.signatures_overdue = !signed_at && f.now() > ends + paper;
      if (signed_at && pick(3) == 0) {
        f.version(id, 1, "amended");
        sheet.amended = 1;
      }
    } else {
      sheet.open = 1;
      sheet.overdue = f.now() > ends + limit;
      sheet.signatures_overdue = f.now() > ends + paper;
    }
    if (off) continue;
    for (const std::string& line :
         {std::string("all"), std::string(in_group ? "Evening" : ""), std::string("Cora Counselor"),
          std::string(two ? "Otto Other" : "nobody")}) {
      if (!alone) put(seats_of[line], one);
      if (over) put(sheets_of[line], sheet);
    }
  }
  const Asked asked{day(2026, 1, 1), day(2026, 3, 31), {}, {}, {}};
  const auto seat = f.figure(seat_figures, f.sue, asked);
  const auto sheet = f.figure(sheet_figures, f.sue, asked);
  CHECK(json::to_text(seat.all) == json::to_text(seats_of["all"]));
  CHECK(json::to_text(sheet.all) == json::to_text(sheets_of["all"]));
  const auto same = [](const auto& lines, auto& expected) {
    for (const auto& line : lines) {
      CAPTURE(line.name);
      using Counts = std::decay_t<decltype(expected["x"])>;
      CHECK(json::to_text(static_cast<const Counts&>(line)) == json::to_text(expected[line.name]));
    }
  };
  same(seat.by_group, seats_of);
  same(seat.by_staff, seats_of);
  same(sheet.by_group, sheets_of);
  same(sheet.by_staff, sheets_of);
  CHECK(f.figure(sheet_figures, f.otto, asked).all == sheets_of["Otto Other"]);
  CHECK(f.figure(seat_figures, f.otto, asked).all == seats_of["Otto Other"]);
}

TEST_CASE("a client's week counts once, by how it stands and by its level") {
  WorkReports f;
  f.hours_rules();
  // Weeks begin on Mondays: that of 23 February, with ten hours of Ben's; that of 2 March, with one; and the
  // one that today, the 10th, is in.
  const auto attended = [&](Date on, Minutes credited) {
    f.came(f.held(f.about(f.sue, march)->zone.start_of(on) + 15h, f.counselor, f.evening, 12), f.ben,
           "attended", credited);
  };
  for (const unsigned each : {23U, 24U, 25U, 26U}) attended(day(2026, 2, each), 150min);
  attended(day(2026, 3, 3), 60min);

  const Asked asked{day(2026, 2, 25), day(2026, 3, 10), {}, {}, {}};
  const auto figures = f.figure(hours_figures, f.sue, asked, Seen::clients);
  CHECK(figures.weeks == 3);
  CHECK(figures.from == day(2026, 2, 23));
  CHECK(figures.until == day(2026, 3, 15));
  WeekCounts expected;
  expected.client_weeks = 6;
  expected.met = 1;
  expected.missed = 1;
  expected.at_risk = 1;
  expected.not_judged = 3;
  CHECK(json::to_text(figures.all) == json::to_text(expected));
  REQUIRE(figures.by_level.size() == 2);
  CHECK(figures.by_level[0].level.empty());
  CHECK(figures.by_level[0].client_weeks == 3);
  CHECK(figures.by_level[0].not_judged == 3);
  CHECK(figures.by_level[1].level == "2.1");
  CHECK(figures.by_level[1].client_weeks == 3);
  CHECK(figures.by_level[1].met == 1);
  REQUIRE(figures.not_judged.size() == 1);
  CHECK(figures.not_judged[0].what == "no_level");
  CHECK(figures.not_judged[0].count == 3);

  // Otto has Ben from the week of 2 March on, and then not any more.
  f.write([&](Transaction& tx) {
    tx.run("INSERT INTO assignment (staff_id, client_id, from_at, until_at) VALUES ($1, $2, $3, $4)",
           f.other_counselor, f.ben, f.now() - 6 * 24h, f.now() - 5 * 24h);
    tx.run(
        "INSERT INTO enrolment (group_id, client_id, from_on, mandatory, made_at) VALUES ($1, $2, $3, "
        "FALSE, 0)",
        f.evening, f.ben, day(2026, 3, 9));
  });
  CHECK(f.figure(hours_figures, f.sue, f.of_staff(f.clinician, asked), Seen::clients).all.client_weeks == 3);
  CHECK(
      f.figure(hours_figures, f.sue, f.of_staff(f.other_counselor, asked), Seen::clients).all.client_weeks ==
      3);
  CHECK(f.figure(hours_figures, f.otto, asked, Seen::clients).all.client_weeks == 0);  // theirs no more
  CHECK(f.figure(hours_figures, f.cora, asked, Seen::clients).all.client_weeks == 6);
  const auto in_group = f.figure(hours_figures, f.sue, f.of_group(asked), Seen::clients).all;
  CHECK(in_group.client_weeks == 1);
  CHECK(in_group.at_risk == 1);
}

TEST_CASE("the hours of a random programme are what each client's own weeks come to") {
  WorkReports f;
  f.hours_rules();
  const unsigned seed = std::random_device{}();
  MESSAGE("seed ", seed);
  std::mt19937 random(seed);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<ClientId> clients{f.ana, f.ben};
  f.write([&](Transaction& tx) {
    for (const char* name : {"Carl", "Dave", "Eve"}) {
      clients.push_back(test::add_client(tx, f.site, name));
      const auto episode =
          test::admit(tx, clients.back(), "treatment", day(2026, 2, 1).time_since_epoch().count() + pick(40));
      tx.run("UPDATE client SET born_on = $2 WHERE person_id = $1", clients.back(), day(1980, 1, 1));
      if (pick(3))
        tx.run(
            "INSERT INTO care_level (episode_id, level, from_on) SELECT id, $2, admitted_on FROM episode "
            "WHERE id = $1",
            episode, pick(2) ? "1" : "2.1");
    }
  });
  for (int i = 0; i < 40; ++i) {
    const auto id = f.held(f.now() - std::chrono::hours(pick(24 * 30) - 72), f.counselor, f.evening, 12);
    for (const auto client : clients) switch (pick(4)) {
        case 0: f.came(id, client, "attended", Minutes(pick(400))); break;
        case 1: f.came(id, client, "expected"); break;
        case 2: f.came(id, client, "unexcused"); break;
        default: break;
      }
  }
  const Asked asked{day(2026, 2, 4), day(2026, 3, 12), {}, {}, {}};
  // One client after the other, by the statements that know one client.
  std::map<std::string, WeekCounts> expected;
  std::map<std::pair<Date, ClientId>, std::string> lines;
  for (const auto client : clients) {
    const auto weeks = f.read([&](Snapshot& db) {
      return attendance::client_hours(db, f.sue, client, asked.from, asked.until, f.now()).value();
    });
    for (const auto& week : weeks.weeks) {
      const bool in_care = f.number("SELECT count(*) FROM episode WHERE client_id = $1 AND admitted_on < $2",
                                    client, week.week + std::chrono::days(7)) > 0;
      if (!in_care) continue;
      const std::string verdict(json::enum_name(week.verdict));
      lines[{week.week, client}] = verdict;
      for (const std::string& of : {std::string("all"), week.levels.empty() ? "" : week.levels.back()}) {
        WeekCounts& counts = expected[of];
        ++counts.client_weeks;
        counts.met += verdict == "met";
        counts.on_track += verdict == "on_track";
        counts.at_risk += verdict == "at_risk";
        counts.missed += verdict == "missed";
        counts.over += verdict == "over";
        counts.not_judged += verdict == "not_judged";
      }
    }
  }
  const auto figures = f.figure(hours_figures, f.sue, asked, Seen::clients);
  CHECK(json::to_text(figures.all) == json::to_text(expected["all"]));
  CHECK(figures.by_level.size() == expected.size() - 1);
  for (const auto& line : figures.by_level) {
    CAPTURE(line.level);
    CHECK(json::to_text(static_cast<const WeekCounts&>(line)) == json::to_text(expected[line.level]));
  }
  const auto rows = f.whole_list(site_hours, f.sue, asked, Seen::clients);
  REQUIRE(rows.size() == lines.size());
  auto line = lines.begin();
  for (const auto& row : rows) {
    CHECK(std::pair(row.week, row.client) == line->first);
    CHECK(json::enum_name(row.verdict) == line->second);
    ++line;
  }
}
