#include "calendar/bad_day.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "calendar/bad_day_rules.hpp"
#include "calendar/course_support.hpp"
#include "calendar/hold.hpp"

using namespace circled;
using namespace circled::calendar;
using circled::test::CourseFixture;
using namespace std::chrono_literals;
using test::fields;

namespace {

// Cora is out from Wednesday 04:00 to Thursday 04:00 in New York, when she has Ana at 08:00, Ben at 10:00,
// and with Otto a group of Ben and Carl at 14:00 in the Blue room.
struct BadDays : CourseFixture {
  SessionId anas, bens, groups;

  BadDays() {
    anas = one_on_one_with(ana, 24h);
    bens = one_on_one_with(ben, 26h);
    groups = group_of({counselor, other_counselor}, {ben, carl}, 30h, room);
    take_committed();
  }

  SessionId group_of(const std::vector<StaffId>& staff, const std::vector<ClientId>& clients, Milliseconds in,
                     RoomId where) {
    auto booking = one_on_one(in);
    booking.kind = Kind::group;
    booking.seats = Number<1, 500>{4};
    booking.room = where;
    booking.facilitators.assign(staff.begin(), staff.end());
    booking.clients.assign(clients.begin(), clients.end());
    return book(booking, ada).value().id;
  }
  SessionId in_room(ClientId client, Milliseconds in, RoomId where) {
    auto booking = one_on_one(in);
    booking.clients[0] = client;
    booking.room = where;
    return book(booking, ada).value().id;
  }

  template <class Day = BadDay>
  Day out(Out what, std::int64_t id) const {
    Day day{};
    day.what = what;
    day.id = id;
    day.from = now() + 20h;
    day.until = now() + 44h;
    return day;
  }
  BadDay cora_out() const { return out(Out::staff, counselor.value); }
  BadDayDecisions decide(const BadDay& day, std::vector<Decision> decisions) const {
    auto wanted = out<BadDayDecisions>(day.what, day.id);
    static_cast<BadDay&>(wanted) = day;
    for (auto& each : decisions) wanted.decisions.push_back(std::move(each));
    return wanted;
  }
  static Decision to(SessionId session, Remedy action) { return {session, action, {}, {}, {}, {}}; }
  static Decision substitute(SessionId session, StaffId staff) {
    return {session, Remedy::substitute, staff, {}, {}, {}};
  }
  static Decision moved(SessionId session, Instant at, std::optional<RoomId> where = {}) {
    return {session, Remedy::move, {}, where, at, {}};
  }
  static Decision by_link(SessionId session, const char* link) {
    return {session, Remedy::telehealth, {}, {}, {}, Text<1, 500>(link)};
  }

  Result<BadDayPreview> preview(const BadDay& day, const api::Identity& who) {
    return read([&](Snapshot& db) { return preview_bad_day(db, who, day, now()); });
  }
  Result<BadDayApplied> apply(const BadDayDecisions& wanted, const api::Identity& who,
                              std::string_view digest) {
    return write([&](Transaction& tx) { return apply_bad_day(tx, who, actor, wanted, digest, now()); });
  }
  // Under the digest of now.
  Result<BadDayApplied> apply(const BadDayDecisions& wanted, const api::Identity& who) {
    const auto seen = preview(wanted, who);
    if (!seen) return seen.error();
    return apply(wanted, who, seen->digest);
  }

