#include "app/housekeeping.hpp"

#include <doctest/doctest.h>

#include "support/store.hpp"

using namespace circled;
using namespace std::chrono_literals;

namespace {

// A job that counts its runs, and a way to wait for the next.
struct Counting : test::StoreFixture {
  std::mutex mutex;
  std::condition_variable ran;
  int runs = 0;
  std::vector<Instant> at;
  app::Housekeeping housekeeping{store, clock, {{"test.count", [this](Transaction&, Instant now) {
                                                   std::lock_guard lock(mutex);
                                                   ++runs;
                                                   at.push_back(now);
                                                   ran.notify_all();
                                                   return Result<std::int64_t>(0);
                                                 }}}};
  bool runs_reach(int wanted) {
    std::unique_lock lock(mutex);
    return ran.wait_for(lock, 60s, [&] { return runs >= wanted; });
  }
};

}  // namespace

TEST_CASE("housekeeping runs at its start, and again when it is woken for a moment that has come") {
  Counting f;
  f.housekeeping.start();
  REQUIRE(f.runs_reach(1));
  f.housekeeping.wake_at(f.now());
  REQUIRE(f.runs_reach(2));
  // One to come, and one that has: what has come is done, and the other is kept.
  f.housekeeping.wake_at(f.now() + 10min);
  f.housekeeping.wake_at(f.now());
  REQUIRE(f.runs_reach(3));
  f.clock.advance(10min);
  f.housekeeping.wake_at(f.now());  // the clock of a test moves without anybody hearing of it
  REQUIRE(f.runs_reach(4));
  f.housekeeping.stop();
  CHECK(f.at.back() == f.now());
}
