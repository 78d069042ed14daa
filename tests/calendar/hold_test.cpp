#include "calendar/hold.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "calendar/busy.hpp"
#include "calendar/slots.hpp"
#include "support/programme.hpp"

using namespace circled;
using namespace circled::calendar;
using circled::test::CalendarFixture;
using namespace std::chrono_literals;
using test::fields;

namespace {

struct Holds : CalendarFixture {
  // Cora for Ana in so much time, for 50 minutes.
  NewSlotHold for_ana(Milliseconds in) const {
    NewSlotHold wanted{};
    wanted.site = site;
    wanted.facilitators.push_back(counselor);
    wanted.client = ana;
    wanted.starts_at = now() + in;
    wanted.duration_minutes = {50};
    return wanted;
  }
  Result<SlotHold> keep(const NewSlotHold& wanted, const api::Identity& who) {
    return write([&](Transaction& tx) { return hold(tx, who, actor, wanted, now()); });
  }
  Result<SlotHold> keep(const NewSlotHold& wanted) { return keep(wanted, cora); }
  Result<void> release(HoldId id, const api::Identity& who) {
    return store.write_now("test", [&](Transaction& tx) { return release_hold(tx, who, actor, id, now()); });
  }
  // Ben with Cora, which Ana's hold has nothing to do with but for Cora.
  Booking of_ben(Milliseconds in) const {
    auto booking = one_on_one(in);
    booking.clients[0] = ben;
    return booking;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Holds, "a hold keeps its slot and its break from everybody else, and names nobody") {
  const auto held = keep(for_ana(2h));
  REQUIRE(held.has_value());
  CHECK(held->from == now() + 2h);
  CHECK(held->until == now() + 3h);  // 50 minutes and a break of 10
  CHECK(held->expires_at == now() + 5min);
  const auto refused = book(of_ben(2h + 59min), ada);
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == "booking_conflict");
  const auto conflicts = refused.error().extra.at("conflicts").as_array();
  REQUIRE(conflicts.size() == 1);
  CHECK(conflicts[0].at("name") == "Cora Counselor");
  CHECK(conflicts[0].at("held_until").as_string() == to_string(now() + 5min));
  CHECK_FALSE(conflicts[0].as_object().contains("session"));
  CHECK_FALSE(conflicts[0].as_object().contains("title"));
  CHECK(boost::json::serialize(conflicts).find("Ana") == std::string::npos);
  // Even who made it, for another client or without saying so; and Ana is taken too.
  CHECK(book(of_ben(2h)).has_error());
  CHECK(book(one_on_one(2h)).error().extra.at("conflicts").as_array().size() == 2);
  CHECK(book(of_ben(3h)).has_value());
}

TEST_CASE_FIXTURE(Holds, "a hold expires by itself, to the millisecond") {
  auto wanted = for_ana(2h);
  wanted.minutes = Number<1, 15>{2};
  REQUIRE(keep(wanted).has_value());
  clock.advance(2min - 1ms);
  CHECK(book(of_ben(2h)).has_error());
  clock.advance(1ms);
  CHECK(book(of_ben(2h)).has_value());
  CHECK(number("SELECT count(*) FROM hold") == 1);
}

TEST_CASE_FIXTURE(Holds, "booking with the hold uses it up") {
  const auto held = keep(for_ana(2h)).value();
  auto booking = one_on_one(2h);
  booking.hold = held.id;
  REQUIRE(book(booking).has_value());
  CHECK(number("SELECT count(*) FROM hold") == 0);
  CHECK(number("SELECT count(*) FROM hold_owner") == 0);
  // Whoever reaches the client goes on where a colleague stopped.
  const auto again = keep(for_ana(4h)).value();
  auto later = one_on_one(4h);
  later.hold = again.id;
  CHECK(book(later, ada).has_value());
}

TEST_CASE_FIXTURE(Holds, "a refused booking leaves the hold as it was") {
  REQUIRE(book(of_ben(3h)).has_value());
  const auto held = keep(for_ana(2h)).value();
  auto booking = one_on_one(2h + 30min);
  booking.hold = held.id;
  CHECK(book(booking).error().code == "booking_conflict");
  CHECK(number("SELECT count(*) FROM hold_owner WHERE hold_id = $1", held.id) == 2);
}

TEST_CASE_FIXTURE(Holds, "somebody else's hold helps nobody, nor does one that is not there") {
  const auto held = keep(for_ana(2h)).value();
  auto booking = of_ben(2h);
  booking.hold = held.id;
  CHECK(book(booking).error().code == "booking_conflict");
  booking.hold = HoldId(held.id.value + 100);
  CHECK(book(booking).error().code == "booking_conflict");
  CHECK(number("SELECT count(*) FROM hold") == 1);
}

TEST_CASE_FIXTURE(Holds, "one without a client belongs to whoever made it") {
  auto wanted = for_ana(2h);
  wanted.client.reset();
  wanted.facilitators.push_back(other_counselor);
  const auto held = keep(wanted).value();
  CHECK(number("SELECT count(*) FROM hold_owner WHERE hold_id = $1", held.id) == 2);
  CHECK(release(held.id, otto).error().kind == ErrorKind::not_found);
  CHECK(release(held.id, ada).error().kind == ErrorKind::not_found);
  auto booking = one_on_one(2h);
  booking.hold = held.id;
  CHECK(book(booking, ada).has_error());
  CHECK(book(booking, cora).has_value());
}

TEST_CASE_FIXTURE(Holds, "who reaches the client gives it back; to others it is not there") {
  const auto held = keep(for_ana(2h)).value();
  CHECK(release(held.id, otto).error().kind == ErrorKind::not_found);
  CHECK(release(held.id, fred).has_value());
  CHECK(release(held.id, cora).error().kind == ErrorKind::not_found);
  CHECK(book(of_ben(2h)).has_value());
}

TEST_CASE_FIXTURE(Holds, "what is taken cannot be held: by a session, or by another hold") {
  REQUIRE(book(of_ben(2h)).has_value());
  const auto refused = keep(for_ana(2h + 30min));
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == "booking_conflict");
  CHECK(refused.error().extra.at("conflicts").at(0).at("pointer") == "/facilitators/0");
  REQUIRE(keep(for_ana(5h)).has_value());
  CHECK(keep(for_ana(5h)).error().code == "booking_conflict");
  auto in_room = for_ana(8h);
  in_room.room = small_room;
  REQUIRE(keep(in_room).has_value());
  auto other = in_room;
  other.client = ben;
  other.facilitators[0] = other_counselor;
  const auto same_room = keep(other, ada);
  REQUIRE(same_room.has_error());
  CHECK(same_room.error().extra.at("conflicts").as_array().size() == 1);
  CHECK(same_room.error().extra.at("conflicts").at(0).at("name") == "Small");
}

