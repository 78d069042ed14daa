#include "aftercare/own_meeting.hpp"

#include <doctest/doctest.h>

#include "aftercare/aftercare.hpp"
#include "base/version.hpp"
#include "support/programme.hpp"
#include "support/text.hpp"

using namespace circled;
using namespace circled::aftercare;
using test::at;
using test::code;
using test::item;
using test::Texts;

namespace {

struct Typed : test::Aftercare {
  api::Identity cora = test::identity({}, counselor, api::Role::counselor, site);

  // The first Friday of the month at 19:00, in the house.
  static NewMeeting first_friday() {
    NewMeeting wanted;
    wanted.name = Text<1, 200>("Alumni evening");
    wanted.rule = Text<1, 200>("freq=monthly;byday=1fr");
    wanted.starts_on = parse_date("2026-03-01").value();
    wanted.time = TimeOfDay{Minutes(19 * 60)};
    wanted.duration_minutes = Number<5, 720>{90};
    wanted.place = Text<0, 200>("Room 2");
    wanted.in_person = true;
    wanted.types = Text<0, 200>("open, alumni");
    return wanted;
  }
  Result<Meeting> add(const NewMeeting& wanted) {
    return store.write_now("test", [&](Transaction& tx) { return add_meeting(tx, cora, {}, wanted, now()); });
  }
  Result<Meeting> edit(const Meeting& seen, const NewMeeting& wanted) {
    return store.write_now("test", [&](Transaction& tx) {
      return edit_meeting(tx, cora, {}, seen.id, digest_of(seen), wanted, now());
    });
  }
  Result<Meeting> close(MeetingId id) {
    return store.write_now("test", [&](Transaction& tx) { return close_meeting(tx, cora, {}, id, now()); });
  }
  Result<Meeting> reopen(MeetingId id) {
    return store.write_now("test", [&](Transaction& tx) { return reopen_meeting(tx, {}, id, now()); });
  }
  std::optional<Flag> flag() {
    return read([&](Snapshot& db) { return commitments(db, ana, now()).at(0).flag; });
  }
};

}  // namespace

TEST_CASE("a monthly meeting is typed in, found, and chosen with its own dates") {
  Typed world;
  const auto made = world.add(Typed::first_friday()).value();
  CHECK(made.by_hand);
  CHECK(made.weekday == 5);
  CHECK(made.rule == "FREQ=MONTHLY;BYDAY=1FR");
  CHECK(made.zone == "America/New_York");
  CHECK(made.types == Texts{"open", "alumni"});
  NearSearch wanted;
  wanted.text = Text<0, 100>("alumni");
  CHECK(world.read([&](Snapshot& db) { return search(db, wanted, world.now()); })->items.at(0).id == made.id);
  // 3 April is the only first Friday within four weeks of 10 March.
  CHECK(world.choose(world.ana, made.id)->next == at("2026-04-03T23:00:00Z"));
  CHECK(world.starts() == Texts{"2026-04-03T23:00:00Z"});
  // A second one is of the same list, and a file cannot come under that list's name.
  world.add(Typed::first_friday()).value();
  CHECK(world.number("SELECT COUNT(*) FROM meeting_list WHERE by_hand") == 1);
  CHECK(code(test::import(world, test::file_of({item(9, 1, "10:00")}), std::string(own_list))) == "typed_in");
}

