#include "attendance/make_up.hpp"

#include <doctest/doctest.h>

#include "attendance/sheet.hpp"
#include "calendar/group_fixture.hpp"

using namespace circled;
using namespace circled::attendance;
using calendar::Verdict;
using namespace std::chrono_literals;

namespace {

// Two series of the group "Tuesdays", on Tuesdays and on Thursdays at 18:00; Ana comes on Tuesdays, and
// missed the first, on 10 March. It is Wednesday 11 March, 08:00 in New York.
struct MakeUp : test::GroupFixture {
  SessionId missed, thursday;
  api::Identity sue;

  MakeUp() {
    admit(ana);
    admit(ben);
    add_tuesdays();
    auto thursdays = tuesdays();
    thursdays.starts_on = day("2026-03-12");
    thursdays.rule = "FREQ=WEEKLY;BYDAY=TH";
    REQUIRE(add(thursdays, cora));
    missed = session_at("2026-03-10T22:00:00Z");
    thursday = session_at("2026-03-12T22:00:00Z");
    write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO participant (session_id, client_id, starts_at, source, verdict) "
          "VALUES ($1, $2, $3, 'enrolment', 'unexcused')",
          missed, ana, at("2026-03-10T22:00:00Z"));
      tx.run("UPDATE session SET seats = 2 WHERE id = $1", thursday);
      const auto supervisor = test::add_staff(tx, site, "Sue Supervisor", "supervisor");
      sue = test::identity(test::add_account(tx, supervisor), supervisor, api::Role::supervisor, site);
    });
    clock.advance(24h);
    take_committed();
  }

  std::vector<Absence> all() {
    return read([&](Snapshot& db) { return absences(db, cora, ana, now()); }).value();
  }
  Absence first() { return all().at(0); }
  std::vector<SessionId> proposed() {
    std::vector<SessionId> ids;
    for (const auto& one : read([&](Snapshot& db) { return make_ups(db, cora, ana, missed, now()); }).value())
      ids.push_back(one.session);
    return ids;
  }
  Result<Absence> book(SessionId session) {
    return write([&](Transaction& tx) { return book_make_up(tx, cora, actor, ana, missed, session, now()); });
  }
  Result<Absence> cancel() {
    return write([&](Transaction& tx) { return cancel_make_up(tx, cora, actor, ana, missed, now()); });
  }
  void mark(SessionId session, Verdict verdict) {
    Marks marks;
    marks.marks.push_back({ana, verdict, {}});
    REQUIRE(write([&](Transaction& tx) {
      const auto version = *tx.one<std::int64_t>("SELECT version FROM session WHERE id = $1", session);
      return attendance::mark(tx, cora, actor, session, version, marks, now());
    }));
  }
  std::int64_t on_list(SessionId session, ClientId client) {
    return number("SELECT count(*) FROM participant WHERE session_id = $1 AND client_id = $2", session,
                  client);
  }
  std::vector<std::string> told() {
    std::vector<std::string> kinds;
    for (const auto& event : take_committed().events)
      if (event.receiver == PersonId(ana)) {
        const auto body = boost::json::parse("{" + *event.body + "}");
        kinds.push_back(std::string(body.at("kind").as_string()));
      }
    return kinds;
  }
};

}  // namespace

