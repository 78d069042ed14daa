#include "calendar/self_booking.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "base/version.hpp"
#include "calendar/hold.hpp"
#include "reminders/dispatcher.hpp"
#include "support/care.hpp"
#include "support/telephone.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::calendar;
using namespace std::chrono_literals;
using test::at;

namespace {

// Ben is in treatment and Cora's, who works on Tuesdays from 09:00 to 12:00 with ten minutes between; clients
// may book counseling. It is Tuesday 10 March 2026, 08:00 in New York, where Ben lives.
struct Own : test::CareFixture {
  Own() {
    write([this](Transaction& tx) {
      tx.run("UPDATE service SET clients_book = TRUE WHERE id = $1", counseling);
      tx.run(
          "INSERT INTO staff_hours (staff_id, site_id, weekday, from_time, until_time) VALUES ($1, $2, 2, "
          "540, "
          "720)",
          counselor, site);
    });
    take_committed();
  }
  MySlotFilter filter(const char* from = "2026-03-17T00:00:00Z", const char* until = "2026-03-18T00:00:00Z") {
    MySlotFilter wanted{};
    wanted.from = *parse_instant(from);
    wanted.until = *parse_instant(until);
    wanted.limit = Number<1, 100>{100};
    return wanted;
  }
  api::Page<MySlot> slots(const MySlotFilter& wanted, ClientId client) {
    return read([&](Snapshot& db) { return my_slots(db, client, wanted, now()); }).value();
  }
  std::vector<Instant> starts(const MySlotFilter& wanted) {
    std::vector<Instant> all;
    for (const auto& slot : slots(wanted, ben).items) all.push_back(slot.starts_at);
    return all;
  }
  Result<Appointment> take(ClientId client, const char* at, std::optional<ServiceId> service = {}) {
    MyBooking booking{service, *parse_instant(at), {}};
    return write([&](Transaction& tx) { return book_own(tx, actor, client, booking, now()); });
  }
};

}  // namespace

TEST_CASE_FIXTURE(Own, "a client sees when the own counselor is free, on their own wall, in neutral words") {
  const auto page = slots(filter(), ben);
  // 50 minutes, from quarter to quarter, from 09:00 to 11:00 (until 11:50); clocks went forward on the 8th.
  REQUIRE(page.items.size() == 9);
  CHECK(page.items[0].starts_at == at("2026-03-17T13:00:00Z"));
  CHECK(page.items[0].ends_at == at("2026-03-17T13:50:00Z"));
  CHECK(page.items[8].starts_at == at("2026-03-17T15:00:00Z"));
  CHECK(page.items[0].zone == "America/New_York");
  CHECK(page.items[0].title == "Appointment");
  CHECK(page.items[0].service == counseling);
  auto longer = filter();
  longer.duration_minutes = Number<15, 90>{90};
  CHECK(starts(longer).back() == at("2026-03-17T14:30:00Z"));
}

TEST_CASE_FIXTURE(Own, "slots come in pages that leave nothing out, and a time that two have is there once") {
  write([&](Transaction& tx) {
    test::assign(tx, other_counselor, ben);
    tx.run(
        "INSERT INTO staff_hours (staff_id, site_id, weekday, from_time, until_time) VALUES ($1, $2, 2, 600, "
        "720)",
        other_counselor, site);
  });
  auto wanted = filter();
  wanted.limit = Number<1, 100>{4};
  std::vector<Instant> all;
  for (int pages = 0; pages < 5; ++pages) {
    const auto page = slots(wanted, ben);
    for (const auto& slot : page.items) all.push_back(slot.starts_at);
    if (!page.next) break;
    wanted.after = Text<1, 20>(*page.next);
  }
  REQUIRE(all.size() == 9);
  for (int i = 0; i < 9; ++i)
    CHECK(all[static_cast<std::size_t>(i)] == at("2026-03-17T13:00:00Z") + 15min * i);
  wanted.after = Text<1, 20>("soon");
  CHECK(read([&](Snapshot& db) { return my_slots(db, ben, wanted, now()); }).error().fields.at(0).pointer ==
        "?after");
}

TEST_CASE_FIXTURE(Own, "nobody books what begins within two hours") {
  // Today: 08:00 and two hours, 10:00.
  CHECK(starts(filter("2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z")).front() == at("2026-03-10T14:00:00Z"));
  CHECK(take(ben, "2026-03-10T13:45:00Z").error().code == "slot_taken");
  CHECK(take(ben, "2026-03-10T14:00:00Z").has_value());
}

