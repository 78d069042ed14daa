#include "calendar/slots.hpp"

#include <doctest/doctest.h>

#include <random>

#include "calendar/availability.hpp"
#include "calendar/hold.hpp"
#include "support/programme.hpp"

using namespace circled;
using namespace circled::calendar;
using circled::test::CalendarFixture;
using namespace std::chrono_literals;
using test::fields;

namespace {

// It is Tuesday 2026-03-10, 08:00 in New York, four hours behind UTC.
struct Slots : CalendarFixture {
  SlotFilter any_of(std::vector<StaffId> staff, Milliseconds within = 3h) const {
    SlotFilter filter{};
    filter.service = counseling;
    filter.site = site;
    filter.duration_minutes = {50};
    filter.from = now();
    filter.until = now() + within;
    for (const auto id : staff) filter.staff += (filter.staff.empty() ? "" : ",") + std::to_string(id.value);
    filter.step = Number<5, 120>{30};
    return filter;
  }
  Result<api::Page<Slot>> ask(const SlotFilter& filter, const api::Identity& who) {
    return read([&](Snapshot& db) { return slots(db, who, filter, now()); });
  }
  // "08:00 C 10:00 O@Small": on New York's wall, with the first letters of who.
  std::string found(const SlotFilter& filter) {
    std::string text;
    const auto page = ask(filter, cora);
    if (!page) return test::describe(page.error());
    for (const auto& slot : page->items) {
      text += (text.empty() ? "" : " ") + to_string(slot.starts_at - 4h).substr(11, 5) + " ";
      for (const auto id : slot.staff) text += id == counselor ? "C" : id == other_counselor ? "O" : "?";
      if (slot.room) text += slot.room == small_room ? "@Small" : "@Blue";
    }
    return text;
  }
  void run(const std::string& sql) {
    write([&](Transaction& tx) { tx.run(sql); });
  }
  std::string id(StaffId staff) const { return std::to_string(staff.value); }
  std::string site_id() const { return std::to_string(site.value); }
};

}  // namespace

TEST_CASE_FIXTURE(Slots, "around a session, with its break and one's own") {
  REQUIRE(book(one_on_one(1h)).has_value());  // Cora with Ana, 09:00 to 09:50, and until 10:00
  auto filter = any_of({counselor, other_counselor});
  CHECK(found(filter) == "08:00 C 08:00 O 08:30 O 09:00 O 09:30 O 10:00 C 10:00 O 10:30 C 10:30 O");
  filter.client = ana;
  CHECK(found(filter) == "08:00 C 08:00 O 10:00 C 10:00 O 10:30 C 10:30 O");
  filter.together = true;
  CHECK(found(filter) == "08:00 CO 10:00 CO 10:30 CO");
  const auto page = ask(filter, cora).value();
  CHECK(page.items[0].ends_at - page.items[0].starts_at == 50min);
  CHECK(page.items[0].zone == "America/New_York");
}

TEST_CASE_FIXTURE(Slots, "the smallest room with the seats that is free") {
  auto filter = any_of({counselor}, 2h);
  filter.seats = Number<0, 500>{2};
  CHECK(found(filter) == "08:00 C@Small 08:30 C@Small 09:00 C@Small 09:30 C@Small");
  auto other = one_on_one(1h);
  other.room = small_room;
  other.facilitators[0] = other_counselor;
  other.clients[0] = ben;
  REQUIRE(book(other, ada).has_value());
  CHECK(found(filter) == "08:00 C@Small 08:30 C@Blue 09:00 C@Blue 09:30 C@Blue");
  filter.seats = Number<0, 500>{3};
  CHECK(found(filter) == "08:00 C@Blue 08:30 C@Blue 09:00 C@Blue 09:30 C@Blue");
  filter.seats = Number<0, 500>{11};
  CHECK(found(filter) == "");
  filter.seats = Number<0, 500>{0};
  CHECK(found(filter) == "08:00 C 08:30 C 09:00 C 09:30 C");
}

