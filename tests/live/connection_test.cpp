#include <doctest/doctest.h>

#include <random>

#include "support.hpp"

namespace circled::live {
namespace {

using namespace std::chrono_literals;

std::vector<std::int64_t> one_to(std::int64_t from, std::int64_t last) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t n = from; n <= last; ++n) numbers.push_back(n);
  return numbers;
}

struct Small : LiveFixture {
  static Options bounds() {
    Options options = quick();
    options.page = 3;
    options.outbox_events = 5;
    return options;
  }
  Small() : LiveFixture(bounds()) {}
};

}  // namespace

TEST_CASE_FIXTURE(LiveFixture, "hello is answered by who you are and where your stream stands") {
  sign_in(ana, api::Role::client);
  tell(ana, 3);
  auto device = hello(ana);
  const auto frames = device->take_all();
  REQUIRE(frames.size() == 1);
  CHECK(frames[0] == json::object{{"type", "welcome"},
                                  {"you", json::object{{"person", ana.value}, {"role", "client"}}},
                                  {"seq", 3},
                                  {"now", "2026-03-10T12:00:00Z"}});
}

TEST_CASE_FIXTURE(LiveFixture, "after: everything after it, then what happens") {
  sign_in(ana, api::Role::client);
  tell(ana, 5);
  settle();
  auto device = hello(ana, 2);
  tell(ana, 2);
  tell(ben, 1);
  settle();
  const auto frames = device->take_all();
  CHECK(device->seqs == one_to(3, 7));
  REQUIRE(frames.size() == 2);  // the welcome, and all that piled up as one
  CHECK(frames[1].at("events").at(0) ==
        json::object{{"seq", 3}, {"at", "2026-03-10T12:00:00Z"}, {"kind", "test.news"}, {"text", "hello"}});
}

TEST_CASE_FIXTURE(LiveFixture, "an event reaches all devices of its receiver, and nobody else") {
  sign_in(ana, api::Role::client);
  sign_in(ben, api::Role::client);
  auto phone = hello(ana), tablet = hello(ana), other = hello(ben);
  phone->take_all(), tablet->take_all(), other->take_all();
  tell(ana);
  settle();
  CHECK(phone->take_all().size() == 1);
  CHECK(tablet->take_all().size() == 1);
  CHECK(other->take_all().empty());
  phone->drop();
  tell(ana);
  settle();
  tablet->take_all();
  CHECK(tablet->seqs == one_to(1, 2));
}

// The heart of the promise. Commits, deliveries, reads, acknowledgements and broken connections in
// random order; whatever the order, a client that resumes with the last number it saw gets the next.
TEST_CASE("whatever happens in between, each number comes once and in order") {
  const auto seed = std::random_device{}();
  MESSAGE("seed " << seed);
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  Options options = LiveFixture::quick();
  options.page = 4;  // many pages, and a connection that catches up while more happens
  LiveFixture f(options);
  f.sign_in(f.ana, api::Role::client);
  f.sign_in(f.ben, api::Role::client);

  struct Client {
    PersonId person;
    std::unique_ptr<Device> device;
    std::int64_t seen = 0;  // what the app kept
  };
  std::vector<Client> clients;
  clients.push_back({f.ana, nullptr});
  clients.push_back({f.ana, nullptr});
  clients.push_back({f.ben, nullptr});
  std::map<PersonId, std::int64_t> committed;

  const auto look = [&](Client& c) {
    for (const auto seq : std::exchange(c.device->seqs, {})) REQUIRE(seq == ++c.seen);
    REQUIRE(c.device->closed_with == 0);
    REQUIRE(c.device->resyncs.empty());
  };
  for (int step = 0; step < 2000; ++step) {
    Client& c = clients[static_cast<std::size_t>(below(3))];
    switch (below(6)) {
      case 0: {
        const int count = 1 + below(6);
        f.tell(c.person, count);
        committed[c.person] += count;
        break;
      }
      case 1:
        for (int n = below(4); n > 0; --n) f.io.poll_one();
        break;
      case 2:
      case 3:
        if (c.device) {
          for (int n = below(4); n > 0; --n) c.device->take();
          look(c);
        }
        break;
      case 4:
        if (c.device && c.seen > 0)
          c.device->say(boost::json::serialize(json::object{{"type", "ack"}, {"seq", c.seen}}));
        break;
      default:
        if (c.device && below(3) == 0)
          c.device.reset();  // what was in flight is lost
        else if (!c.device)
          c.device = f.hello(c.person, c.seen);
    }
  }
  for (auto& c : clients) {
    if (!c.device) c.device = f.hello(c.person, c.seen);
    f.settle();
    c.device->take_all();
    look(c);
    CHECK(c.seen == committed[c.person]);
  }
}

