#include "people/consent.hpp"

#include <doctest/doctest.h>

#include "support/care.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::people;
using circled::test::CareFixture;
using namespace std::chrono_literals;
using test::on;

namespace {

WrittenConsent paper(std::string_view recipient = "Dana Ortiz, probation officer") {
  WrittenConsent c;
  c.discloser = "Riverside";
  c.recipient = std::string(recipient);
  c.kinds.push_back(ConsentKind::attendance);
  c.kinds.push_back(ConsentKind::hours);
  c.purpose = "Supervision of a probation";
  c.expires_on = on("2026-06-30");
  c.signed_on = on("2026-03-09");
  c.signed_by = SignedBy::client;
  c.paper = "Cabinet 2, blue folder";
  return c;
}

struct Consents : CareFixture {
  Result<Consent> add(const WrittenConsent& written, const api::Identity& who) {
    return write([&](Transaction& tx) { return add_consent(tx, who, actor, ana, written, now()); });
  }
  Result<Consent> add(const WrittenConsent& written = paper()) { return add(written, cora); }
  Result<Consent> revoke(ConsentId id, bool event = false) {
    return write(
        [&](Transaction& tx) { return revoke_consent(tx, cora, actor, ana, id, Revocation{event}, now()); });
  }
  Result<MyConsent> revoke_own(ConsentId id, ClientId who) {
    return write([&](Transaction& tx) { return revoke_my_consent(tx, actor, who, id, now()); });
  }
  Result<Consent> end(ConsentId id) {
    return write([&](Transaction& tx) { return end_consent(tx, cora, actor, ana, id, now()); });
  }
  ConsentState state(ConsentId id) {
    return read([&](Snapshot& db) { return consent_of(db, ana, id, now()).value().state; });
  }
};

}  // namespace

TEST_CASE("a consent is kept as it was signed, and its client is told where to look") {
  Consents f;
  f.take_committed();
  auto written = paper();
  written.signed_by = SignedBy::representative;
  written.representative = "Lena Alvarez, guardian";
  written.expires_when = "the end of probation";
  written.criminal_justice = CriminalJustice{{}, Text<1, 300>("final disposition")};
  const auto made = f.add(written);
  REQUIRE(made.has_value());
  CHECK(json::encode(static_cast<const WrittenConsent&>(*made)) == json::encode(written));
  CHECK(made->version == 1);
  CHECK(made->state == ConsentState::live);
  CHECK(made->entered_by_name == "Cora Counselor");
  CHECK(made->entered_at == f.now());

  const auto told = f.take_committed();
  REQUIRE(told.events.size() == 1);
  CHECK(told.events[0].receiver == PersonId(f.ana));
  // An id, a kind and a time: no name of anybody, no word of what it is about.
  for (const char* word : {"Dana", "robation", "Riverside", "Cora"})
    CHECK(told.events[0].body->find(word) == std::string::npos);
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'consent.add' AND subject_id = $1", f.ana) == 1);
  CHECK(f.number("SELECT count(*) FROM audit WHERE detail LIKE '%robation%'") == 0);
}

TEST_CASE("a paper that takes a consent's place is its next version; the earlier ones stay readable") {
  Consents f;
  const auto first = f.add();
  REQUIRE(first.has_value());
  auto next = paper("Riverton Drug Court");
  next.kinds.pop_back();
  const auto rewrite = [&](std::int64_t seen, const WrittenConsent& written) {
    return f.write([&](Transaction& tx) {
      return rewrite_consent(tx, f.cora, f.actor, f.ana, first->id, seen, written, f.now());
    });
  };
  f.clock.advance(1h);
  const auto second = rewrite(1, next);
  REQUIRE(second.has_value());
  CHECK(second->version == 2);
  CHECK(second->recipient == "Riverton Drug Court");
  CHECK(second->kinds == List<ConsentKind, 4, 1>{ConsentKind::attendance});

  const auto stale = rewrite(1, paper()).error();
  CHECK(stale.kind == ErrorKind::precondition_failed);
  CHECK(stale.extra.at("current").at("version").as_int64() == 2);
  next.recipient = " ";
  CHECK(rewrite(2, next).error().fields[0].pointer == "/recipient");

  const auto all =
      f.read([&](Snapshot& db) { return consent_versions(db, f.cora, f.ana, first->id, f.now()).value(); });
  REQUIRE(all.size() == 2);
  CHECK(all[0].version == 2);
  CHECK(all[1].recipient == "Dana Ortiz, probation officer");
  CHECK(all[1].kinds.size() == 2);

  REQUIRE(f.revoke(first->id).has_value());
  CHECK(rewrite(2, paper()).error().code == "consent_revoked");
  CHECK(f.number("SELECT count(*) FROM consent_version") == 2);
}

TEST_CASE("revoked, it has ended from that instant on, and is not revoked twice") {
  Consents f;
  const auto id = f.add()->id, other = f.add()->id;
  const auto revoked = f.revoke(id);
  REQUIRE(revoked.has_value());
  CHECK(revoked->state == ConsentState::revoked);
  CHECK(revoked->revoked_at == f.now());
  CHECK(f.revoke(id).error().code == "consent_revoked");
  CHECK(f.state(other) == ConsentState::live);
  f.clock.set(parse_instant("2026-07-01T04:00:00Z").value());
  CHECK(f.state(other) == ConsentState::expired);
  CHECK(f.revoke(other).error().code == "consent_expired");
}

