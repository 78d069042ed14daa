#include "aftercare/meeting_feed.hpp"

#include <doctest/doctest.h>

#include "aftercare/aftercare.hpp"

using namespace circled;
using namespace circled::aftercare;
using test::code;

namespace {

struct Kept : test::Programme {
  Result<MeetingFeed> add(const std::string& name, const std::string& url, const std::string& zone = {}) {
    NewMeetingFeed wanted{Text<1, 100>(name), Text<1, 2000>(url), {}, {}};
    if (!zone.empty()) wanted.zone = Text<1, 60>(zone);
    return store.write_now("test", [&](Transaction& tx) { return add_meeting_feed(tx, {}, wanted, now()); });
  }
  std::vector<DueMeetingFeed> claim() {
    return store
        .claim_now("test",
                   [&](Transaction& tx) -> Result<std::vector<DueMeetingFeed>> {
                     return claim_due_meeting_feed(tx, now());
                   })
        .value();
  }
  void keep(const DueMeetingFeed& due, const FeedResult& result) {
    store.write_now("test", [&](Transaction& tx) { return keep_run(tx, due, result, now()); }).value();
  }
};

}  // namespace

TEST_CASE("which addresses a list may have") {
  Kept world;
  CHECK(code(world.add("a", "http://lists.example/x")) == "not_an_address");
  CHECK(code(world.add("a", "webcal://lists.example/x")) == "not_an_address");
  CHECK(code(world.add("a", "https://127.0.0.1/x")) == "private_address");
  CHECK(code(world.add("a", "https://user:pass@lists.example/x")) == "not_an_address");
  CHECK(code(world.add("a", "https://lists.example/x", "Mars/Base")) == "unknown_zone");
  const auto made = world.add("a", "https://lists.example/x?k=1", "America/Chicago").value();
  CHECK(made.every_hours == 24);
  CHECK(made.next_at == world.now());
  CHECK_FALSE(made.last);
  CHECK(code(world.add("a", "https://lists.example/y")) == "name_taken");
}

TEST_CASE("who fetches has it for half an hour; then another may") {
  Kept world;
  world.add("a", "https://lists.example/x").value();
  world.add("b", "https://lists.example/y").value();
  CHECK(world.claim().at(0).name == "a");
  CHECK(world.claim().at(0).name == "b");
  CHECK(world.claim().empty());
  world.clock.advance(Minutes(30));
  CHECK(world.claim().size() == 1);
}

TEST_CASE("reports are kept, twenty of each list; what was removed meanwhile leaves none") {
  Kept world;
  world.add("a", "https://lists.example/x").value();
  const auto due = world.claim().at(0);
  FeedResult taken;
  taken.report.emplace();
  taken.report->rows = 30;
  taken.etag = "\"v1\"";
  for (int row = 1; row <= 25; ++row) taken.report->refused.push_back({row, "k", "n", "it has no name"});
  world.keep(due, taken);
  CHECK(world.number("SELECT COUNT(*) FROM meeting_feed WHERE etag = '\"v1\"'") == 1);
  FeedResult failed;
  failed.error = "The host cannot be reached.";
  for (int run = 0; run < 19; ++run) world.keep(due, failed);
  const auto runs = [&] { return world.read([&](Snapshot& db) { return feed_runs(db, due.id); }); };
  REQUIRE(runs()->size() == 20);
  CHECK(runs()->back().refused == 25);
  CHECK(runs()->back().refusals.size() == kept_refusals);
  CHECK(runs()->back().refusals.front().reason == "it has no name");
  world.keep(due, failed);
  CHECK(runs()->size() == 20);
  CHECK(runs()->back().outcome == FeedOutcome::failed);
  CHECK(world.number("SELECT COUNT(*) FROM meeting_feed WHERE etag = '\"v1\"'") == 1);

  const auto remove = [&] {
    return world.store.write_now(
        "test", [&](Transaction& tx) { return remove_meeting_feed(tx, {}, due.id, world.now()); });
  };
  REQUIRE(remove().has_value());
  world.keep(due, taken);
  CHECK(code(runs()) == "not_found");
  CHECK(code(remove()) == "not_found");
  CHECK(world.number("SELECT COUNT(*) FROM meeting_feed_run") == 0);
}

TEST_CASE("a list that fails waits longer each time, and never longer than its own time") {
  const auto wait = [](std::int64_t failures, std::int64_t every) {
    return wait_after_feed_failures(failures, every).count();
  };
  CHECK(wait(1, 24) == 1);
  CHECK(wait(2, 24) == 2);
  CHECK(wait(3, 24) == 4);
  CHECK(wait(5, 24) == 16);
  CHECK(wait(50, 24) == 16);
  CHECK(wait(50, 6) == 6);
  CHECK(wait(3, 1) == 1);
}