TEST_CASE_FIXTURE(Small, "catching up is done page by page, at the reader's pace") {
  sign_in(ana, api::Role::client);
  tell(ana, 20);
  settle();
  auto device = hello(ana, 0);
  device->take();  // the welcome
  const auto first = device->take();
  REQUIRE(first);
  CHECK(first->at("events").as_array().size() == 3);
  tell(ana, 10);  // more than an outbox holds: it is not kept there while the connection still reads
  settle();
  device->take_all();
  CHECK(device->seqs == one_to(1, 30));
  CHECK(device->closed_with == 0);
}

TEST_CASE_FIXTURE(Small, "a slow reader is closed with 1013, and misses nothing when it comes back") {
  sign_in(ana, api::Role::client);
  auto device = hello(ana, 0);
  device->take_all();
  tell(ana, 5);
  settle();
  CHECK(device->closed_with == 0);
  tell(ana, 1);
  settle();
  CHECK(device->closed_with == 1013);
  CHECK(hub->counts().slow == 1);
  auto again = hello(ana, 0);
  again->take_all();
  CHECK(again->seqs == one_to(1, 6));
}

TEST_CASE_FIXTURE(LiveFixture, "a frame holds at most 64 KB") {
  sign_in(ana, api::Role::client);
  auto device = hello(ana, 0);
  device->take_all();
  tell(ana, 20, std::string(10'000, 'x'));
  settle();
  const auto frames = device->take_all();
  CHECK(frames.size() == 4);  // six events of ten kilobytes fit one frame
  CHECK(device->largest <= 64 * 1024);
  CHECK(device->seqs == one_to(1, 20));
}

TEST_CASE_FIXTURE(LiveFixture, "a place in the stream that is gone, or never was, means: start over") {
  sign_in(ana, api::Role::client);
  tell(ana, 5);
  write([&](Transaction& tx) {
    tx.run("DELETE FROM stream_event WHERE person_id = $1 AND seq <= 2", ana);
    tx.run("UPDATE stream SET pruned_seq = 2 WHERE person_id = $1", ana);
  });
  settle();
  auto too_old = hello(ana, 1);
  CHECK(too_old->take_all().at(1) == json::object{{"type", "resync"}, {"seq", 5}});
  auto just_kept = hello(ana, 2);
  just_kept->take_all();
  CHECK(just_kept->seqs == one_to(3, 5));
  auto from_the_future = hello(ana, 6);
  CHECK(from_the_future->take_all().at(1) == json::object{{"type", "resync"}, {"seq", 5}});
  tell(ana);
  settle();
  too_old->take_all(), from_the_future->take_all();
  CHECK(too_old->seqs == one_to(6, 6));
  CHECK(from_the_future->seqs == one_to(6, 6));
}

TEST_CASE_FIXTURE(Small, "what is pruned under a reader's hands means: start over") {
  sign_in(ana, api::Role::client);
  tell(ana, 20);
  settle();
  auto device = hello(ana, 0);
  device->take();
  write([&](Transaction& tx) {
    tx.run("DELETE FROM stream_event WHERE person_id = $1 AND seq <= 10", ana);
    tx.run("UPDATE stream SET pruned_seq = 10 WHERE person_id = $1", ana);
  });
  device->take_all();
  CHECK(device->seqs == one_to(1, 3));
  CHECK(device->resyncs == std::vector<std::int64_t>{20});
  tell(ana);
  settle();
  device->take_all();
  CHECK(device->seqs.back() == 21);
}

}  // namespace circled::live
