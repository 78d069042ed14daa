#include "disclosures/disclosure.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <random>

#include "base/token.hpp"
#include "disclosures/support.hpp"

using namespace circled;
using namespace circled::disclosures;
using namespace circled::test;
using calendar::Verdict;
using K = people::ConsentKind;
using namespace std::chrono_literals;

namespace {

ExceptionRecord exception(const Disclosing& f, std::string_view basis) {
  ExceptionRecord record;
  record.basis = std::string(basis);
  record.recipient = "Dr. Imran Shah";
  record.told_at = f.now() - 1h;
  record.told_by = f.counselor;
  record.nature = "Found unconscious";
  return record;
}

Result<Disclosure> record(Disclosing& f, const ExceptionRecord& what, const api::Identity& who) {
  return f.write([&](Transaction& tx) { return record_exception(tx, who, f.actor, f.ana, what, f.now()); });
}

std::vector<MyDisclosure> mine(Disclosing& f, ClientId client) {
  return f.read([&](Snapshot& db) { return my_disclosures(db, client); });
}

}  // namespace

TEST_CASE("a report holds the days asked for, in the site's zone, with totals out of what is known") {
  Disclosing f;
  const auto made = f.drafted();
  CHECK(made.disclosure.state == DisclosureState::draft);
  CHECK(made.disclosure.recipient == "Dana Ortiz, probation officer");
  CHECK(made.disclosure.purpose == "Supervision of a probation");
  CHECK_FALSE(made.obstacle.has_value());
  const auto& report = made.report.value();
  CHECK(report.client_name == "Ana Alvarez");
  CHECK(report.zone == "America/New_York");
  CHECK(report.notice == "42 CFR part 2 prohibits unauthorized use or disclosure of these records.");
  CHECK(report.consent.recipient == "Dana Ortiz, probation officer");
  CHECK_FALSE(report.consent.paper.has_value());
  CHECK_FALSE(report.as_of.has_value());

  // Not the one of 23:30 on the last of February, not the one that has not begun.
  REQUIRE(report.sessions.has_value());
  REQUIRE(report.sessions->size() == 7);
  CHECK(report.sessions->front().day == on("2026-03-01"));
  CHECK(report.sessions->front().what == "Appointment");
  CHECK(report.sessions->at(5).what == "Class");
  CHECK(report.sessions->at(1).credited_minutes == 45);
  CHECK(report.sessions->back().verdict == Verdict::expected);
  CHECK(report.attendance->attended == 3);
  CHECK(report.attendance->counted == 5);
  CHECK(report.attendance->not_recorded == 1);
  CHECK(report.attendance->cancelled_by_program == 1);
  // 60 and 45 minutes of four counseling sessions of an hour; the class does not count.
  CHECK(report.hours->credited_minutes == 105);
  CHECK(report.hours->scheduled_minutes == 240);
  CHECK(report.hours->attended == 2);
  CHECK(report.hours->counted == 4);
  CHECK_FALSE(report.phases.has_value());
  CHECK_FALSE(report.levels.has_value());
  CHECK_FALSE(report.enrolments.has_value());

  const std::string all = json::to_text(report);
  for (const char* word : {"Ben", "Cora", "opioid", "Harm", "Your group", "Cabinet", "Blue"}) {
    CAPTURE(word);
    CHECK(all.find(word) == std::string::npos);
  }
}

TEST_CASE("hours alone tell sums, and no single session; attendance alone no minutes") {
  Disclosing f;
  const auto hours = f.draft(f.asked({K::hours}), f.cora)->report.value();
  CHECK_FALSE(hours.sessions.has_value());
  CHECK_FALSE(hours.attendance.has_value());
  CHECK(hours.hours->credited_minutes == 105);
  const auto attendance = f.draft(f.asked({K::attendance}), f.cora)->report.value();
  CHECK_FALSE(attendance.hours.has_value());
  for (const auto& session : *attendance.sessions) CHECK_FALSE(session.credited_minutes.has_value());
}

