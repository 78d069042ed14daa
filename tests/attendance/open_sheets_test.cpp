#include "attendance/open_sheets.hpp"

#include <doctest/doctest.h>

#include "attendance/sheet_fixture.hpp"

using namespace circled;
using namespace circled::attendance;
using calendar::Verdict;
using test::SheetFixture;
using namespace std::chrono_literals;

namespace {

std::vector<SessionId> listed(SheetFixture& g, const api::Identity& who, const OpenFilter& filter = {}) {
  std::vector<SessionId> ids;
  for (const auto& item :
       g.read([&](Snapshot& db) { return open_sheets(db, who, filter, g.now()); }).value().items)
    ids.push_back(item.session);
  return ids;
}

std::int64_t tell(SheetFixture& g) {
  return g.write([&](Transaction& tx) { return tell_open_once(tx, g.now()); }).value();
}

}  // namespace

TEST_CASE("a sheet that is still open a day after the end is listed, and its facilitators are told once") {
  SheetFixture g;
  g.clock.set(g.session.ends_at + 24h - 1ms);
  CHECK(listed(g, g.cora).empty());
  CHECK(tell(g) == 0);
  g.clock.advance(1ms);
  g.take_committed();
  CHECK(listed(g, g.cora) == std::vector{g.session.id});
  CHECK(tell(g) == 1);
  const auto told = g.take_committed().events;
  REQUIRE(told.size() == 1);
  CHECK(told.front().receiver == PersonId(g.counselor));
  CHECK(told.front().body->find("sheet.overdue") != std::string::npos);
  CHECK(tell(g) == 0);
  // Nobody became absent by that.
  CHECK(g.number("SELECT count(*) FROM participant WHERE verdict = 'expected'") == 2);

  REQUIRE(g.mark({g.mark_of(g.ana, Verdict::attended), g.mark_of(g.ben, Verdict::excused)}).has_value());
  REQUIRE(g.close().has_value());
  CHECK(listed(g, g.cora).empty());
  OpenFilter unsigned_ones;
  unsigned_ones.without_signature = true;
  CHECK(listed(g, g.cora, unsigned_ones) == std::vector{g.session.id});
  REQUIRE(g.sign(g.cora).has_value());
  CHECK(listed(g, g.cora, unsigned_ones).empty());
}

TEST_CASE("one's own, one's site's, and everybody's for a supervisor") {
  SheetFixture g;
  const auto north = g.write([](Transaction& tx) { return test::add_site(tx, "North"); });
  g.clock.set(g.session.ends_at + 30h);
  OpenFilter filter;
  filter.site = north;
  CHECK(g.read([&](Snapshot& db) { return open_sheets(db, g.cora, filter, g.now()); }).error().kind ==
        ErrorKind::not_found);
  CHECK(listed(g, g.ada, filter).empty());
  CHECK(listed(g, g.ada) == std::vector{g.session.id});
  CHECK(listed(g, g.otto) == std::vector{g.session.id});
  filter = {};
  filter.staff = g.other_counselor;
  CHECK(listed(g, g.otto, filter).empty());
  filter.staff = g.counselor;
  CHECK(listed(g, g.cora, filter) == std::vector{g.session.id});
}

TEST_CASE("the deadline is the group's, and what is too late for documentation says so") {
  SheetFixture g;
  Terms terms;
  terms.close_within_hours = {2};
  terms.documentation_days = {1};
  g.set_terms(terms);
  g.clock.set(g.session.ends_at + 2h);
  const auto one = [&] {
    return g.read([&](Snapshot& db) { return open_sheets(db, g.cora, {}, g.now()); }).value().items.at(0);
  };
  CHECK(one().close_by == g.session.ends_at + 2h);
  CHECK(one().unmarked == 2);
  CHECK(one().facilitator_names == std::vector<std::string>{"Cora Counselor"});
  CHECK_FALSE(one().late_documentation);
  g.clock.set(g.session.ends_at + 25h);
  CHECK(one().late_documentation);
}

