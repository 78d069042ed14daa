#include "access/throttle.hpp"

#include <doctest/doctest.h>

#include "support/store.hpp"

using namespace circled;
using namespace circled::access;

namespace {

// Two failures are free, then 1 s, 2 s, 4 s … up to 10 s; forgotten after a minute.
constexpr Patience patience{"test", 2, 1s, 10s, 60s};

struct Tries : test::StoreFixture {
  // The seconds to wait, or zero when the try was let through (and counted as failed).
  std::int64_t fail(std::string_view who = "x") {
    auto taken = write([&](Transaction& tx) { return take_try(tx, patience, who, now()); });
    if (taken) return 0;
    CHECK(taken.error().kind == ErrorKind::throttled);
    return taken.error().retry_after_s;
  }
  std::int64_t failures() { return number("SELECT COALESCE(sum(failures), 0) FROM throttle"); }
};

}  // namespace

TEST_CASE("the wait doubles with each failure, and has an end") {
  const std::pair<int, int> seconds_after[] = {{0, 0}, {1, 0}, {2, 0},  {3, 1},  {4, 2},
                                               {5, 4}, {6, 8}, {7, 10}, {8, 10}, {1000, 10}};
  for (const auto& [failures, seconds] : seconds_after) {
    CAPTURE(failures);
    CHECK(wait_after(patience, failures) == Seconds(seconds));
  }
}

TEST_CASE("the real ones: nobody waits longer than a minute") {
  for (const Patience& real : {per_login, per_address, per_enrolling_address}) {
    CHECK(wait_after(real, real.free) == Seconds(0));
    CHECK(wait_after(real, real.free + 1) == Seconds(1));
    CHECK(wait_after(real, 1'000'000) == Seconds(60));
  }
}

TEST_CASE("tries wait, waiting is not counted, and time lets the next one through") {
  Tries tries;
  CHECK(tries.fail() == 0);
  CHECK(tries.fail() == 0);
  CHECK(tries.fail() == 0);  // the third failure: from here on it waits
  CHECK(tries.fail() == 1);
  CHECK(tries.fail() == 1);
  CHECK(tries.failures() == 3);
  tries.clock.advance(999ms);
  CHECK(tries.fail() == 1);
  tries.clock.advance(1ms);
  CHECK(tries.fail() == 0);  // the fourth
  CHECK(tries.fail() == 2);
  CHECK(tries.fail("somebody else") == 0);
}

TEST_CASE("a try that succeeded is given back; a success forgets the login's failures") {
  Tries tries;
  for (int i = 0; i < 3; ++i) tries.fail();
  CHECK(tries.fail() == 1);
  tries.write([](Transaction& tx) { give_back(tx, patience, "x"); });
  CHECK(tries.failures() == 2);
  CHECK(tries.fail() == 0);
  CHECK(tries.fail() == 1);
  tries.write([](Transaction& tx) { forget_failures(tx, patience, "x"); });
  CHECK(tries.failures() == 0);
  CHECK(tries.fail() == 0);
}

TEST_CASE("giving back what was never taken counts nothing below zero") {
  Tries tries;
  tries.write([](Transaction& tx) { give_back(tx, patience, "x"); });
  tries.fail();
  tries.write([](Transaction& tx) {
    give_back(tx, patience, "x");
    give_back(tx, patience, "x");
  });
  CHECK(tries.failures() == 0);
}

TEST_CASE("failures are forgotten after a while") {
  Tries tries;
  for (int i = 0; i < 3; ++i) tries.fail();
  tries.clock.advance(60s);
  for (int i = 0; i < 3; ++i) CHECK(tries.fail() == 0);
  CHECK(tries.fail() == 1);
}

TEST_CASE("an address is counted as one customer's") {
  // RFC 6177 §2: a site has a /64 at the least.
  CHECK(address_group("192.0.2.7") == "192.0.2.7");
  CHECK(address_group("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
  CHECK(address_group("2001:db8:1:2::9") == "2001:db8:1:2::/64");
  CHECK(address_group("::ffff:192.0.2.7") == "192.0.2.7");
  CHECK(address_group("") == "");
}