TEST_CASE("phases, levels and enrolments are cut to the days asked for") {
  Disclosing f;
  f.consent = f.add_consent(Disclosing::paper({K::phase, K::enrolment}));
  const auto report = f.draft(f.asked({K::phase, K::enrolment}), f.cora)->report.value();
  CHECK(json::to_text(*report.phases) == R"([{"phase":"detox","from":"2026-03-01"}])");
  CHECK(json::to_text(*report.levels) ==
        R"([{"level":"3.7","from":"2026-03-01","until":"2026-03-03"},{"level":"3.5","from":"2026-03-03"}])");
  // The third ended before it began.
  CHECK(json::to_text(*report.enrolments) ==
        R"([{"what":"Appointment","from":"2026-03-01","until":"2026-03-02"},)"
        R"({"what":"Appointment","from":"2026-03-04"}])");
  CHECK_FALSE(report.sessions.has_value());
}

TEST_CASE("drafted, approved by another, handed out once: the content stays what was approved") {
  Disclosing f;
  const auto made = f.drafted();
  CHECK(mine(f, f.ana).empty());
  CHECK(f.hand_out(made).error().code == "not_approved");
  CHECK(f.approve(made, f.cora).error().kind == ErrorKind::forbidden);

  f.clock.advance(1h);
  const auto approved = f.approve(made, f.sue);
  REQUIRE(approved.has_value());
  CHECK(approved->disclosure.state == DisclosureState::approved);
  CHECK(approved->disclosure.approved_by_name == "Sue Supervisor");
  CHECK(approved->report->as_of == f.now());
  CHECK(approved->disclosure.digest == sha256(json::to_text(*approved->report)));
  CHECK(f.approve(*approved, f.ada).error().code == "not_a_draft");

  // What is amended afterwards is another report's.
  f.write([&](Transaction& tx) {
    tx.run("UPDATE participant SET verdict = 'excused' WHERE client_id = $1 AND verdict = 'unexcused'",
           f.ana);
  });
  f.clock.advance(1h);
  f.take_committed();
  const auto handed = f.hand_out(*approved);
  REQUIRE(handed.has_value());
  CHECK(handed->disclosure.told_at == f.now());
  CHECK(json::encode(*handed->report) == json::encode(*approved->report));
  CHECK(handed->report->attendance->unexcused == 1);
  CHECK(f.hand_out(*handed).error().code == "handed_out");

  const auto told = f.take_committed();
  REQUIRE(told.events.size() == 1);
  CHECK(told.events[0].receiver == PersonId(f.ana));
  for (const char* word : {"Dana", "robation", "Cora"})
    CHECK(told.events[0].body->find(word) == std::string::npos);

  // The schema holds it too.
  CHECK_THROWS(f.write([&](Transaction& tx) {
    tx.run("UPDATE disclosure SET content = 'x' WHERE id = $1", made.disclosure.id);
  }));
  CHECK_THROWS(
      f.write([&](Transaction& tx) { tx.run("DELETE FROM disclosure WHERE id = $1", made.disclosure.id); }));
}

TEST_CASE("nobody approves their own draft, supervisors neither") {
  Disclosing f;
  const auto made = f.draft(f.asked({K::attendance}), f.sue).value();
  CHECK(f.approve(made, f.sue).error().code == "own_draft");
  CHECK(f.refusals("own_draft") == 1);
  CHECK(f.seen(made.disclosure.id).disclosure.state == DisclosureState::draft);
  CHECK(f.approve(made, f.ada).has_value());
}

TEST_CASE("an approval is of what was read: a sheet that changed meanwhile asks for another look") {
  Disclosing f;
  const auto made = f.drafted();
  f.write([&](Transaction& tx) {
    tx.run("UPDATE participant SET verdict = 'excused' WHERE client_id = $1 AND verdict = 'unexcused'",
           f.ana);
  });
  const auto stale = f.approve(made, f.sue).error();
  CHECK(stale.kind == ErrorKind::precondition_failed);
  CHECK(stale.extra.at("current").at("report").at("attendance").at("unexcused").as_int64() == 0);
  CHECK(f.approve(f.seen(made.disclosure.id), f.sue).has_value());
}