  static std::vector<StaffId> ids(const std::vector<Substitute>& all) {
    std::vector<StaffId> found;
    for (const auto& each : all) found.push_back(each.staff);
    return found;
  }
  // What this person was told since the last call of take_committed.
  static std::vector<json::object> news(const circled::store::Committed& committed, PersonId person) {
    std::vector<json::object> found;
    for (const auto& event : committed.events)
      if (event.receiver == person) found.push_back(boost::json::parse("{" + *event.body + "}").as_object());
    return found;
  }
  std::int64_t leads(SessionId session, StaffId staff) {
    return number("SELECT count(*) FROM facilitator WHERE session_id = $1 AND staff_id = $2 AND leads",
                  session, staff);
  }
  std::int64_t busy_rows(SessionId session, std::string_view kind, std::int64_t owner) {
    return number("SELECT count(*) FROM busy WHERE session_id = $1 AND owner_kind = $2 AND owner_id = $3",
                  session, kind, owner);
  }
  std::int64_t pending_of(SessionId session) {
    return number(
        "SELECT count(*) FROM reminder WHERE subject_kind = 'session' AND subject_id = $1 "
        "AND state = 'pending'",
        session);
  }
  std::int64_t cancelled(SessionId session) {
    return number("SELECT count(*) FROM session WHERE id = $1 AND status = 'cancelled'", session);
  }
};

std::vector<StaffId> sorted(std::vector<StaffId> ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::string words(const json::object& event, std::string_view member) {
  return std::string(event.at(member).as_string());
}

}  // namespace

TEST_CASE("substitutes in order: who facilitates already, whose clients they are, then by id; five at most") {
  const auto one = [](std::int64_t id, bool facilitates, std::int64_t caseload) {
    return Substitute{StaffId(id), "", facilitates, caseload};
  };
  const auto best = rules::ranked({one(1, false, 0), one(2, false, 1), one(3, false, 2), one(9, true, 0),
                                   one(4, false, 0), one(5, false, 0)},
                                  5);
  CHECK(BadDays::ids(best) ==
        std::vector<StaffId>{StaffId(9), StaffId(3), StaffId(2), StaffId(1), StaffId(4)});
}

TEST_CASE("a substitute takes the place of whoever is out: leads what they led, else the others stay") {
  Session session{};
  session.facilitators = {{StaffId(1), "", true}, {StaffId(2), "", false}, {StaffId(3), "", false}};
  const auto with = [&](std::int64_t out, std::int64_t in) {
    return rules::with_substitute(session, StaffId(out), StaffId(in));
  };
  using Ids = std::vector<StaffId>;
  CHECK(with(1, 9) == Ids{StaffId(9), StaffId(2), StaffId(3)});
  CHECK(with(1, 3) == Ids{StaffId(3), StaffId(2)});
  CHECK(with(3, 9) == Ids{StaffId(1), StaffId(2), StaffId(9)});
  CHECK(with(3, 1) == Ids{StaffId(1), StaffId(2)});
}

TEST_CASE("a counselor who is out: their sessions of that time that have not begun, with who could come") {
  BadDays f;
  StaffId inactive, elsewhere;
  f.write([&](Transaction& tx) {
    inactive = test::add_staff(tx, f.site, "Ines Inactive");
    tx.run("UPDATE staff SET active = FALSE WHERE person_id = $1", inactive);
    elsewhere = test::add_staff(tx, test::add_site(tx, "Hilltop"), "Nora North");
    tx.run(
        "INSERT INTO staff_exception (staff_id, kind, from_at, until_at, note) "
        "VALUES ($1, 'leave', $2, $3, '')",
        f.supervisor, f.now() + 23h, f.now() + 25h);
  });
  // Otto is with Carl when Ben comes, and somebody is thinking about his time when Ana does.
  auto ottos = f.one_on_one(26h + 30min);
  ottos.facilitators[0] = f.other_counselor;
  ottos.clients[0] = f.carl;
  REQUIRE(f.book(ottos, f.ada).has_value());
  NewSlotHold kept{};
  kept.site = f.site;
  kept.facilitators.push_back(f.other_counselor);
  kept.starts_at = f.now() + 24h;
  kept.duration_minutes = {50};
  REQUIRE(f.write([&](Transaction& tx) { return hold(tx, f.ada, f.actor, kept, f.now()); }).has_value());
  // One that is over, one that has begun, and one that is off.
  const auto off = f.one_on_one_with(f.carl, 34h);
  f.write([&](Transaction& tx) { return cancel(tx, f.ada, f.actor, off, 1, {}, f.now()); }).value();
  const auto begun = f.one_on_one_with(f.ana, -30min);

  auto day = f.cora_out();
  day.from = f.now() - 1h;
  const auto seen = f.preview(day, f.sue);
  REQUIRE(seen.has_value());
  REQUIRE(seen->sessions.size() == 3);
  CHECK(begun.value > 0);
  const auto& [first, second, third] = std::tie(seen->sessions[0], seen->sessions[1], seen->sessions[2]);
  CHECK(first.session == f.anas);
  CHECK(second.session == f.bens);
  CHECK(third.session == f.groups);
  // Ana is Cleo's too; Sue is on leave, Otto's time is kept. Front desk leads nothing.
  CHECK(f.ids(first.proposals.substitutes) == std::vector<StaffId>{f.clinician, f.admin});
  CHECK(f.ids(second.proposals.substitutes) == sorted({f.admin, f.clinician, f.supervisor}));
  auto after_otto = f.ids(third.proposals.substitutes);
  REQUIRE(after_otto.size() == 4);
  CHECK(after_otto.front() == f.other_counselor);
  CHECK(third.proposals.substitutes.front().facilitates);
  after_otto.erase(after_otto.begin());
  CHECK(after_otto == sorted({f.admin, f.clinician, f.supervisor}));

  // Of a one-on-one, the next three times of Cora with the client once she is back.
  REQUIRE(first.proposals.slots.size() == 3);
  CHECK(first.proposals.slots[0].starts_at == day.until);
  CHECK(first.proposals.slots[1].starts_at == day.until + 15min);
  CHECK(first.proposals.slots[2].ends_at == day.until + 80min);
  CHECK(third.proposals.slots.empty());
  CHECK(first.proposals.telehealth == Telehealth::needs_link);
  CHECK_FALSE(first.proposals.room);
  CHECK(first.proposals.cancel);
  CHECK(f.take_committed().events.size() > 0);  // of the bookings alone
  CHECK(f.preview(day, f.sue)->digest == seen->digest);
}

TEST_CASE(
    "whoever lacks what the service needs leads no substitute's session; beside the leader it does not "
    "matter") {
  BadDays f;
  f.write([&](Transaction& tx) {
    tx.run("UPDATE service SET credential = 'lcsw'");
    for (const auto id : {f.counselor, f.clinician})
      tx.run("INSERT INTO staff_credential (staff_id, credential) VALUES ($1, 'lcsw')", id);
  });
  const auto cora = f.preview(f.cora_out(), f.sue).value();
  CHECK(f.ids(cora.sessions[0].proposals.substitutes) == std::vector<StaffId>{f.clinician});
  const auto otto = f.preview(f.out(Out::staff, f.other_counselor.value), f.sue).value();
  REQUIRE(otto.sessions.size() == 1);
  CHECK(f.ids(otto.sessions[0].proposals.substitutes).size() == 4);  // Cora leads already
}

TEST_CASE("a room that is out: what was to be in it, each with the smallest free room that is large enough") {
  BadDays f;
  RoomId mid, large;
  f.write([&](Transaction& tx) {
    large = test::add_room(tx, f.site, "Large", 12);
    mid = test::add_room(tx, f.site, "Mid", 6);
  });
  const auto one = f.in_room(f.ana, 28h, f.room);
  f.in_room(f.carl, 36h, f.small_room);
  auto seen = f.preview(f.out(Out::room, f.room.value), f.fred).value();
  REQUIRE(seen.sessions.size() == 2);
  CHECK(seen.sessions[0].session == one);
  CHECK(seen.sessions[0].proposals.room->room == f.small_room);
  CHECK(seen.sessions[1].session == f.groups);
  CHECK(seen.sessions[1].proposals.room->room == mid);  // four seats are needed, Small has two
  CHECK(seen.sessions[1].proposals.substitutes.empty());
  REQUIRE(seen.sessions[0].proposals.slots.size() == 3);
  CHECK(seen.sessions[0].proposals.slots[0].room == f.small_room);

  auto booking = f.one_on_one(30h);
  booking.facilitators[0] = f.clinician;
  booking.room = mid;
  REQUIRE(f.book(booking, f.ada).has_value());
  seen = f.preview(f.out(Out::room, f.room.value), f.fred).value();
  CHECK(seen.sessions[1].proposals.room->room == large);
}

TEST_CASE("snow: all sessions of the site and of no other, and those with a link can be by telehealth") {
  BadDays f;
  auto linked = f.one_on_one(34h);
  linked.link = Text<0, 500>("https://meet.example.org/a");
  REQUIRE(f.book(linked, f.ada).has_value());
  auto other = f.one_on_one(37h);
  f.write([&](Transaction& tx) { other.site = test::add_site(tx, "Hilltop"); });
  REQUIRE(f.book(other, f.ada).has_value());
  const auto seen = f.preview(f.out(Out::site, f.site.value), f.fred).value();
  REQUIRE(seen.sessions.size() == 4);
  CHECK(seen.sessions[0].proposals.telehealth == Telehealth::needs_link);
  CHECK(seen.sessions[3].proposals.telehealth == Telehealth::has_link);
}

TEST_CASE("substitutes lead, the series keeps its own; whoever is concerned is told once") {
  BadDays f;
  const auto series = f.write([&](Transaction& tx) {
    const auto id = *tx.one<SeriesId>(
        "INSERT INTO series (site_id, service_id, client_id, title, starts_on, time, duration_minutes, zone, "
        "rule, seats, expanded_until, created_at) VALUES ($1, $2, $3, 'Weekly', 20500, 600, 50, "
        "'America/New_York', 'FREQ=WEEKLY', 1, $4, 0) RETURNING id",
        f.site, f.counseling, f.ana, f.now());
    tx.run("INSERT INTO series_facilitator (series_id, position, staff_id) VALUES ($1, 0, $2)", id,
           f.counselor);
    tx.run("UPDATE session SET series_id = $2, original_at = starts_at WHERE id = $1", f.anas, id);
    return id;
  });
  const auto told_version = f.number("SELECT told_version FROM session WHERE id = $1", f.anas);
  const auto applied =
      f.apply(f.decide(f.cora_out(), {f.substitute(f.anas, f.clinician), f.to(f.bens, Remedy::cancel),
                                      f.substitute(f.groups, f.other_counselor)}),
              f.sue);
  REQUIRE(applied.has_value());
  CHECK(applied->clients == 1);
  REQUIRE(applied->sessions.size() == 3);
  CHECK(applied->sessions[1].action == Remedy::cancel);

  CHECK(f.leads(f.anas, f.clinician) == 1);
  CHECK(f.number("SELECT count(*) FROM facilitator WHERE session_id = $1", f.anas) == 1);
  CHECK(f.busy_rows(f.anas, "staff", f.clinician.value) == 1);
  CHECK(f.busy_rows(f.anas, "staff", f.counselor.value) == 0);
  CHECK(f.leads(f.groups, f.other_counselor) == 1);
  CHECK(f.number("SELECT count(*) FROM facilitator WHERE session_id = $1", f.groups) == 1);
  CHECK(f.number("SELECT count(*) FROM series_facilitator WHERE series_id = $1 AND staff_id = $2", series,
                 f.counselor) == 1);
  CHECK(f.number("SELECT told_version FROM session WHERE id = $1", f.anas) == told_version);
  CHECK(f.cancelled(f.bens) == 1);
  CHECK(f.verdict(f.bens, f.ben) == "cancelled_by_program");
  CHECK(f.pending_of(f.bens) == 0);
  CHECK(f.pending_of(f.anas) > 0);
  CHECK(f.busy_rows(f.bens, "client", f.ben.value) == 0);

  const auto committed = f.take_committed();
  // An appointment names nobody, so a substitute is no news to a client.
  CHECK(f.news(committed, f.ana).empty());
  CHECK(f.news(committed, f.carl).empty());
  const auto bens = f.news(committed, f.ben);
  REQUIRE(bens.size() == 1);
  CHECK(bens[0].at("kind") == "appointments.changed");
  CHECK(words(bens[0], "from") == to_string(f.now() + 26h));
  const auto cleos = f.news(committed, f.clinician);
  REQUIRE(cleos.size() == 1);
  CHECK(cleos[0].at("kind") == "sessions.taken_over");
  REQUIRE(cleos[0].at("sessions").as_array().size() == 1);
  const auto taken = cleos[0].at("sessions").as_array()[0].as_object();
  CHECK(taken.at("session") == f.anas.value);
  CHECK(words(taken, "starts_at") == to_string(f.now() + 24h));
  CHECK(words(taken, "ends_at") == to_string(f.now() + 24h + 50min));
  CHECK(f.news(committed, f.other_counselor).size() == 1);
  const auto coras = f.news(committed, f.counselor);
  REQUIRE(coras.size() == 1);
  CHECK(coras[0].at("kind") == "sessions.rearranged");
  REQUIRE(coras[0].at("sessions").as_array().size() == 3);
  CHECK(coras[0].at("sessions").as_array()[0].at("what") == "given_up");
  CHECK(coras[0].at("sessions").as_array()[1].at("what") == "cancelled");
  CHECK(committed.events.size() == 4);
}

TEST_CASE("a client hears once however many sessions; reminders follow what moved and what is off") {
  BadDays f;
  const auto third = f.in_room(f.ben, 34h, f.small_room);
  f.take_committed();
  const Instant later = f.now() + 50h;
  const auto applied = f.apply(f.decide(f.cora_out(), {f.moved(f.bens, later), f.to(f.groups, Remedy::cancel),
                                                       f.by_link(third, "https://meet.example.org/b")}),
                               f.sue);
  REQUIRE(applied.has_value());
  CHECK(applied->clients == 2);
  CHECK(applied->sessions[0].starts_at == later);
  const auto committed = f.take_committed();
  const auto bens = f.news(committed, f.ben);
  REQUIRE(bens.size() == 1);
  CHECK(words(bens[0], "from") == to_string(f.now() + 26h));  // the first date concerned
  CHECK(f.news(committed, f.carl).size() == 1);
  CHECK(f.news(committed, f.ana).empty());

  CHECK(f.number("SELECT count(*) FROM session WHERE id = $1 AND starts_at = $2 AND ends_at = $3", f.bens,
                 later, later + 50min) == 1);
  CHECK(f.number("SELECT count(*) FROM facilitator WHERE session_id = $1 AND starts_at = $2", f.bens,
                 later) == 1);
  CHECK(f.number("SELECT count(*) FROM busy WHERE session_id = $1 AND from_at = $2", f.bens, later) == 2);
  CHECK(f.pending_of(f.bens) == 2);
  CHECK(f.number("SELECT count(*) FROM reminder WHERE subject_id = $1 AND subject_kind = 'session' AND state "
                 "= 'pending' AND starts_at = $2",
                 f.bens, later) == 2);
  CHECK(f.pending_of(f.groups) == 0);

  CHECK(f.number("SELECT count(*) FROM session WHERE id = $1 AND room_id IS NULL AND link = "
                 "'https://meet.example.org/b'",
                 third) == 1);
  CHECK(f.busy_rows(third, "room", f.small_room.value) == 0);
  CHECK(f.busy_rows(third, "client", f.ben.value) == 1);
  CHECK(f.busy_rows(third, "staff", f.counselor.value) == 1);
}

TEST_CASE("one of a series that is cancelled is a skip of it") {
  BadDays f;
  f.write([&](Transaction& tx) {
    const auto id = *tx.one<SeriesId>(
        "INSERT INTO series (site_id, service_id, client_id, title, starts_on, time, duration_minutes, zone, "
        "rule, seats, expanded_until, created_at) VALUES ($1, $2, $3, 'Weekly', 20500, 600, 50, "
        "'America/New_York', 'FREQ=WEEKLY', 1, $4, 0) RETURNING id",
        f.site, f.counseling, f.ana, f.now());
    tx.run("UPDATE session SET series_id = $2, original_at = starts_at WHERE id = $1", f.anas, id);
  });
  REQUIRE(f.apply(f.decide(f.cora_out(), {f.to(f.anas, Remedy::cancel)}), f.sue).has_value());
  CHECK(f.number("SELECT count(*) FROM series_skip WHERE why = 'by_hand' AND original_at = $1",
                 f.now() + 24h) == 1);
}

TEST_CASE("all or nothing: a collision refuses all, says under which decision, and can be overridden") {
  BadDays f;
  const auto later = f.one_on_one_with(f.carl, 50h);
  f.take_committed();
  auto wanted =
      f.decide(f.cora_out(), {f.to(f.bens, Remedy::cancel), f.moved(f.anas, f.now() + 50h + 30min)});
  const auto refused = f.apply(wanted, f.sue);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == "booking_conflict");
  CHECK(fields(refused.error()) == "/decisions/1/starts_at booking_conflict");
  const auto listed = refused.error().extra.at("conflicts").as_array();
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].at("session") == later.value);
  CHECK(listed[0].at("pointer") == "/decisions/1/starts_at");
  CHECK(f.cancelled(f.bens) == 0);
  CHECK(f.take_committed().events.empty());

  wanted.override = Override{Text<3, 500>("nobody else can")};
  CHECK(f.apply(wanted, f.cora).error().kind == ErrorKind::forbidden);
  CHECK(f.cancelled(f.bens) == 0);
  REQUIRE(f.apply(wanted, f.sue).has_value());
  CHECK(f.cancelled(f.bens) == 1);
  CHECK(f.number("SELECT count(*) FROM busy WHERE session_id = $1 AND owner_kind = 'staff' AND overridden",
                 f.anas) == 1);
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'session.override' AND subject_id = $1",
                 f.anas) == 1);
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'bad_day.apply' AND subject_id = $1",
                 f.counselor) == 1);
}

