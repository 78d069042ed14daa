#include "calendar/course.hpp"

#include <doctest/doctest.h>

#include "calendar/course_support.hpp"
#include "calendar/enrolment.hpp"
#include "support/text.hpp"

using namespace circled;
using namespace circled::calendar;
using circled::test::CourseFixture;
using circled::test::words;
using people::Discharge;
using people::HoldKind;
using people::Phase;
using namespace std::chrono_literals;
using test::Texts;

namespace {

std::string event(const char* kind, SessionId session) {
  return std::string("appointment.") + kind + " " + std::to_string(session.value);
}

Result<Course> discharge(CourseFixture& f, ClientId client, Discharge type, const Asked& asked = {}) {
  return f.write([&](Transaction& tx) {
    return calendar::discharge(tx, f.cora, f.actor, client, type, asked, f.now());
  });
}

Result<Course> move_to(CourseFixture& f, ClientId client, Phase phase, const Asked& asked = {}) {
  return f.write([&](Transaction& tx) {
    return calendar::move(tx, f.ada, f.actor, client, Move{phase, {}}, asked, f.now());
  });
}

Result<Course> begin_hold(CourseFixture& f, ClientId client, std::optional<Instant> until, bool keep_seats,
                          const Asked& asked = {}) {
  return f.write([&](Transaction& tx) {
    return calendar::begin_hold(tx, f.cora, f.actor, client, {HoldKind::hospital, until, keep_seats}, asked,
                                f.now());
  });
}

Result<Course> end_hold(CourseFixture& f, ClientId client, const Asked& asked = {}) {
  return f.write(
      [&](Transaction& tx) { return calendar::end_hold(tx, f.cora, f.actor, client, asked, f.now()); });
}

Result<Course> clear(CourseFixture& f, ClientId client, std::optional<Instant> expires = {}) {
  return f.write(
      [&](Transaction& tx) { return give_clearance(tx, f.cleo, f.actor, client, {expires}, {}, f.now()); });
}

// Ben with everything there can be ahead of him.
struct Busy : CourseFixture {
  SessionId alone, together, begun;
  EnrolmentId enrolment;

  Busy() {
    begun = group_session(group, -30min, {ben, carl});
    alone = one_on_one_with(ben, 72h);
    together = group_session(group, 96h, {ben, carl});
    enrolment = enrol(group, ben);
    enrol(group, carl);
    sign_in(ben);
    sign_in(carl);
    write([this](Transaction& tx) {
      tx.run("INSERT INTO waitlist (group_id, client_id, since_at) VALUES ($1, $2, 0)",
             add_group(tx, "Evening"), ben);
      tx.run(
          "INSERT INTO series (site_id, service_id, client_id, title, starts_on, time, duration_minutes, "
          "zone, rule, seats, expanded_until, created_at) VALUES ($1, $2, $3, 'Weekly', 20500, 600, 50, "
          "'America/New_York', 'FREQ=WEEKLY', 1, $4, 0)",
          site, counseling, ben, now());
    });
    take_committed();
  }
};

}  // namespace