TEST_CASE_FIXTURE(Slots, "within hours and around all that takes from them") {
  auto filter = any_of({counselor}, 48h);
  // Tuesdays 08:30 to 11:00 at this site, which opens at 09:00; team from 10:00 for ten minutes.
  run("INSERT INTO staff_hours (staff_id, site_id, weekday, from_time, until_time) VALUES (" + id(counselor) +
      ", " + site_id() + ", 2, 510, 660)");
  CHECK(found(filter) == "08:30 C 09:00 C 09:30 C 10:00 C");
  run("INSERT INTO site_hours (site_id, weekday, from_time, until_time) VALUES (" + site_id() +
      ", 2, 540, 1440)");
  CHECK(found(filter) == "09:00 C 09:30 C 10:00 C");
  run("INSERT INTO staff_block (staff_id, weekday, from_time, until_time, kind) VALUES (" + id(counselor) +
      ", 2, 600, 610, 'team')");
  CHECK(found(filter) == "09:00 C");

  SUBCASE("a day off") {
    run("INSERT INTO staff_exception (staff_id, kind, from_at, until_at, note) VALUES (" + id(counselor) +
        ", 'off', 0, 9000000000000, '')");
    CHECK(found(filter) == "");
  }
  SUBCASE("a closure") {
    run("INSERT INTO closure (from_on, until_on, name) VALUES (20522, 20522, 'Storm')");  // 2026-03-10
    CHECK(found(filter) == "");
  }
  SUBCASE("another calendar") {
    write([&](Transaction& tx) {
      tx.run("INSERT INTO outside_busy (staff_id, from_at, until_at) VALUES ($1, $2, $3)", counselor,
             now() + 1h + 49min, now() + 2h);
    });
    CHECK(found(filter) == "");
  }
  SUBCASE("extra") {
    write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO staff_exception (staff_id, kind, from_at, until_at, note) VALUES ($1, 'extra', $2, "
          "$3, '')",
          counselor, now() + 2h, now() + 3h + 20min);  // 10:00 to 11:20
    });
    CHECK(found(filter) == "09:00 C 09:30 C 10:00 C 10:30 C");
  }
}

TEST_CASE_FIXTURE(Slots, "only who has the credential leads") {
  run("UPDATE service SET credential = 'lcsw'");
  auto filter = any_of({counselor, other_counselor}, 1h);
  CHECK(found(filter) == "");
  run("INSERT INTO staff_credential (staff_id, credential) VALUES (" + id(other_counselor) + ", 'lcsw')");
  CHECK(found(filter) == "08:00 O 08:30 O");
  filter.together = true;
  CHECK(found(filter) == "");  // Cora would lead
  auto turned = any_of({other_counselor, counselor}, 1h);
  turned.together = true;
  CHECK(found(turned) == "08:00 OC 08:30 OC");
}

TEST_CASE_FIXTURE(Slots, "starts are even on the wall of whoever asks, and none has passed") {
  auto filter = any_of({counselor}, 2h);
  filter.step = Number<5, 120>{60};
  filter.zone = Text<1, 64>("Asia/Kolkata");  // half an hour off
  filter.from = now() - 24h;
  clock.advance(1min);
  CHECK(found(filter) == "08:30 C 09:30 C");
  CHECK(ask(filter, cora)->items[0].zone == "Asia/Kolkata");
  filter.until = now();
  CHECK(found(filter) == "");
}

TEST_CASE_FIXTURE(Slots, "pages follow one another in each rank") {
  REQUIRE(book(one_on_one(1h)).has_value());
  for (const Rank rank : {Rank::soonest, Rank::same_counselor, Rank::fewest_gaps}) {
    CAPTURE(rank);
    auto filter = any_of({other_counselor, counselor}, 8h);
    filter.client = ana;
    filter.rank = rank;
    const std::string all = found(filter);
    CHECK(all.size() > 100);
    filter.limit = Number<1, 200>{4};
    std::string pages;
    for (;;) {
      pages += (pages.empty() ? "" : " ") + found(filter);
      const auto next = ask(filter, cora)->next;
      if (!next) break;
      filter.after = Text<1, 100>(*next);
    }
    CHECK(pages == all);
  }
}

