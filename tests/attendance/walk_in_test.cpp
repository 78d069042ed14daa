// Who was there and was not expected, and who was expected and had left.
#include <doctest/doctest.h>

#include "attendance/sheet.hpp"
#include "calendar/group_fixture.hpp"

using namespace circled;
using namespace circled::attendance;
using calendar::Verdict;
using namespace std::chrono_literals;

namespace {

// "Tuesdays" has begun at 18:00, with Ana, by enrolment; Ben is in treatment too. 8 seats.
struct Tuesday : test::GroupFixture {
  SessionId session;

  Tuesday() {
    admit(ana);
    admit(ben);
    add_tuesdays();
    enrol(ana).value();
    session = SessionId(number("SELECT id FROM session ORDER BY starts_at LIMIT 1"));
    clock.set(start() + 30min);
  }
  Instant start() { return from_millis(number("SELECT starts_at FROM session WHERE id = $1", session)); }
  std::int64_t version() { return number("SELECT version FROM session WHERE id = $1", session); }

  Result<Sheet> walk_in(const WalkIn& came, const api::Identity& who) {
    const auto seen = version();
    return write(
        [&](Transaction& tx) { return attendance::walk_in(tx, who, actor, session, seen, came, now()); });
  }
  Result<Sheet> walk_in(ClientId client) {
    WalkIn came{};
    came.client = client;
    return walk_in(came, cora);
  }
  Result<Sheet> mark(ClientId client, Verdict verdict, bool close = false) {
    const auto seen = version();
    Marks marks{};
    if (client) marks.marks.push_back({client, verdict, {}});
    marks.close = close;
    return write(
        [&](Transaction& tx) { return attendance::mark(tx, cora, actor, session, seen, marks, now()); });
  }
  void open() {
    write(
        [&](Transaction& tx) { tx.run("UPDATE therapy_group SET admission = 'open' WHERE id = $1", group); });
  }
  static const Line& line(const Result<Sheet>& sheet, ClientId client) {
    for (const Line& line : sheet.value().lines)
      if (line.client == client) return line;
    throw std::logic_error("not on the sheet");
  }
};

}  // namespace

TEST_CASE("somebody whom an open group admits walks in, in one step") {
  Tuesday t;
  t.open();
  const auto sheet = t.walk_in(t.ben);
  REQUIRE(sheet.has_value());
  const Line& ben = t.line(sheet, t.ben);
  CHECK(ben.verdict == Verdict::attended);
  CHECK(ben.source == calendar::Source::walk_in);
  CHECK(ben.credited_minutes == 90min);
  CHECK(ben.flags.empty());
  CHECK(t.walk_in(t.ben).error().fields.front().code == "on_the_sheet");
}

TEST_CASE("a walk-in from now on, or from a time") {
  Tuesday t;
  t.open();
  WalkIn came{};
  came.client = t.ben;
  came.arrived_at = t.now() + 1min;
  CHECK(t.walk_in(came, t.cora).error().fields.front().pointer == "/arrived_at");
  came.arrived_at.reset();
  came.arrived_now = true;
  const auto sheet = t.walk_in(came, t.cora);
  REQUIRE(sheet.has_value());
  CHECK(t.line(sheet, t.ben).late_minutes == 30min);
  CHECK(t.line(sheet, t.ben).credited_minutes == 60min);
}

TEST_CASE("whoever sat there is recorded, though the group was full or does not admit them") {
  Tuesday t;
  t.open();
  t.write([&](Transaction& tx) { tx.run("UPDATE therapy_group SET largest = 1 WHERE id = $1", t.group); });
  CHECK(t.line(t.walk_in(t.ben), t.ben).flags == std::vector<Flag>{Flag::over_capacity});

  const auto one_more = [&](const char* name) {
    return t.write([&](Transaction& tx) {
      const auto id = test::add_client(tx, t.site, name);
      test::assign(tx, t.counselor, id);
      return id;
    });
  };
  // Not in care, and the third where there is one seat.
  const auto dora = one_more("Dora");
  CHECK(t.line(t.walk_in(dora), dora).flags == std::vector<Flag>{Flag::over_capacity, Flag::not_eligible});
  // Those who have gone leave their seat.
  for (const auto gone : {t.ana, t.ben, dora}) REQUIRE(t.mark(gone, Verdict::turned_away).has_value());
  const auto egon = one_more("Egon");
  t.admit(egon);
  CHECK(t.line(t.walk_in(egon), egon).flags.empty());
}

TEST_CASE("nobody drops in on a group that one joins, and still they were there") {
  Tuesday t;
  CHECK(t.line(t.walk_in(t.ben), t.ben).flags == std::vector<Flag>{Flag::not_eligible});
}

