#include "calendar/session.hpp"
#include "calendar/busy.hpp"

#include <doctest/doctest.h>

#include <random>

#include "calendar/appointment.hpp"
#include "support/programme.hpp"

using namespace circled;
using namespace circled::calendar;
using circled::test::CalendarFixture;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> kinds_of_events(CalendarFixture& f, PersonId person) {
  std::vector<std::string> kinds;
  f.read([&](Snapshot& db) {
    for (const auto& body :
         db.all<std::string>("SELECT body FROM stream_event WHERE person_id = $1 ORDER BY seq", person))
      kinds.emplace_back(boost::json::parse("{" + body + "}").at("kind").as_string());
    return true;
  });
  return kinds;
}

json::value last_event(CalendarFixture& f, PersonId person) {
  return f.read([&](Snapshot& db) {
    return boost::json::parse(
        "{" +
        *db.one<std::string>("SELECT body FROM stream_event WHERE person_id = $1 ORDER BY seq DESC LIMIT 1",
                             person) +
        "}");
  });
}

std::string first_conflict_name(const Error& error) {
  return std::string(error.extra.at("conflicts").at(0).at("name").as_string());
}

}  // namespace

TEST_CASE("a booking makes the session, its busy rows, its news, its reminders and its audit entry") {
  CalendarFixture f;
  auto booking = f.one_on_one(72h);
  booking.room = f.small_room;
  const auto booked = f.book(booking);
  REQUIRE(booked.has_value());
  CHECK(booked->title == "Counseling");
  CHECK(booked->ends_at - booked->starts_at == 50min);
  CHECK(booked->facilitators.size() == 1);
  CHECK(booked->facilitators[0].name == "Cora Counselor");
  CHECK(booked->expected == 1);
  // staff, client and room, each until the break of ten minutes is over
  CHECK(f.number("SELECT count(*) FROM busy WHERE session_id = $1 AND until_at - from_at = 3600000",
                 booked->id) == 3);
  CHECK(f.number("SELECT count(*) FROM reminder WHERE subject_id = $1 AND state = 'pending'", booked->id) ==
        2);
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'session.book' AND subject_id = $1",
                 booked->id) == 1);
  CHECK(kinds_of_events(f, f.ana) == std::vector<std::string>{"appointment.booked"});
}

TEST_CASE("what a client is told names nobody, no programme and no service") {
  CalendarFixture f;
  auto booking = f.one_on_one(72h);
  booking.title = calendar::Booking{}.title;
  REQUIRE(f.book(booking).has_value());
  const std::string text = boost::json::serialize(last_event(f, f.ana));
  for (const char* secret : {"Cora", "Alvarez", "Riverside", "Counseling"})
    CHECK(text.find(secret) == std::string::npos);
  // 2026-03-10 12:00Z is a Tuesday; 72 hours later it is Friday the 13th, 08:00 in New York (UTC-4).
  CHECK(text.find("You have an appointment on Fri 13 Mar at 08:00.") != std::string::npos);
}