TEST_CASE_FIXTURE(MakeUp, "an absence is made up at the group's other series, and counted once") {
  REQUIRE(all().size() == 1);
  CHECK(first().state == MakeUpState::open);
  CHECK(first().verdict == Verdict::unexcused);
  CHECK(first().make_up_before == at("2026-03-25T04:00:00Z"));
  REQUIRE(!proposed().empty());
  CHECK(proposed().front() == thursday);

  const auto booked = book(thursday);
  REQUIRE(booked);
  CHECK(booked->state == MakeUpState::booked);
  CHECK(booked->made_up_by == thursday);
  CHECK(booked->made_up_start == at("2026-03-12T22:00:00Z"));
  CHECK(number("SELECT count(*) FROM participant WHERE session_id = $1 AND source = 'make_up'", thursday) ==
        1);
  CHECK(number("SELECT count(*) FROM busy WHERE session_id = $1 AND owner_kind = 'client'", thursday) == 1);
  CHECK(told() == std::vector<std::string>{"appointment.booked"});
  CHECK(proposed().empty());
  CHECK(book(thursday).error().code == "already_made_up");

  clock.advance(36h);  // Thursday, 20:00
  mark(thursday, Verdict::attended);
  CHECK(first().state == MakeUpState::made_up);
  CHECK(all().size() == 1);
  // The minutes stand on one roll alone.
  CHECK(number("SELECT CAST(sum(credited_minutes) AS BIGINT) FROM participant WHERE client_id = $1", ana) ==
        90);
  CHECK(cancel().error().code == "already_started");
}

TEST_CASE_FIXTURE(MakeUp, "giving the make-up up frees the seat and opens the absence") {
  REQUIRE(book(thursday));
  take_committed();
  const auto open = cancel();
  REQUIRE(open);
  CHECK(open->state == MakeUpState::open);
  CHECK(!open->made_up_by);
  CHECK(on_list(thursday, ana) == 0);
  CHECK(number("SELECT count(*) FROM busy WHERE session_id = $1 AND owner_kind = 'client'", thursday) == 0);
  CHECK(number("SELECT count(*) FROM reminder WHERE receiver_id = $1 AND state = 'pending'", ana) == 0);
  CHECK(told() == std::vector<std::string>{"appointment.cancelled"});
  CHECK(cancel().error().code == "no_make_up");
  CHECK(book(thursday));
}

TEST_CASE_FIXTURE(MakeUp, "what the calendar calls off, or is missed again, leaves the absence open") {
  REQUIRE(book(thursday));
  REQUIRE(write([&](Transaction& tx) {
    const auto version = *tx.one<std::int64_t>("SELECT version FROM session WHERE id = $1", thursday);
    return calendar::cancel(tx, cora, actor, thursday, version, {}, now());
  }));
  CHECK(first().state == MakeUpState::open);
  const auto next = session_at("2026-03-19T22:00:00Z");
  REQUIRE(book(next));
  clock.advance(24h * 8 + 13h);  // Thursday 19 March, 21:00
  mark(next, Verdict::unexcused);
  CHECK(all().size() == 1);  // not an absence of its own
  CHECK(first().state == MakeUpState::open);
  clock.advance(24h * 6);
  CHECK(first().state == MakeUpState::expired);
  CHECK(proposed().empty());
  CHECK(book(session_at("2026-03-26T22:00:00Z")).error().code == "too_late");
}

TEST_CASE_FIXTURE(
    MakeUp, "no session is proposed, or booked, that is full or at whose time the client is elsewhere") {
  write([&](Transaction& tx) {
    for (const char* name : {"Dora", "Emil"})
      tx.run(
          "INSERT INTO participant (session_id, client_id, starts_at, source) VALUES ($1, $2, $3, 'booking')",
          thursday, test::add_client(tx, site, name), at("2026-03-12T22:00:00Z"));
  });
  const auto ids = proposed();
  CHECK(std::find(ids.begin(), ids.end(), thursday) == ids.end());
  CHECK(book(thursday).error().code == "not_eligible");

  const auto next = session_at("2026-03-19T22:00:00Z");
  auto elsewhere = one_on_one(0h);
  elsewhere.starts_at = at("2026-03-19T22:30:00Z");
  elsewhere.facilitators[0] = other_counselor;
  REQUIRE(test::CalendarFixture::book(elsewhere, ada));
  const auto now_proposed = proposed();
  CHECK(std::find(now_proposed.begin(), now_proposed.end(), next) == now_proposed.end());
  CHECK(book(next).error().code == "booking_conflict");
}