TEST_CASE("a discharge leaves nothing ahead: no busy row, no reminder, no sign-in, no seat, no wait") {
  Busy f;
  REQUIRE(f.pending(f.ben) == 4);
  const auto course = discharge(f, f.ben, Discharge::transferred);
  REQUIRE(course.has_value());
  CHECK(words(course->ends) == Texts{"episode transferred", "phase treatment", "enrolment Morning",
                                     "series Weekly", "one_on_one Counseling", "seat Morning",
                                     "waitlist Evening", "sign_in"});
  CHECK(words(course->conflicts) == Texts{"seat Morning"});  // what has begun; its sheet is open
  CHECK(course->begins.empty());
  CHECK(course->excuses.empty());

  CHECK(f.busy_ahead(f.ben) == 0);
  CHECK(f.number("SELECT count(*) FROM busy WHERE session_id = $1", f.alone) == 0);
  CHECK(f.number("SELECT count(*) FROM reminder WHERE receiver_id = $1 AND state IN ('pending', 'sent')",
                 f.ben) == 0);
  CHECK(f.number("SELECT count(*) FROM sign_in s JOIN account a ON a.id = s.account_id "
                 "WHERE a.person_id = $1 AND s.revoked_at IS NULL",
                 f.ben) == 0);
  CHECK(f.number("SELECT count(*) FROM session WHERE id = $1 AND status = 'cancelled'", f.alone) == 1);
  CHECK(f.verdict(f.alone, f.ben) == "cancelled_by_program");
  CHECK(f.verdict(f.together, f.ben) == "gone");
  CHECK(f.verdict(f.begun, f.ben) == "expected");
  CHECK(f.number("SELECT count(*) FROM enrolment WHERE id = $1 AND until_on = $2 AND ended_at = $3",
                 f.enrolment, *parse_date("2026-03-09"), f.now()) == 1);
  CHECK(f.number("SELECT count(*) FROM waitlist WHERE client_id = $1 AND state = 'left'", f.ben) == 1);
  CHECK(f.number("SELECT count(*) FROM series WHERE client_id = $1 AND until_at = $2", f.ben, f.now()) == 1);

  // Carl has lost nothing.
  CHECK(f.verdict(f.together, f.carl) == "expected");
  CHECK(f.busy_ahead(f.carl) == 1);
  CHECK(f.pending(f.carl) == 2);
  CHECK(f.number("SELECT count(*) FROM session WHERE id = $1 AND status = 'scheduled' AND version = 2 "
                 "AND told_version = 1",
                 f.together) == 1);
  CHECK(f.number("SELECT count(*) FROM enrolment WHERE client_id = $1 AND until_on IS NULL", f.carl) == 1);
}

TEST_CASE("whoever is discharged is told once of all that is off; others hear hints only") {
  Busy f;
  REQUIRE(discharge(f, f.ben, Discharge::completed).has_value());
  const auto committed = f.take_committed();
  Texts hinted;
  REQUIRE(committed.events.size() == 1);
  CHECK(committed.events[0].receiver == PersonId(f.ben));
  const auto body = boost::json::parse("{" + *committed.events[0].body + "}");
  CHECK(body.at("kind") == "appointments.changed");
  CHECK(body.at("from") == "2026-03-13T12:00:00Z");  // in three days, the first of the two
  CHECK(body.at("text") == "Your appointments from Fri 13 Mar on are cancelled.");
  CHECK(committed.events[0].body->find("Morning") == std::string::npos);
  for (const auto& hint : committed.hints) hinted.push_back(hint.kind);
  for (const char* kind : {"client.changed", "session.changed", "sign_in.revoked"})
    CHECK(std::count(hinted.begin(), hinted.end(), kind) > 0);
}

TEST_CASE("of one session that is off at a discharge its own notice is given") {
  CourseFixture f;
  const auto id = f.one_on_one_with(f.ben, 72h);
  f.take_committed();
  REQUIRE(discharge(f, f.ben, Discharge::completed).has_value());
  CHECK(f.told(f.ben) == Texts{event("cancelled", id)});
}

TEST_CASE("of a client who died nobody is told but by hints, and nothing goes to that person any more") {
  Busy f;
  REQUIRE(discharge(f, f.ben, Discharge::died).has_value());
  const auto committed = f.take_committed();
  CHECK(committed.events.empty());
  CHECK(committed.hints.size() > 0);
  CHECK(f.busy_ahead(f.ben) == 0);
  f.clock.advance(95h);  // past every reminder there was
  const auto sent = f.send_due();
  CHECK(sent.sent == 1);  // Carl's; of his two the nearer
  CHECK(f.number("SELECT count(*) FROM stream_event WHERE person_id = $1", f.ben) == 1);  // the booking's
}