TEST_CASE("revoked or expired between any two steps: refused by name, the draft is kept, nothing is told") {
  struct Case {
    const char* what;
    bool approved_before, revoked;
    const char* code;
  };
  for (const Case& c : {Case{"revoked before approval", false, true, "consent_revoked"},
                        {"revoked before it is handed out", true, true, "consent_revoked"},
                        {"expired before approval", false, false, "consent_expired"},
                        {"expired before it is handed out", true, false, "consent_expired"}}) {
    CAPTURE(c.what);
    Disclosing f;
    auto view = f.drafted();
    if (c.approved_before) view = f.approve(view, f.sue).value();
    if (c.revoked)
      REQUIRE(f.revoke(f.consent).has_value());
    else
      f.clock.set(at("2026-07-01T04:00:00Z"));
    f.take_committed();
    const auto refused = c.approved_before ? f.hand_out(view) : f.approve(view, f.sue);
    CHECK(refused.error().code == c.code);
    CHECK(refused.error().kind == ErrorKind::conflict);
    CHECK(f.refusals(c.code) == 1);
    CHECK(f.take_committed().events.empty());
    const auto now = f.seen(view.disclosure.id);
    CHECK(now.disclosure.state == view.disclosure.state);
    CHECK(now.obstacle == c.code);
    CHECK(mine(f, f.ana).empty());
    CHECK(f.number("SELECT count(*) FROM disclosure WHERE state = 'handed_out'") == 0);
  }
}

TEST_CASE("the last instant of the consent's last day is good, the next is not") {
  Disclosing f;
  const auto one = f.approve(f.drafted(), f.sue).value(), two = f.approve(f.drafted(), f.sue).value();
  f.clock.set(at("2026-07-01T04:00:00Z") - 1ms);
  CHECK(f.hand_out(one).has_value());
  f.clock.advance(1ms);
  CHECK(f.hand_out(two).error().code == "consent_expired");
  // What was told while it was in force stays in the account, and is no longer to be given out.
  CHECK(mine(f, f.ana).size() == 1);
  CHECK(f.seen(one.disclosure.id).obstacle == "consent_expired");
}

TEST_CASE("a consent that is written anew asks for a new draft") {
  Disclosing f;
  const auto approved = f.approve(f.drafted(), f.sue).value();
  f.write([&](Transaction& tx) {
    REQUIRE(people::rewrite_consent(tx, f.cora, f.actor, f.ana, f.consent, 1,
                                    Disclosing::paper({K::attendance, K::hours}), f.now())
                .has_value());
  });
  CHECK(f.hand_out(approved).error().code == "consent_changed");
  CHECK(f.hand_out(f.approve(f.drafted(), f.sue).value()).has_value());
}

TEST_CASE("what is wrong with a draft is named, audited, and writes nothing") {
  Disclosing f;
  const auto first_of = [&](const NewDisclosure& what) {
    const auto error = f.draft(what, f.cora).error();
    REQUIRE(!error.fields.empty());
    return error.fields[0].pointer + ":" + error.fields[0].code;
  };
  CHECK(first_of(f.asked({K::attendance, K::enrolment})) == "/kinds/1:kind_not_in_consent");
  CHECK(f.refusals("kind_not_in_consent") == 1);
  auto what = f.asked({K::attendance});
  what.from = on("2026-03-11");
  CHECK(first_of(what) == "/from:after_until");
  what = f.asked({K::attendance});
  what.consent = ConsentId(4711);
  CHECK(first_of(what) == "/consent:no_consent");
  CHECK(f.refusals("no_consent") == 1);
  REQUIRE(f.revoke(f.consent).has_value());
  CHECK(first_of(f.asked({K::attendance})) == "/consent:consent_revoked");
  CHECK(f.refusals("consent_revoked") == 1);
  CHECK(f.number("SELECT count(*) FROM disclosure") == 0);
}