TEST_CASE("a collision is refused with what collides, and changes nothing") {
  CalendarFixture f;
  REQUIRE(f.book(f.one_on_one(3h)).has_value());

  SUBCASE("the counselor and the client, by name and time") {
    const auto again = f.book(f.one_on_one(3h + 30min));
    REQUIRE(again.has_error());
    CHECK(again.error().kind == ErrorKind::conflict);
    CHECK(again.error().code == "booking_conflict");
    const json::array conflicts = again.error().extra.at("conflicts").as_array();
    REQUIRE(conflicts.size() == 2);
    CHECK(conflicts[0].at("owner_kind") == "staff");
    CHECK(conflicts[0].at("name") == "Cora Counselor");
    CHECK(conflicts[0].at("pointer") == "/facilitators/0");
    CHECK(conflicts[1].at("name") == "Ana Alvarez");
    CHECK(conflicts[1].at("from").as_string() == to_string(f.now() + 3h));
    CHECK(f.number("SELECT count(*) FROM session") == 1);
  }
  SUBCASE("inside the break after a session") { CHECK(f.book(f.one_on_one(3h + 59min)).has_error()); }
  SUBCASE("at the end of the break all is free") { CHECK(f.book(f.one_on_one(4h)).has_value()); }
  SUBCASE("ending, with its break, exactly where the other begins") {
    CHECK(f.book(f.one_on_one(2h)).has_value());
    CHECK(f.book(f.one_on_one(1h + 30min)).has_error());
  }
  SUBCASE("only the room") {
    auto first = f.one_on_one(6h);
    first.room = f.small_room;
    REQUIRE(f.book(first).has_value());
    auto second = f.one_on_one(6h);
    second.room = f.small_room;
    second.facilitators[0] = f.other_counselor;
    second.clients[0] = f.ben;
    const auto refused = f.book(second);
    REQUIRE(refused.has_error());
    CHECK(first_conflict_name(refused.error()) == "Small");
    CHECK(refused.error().extra.at("conflicts").as_array().size() == 1);
  }
}

TEST_CASE("who hands on a session of a site that is not theirs is answered, and then sees it no more") {
  CalendarFixture f;
  const auto visitor = f.write(
      [&](Transaction& tx) { return test::add_staff(tx, test::add_site(tx, "Lakeside"), "Vera Visitor"); });
  auto booking = f.one_on_one(72h);
  booking.facilitators[0] = visitor;
  const auto booked = f.book(booking, f.ada).value();
  const auto vera = test::identity({}, visitor, api::Role::counselor, SiteId(999));
  Change handing{};
  handing.facilitators.emplace();
  handing.facilitators->push_back(f.counselor);
  const auto changed = f.write([&](Transaction& tx) {
    return change(tx, vera, f.actor, booked.id, booked.version, handing, f.now());
  });
  REQUIRE(changed.has_value());
  CHECK(changed->facilitators[0].name == "Cora Counselor");
  CHECK(f.read([&](Snapshot& db) { return session(db, vera, booked.id); }).has_error());
}

TEST_CASE("a session of another site stands in the way without saying what it is") {
  CalendarFixture f;
  SiteId elsewhere;
  StaffId far_away;
  f.write([&](Transaction& tx) {
    elsewhere = test::add_site(tx, "Hillside");
    far_away = test::add_staff(tx, elsewhere, "Fay Faraway");
    test::assign(tx, far_away, f.ana);
  });
  auto booking = f.one_on_one(3h);
  booking.site = elsewhere;
  booking.facilitators[0] = far_away;
  booking.title = Text<0, 200>("Something private");
  REQUIRE(f.book(booking, f.ada).has_value());

  const auto refused = f.book(f.one_on_one(3h));
  REQUIRE(refused.has_error());
  const json::object conflict = refused.error().extra.at("conflicts").at(0).as_object();
  CHECK(conflict.at("name") == "Ana Alvarez");
  CHECK_FALSE(conflict.contains("title"));
  CHECK_FALSE(conflict.contains("session"));
}

TEST_CASE("a supervisor overrides a collision with a reason, and the trail keeps it; a counselor does not") {
  CalendarFixture f;
  REQUIRE(f.book(f.one_on_one(3h)).has_value());
  auto over = f.one_on_one(3h);
  over.override = Override{Text<3, 500>("Crisis visit agreed with both")};
  const auto refused = f.book(over, f.cora);
  REQUIRE(refused.has_error());
  CHECK(refused.error().kind == ErrorKind::forbidden);

  const auto booked = f.book(over, f.ada);
  REQUIRE(booked.has_value());
  CHECK(f.number("SELECT count(*) FROM busy WHERE session_id = $1 AND overridden", booked->id) == 2);
  CHECK(
      f.number(
          "SELECT count(*) FROM audit WHERE action = 'session.override' AND detail LIKE '%Crisis visit%'") ==
      1);
  // What stands over another still stands: a normal booking collides with it.
  CHECK(f.book(f.one_on_one(3h + 50min)).has_error());
}