TEST_CASE("the list comes in pages, past what is not due yet") {
  SheetFixture g;
  std::vector<SessionId> all{g.session.id};
  for (int i = 1; i < 4; ++i) {
    auto booking = g.with_both(Milliseconds(i * 24h));
    all.push_back(g.book(booking).value().id);
  }
  g.clock.set(g.session.ends_at + 3 * 24h - 1h);  // the last two are not due yet: one has not begun
  OpenFilter filter;
  filter.limit = 1;
  const auto page = g.read([&](Snapshot& db) { return open_sheets(db, g.cora, filter, g.now()); }).value();
  CHECK(page.more);
  REQUIRE(page.items.size() == 1);
  CHECK(page.items[0].session == all[0]);
  filter.after_start = page.items[0].starts_at;
  filter.after = page.items[0].session;
  CHECK(listed(g, g.cora, filter) == std::vector{all[1]});
}

TEST_CASE("they are told of a hundred sheets at a time, and what is not due yet does not hide what is") {
  SheetFixture g;
  constexpr int waiting = 250, overdue = 150;
  const auto slow = g.write([&](Transaction& tx) {
    return *tx.one<GroupId>(
        "INSERT INTO therapy_group (site_id, service_id, name, alias, admission, smallest, largest, "
        "created_at) SELECT site_id, service_id, 'Slow', 'Group', 'open', 1, 9, 0 FROM session WHERE id = $1 "
        "RETURNING id",
        g.session.id);
  });
  Terms terms;
  terms.close_within_hours = {720};
  g.set_terms(terms, slow);
  g.write([&](Transaction& tx) {
    for (int i = 0; i < waiting + overdue; ++i) {
      const Instant start = g.start() + (i + 1) * 1s;
      const auto id = *tx.one<SessionId>(
          "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, seats, group_id, "
          "created_at) SELECT site_id, service_id, kind, title, $2, $3, seats, $4, 0 FROM session "
          "WHERE id = $1 RETURNING id",
          g.session.id, start, start + 30min, i < waiting ? std::optional(slow) : std::nullopt);
      tx.run("INSERT INTO facilitator (session_id, staff_id, starts_at, leads) VALUES ($1, $2, $3, TRUE)", id,
             g.counselor, start);
    }
  });
  g.clock.set(g.session.ends_at + 48h);
  g.take_committed();
  CHECK(tell(g) == 100);
  CHECK(tell(g) == overdue + 1 - 100);
  CHECK(tell(g) == 0);
  CHECK(g.take_committed().events.size() == overdue + 1);
  CHECK(g.number("SELECT count(*) FROM session WHERE group_id = $1 AND sheet_told_at IS NULL", slow) ==
        waiting);
}

TEST_CASE("unmarked are those for whom somebody must decide: not whom the policy excuses, nor who had left") {
  SheetFixture g;
  g.clock.set(g.session.ends_at + 24h);
  const auto unmarked = [&] {
    return g.read([&](Snapshot& db) { return open_sheets(db, g.cora, {}, g.now()); })
        .value()
        .items.at(0)
        .unmarked;
  };
  const auto says = [&](ClientId client, Milliseconds before) {
    g.write([&](Transaction& tx) {
      tx.run(
          "UPDATE participant SET answer = 'cant_come', answered_at = $3 WHERE session_id = $1 "
          "AND client_id = $2",
          g.session.id, client, g.session.starts_at - before);
    });
  };
  CHECK(unmarked() == 2);
  says(g.ana, 24h - 1ms);
  CHECK(unmarked() == 2);
  says(g.ana, 24h);
  CHECK(unmarked() == 1);

  // Ben is there by an enrolment that ended the day before; Ana's is mandatory, and not excused by that
  // alone.
  g.write([&](Transaction& tx) {
    const auto group = *tx.one<GroupId>(
        "INSERT INTO therapy_group (site_id, service_id, name, alias, admission, smallest, largest, "
        "created_at) VALUES ($1, $2, 'Evening', 'Group', 'open', 1, 12, 0) RETURNING id",
        g.site, g.counseling);
    const Date on = Zone::named("America/New_York")->date(g.session.starts_at);
    tx.run("UPDATE session SET group_id = $2 WHERE id = $1", g.session.id, group);
    tx.run("UPDATE participant SET source = 'enrolment' WHERE session_id = $1", g.session.id);
    tx.run(
        "INSERT INTO enrolment (group_id, client_id, from_on, until_on, mandatory, made_at) VALUES "
        "($1, $2, $4, NULL, TRUE, 0), ($1, $3, $4, $5, FALSE, 0)",
        group, g.ana, g.ben, on - std::chrono::days(9), on - std::chrono::days(1));
  });
  CHECK(unmarked() == 1);
  // As many as the sheet itself wants to hear of before it closes.
  CHECK(g.close().error().extra.at("clients").as_array().size() == 1);
}
