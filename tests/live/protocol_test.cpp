#include <doctest/doctest.h>

#include "live/stream.hpp"
#include "support.hpp"

namespace circled::live {
namespace {

using namespace std::chrono_literals;

constexpr const char* uuid = "0b8d5c0e-9a51-4c0f-8a34-0f1f6b6d2a01";

struct Echo {
  std::int64_t number;
};
BOOST_DESCRIBE_STRUCT(Echo, (), (number))

struct Limited : LiveFixture {
  static Options bounds() {
    Options options = quick();
    options.messages_per_second = 2;
    options.messages_at_once = 3;
    options.hints = 2;
    return options;
  }
  Limited() : LiveFixture(bounds()) {}
};

}  // namespace

TEST_CASE_FIXTURE(LiveFixture, "nobody gets in without a good sign-in") {
  auto stranger = hello(ana);
  CHECK(stranger->closed_with == 1008);
  auto silent = connect();
  silent->say(R"({"type":"ack","seq":1})");
  CHECK(silent->closed_with == 1008);

  const auto who = sign_in(ana, api::Role::client);
  write([&](Transaction& tx) { tx.run("UPDATE sign_in SET revoked_at = 1 WHERE id = $1", who.sign_in); });
  auto revoked = hello(ana);  // the token was looked up before it was revoked
  CHECK(revoked->closed_with == 1008);
}

TEST_CASE_FIXTURE(LiveFixture, "a cookie is enough, from our own pages only") {
  cookie = sign_in(ana, api::Role::client);
  cookie->by_cookie = true;
  auto device = connect();
  device->say(R"({"type":"hello"})");
  CHECK(device->take()->at("type") == "welcome");
  same_origin = false;
  CHECK(connect() == nullptr);
}

TEST_CASE_FIXTURE(LiveFixture, "who does not say hello in ten seconds is closed") {
  auto device = connect();
  clock.advance(10s - 1ms);
  hub->shard(0).sweep(now());
  CHECK(device->closed_with == 0);
  clock.advance(1ms);
  hub->shard(0).sweep(now());
  CHECK(device->closed_with == 1008);
}

TEST_CASE_FIXTURE(LiveFixture, "an open dashboard is noted while it is open, and no client is") {
  const auto watched = [this](PersonId person) {
    return read([&](Snapshot& db) { return watches(db, person, now()); });
  };
  sign_in(counselor, api::Role::counselor, site);
  sign_in(ana, api::Role::client);
  CHECK(!watched(counselor));
  auto phone = hello(ana);
  auto dashboard = hello(counselor);
  until([&] { return watched(counselor); });
  CHECK(!watched(ana));
  CHECK(!watched(other_counselor));

  clock.advance(49s);
  hub->shard(0).sweep(now());  // noted again: the last note is old enough
  settle();
  write([](Transaction&) {});  // what was asked for is written
  clock.advance(49s);
  CHECK(watched(counselor));
  dashboard->drop();
  clock.advance(1s);
  hub->shard(0).sweep(now());
  settle();
  write([](Transaction&) {});
  CHECK(!watched(counselor));
  CHECK(!watched(ana));
}

TEST_CASE_FIXTURE(LiveFixture, "a connection ends with its sign-in, and only that one") {
  const auto who = sign_in(ana, api::Role::client);
  auto device = hello(ana);
  sign_in(ana, api::Role::client);
  auto other = hello(ana);
  write([&](Transaction& tx) { tx.hint({"sign_in.revoked", who.sign_in.value, {}, store::Hint::internal}); });
  settle();
  CHECK(device->closed_with == 1008);
  CHECK(other->closed_with == 0);
  clock.advance(1h);
  hub->shard(0).sweep(now());
  CHECK(other->closed_with == 1008);
}

TEST_CASE_FIXTURE(LiveFixture,
                  "what is not of this protocol closes with 1007, what it does not know does not") {
  sign_in(ana, api::Role::client);
  for (const char* broken : {"{", "[]", "7", R"({"kind":"hello"})", R"({"type":7})"}) {
    CAPTURE(broken);
    auto device = hello(ana);
    device->say(broken);
    CHECK(device->closed_with == 1007);
  }
  auto device = hello(ana);
  device->take_all();
  device->say(R"({"type":"sing","id":"x"})");
  const auto frame = device->take().value();
  CHECK(frame.at("type") == "problem");
  CHECK(frame.at("id") == "x");
  CHECK(frame.at("status") == 422);
  CHECK(frame.at("problem") == "urn:circled:problem:invalid");
  device->say(R"({"type":"hello"})");
  CHECK(device->take()->at("status") == 409);
  CHECK(device->closed_with == 0);
}

TEST_CASE_FIXTURE(LiveFixture, "a wrong hello is told what is wrong, and may try again") {
  sign_in(ana, api::Role::client);
  auto device = connect();
  device->say(R"({"type":"hello","after":-1,"token":"x"})");
  CHECK(device->take()->at("errors").at(0).at("pointer") == "/after");
  device->say(R"({"type":"hello","befor":1})");
  CHECK(device->take()->at("errors").at(0).at("code") == "unknown_field");
  device->say(R"({"type":"hello","token":")" + std::to_string(ana.value) + R"("})");
  CHECK(device->take()->at("type") == "welcome");
}

TEST_CASE_FIXTURE(Limited, "whoever talks too much is closed with 1008") {
  sign_in(ana, api::Role::client);
  auto device = hello(ana);
  device->say(R"({"type":"x"})");
  device->say(R"({"type":"x"})");
  CHECK(device->closed_with == 0);
  clock.advance(500ms);  // earns one more
  device->say(R"({"type":"x"})");
  CHECK(device->closed_with == 0);
  device->say(R"({"type":"x"})");
  CHECK(device->closed_with == 1008);
}

TEST_CASE_FIXTURE(LiveFixture,
                  "an acknowledgement is kept for its device, told to the reminders, and never ahead") {
  const auto who = sign_in(ana, api::Role::client);
  auto device = hello(ana, 0);
  tell(ana, 3);
  settle();
  device->say(R"({"type":"ack","seq":1})");
  device->take();                              // the welcome
  CHECK(device->take()->at("status") == 422);  // nothing was sent yet
  device->take_all();
  device->say(R"({"type":"ack","seq":2})");
  device->say(R"({"type":"ack","seq":3})");
  device->say(R"({"type":"ack","seq":1})");
  until([&] { return number("SELECT acknowledged_seq FROM sign_in WHERE id = $1", who.sign_in) == 3; });
  CHECK(device->take_all().empty());
  REQUIRE(!acknowledged.empty());
  CHECK(acknowledged.back() == std::pair(PersonId(ana), std::int64_t(3)));
}

TEST_CASE_FIXTURE(LiveFixture, "a command is answered under its id, by a result or by a problem") {
  commands.add("echo",
               [](const CommandCall& call, const api::ClientUser&, const Echo& body) -> Task<Result<Echo>> {
                 CHECK(call.id == uuid);
                 if (body.number == 1) co_return conflict("odd_number", "That is an odd number.");
                 if (body.number == 3) throw std::runtime_error("a bug");
                 co_return Echo{body.number};
               });
  sign_in(ana, api::Role::client);
  auto device = hello(ana);
  device->take_all();
  const auto send = [&](int n) {
    device->say(R"({"type":"echo","id":")" + std::string(uuid) + R"(","number":)" + std::to_string(n) + "}");
    return device->take().value();
  };
  CHECK(send(2) == json::object{{"type", "result"}, {"id", uuid}, {"number", 2}});
  const auto refused = send(1);
  CHECK(refused.at("type") == "problem");
  CHECK(refused.at("id") == uuid);
  CHECK(refused.at("problem") == "urn:circled:problem:odd_number");
  CHECK(refused.at("status") == 409);
  CHECK(send(3).at("status") == 500);
  device->say(R"({"type":"echo","id":"not-a-uuid","number":2})");
  CHECK(device->take()->at("errors").at(0).at("pointer") == "/id");
  CHECK(device->closed_with == 0);
}

TEST_CASE_FIXTURE(LiveFixture, "hints go to staff of the site they concern, and to those who oversee all") {
  const SiteId elsewhere = write([&](Transaction& tx) { return test::add_site(tx, "Hillside"); });
  sign_in(counselor, api::Role::counselor, site);
  sign_in(other_counselor, api::Role::counselor, elsewhere);
  sign_in(admin, api::Role::admin, elsewhere);
  sign_in(ana, api::Role::client);
  auto here = hello(counselor), there = hello(other_counselor), above = hello(admin), client = hello(ana);
  for (auto* device : {&here, &there, &above, &client}) (*device)->take_all();
  write([&](Transaction& tx) { hint(tx, "session.changed", 41, site); });
  settle();
  CHECK(here->take_all().at(0) ==
        json::object{{"type", "hint"},
                     {"hints", json::array{json::object{{"kind", "session.changed"}, {"id", 41}}}}});
  CHECK(there->take_all().empty());
  CHECK(above->take_all().size() == 1);
  write([&](Transaction& tx) { hint(tx, "service.changed", 1, SiteId()); });
  settle();
  CHECK(there->take_all().size() == 1);
  CHECK(client->take_all().empty());
}

TEST_CASE_FIXTURE(Limited, "hints that wait are told once, and many become one") {
  sign_in(counselor, api::Role::counselor, site);
  auto device = hello(counselor);
  device->take_all();
  for (int id : {1, 2, 1, 2}) write([&](Transaction& tx) { hint(tx, "session.changed", id, site); });
  settle();
  CHECK(device->take_all().at(0).at("hints").as_array().size() == 2);
  for (int id : {1, 2, 3, 4}) write([&](Transaction& tx) { hint(tx, "session.changed", id, site); });
  settle();
  const auto frames = device->take_all();
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].at("hints") == json::array{json::object{{"kind", "session.changed"}, {"id", 0}}});
}

TEST_CASE_FIXTURE(LiveFixture, "internal hints reach who listens, and no connection") {
  std::vector<std::int64_t> heard;
  hub->listen("clock.struck", [&](const store::Hint& hint) { heard.push_back(hint.id); });
  sign_in(counselor, api::Role::counselor, site);
  auto device = hello(counselor);
  device->take_all();
  write([&](Transaction& tx) { tx.hint({"clock.struck", 12, {}, store::Hint::internal}); });
  settle();
  CHECK(heard == std::vector<std::int64_t>{12});
  CHECK(device->take_all().empty());
}

}  // namespace circled::live
