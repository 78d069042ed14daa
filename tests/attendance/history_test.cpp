// What was said of a sheet can be taken back, and replayed.
#include "attendance/history.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

#include "attendance/sheet_fixture.hpp"

using namespace circled;
using namespace circled::attendance;
using calendar::Verdict;
using test::SheetFixture;
using namespace std::chrono_literals;

namespace {

using States = std::map<ClientId, State>;

States states(SheetFixture& g, SessionId session) {
  return g.read([&](Snapshot& db) {
    States found;
    for (const Entry& entry : load_roll(db, *calendar::session(db, g.ada, session)).entries)
      found[entry.client] = entry.state;
    return found;
  });
}

// The changes of a sheet in the order in which they were made, put on top of what stood there at first.
States replayed(SheetFixture& g, SessionId session, States at_first) {
  const auto all = g.read([&](Snapshot& db) { return changes(db, g.ada, session, {}, 100'000); }).value();
  REQUIRE_FALSE(all.next.has_value());
  for (auto change = all.items.rbegin(); change != all.items.rend(); ++change) {
    const auto found = at_first.find(change->client);
    // Each change begins where the one before ended.
    CHECK((found != at_first.end()) == change->before.has_value());
    if (change->before && found != at_first.end()) CHECK((found->second == *change->before));
    if (change->after)
      at_first[change->client] = *change->after;
    else
      at_first.erase(change->client);
  }
  return at_first;
}

}  // namespace

TEST_CASE("undo goes back step by step, and is itself kept") {
  SheetFixture g;
  CHECK_FALSE(g.sheet()->undoable);
  CHECK(g.undo().error().code == "nothing_to_undo");
  REQUIRE(g.mark({g.mark_of(g.ana, Verdict::attended), g.mark_of(g.ben, Verdict::unexcused)}).has_value());
  REQUIRE(
      g.mark({g.mark_of(g.ana, Verdict::attended, {{g.start() + 12min, g.start() + 40min}})}).has_value());
  CHECK(g.sheet()->undoable);

  REQUIRE(g.undo().has_value());
  CHECK(g.line(g.ana).credited_minutes == 90min);
  CHECK(g.line(g.ana).stays.size() == 1);
  CHECK(g.line(g.ben).verdict == Verdict::unexcused);
  REQUIRE(g.undo().has_value());
  CHECK(g.line(g.ana).verdict == Verdict::expected);
  CHECK(g.line(g.ana).credited_minutes == 0min);
  CHECK(g.line(g.ben).verdict == Verdict::expected);
  CHECK(g.undo().error().code == "nothing_to_undo");
  // A change after that can be taken back again, and only that.
  REQUIRE(g.mark({g.mark_of(g.ben, Verdict::excused)}).has_value());
  REQUIRE(g.undo().has_value());
  CHECK(g.undo().error().code == "nothing_to_undo");

  const auto all =
      g.read([&](Snapshot& db) { return changes(db, g.cora, g.session.id, {}, 100); }).value().items;
  std::vector<std::string> told;
  for (const auto& change : all)
    told.push_back(std::string(json::enum_name(change.kind)) + " " + change.preferred_name);
  CHECK(told == std::vector<std::string>{"undo Ben", "mark Ben", "undo Ana", "undo Ben", "undo Ana",
                                         "mark Ana", "mark Ana", "mark Ben"});
  CHECK(all.back().by_name == "Cora Counselor");
  // In pages of two versions.
  const auto first = g.read([&](Snapshot& db) { return changes(db, g.cora, g.session.id, {}, 2); }).value();
  CHECK(first.items.size() == 2);
  REQUIRE(first.next.has_value());
  const auto rest = g.read([&](Snapshot& db) { return changes(db, g.cora, g.session.id, first.next, 100); });
  CHECK(rest.value().items.size() == 6);
  CHECK(g.read([&](Snapshot& db) { return changes(db, g.otto, g.session.id, {}, 2); }).error().kind ==
        ErrorKind::forbidden);
}

TEST_CASE("minutes of two sessions at one time count in one; which, the order of marks does not say") {
  for (const bool earlier_first : {true, false}) {
    CAPTURE(earlier_first);
    SheetFixture g;
    auto booking = g.with_both(0min);
    booking.starts_at = g.start() + 60min;  // its last half hour is after the first's end
    booking.duration_minutes = {60};
    booking.facilitators = {g.other_counselor};
    booking.override = calendar::Override{Text<3, 500>("both, as agreed")};
    g.clock.set(g.start() - 30min);
    const auto first = g.session, second = g.book(booking, g.ada).value();
    g.clock.set(second.ends_at);

    const auto mark = [&](const calendar::Session& of) {
      g.session = of;
      g.version = g.number("SELECT version FROM session WHERE id = $1", of.id);
      REQUIRE(g.mark({g.mark_of(g.ana, Verdict::attended)}, g.ada).has_value());
    };
    mark(earlier_first ? first : second);
    mark(earlier_first ? second : first);
    const auto credited = [&](const calendar::Session& of) {
      return states(g, of.id).at(g.ana).credited_minutes;
    };
    CHECK(credited(first) == 90min);
    CHECK(credited(second) == 30min);

    // Taken back in the first, the second has its half hour again; and notes that.
    g.session = first;
    g.version = g.number("SELECT version FROM session WHERE id = $1", first.id);
    REQUIRE(g.mark({g.mark_of(g.ana, Verdict::unexcused)}, g.ada).has_value());
    CHECK(credited(second) == 60min);
    CHECK(g.number("SELECT count(*) FROM attendance_change WHERE session_id = $1 AND kind = 'credit'",
                   second.id) >= 1);
  }
}

TEST_CASE("a sheet that is closed keeps its minutes") {
  SheetFixture g;
  auto booking = g.with_both(0min);
  booking.starts_at = g.start() + 60min;
  booking.duration_minutes = {60};
  booking.facilitators = {g.other_counselor};
  booking.override = calendar::Override{Text<3, 500>("both, as agreed")};
  g.clock.set(g.start() - 30min);
  const auto first = g.session, second = g.book(booking, g.ada).value();
  g.clock.set(second.ends_at);
  const auto take = [&](const calendar::Session& of, bool close) {
    g.session = of;
    g.version = g.number("SELECT version FROM session WHERE id = $1", of.id);
    Marks marks{};
    marks.all_present = true;
    marks.close = close;
    REQUIRE(g.mark(marks, g.ada).has_value());
  };
  take(second, true);
  take(first, false);
  CHECK(states(g, second.id).at(g.ana).credited_minutes == 60min);
  CHECK(states(g, first.id).at(g.ana).credited_minutes == 60min);
  CHECK(g.number("SELECT count(*) FROM attendance_change WHERE kind = 'credit'") == 0);
}

TEST_CASE("whatever is marked, walked in and taken back: the history replayed is what stands") {
  std::mt19937 random(20'260'311);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 6; ++round) {
    CAPTURE(round);
    SheetFixture g;
    std::vector<ClientId> others;
    g.write([&](Transaction& tx) {
      for (const char* name : {"Cleo", "Dora", "Egon"}) {
        others.push_back(test::add_client(tx, g.site, name));
        test::assign(tx, g.counselor, others.back());
      }
    });
    auto booking = g.with_both(0min);
    booking.starts_at = g.start() + Minutes(30 + pick(50));
    booking.facilitators = {g.other_counselor};
    booking.override = calendar::Override{Text<3, 500>("both, as agreed")};
    g.clock.set(g.start() - 30min);
    const std::vector<calendar::Session> sessions{g.session, g.book(booking, g.ada).value()};
    g.clock.set(sessions[1].ends_at + 1h);
    std::map<SessionId, States> at_first;
    for (const auto& session : sessions) at_first[session.id] = states(g, session.id);

    for (int step = 0; step < 40; ++step) {
      g.session = sessions[static_cast<std::size_t>(pick(2))];
      g.version = g.number("SELECT version FROM session WHERE id = $1", g.session.id);
      const ClientId client =
          std::vector{g.ana, g.ben, others[0], others[1], others[2]}[static_cast<std::size_t>(pick(5))];
      const auto stay = [&] {
        const Instant from = g.start() + Minutes(pick(80));
        return Stay{from, pick(2) ? std::optional(from + Minutes(1 + pick(60))) : std::nullopt};
      };
      // Some of these are refused, and change nothing.
      switch (pick(6)) {
        case 0: {
          WalkIn walk_in{};
          walk_in.client = client;
          g.walk_in(walk_in).has_value();
          break;
        }
        case 1:
          g.change(
              [&](Transaction& tx) { return undo(tx, g.ada, g.actor, g.session.id, g.version, g.now()); });
          break;
        case 2:
          g.change(
              [&](Transaction& tx) { return close(tx, g.ada, g.actor, g.session.id, g.version, g.now()); });
          break;
        case 3: g.reopen(g.ada).has_value(); break;
        case 4: g.mark({g.mark_of(client, Verdict::attended, {stay(), stay()})}, g.ada).has_value(); break;
        default: g.mark({g.mark_of(client, static_cast<Verdict>(pick(5)))}, g.ada).has_value();
      }
    }
    for (const auto& session : sessions)
      CHECK((replayed(g, session.id, at_first[session.id]) == states(g, session.id)));
    // No minute of anybody counts twice.
    CHECK(g.number("SELECT count(*) FROM participant WHERE credited_minutes < 0 OR credited_minutes > 90") ==
          0);
    const auto span = std::chrono::floor<Minutes>(sessions[1].ends_at - sessions[0].starts_at).count();
    CHECK(g.number("SELECT COALESCE(max(t.sum), 0) FROM (SELECT CAST(sum(credited_minutes) AS BIGINT) AS sum "
                   "FROM participant GROUP BY client_id) AS t") <= span);
  }
}
