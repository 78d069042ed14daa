#include "attendance/check_in.hpp"

#include <doctest/doctest.h>

#include "attendance/sheet.hpp"
#include "support/programme.hpp"

using namespace circled;
using namespace circled::attendance;
using calendar::Status;
using circled::test::CalendarFixture;
using namespace std::chrono_literals;

namespace {

// Ana and Ben in a group of 90 minutes that starts in an hour, at 09:00 in New York; a kiosk at the door.
struct Door : CalendarFixture {
  access::Context context{
      store,
      clock,
      std::string(32, 'k'),
      "",
      nullptr,
      [](Snapshot&, const api::Identity& who, ClientId, Instant) { return who.role != api::Role::client; }};
  calendar::Session session;
  access::Kiosk kiosk;
  access::CardWithPin card;

  Door() {
    auto booking = one_on_one(1h);
    booking.kind = calendar::Kind::group;
    booking.room = room;
    booking.duration_minutes = {90};
    booking.clients.push_back(ben);
    session = book(booking).value();
    static_cast<api::Identity&>(kiosk) = kiosk_at(site);
    card = write([this](Transaction& tx) {
             return access::issue_card(tx, context, cora, "r", ana, now());
           }).value();
    take_committed();
  }

  api::Identity kiosk_at(SiteId where) {
    return write([&](Transaction& tx) {
             const auto made =
                 access::make_kiosk(tx, context, actor, {where, Text<1, 100>("Front door")}, now()).value();
             return access::enrol_kiosk(tx, context, {made.code, access::Carrier::bearer, {"192.0.2.7", "r"}},
                                        now());
           })
        .value()
        .identity;
  }
  Result<CheckedIn> here(SessionId id) {
    return write([&](Transaction& tx) { return check_in(tx, ana_user, actor, id, now()); });
  }
  Result<CheckedIn> here() { return here(session.id); }
  AtKiosk show(std::string pin) {
    const CardShown shown{Text<1, 64>(card.card.number), Text<1, 16>(std::move(pin))};
    return write([&](Transaction& tx) { return check_in_at_kiosk(tx, context, kiosk, "r", shown, now()); })
        .value()
        .outcome;
  }
  AtKiosk show() { return show(card.pin); }
  Result<Joined> join(SessionId id, const char* town = "Troy", const char* number = "555 010 0123") {
    const Whereabouts where{Text<1, 100>(town), Text<3, 40>(number)};
    return write([&](Transaction& tx) { return attendance::join(tx, ana_user, actor, id, where, now()); });
  }
  Result<Arrivals> arrive(const api::Identity& who, ClientId client) {
    return write(
        [&](Transaction& tx) { return attendance::arrive(tx, who, actor, session.id, client, now()); });
  }
  Result<Arrivals> take_back(const api::Identity& who, ClientId client) {
    return write(
        [&](Transaction& tx) { return attendance::take_back(tx, who, actor, session.id, client, now()); });
  }
  // An online appointment of Ana with Cora, `in` from now, for 50 minutes.
  calendar::Session online(Milliseconds in) {
    auto booking = one_on_one(in);
    booking.link = Text<0, 500>("https://meet.example.org/a");
    return book(booking).value();
  }
  std::optional<Proposed> on_sheet(ClientId client, SessionId id) {
    const auto seen = read([&](Snapshot& db) { return sheet(db, cora, id, now()); });
    for (const auto& line : seen.value().lines)
      if (line.client == client) return line.proposed;
    FAIL("not on the sheet");
    return {};
  }
  std::optional<Proposed> on_sheet(ClientId client) { return on_sheet(client, session.id); }
  std::int64_t rows() { return number("SELECT count(*) FROM check_in"); }
};

}  // namespace