TEST_CASE_FIXTURE(Slots, "a break that reaches into the next day is kept free there") {
  auto other = one_on_one(16h);  // at midnight
  other.clients[0] = ben;
  REQUIRE(book(other, ada).has_value());
  auto filter = any_of({counselor}, 15h + 9min);
  filter.from = now() + 15h;
  filter.step = Number<5, 120>{5};
  CHECK(found(filter) == "23:00 C");  // from 23:05 it would last, with its break, until 00:05
}

TEST_CASE_FIXTURE(Slots, "the soonest may be far, and pages join where the search goes on") {
  write([&](Transaction& tx) {
    tx.run(
        "INSERT INTO staff_exception (staff_id, kind, from_at, until_at, note) VALUES ($1, 'leave', $2, $3, "
        "'')",
        counselor, now(), now() + std::chrono::days(40));
  });
  auto filter = any_of({counselor}, std::chrono::days(90));
  filter.limit = Number<1, 200>{1};
  const auto first = ask(filter, cora).value();
  REQUIRE(first.items.size() == 1);
  CHECK(first.items[0].starts_at == now() + std::chrono::days(40));

  // Otto is free all the time: 20 days with a start every two hours are 240 slots, of which 14 are searched
  // first.
  auto all = any_of({other_counselor}, std::chrono::days(20));
  all.step = Number<5, 120>{120};
  all.limit = Number<1, 200>{35};
  std::vector<Instant> starts;
  for (;;) {
    const auto page = ask(all, cora).value();
    for (const auto& slot : page.items) starts.push_back(slot.starts_at);
    if (!page.next) break;
    all.after = Text<1, 100>(*page.next);
  }
  REQUIRE(starts.size() == 240);
  for (std::size_t i = 0; i < starts.size(); ++i) CHECK(starts[i] == now() + 2h * static_cast<int>(i));
}

TEST_CASE_FIXTURE(Slots, "the client's own counselors come first, then whom they met last") {
  auto filter = any_of({other_counselor, counselor}, 30min);
  filter.client = ana;
  filter.rank = Rank::same_counselor;
  CHECK(found(filter) == "08:00 C 08:00 O");  // Cora is assigned
  run("UPDATE assignment SET until_at = 1");
  StaffId third;
  write([&](Transaction& tx) {
    third = test::add_staff(tx, site, "Thea Third");
    for (const auto& [staff, ago] : {std::pair{other_counselor, 48h}, {counselor, 24h}}) {
      const auto met = *tx.one<SessionId>(
          "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, seats, created_at) "
          "VALUES ($1, $2, 'one_on_one', '', $3, $4, 1, 0) RETURNING id",
          site, counseling, now() - ago, now() - ago + 1h);
      tx.run("INSERT INTO facilitator (session_id, staff_id, starts_at, leads) VALUES ($1, $2, $3, TRUE)",
             met, staff, now() - ago);
      tx.run(
          "INSERT INTO participant (session_id, client_id, starts_at, source) VALUES ($1, $2, $3, 'booking')",
          met, ana, now() - ago);
    }
  });
  filter.staff = Text<1, 1000>(id(third) + "," + id(other_counselor) + "," + id(counselor));
  CHECK(found(filter) == "08:00 C 08:00 O 08:00 ?");
}