TEST_CASE_FIXTURE(Own, "a client books a slot: both hear of it, and the time is taken") {
  const auto booked = take(ben, "2026-03-17T13:00:00Z");
  REQUIRE(booked.has_value());
  CHECK(booked->title == "Appointment");
  CHECK(booked->starts_at == at("2026-03-17T13:00:00Z"));
  CHECK(booked->ends_at == at("2026-03-17T13:50:00Z"));
  std::vector<std::string> ben_heard, cora_heard;
  for (const auto& event : take_committed().events) {
    const auto body = boost::json::parse("{" + *event.body + "}");
    (event.receiver == PersonId(ben) ? ben_heard : cora_heard).emplace_back(body.at("kind").as_string());
    if (event.receiver == PersonId(counselor)) CHECK(body.at("session") == booked->id.value);
  }
  CHECK(ben_heard == std::vector<std::string>{"appointment.booked"});
  CHECK(cora_heard == std::vector<std::string>{"session.booked_by_client"});
  CHECK(number("SELECT count(*) FROM facilitator WHERE session_id = $1 AND staff_id = $2 AND leads",
               booked->id, counselor) == 1);
  CHECK(number("SELECT count(*) FROM reminder WHERE subject_id = $1 AND state = 'pending'", booked->id) == 2);
  CHECK(take(ben, "2026-03-17T13:00:00Z").error().code == "slot_taken");
  // With the break: the next is at 10:00.
  CHECK(starts(filter()).front() == at("2026-03-17T14:00:00Z"));
}

TEST_CASE_FIXTURE(Own, "what is held for somebody else is not to be had") {
  NewSlotHold wanted{};
  wanted.site = site;
  wanted.facilitators.push_back(counselor);
  wanted.starts_at = at("2026-03-17T13:00:00Z");
  wanted.duration_minutes = {50};
  REQUIRE(write([&](Transaction& tx) { return hold(tx, cora, actor, wanted, now()); }).has_value());
  CHECK(starts(filter()).front() == at("2026-03-17T14:00:00Z"));
  CHECK(take(ben, "2026-03-17T13:00:00Z").error().code == "slot_taken");
}

TEST_CASE_FIXTURE(Own, "no time is booked that was not offered") {
  CHECK(take(ben, "2026-03-17T13:05:00Z").error().code == "slot_taken");  // not on the quarter
  CHECK(take(ben, "2026-03-18T13:00:00Z").error().code == "slot_taken");  // Cora does not work
  CHECK(take(ben, "2026-09-15T13:00:00Z").error().code == "slot_taken");  // half a year ahead
  CHECK(take(ben, "2026-03-17T13:00:00Z", ServiceId(4711)).error().fields.at(0).pointer == "/service");
  write(
      [&](Transaction& tx) { tx.run("UPDATE service SET clients_book = FALSE WHERE id = $1", counseling); });
  CHECK(slots(filter(), ben).items.empty());
  CHECK(take(ben, "2026-03-17T13:00:00Z", counseling).error().fields.at(0).pointer == "/service");
}

TEST_CASE_FIXTURE(Own, "whoever is on hold, is not in care or has no counselor finds nothing") {
  const auto dora = write([&](Transaction& tx) {
    const auto id = test::add_client(tx, site, "Dora");
    test::admit(tx, id, "treatment");
    return id;
  });
  CHECK(slots(filter(), dora).items.empty());
  write([&](Transaction& tx) {
    tx.run(
        "INSERT INTO episode_hold (episode_id, kind, from_at, keeps_seats, made_by) SELECT id, 'pass', $2, "
        "TRUE, "
        "$3 FROM episode WHERE client_id = $1",
        ben, now() - 1h, counselor);
  });
  CHECK(slots(filter(), ben).items.empty());
  CHECK(take(ben, "2026-03-17T13:00:00Z").error().code == "slot_taken");
}

TEST_CASE_FIXTURE(Own, "three ahead are enough") {
  REQUIRE(take(ben, "2026-03-17T13:00:00Z").has_value());
  REQUIRE(take(ben, "2026-03-17T14:00:00Z").has_value());
  REQUIRE(take(ben, "2026-03-24T13:00:00Z").has_value());
  CHECK(take(ben, "2026-03-24T14:00:00Z").error().code == "too_many");
}

TEST_CASE_FIXTURE(Own, "of two clients who want one time at once one gets it") {
  write([&](Transaction& tx) {
    tx.run("DELETE FROM assignment WHERE client_id = $1 AND staff_id = $2", ana, clinician);
  });
  std::optional<Result<Appointment>> offered, bens;
  std::thread one([&] { offered = take(ana, "2026-03-17T13:00:00Z"); });
  std::thread other([&] { bens = take(ben, "2026-03-17T13:00:00Z"); });
  one.join();
  other.join();
  CHECK(offered->has_value() != bens->has_value());
  const auto& lost = offered->has_value() ? *bens : *offered;
  CHECK(lost.error().code == "slot_taken");
  CHECK(lost.error().extra.empty());
  CHECK(number("SELECT count(*) FROM session") == 1);
}