TEST_CASE("when one may check in") {
  const Instant start = from_millis(1'773'147'600'000), end = start + 90min;
  struct Case {
    const char* what;
    How how;
    Status status;
    Instant now;
    const char* refused;  // empty: may
  };
  for (const auto& c : {
           Case{"16 minutes before", How::app, Status::scheduled, start - 16min, "not_open_yet"},
           Case{"a moment too early", How::app, Status::scheduled, start - 15min - 1ms, "not_open_yet"},
           Case{"15 minutes before", How::app, Status::scheduled, start - 15min, ""},
           Case{"the same at a kiosk", How::kiosk, Status::scheduled, start - 15min, ""},
           Case{"and earlier", How::kiosk, Status::scheduled, start - 15min - 1ms, "not_open_yet"},
           Case{"the same for a link", How::telehealth, Status::scheduled, start - 15min, ""},
           Case{"and earlier", How::telehealth, Status::scheduled, start - 15min - 1ms, "not_open_yet"},
           Case{"the desk sees who comes early", How::front_desk, Status::scheduled, start - 60min, ""},
           Case{"not all morning", How::front_desk, Status::scheduled, start - 60min - 1ms, "not_open_yet"},
           Case{"at the last moment", How::app, Status::scheduled, end - 1ms, ""},
           Case{"at the end", How::app, Status::scheduled, end, "already_over"},
           Case{"closed before its end", How::app, Status::completed, start + 30min, "already_over"},
           Case{"cancelled", How::app, Status::cancelled, start, "cancelled"},
           Case{"cancelled long ago", How::kiosk, Status::cancelled, end + 24h, "cancelled"},
       }) {
    CAPTURE(c.what);
    const auto may = rules::may_check_in(c.how, c.status, start, end, c.now);
    CHECK((may ? std::string() : may.error().code) == c.refused);
  }
  const auto early = rules::may_check_in(How::app, Status::scheduled, start, end, start - 1h);
  CHECK(early.error().extra.at("opens_at") == boost::json::value(to_string(start - 15min)));
}

TEST_CASE("\"I'm here\" is proposed on the sheet, said once, and told to dashboards and to the client") {
  Door d;
  d.clock.advance(50min);
  const auto first = d.here();
  REQUIRE(first);
  CHECK(first->arrived_at == d.now());
  CHECK(first->text == "You are checked in for Tue 10 Mar at 09:00.");
  const auto told = d.take_committed();
  REQUIRE(told.hints.size() == 1);
  CHECK(told.hints[0].kind == "session.changed");
  CHECK(told.hints[0].id == d.session.id.value);
  REQUIRE(told.events.size() == 1);
  CHECK(told.events[0].receiver == PersonId(d.ana));
  CHECK(told.events[0].body->find("\"kind\":\"appointment.checked_in\"") != std::string::npos);

  const auto proposed = d.on_sheet(d.ana);
  REQUIRE(proposed);
  CHECK(proposed->arrived_at == d.now());
  CHECK(proposed->how == How::app);
  CHECK_FALSE(proposed->town);
  CHECK_FALSE(d.on_sheet(d.ben));
  // It marks nobody, and the sheet is the version it was: marks being made are not disturbed.
  CHECK(d.number("SELECT count(*) FROM participant WHERE verdict <> 'expected'") == 0);
  CHECK(d.number("SELECT version FROM session WHERE id = $1", d.session.id) == d.session.version);

  d.clock.advance(5min);
  const auto again = d.here();
  CHECK(again->arrived_at == first->arrived_at);
  CHECK(again->text == first->text);
  CHECK(d.rows() == 1);
  CHECK(d.take_committed().hints.empty());
  CHECK(d.number("SELECT count(*) FROM audit WHERE action = 'check_in.make'") == 1);
}

