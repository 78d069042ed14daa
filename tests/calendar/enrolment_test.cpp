#include "calendar/enrolment.hpp"

#include "calendar/group_fixture.hpp"
#include "calendar/group_rules.hpp"

using namespace circled;
using namespace circled::calendar;
using circled::test::GroupFixture;
using namespace std::chrono_literals;

namespace {

std::string codes(const Error& error) {
  std::string all;
  if (!error.extra.contains("objections")) return error.code;
  const auto list = error.extra.at("objections").as_array();
  for (const auto& o : list) all += (all.empty() ? "" : " ") + std::string(o.at("code").as_string());
  return all;
}

}  // namespace

TEST_CASE("whoever joins is expected at every session of those days, once, with busy rows and reminders") {
  GroupFixture f;
  f.admit(f.ana);
  f.add_tuesdays();
  const auto enrolled = f.enrol(f.ana, "2026-03-17", "2026-04-14");
  REQUIRE(enrolled.has_value());
  CHECK(f.number("SELECT count(*) FROM participant WHERE client_id = $1 AND source = 'enrolment'", f.ana) ==
        5);
  CHECK(f.number("SELECT count(*) FROM busy WHERE owner_kind = 'client' AND owner_id = $1", f.ana) == 5);
  CHECK(f.number("SELECT count(*) FROM reminder WHERE receiver_id = $1", f.ana) == 10);
  CHECK(f.number("SELECT last_seq FROM stream WHERE person_id = $1", f.ana) == 1);
  CHECK(f.enrol(f.ana, "2026-04-01").error().code == "already_enrolled");
}

TEST_CASE("the session that is going on keeps whom it had; later ones follow a change of the last day") {
  GroupFixture f;
  f.admit(f.ana);
  f.add_tuesdays();
  const auto enrolled = f.enrol(f.ana).value();
  f.clock.advance(10h + 15min);  // 18:15: the first has begun
  EnrolmentChange change{};
  change.until = f.day("2026-03-24");
  const auto set = [&] {
    return f.write(
        [&](Transaction& tx) { return change_enrolment(tx, f.cora, f.actor, enrolled.id, change, f.now()); });
  };
  REQUIRE(set().has_value());
  CHECK(f.number("SELECT count(*) FROM participant WHERE client_id = $1", f.ana) == 3);  // 10, 17, 24 March
  change.until = f.day("2026-03-09");                                                    // never came to be
  REQUIRE(set().has_value());
  CHECK(f.number("SELECT count(*) FROM participant WHERE client_id = $1", f.ana) == 1);
  CHECK(f.number(
            "SELECT count(*) FROM reminder WHERE receiver_id = $1 AND state = 'pending' AND starts_at > $2",
            f.ana, f.now()) == 0);
  change.until.reset();
  change.open = true;
  REQUIRE(set().has_value());
  CHECK(f.number("SELECT count(*) FROM participant WHERE client_id = $1", f.ana) == 26);
}

TEST_CASE("sessions made later have those who are enrolled then") {
  GroupFixture f;
  f.admit(f.ana);
  f.admit(f.ben);
  f.enrol(f.ana).value();
  f.enrol(f.ben, nullptr, "2026-03-17").value();
  f.add_tuesdays();
  CHECK(f.number("SELECT count(*) FROM participant WHERE client_id = $1", f.ana) == 26);
  CHECK(f.number("SELECT count(*) FROM participant WHERE client_id = $1", f.ben) == 2);
}

TEST_CASE(
    "what speaks against joining is told all at once; a supervisor overrules the house, nobody the law") {
  GroupFixture f;
  f.admit(f.ana, people::Phase::detox);
  f.write([&](Transaction& tx) {
    tx.run(
        "INSERT INTO group_admits (group_id, kind, value) VALUES ($1, 'phase', 'aftercare'), ($1, 'tag', "
        "'women')",
        f.group);
  });
  CHECK(codes(f.enrol(f.ana).error()) == "phase not_cleared tag");
  // Not in care at all.
  CHECK(codes(f.enrol(f.ben).error()).starts_with("not_admitted"));

  f.admit(f.ben);
  NewEnrolment wanted{};
  wanted.client = f.ben;
  wanted.override = Override{Text<3, 500>("the only group at that time")};
  const auto as = [&](const api::Identity& who) {
    return f.write([&](Transaction& tx) { return enrol(tx, who, f.actor, f.group, wanted, f.now()); });
  };
  CHECK(as(f.cora).error().kind == ErrorKind::forbidden);
  REQUIRE(as(f.ada).has_value());
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'group.enrol' AND detail LIKE '%only group%'") ==
        1);
}

