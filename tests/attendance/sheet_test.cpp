#include "attendance/sheet.hpp"

#include <doctest/doctest.h>

#include "attendance/sheet_fixture.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::attendance;
using calendar::Verdict;
using Group = circled::test::SheetFixture;
using namespace std::chrono_literals;
using test::that_tuesday;

namespace {

struct StaysCase {
  const char* what;
  std::vector<Stay> stays;
  int late, left_early, credited;
};

}  // namespace

TEST_CASE("credited minutes, from the boundary minute on") {
  const Instant start = that_tuesday(18, 0), end = that_tuesday(19, 30);
  const std::vector<StaysCase> cases{
      {"nobody came", {}, 0, 0, 0},
      {"from start to end", {{start, std::nullopt}}, 0, 0, 90},
      {"left exactly at the end", {{start, end}}, 0, 0, 90},
      {"arrived 18:12", {{that_tuesday(18, 12), std::nullopt}}, 12, 0, 78},
      {"left 18:40", {{start, that_tuesday(18, 40)}}, 0, 50, 40},
      {"late and left early", {{that_tuesday(18, 12), that_tuesday(18, 40)}}, 12, 50, 28},
      {"came early: that does not count", {{that_tuesday(17, 30), std::nullopt}}, 0, 0, 90},
      {"stayed on after the end: nor does that", {{start, that_tuesday(20, 0)}}, 0, 0, 90},
      {"went out and came back",
       {{start, that_tuesday(18, 30)}, {that_tuesday(18, 45), std::nullopt}},
       0,
       0,
       75},
      {"overlapping stays count once",
       {{start, that_tuesday(18, 45)}, {that_tuesday(18, 30), that_tuesday(19, 0)}},
       0,
       30,
       60},
      {"in any order", {{that_tuesday(18, 45), std::nullopt}, {start, that_tuesday(18, 30)}}, 0, 0, 75},
      {"59 seconds late are no minute late, and no full last minute",
       {{start + 59s, std::nullopt}},
       0,
       0,
       89},
      {"60 seconds late are one", {{start + 60s, std::nullopt}}, 1, 0, 89},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    const auto credit = rules::credit(c.stays, start, end);
    CHECK(credit.late.count() == c.late);
    CHECK(credit.left_early.count() == c.left_early);
    CHECK(credit.credited.count() == c.credited);
  }
}

TEST_CASE("all present, then the exceptions") {
  Group g;
  const auto all = g.mark({g.mark_of(g.ana, Verdict::attended), g.mark_of(g.ben, Verdict::attended)});
  REQUIRE(all.has_value());
  REQUIRE(all->lines.size() == 2);
  CHECK(all->lines[0].credited_minutes == 90min);
  CHECK(all->version == 2);

  const auto exceptions =
      g.mark({g.mark_of(g.ana, Verdict::attended, {{g.start() + 12min, g.start() + 40min}}),
              g.mark_of(g.ben, Verdict::turned_away)});
  REQUIRE(exceptions.has_value());
  CHECK(exceptions->lines[0].late_minutes == 12min);
  CHECK(exceptions->lines[0].left_early_minutes == 50min);
  CHECK(exceptions->lines[0].credited_minutes == 28min);
  CHECK(exceptions->lines[1].verdict == Verdict::turned_away);
  CHECK(exceptions->lines[1].stays.empty());

  const auto closed = g.close();
  REQUIRE(closed.has_value());
  CHECK(closed->closed);
  CHECK(closed->closed_by_name == "Cora Counselor");
  CHECK(g.number("SELECT count(*) FROM session WHERE status = 'completed'") == 1);
  CHECK(g.mark({g.mark_of(g.ana, Verdict::excused)}).error().code == "sheet_closed");
}

TEST_CASE("nobody becomes absent because nothing happened") {
  Group g;
  REQUIRE(g.mark({g.mark_of(g.ana, Verdict::attended)}).has_value());
  const auto refused = g.close();
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == "unmarked");
  CHECK(refused.error().extra.at("clients") == json::array{g.ben.value});
  CHECK(g.number("SELECT count(*) FROM participant WHERE verdict = 'expected'") == 1);
}

