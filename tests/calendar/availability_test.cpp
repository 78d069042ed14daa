#include "calendar/availability.hpp"

#include <doctest/doctest.h>

#include "places/closure.hpp"
#include "support/programme.hpp"

using namespace circled;
using namespace circled::calendar;
using circled::test::CalendarFixture;
using namespace std::chrono_literals;
using test::fields;

namespace {

// It is Tuesday 2026-03-10, 08:00 in New York; `in` hours from then is 08:00 + in on the wall.
struct Availabilities : CalendarFixture {
  Availability of(StaffId staff, const api::Identity& who) {
    return read([&](Snapshot& db) { return availability(db, who, staff, now()); }).value();
  }
  Result<AvailabilityChange> set(const api::Identity& who, StaffId staff, const NewWeek& week) {
    const std::string seen = version(of(staff, ada));
    return write([&](Transaction& tx) { return set_week(tx, who, actor, staff, seen, week, now()); });
  }
  Result<AvailabilityChange> except(const api::Identity& who, StaffId staff, ExceptionKind kind, Instant from,
                                    Instant until) {
    const NewException exception{kind, from, until, Text<0, 200>("dentist")};
    return write([&](Transaction& tx) { return add_exception(tx, who, actor, staff, exception, now()); });
  }
  // Tuesdays, so many hours and minutes after midnight.
  WorkingTime works(Minutes from, Minutes until) const { return {site, {2}, {from}, {until}}; }
  NewWeek hours(std::vector<WorkingTime> times) const {
    NewWeek week;
    week.hours.emplace();
    for (const auto& time : times) week.hours->push_back(time);
    return week;
  }
  NewWeek blocks(std::vector<WeeklyBlock> times) const {
    NewWeek week;
    week.blocks.emplace();
    for (const auto& time : times) week.blocks->push_back(time);
    return week;
  }
};

std::string whys(const Error& error) {
  std::string text = error.code + ":";
  for (const auto& trouble : error.extra.at("troubles").as_array())
    text += " " + std::string(trouble.at("why").as_string());
  return text;
}

}  // namespace

TEST_CASE_FIXTURE(Availabilities, "a week is replaced as far as it is given, and read back in order") {
  REQUIRE(set(ada, counselor, hours({works(13h, 0min), works(9h, 12h)})).has_value());
  REQUIRE(set(ada, counselor, blocks({{{2}, {10h}, {10h + 30min}, BlockKind::team}})).has_value());
  const auto found = of(counselor, cora);
  REQUIRE(found.hours.size() == 2);
  CHECK(to_string(found.hours[0].from) == "09:00");
  CHECK(to_string(found.hours[1].until) == "00:00");  // midnight
  CHECK(number("SELECT max(until_time) FROM staff_hours WHERE staff_id = $1", counselor) == 1440);
  REQUIRE(found.blocks.size() == 1);
  CHECK(found.blocks[0].kind == BlockKind::team);
  REQUIRE(set(ada, counselor, hours({})).has_value());
  CHECK(of(counselor, cora).hours.empty());
  CHECK(of(counselor, cora).blocks.size() == 1);
  CHECK(number("SELECT count(*) FROM audit WHERE action = 'staff.set_week'") == 3);
}

TEST_CASE_FIXTURE(Availabilities, "who may change what: their own blocks and days off, and supervisors all") {
  const auto week = hours({works(9h, 17h)});
  const auto lunch = blocks({{{2}, {12h}, {13h}, BlockKind::lunch}});
  CHECK(set(cora, counselor, week).error().kind == ErrorKind::forbidden);
  CHECK(set(cora, counselor, lunch).has_value());
  CHECK(set(otto, counselor, lunch).error().kind == ErrorKind::forbidden);
  CHECK(set(ada, counselor, week).has_value());
  CHECK(except(cora, counselor, ExceptionKind::off, now() + 1h, now() + 2h).has_value());
  CHECK(except(cora, counselor, ExceptionKind::leave, now() + 1h, now() + 2h).error().kind ==
        ErrorKind::forbidden);
  CHECK(except(cora, counselor, ExceptionKind::extra, now() + 1h, now() + 2h).error().kind ==
        ErrorKind::forbidden);
  CHECK(except(otto, counselor, ExceptionKind::off, now() + 1h, now() + 2h).error().kind ==
        ErrorKind::forbidden);
  CHECK(except(ada, counselor, ExceptionKind::leave, now() + 3h, now() + 4h).has_value());

  const auto exceptions = of(counselor, cora).exceptions;
  REQUIRE(exceptions.size() == 2);
  const auto remove = [&](const api::Identity& who, ExceptionId id) {
    return write([&](Transaction& tx) { return remove_exception(tx, who, actor, counselor, id, now()); });
  };
  CHECK(remove(cora, exceptions[1].id).error().kind == ErrorKind::forbidden);
  CHECK(remove(otto, exceptions[0].id).error().kind == ErrorKind::forbidden);
  CHECK(remove(cora, exceptions[0].id).has_value());
  CHECK(remove(cora, exceptions[0].id).error().kind == ErrorKind::not_found);
  CHECK(remove(ada, exceptions[1].id).value().availability.exceptions.empty());
}