TEST_CASE("what is refused leaves nothing") {
  Door d;
  CHECK(d.here().error().code == "not_open_yet");
  CHECK(d.here(SessionId(999)).error().kind == ErrorKind::not_found);
  auto bens = d.one_on_one(5h);
  bens.clients[0] = d.ben;
  CHECK(d.here(d.book(bens)->id).error().kind == ErrorKind::not_found);
  const auto cancelled = d.write([&](Transaction& tx) {
    return calendar::cancel(tx, d.cora, d.actor, d.session.id, d.session.version, {}, d.now());
  });
  REQUIRE(cancelled);
  d.clock.advance(55min);
  CHECK(d.here().error().code == "cancelled");
  CHECK(d.show() == AtKiosk::ask_at_desk);
  d.clock.advance(24h);
  CHECK(d.show() == AtKiosk::ask_at_desk);
  CHECK(d.rows() == 0);
}

TEST_CASE("attended without stays still means from the start, whenever somebody checked in") {
  Door d;
  d.clock.advance(70min);  // ten minutes late
  REQUIRE(d.here());
  Marks marks;
  marks.marks.push_back({d.ana, calendar::Verdict::attended, {}});
  const auto marked = d.write([&](Transaction& tx) {
    return mark(tx, d.cora, d.actor, d.session.id, d.session.version, marks, d.now());
  });
  REQUIRE(marked);
  CHECK(marked->lines[0].late_minutes == 0min);
  CHECK(marked->lines[0].proposed->arrived_at == d.now());
}

TEST_CASE("a card and its PIN check in at the kiosk, to what is open at its site") {
  Door d;
  CHECK(d.show() == AtKiosk::ask_at_desk);  // an hour before
  d.clock.advance(45min);
  CHECK(d.show() == AtKiosk::checked_in);
  const auto proposed = d.on_sheet(d.ana);
  REQUIRE(proposed);
  CHECK(proposed->how == How::kiosk);
  CHECK(d.number("SELECT kiosk_id FROM check_in") == d.kiosk.person.value);
  d.clock.advance(1min);
  CHECK(d.show() == AtKiosk::checked_in);
  CHECK(d.rows() == 1);
  CHECK(d.on_sheet(d.ana)->arrived_at == d.now() - 1min);
  CHECK(d.show(d.card.pin == "4711" ? "4712" : "4711") == AtKiosk::not_accepted);
  d.clock.advance(2h);  // over
  CHECK(d.show() == AtKiosk::ask_at_desk);
  CHECK(d.rows() == 1);
}

TEST_CASE("a kiosk elsewhere knows nothing of what is here, and none of what is online") {
  Door d;
  const auto elsewhere = d.write([](Transaction& tx) { return test::add_site(tx, "Hill"); });
  d.clock.advance(50min);
  const api::Identity here = d.kiosk;
  static_cast<api::Identity&>(d.kiosk) = d.kiosk_at(elsewhere);
  CHECK(d.show() == AtKiosk::ask_at_desk);
  static_cast<api::Identity&>(d.kiosk) = here;
  d.clock.advance(100min);  // 10:30: the group is over at half past ten
  d.online(10min);
  CHECK(d.show() == AtKiosk::ask_at_desk);
  CHECK(d.rows() == 0);
}

TEST_CASE("two sessions that are open at once are both checked in to") {
  Door d;
  auto next = d.one_on_one(160min);  // 10:40, after the break
  next.room = d.small_room;
  const auto later = d.book(next).value();
  d.clock.advance(145min);  // 10:25
  CHECK(d.show() == AtKiosk::checked_in);
  CHECK(d.on_sheet(d.ana));
  CHECK(d.on_sheet(d.ana, later.id));
  CHECK(d.rows() == 2);
}