TEST_CASE("wrong marks are all named and nothing is written") {
  Group g;
  const auto refused = g.mark({g.mark_of(g.ana, Verdict::attended, {{g.start() + 40min, g.start() + 12min}}),
                               g.mark_of(g.ana, Verdict::excused), g.mark_of(ClientId(999), Verdict::excused),
                               g.mark_of(g.ben, Verdict::unexcused, {{g.start(), std::nullopt}})});
  REQUIRE(refused.has_error());
  std::vector<std::string> codes;
  for (const auto& field : refused.error().fields) codes.push_back(field.pointer + " " + field.code);
  CHECK(codes == std::vector<std::string>{"/marks/0/stays/0/departed_at departure_before_arrival",
                                          "/marks/1/client repeated", "/marks/2/client not_on_the_sheet",
                                          "/marks/3/stays not_attended"});
  CHECK(g.number("SELECT count(*) FROM participant WHERE verdict <> 'expected'") == 0);
}

TEST_CASE("two who mark at once: the second sees the newer sheet and overwrites nothing") {
  Group g;
  REQUIRE(g.mark({g.mark_of(g.ana, Verdict::excused)}).has_value());
  g.version = 1;
  const auto stale = g.mark({g.mark_of(g.ana, Verdict::unexcused)});
  REQUIRE(stale.has_error());
  CHECK(stale.error().kind == ErrorKind::precondition_failed);
  CHECK(stale.error().extra.at("current").at("lines").at(0).at("verdict") == "excused");
}

TEST_CASE("who may take the roll") {
  Group g;
  CHECK(g.mark({g.mark_of(g.ana, Verdict::attended)}, g.otto).error().kind == ErrorKind::forbidden);
  CHECK(g.mark({g.mark_of(g.ana, Verdict::attended)}, g.ada).has_value());
  CHECK(g.sheet(g.ana_user).error().kind == ErrorKind::not_found);
}

TEST_CASE("a session that has not started has no roll to take") {
  Group g;
  g.clock.set(g.start() - 1min);
  CHECK(g.mark({g.mark_of(g.ana, Verdict::attended)}).error().code == "not_started");
  g.clock.set(g.start());
  CHECK(g.mark({g.mark_of(g.ana, Verdict::attended)}).has_value());
}

TEST_CASE("a supervisor reopens a closed sheet with a reason; the trail keeps what it said") {
  Group g;
  REQUIRE(g.mark({g.mark_of(g.ana, Verdict::attended), g.mark_of(g.ben, Verdict::excused)}).has_value());
  REQUIRE(g.close().has_value());
  CHECK(g.reopen(g.cora).error().kind == ErrorKind::forbidden);
  const auto reopened = g.reopen(g.ada);
  REQUIRE(reopened.has_value());
  CHECK_FALSE(reopened->closed);
  CHECK(reopened->lines[1].verdict == Verdict::excused);
  CHECK(g.mark({g.mark_of(g.ben, Verdict::attended)}).has_value());
  const auto kept = g.read([&](Snapshot& db) { return versions(db, g.cora, g.session.id); });
  REQUIRE(kept.value().size() == 1);
  CHECK(kept->front().what == "reopened");
  CHECK(kept->front().reason == "Ben was there after all");
  CHECK(kept->front().sheet.at("lines").at(1).at("verdict") == "excused");
}

TEST_CASE("all present, the exceptions and the closing in one step") {
  Group g;
  Marks marks = g.marks_of({g.mark_of(g.ben, Verdict::turned_away)});
  marks.all_present = true;
  marks.close = true;
  const auto closed = g.mark(marks, g.cora);
  REQUIRE(closed.has_value());
  CHECK(closed->closed);
  CHECK(closed->lines[0].verdict == Verdict::attended);
  CHECK(closed->lines[0].credited_minutes == 90min);
  CHECK(closed->lines[1].verdict == Verdict::turned_away);
  CHECK(g.number("SELECT version FROM session WHERE id = $1", g.session.id) == closed->version);
}

