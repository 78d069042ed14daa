#include "calendar/hand_over.hpp"

#include <doctest/doctest.h>

#include "calendar/course_support.hpp"
#include "people/reach.hpp"

using namespace circled;
using namespace circled::calendar;
using circled::test::CourseFixture;
using namespace std::chrono_literals;

namespace {

// Cora has Ana, Ben and Carl; Otto, who is to take over, leads a group at 48 hours from now.
struct Handing : CourseFixture {
  SessionId anas_session, bens, taken, groups;

  Handing() {
    anas_session = one_on_one_with(ana, 24h);
    bens = one_on_one_with(ben, 26h);
    groups = group_session(group, 48h, {});
    taken = one_on_one_with(ben, 48h + 30min);
    take_committed();
  }
  Result<HandedOver> hand(const api::Identity& who, const HandOver& wanted, const Asked& asked = {}) {
    return write([&](Transaction& tx) { return hand_over(tx, who, actor, counselor, wanted, asked, now()); });
  }
  HandOver to_otto() const {
    HandOver wanted{};
    wanted.to = other_counselor;
    return wanted;
  }
  bool reaches_ana(const api::Identity& who) {
    return read([&](Snapshot& db) { return people::reaches(db, who, ana, now()); });
  }
};

}  // namespace

TEST_CASE("a hand-over lists each client and each one-on-one, with whether the other is free then") {
  Handing f;
  const auto preview = f.hand(f.sue, f.to_otto(), {true, {}});
  REQUIRE(preview.has_value());
  REQUIRE(preview->clients.size() == 3);
  CHECK(preview->clients[0].preferred_name == "Ana");
  CHECK(preview->clients[2].preferred_name == "Carl");
  REQUIRE(preview->sessions.size() == 3);
  CHECK(preview->sessions[0].session == f.anas_session);
  CHECK(preview->sessions[0].free);
  CHECK(preview->sessions[1].free);
  CHECK(preview->sessions[2].session == f.taken);
  CHECK_FALSE(preview->sessions[2].free);
  REQUIRE(preview->sessions[2].conflicts.size() == 1);
  CHECK(preview->sessions[2].conflicts[0].session == f.groups);
  CHECK(preview->sessions[2].conflicts[0].name == "Otto Other");
  // Nothing was written.
  CHECK(f.number("SELECT count(*) FROM assignment WHERE staff_id = $1", f.other_counselor) == 0);
  CHECK(f.number("SELECT count(*) FROM facilitator WHERE staff_id = $1", f.other_counselor) == 1);

  const auto applied = f.hand(f.sue, f.to_otto(), {false, digest(*preview)});
  REQUIRE(applied.has_value());
  CHECK(json::to_text(*applied) == json::to_text(*preview));
}

TEST_CASE("what the other's leave, hours and credentials forbid stays with whom it was") {
  Handing f;
  SUBCASE("leave") {
    f.write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO staff_exception (staff_id, kind, from_at, until_at, note) VALUES ($1, 'leave', $2, "
          "$3, '')",
          f.other_counselor, f.now() + 20h, f.now() + 25h);
    });
    const auto preview = f.hand(f.sue, f.to_otto(), {true, {}}).value();
    REQUIRE(preview.sessions[0].troubles.size() == 1);
    CHECK(preview.sessions[0].troubles[0].why == Why::leave);
    CHECK(!preview.sessions[0].free);
    CHECK(preview.sessions[1].free);
  }
  SUBCASE("a credential that the service needs of whoever leads it") {
    f.write([&](Transaction& tx) {
      tx.run("UPDATE service SET credential = 'lcsw' WHERE id = $1", f.counseling);
    });
    const auto preview = f.hand(f.sue, f.to_otto(), {true, {}}).value();
    for (const auto& session : preview.sessions) {
      REQUIRE(session.troubles.size() == 1);
      CHECK(session.troubles[0].why == Why::credential);
      CHECK(session.troubles[0].staff == f.other_counselor);
      CHECK(!session.free);
    }
  }
  SUBCASE("that the site is closed then is nobody's own") {
    f.write([&](Transaction& tx) {
      tx.run("INSERT INTO closure (from_on, until_on, name) VALUES ($1, $1, 'Storm')",
             *parse_date("2026-03-11"));
    });
    const auto preview = f.hand(f.sue, f.to_otto(), {true, {}}).value();
    CHECK(preview.sessions[0].troubles.empty());
    CHECK(preview.sessions[0].free);
  }
}