TEST_CASE_FIXTURE(MakeUp, "no session is proposed that does not admit the client, or is of something else") {
  write([&](Transaction& tx) {
    tx.run("INSERT INTO group_admits (group_id, kind, value) VALUES ($1, 'tag', 'women')", group);
  });
  CHECK(proposed().empty());
  CHECK(book(thursday).error().code == "not_eligible");
  write([&](Transaction& tx) {
    tx.run("DELETE FROM group_admits WHERE group_id = $1", group);
    const auto other = *tx.one<ServiceId>(
        "INSERT INTO service (code, name, neutral_name, counts) VALUES ('education', 'Education', "
        "'Appointment', TRUE) RETURNING id");
    tx.run("UPDATE session SET service_id = $2, group_id = NULL WHERE id = $1", thursday, other);
  });
  CHECK(book(thursday).error().code == "not_equivalent");
  const auto ids = proposed();
  CHECK(std::find(ids.begin(), ids.end(), thursday) == ids.end());
}

TEST_CASE_FIXTURE(MakeUp, "who may not know the client learns nothing") {
  CHECK(read([&](Snapshot& db) { return absences(db, otto, ana, now()); }).error().code == "not_found");
  CHECK(read([&](Snapshot& db) { return absences(db, fred, ana, now()); }).error().code == "not_found");
  CHECK(read([&](Snapshot& db) { return absences(db, sue, ana, now()); }).has_value());
  CHECK(write([&](Transaction& tx) { return book_make_up(tx, otto, actor, ana, missed, thursday, now()); })
            .error()
            .code == "not_found");
  // Ben missed nothing.
  CHECK(write([&](Transaction& tx) { return book_make_up(tx, cora, actor, ben, missed, thursday, now()); })
            .error()
            .code == "not_found");
}

TEST_CASE_FIXTURE(MakeUp, "a client books by themselves, and hears neutral words") {
  const auto mine = read([&](Snapshot& db) { return my_missed(db, ana, now()); });
  REQUIRE(mine.size() == 1);
  CHECK(mine[0].title == "Appointment");
  const auto open = read([&](Snapshot& db) { return my_make_ups(db, ana, missed, now()); }).value();
  REQUIRE(!open.empty());
  CHECK(open[0].title == "Your group");
  const auto text = json::to_text(mine[0]) + json::to_text(open[0]);
  for (const char* word : {"Tuesdays", "unexcused", "Cora", "Counseling", "seats"})
    CHECK(text.find(word) == std::string::npos);

  const auto book_mine = [&](SessionId session) {
    return write([&](Transaction& tx) { return book_my_make_up(tx, actor, ana, missed, session, now()); });
  };
  write([&](Transaction& tx) {
    tx.run("INSERT INTO group_admits (group_id, kind, value) VALUES ($1, 'tag', 'women')", group);
  });
  const auto refused = book_mine(thursday);
  CHECK(refused.error().code == "not_available");
  CHECK(refused.error().extra.empty());
  write([&](Transaction& tx) { tx.run("DELETE FROM group_admits WHERE group_id = $1", group); });
  CHECK(book_mine(thursday)->state == MakeUpState::booked);
  CHECK(write([&](Transaction& tx) { return cancel_my_make_up(tx, actor, ana, missed, now()); })->state ==
        MakeUpState::open);
}

TEST_CASE_FIXTURE(MakeUp, "a one-on-one is made up by a single one that is booked") {
  write([&](Transaction& tx) {
    tx.run(
        "UPDATE session SET kind = 'one_on_one', seats = 1, group_id = NULL, series_id = NULL WHERE id = $1",
        missed);
  });
  CHECK(proposed().empty());
  CHECK(book(thursday).error().code == "not_equivalent");
  const auto single = test::CalendarFixture::book(one_on_one(48h)).value().id;
  CHECK(proposed() == std::vector<SessionId>{single});
  CHECK(book(single)->state == MakeUpState::booked);
  // It stands for one absence, and stays when the link goes.
  CHECK(cancel()->state == MakeUpState::open);
  CHECK(on_list(single, ana) == 1);
  CHECK(number("SELECT count(*) FROM participant WHERE session_id = $1 AND source = 'booking'", single) == 1);
}