TEST_CASE_FIXTURE(Availabilities, "what somebody is away for is for themselves and who supervises") {
  REQUIRE(except(cora, counselor, ExceptionKind::off, now() + 1h, now() + 2h).has_value());
  CHECK(of(counselor, cora).exceptions[0].note == "dentist");
  CHECK(of(counselor, ada).exceptions[0].note == "dentist");
  CHECK(of(counselor, otto).exceptions[0].note == "");
  clock.advance(2h);
  CHECK(of(counselor, cora).exceptions.empty());  // it is over
}

TEST_CASE_FIXTURE(Availabilities, "an older version changes nothing and is shown the new one") {
  const std::string seen = version(of(counselor, ada));
  REQUIRE(set(ada, counselor, hours({works(9h, 17h)})).has_value());
  const auto late =
      write([&](Transaction& tx) { return set_week(tx, ada, actor, counselor, seen, hours({}), now()); });
  CHECK(late.error().kind == ErrorKind::precondition_failed);
  CHECK(late.error().extra.at("current").at("hours").as_array().size() == 1);
  CHECK(of(counselor, ada).hours.size() == 1);
}

TEST_CASE_FIXTURE(Availabilities, "every wrong time is named") {
  auto week = hours({works(9h, 12h), works(11h, 13h), works(15h, 15h), {SiteId(999), {2}, {9h}, {12h}}});
  week.blocks.emplace();
  week.blocks->push_back({{1}, {13h}, {12h}, BlockKind::lunch});
  CHECK(fields(set(ada, counselor, week).error()) ==
        "/hours/1 overlaps /hours/2/until not_after_from /hours/3/site not_found /blocks/0/until "
        "not_after_from");
  CHECK(fields(except(ada, counselor, ExceptionKind::off, now() - 2h, now()).error()) ==
        "/until in_the_past");
  CHECK(fields(except(ada, counselor, ExceptionKind::off, now() + 2h, now() + 2h).error()) ==
        "/until out_of_range");
  const auto nobody =
      write([&](Transaction& tx) { return set_week(tx, ada, actor, StaffId(999), "", {}, now()); });
  CHECK(nobody.error().kind == ErrorKind::not_found);
}

TEST_CASE_FIXTURE(Availabilities,
                  "a booking outside hours is refused with what is wrong, and a supervisor's is not") {
  REQUIRE(set(ada, counselor, hours({works(9h, 12h)})).has_value());
  CHECK(book(one_on_one(1h)).has_value());  // 09:00 to 09:50
  auto late = one_on_one(3h + 30min);       // 11:30 to 12:20
  const auto refused = book(late);
  REQUIRE(refused.has_error());
  CHECK(refused.error().kind == ErrorKind::conflict);
  CHECK(whys(refused.error()) == "unavailable: outside_hours");
  CHECK(refused.error().detail == "Cora Counselor does not work here then.");
  CHECK(whys(book(late, fred).error()) == "unavailable: outside_hours");
  CHECK(whys(book(late, ada).error()) == "unavailable: outside_hours");

  late.override = Override{Text<3, 500>("it was agreed")};
  CHECK(book(late, cora).error().kind == ErrorKind::forbidden);
  const auto booked = book(late, ada);
  REQUIRE(booked.has_value());
  // Its rows stand for all others as any other's do.
  CHECK(number("SELECT count(*) FROM busy WHERE session_id = $1 AND overridden", booked->id) == 0);
  const auto kept = read([&](Snapshot& db) {
    return *db.one<std::string>(
        "SELECT detail FROM audit WHERE action = 'session.override' AND subject_id = $1", booked->id);
  });
  CHECK(kept.find("outside_hours") != std::string::npos);
  CHECK(kept.find("it was agreed") != std::string::npos);
}

TEST_CASE_FIXTURE(Availabilities, "a collision and what else is wrong come in one answer") {
  REQUIRE(book(one_on_one(1h)).has_value());
  REQUIRE(set(ada, counselor, hours({works(13h, 15h)})).has_value());
  const auto refused = book(one_on_one(1h));
  CHECK(whys(refused.error()) == "booking_conflict: outside_hours");
  CHECK(refused.error().extra.at("conflicts").as_array().size() == 2);
}

TEST_CASE_FIXTURE(Availabilities,
                  "moving a session into lunch is refused; editing one that stands there is not") {
  const auto booked = book(one_on_one(1h)).value();
  REQUIRE(set(cora, counselor,
              blocks({{{2}, {9h}, {10h}, BlockKind::lunch}, {{2}, {12h}, {13h}, BlockKind::notes}}))
              .has_value());
  const auto edit = [&](const Change& change) {
    return write(
        [&](Transaction& tx) { return calendar::change(tx, cora, actor, booked.id, 1, change, now()); });
  };
  Change move{};
  move.starts_at = now() + 4h;  // 12:00
  CHECK(whys(edit(move).error()) == "unavailable: block");
  Change to_room{};
  to_room.room = small_room;
  CHECK(edit(to_room).has_value());
}

