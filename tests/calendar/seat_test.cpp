#include "calendar/seat.hpp"

#include <doctest/doctest.h>

#include "calendar/group_fixture.hpp"
#include "calendar/waitlist.hpp"
#include "support/text.hpp"

using namespace circled;
using namespace circled::calendar;
using namespace std::chrono_literals;
using test::Texts;

namespace {

// A rolling group with two seats, which Ana and Ben have; Carl and Dora are in treatment too, and all are
// Cora's. It is 08:00 on Tuesday 10 March in New York; `next` is the session of the 17th at 18:00.
struct Seats : test::FourInTreatment {
  SessionId next;

  Seats() {
    group = add_group("Two", 2).value().id;
    add_tuesdays();
    enrol(ana).value();
    enrol(ben).value();
    next = session_at("2026-03-17T22:00:00Z");
    take_committed();
  }

  Result<Session> add(SessionId id, ClientId client, const api::Identity& who, const char* reason = nullptr) {
    NewSeat seat{};
    seat.client = client;
    if (reason) seat.override = Override{Text<3, 500>(reason)};
    return write([&](Transaction& tx) { return add_participant(tx, who, actor, id, seat, now()); });
  }
  Result<Session> remove(SessionId id, ClientId client, const api::Identity& who) {
    return write([&](Transaction& tx) { return remove_participant(tx, who, actor, id, client, now()); });
  }
  Result<void> say(SessionId id, ClientId client, Answer said) {
    return write([&](Transaction& tx) { return answer(tx, actor, id, client, said, now()); });
  }
  WaitlistId wait(ClientId client, const Awaited& awaited) {
    NewWait wanted{};
    wanted.client = client;
    const auto id =
        write([&](Transaction& tx) { return put_on(tx, cora, actor, awaited, wanted, now()); }).value().id;
    clock.advance(1s);
    return id;
  }
  Result<MyWait> respond(ClientId client, WaitlistId id, OfferAnswer said) {
    return write([&](Transaction& tx) { return answer_own_offer(tx, actor, client, id, said, now()); });
  }
  std::string state(WaitlistId id) {
    return read([&](Snapshot& db) {
      return db.one<std::string>("SELECT state FROM waitlist WHERE id = $1", id).value();
    });
  }
  // The client's line for one session; zero: there is none.
  WaitlistId line(ClientId client, SessionId id) {
    return WaitlistId(number(
        "SELECT COALESCE(max(id), 0) FROM waitlist WHERE client_id = $1 AND session_id = $2", client, id));
  }
  std::int64_t expected(SessionId id, ClientId client) {
    return number("SELECT count(*) FROM participant WHERE session_id = $1 AND client_id = $2", id, client);
  }
  std::int64_t reminders(SessionId id, ClientId client) {
    return number(
        "SELECT count(*) FROM reminder WHERE subject_id = $1 AND receiver_id = $2 AND state = 'pending'", id,
        client);
  }
  Texts told(PersonId person) {
    Texts kinds;
    for (const auto& event : take_committed().events)
      if (event.receiver == person)
        kinds.emplace_back(boost::json::parse("{" + *event.body + "}").at("kind").as_string());
    return kinds;
  }
  void make(Admission admission) {
    GroupChange change{};
    change.admission = admission;
    write([&](Transaction& tx) { return change_group(tx, cora, actor, group, 1, change, now()); }).value();
    take_committed();
  }
  void sue_allows_three() {
    write([&](Transaction& tx) { tx.run("UPDATE session SET seats = 3 WHERE id = $1", next); });
  }
};

std::string objection(const Error& error) {
  return std::string(error.extra.at("objections").at(0).at("code").as_string());
}

}  // namespace