TEST_CASE_FIXTURE(Holds, "booking over a hold by override marks nothing as overridden") {
  REQUIRE(keep(for_ana(2h)).has_value());
  auto booking = of_ben(2h);
  booking.override = Override{Text<3, 500>("an emergency")};
  CHECK(book(booking, cora).error().kind == ErrorKind::forbidden);
  const auto booked = book(booking, ada);
  REQUIRE(booked.has_value());
  CHECK(number("SELECT count(*) FROM busy WHERE session_id = $1 AND overridden", booked->id) == 0);
  CHECK(number("SELECT count(*) FROM audit WHERE action = 'session.override'") == 1);
}

TEST_CASE_FIXTURE(Holds, "five at a time for one client") {
  for (int i = 0; i < 5; ++i) REQUIRE(keep(for_ana(2h + i * 2h)).has_value());
  CHECK(keep(for_ana(20h)).error().code == "too_many_holds");
  clock.advance(5min);
  CHECK(keep(for_ana(20h)).has_value());
}

TEST_CASE_FIXTURE(Holds, "every wrong field of a hold is named") {
  auto wanted = for_ana(-2h);
  wanted.facilitators.push_back(front_desk);
  wanted.client = ClientId(999);
  wanted.room = RoomId(999);
  CHECK(fields(keep(wanted).error()) ==
        "/starts_at in_the_past /facilitators/1 not_found /client not_found /room not_found");
  CHECK(fields(keep(for_ana(2h), otto).error()) == "/client not_found");
}

TEST_CASE_FIXTURE(Holds, "no slot is offered that is held, until it expires") {
  SlotFilter filter{};
  filter.service = counseling;
  filter.site = site;
  filter.duration_minutes = {50};
  filter.from = now() + 2h;
  filter.until = now() + 3h + 1ms;
  filter.staff = Text<1, 1000>(std::to_string(counselor.value));
  const auto count = [&] {
    return read([&](Snapshot& db) { return slots(db, cora, filter, now()); })->items.size();
  };
  CHECK(count() == 5);
  REQUIRE(keep(for_ana(2h)).has_value());
  CHECK(count() == 1);  // behind it
  clock.advance(5min);
  CHECK(count() == 5);
}

TEST_CASE_FIXTURE(Holds, "housekeeping takes away what has expired, and that alone") {
  REQUIRE(keep(for_ana(2h)).has_value());
  clock.advance(4min);
  const auto later = keep(for_ana(4h)).value();
  clock.advance(1min);
  const auto purge = [&] { return write([&](Transaction& tx) { return purge_holds(tx, now()); }); };
  CHECK(purge() == 1);
  CHECK(purge() == 0);
  CHECK(number("SELECT count(*) FROM hold") == 1);
  CHECK(number("SELECT min(hold_id) FROM hold_owner") == later.id.value);
}

TEST_CASE_FIXTURE(Holds, "dashboards hear of a hold and of its end, and not for whom it is") {
  take_committed();
  const auto held = keep(for_ana(2h)).value();
  auto told = take_committed();
  REQUIRE(told.hints.size() == 1);
  CHECK(told.hints[0].kind == "hold.changed");
  CHECK(told.hints[0].id == held.id.value);
  CHECK(told.events.empty());
  REQUIRE(release(held.id, cora).has_value());
  CHECK(take_committed().hints.size() == 1);
}

TEST_CASE_FIXTURE(Holds, "of a hold and a booking at one moment one is refused") {
  for (int round = 0; round < 15; ++round) {
    CAPTURE(round);
    const auto at = std::chrono::hours(2 + 2 * round);
    std::atomic<int> succeeded = 0, refused = 0;
    const auto count = [&](const auto& result) { ++(result ? succeeded : refused); };
    std::thread holder([&] {
      // Otto's for nobody: five are kept for one at a time.
      auto wanted = for_ana(at);
      wanted.client.reset();
      wanted.minutes = Number<1, 15>{1};
      count(store.write_now("test", [&](Transaction& tx) { return hold(tx, otto, actor, wanted, now()); }));
    });
    std::thread booker([&] {
      const auto booking = of_ben(at);
      count(store.write_now(
          "test", [&](Transaction& tx) { return calendar::book(tx, cora, actor, booking, now()); }));
    });
    holder.join();
    booker.join();
    CHECK(succeeded == 1);
    CHECK(refused == 1);
    write([](Transaction& tx) {
      tx.run("DELETE FROM hold_owner");
      tx.run("DELETE FROM hold");
    });
  }
}