TEST_CASE_FIXTURE(Slots, "every wrong parameter is named") {
  SlotFilter filter = any_of({counselor});
  filter.service = ServiceId(999);
  filter.site = SiteId(999);
  filter.until = filter.from + std::chrono::days(93);
  filter.staff = Text<1, 1000>("1,,2");
  filter.client = ClientId(999);
  filter.after = Text<1, 100>("1.2");
  CHECK(fields(ask(filter, cora).error()) ==
        "?site not_found ?service not_found ?until out_of_range ?staff not_a_list ?client not_found "
        "?after not_a_cursor");
  const auto wrong = [&](auto change) {
    SlotFilter one = any_of({counselor});
    change(one);
    return fields(ask(one, otto).error());
  };
  const auto staff = [&](std::string text) {
    return wrong([&](SlotFilter& f) { f.staff = Text<1, 1000>(std::move(text)); });
  };
  CHECK(staff(id(counselor) + "," + id(counselor)) == "?staff not_a_list");
  CHECK(staff(id(counselor) + ",") == "?staff not_a_list");
  CHECK(staff(id(counselor) + " ") == "?staff not_a_list");
  CHECK(staff("-3") == "?staff not_a_list");
  CHECK(staff(id(front_desk)) == "?staff not_found");
  CHECK(staff(std::to_string(ana.value)) == "?staff not_found");
  std::string many;
  for (int i = 1; i <= 51; ++i) many += (i == 1 ? "" : ",") + std::to_string(i);
  CHECK(staff(many) == "?staff not_a_list");
  CHECK(wrong([&](SlotFilter& f) { f.client = ana; }) == "?client not_found");  // not Otto's
  CHECK(wrong([](SlotFilter& f) { f.zone = Text<1, 64>("Mars/Olympus"); }) == "?zone unknown_zone");
  CHECK(wrong([](SlotFilter& f) { f.rank = Rank::same_counselor; }) == "?rank needs_client");
  CHECK(wrong([](SlotFilter& f) { f.until = f.from; }) == "?until out_of_range");
}

TEST_CASE_FIXTURE(Slots, "what is offered can be booked, and what is not offered cannot") {
  std::mt19937 random(11);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  // Two days of hours, blocks and sessions of both.
  for (const StaffId staff : {counselor, other_counselor})
    for (int weekday = 2; weekday <= 3; ++weekday) {
      run("INSERT INTO staff_hours (staff_id, site_id, weekday, from_time, until_time) VALUES (" + id(staff) +
          ", " + site_id() + ", " + std::to_string(weekday) + ", " + std::to_string(480 + 15 * below(8)) +
          ", " + std::to_string(960 + 15 * below(8)) + ")");
      run("INSERT INTO staff_block (staff_id, weekday, from_time, until_time, kind) VALUES (" + id(staff) +
          ", " + std::to_string(weekday) + ", 720, 780, 'lunch')");
    }
  for (int i = 0; i < 12; ++i) {
    auto booking = one_on_one(Minutes(5 * below(400)));
    booking.facilitators[0] = i % 2 == 0 ? counselor : other_counselor;
    booking.clients[0] = i % 3 == 0 ? ana : ben;
    booking.duration_minutes = {20 + 5 * below(10)};
    (void)book(booking, ada);
  }
  auto filter = any_of({counselor, other_counselor}, 36h);
  filter.client = ana;
  filter.step = Number<5, 120>{15};
  filter.limit = Number<1, 200>{200};
  const auto page = ask(filter, ada).value();
  CHECK_FALSE(page.next);
  std::size_t offered = 0, wrong = 0;
  for (Instant start = now(); start < now() + 36h; start += 15min)
    for (const StaffId staff : {counselor, other_counselor}) {
      const bool is_offered = std::any_of(page.items.begin(), page.items.end(), [&](const Slot& slot) {
        return slot.starts_at == start && slot.staff[0] == staff;
      });
      auto booking = one_on_one(start - now());
      booking.facilitators[0] = staff;
      bool booked = false;
      // Booked, and taken back.
      (void)store.write_now("test", [&](Transaction& tx) -> Result<bool> {
        booked = calendar::book(tx, ada, actor, booking, now()).has_value();
        return conflict("taken_back", "");
      });
      offered += is_offered ? 1 : 0;
      wrong += is_offered != booked ? 1 : 0;
    }
  CHECK(wrong == 0);
  CHECK(offered > 20);
  CHECK(offered == page.items.size());
}