TEST_CASE("the schema itself refuses two places at once") {
  CalendarFixture f;
  const auto booked = f.book(f.one_on_one(3h));
  REQUIRE(booked.has_value());
  const auto insert = [&](Milliseconds from, bool overridden) {
    f.store.write_now("test", [&](Transaction& tx) -> Result<bool> {
      tx.run(
          "INSERT INTO busy (owner_kind, owner_id, from_at, session_id, until_at, overridden) "
          "VALUES ('staff', $1, $2, $3, $4, $5)",
          f.counselor, f.now() + from, booked->id, f.now() + from + 30min, overridden);
      return true;
    });
  };
  CHECK_THROWS_AS(insert(3h + 10min, false), store::Violation);
  CHECK_THROWS_AS(insert(2h + 40min, false), store::Violation);
  CHECK_NOTHROW(insert(3h + 11min, true));
  CHECK_THROWS_AS(insert(3h + 20min, false), store::Violation);
  CHECK_NOTHROW(insert(2h + 30min, false));
  CHECK_NOTHROW(insert(4h, false));
}

TEST_CASE("every wrong field of a booking comes back at once") {
  CalendarFixture f;
  auto booking = f.one_on_one(-2h);
  booking.service = ServiceId(999);
  booking.room = RoomId(999);
  booking.clients.push_back(ClientId(998));
  booking.facilitators.push_back(f.counselor);
  booking.link = Text<0, 500>("http://meet.example");
  const auto refused = f.book(booking);
  REQUIRE(refused.has_error());
  CHECK(refused.error().kind == ErrorKind::invalid);
  std::vector<std::string> pointers;
  for (const auto& field : refused.error().fields) pointers.push_back(field.pointer);
  std::sort(pointers.begin(), pointers.end());
  CHECK(pointers == std::vector<std::string>{"/clients", "/clients/1", "/facilitators/1", "/link", "/room",
                                             "/service", "/starts_at"});
}

TEST_CASE("nobody books a client they do not reach") {
  CalendarFixture f;
  auto booking = f.one_on_one(3h);
  booking.facilitators[0] = f.other_counselor;
  const auto refused = f.book(booking, f.otto);
  REQUIRE(refused.has_error());
  CHECK(refused.error().fields[0].pointer == "/clients/0");
  CHECK(f.book(booking, f.fred).has_value());  // front desk books for its site
}

TEST_CASE("a group has as many clients as seats, and no more than the room") {
  CalendarFixture f;
  auto group = f.one_on_one(3h);
  group.kind = Kind::group;
  group.clients.push_back(f.ben);
  group.room = f.small_room;
  SUBCASE("both fit the room of two") {
    const auto booked = f.book(group);
    REQUIRE(booked.has_value());
    CHECK(booked->seats == 2);
    CHECK(booked->expected == 2);
  }
  SUBCASE("one seat is too few") {
    group.seats = Number<1, 500>{1};
    CHECK(f.book(group).error().fields[0].pointer == "/clients");
  }
  SUBCASE("three seats are more than the room has") {
    group.seats = Number<1, 500>{3};
    CHECK(f.book(group).error().fields[0].code == "room_too_small");
  }
}

