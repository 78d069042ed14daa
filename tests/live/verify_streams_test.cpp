// A stream is checked for what readers rely on: every number above what is pruned, up to the last.
#include "live/verify_streams.hpp"

#include <doctest/doctest.h>

#include "support/store.hpp"

using namespace circled;

namespace {

struct Streams : test::Programme {
  // Events with these numbers, in a stream that says so of its ends.
  live::StreamsReport verify(std::int64_t pruned, std::int64_t last, std::vector<std::int64_t> numbers) {
    write([&](Transaction& tx) {
      tx.run("INSERT INTO stream (person_id, last_seq, pruned_seq) VALUES ($1, $2, $3)", ana, last, pruned);
      for (const auto n : numbers)
        tx.run("INSERT INTO stream_event (person_id, seq, at, body) VALUES ($1, $2, 0, '')", ana, n);
    });
    return read([](Snapshot& db) { return live::verify_streams(db); });
  }
};

}  // namespace

TEST_CASE_FIXTURE(Streams, "streams that are whole") {
  SUBCASE("none") {
    CHECK(read([](Snapshot& db) { return live::verify_streams(db); }).streams == 0);
  }
  SUBCASE("one without events") { CHECK(verify(0, 0, {}).problems.empty()); }
  SUBCASE("all there ever were") {
    const auto report = verify(0, 3, {1, 2, 3});
    CHECK(report.problems.empty());
    CHECK(report.streams == 1);
    CHECK(report.events == 3);
  }
  SUBCASE("the older ones pruned") { CHECK(verify(5, 7, {6, 7}).problems.empty()); }
  SUBCASE("all pruned") { CHECK(verify(7, 7, {}).problems.empty()); }
  SUBCASE("one left below what is pruned, for pruning goes by age") {
    CHECK(verify(5, 7, {3, 6, 7}).problems.empty());
  }
}

TEST_CASE_FIXTURE(Streams, "streams that are not") {
  SUBCASE("a gap") { CHECK(verify(0, 3, {1, 3}).problems.size() == 1); }
  SUBCASE("a gap at the beginning") { CHECK(verify(2, 5, {4, 5}).problems.size() == 1); }
  SUBCASE("cut off at the end") { CHECK(verify(0, 3, {1, 2}).problems.size() == 1); }
  SUBCASE("longer than it says") { CHECK(verify(0, 2, {1, 2, 3}).problems.size() == 1); }
  SUBCASE("a gap and as many beyond the end") { CHECK(verify(0, 3, {1, 2, 4}).problems.size() == 1); }
  SUBCASE("nothing of what it says") { CHECK(verify(0, 3, {}).problems.size() == 1); }
  SUBCASE("events without a stream") {
    write([&](Transaction& tx) {
      tx.run("INSERT INTO stream_event (person_id, seq, at, body) VALUES ($1, 1, 0, '')", ben);
    });
    const auto report = read([](Snapshot& db) { return live::verify_streams(db); });
    REQUIRE(report.problems.size() == 1);
    CHECK(report.problems.front().find(std::to_string(ben.value)) != std::string::npos);
  }
}