TEST_CASE("a preview writes nothing and is what applying does; who has seen another is refused") {
  Busy f;
  const auto preview = discharge(f, f.ben, Discharge::administrative, {true, {}});
  REQUIRE(preview.has_value());
  CHECK(f.take_committed().events.empty());
  CHECK(f.busy_ahead(f.ben) == 2);
  CHECK(f.number("SELECT count(*) FROM episode WHERE client_id = $1 AND discharge IS NULL", f.ben) == 1);

  // In between somebody books another.
  const auto more = f.one_on_one_with(f.ben, 48h);
  const auto refused = discharge(f, f.ben, Discharge::administrative, {false, digest(*preview)});
  REQUIRE(refused.has_error());
  CHECK(refused.error().kind == ErrorKind::precondition_failed);
  const auto current = refused.error().extra.at("current").as_object();
  CHECK(current.at("ends").as_array().size() == preview->ends.size() + 1);
  CHECK(f.number("SELECT count(*) FROM session WHERE id = $1 AND status = 'scheduled'", more) == 1);

  const auto again = discharge(f, f.ben, Discharge::administrative, {true, {}});
  const auto applied = discharge(f, f.ben, Discharge::administrative, {false, digest(*again)});
  REQUIRE(applied.has_value());
  CHECK(json::to_text(*applied) == json::to_text(*again));
  CHECK(discharge(f, f.ben, Discharge::administrative).error().code == "no_episode");
}

TEST_CASE("a room above ends its own with a discharge, in silence when the client died") {
  Busy f;
  std::vector<bool> silences;
  on_discharge("test", {[](Snapshot&, ClientId client, Instant) -> std::vector<CourseItem> {
                          return {{Matter::feed, client.value, "Calendar", {}}};
                        },
                        [&](Transaction&, ClientId, bool silent, Instant) { silences.push_back(silent); }});
  const auto preview = discharge(f, f.ben, Discharge::died, {true, {}});
  CHECK(silences.empty());
  const auto listed = words(preview.value().ends);
  CHECK(std::count(listed.begin(), listed.end(), "feed Calendar") == 1);
  REQUIRE(discharge(f, f.ben, Discharge::died).has_value());
  REQUIRE(discharge(f, f.carl, Discharge::incarcerated).has_value());
  CHECK(silences == std::vector<bool>{true, false});
  on_discharge("test", {[](Snapshot&, ClientId, Instant) { return std::vector<CourseItem>(); },
                        [](Transaction&, ClientId, bool, Instant) {}});
}

TEST_CASE("readmission opens a new episode, and no clearance comes along") {
  CourseFixture f;
  REQUIRE(clear(f, f.ana).has_value());
  REQUIRE(discharge(f, f.ana, Discharge::against_advice).has_value());
  const auto readmit = [&](const Asked& asked) {
    return f.write([&](Transaction& tx) {
      return calendar::readmit(tx, f.cora, f.actor, f.ana, {Phase::detox, Text<1, 20>("3.7")}, asked,
                               f.now());
    });
  };
  const auto preview = readmit({true, {}});
  CHECK(words(preview.value().begins) == Texts{"episode", "phase detox", "level 3.7"});
  CHECK(f.number("SELECT count(*) FROM episode WHERE client_id = $1", f.ana) == 1);
  REQUIRE(readmit({false, digest(*preview)}).has_value());
  CHECK(f.number("SELECT count(*) FROM episode WHERE client_id = $1", f.ana) == 2);
  const auto standing = f.read([&](Snapshot& db) { return people::standing(db, f.ana, f.now()).value(); });
  CHECK(standing.phase == Phase::detox);
  CHECK_FALSE(standing.cleared);
  CHECK(readmit({}).error().code == "already_admitted");
}

TEST_CASE("a move to detox without a clearance ends groups and leaves one-on-ones") {
  Busy f;
  const auto preview = move_to(f, f.ben, Phase::detox, {true, {}});
  REQUIRE(preview.has_value());
  CHECK(words(preview->ends) == Texts{"phase treatment", "enrolment Morning", "seat Morning"});
  CHECK(words(preview->begins) == Texts{"phase detox"});
  CHECK(f.verdict(f.together, f.ben) == "expected");

  const auto moved = move_to(f, f.ben, Phase::detox, {false, digest(*preview)});
  REQUIRE(moved.has_value());
  CHECK(f.told(f.ben) == Texts{event("cancelled", f.together)});
  CHECK(f.verdict(f.together, f.ben) == "gone");
  CHECK(f.verdict(f.alone, f.ben) == "expected");
  CHECK(f.busy_ahead(f.ben) == 1);
  CHECK(f.pending(f.ben) == 2);
  CHECK(f.number("SELECT until_on FROM enrolment WHERE id = $1", f.enrolment) ==
        parse_date("2026-03-09")->time_since_epoch().count());
  CHECK(move_to(f, f.ben, Phase::detox).error().code == "same_phase");
  // And back: what has ended does not return by itself.
  REQUIRE(move_to(f, f.ben, Phase::treatment).has_value());
  CHECK(f.verdict(f.together, f.ben) == "gone");
}