TEST_CASE("joining online asks where they are, and answers the link from a quarter of an hour before") {
  Door d;
  const auto session = d.online(4h);
  CHECK(d.here(session.id).error().code == "not_open_yet");
  d.clock.advance(4h - 16min);
  CHECK(d.join(session.id).error().code == "not_open_yet");
  CHECK(d.rows() == 0);
  d.clock.advance(1min);
  CHECK(d.here(session.id).error().code == "join_online");
  for (const char* number : {"none", "12345", "555-010-01234567890", "555 010 0123 <b>"}) {
    CAPTURE(number);
    CHECK(d.join(session.id, "Troy", number).error().fields.at(0).code == "not_a_phone");
  }
  CHECK(d.rows() == 0);
  const auto joined = d.join(session.id);
  REQUIRE(joined);
  CHECK(joined->link == "https://meet.example.org/a");
  const auto proposed = d.on_sheet(d.ana, session.id);
  REQUIRE(proposed);
  CHECK(proposed->how == How::telehealth);
  CHECK(proposed->town == "Troy");
  CHECK(proposed->call_back == "555 010 0123");

  // Back after the call broke off, from elsewhere: one row, the first time, the new place.
  d.clock.advance(20min);
  const auto again = d.join(session.id, "Albany", "+1 (555) 010-0199");
  CHECK(again->arrived_at == joined->arrived_at);
  CHECK(d.on_sheet(d.ana, session.id)->town == "Albany");
  CHECK(d.rows() == 1);
  // Neither is in the trail, which is kept for ever.
  for (const char* said : {"Troy", "Albany", "0123"}) {
    CAPTURE(said);
    CHECK(d.number("SELECT count(*) FROM audit WHERE detail LIKE '%' || $1 || '%'", said) == 0);
  }
  CHECK(d.join(d.session.id).error().code == "already_over");
}

TEST_CASE("a session that is not online has no link to join by") {
  Door d;
  d.clock.advance(50min);
  CHECK(d.join(d.session.id).error().code == "no_link");
}

TEST_CASE("here by app, then online: when they came stays, where they are is added") {
  Door d;
  auto both = d.one_on_one(4h);
  both.room = d.small_room;
  both.link = Text<0, 500>("https://meet.example.org/b");
  const auto session = d.book(both).value();
  d.clock.advance(4h - 10min);
  const auto here = d.here(session.id);
  REQUIRE(here);
  d.clock.advance(5min);
  CHECK(d.join(session.id)->arrived_at == here->arrived_at);
  CHECK(d.on_sheet(d.ana, session.id)->how == How::telehealth);
}

TEST_CASE("town and number are taken away after thirty days; that they came stays") {
  Door d;
  const auto session = d.online(4h);
  d.clock.advance(4h);
  REQUIRE(d.join(session.id));
  const auto purge = [&] { return d.write([&](Transaction& tx) { return purge_whereabouts(tx, d.now()); }); };
  d.clock.advance(whereabouts_kept - 1ms);
  CHECK(purge() == 0);
  d.clock.advance(1ms);
  CHECK(purge() == 1);
  CHECK(purge() == 0);
  const auto proposed = d.on_sheet(d.ana, session.id);
  REQUIRE(proposed);
  CHECK_FALSE(proposed->town);
  CHECK_FALSE(proposed->call_back);
}

TEST_CASE("the desk checks in from the day's list, and takes back what was somebody else") {
  Door d;
  d.clock.advance(5min);  // 55 minutes before: they came early
  const auto list = d.arrive(d.fred, d.ben);
  REQUIRE(list);
  REQUIRE(list->expected.size() == 2);
  CHECK(list->opens_at == d.session.starts_at - 60min);
  CHECK_FALSE(list->expected[0].arrived_at);
  CHECK(list->expected[1].arrived_at == d.now());
  CHECK(list->expected[1].how == How::front_desk);
  CHECK(d.number("SELECT staff_id FROM check_in") == d.front_desk.value);
  CHECK(d.on_sheet(d.ben)->how == How::front_desk);
  CHECK(d.take_committed().hints.size() == 1);

  REQUIRE(d.take_back(d.fred, d.ben));
  CHECK(d.rows() == 0);
  CHECK(d.take_back(d.fred, d.ben).error().kind == ErrorKind::not_found);
  // What the client said stays, also when the desk says it again.
  d.clock.advance(45min);
  REQUIRE(d.here());
  REQUIRE(d.arrive(d.fred, d.ana));
  CHECK(d.on_sheet(d.ana)->how == How::app);
  CHECK(d.take_back(d.fred, d.ana).error().code == "not_the_desks");

  CHECK(d.arrive(d.fred, ClientId(999)).error().kind == ErrorKind::not_found);
  CHECK(d.arrive(d.otto, d.ana).error().kind == ErrorKind::forbidden);  // leads nothing here
  CHECK(d.arrive(d.ada, d.ben));
  api::Identity elsewhere = d.fred;
  elsewhere.site = SiteId(999);
  CHECK(d.arrive(elsewhere, d.ana).error().kind == ErrorKind::not_found);
  d.clock.advance(3h);
  CHECK(d.arrive(d.fred, d.ana).error().code == "already_over");
  CHECK(d.take_back(d.fred, d.ben).error().code == "already_over");
}

