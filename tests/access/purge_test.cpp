#include "access/purge.hpp"

#include <doctest/doctest.h>

#include "access/fixture.hpp"
#include "access/throttle.hpp"

using namespace circled;
using namespace circled::access;

namespace {

std::int64_t purge_once(test::StoreFixture& p) {
  return p.write([&](Transaction& tx) { return purge::run_once(tx, p.now()); });
}

}  // namespace

TEST_CASE("what is kept for a while goes after that while, and not before") {
  test::AccessProgramme p;
  p.write([&](Transaction& tx) {
    tx.run(
        "INSERT INTO idempotency (account_id, route, key, body_hash, status, etag, location, body, at) "
        "VALUES ($1, 'POST /x', 'k', '', 201, '', '', '', $2)",
        p.cora, p.now());
    count_failure(tx, per_address, "192.0.2.1", p.now());  // forgotten after an hour
    tx.run("INSERT INTO enrolment_code (code_hash, client_id, made_by, expires_at) VALUES ('h', $1, $2, $3)",
           p.ana, p.cora, p.now());
  });
  const auto rows = [&](const char* sql) { return p.number(sql); };
  CHECK(purge_once(p) == 0);

  p.clock.advance(std::chrono::hours(1) - Milliseconds(1));
  CHECK(purge_once(p) == 0);
  p.clock.advance(Milliseconds(1));
  CHECK(purge_once(p) == 1);
  CHECK(rows("SELECT count(*) FROM throttle") == 0);

  p.clock.advance(std::chrono::hours(23) - Milliseconds(1));
  CHECK(purge_once(p) == 0);
  p.clock.advance(Milliseconds(1));
  CHECK(purge_once(p) == 2);
  CHECK(rows("SELECT count(*) FROM idempotency") == 0);
  CHECK(rows("SELECT count(*) FROM enrolment_code") == 0);
  CHECK(purge_once(p) == 0);
}

TEST_CASE("a sign-in that expires closes its live connections, and its row goes 30 days later") {
  test::AccessProgramme p;
  const auto granted = p.granted(p.cora);
  p.take_committed();
  p.clock.advance(shift - Milliseconds(1));
  CHECK(purge_once(p) == 0);
  p.clock.advance(Milliseconds(1));
  CHECK(purge_once(p) == 1);
  const auto hints = p.take_committed().hints;
  REQUIRE(hints.size() == 1);
  CHECK(hints[0].kind == "sign_in.revoked");
  CHECK(hints[0].id == granted.identity.sign_in.value);
  CHECK(purge_once(p) == 0);

  p.clock.advance(std::chrono::hours(24 * 30) - Milliseconds(1));
  CHECK(purge_once(p) == 0);
  p.clock.advance(Milliseconds(1));
  CHECK(purge_once(p) == 1);
  CHECK(p.number("SELECT count(*) FROM sign_in") == 0);
}

TEST_CASE("a great heap goes in small batches") {
  test::AccessProgramme p;
  p.write([&](Transaction& tx) {
    for (int i = 0; i < 1200; ++i) count_failure(tx, per_address, std::to_string(i), p.now());
  });
  p.clock.advance(std::chrono::hours(1));
  CHECK(purge_once(p) == 500);
  CHECK(purge_once(p) == 500);
  CHECK(purge_once(p) == 200);
  CHECK(purge_once(p) == 0);
}