TEST_CASE("with a clearance a move to detox keeps groups, as far as the clearance reaches") {
  CourseFixture f;
  f.write([&](Transaction& tx) { test::assign(tx, f.clinician, f.ben); });
  const auto soon = f.group_session(f.group, 25h, {f.ben}), later = f.group_session(f.group, 96h, {f.ben});
  f.enrol(f.group, f.ben);
  REQUIRE(clear(f, f.ben, f.now() + 48h).has_value());
  f.take_committed();
  const auto moved = move_to(f, f.ben, Phase::detox);
  REQUIRE(moved.has_value());
  CHECK(words(moved->ends) == Texts{"phase treatment"});
  REQUIRE(moved->excuses.size() == 1);
  CHECK(moved->excuses[0].id == later.value);
  CHECK(f.verdict(soon, f.ben) == "expected");
  CHECK(f.verdict(later, f.ben) == "excused");
  CHECK(f.told(f.ben) == Texts{event("cancelled", later)});
  CHECK(f.pending(f.ben) == 2);  // a day and two hours before the first

  // Treatment needs none.
  const auto back = move_to(f, f.ben, Phase::treatment);
  CHECK(words(back.value().begins) == Texts{"phase treatment", "seat Morning"});
  CHECK(f.verdict(later, f.ben) == "expected");
  CHECK(f.told(f.ben) == Texts{event("booked", later)});
  CHECK(f.pending(f.ben) == 4);
}

TEST_CASE("a clearance that is withdrawn excuses the coming groups, and one that is given takes it back") {
  CourseFixture f;
  const auto session = f.group_session(f.group, 72h, {f.ana}), alone = f.one_on_one_with(f.ana, 48h);
  REQUIRE(clear(f, f.ana).has_value());
  f.take_committed();
  const auto withdraw = [&](const api::Identity& who, const Asked& asked) {
    return f.write(
        [&](Transaction& tx) { return withdraw_clearance(tx, who, f.actor, f.ana, asked, f.now()); });
  };
  CHECK(withdraw(f.cora, {}).error().kind == ErrorKind::forbidden);
  const auto preview = withdraw(f.sue, {true, {}});
  CHECK(words(preview.value().excuses) == Texts{"seat Morning"});
  CHECK(f.verdict(session, f.ana) == "expected");
  const auto done = withdraw(f.sue, {false, digest(*preview)});
  REQUIRE(done.has_value());
  CHECK(f.verdict(session, f.ana) == "excused");
  CHECK(f.verdict(alone, f.ana) == "expected");
  CHECK(f.told(f.ana) == Texts{event("cancelled", session)});
  CHECK(f.number("SELECT count(*) FROM reminder WHERE subject_id = $1 AND state = 'pending'", session) == 0);

  const auto given = clear(f, f.ana);
  REQUIRE(given.has_value());
  CHECK(words(given->begins) == Texts{"clearance", "seat Morning"});
  CHECK(f.verdict(session, f.ana) == "expected");
  CHECK(f.told(f.ana) == Texts{event("booked", session)});
  CHECK(f.number("SELECT count(*) FROM reminder WHERE subject_id = $1 AND state = 'pending'", session) == 2);
}