TEST_CASE("somebody who is off is no substitute, and the refusal says so under the decision") {
  BadDays f;
  f.write([&](Transaction& tx) {
    tx.run(
        "INSERT INTO staff_exception (staff_id, kind, from_at, until_at, note) VALUES ($1, 'off', $2, $3, "
        "'')",
        f.clinician, f.now() + 23h, f.now() + 25h);
  });
  const auto refused = f.apply(
      f.decide(f.cora_out(), {f.substitute(f.bens, f.clinician), f.substitute(f.anas, f.clinician)}), f.sue);
  CHECK(refused.error().code == "unavailable");
  CHECK(fields(refused.error()) == "/decisions/1/staff unavailable");
  CHECK(f.leads(f.bens, f.counselor) == 1);
}

TEST_CASE("what one gives up, another may take") {
  BadDays f;
  const auto first = f.in_room(f.ana, 32h, f.room), second = f.in_room(f.ben, 34h, f.room);
  const auto applied =
      f.apply(f.decide(f.out(Out::room, f.room.value),
                       {f.moved(first, f.now() + 34h, f.small_room), f.to(second, Remedy::cancel)}),
              f.fred);
  REQUIRE(applied.has_value());
  CHECK(f.number("SELECT count(*) FROM session WHERE id = $1 AND room_id = $2 AND starts_at = $3", first,
                 f.small_room, f.now() + 34h) == 1);
}