TEST_CASE_FIXTURE(Seats, "a client comes to one session, is told once, and to no other") {
  sue_allows_three();
  const auto done = add(next, carl, cora);
  REQUIRE(done.has_value());
  CHECK(done->expected == 3);
  CHECK(expected(next, carl) == 1);
  CHECK(number("SELECT count(*) FROM participant WHERE client_id = $1", carl) == 1);
  CHECK(number("SELECT count(*) FROM busy WHERE owner_kind = 'client' AND owner_id = $1", carl) == 1);
  CHECK(reminders(next, carl) == 2);
  CHECK(told(carl) == Texts{"appointment.booked"});
  CHECK(number("SELECT count(*) FROM audit WHERE action = 'session.add_participant' AND subject_id = $1",
               next) == 1);
  CHECK(add(next, carl, cora).error().code == "already_there");
  CHECK(add(next, ana, cora).error().code == "already_there");
}

TEST_CASE_FIXTURE(Seats, "a client who is taken off one session is told, and stays in the group") {
  const auto done = remove(next, ana, cora);
  REQUIRE(done.has_value());
  CHECK(expected(next, ana) == 0);
  CHECK(number("SELECT count(*) FROM busy WHERE session_id = $1 AND owner_kind = 'client'", next) == 1);
  CHECK(reminders(next, ana) == 0);
  CHECK(told(ana) == Texts{"appointment.cancelled"});
  CHECK(number("SELECT count(*) FROM participant WHERE client_id = $1", ana) == 25);
  CHECK(number("SELECT count(*) FROM enrolment WHERE client_id = $1 AND until_on IS NULL", ana) == 1);
  CHECK(remove(next, ana, cora).error().kind == ErrorKind::not_found);
  // Back again, through the enrolment, with which the seat goes.
  REQUIRE(add(next, ana, cora).has_value());
  CHECK(number("SELECT count(*) FROM participant WHERE session_id = $1 AND client_id = $2 AND source = "
               "'enrolment'",
               next, ana) == 1);
}

TEST_CASE_FIXTURE(Seats,
                  "the house's rules are overruled by a supervisor with a reason, the law's by nobody") {
  const auto full = add(next, carl, cora);
  REQUIRE(full.has_error());
  CHECK(full.error().code == "not_eligible");
  CHECK(objection(full.error()) == "full");
  CHECK(add(next, carl, cora, "just this once").error().kind == ErrorKind::forbidden);
  REQUIRE(add(next, carl, ada, "just this once").has_value());
  CHECK(number("SELECT count(*) FROM audit WHERE action = 'session.add_participant' AND detail LIKE '%full%' "
               "AND detail LIKE '%just this once%'") == 1);

  write([&](Transaction& tx) { tx.run("UPDATE service SET legal_largest = 3 WHERE id = $1", counseling); });
  const auto law = add(next, dora, ada, "just this once");
  REQUIRE(law.has_error());
  CHECK(objection(law.error()) == "legal_cap");
  CHECK(expected(next, dora) == 0);
}

TEST_CASE_FIXTURE(Seats, "a room's seats are a cap that nobody overrides") {
  write([&](Transaction& tx) { tx.run("UPDATE session SET room_id = $2 WHERE id = $1", next, small_room); });
  const auto refused = add(next, carl, ada, "just this once");
  REQUIRE(refused.has_error());
  CHECK(refused.error().extra.at("objections").at(1).at("code") == "room_too_small");
}

TEST_CASE_FIXTURE(Seats,
                  "whoever lacks a clearance, must not meet somebody there or is elsewhere does not come") {
  sue_allows_three();
  SUBCASE("no clearance") {
    write([&](Transaction& tx) {
      tx.run(
          "UPDATE phase SET phase = 'detox' WHERE episode_id IN (SELECT id FROM episode WHERE client_id = "
          "$1)",
          carl);
    });
    const auto refused = add(next, carl, ada, "just this once");
    CHECK(objection(refused.error()) == "not_cleared");
  }
  SUBCASE("kept apart") {
    write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO keep_apart (one_id, other_id, reason, made_by, made_at) VALUES ($1, $2, 'x', $3, 0)",
          std::min(ana, carl), std::max(ana, carl), counselor);
    });
    CHECK(objection(add(next, carl, cora).error()) == "kept_apart");
    REQUIRE(remove(next, ana, cora).has_value());
    CHECK(add(next, carl, cora).has_value());
  }
  SUBCASE("elsewhere") {
    auto other = one_on_one(7 * 24h + 10h);
    other.clients[0] = carl;
    other.facilitators[0] = other_counselor;
    REQUIRE(CalendarFixture::book(other, ada).has_value());
    CHECK(add(next, carl, cora).error().code == "booking_conflict");
    CHECK(add(next, carl, cora, "just this once").error().kind == ErrorKind::forbidden);
    REQUIRE(add(next, carl, ada, "just this once").has_value());
    CHECK(number("SELECT count(*) FROM busy WHERE session_id = $1 AND overridden", next) == 1);
  }
}

