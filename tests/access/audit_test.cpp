#include "access/audit.hpp"

#include <doctest/doctest.h>

#include "support/run.hpp"
#include "support/store.hpp"

using namespace circled;
using namespace circled::access;

namespace {

const std::string sealing_key(32, 'k');

// Five entries in three batches, sealed as the server seals them.
struct SealedTrail : test::Programme {
  AccountId account;

  SealedTrail() {
    store.before_commit = [](Transaction& tx) { seal(tx, sealing_key); };
    account = write([this](Transaction& tx) { return test::add_account(tx, counselor); });
    write([this](Transaction& tx) {
      audit(tx, {account, "r1"}, "session.book", "session", 41, now(), {{"clients", 1}});
      audit(tx, {account, "r1"}, "session.move", "session", 41, now());
    });
    write([this](Transaction& tx) { audit(tx, {}, "meetings.import", "meeting_list", 1, now()); });
    write([this](Transaction& tx) {
      audit(tx, {account, "r2"}, "session.cancel", "session", 41, now());
      audit(tx, {account, "r2"}, "session.book", "session", 42, now());
    });
    wait_until_sealed();
  }

  ChainReport verify(std::string_view with = sealing_key) {
    return read([&](Snapshot& db) { return verify_chain(db, with); });
  }

  // What somebody with the file and without the key can do.
  void tamper(const std::string& sql) {
    place.run_outside(test::on_postgres() ? "ALTER TABLE audit DISABLE TRIGGER USER;" + sql
                                          : "DROP TRIGGER audit_is_kept; DROP TRIGGER audit_is_fixed;" + sql);
  }
};

}  // namespace

TEST_CASE("a trail that nobody touched verifies, whole and sealed") {
  SealedTrail trail;
  const auto report = trail.verify();
  CHECK(report.entries == 5);
  CHECK(report.unsealed == 0);
  CHECK(report.problems.empty());
}

TEST_CASE("an empty trail verifies") {
  test::StoreFixture fixture;
  const auto report = fixture.read([](Snapshot& db) { return verify_chain(db, sealing_key); });
  CHECK(report.entries == 0);
  CHECK(report.problems.empty());
}

TEST_CASE("the schema refuses to change or delete an entry") {
  SealedTrail trail;
  const auto attempt = [&](const char* sql) { trail.write([sql](Transaction& tx) { tx.run(sql); }); };
  CHECK_THROWS(attempt("DELETE FROM audit WHERE id = 2"));
  CHECK_THROWS(attempt("UPDATE audit SET subject_id = 43 WHERE id = 2"));
  CHECK_THROWS(attempt("UPDATE audit SET seal = 'x' WHERE id = 2"));
  CHECK(trail.verify().problems.empty());
}

TEST_CASE("every way to tamper with the file shows") {
  SealedTrail trail;
  std::string problem = "entry 2 was changed";
  SUBCASE("another subject") { trail.tamper("UPDATE audit SET subject_id = 99 WHERE id = 2"); }
  SUBCASE("another time") { trail.tamper("UPDATE audit SET at = at + 1 WHERE id = 2"); }
  SUBCASE("another person") { trail.tamper("UPDATE audit SET account_id = NULL WHERE id = 2"); }
  SUBCASE("text moved from one field to the next") {
    trail.tamper("UPDATE audit SET action = 'session.mov', subject_kind = 'esession' WHERE id = 2");
  }
  SUBCASE("an entry taken out") {
    trail.tamper("DELETE FROM audit WHERE id = 3");
    problem = "missing from the chain before entry 4: 1";
  }
  SUBCASE("an entry taken out, the gap closed") {
    trail.tamper(
        "DELETE FROM audit WHERE id = 3; UPDATE audit SET position = position - 1 WHERE position > 3;");
    problem = "entry 4 was changed, or does not follow";
  }
  SUBCASE("the tail cut off") {
    trail.tamper("DELETE FROM audit WHERE id >= 4");
    problem = "missing at its end";
  }
  SUBCASE("the tail cut off, the end moved") {
    trail.tamper("DELETE FROM audit WHERE id >= 4; UPDATE audit_end SET position = 3;");
    problem = "missing at its end";
  }
  SUBCASE("all of it gone") {
    trail.tamper("DELETE FROM audit");
    problem = "missing at its end";
  }
  SUBCASE("an entry put in between") {
    trail.tamper(
        "UPDATE audit SET position = -position - 1 WHERE position > 2; UPDATE audit SET position = -position "
        "WHERE "
        "position < 0; INSERT INTO audit (at, action, subject_kind, subject_id, detail, request_id, "
        "position, seal) "
        "VALUES (0, 'session.book', 'session', 7, '{}', '', 3, 'made up')");
    problem = "entry 6 was changed, or does not follow";
  }
  const auto report = trail.verify();
  REQUIRE_FALSE(report.problems.empty());
  CHECK(report.problems.front().find(problem) != std::string::npos);
}