TEST_CASE("a move ends groups that do not admit what is new, and leaves what never fitted") {
  CourseFixture f;
  const auto evening = f.write([&](Transaction& tx) { return f.add_group(tx, "Evening"); });
  const auto weekend = f.write([&](Transaction& tx) { return f.add_group(tx, "Weekend"); });
  f.admits(f.group, "phase", "treatment");
  f.admits(evening, "phase", "treatment");
  f.admits(evening, "phase", "aftercare");
  f.admits(weekend, "level", "3.5");  // Ben has no level: somebody let him in
  for (const auto id : {f.group, evening, weekend}) f.enrol(id, f.ben);
  const auto morning_seat = f.group_session(f.group, 24h, {f.ben}),
             by_hand = f.group_session(f.group, 48h, {f.ben}, "make_up"),
             evening_seat = f.group_session(evening, 72h, {f.ben});
  const auto moved = move_to(f, f.ben, Phase::aftercare);
  REQUIRE(moved.has_value());
  CHECK(words(moved->ends) == Texts{"phase treatment", "enrolment Morning", "seat Morning"});
  CHECK(f.verdict(morning_seat, f.ben) == "gone");
  CHECK(f.verdict(by_hand, f.ben) == "expected");  // not through the enrolment
  CHECK(f.verdict(evening_seat, f.ben) == "expected");

  const auto level = [&](const char* to) {
    return f.write([&](Transaction& tx) {
      return calendar::move(tx, f.cora, f.actor, f.ben, Move{{}, Text<1, 20>(to)}, {}, f.now());
    });
  };
  const auto first = level("1");
  REQUIRE(first.has_value());
  CHECK(first->ends.empty());
  CHECK(words(first->begins) == Texts{"level 1"});
  CHECK(words(level("3.5").value().ends) == Texts{"level 1"});
  CHECK(words(level("2.1").value().ends) == Texts{"level 3.5", "enrolment Weekend"});
  const auto nothing = f.write(
      [&](Transaction& tx) { return calendar::move(tx, f.cora, f.actor, f.ben, Move{}, {}, f.now()); });
  CHECK(nothing.error().kind == ErrorKind::invalid);
}

TEST_CASE("a hold keeps seats: excused in advance, silent, and taken back when it ends") {
  CourseFixture f;
  const auto first = f.one_on_one_with(f.ben, 3h), second = f.group_session(f.group, 30h, {f.ben}),
             third = f.one_on_one_with(f.ben, 72h);
  f.take_committed();
  const auto preview = begin_hold(f, f.ben, {}, true, {true, {}});
  REQUIRE(preview.has_value());
  CHECK(words(preview->excuses) == Texts{"one_on_one Counseling", "seat Morning", "one_on_one Counseling"});
  CHECK(preview->ends.empty());
  CHECK(f.verdict(first, f.ben) == "expected");
  REQUIRE(begin_hold(f, f.ben, {}, true, {false, digest(*preview)}).has_value());
  for (const auto session : {first, second, third}) CHECK(f.verdict(session, f.ben) == "excused");
  CHECK(f.busy_ahead(f.ben) == 3);  // the seats are kept
  CHECK(f.told(f.ben).empty());
  CHECK(begin_hold(f, f.ben, {}, true).error().code == "on_hold");

  // 19:00 UTC: due were two hours before the first, which has begun, and a day before the second.
  f.clock.advance(7h);
  const auto held = f.send_due();
  CHECK(held.sent == 0);
  CHECK(held.cancelled == 1);
  CHECK(held.held == 1);
  CHECK(held.expired == 0);

  f.clock.advance(18h);  // 09:00 in New York on the next day
  const auto ended = end_hold(f, f.ben);
  REQUIRE(ended.has_value());
  CHECK(words(ended->ends) == Texts{"hold hospital"});
  CHECK(words(ended->begins) == Texts{"seat Morning", "one_on_one Counseling"});
  CHECK(f.verdict(first, f.ben) == "excused");  // it was meanwhile
  CHECK(f.verdict(second, f.ben) == "expected");
  CHECK(f.verdict(third, f.ben) == "expected");
  const auto sent = f.send_due();
  CHECK(sent.sent == 1);
  // Owed at 18:00 UTC, sent at 13:00 of the next day: 19 hours late.
  CHECK(f.number("SELECT late_by_s FROM reminder WHERE subject_id = $1 AND state = 'sent'", second) == 68400);
  CHECK(end_hold(f, f.ben).error().code == "not_on_hold");
}

TEST_CASE("a hold with a date excuses what lies within, and what waited is sent when it is over") {
  CourseFixture f;
  const auto within = f.group_session(f.group, 5h, {f.ben}), after = f.group_session(f.group, 30h, {f.ben});
  REQUIRE(begin_hold(f, f.ben, f.now() + 8h, true).has_value());
  CHECK(f.verdict(within, f.ben) == "excused");
  CHECK(f.verdict(after, f.ben) == "expected");
  f.clock.advance(7h);
  CHECK(f.send_due().sent == 0);
  f.clock.advance(1h);  // 16:00 in New York; a day before the other was two hours ago
  CHECK(f.send_due().sent == 1);
  CHECK(f.number("SELECT late_by_s FROM reminder WHERE subject_id = $1 AND state = 'sent'", after) == 7200);
}