TEST_CASE_FIXTURE(Own, "who can't come is shown the next three times of that length, for what clients book") {
  const auto booked = take(ben, "2026-03-17T13:00:00Z").value();
  const auto instead = read([&](Snapshot& db) { return instead_of(db, ben, booked.id, now()); });
  REQUIRE(instead.size() == 3);
  CHECK(instead[0].starts_at == at("2026-03-10T14:00:00Z"));
  CHECK(instead[1].starts_at == at("2026-03-10T14:15:00Z"));
  write(
      [&](Transaction& tx) { tx.run("UPDATE service SET clients_book = FALSE WHERE id = $1", counseling); });
  CHECK(read([&](Snapshot& db) { return instead_of(db, ben, booked.id, now()); }).empty());
}

TEST_CASE_FIXTURE(Own, "a supervisor says what clients may book") {
  const auto seen = read([&](Snapshot& db) { return self_booking(db, counseling); }).value();
  CHECK(seen.clients_book);
  const auto set = [&](std::string_view tag) {
    return write(
        [&](Transaction& tx) { return set_self_booking(tx, actor, counseling, tag, {false}, now()); });
  };
  CHECK(set("older").error().kind == ErrorKind::precondition_failed);
  REQUIRE(set(digest_of(seen)).has_value());
  CHECK(read([](Snapshot& db) { return my_services(db); }).empty());
  CHECK(set(digest_of(seen)).error().kind == ErrorKind::precondition_failed);
  CHECK(read([](Snapshot& db) { return self_booking(db, ServiceId(4711)); }).error().kind ==
        ErrorKind::not_found);
}

TEST_CASE_FIXTURE(Own, "who can't come by text is told the next times, and one letter takes one") {
  test::Telephone telephone(*this, ben);
  const auto booked = take(ben, "2026-03-17T13:00:00Z").value();
  const auto coming = [&](ClientId client) {
    return number(
        "SELECT count(*) FROM participant p JOIN session s ON s.id = p.session_id WHERE p.client_id = $1 "
        "AND s.status = 'scheduled' AND p.answer <> 'cant_come'",
        client);
  };
  CHECK(telephone.received() == test::Texts{"You have an appointment on Tue 17 Mar at 09:00."});
  // A day before, on the 16th, he is reminded; he has no device.
  clock.set(at("2026-03-16T13:00:00Z"));
  for (int i = 0; i < 3; ++i) write([&](Transaction& tx) { return reminders::dispatch(tx, now(), 10); });
  CHECK(telephone.received().size() == 1);
  telephone.says("2");
  CHECK(coming(ben) == 0);
  CHECK(telephone.received() ==
        test::Texts{"Thank you, noted: you can't come. Other times: A Tue 17 Mar at 10:00, B Tue 17 Mar "
                    "at 10:15, C Tue 17 Mar at 10:30. Reply with a letter to take one."});
  SUBCASE("taken: this says it, and nothing else does") {
    telephone.says(" b. ");
    CHECK(coming(ben) == 1);
    CHECK(number("SELECT starts_at FROM session WHERE id > $1", booked.id) ==
          to_millis(at("2026-03-17T14:15:00Z")));
    CHECK(telephone.received() == test::Texts{"You have an appointment on Tue 17 Mar at 10:15."});
    // It was one of three; the others are gone with it.
    telephone.says("a");
    CHECK(coming(ben) == 1);
    CHECK(telephone.received().at(0).starts_with("Nobody reads this number."));
  }
  SUBCASE("not free any more: what is free now") {
    auto booking = one_on_one(0h);
    booking.starts_at = at("2026-03-17T14:00:00Z");
    booking.clients = {ana};
    REQUIRE(CalendarFixture::book(booking, ada));
    telephone.received();
    telephone.says("A");
    CHECK(coming(ben) == 0);
    const auto answers = telephone.received();
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].starts_with("That time is no longer free. Other times: A "));
    CHECK(answers[0].find("10:00") == std::string::npos);
  }
  SUBCASE("a day later it is a word like any other") {
    clock.advance(24h);
    telephone.says("a");
    CHECK(coming(ben) == 0);
    CHECK(telephone.received().at(0).starts_with("Nobody reads this number."));
  }
}
