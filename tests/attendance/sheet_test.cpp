#include "attendance/sheet.hpp"

#include <doctest/doctest.h>

#include "support/programme.hpp"

using namespace circled;
using namespace circled::attendance;
using calendar::Verdict;
using circled::test::CalendarFixture;
using namespace std::chrono_literals;

namespace {

Instant at(int hour, int minute) {
  return from_millis(1'773'100'800'000) + std::chrono::hours(hour) + Minutes(minute);
}

struct Case {
  const char* what;
  std::vector<Stay> stays;
  int late, left_early, credited;
};

// A group session of Ana and Ben that has started an hour ago and lasts 90 minutes.
struct Group : CalendarFixture {
  calendar::Session session;
  std::int64_t version = 1;

  Group() {
    auto booking = one_on_one(1h);
    booking.kind = calendar::Kind::group;
    booking.duration_minutes = {90};
    booking.clients.push_back(ben);
    session = book(booking).value();
    clock.advance(2h);
  }
  Instant start() const { return session.starts_at; }

  static Mark mark_of(ClientId client, Verdict verdict, std::vector<Stay> stays = {}) {
    Mark mark{client, verdict, {}};
    if (!stays.empty()) {
      mark.stays.emplace();
      for (const auto& stay : stays) mark.stays->push_back(stay);
    }
    return mark;
  }
  Result<Sheet> mark(std::vector<Mark> marks, const api::Identity& who) {
    Marks all;
    for (auto& m : marks) all.marks.push_back(m);
    auto result = write(
        [&](Transaction& tx) { return attendance::mark(tx, who, actor, session.id, version, all, now()); });
    if (result) version = result->version;
    return result;
  }
  Result<Sheet> mark(std::vector<Mark> marks) { return mark(std::move(marks), cora); }
  Result<Sheet> close() {
    auto result = write(
        [&](Transaction& tx) { return attendance::close(tx, cora, actor, session.id, version, now()); });
    if (result) version = result->version;
    return result;
  }
};

}  // namespace

TEST_CASE("credited minutes, from the boundary minute on") {
  const Instant start = at(18, 0), end = at(19, 30);
  const std::vector<Case> cases{
      {"nobody came", {}, 0, 0, 0},
      {"from start to end", {{start, std::nullopt}}, 0, 0, 90},
      {"left exactly at the end", {{start, end}}, 0, 0, 90},
      {"arrived 18:12", {{at(18, 12), std::nullopt}}, 12, 0, 78},
      {"left 18:40", {{start, at(18, 40)}}, 0, 50, 40},
      {"late and left early", {{at(18, 12), at(18, 40)}}, 12, 50, 28},
      {"came early: that does not count", {{at(17, 30), std::nullopt}}, 0, 0, 90},
      {"stayed on after the end: nor does that", {{start, at(20, 0)}}, 0, 0, 90},
      {"went out and came back", {{start, at(18, 30)}, {at(18, 45), std::nullopt}}, 0, 0, 75},
      {"overlapping stays count once", {{start, at(18, 45)}, {at(18, 30), at(19, 0)}}, 0, 30, 60},
      {"in any order", {{at(18, 45), std::nullopt}, {start, at(18, 30)}}, 0, 0, 75},
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
  CHECK(g.read([&](Snapshot& db) { return sheet(db, g.ana_user, g.session.id); }).error().kind ==
        ErrorKind::not_found);
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
  const Reopening reason{Text<3, 500>("Ben was there after all")};
  const auto as = [&](const api::Identity& who) {
    return g.write(
        [&](Transaction& tx) { return reopen(tx, who, g.actor, g.session.id, g.version, reason, g.now()); });
  };
  CHECK(as(g.cora).error().kind == ErrorKind::forbidden);
  const auto reopened = as(g.ada);
  REQUIRE(reopened.has_value());
  CHECK_FALSE(reopened->closed);
  CHECK(reopened->lines[1].verdict == Verdict::excused);
  g.version = reopened->version;
  CHECK(g.mark({g.mark_of(g.ben, Verdict::attended)}).has_value());
  CHECK(
      g.number(
          "SELECT count(*) FROM audit WHERE action = 'attendance.reopen' AND detail LIKE '%\"excused\"%'") ==
      1);
}