TEST_CASE("an event ends a consent once it is noted, and only one that names an event") {
  Consents f;
  auto written = paper();
  written.expires_on.reset();
  written.expires_when = "the end of probation";
  const auto by_event = f.add(written)->id, by_day = f.add()->id;
  f.clock.advance(24h * 400);
  CHECK(f.state(by_event) == ConsentState::live);
  CHECK(f.end(by_event)->state == ConsentState::expired);
  CHECK(f.end(by_event).error().code == "consent_expired");
  f.clock.set(from_millis(1'773'144'000'000));
  CHECK(f.end(by_day).error().code == "no_event");
}

TEST_CASE("a client sees and revokes their own consents, and nobody else's") {
  Consents f;
  const auto id = f.add()->id;
  const auto mine = f.read([&](Snapshot& db) { return my_consents(db, f.ana, f.now()); });
  REQUIRE(mine.size() == 1);
  CHECK(mine[0].recipient == "Dana Ortiz, probation officer");
  CHECK(mine[0].revocable);
  const std::string shown = json::to_text(mine[0]);
  for (const char* word : {"Cora", "Cabinet"}) CHECK(shown.find(word) == std::string::npos);
  CHECK(f.read([&](Snapshot& db) { return my_consents(db, f.ben, f.now()); }).empty());

  CHECK(f.revoke_own(id, f.ben).error().kind == ErrorKind::not_found);
  const auto gone = f.revoke_own(id, f.ana);
  REQUIRE(gone.has_value());
  CHECK(gone->state == ConsentState::revoked);
  CHECK_FALSE(gone->revocable);
  CHECK(f.state(id) == ConsentState::revoked);
  CHECK(f.number("SELECT count(*) FROM consent WHERE revoked_by = $1", f.ana) == 1);
}

TEST_CASE("a consent for the criminal justice system is revoked from its own day or event on (42 CFR 2.35)") {
  Consents f;
  auto written = paper();
  written.criminal_justice = CriminalJustice{on("2026-03-12"), {}};
  const auto by_day = f.add(written)->id;
  written.criminal_justice = CriminalJustice{{}, Text<1, 300>("final disposition")};
  const auto by_event = f.add(written)->id;
  for (const auto id : {by_day, by_event}) {
    CHECK(f.revoke(id).error().code == "not_revocable_yet");
    CHECK(f.revoke_own(id, f.ana).error().code == "not_revocable_yet");
    CHECK(f.state(id) == ConsentState::live);
  }
  CHECK(f.revoke_own(by_event, f.ana).error().detail.find("final disposition") != std::string::npos);
  for (const auto& mine : f.read([&](Snapshot& db) { return my_consents(db, f.ana, f.now()); }))
    CHECK_FALSE(mine.revocable);
  // The day begins in New York at 04:00 UTC.
  f.clock.set(parse_instant("2026-03-12T04:00:00Z").value() - 1ms);
  CHECK(f.revoke_own(by_day, f.ana).error().code == "not_revocable_yet");
  f.clock.advance(1ms);
  CHECK(f.revoke_own(by_day, f.ana).has_value());
  CHECK(f.revoke(by_event, true)->state == ConsentState::revoked);
}

TEST_CASE("who may be told: names with live consents and their kinds, nothing else, for the desk too") {
  Consents f;
  const auto told = [&](const api::Identity& who) {
    return f.read([&](Snapshot& db) { return who_may_be_told(db, who, f.ana, f.now()); });
  };
  CHECK(told(f.fred)->empty());
  REQUIRE(f.add().has_value());
  auto more = paper();
  more.kinds = {ConsentKind::enrolment, ConsentKind::attendance};
  REQUIRE(f.add(more).has_value());
  REQUIRE(f.add(paper("Acme Health Plan")).has_value());
  const auto revoked = f.add(paper("Somebody else"));
  REQUIRE(f.revoke(revoked->id).has_value());

  const auto list = told(f.fred);
  REQUIRE(list.has_value());
  CHECK(json::to_text(*list) ==
        R"([{"recipient":"Acme Health Plan","kinds":["attendance","hours"]},)"
        R"({"recipient":"Dana Ortiz, probation officer","kinds":["attendance","hours","enrolment"]}])");
  CHECK(told(f.otto).error().kind == ErrorKind::not_found);
  CHECK(told(f.ana_user).error().kind == ErrorKind::not_found);
}

TEST_CASE("consents are for who treats the client; to others there is no such client") {
  Consents f;
  const auto id = f.add()->id;
  CHECK(f.add(paper(), f.sue).has_value());
  for (const auto& who : {f.otto, f.fred, f.ana_user}) {
    CHECK(f.add(paper(), who).error().kind == ErrorKind::not_found);
    f.read([&](Snapshot& db) {
      CHECK(consents(db, who, f.ana, f.now()).error().kind == ErrorKind::not_found);
      CHECK(consent_versions(db, who, f.ana, id, f.now()).error().kind == ErrorKind::not_found);
      return true;
    });
  }
  // Another client's consent is no consent of this one's.
  f.read([&](Snapshot& db) {
    CHECK(consent_versions(db, f.cora, f.ben, id, f.now()).error().kind == ErrorKind::not_found);
    CHECK_FALSE(consent_of(db, f.ben, id, f.now()).has_value());
    return true;
  });
  CHECK(f.write([&](Transaction& tx) {
           return revoke_consent(tx, f.cora, f.actor, f.ben, id, Revocation{}, f.now());
         })
            .error()
            .kind == ErrorKind::not_found);
}

TEST_CASE("what is wrong is refused whole: nothing of it is written") {
  Consents f;
  auto written = paper();
  written.expires_on = on("2026-03-09");  // it was over at midnight
  CHECK(f.add(written).error().fields[0].code == "expired");
  CHECK(f.number("SELECT count(*) FROM consent") == 0);
  CHECK(f.number("SELECT count(*) FROM consent_version") == 0);
  CHECK(f.number("SELECT count(*) FROM stream_event") == 0);
}