TEST_CASE("applied, the free ones change hands and the rest stay with whom they were") {
  Handing f;
  f.clock.advance(1ms);  // an assignment ends after it began
  const auto told_version = f.number("SELECT told_version FROM session WHERE id = $1", f.bens);
  REQUIRE(f.hand(f.ada, f.to_otto()).has_value());
  const auto leads = [&](SessionId session, StaffId staff) {
    return f.number("SELECT count(*) FROM facilitator WHERE session_id = $1 AND staff_id = $2 AND leads",
                    session, staff) == 1;
  };
  const auto busy = [&](SessionId session, StaffId staff) {
    return f.number(
        "SELECT count(*) FROM busy WHERE session_id = $1 AND owner_kind = 'staff' "
        "AND owner_id = $2 AND until_at - from_at = 3600000",
        session, staff);
  };
  for (const auto session : {f.anas_session, f.bens}) {
    CHECK(leads(session, f.other_counselor));
    CHECK_FALSE(leads(session, f.counselor));
    CHECK(busy(session, f.other_counselor) == 1);
    CHECK(busy(session, f.counselor) == 0);
  }
  CHECK(leads(f.taken, f.counselor));
  CHECK(busy(f.taken, f.counselor) == 1);
  CHECK(f.number("SELECT count(*) FROM assignment WHERE staff_id = $1 AND until_at IS NULL",
                 f.other_counselor) == 3);
  CHECK(f.number("SELECT count(*) FROM assignment WHERE staff_id = $1 AND until_at IS NULL", f.counselor) ==
        0);
  CHECK(f.reaches_ana(f.otto));
  CHECK_FALSE(f.reaches_ana(f.cora));

  // A client's appointment is where and when it was: no news, no new reminders.
  const auto committed = f.take_committed();
  CHECK(committed.events.empty());
  CHECK(committed.hints.size() > 0);
  CHECK(f.number("SELECT told_version FROM session WHERE id = $1", f.bens) == told_version);
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'client.hand_over'") == 3);
}

TEST_CASE("some clients, from a day on: what is before stays") {
  Handing f;
  auto wanted = f.to_otto();
  wanted.clients.emplace();
  wanted.clients->push_back(f.ana);
  wanted.clients->push_back(f.ben);
  wanted.from = f.now() + 25h;
  const auto done = f.hand(f.sue, wanted);
  REQUIRE(done.has_value());
  CHECK(done->clients.size() == 2);
  REQUIRE(done->sessions.size() == 2);  // Ana's is before
  CHECK(done->sessions[0].session == f.bens);
  CHECK(f.reaches_ana(f.cora));
  CHECK_FALSE(f.reaches_ana(f.otto));
  f.clock.advance(25h);
  CHECK(f.reaches_ana(f.otto));
  // Cora leads the session with Ana that has been, and so still may know of her.
  CHECK(f.number("SELECT count(*) FROM assignment WHERE staff_id = $1 AND client_id = $2 AND until_at = $3",
                 f.counselor, f.ana, f.now()) == 1);
  CHECK(f.number("SELECT count(*) FROM assignment WHERE staff_id = $1 AND client_id = $2 "
                 "AND until_at IS NULL",
                 f.counselor, f.carl) == 1);
}

TEST_CASE("a session that both lead is the other's alone; a standing one-on-one goes along") {
  Handing f;
  auto booking = f.one_on_one(96h);
  booking.facilitators.push_back(f.other_counselor);
  const auto both = f.book(booking).value().id;
  f.write([&](Transaction& tx) {
    const auto series = *tx.one<SeriesId>(
        "INSERT INTO series (site_id, service_id, client_id, title, starts_on, time, duration_minutes, zone, "
        "rule, seats, expanded_until, created_at) VALUES ($1, $2, $3, 'Weekly', 20500, 600, 50, "
        "'America/New_York', 'FREQ=WEEKLY', 1, $4, 0) RETURNING id",
        f.site, f.counseling, f.ben, f.now());
    tx.run("INSERT INTO series_facilitator (series_id, position, staff_id) VALUES ($1, 0, $2)", series,
           f.counselor);
  });
  const auto done = f.hand(f.sue, f.to_otto());
  REQUIRE(done.has_value());
  REQUIRE(done->series.size() == 1);
  CHECK(done->series[0].name == "Weekly");
  CHECK(f.number("SELECT count(*) FROM facilitator WHERE session_id = $1", both) == 1);
  CHECK(f.number("SELECT count(*) FROM facilitator WHERE session_id = $1 AND staff_id = $2 AND leads", both,
                 f.other_counselor) == 1);
  CHECK(f.number("SELECT count(*) FROM busy WHERE session_id = $1 AND owner_kind = 'staff'", both) == 1);
  CHECK(f.number("SELECT count(*) FROM series_facilitator WHERE staff_id = $1", f.other_counselor) == 1);
}

TEST_CASE("who may hand over, and to whom") {
  Handing f;
  for (const auto& who : {f.cora, f.cleo, f.fred})
    CHECK(f.hand(who, f.to_otto()).error().kind == ErrorKind::forbidden);
  auto wanted = f.to_otto();
  for (const auto to : {f.counselor, f.front_desk, StaffId(4711), StaffId(f.ana.value)}) {
    wanted.to = to;
    CHECK(f.hand(f.sue, wanted).error().fields[0].pointer == "/to");
  }
  wanted = f.to_otto();
  wanted.from = f.now() - 1ms;
  CHECK(f.hand(f.sue, wanted).error().fields[0].pointer == "/from");
  wanted = f.to_otto();
  wanted.clients.emplace();
  wanted.clients->push_back(f.ana);
  wanted.clients->push_back(ClientId(4711));
  CHECK(f.hand(f.sue, wanted).error().fields[0].pointer == "/clients/1");
  const auto stale = f.hand(f.sue, f.to_otto(), {false, "something else"});
  CHECK(stale.error().kind == ErrorKind::precondition_failed);
  CHECK(stale.error().extra.at("current").at("sessions").as_array().size() == 3);
}