TEST_CASE_FIXTURE(Availabilities, "who leads must have what the service needs, who helps need not") {
  const auto needs = [&](const char* credential) {
    return write([&](Transaction& tx) {
      const std::string seen = version(service_needs(tx, counseling).value());
      return set_service_needs(tx, actor, counseling, seen, {Text<0, 60>(credential)}, now());
    });
  };
  REQUIRE(needs("lcsw").has_value());
  auto booking = one_on_one(1h);
  CHECK(whys(book(booking).error()) == "unavailable: credential");
  const auto give = [&](std::optional<Date> until_on) {
    NewCredentials credentials;
    credentials.credentials.push_back({Text<1, 60>("lcsw"), until_on});
    const std::string seen = version(of(other_counselor, ada));
    return write([&](Transaction& tx) {
      return set_credentials(tx, ada, actor, other_counselor, seen, credentials, now());
    });
  };
  REQUIRE(give(parse_date("2026-03-09")).has_value());
  booking.facilitators.insert(booking.facilitators.begin(), other_counselor);
  CHECK(whys(book(booking).error()) == "unavailable: credential");
  REQUIRE(give(parse_date("2026-03-10")).has_value());
  CHECK(book(booking).has_value());
  REQUIRE(needs("").has_value());
  CHECK(book(one_on_one(3h)).has_value());
}

TEST_CASE_FIXTURE(Availabilities, "a change answers the coming sessions in trouble and cancels none") {
  const auto near = book(one_on_one(1h)).value();
  const auto far = book(one_on_one(30h)).value();  // Wednesday, 14:00
  clock.advance(90min);                            // the first is over half
  const auto change = except(ada, counselor, ExceptionKind::leave, now() - 24h, now() + 100h);
  REQUIRE(change.has_value());
  REQUIRE(change->troubled.size() == 1);
  CHECK(change->troubled[0].session == far.id);
  CHECK(change->troubled[0].title == "Counseling");
  CHECK(change->troubled[0].starts_at == far.starts_at);
  REQUIRE(change->troubled[0].why.size() == 1);
  CHECK(change->troubled[0].why[0].text == "Cora Counselor is on leave.");
  CHECK(number("SELECT count(*) FROM session WHERE status = 'scheduled'") == 2);
  CHECK(near.id != far.id);
  // Taken back, there is none.
  const auto undone = write([&](Transaction& tx) {
    return remove_exception(tx, ada, actor, counselor, change->availability.exceptions[0].id, now());
  });
  CHECK(undone.value().troubled.empty());
}

TEST_CASE_FIXTURE(Availabilities,
                  "a closure troubles the sessions of its site and its days, and a booking then") {
  const auto here = book(one_on_one(30h)).value();  // Wednesday, 14:00
  const auto troubled = [&](std::optional<SiteId> at) {
    return read([&](Snapshot& db) {
      return troubled_at_site(db, at, {now(), now() + std::chrono::hours(100)}, now());
    });
  };
  CHECK(troubled(site).empty());
  SiteId elsewhere;
  const auto close = [&](std::optional<SiteId> at, const char* from, const char* until) {
    return write([&](Transaction& tx) {
             return places::add_closure(
                 tx, actor, {at, *parse_date(from), *parse_date(until), Text<1, 100>("Storm")}, now());
           })
        .value();
  };
  write([&](Transaction& tx) { elsewhere = test::add_site(tx, "Hillside"); });
  close(elsewhere, "2026-03-11", "2026-03-11");
  close(site, "2026-03-12", "2026-03-14");
  CHECK(troubled(site).empty());
  const auto all = close(std::nullopt, "2026-03-11", "2026-03-11");
  REQUIRE(troubled(site).size() == 1);
  CHECK(troubled(site)[0].session == here.id);
  CHECK(troubled(site)[0].why[0].text == "The site is closed: Storm.");
  CHECK(troubled(std::nullopt).size() == 1);
  CHECK(troubled(elsewhere).empty());
  CHECK(whys(book(one_on_one(26h)).error()) == "unavailable: site_closed");
  write([&](Transaction& tx) { return places::remove_closure(tx, actor, all.id, now()); }).value();
  CHECK(troubled(site).empty());
  CHECK(book(one_on_one(26h)).has_value());
}

TEST_CASE_FIXTURE(Availabilities, "busy elsewhere is in the way, unless it is our own session come back") {
  const auto booked = book(one_on_one(1h)).value();
  write([&](Transaction& tx) {
    tx.run("INSERT INTO outside_busy (staff_id, from_at, until_at) VALUES ($1, $2, $3), ($1, $4, $5)",
           counselor, booked.starts_at, booked.ends_at, now() + 5h, now() + 6h);
  });
  CHECK(read([&](Snapshot& db) { return troubled_of_staff(db, counselor, now()); }).empty());
  CHECK(whys(book(one_on_one(5h + 30min)).error()) == "unavailable: elsewhere");
  CHECK(book(one_on_one(6h)).has_value());
}