TEST_CASE_FIXTURE(Seats, "seats are for those who may change the session, of groups, before they begin") {
  sue_allows_three();
  CHECK(add(next, carl, otto).error().kind == ErrorKind::forbidden);
  CHECK(remove(next, ana, otto).error().kind == ErrorKind::forbidden);
  CHECK(add(next, carl, fred).has_value());  // front desk of the site
  const auto alone = CalendarFixture::book(one_on_one(24h)).value().id;
  CHECK(add(alone, carl, cora).error().code == "one_on_one");
  CHECK(remove(alone, ana, cora).error().code == "one_on_one");
  const auto stranger = write([&](Transaction& tx) { return test::add_client(tx, site, "Zed"); });
  CHECK(add(next, stranger, cora).error().fields.at(0).code == "not_found");
  // Who treats the client finds them a seat at sessions that others lead, and takes nobody else's from there.
  write([&](Transaction& tx) { test::assign(tx, other_counselor, dora); });
  CHECK(add(next, dora, otto).error().code == "not_eligible");  // full
  CHECK(add(next, dora, otto, "she needs it").error().kind == ErrorKind::forbidden);
  REQUIRE(remove(next, carl, cora).has_value());
  CHECK(add(next, dora, otto).has_value());
  CHECK(expected(next, dora) == 1);
  CHECK(remove(next, dora, otto).error().kind == ErrorKind::forbidden);
  const auto today = session_at("2026-03-10T22:00:00Z");
  clock.advance(10h);
  CHECK(add(today, carl, cora).error().code == "already_started");
  CHECK(remove(today, ana, cora).error().code == "already_started");
}

TEST_CASE_FIXTURE(
    Seats, "who can't come to a rolling group gives the seat back, and has it again while it is free") {
  REQUIRE(say(next, ana, Answer::cant_come).has_value());
  CHECK(number("SELECT count(*) FROM participant WHERE session_id = $1 AND seat_given_back", next) == 1);
  CHECK(read([&](Snapshot& db) { return seats_taken(db, next); }) == 1);
  REQUIRE(say(next, ana, Answer::confirmed).has_value());
  CHECK(read([&](Snapshot& db) { return seats_taken(db, next); }) == 2);
}

TEST_CASE_FIXTURE(Seats, "a seat that was given back is offered to whoever waits for the session") {
  const auto carls = wait(carl, {{}, next});
  CHECK(state(carls) == "waiting");
  REQUIRE(say(next, ana, Answer::cant_come).has_value());
  CHECK(state(carls) == "offered");
  // Held for Carl: it is not Ana's any more.
  const auto refused = say(next, ana, Answer::confirmed);
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == "seat_taken");
  CHECK(refused.error().detail ==
        "Your seat has gone to somebody else by now. Wait for another one, or ask your counselor.");
  SUBCASE("and taken: the client who gave it may wait like anybody") {
    REQUIRE(respond(carl, carls, OfferAnswer::accept).has_value());
    CHECK(expected(next, carl) == 1);
    CHECK(say(next, ana, Answer::confirmed).error().code == "seat_taken");
    const auto again = write([&](Transaction& tx) { return join(tx, actor, ana, Awaited{{}, next}, now()); });
    REQUIRE(again.has_value());
    CHECK(again->state == WaitState::waiting);
    REQUIRE(say(next, ben, Answer::cant_come).has_value());
    CHECK(state(again->id) == "offered");
    REQUIRE(respond(ana, again->id, OfferAnswer::accept).has_value());
    CHECK(number("SELECT count(*) FROM participant WHERE session_id = $1 AND client_id = $2 AND "
                 "NOT seat_given_back",
                 next, ana) == 1);
    CHECK(
        number("SELECT count(*) FROM busy WHERE session_id = $1 AND owner_kind = 'client' AND owner_id = $2",
               next, ana) == 1);
  }
  SUBCASE("and declined: it is free for who gave it") {
    REQUIRE(respond(carl, carls, OfferAnswer::decline).has_value());
    CHECK(say(next, ana, Answer::confirmed).has_value());
  }
}