TEST_CASE("the account: clients see whom, when, what and why, and nobody of the staff") {
  Disclosing f;
  const auto handed = f.hand_out(f.approve(f.drafted(), f.sue).value());
  REQUIRE(handed.has_value());
  auto emergency = exception(f, "medical_emergency");
  emergency.affiliation = "Riverton General";
  REQUIRE(record(f, emergency, f.cora).has_value());
  REQUIRE(record(f, exception(f, "child_abuse_report"), f.cora).has_value());

  const auto own = mine(f, f.ana);
  REQUIRE(own.size() == 2);  // the emergency was an hour ago
  CHECK(own[0].recipient == "Dana Ortiz, probation officer");
  CHECK(own[0].told_at == f.now());
  CHECK(own[0].kinds == std::vector<K>{K::attendance, K::hours});
  CHECK(own[0].purpose == "Supervision of a probation");
  CHECK(own[1].basis == Basis::medical_emergency);
  CHECK(own[1].kinds.empty());
  const std::string shown = json::to_text(own);
  for (const char* word : {"Cora", "Sue", "unconscious"}) CHECK(shown.find(word) == std::string::npos);
  CHECK(mine(f, f.ben).empty());

  const auto all = f.read([&](Snapshot& db) { return disclosures::disclosures(db, f.cora, f.ana, f.now()); });
  REQUIRE(all.has_value());
  CHECK(all->size() == 3);
  CHECK(f.read([&](Snapshot& db) { return disclosures::disclosures(db, f.otto, f.ana, f.now()); })
            .error()
            .kind == ErrorKind::not_found);
}

TEST_CASE("an exception keeps what its law asks for; anything else is refused, and that is on record") {
  Disclosing f;
  auto emergency = exception(f, "medical_emergency");
  CHECK(record(f, emergency, f.cora).error().fields[0].pointer == "/affiliation");
  emergency.affiliation = "Riverton General";
  emergency.told_by = StaffId(4711);
  CHECK(record(f, emergency, f.cora).error().fields[0].pointer == "/told_by");
  emergency.told_by = f.clinician;
  const auto kept = record(f, emergency, f.cora);
  REQUIRE(kept.has_value());
  CHECK(kept->told_by_name == "Cleo Clinician");
  CHECK(kept->made_by_name == "Cora Counselor");
  CHECK(kept->affiliation == "Riverton General");
  CHECK(kept->told_at == f.now() - 1h);

  auto order = exception(f, "court_order");
  order.docket = "24-CR-118";
  order.ordered_on = on("2026-03-09");
  CHECK(record(f, order, f.sue)->docket == "24-CR-118");
  auto audit = exception(f, "audit_evaluation");
  audit.agreement = "Contract of 2025";
  CHECK(record(f, audit, f.cora)->agreement == "Contract of 2025");

  const auto before = f.number("SELECT count(*) FROM disclosure");
  CHECK(record(f, exception(f, "a friend asked"), f.cora).error().fields[0].code == "not_an_exception");
  CHECK(record(f, exception(f, "consent"), f.cora).error().fields[0].code == "not_an_exception");
  CHECK(f.refusals("not_an_exception") == 2);
  CHECK(f.number("SELECT count(*) FROM audit WHERE detail LIKE '%friend%'") == 0);
  CHECK(f.number("SELECT count(*) FROM disclosure") == before);
  for (const auto& who : {f.otto, f.fred})
    CHECK(record(f, emergency, who).error().kind == ErrorKind::not_found);
}

TEST_CASE("what was never handed out can be thrown away; what was told stays") {
  Disclosing f;
  const auto discard_it = [&](DisclosureId id, const api::Identity& who) {
    return f.write([&](Transaction& tx) { return discard(tx, who, f.actor, id, f.now()); });
  };
  const auto one = f.drafted(), two = f.approve(f.drafted(), f.sue).value();
  CHECK(discard_it(one.disclosure.id, f.otto).error().kind == ErrorKind::not_found);
  CHECK(discard_it(one.disclosure.id, f.cora).has_value());
  CHECK(discard_it(one.disclosure.id, f.cora).error().kind == ErrorKind::not_found);
  REQUIRE(f.hand_out(two).has_value());
  CHECK(discard_it(two.disclosure.id, f.cora).error().code == "handed_out");
}