TEST_CASE("two decisions that want one place at one time are both seen, and the second is refused") {
  BadDays f;
  const auto refused = f.apply(
      f.decide(f.cora_out(), {f.moved(f.anas, f.now() + 50h), f.moved(f.bens, f.now() + 50h)}), f.sue);
  CHECK(refused.error().code == "booking_conflict");
  CHECK(fields(refused.error()) == "/decisions/1/starts_at booking_conflict");
}

TEST_CASE("who may: supervisors; oneself, about what one leads; front desk for the site and its rooms") {
  BadDays f;
  SiteId hilltop;
  RoomId there;
  f.write([&](Transaction& tx) {
    hilltop = test::add_site(tx, "Hilltop");
    there = test::add_room(tx, hilltop, "There");
  });
  const auto kind = [&](const BadDay& day, const api::Identity& who) {
    const auto seen = f.preview(day, who);
    return seen ? std::string("seen") : seen.error().code;
  };
  const auto room = f.out(Out::room, f.room.value), site = f.out(Out::site, f.site.value);
  for (const auto& who : {f.sue, f.ada})
    for (const auto& day : {f.cora_out(), room, site}) CHECK(kind(day, who) == "seen");
  CHECK(kind(f.cora_out(), f.cora) == "seen");
  for (const auto& who : {f.otto, f.cleo, f.fred}) CHECK(kind(f.cora_out(), who) == "forbidden");
  for (const auto& who : {f.cora, f.cleo}) {
    CHECK(kind(room, who) == "forbidden");
    CHECK(kind(site, who) == "forbidden");
  }
  CHECK(kind(room, f.fred) == "seen");
  CHECK(kind(site, f.fred) == "seen");
  CHECK(kind(f.out(Out::room, there.value), f.fred) == "forbidden");
  CHECK(kind(f.out(Out::site, hilltop.value), f.fred) == "forbidden");
  CHECK(kind(f.out(Out::staff, f.front_desk.value), f.fred) == "forbidden");

  // Otto is in the group, and does not lead it.
  const auto ottos = f.out(Out::staff, f.other_counselor.value);
  CHECK(fields(f.apply(f.decide(ottos, {f.to(f.groups, Remedy::cancel)}), f.otto).error()) ==
        "/decisions/0/session not_led");
  CHECK(fields(f.apply(f.decide(f.cora_out(), {f.by_link(f.anas, "https://meet.example.org/c")}), f.cora)
                   .error()) == "/decisions/0/action not_allowed");
  REQUIRE(f.apply(f.decide(f.cora_out(), {f.to(f.anas, Remedy::cancel), f.moved(f.bens, f.now() + 50h),
                                          f.substitute(f.groups, f.other_counselor)}),
                  f.cora)
              .has_value());
}