TEST_CASE("a step that cannot close marks nobody either") {
  Group g;
  Marks marks = g.marks_of({g.mark_of(g.ana, Verdict::attended)});
  marks.close = true;
  CHECK(g.mark(marks, g.cora).error().code == "unmarked");
  CHECK(g.number("SELECT count(*) FROM participant WHERE verdict <> 'expected'") == 0);
  CHECK(g.number("SELECT count(*) FROM attendance_change") == 0);
  CHECK(g.mark(Marks{}, g.cora).error().fields.front().pointer == "/marks");
}

TEST_CASE("arrived now, and why somebody is excused or was turned away") {
  Group g;
  auto now = g.mark_of(g.ana, Verdict::attended);
  now.arrived_now = true;
  auto sent_home = g.mark_of(g.ben, Verdict::turned_away);
  sent_home.reason = "Unwell";
  REQUIRE(g.mark({now, sent_home}).has_value());
  CHECK(g.line(g.ana).late_minutes == 60min);
  CHECK(g.line(g.ana).credited_minutes == 30min);
  CHECK(g.line(g.ben).reason == "Unwell");
  auto excused = g.mark_of(g.ben, Verdict::excused);
  excused.reason = "At the dentist's";
  REQUIRE(g.mark({excused}).has_value());
  CHECK(g.line(g.ben).excused_by == ExcusedBy::afterwards);
  // Said once more, without a reason: the one that is known stays.
  REQUIRE(g.mark({g.mark_of(g.ben, Verdict::excused)}).has_value());
  CHECK(g.line(g.ben).reason == "At the dentist's");
  REQUIRE(g.mark({g.mark_of(g.ben, Verdict::unexcused)}).has_value());
  CHECK_FALSE(g.line(g.ben).reason.has_value());
  CHECK_FALSE(g.line(g.ben).excused_by.has_value());

  auto wrong = g.mark_of(g.ana, Verdict::attended, {{g.start(), std::nullopt}});
  wrong.arrived_now = true;
  CHECK(g.mark({wrong}).error().fields.front().pointer == "/marks/0/arrived_now");
  g.clock.set(g.session.ends_at);
  wrong.stays.reset();
  CHECK(g.mark({wrong}).error().fields.front().code == "after_the_end");
}

TEST_CASE("whoever said in time that they can't come is excused, and not before the session begins") {
  Group g;
  // Of a session two days later; Ana says so 30 hours before, Ben an hour before.
  g.session = g.book(g.with_both(48h)).value();
  g.version = 1;
  const auto cant_come = [&](ClientId client) {
    g.write([&](Transaction& tx) {
       return calendar::answer(tx, {}, g.session.id, client, calendar::Answer::cant_come, g.now());
     }).value();
  };
  g.clock.set(g.start() - 30h);
  cant_come(g.ana);
  g.clock.set(g.start() - 1h);
  cant_come(g.ben);
  CHECK(g.line(g.ana).verdict == Verdict::expected);
  g.clock.set(g.start());
  CHECK(g.line(g.ana).verdict == Verdict::excused);
  CHECK(g.line(g.ana).excused_by == ExcusedBy::in_advance);
  CHECK(g.line(g.ben).verdict == Verdict::expected);
  CHECK(g.line(g.ben).answer == calendar::Answer::cant_come);
  CHECK(g.number("SELECT count(*) FROM participant WHERE verdict = 'excused'") == 0);

  CHECK(g.close().error().extra.at("clients") == json::array{g.ben.value});
  Marks marks = g.marks_of({g.mark_of(g.ben, Verdict::unexcused)});
  marks.close = true;
  REQUIRE(g.mark(marks, g.cora).has_value());
  CHECK(g.number("SELECT count(*) FROM participant WHERE excuse = 'in_advance' AND client_id = $1", g.ana) ==
        1);
}