TEST_CASE("the house's size may be overruled, the licence's never, and ratios count facilitators") {
  GroupFixture f;
  f.group = f.add_group("Two", 1).value().id;
  f.admit(f.ana);
  f.admit(f.ben);
  f.add_tuesdays();
  f.enrol(f.ana).value();
  CHECK(codes(f.enrol(f.ben).error()) == "full");
  // From the day on which Ana has left there is room.
  f.write([&](Transaction& tx) {
    const auto id = *tx.one<EnrolmentId>("SELECT id FROM enrolment");
    EnrolmentChange change{};
    change.until = f.day("2026-03-31");
    change_enrolment(tx, f.cora, f.actor, id, change, f.now()).value();
  });
  CHECK(codes(f.enrol(f.ben, "2026-03-31").error()) == "full");
  NewEnrolment over{};
  over.client = f.ben;
  over.override = Override{Text<3, 500>("one more, agreed")};
  f.write([&](Transaction& tx) { tx.run("UPDATE service SET legal_largest = 1"); });
  const auto refused =
      f.write([&](Transaction& tx) { return enrol(tx, f.ada, f.actor, f.group, over, f.now()); });
  REQUIRE(refused.has_error());
  CHECK(codes(refused.error()) == "legal_cap full");
  f.write([&](Transaction& tx) { tx.run("UPDATE service SET legal_largest = 5"); });
  CHECK(f.write([&](Transaction& tx) {
           return enrol(tx, f.ada, f.actor, f.group, over, f.now());
         }).has_value());
}

TEST_CASE("a client who is elsewhere on some dates is refused with them, or left out of them") {
  GroupFixture f;
  f.admit(f.ana);
  f.add_tuesdays();
  auto elsewhere = f.one_on_one(24h * 7 + 10h);
  elsewhere.facilitators[0] = f.other_counselor;
  REQUIRE(f.book(elsewhere, f.ada).has_value());
  CHECK(f.enrol(f.ana).error().code == "booking_conflict");
  NewEnrolment wanted{};
  wanted.client = f.ana;
  wanted.leave_out_conflicts = true;
  REQUIRE(f.write([&](Transaction& tx) {
             return enrol(tx, f.cora, f.actor, f.group, wanted, f.now());
           }).has_value());
  CHECK(f.number("SELECT count(*) FROM participant WHERE client_id = $1 AND source = 'enrolment'", f.ana) ==
        25);
}

TEST_CASE("a closed group takes nobody once it has begun") {
  GroupFixture f;
  f.admit(f.ana);
  f.write([&](Transaction& tx) { tx.run("UPDATE therapy_group SET admission = 'closed'"); });
  f.add_tuesdays();
  f.clock.advance(11h);
  CHECK(codes(f.enrol(f.ana).error()) == "closed_group");
}

TEST_CASE("who does not treat clients there neither sees nor changes who is in a group") {
  GroupFixture f;
  f.admit(f.ana);
  NewEnrolment wanted{};
  wanted.client = f.ana;
  const auto refused =
      f.write([&](Transaction& tx) { return enrol(tx, f.fred, f.actor, f.group, wanted, f.now()); });
  CHECK(refused.error().kind == ErrorKind::forbidden);
  auto far = f.cora;
  far.site = SiteId(999);
  CHECK(f.read([&](Snapshot& db) { return enrolments(db, far, f.group, f.now()); }).error().kind ==
        ErrorKind::not_found);
  CHECK(f.read([&](Snapshot& db) { return enrolments(db, f.ana_user, f.group, f.now()); }).error().kind ==
        ErrorKind::not_found);
}

TEST_CASE("ages are completed years") {
  const auto day = [](const char* text) { return *parse_date(text); };
  CHECK(rules::age(day("2008-03-10"), day("2026-03-10")) == 18);
  CHECK(rules::age(day("2008-03-11"), day("2026-03-10")) == 17);
  CHECK(rules::age(day("2008-02-29"), day("2026-02-28")) == 17);
  CHECK(rules::age(day("2008-02-29"), day("2026-03-01")) == 18);
}