TEST_CASE("a chain sealed under another key does not verify") {
  SealedTrail trail;
  CHECK(trail.verify(std::string(32, 'x')).problems.size() == 6);  // five entries and the end
}

TEST_CASE("entries that are not sealed yet are counted, and sealed by the next batch") {
  test::Programme fixture;
  fixture.write([&](Transaction& tx) { audit(tx, {}, "a.b", "a", 1, fixture.now()); });
  auto report = fixture.read([](Snapshot& db) { return verify_chain(db, sealing_key); });
  CHECK(report.entries == 1);
  CHECK(report.unsealed == 1);
  CHECK(report.problems.empty());

  fixture.write([](Transaction& tx) { seal(tx, sealing_key); });
  fixture.write([](Transaction& tx) { seal(tx, sealing_key); });
  report = fixture.read([](Snapshot& db) { return verify_chain(db, sealing_key); });
  CHECK(report.entries == 1);
  CHECK(report.unsealed == 0);
  CHECK(report.problems.empty());
}

TEST_CASE("a refused operation leaves no entry, but what it says after its refusal stays") {
  SealedTrail trail;
  auto refused = trail.write([&](Transaction& tx) -> Result<bool> {
    audit(tx, {}, "session.book", "session", 50, trail.now());
    tx.after_refusal(
        [at = trail.now()](Transaction& after) { audit(after, {}, "sign_in.fail", "account", 0, at); });
    return conflict("no", "No.");
  });
  CHECK_FALSE(refused);
  CHECK(trail.number("SELECT count(*) FROM audit WHERE subject_id = 50") == 0);
  CHECK(trail.number("SELECT count(*) FROM audit WHERE action = 'sign_in.fail'") == 1);
  trail.wait_until_sealed();
  CHECK(trail.verify().problems.empty());
  CHECK(trail.verify().unsealed == 0);
}

TEST_CASE("views of one record by one caller within 15 minutes are one entry") {
  SealedTrail trail;
  const auto other =
      trail.write([&](Transaction& tx) { return test::add_account(tx, trail.other_counselor); });
  const auto views = [&] { return trail.number("SELECT count(*) FROM audit WHERE action = 'client.view'"); };
  const auto view = [&](AccountId who, ClientId client) {
    trail.write([&](Transaction& tx) { audit_view(tx, {who, "r"}, "client.view", client, trail.now()); });
  };
  view(trail.account, trail.ana);
  view(trail.account, trail.ana);
  CHECK(views() == 1);
  view(trail.account, trail.ben);
  CHECK(views() == 2);
  view(other, trail.ana);
  CHECK(views() == 3);
  trail.clock.advance(std::chrono::minutes(15) - Milliseconds(1));
  view(trail.account, trail.ana);
  CHECK(views() == 3);
  trail.clock.advance(Milliseconds(1));
  view(trail.account, trail.ana);
  CHECK(views() == 4);

  // The same for a route that only reads.
  const auto record = [&] {
    return test::run(record_view(trail.store, {trail.account, "r"}, "client.view", trail.ana, trail.now()));
  };
  CHECK(record());
  CHECK(views() == 4);
  trail.clock.advance(std::chrono::minutes(15));
  CHECK(record());
  CHECK(record());
  CHECK(views() == 5);
}