TEST_CASE("a signed sheet is amended by a supervisor, with a reason, and both versions stay") {
  Group g;
  REQUIRE(g.mark({g.mark_of(g.ana, Verdict::attended), g.mark_of(g.ben, Verdict::unexcused)}).has_value());
  CHECK(g.sign(g.cora).error().code == "not_closed");
  REQUIRE(g.close().has_value());
  CHECK(g.sign(g.ada).error().kind == ErrorKind::forbidden);  // leads nothing
  const auto signed_sheet = g.sign(g.cora);
  REQUIRE(signed_sheet.has_value());
  CHECK(signed_sheet->signed_by_name == "Cora Counselor");
  CHECK(g.sign(g.cora).error().code == "already_signed");
  CHECK(g.reopen(g.ada).error().code == "signed");
  CHECK(g.undo().error().code == "sheet_closed");

  Amendment amendment{};
  amendment.reason = "Ben sat behind the pillar";
  amendment.marks.push_back(g.mark_of(g.ben, Verdict::attended, {{g.start() + 10min, std::nullopt}}));
  const auto amend = [&](const api::Identity& who) {
    return g.change([&](Transaction& tx) {
      return attendance::amend(tx, who, g.actor, g.session.id, g.version, amendment, g.now());
    });
  };
  CHECK(amend(g.cora).error().kind == ErrorKind::forbidden);
  const auto amended = amend(g.ada);
  REQUIRE(amended.has_value());
  CHECK(amended->closed);
  CHECK(amended->amendments == 1);
  CHECK(amended->lines[1].credited_minutes == 80min);
  const auto kept = g.read([&](Snapshot& db) { return versions(db, g.cora, g.session.id); }).value();
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].what == "signed");
  CHECK(kept[0].sheet.at("lines").at(1).at("verdict") == "unexcused");
  CHECK(kept[1].what == "amended");
  CHECK(kept[1].by_name == "Ada Admin");
  CHECK(kept[1].reason == "Ben sat behind the pillar");
  CHECK(kept[1].sheet.at("lines").at(1).at("verdict") == "attended");

  amendment.marks.front() = g.mark_of(g.ben, Verdict::expected);
  CHECK(amend(g.ada).error().fields.front().code == "not_a_choice");
  // What was kept can be neither changed nor deleted.
  CHECK_THROWS_AS(g.write([](Transaction& tx) { tx.run("UPDATE sheet_version SET body = ''"); }),
                  std::exception);
  CHECK_THROWS_AS(g.write([](Transaction& tx) { tx.run("DELETE FROM attendance_change"); }), std::exception);
}

TEST_CASE("where the terms ask for two signatures, the second is a second facilitator's") {
  Group g;
  const auto add_otto = [&](SessionId session) {
    g.write([&](Transaction& tx) {
      tx.run("INSERT INTO facilitator (session_id, staff_id, starts_at, leads) VALUES ($1, $2, $3, FALSE)",
             session, g.other_counselor, g.start());
    });
  };
  add_otto(g.session.id);
  REQUIRE(g.mark({g.mark_of(g.ana, Verdict::attended), g.mark_of(g.ben, Verdict::attended)}).has_value());
  REQUIRE(g.close().has_value());
  REQUIRE(g.sign(g.cora).has_value());
  CHECK(g.sign(g.otto).error().code == "not_asked");
  Terms terms;
  terms.co_signature = true;
  g.set_terms(terms);
  CHECK(g.sign(g.cora).error().code == "already_signed");
  const auto both = g.sign(g.otto);
  REQUIRE(both.has_value());
  CHECK(both->co_signature);
  CHECK(both->signed_by_name == "Cora Counselor");
  CHECK(both->co_signed_by_name == "Otto Other");
  CHECK(g.sign(g.otto).error().code == "already_signed");
}

TEST_CASE("documentation after fourteen days is late") {
  Group g;
  REQUIRE(g.mark({g.mark_of(g.ana, Verdict::attended), g.mark_of(g.ben, Verdict::attended)}).has_value());
  REQUIRE(g.close().has_value());
  g.clock.set(g.session.ends_at + 14 * 24h);
  CHECK_FALSE(g.sheet()->late_documentation);
  g.clock.advance(1s);
  CHECK(g.sheet()->late_documentation);
  CHECK(g.sign(g.cora)->late_documentation);
}