TEST_CASE("moving takes the reminders along and asks for the answers anew") {
  CalendarFixture f;
  const auto booked = f.book(f.one_on_one(72h));
  REQUIRE(booked.has_value());
  REQUIRE(f.write([&](Transaction& tx) {
             return answer(tx, f.actor, booked->id, f.ana, Answer::confirmed, f.now());
           }).has_value());

  Change change;
  change.starts_at = f.now() + 96h;
  const auto moved = f.write(
      [&](Transaction& tx) { return calendar::change(tx, f.cora, f.actor, booked->id, 1, change, f.now()); });
  REQUIRE(moved.has_value());
  CHECK(moved->version == 2);
  CHECK(moved->confirmed == 0);
  CHECK(moved->ends_at - moved->starts_at == 50min);
  CHECK(f.number("SELECT count(*) FROM reminder WHERE state = 'pending' AND version = 2") == 2);
  CHECK(f.number("SELECT count(*) FROM reminder WHERE state = 'pending' AND version = 1") == 0);
  CHECK(f.number("SELECT count(*) FROM participant WHERE starts_at = $1", f.now() + 96h) == 1);
  CHECK(kinds_of_events(f, f.ana).back() == "appointment.moved");
  CHECK(last_event(f, f.ana).at("text") == "Your appointment is now on Sat 14 Mar at 08:00.");
  CHECK(f.book(f.one_on_one(72h)).has_value());  // the old time is free

  SUBCASE("a stale version is told the present state") {
    const auto stale = f.write([&](Transaction& tx) {
      return calendar::change(tx, f.cora, f.actor, booked->id, 1, change, f.now());
    });
    REQUIRE(stale.has_error());
    CHECK(stale.error().kind == ErrorKind::precondition_failed);
    CHECK(stale.error().extra.at("current").at("version") == 2);
  }
  SUBCASE("by half its own length it does not collide with itself") {
    change.starts_at = f.now() + 96h + 25min;
    CHECK(f.write([&](Transaction& tx) {
             return calendar::change(tx, f.cora, f.actor, booked->id, 2, change, f.now());
           }).has_value());
  }
  SUBCASE("a change of title tells the client nothing") {
    Change title;
    title.title = Text<0, 200>("Review");
    REQUIRE(f.write([&](Transaction& tx) {
               return calendar::change(tx, f.cora, f.actor, booked->id, 2, title, f.now());
             }).has_value());
    CHECK(kinds_of_events(f, f.ana).size() == 3);  // two bookings, one move
  }
  SUBCASE("once it has started it stays") {
    f.clock.advance(96h);
    const auto late = f.write([&](Transaction& tx) {
      return calendar::change(tx, f.cora, f.actor, booked->id, 2, change, f.now());
    });
    CHECK(late.error().code == "already_started");
  }
  SUBCASE("a colleague of the site who does not treat the client may look, not touch") {
    CHECK(f.read([&](Snapshot& db) { return calendar::session(db, f.otto, booked->id); }).has_value());
    const auto refused = f.write([&](Transaction& tx) {
      return calendar::change(tx, f.otto, f.actor, booked->id, 2, change, f.now());
    });
    CHECK(refused.error().kind == ErrorKind::forbidden);
    CHECK(f.read([&](Snapshot& db) { return roster(db, f.otto, booked->id); }).error().kind ==
          ErrorKind::forbidden);
  }
}

TEST_CASE("cancelling frees the time, takes back the reminders and tells the client") {
  CalendarFixture f;
  const auto booked = f.book(f.one_on_one(72h));
  REQUIRE(booked.has_value());
  const auto cancelled =
      f.write([&](Transaction& tx) { return cancel(tx, f.cora, f.actor, booked->id, 1, {}, f.now()); });
  REQUIRE(cancelled.has_value());
  CHECK(cancelled->status == Status::cancelled);
  CHECK(f.number("SELECT count(*) FROM busy") == 0);
  CHECK(f.number("SELECT count(*) FROM reminder WHERE state = 'pending'") == 0);
  CHECK(f.number("SELECT count(*) FROM participant WHERE verdict = 'cancelled_by_program'") == 1);
  CHECK(kinds_of_events(f, f.ana).back() == "appointment.cancelled");
  CHECK(last_event(f, f.ana).at("text") == "Your appointment on Fri 13 Mar at 08:00 is cancelled.");
  const auto answered = f.write(
      [&](Transaction& tx) { return answer(tx, f.actor, booked->id, f.ana, Answer::confirmed, f.now()); });
  CHECK(answered.error().code == "cancelled");
}