TEST_CASE("the desk puts somebody on the sheet of a group that runs, and marks nobody") {
  Door d;
  const ClientId carl =
      d.write([&](Transaction& tx) { return test::add_client(tx, d.site, "Carl", "Conti"); });
  const auto walk_in = [&](const api::Identity& who, ClientId client) {
    return d.write(
        [&](Transaction& tx) { return arrive_unexpected(tx, who, d.actor, d.session.id, client, d.now()); });
  };
  CHECK(walk_in(d.fred, carl).error().code == "not_started");
  d.clock.advance(1h + 5min);
  CHECK(walk_in(d.fred, d.ana).error().fields.at(0).code == "on_the_sheet");
  CHECK(walk_in(d.fred, ClientId(999)).error().fields.at(0).pointer == "/client");
  CHECK(walk_in(d.otto, carl).error().kind == ErrorKind::forbidden);  // leads nothing here
  api::Identity elsewhere = d.fred;
  elsewhere.site = SiteId(999);
  CHECK(walk_in(elsewhere, carl).error().kind == ErrorKind::not_found);
  CHECK(d.rows() == 0);

  const auto list = walk_in(d.fred, carl);
  REQUIRE(list);
  REQUIRE(list->expected.size() == 3);
  const auto here = std::ranges::find(list->expected, carl, &Expected::client);
  REQUIRE(here != list->expected.end());
  CHECK(here->arrived_at == d.now());
  CHECK(here->how == How::front_desk);
  // The counselor sees them proposed, and has the word.
  const auto sheet =
      d.read([&](Snapshot& db) { return attendance::sheet(db, d.cora, d.session.id, d.now()); }).value();
  const auto line = std::ranges::find(sheet.lines, carl, &Line::client);
  REQUIRE(line != sheet.lines.end());
  CHECK(line->verdict == calendar::Verdict::expected);
  CHECK(line->stays.empty());
  CHECK(sheet.version == d.session.version + 1);
  // Whose mistake it was takes it back on the sheet.
  REQUIRE(d.write(
      [&](Transaction& tx) { return undo(tx, d.cora, d.actor, d.session.id, sheet.version, d.now()); }));
  CHECK(d.number("SELECT count(*) FROM participant WHERE client_id = $1", carl) == 0);
  REQUIRE(walk_in(d.fred, carl));
  d.clock.advance(2h);
  CHECK(
      walk_in(d.fred, d.write([&](Transaction& tx) { return test::add_client(tx, d.site, "Dora", "Dahl"); }))
          .error()
          .code == "already_over");
}

TEST_CASE("a session that is moved does not keep who checked in to its old time") {
  Door d;
  d.clock.advance(50min);
  REQUIRE(d.here());
  calendar::Change change{};
  change.starts_at = d.session.starts_at + 24h;
  REQUIRE(d.write([&](Transaction& tx) {
    return calendar::change(tx, d.cora, d.actor, d.session.id, d.session.version, change, d.now());
  }));
  CHECK_FALSE(d.on_sheet(d.ana));
  d.clock.advance(24h);
  REQUIRE(d.here());
  CHECK(d.on_sheet(d.ana)->arrived_at == d.now());
  CHECK(d.rows() == 1);
}