TEST_CASE("what somebody excused by hand stays excused when a hold ends") {
  CourseFixture f;
  const auto session = f.group_session(f.group, 30h, {f.ben});
  f.write([&](Transaction& tx) {
    tx.run("UPDATE participant SET verdict = 'excused' WHERE session_id = $1", session);
  });
  REQUIRE(begin_hold(f, f.ben, {}, true).has_value());
  REQUIRE(end_hold(f, f.ben).has_value());
  CHECK(f.verdict(session, f.ben) == "excused");
}

TEST_CASE("a hold that releases seats gives up what lies within") {
  Busy f;
  SUBCASE("with a date: the sessions until then, and no enrolment") {
    const auto course = begin_hold(f, f.ben, f.now() + 80h, false);
    REQUIRE(course.has_value());
    CHECK(words(course->ends) == Texts{"one_on_one Counseling"});
    CHECK(f.told(f.ben) == Texts{event("cancelled", f.alone)});
    CHECK(f.verdict(f.together, f.ben) == "expected");
    CHECK(f.busy_ahead(f.ben) == 1);
    CHECK(f.number("SELECT count(*) FROM enrolment WHERE id = $1 AND until_on IS NULL", f.enrolment) == 1);
  }
  SUBCASE("without one: all of them, enrolments and standing one-on-ones") {
    const auto course = begin_hold(f, f.ben, {}, false);
    REQUIRE(course.has_value());
    CHECK(words(course->ends) ==
          Texts{"enrolment Morning", "series Weekly", "one_on_one Counseling", "seat Morning"});
    CHECK(f.busy_ahead(f.ben) == 0);
    CHECK(f.pending(f.ben) == 0);
    REQUIRE(end_hold(f, f.ben).has_value());
    CHECK(f.verdict(f.together, f.ben) == "gone");  // given up is given up
  }
}

TEST_CASE("a client who becomes a participant during a hold is excused like the others") {
  CourseFixture f;
  REQUIRE(begin_hold(f, f.ben, f.now() + 48h, true).has_value());
  const auto within = f.group_session(f.group, 24h, {f.ben}), after = f.group_session(f.group, 72h, {f.ben});
  f.write([&](Transaction& tx) { excuse_in_advance(tx, f.ben, f.now()); });
  CHECK(f.verdict(within, f.ben) == "excused");
  CHECK(f.verdict(after, f.ben) == "expected");
}

TEST_CASE("a session that is moved into a hold is excused, and moved out of it is not") {
  CourseFixture f;
  const auto id = f.one_on_one_with(f.ben, 72h);
  REQUIRE(begin_hold(f, f.ben, f.now() + 48h, true).has_value());
  const auto move_session = [&](Milliseconds in) {
    return f.write([&](Transaction& tx) {
      Change change{};
      change.starts_at = f.now() + in;
      return calendar::change(tx, f.ada, f.actor, id, calendar::session(tx, f.ada, id)->version, change,
                              f.now());
    });
  };
  const auto in = move_session(24h);
  REQUIRE(in.has_value());
  CHECK(f.verdict(id, f.ben) == "excused");
  CHECK(f.number("SELECT version FROM session WHERE id = $1", id) == in->version);  // the caller's ETag
  REQUIRE(move_session(50h).has_value());
  CHECK(f.verdict(id, f.ben) == "expected");
}

TEST_CASE("a session that is booked into a hold is excused") {
  CourseFixture f;
  REQUIRE(begin_hold(f, f.ben, f.now() + 48h, true).has_value());
  CHECK(f.verdict(f.one_on_one_with(f.ben, 24h), f.ben) == "excused");
  CHECK(f.verdict(f.one_on_one_with(f.ben, 50h), f.ben) == "expected");
}