TEST_CASE("a report never contains a kind that its consent lacks, whatever is asked") {
  Disclosing f;
  const char* seed = std::getenv("CIRCLED_TEST_SEED");
  std::mt19937 random(seed ? static_cast<unsigned>(std::atoi(seed)) : 5u);
  constexpr K every[] = {K::attendance, K::hours, K::phase, K::enrolment};
  for (int round = 0; round < 200; ++round) {
    people::Consent consent;
    static_cast<people::WrittenConsent&>(consent) = Disclosing::paper({});
    consent.client = f.ana;
    Scope scope;
    for (const auto kind : every) {
      if (random() % 2 == 0) consent.kinds.push_back(kind);
      if (random() % 2 == 0) scope.kinds.push_back(kind);
    }
    if (consent.kinds.empty()) continue;
    const auto first = static_cast<int>(random() % 40);
    scope.from = on("2026-02-01") + std::chrono::days(first);
    scope.until = scope.from + std::chrono::days(random() % 20);
    const auto report = f.read([&](Snapshot& db) { return compile(db, consent, scope, f.now()); });
    const auto both = [&](K kind) {
      return std::count(consent.kinds.begin(), consent.kinds.end(), kind) == 1 &&
             std::count(scope.kinds.begin(), scope.kinds.end(), kind) == 1;
    };
    CAPTURE(json::to_text(report));
    CHECK(report.sessions.has_value() == both(K::attendance));
    CHECK(report.attendance.has_value() == both(K::attendance));
    CHECK(report.hours.has_value() == both(K::hours));
    CHECK(report.phases.has_value() == both(K::phase));
    CHECK(report.levels.has_value() == both(K::phase));
    CHECK(report.enrolments.has_value() == both(K::enrolment));
    for (const auto kind : report.kinds) CHECK(both(kind));
    if (report.sessions)
      for (const auto& session : *report.sessions) {
        CHECK(session.credited_minutes.has_value() == both(K::hours));
        CHECK(session.day >= scope.from);
        CHECK(session.day <= scope.until);
      }
    // What it says of its contents is what it was frozen as.
    CHECK(json::encode(json::decode_text<DisclosureReport>(json::to_text(report)).value()) ==
          json::encode(report));
  }
}

TEST_CASE(
    "what waits to be approved is listed over all clients, the longest first, for those who may see it") {
  Disclosing f;
  const auto list = [&](const api::Identity& who, const DisclosureFilter& filter = {}) {
    return f.read([&](Snapshot& db) { return circled::disclosures::disclosures(db, who, filter, f.now()); });
  };
  const auto ids = [&](const api::Identity& who, const DisclosureFilter& filter = {}) {
    std::vector<DisclosureId> found;
    for (const auto& one : list(who, filter).value().items) found.push_back(one.id);
    return found;
  };
  std::vector<DisclosureId> drafts;
  for (int i = 0; i < 3; ++i) {
    drafts.push_back(f.drafted().disclosure.id);
    if (i > 0) f.clock.advance(1s);  // two at one instant
  }
  CHECK(ids(f.sue) == drafts);
  CHECK(ids(f.cora) == drafts);
  CHECK(ids(f.otto).empty());
  const auto first = list(f.sue).value().items.front();
  CHECK(first.preferred_name == "Ana");
  CHECK(first.made_by_name == "Cora Counselor");
  CHECK(first.kinds == std::vector{K::attendance, K::hours});

  DisclosureFilter filter;
  filter.limit = {2};
  auto page = list(f.sue, filter).value();
  CHECK(page.items.size() == 2);
  REQUIRE(page.next.has_value());
  filter.after = DisclosureId(std::stoll(*page.next));
  page = list(f.sue, filter).value();
  CHECK(page.items.size() == 1);
  CHECK_FALSE(page.next.has_value());
  filter.after = DisclosureId(999);
  CHECK(list(f.sue, filter).error().fields.at(0).code == "not_found");

  REQUIRE(f.approve(f.seen(drafts[1]), f.sue).has_value());
  CHECK(ids(f.sue) == std::vector{drafts[0], drafts[2]});
  filter = {};
  filter.state = DisclosureState::approved;
  CHECK(ids(f.cora, filter) == std::vector{drafts[1]});
  filter = {};
  filter.site = f.write([](Transaction& tx) { return test::add_site(tx, "North"); });
  CHECK(ids(f.sue, filter).empty());
  // Who is no longer Cora's client is not on her list.
  f.write([&](Transaction& tx) {
    tx.run("UPDATE assignment SET until_at = $2 WHERE client_id = $1", f.ana, f.now());
  });
  CHECK(ids(f.cora).empty());
}