TEST_CASE("what cannot be typed in") {
  Typed world;
  const auto why_not = [&](auto change) {
    auto wanted = Typed::first_friday();
    change(wanted);
    const auto made = world.add(wanted);
    REQUIRE(made.has_error());
    return made.error().fields.front().pointer + " " + made.error().fields.front().code;
  };
  CHECK(why_not([](NewMeeting& m) { m.rule = Text<1, 200>("FREQ=WEEKLY;BYDAY=MO,WE"); }) ==
        "/rule several_weekdays");
  CHECK(why_not([](NewMeeting& m) { m.zone = Text<1, 60>("Mars/Base"); }) == "/zone unknown_zone");
  CHECK(why_not([](NewMeeting& m) { m.place.reset(); }) == "/place nowhere");
  CHECK(why_not([](NewMeeting& m) { m.in_person = false; }) == "/online_url nowhere");
  CHECK(why_not([](NewMeeting& m) { m.online_url = Text<0, 500>("javascript:x"); }) ==
        "/online_url not_an_address");
  CHECK(why_not([](NewMeeting& m) { m.latitude = Real<-90'000, 90'000>{40}; }) == "/longitude half_a_point");
  CHECK(world.number("SELECT COUNT(*) FROM meeting") == 2);
}

TEST_CASE("a change of time or place is told and flagged, another one is not") {
  Typed world;
  const auto made = world.add(Typed::first_friday()).value();
  world.choose(world.ana, made.id).value();
  auto wanted = Typed::first_friday();
  wanted.name = Text<1, 200>("Alumni supper");
  const auto named = world.edit(made, wanted).value();
  CHECK_FALSE(world.flag());
  CHECK(code(world.edit(made, wanted)) == "changed_meanwhile");
  wanted.rule = Text<1, 200>("FREQ=MONTHLY;BYDAY=2TU");
  CHECK(world.edit(named, wanted)->weekday == 2);
  CHECK(world.flag() == Flag::changed);
  // 10 March is the second Tuesday.
  CHECK(world.starts() == Texts{"2026-03-10T23:00:00Z"});
  CHECK(world.starts("cancelled") == Texts{"2026-04-03T23:00:00Z"});
  CHECK(world.events() == Texts{"commitment.changed", "meeting.changed"});

  const auto of_list = world.read([&](Snapshot& db) { return *meeting(db, world.meeting); });
  CHECK(code(world.edit(of_list, wanted)) == "from_a_list");
}

TEST_CASE("what staff have closed stays closed whatever its list says") {
  Typed world;
  const auto commitment = world.choose(world.ana, world.meeting)->id;
  CHECK(world.close(world.meeting)->closed);
  CHECK(world.close(world.meeting)->closed);
  CHECK(world.starts().empty());
  CHECK(world.pending() == 0);
  CHECK(world.flag() == Flag::gone);
  CHECK(world.events() == Texts{"commitment.changed", "meeting.gone"});
  CHECK(code(world.choose(world.ben, world.meeting)) == "not_in_aftercare");

  // Moved, dropped, brought back: nobody hears of it, and nothing takes place.
  world.list({item(1, 2, "11:00", "Sunday Light"), item(2, 2, "19:00")});
  world.list({item(2, 2, "19:00")});
  world.list({item(1, 3, "11:00", "Sunday Light"), item(2, 2, "19:00")});
  world.clock.advance(std::chrono::days(2));
  world.extend();
  CHECK(world.starts().empty());
  CHECK(world.events() == Texts{"commitment.changed", "meeting.gone"});
  CHECK(world.read([&](Snapshot& db) { return goal(db, world.ana); }).committed == 0);

  CHECK_FALSE(world.reopen(world.meeting)->closed);
  CHECK(world.flag() == Flag::back);
  CHECK(world.events() == Texts{"commitment.changed", "meeting.gone", "meeting.changed"});
  CHECK(world.starts().front() == "2026-03-17T15:00:00Z");  // on Tuesdays at 11:00, as its list has it now
  world.store.write_now("test", [&](Transaction& tx) { return see(tx, world.ana, commitment, world.now()); })
      .value();

  // One that its list has dropped meanwhile is as gone after as before.
  world.list({item(2, 2, "19:00")});
  world.close(world.meeting).value();
  const auto told = world.events();
  CHECK(world.reopen(world.meeting)->gone);
  CHECK(world.events() == told);
  CHECK(world.starts().empty());
  CHECK(world.number("SELECT COUNT(*) FROM audit WHERE action IN ('meeting.close', 'meeting.reopen')") == 4);
}