TEST_CASE("an answer reaches those who lead the session, once") {
  CalendarFixture f;
  const auto booked = f.book(f.one_on_one(72h));
  REQUIRE(booked.has_value());
  for (int i = 0; i < 2; ++i)
    REQUIRE(f.write([&](Transaction& tx) {
               return answer(tx, f.actor, booked->id, f.ana, Answer::cant_come, f.now());
             }).has_value());
  CHECK(kinds_of_events(f, f.counselor) == std::vector<std::string>{"participant.answered"});
  CHECK(last_event(f, f.counselor).at("answer") == "cant_come");
  // Somebody who is not expected has nothing to answer.
  CHECK(f.write([&](Transaction& tx) {
           return answer(tx, f.actor, booked->id, f.ben, Answer::confirmed, f.now());
         })
            .error()
            .kind == ErrorKind::not_found);
}

TEST_CASE("lists page in order of start without gaps or doubles") {
  CalendarFixture f;
  for (int i = 0; i < 7; ++i) REQUIRE(f.book(f.one_on_one(24h + i * 1h)).has_value());
  f.read([&](Snapshot& db) {
    Range range{f.now(), f.now() + 72h, 3, {}, {}};
    std::vector<Instant> seen;
    for (int page = 0; page < 4; ++page) {
      const auto sessions = sessions_of_site(db, f.site, range);
      for (const auto& s : sessions) seen.push_back(s.starts_at);
      if (sessions.empty()) break;
      range.after_start = sessions.back().starts_at;
      range.after = sessions.back().id;
    }
    CHECK(seen.size() == 7);
    CHECK(std::adjacent_find(seen.begin(), seen.end(), std::greater_equal<>()) == seen.end());
    CHECK(sessions_of_staff(db, f.counselor, {f.now(), f.now() + 72h, 50, {}, {}}).size() == 7);
    CHECK(sessions_of_staff(db, f.other_counselor, {f.now(), f.now() + 72h, 50, {}, {}}).empty());
    CHECK(appointments(db, f.ana, f.now(), f.now() + 25h, 50).size() == 1);
    return true;
  });
}

TEST_CASE("random bookings, moves and cancellations never put anybody in two places") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  CalendarFixture f;
  std::vector<Session> booked;
  int refused = 0;
  for (int i = 0; i < 400; ++i) {
    if (booked.empty() || pick(3) > 0) {
      auto booking = f.one_on_one(24h + pick(200) * 15min);
      booking.duration_minutes = {30 + 15 * pick(6)};
      booking.facilitators[0] = pick(2) ? f.counselor : f.other_counselor;
      booking.clients[0] = pick(2) ? f.ana : f.ben;
      if (pick(2)) booking.room = pick(2) ? f.room : f.small_room;
      auto result = f.book(booking);
      if (result)
        booked.push_back(*result);
      else
        ++refused;
    } else {
      auto& session = booked[static_cast<std::size_t>(pick(static_cast<int>(booked.size())))];
      Change change;
      change.starts_at = f.now() + 24h + pick(200) * 15min;
      auto result = f.write([&](Transaction& tx) {
        return pick(4) ? calendar::change(tx, f.ada, f.actor, session.id, session.version, change, f.now())
                       : cancel(tx, f.ada, f.actor, session.id, session.version, {}, f.now());
      });
      if (result)
        session = *result;
      else
        ++refused;
    }
  }
  CHECK(refused > 0);
  CHECK(booked.size() > 10);
  CHECK(f.number("SELECT count(*) FROM busy a JOIN busy b ON a.owner_kind = b.owner_kind AND a.owner_id = "
                 "b.owner_id "
                 "AND a.session_id < b.session_id AND a.from_at < b.until_at AND b.from_at < a.until_at") ==
        0);
  // and every scheduled session holds its rows: one for each facilitator, client and room
  CHECK(f.number("SELECT count(*) FROM session WHERE status = 'scheduled' AND "
                 "(SELECT count(*) FROM busy WHERE session_id = session.id) <> "
                 "(SELECT count(*) FROM facilitator WHERE session_id = session.id) + "
                 "(SELECT count(*) FROM participant WHERE session_id = session.id) + "
                 "CASE WHEN room_id IS NULL THEN 0 ELSE 1 END") == 0);
}
