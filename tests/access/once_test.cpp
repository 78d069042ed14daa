#include "access/once.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "support/store.hpp"

using namespace circled;
using namespace circled::access;

namespace {

struct Thing {
  std::int64_t number = 0;
  BOOST_DESCRIBE_CLASS(Thing, (), (number), (), ())
};

// A route that creates: each run answers the next number.
struct Route : test::Programme {
  api::Identity who;
  std::atomic<int> runs = 0;

  Route() {
    who.account = write([this](Transaction& tx) { return test::add_account(tx, counselor); });
  }

  api::Request request(std::string key, std::string body, std::string target = "/things") {
    api::Request r;
    r.method = api::Method::post;
    r.target = std::move(target);
    r.body = std::move(body);
    if (!key.empty()) r.headers.emplace_back("Idempotency-Key", std::move(key));
    return r;
  }

  Result<api::Reply<Thing>> post(const api::Request& r, std::string_view route = "POST /things") {
    api::Call call{r, route, {}, now()};
    return write([&](Transaction& tx) {
      return once(tx, call, who, [&]() -> Result<api::Reply<Thing>> {
        const int number = ++runs;
        api::Reply<Thing> reply(Thing{number}, 201);
        reply.etag = "1";
        reply.location = "/things/" + std::to_string(number);
        return reply;
      });
    });
  }
};

}  // namespace

TEST_CASE("the same key and body get the first answer, word for word") {
  Route route;
  const auto request = route.request("k1", R"({"a":1})");
  const auto first = route.post(request);
  REQUIRE(first);
  CHECK_FALSE(first->replayed);
  const auto again = route.post(request);
  REQUIRE(again);
  CHECK(again->replayed);
  CHECK(again->status == 201);
  CHECK(again->etag == "1");
  CHECK(again->location == "/things/1");
  CHECK(again->stored == R"({"number":1})");
  CHECK(route.runs == 1);
}

TEST_CASE("without a key nothing is remembered") {
  Route route;
  const auto request = route.request("", "{}");
  CHECK(route.post(request)->body.number == 1);
  CHECK(route.post(request)->body.number == 2);
  CHECK(route.number("SELECT count(*) FROM idempotency") == 0);
}

TEST_CASE("a key that comes back with another request is refused") {
  Route route;
  REQUIRE(route.post(route.request("k1", R"({"a":1})")));
  const auto refused = [&](const api::Request& request) {
    const auto answer = route.post(request);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::invalid);  // 422
    CHECK(answer.error().code == "key_reused");
  };
  refused(route.request("k1", R"({"a":2})"));
  // The row of the route table is the same, the object is not.
  refused(route.request("k1", R"({"a":1})", "/things?of=2"));
  CHECK(route.runs == 1);
}

TEST_CASE("a key belongs to one account and one route") {
  Route route;
  const auto request = route.request("k1", "{}");
  REQUIRE(route.post(request));
  CHECK(route.post(request, "POST /others")->body.number == 2);
  route.who.account =
      route.write([&](Transaction& tx) { return test::add_account(tx, route.other_counselor); });
  CHECK(route.post(request)->body.number == 3);
}

TEST_CASE("a key is good for 24 hours") {
  Route route;
  const auto request = route.request("k1", "{}");
  REQUIRE(route.post(request));
  route.clock.advance(std::chrono::hours(24) - Milliseconds(1));
  CHECK(route.post(request)->replayed);
  route.clock.advance(Milliseconds(1));
  const auto fresh = route.post(request);
  CHECK_FALSE(fresh->replayed);
  CHECK(fresh->body.number == 2);
  // … and the new answer is the one that is remembered from here on.
  CHECK(route.post(request)->stored == R"({"number":2})");
}

TEST_CASE("a refusal is not remembered") {
  Route route;
  const auto request = route.request("k1", "{}");
  api::Call call{request, "POST /things", {}, route.now()};
  const auto refused = route.write([&](Transaction& tx) {
    return once(tx, call, route.who, []() -> Result<api::Reply<Thing>> { return conflict("full", "Full."); });
  });
  CHECK_FALSE(refused);
  CHECK(route.post(request)->body.number == 1);
}

TEST_CASE("access is checked again before a replay: once stands behind the check") {
  Route route;
  bool allowed = true;
  const auto request = route.request("k1", "{}");
  const auto post = [&] {
    api::Call call{request, "POST /things", {}, route.now()};
    return route.write([&](Transaction& tx) -> Result<api::Reply<Thing>> {
      if (!allowed) return not_found("client");
      return once(tx, call, route.who,
                  [&]() -> Result<api::Reply<Thing>> { return api::Reply<Thing>(Thing{1}, 201); });
    });
  };
  REQUIRE(post());
  allowed = false;
  CHECK(post().error().kind == ErrorKind::not_found);
}

TEST_CASE("an answer without a body is replayed as one") {
  Route route;
  const auto request = route.request("k1", "{}");
  api::Call call{request, "POST /done", {}, route.now()};
  int runs = 0;
  const auto post = [&] {
    return route.write([&](Transaction& tx) {
      return once(tx, call, route.who, [&]() -> Result<api::Reply<>> {
        ++runs;
        return api::Reply<>{};
      });
    });
  };
  REQUIRE(post());
  const auto again = post();
  CHECK(again->replayed);
  CHECK(again->status == 204);
  CHECK(runs == 1);
}

TEST_CASE("of many that send the same key at once, one counts") {
  Route route;
  const auto request = route.request("k1", "{}");
  std::atomic<int> replayed = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      if (route.post(request)->replayed) ++replayed;
    });
  threads.clear();
  // An engine may run one again that lost against another; what it did the first time is gone.
  CHECK(replayed == 7);
  CHECK(route.number("SELECT count(*) FROM idempotency") == 1);
}