TEST_CASE("somebody who must not meet another one there is flagged, and with whom is not said") {
  Tuesday t;
  t.open();
  t.write([&](Transaction& tx) {
    tx.run("INSERT INTO keep_apart (one_id, other_id, reason, made_by, made_at) VALUES ($1, $2, 'x', $3, 0)",
           t.ana, t.ben, t.admin);
  });
  CHECK(t.line(t.walk_in(t.ben), t.ben).flags == std::vector<Flag>{Flag::not_eligible});
}

TEST_CASE("a client out of reach is found by their whole name, and by no part of it") {
  Tuesday t;
  t.open();
  const auto [zoe, twin, other] = t.write([&](Transaction& tx) {
    return std::tuple(test::add_client(tx, t.site, "Zoe", "Zimmer"),
                      test::add_client(tx, t.site, "Uma", "Twin"),
                      test::add_client(tx, t.site, "Uma", "Twin"));
  });
  CHECK(t.walk_in(zoe).error().fields.front().code == "not_found");
  const auto named = [&](const char* name) {
    WalkIn came{};
    came.name = name;
    return t.walk_in(came, t.cora);
  };
  CHECK(named("Zoe").error().fields.front().code == "not_found");
  CHECK(named("Uma Twin").error().fields.front().code == "ambiguous");
  CHECK(named("zoe ZIMMER").has_value());
  CHECK(t.walk_in(WalkIn{}, t.cora).error().fields.front().code == "missing");
  CHECK(t.walk_in(WalkIn{}, t.otto).error().kind == ErrorKind::forbidden);
}

TEST_CASE("undone, a walk-in was never there") {
  Tuesday t;
  t.open();
  REQUIRE(t.walk_in(t.ben).has_value());
  const auto seen = t.version();
  const auto undone =
      t.write([&](Transaction& tx) { return undo(tx, t.cora, t.actor, t.session, seen, t.now()); });
  REQUIRE(undone.has_value());
  CHECK(undone->lines.size() == 1);
  CHECK(t.number("SELECT count(*) FROM stay") == 0);
}

TEST_CASE("a one-on-one has its one client") {
  test::CalendarFixture c;
  const auto session = c.book(c.one_on_one(1h)).value();
  c.clock.advance(90min);
  WalkIn came{};
  came.client = c.ben;
  CHECK(c.write([&](Transaction& tx) {
           return walk_in(tx, c.cora, c.actor, session.id, session.version, came, c.now());
         })
            .error()
            .code == "one_on_one");
}

TEST_CASE("who was not enrolled when it began is not absent, and does not keep the sheet open") {
  Tuesday t;
  // Decided afterwards: Ana's last day was last week.
  t.write([&](Transaction& tx) {
    tx.run("UPDATE enrolment SET from_on = from_on - 30, until_on = from_on - 7, ended_at = $1", t.now());
  });
  const auto refused = t.mark(t.ana, Verdict::unexcused);
  CHECK(refused.error().fields.front().code == "not_enrolled");
  const auto closed = t.mark({}, Verdict::expected, true);
  REQUIRE(closed.has_value());
  CHECK(closed->closed);
  CHECK(t.line(closed, t.ana).verdict == Verdict::expected);
  CHECK(t.line(closed, t.ana).flags == std::vector<Flag>{Flag::not_enrolled});
}

TEST_CASE("where coming is mandatory, saying no does not excuse by itself") {
  Tuesday t;
  const Instant said_at = t.start() - 48h;
  t.write([&](Transaction& tx) {
    tx.run("UPDATE enrolment SET mandatory = TRUE");
    tx.run("UPDATE participant SET answer = 'cant_come', answered_at = $1", said_at);
  });
  const auto seen = t.read([&](Snapshot& db) { return sheet(db, t.cora, t.session, t.now()); });
  CHECK(t.line(seen, t.ana).mandatory);
  CHECK(t.line(seen, t.ana).verdict == Verdict::expected);
  t.write([&](Transaction& tx) { tx.run("UPDATE enrolment SET mandatory = FALSE"); });
  const auto free = t.read([&](Snapshot& db) { return sheet(db, t.cora, t.session, t.now()); });
  CHECK(t.line(free, t.ana).verdict == Verdict::excused);
}

TEST_CASE("a hold makes nobody absent") {
  Tuesday t;
  t.write(
      [&](Transaction& tx) { tx.run("UPDATE participant SET verdict = 'excused', excused_for = 'hold'"); });
  CHECK(t.mark(t.ana, Verdict::unexcused).error().fields.front().code == "on_hold");
  // Said to be excused once more, the hold remains why.
  CHECK(t.line(t.mark(t.ana, Verdict::excused), t.ana).excused_by == ExcusedBy::hold);
  CHECK(t.mark(t.ana, Verdict::attended).has_value());
}