TEST_CASE_FIXTURE(Seats,
                  "a seat that nobody waits for goes to those who wait for the group, each asked once") {
  const auto carls = wait(carl, {group, {}}), doras = wait(dora, {group, {}});
  take_committed();
  REQUIRE(say(next, ana, Answer::cant_come).has_value());
  const auto carls_once = line(carl, next);
  CHECK(state(carls_once) == "offered");
  CHECK(line(dora, next) == WaitlistId{});
  CHECK(told(carl) == Texts{"offer.made"});
  CHECK(state(carls) == "waiting");  // for the group, as before

  REQUIRE(respond(carl, carls_once, OfferAnswer::decline).has_value());
  CHECK(state(line(dora, next)) == "offered");
  clock.set(from_millis(number("SELECT answer_by FROM waitlist WHERE id = $1", line(dora, next))));
  write([&](Transaction& tx) { offer_once(tx, now()); });
  CHECK(state(line(dora, next)) == "expired");
  CHECK(number("SELECT count(*) FROM waitlist WHERE session_id = $1", next) == 2);
  CHECK(state(carls) == "waiting");
  CHECK(state(doras) == "waiting");
}

TEST_CASE_FIXTURE(Seats, "who takes the seat for once comes once") {
  const auto carls = wait(carl, {group, {}});
  REQUIRE(remove(next, ana, cora).has_value());
  REQUIRE(respond(carl, line(carl, next), OfferAnswer::accept).has_value());
  CHECK(number("SELECT count(*) FROM participant WHERE client_id = $1", carl) == 1);
  CHECK(number("SELECT count(*) FROM enrolment WHERE client_id = $1", carl) == 0);
  CHECK(state(carls) == "waiting");
}

TEST_CASE_FIXTURE(Seats, "in a closed group a seat stays whose it is") {
  make(Admission::closed);
  const auto carls = wait(carl, {{}, next});
  REQUIRE(say(next, ana, Answer::cant_come).has_value());
  CHECK(state(carls) == "waiting");
  CHECK(read([&](Snapshot& db) { return seats_taken(db, next); }) == 2);
  CHECK(say(next, ana, Answer::confirmed).has_value());
}

TEST_CASE_FIXTURE(Seats, "a session that moves gives nobody back the seat that another has taken") {
  const auto carls = wait(carl, {{}, next});
  REQUIRE(say(next, ana, Answer::cant_come).has_value());
  REQUIRE(say(next, ben, Answer::confirmed).has_value());
  REQUIRE(respond(carl, carls, OfferAnswer::accept).has_value());
  Change change{};
  change.starts_at = at("2026-03-17T21:00:00Z");
  const auto version = number("SELECT version FROM session WHERE id = $1", next);
  REQUIRE(write([&](Transaction& tx) {
            return calendar::change(tx, cora, actor, next, version, change, now());
          }).has_value());
  const auto said = [&](ClientId client) {
    return read([&](Snapshot& db) {
      return db
          .one<std::string>("SELECT answer FROM participant WHERE session_id = $1 AND client_id = $2", next,
                            client)
          .value();
    });
  };
  CHECK(said(ana) == "cant_come");
  CHECK(said(ben) == "none");
  CHECK(read([&](Snapshot& db) { return seats_taken(db, next); }) == 2);
}
