#include "places/settings.hpp"

#include <doctest/doctest.h>

#include "support/programme.hpp"

using namespace circled;
using namespace circled::places;
using circled::test::CalendarFixture;
using namespace std::chrono_literals;

namespace {

SiteSettings settings(std::string name, std::string zone) {
  return {Text<1, 100>(std::move(name)), Text<1, 64>(std::move(zone)), Text<0, 300>("12 Main Street"),
          Number<0, 60>(5)};
}

struct PlacesToChange : CalendarFixture {
  Result<SiteDetail> change(SiteId at, SiteSettings wanted, std::string seen = "") {
    if (seen.empty()) seen = version(detail(at).settings);
    return write([&](Transaction& tx) { return change_site(tx, actor, at, seen, wanted, now()); });
  }
  SiteDetail detail(SiteId at) {
    return read([&](Snapshot& db) { return site_detail(db, at); }).value();
  }
  RoomChange seen(RoomId of) {
    return read([&](Snapshot& db) { return room_detail(db, of, now()); }).value();
  }
  Result<RoomChange> retire(RoomId of) {
    const auto tag = version(seen(of).room);
    return write([&](Transaction& tx) { return retire_room(tx, actor, of, tag, now()); });
  }
};

}  // namespace

TEST_CASE("a site's zone is fixed once something was planned there; the rest is not") {
  PlacesToChange f;
  CHECK_FALSE(f.detail(f.site).zone_fixed);
  CHECK(f.change(f.site, settings("River", "America/Chicago")).value().settings.zone == "America/Chicago");
  CHECK(f.change(f.site, settings("River", "Moon/Base")).error().fields.at(0).code == "unknown_zone");
  f.change(f.site, settings("River", "America/New_York")).value();
  REQUIRE(f.book(f.one_on_one(3h)).has_value());
  CHECK(f.change(f.site, settings("River", "America/Chicago")).error().fields.at(0).code == "zone_fixed");
  const auto renamed = f.change(f.site, settings("Riverbank", "America/New_York"));
  REQUIRE(renamed);
  CHECK(renamed->settings.address == "12 Main Street");
  CHECK(f.change(f.site, settings("X", "America/New_York"), "old").error().kind ==
        ErrorKind::precondition_failed);
  f.write([&](Transaction& tx) { test::add_site(tx, "North"); });
  CHECK(f.change(f.site, settings("North", "America/New_York")).error().fields.at(0).code == "taken");
}

TEST_CASE("a retired room is booked no more, and says which sessions are to be seen to") {
  PlacesToChange f;
  auto booking = f.one_on_one(3h);
  booking.room = f.room;
  const auto booked = f.book(booking);
  REQUIRE(booked);
  CHECK(f.seen(f.room).sessions.empty());
  const auto retired = f.retire(f.room);
  REQUIRE(retired);
  REQUIRE(retired->sessions.size() == 1);
  CHECK(retired->sessions[0].session == booked->id);
  CHECK(f.read([&](Snapshot& db) { return rooms(db, f.site); }).size() == 1);  // the small room
  booking.starts_at = f.now() + 6h;
  CHECK(f.book(booking).error().fields.at(0).pointer == "/room");
  // The session is where it was, and the room is still found by a bad day.
  CHECK(f.read([&](Snapshot& db) { return room_ever(db, f.room); }).has_value());
  CHECK(f.detail(f.site).rooms.back().retired_at == f.now());

  const auto tag = version(f.seen(f.room).room);
  CHECK(f.write([&](Transaction& tx) { return reopen_room(tx, f.actor, f.room, tag, f.now()); }).has_value());
  CHECK(f.book(booking).has_value());
}

TEST_CASE("fewer seats show what no longer fits") {
  PlacesToChange f;
  auto booking = f.one_on_one(3h);
  booking.room = f.room;
  booking.kind = calendar::Kind::group;
  booking.seats = Number<1, 500>(8);
  REQUIRE(f.book(booking).has_value());
  const auto tag = version(f.seen(f.room).room);
  const RoomSettings smaller{Text<1, 100>("Cosy"), Number<1, 500>(5)};
  const auto changed =
      f.write([&](Transaction& tx) { return change_room(tx, f.actor, f.room, tag, smaller, f.now()); });
  REQUIRE(changed);
  CHECK(changed->room.name == "Cosy");
  REQUIRE(changed->sessions.size() == 1);
  CHECK(changed->sessions[0].seats == 8);
}
