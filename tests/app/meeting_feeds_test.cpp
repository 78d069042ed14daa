// Lists of meetings, fetched from a real server on this machine.
#include <doctest/doctest.h>

#include "aftercare/lists.hpp"
#include "aftercare/meeting_feed.hpp"
#include "app/outside_feeds.hpp"
#include "app/tiny_server.hpp"
#include "support/text.hpp"

using namespace circled;
using test::contains;
using test::file_of;
using test::item;
using test::ok;
using test::TinyServer;

namespace {

struct Feeds : test::Programme {
  app::OutsideFeeds feeds{"lists", app::fetch_meetings(store, clock,
                                                       [](const std::string& url, const std::string& etag,
                                                          const std::atomic<bool>& stop) {
                                                         auto rules = app::meeting_list_rules();
                                                         rules.plain_http = rules.any_address = true;
                                                         return app::fetch(url, etag, rules, stop);
                                                       })};

  void add(const std::string& name, const std::string& url) {
    write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO meeting_feed (name, url, zone, every_hours, fetch_at, made_at) "
          "VALUES ($1, $2, 'America/New_York', 24, $3, $3)",
          name, url, now());
    });
  }
  aftercare::MeetingFeed feed(const std::string& name) {
    for (auto& one : read([](Snapshot& db) { return aftercare::meeting_feeds(db); }))
      if (one.name == name) return one;
    throw std::runtime_error("no feed " + name);
  }
};

}  // namespace

TEST_CASE("each bad list has one clear outcome, and the others go on") {
  const std::string good = file_of({item(1, 1, "10:00", "Sunday Light"), item(2, 2, "19:00")});
  const std::map<std::string, std::string> answers{
      {"html", ok("<!doctype html><title>Sign in</title>")},
      {"cut", ok(good.substr(0, good.size() - 30))},
      {"broken", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n" + good},
      {"large", "HTTP/1.1 200 OK\r\nContent-Length: 524288000\r\nConnection: close\r\n\r\n["},
      {"endless", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(65 * 1024 * 1024, ' ')},
      {"latin", ok(file_of({item(1, 1, "10:00", "Caf\xe9")}))},
      {"late", ok(file_of({item(1, 1, "25:70", "Never"), item(2, 2, "19:00", "Monday Light")}))},
      {"missing", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
      {"good", ok(good)}};
  TinyServer server([&](const std::string& request) {
    const auto name = request.substr(5, request.find(' ', 5) - 5);
    return answers.at(name);
  });
  Feeds world;
  for (const auto& [name, answer] : answers) world.add(name, server.url("/" + name));
  CHECK(world.feeds.run_once() == 9);

  const auto error = [&](const std::string& name) {
    const auto feed = world.feed(name);
    REQUIRE(feed.last.has_value());
    CHECK(feed.last->outcome == aftercare::FeedOutcome::failed);
    CHECK(feed.failures == 1);
    CHECK(feed.next_at == world.now() + std::chrono::hours(1));
    return feed.last->error;
  };
  CHECK(error("html") == "The file is a web page (HTML or XML), not the JSON of a meeting list.");
  CHECK(contains(error("cut"), "The file ends in the middle of the list"));
  CHECK(error("broken") == "The list broke off before its end.");
  CHECK(error("large") == "The list is larger than 64 MB.");
  CHECK(error("endless") == "The list is larger than 64 MB.");
  CHECK(contains(error("latin"), "The file is not UTF-8 text: byte"));
  CHECK(error("missing") == "The host answers 404.");

  const auto late = world.feed("late");
  CHECK(late.last->outcome == aftercare::FeedOutcome::taken);
  CHECK(late.last->rows == 2);
  CHECK(late.last->taken == 1);
  CHECK(late.last->refused == 1);
  REQUIRE(late.last->refusals.size() == 1);
  CHECK(late.last->refusals[0].row == 1);
  CHECK(late.last->refusals[0].name == "Never");
  CHECK(late.last->refusals[0].reason == "its start '25:70:00' is no time of day");
  CHECK(late.next_at == world.now() + std::chrono::hours(24));
  CHECK(world.feed("good").last->added == 2);
  CHECK(world.number("SELECT COUNT(*) FROM meeting") == 3);
}

TEST_CASE("a list that has not changed is not read again; one that fails keeps what it had") {
  bool broken = false;
  TinyServer server([&](const std::string& request) {
    if (broken) return ok("<html>");
    if (contains(request, "If-None-Match: \"v1\""))
      return std::string("HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n");
    return ok(file_of({item(1, 1, "10:00"), item(2, 2, "19:00")}), "ETag: \"v1\"\r\n");
  });
  Feeds world;
  world.add("area", server.url("/list"));
  CHECK(world.feeds.run_once() == 1);
  CHECK(contains(server.requests().at(0), "Accept: application/json"));
  CHECK(!contains(server.requests().at(0), "ircled"));
  CHECK(world.feeds.run_once() == 0);
  world.clock.advance(std::chrono::hours(24));
  CHECK(world.feeds.run_once() == 1);
  CHECK(world.feed("area").last->outcome == aftercare::FeedOutcome::unchanged);
  broken = true;
  world.clock.advance(std::chrono::hours(24));
  CHECK(world.feeds.run_once() == 1);
  CHECK(world.feed("area").last->outcome == aftercare::FeedOutcome::failed);
  world.clock.advance(std::chrono::hours(1));
  CHECK(world.feeds.run_once() == 1);
  CHECK(world.feed("area").failures == 2);
  CHECK(world.feed("area").next_at == world.now() + std::chrono::hours(2));
  CHECK(world.number("SELECT COUNT(*) FROM meeting WHERE gone_at IS NULL") == 2);
  broken = false;
  world.clock.advance(std::chrono::hours(2));
  CHECK(world.feeds.run_once() == 1);
  CHECK(world.feed("area").failures == 0);
}

TEST_CASE("a list cut to a few meetings is refused, until it is fetched with fewer allowed") {
  int meetings = 40;
  TinyServer server([&](const std::string&) {
    std::vector<boost::json::object> items;
    for (int id = 1; id <= meetings; ++id) items.push_back(item(id, id % 7 + 1, "12:00"));
    return ok(file_of(items));
  });
  Feeds world;
  world.add("area", server.url("/list"));
  world.feeds.run_once();
  meetings = 3;
  world.clock.advance(std::chrono::hours(24));
  world.feeds.run_once();
  CHECK(contains(world.feed("area").last->error, "lacks 37 of the list's 40 meetings"));
  CHECK(world.number("SELECT COUNT(*) FROM meeting WHERE gone_at IS NULL") == 40);
  const auto id = world.feed("area").id;
  world.store
      .write_now(
          "test",
          [&](Transaction& tx) { return aftercare::fetch_meeting_feed(tx, {}, id, {true}, world.now()); })
      .value();
  CHECK(world.feeds.run_once() == 1);
  CHECK(world.feed("area").last->gone == 37);
  // Once only.
  CHECK(world.number("SELECT COUNT(*) FROM meeting_feed WHERE allow_shrink") == 0);
}