TEST_CASE("whoever lacks a clearance hears no more of the session they are excused from") {
  CourseFixture f;
  const auto id = f.group_session(f.group, 72h, {f.ana, f.ben});
  f.write([&](Transaction& tx) { excuse_in_advance(tx, std::span(&id, 1), f.now()); });
  CHECK(f.verdict(id, f.ana) == "excused");
  CHECK(f.verdict(id, f.ben) == "expected");
  CHECK(f.told(f.ana) == Texts{event("cancelled", id)});
  REQUIRE(f.write([&](Transaction& tx) {
             Change change{};
             change.starts_at = f.now() + 80h;
             return calendar::change(tx, f.ada, f.actor, id, calendar::session(tx, f.ada, id)->version,
                                     change, f.now());
           }).has_value());
  CHECK(f.number("SELECT count(*) FROM reminder WHERE receiver_id = $1 AND state = 'pending'", f.ana) == 0);
  const auto committed = f.take_committed();
  REQUIRE(committed.events.size() == 1);
  CHECK(committed.events[0].receiver == PersonId(f.ben));
}

TEST_CASE("whoever was discharged, or has died, is not booked; whoever was never admitted may be") {
  CourseFixture f;
  const auto dora = f.write([&](Transaction& tx) {
    const auto id = test::add_client(tx, f.site, "Dora", "Dove");
    test::assign(tx, f.counselor, id);
    return id;
  });
  REQUIRE(discharge(f, f.ben, Discharge::completed).has_value());
  REQUIRE(discharge(f, f.carl, Discharge::died).has_value());
  const auto refused = [&](ClientId client) {
    auto booking = f.one_on_one(24h);
    booking.clients[0] = client;
    const auto error = f.CalendarFixture::book(booking, f.ada).error();
    REQUIRE(error.fields.size() == 1);
    return error.fields[0].pointer + " " + error.fields[0].code + " " + error.fields[0].message;
  };
  CHECK(refused(f.ben) == "/clients/0 discharged Ben has been discharged, and is not in care at present.");
  CHECK(refused(f.carl) == "/clients/0 died Carl has died.");
  CHECK(f.verdict(f.one_on_one_with(dora, 24h), dora) == "expected");
  // Enrolled they are no more than booked.
  const auto enrol = [&](ClientId client) {
    NewEnrolment wanted{};
    wanted.client = client;
    return f
        .write([&](Transaction& tx) { return calendar::enrol(tx, f.ada, f.actor, f.group, wanted, f.now()); })
        .error();
  };
  REQUIRE(enrol(f.ben).fields.size() == 1);
  CHECK(enrol(f.ben).fields[0].code == "discharged");
  CHECK(enrol(dora).code == "not_eligible");
}

TEST_CASE("the course is changed by those who treat the client") {
  CourseFixture f;
  const auto kinds = [&](const api::Identity& who) {
    return f.write([&](Transaction& tx) -> Result<bool> {
      std::vector<ErrorKind> found;
      const auto keep = [&](const Result<Course>& result) {
        found.push_back(result ? ErrorKind::internal : result.error().kind);
      };
      const Asked preview{true, {}};
      keep(calendar::move(tx, who, f.actor, f.ben, Move{Phase::aftercare, {}}, preview, f.now()));
      keep(calendar::discharge(tx, who, f.actor, f.ben, Discharge::completed, preview, f.now()));
      keep(calendar::readmit(tx, who, f.actor, f.ben, {Phase::detox, {}}, preview, f.now()));
      keep(calendar::begin_hold(tx, who, f.actor, f.ben, {HoldKind::pass, {}, true}, preview, f.now()));
      keep(calendar::end_hold(tx, who, f.actor, f.ben, preview, f.now()));
      keep(give_clearance(tx, who, f.actor, f.ben, {}, preview, f.now()));
      const ErrorKind wanted =
          who.role == api::Role::front_desk ? ErrorKind::forbidden : ErrorKind::not_found;
      return std::all_of(found.begin(), found.end(), [&](ErrorKind kind) { return kind == wanted; });
    });
  };
  CHECK(kinds(f.fred).value());
  CHECK(kinds(f.otto).value());
  CHECK(kinds(f.ana_user).value());
  CHECK(kinds(f.cleo).value());  // a clinician, and not Ben's
}