TEST_CASE("another calendar than the one that was seen is answered with the preview of now") {
  BadDays f;
  const auto seen = f.preview(f.cora_out(), f.sue).value();
  f.one_on_one_with(f.carl, 36h);
  const auto wanted = f.decide(f.cora_out(), {f.to(f.anas, Remedy::cancel)});
  const auto stale = f.apply(wanted, f.sue, seen.digest);
  CHECK(stale.error().kind == ErrorKind::precondition_failed);
  CHECK(stale.error().extra.at("preview").at("sessions").as_array().size() == 4);
  CHECK(f.cancelled(f.anas) == 0);
  // A session that was changed is another one, too.
  const auto again = f.preview(f.cora_out(), f.sue).value();
  Change change{};
  change.title = Text<0, 200>("Other");
  f.write([&](Transaction& tx) {
     return calendar::change(tx, f.ada, f.actor, f.anas, 1, change, f.now());
   }).value();
  CHECK(f.apply(wanted, f.sue, again.digest).error().kind == ErrorKind::precondition_failed);
}

TEST_CASE("everything that is wrong with the decisions is said at once, with its place") {
  BadDays f;
  const auto outside = f.one_on_one_with(f.carl, 60h);
  const auto wrong = [&](const BadDay& day, std::vector<Decision> decisions) {
    return fields(f.apply(f.decide(day, std::move(decisions)), f.sue).error());
  };
  CHECK(wrong(f.cora_out(),
              {f.to(outside, Remedy::cancel), f.to(f.anas, Remedy::leave), f.to(f.anas, Remedy::cancel),
               f.to(f.bens, Remedy::substitute), f.to(f.groups, Remedy::telehealth)}) ==
        "/decisions/0/session not_concerned /decisions/2/session repeated /decisions/3/staff required "
        "/decisions/4/link required");
  CHECK(wrong(f.cora_out(), {f.substitute(f.anas, f.counselor), f.substitute(f.bens, f.front_desk),
                             f.moved(f.groups, f.now() + 43h)}) ==
        "/decisions/0/staff still_out /decisions/1/staff not_found /decisions/2/starts_at still_out");
  CHECK(wrong(f.cora_out(), {f.by_link(f.anas, "http://meet.example.org"), f.to(f.bens, Remedy::room),
                             f.to(f.groups, Remedy::move)}) ==
        "/decisions/0/link not_a_link /decisions/1/room required /decisions/2/starts_at required");
  const auto room = f.out(Out::room, f.room.value);
  CHECK(wrong(room, {f.substitute(f.groups, f.clinician)}) == "/decisions/0/action not_for_this");
  CHECK(wrong(room, {{f.groups, Remedy::room, {}, f.room, {}, {}}}) == "/decisions/0/room still_out");
  CHECK(wrong(room, {{f.groups, Remedy::room, {}, f.small_room, {}, {}}}) ==
        "/decisions/0/room room_too_small");

  auto day = f.cora_out();
  day.until = day.from + 14 * 24h + 1ms;
  CHECK(fields(f.preview(day, f.sue).error()) == "/until out_of_range");
  day.until = day.from;
  CHECK(fields(f.preview(day, f.sue).error()) == "/until out_of_range");
  day.from = f.now() - 2h;
  day.until = f.now() - 1h;
  CHECK(fields(f.preview(day, f.sue).error()) == "/until in_the_past");
  CHECK(fields(f.preview(f.out(Out::staff, 4711), f.sue).error()) == "/id not_found");
  CHECK(fields(f.preview(f.out(Out::room, 4711), f.sue).error()) == "/id not_found");
}

TEST_CASE("the absence can be entered along: a day off, or days on which the site is closed") {
  BadDays f;
  auto wanted = f.decide(f.cora_out(), {f.to(f.anas, Remedy::leave)});
  wanted.record_absence = true;
  REQUIRE(f.apply(wanted, f.cora).has_value());
  CHECK(f.number("SELECT count(*) FROM staff_exception WHERE staff_id = $1 AND kind = 'off' AND from_at = $2 "
                 "AND until_at = $3",
                 f.counselor, wanted.from, wanted.until) == 1);
  CHECK(f.cancelled(f.anas) == 0);

  auto snow = f.decide(f.out(Out::site, f.site.value), {f.to(f.bens, Remedy::cancel)});
  snow.record_absence = true;
  CHECK(f.apply(snow, f.fred).error().kind == ErrorKind::forbidden);
  REQUIRE(f.apply(snow, f.sue).has_value());
  // Wednesday and Thursday, 11 and 12 March 2026: days 20,523 and 20,524 since 1970.
  CHECK(f.number("SELECT count(*) FROM closure WHERE site_id = $1 AND from_on = 20523 AND until_on = 20524",
                 f.site) == 1);

  auto flood = f.decide(f.out(Out::room, f.room.value), {});
  flood.record_absence = true;
  CHECK(fields(f.apply(flood, f.sue).error()) == "/record_absence not_for_this");
}
