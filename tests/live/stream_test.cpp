#include "live/stream.hpp"

#include <doctest/doctest.h>

#include "live/emit.hpp"
#include "live/frame.hpp"
#include "support/store.hpp"

namespace circled::live {
namespace {

using namespace std::chrono_literals;

struct Streams : test::Programme {
  void tell(PersonId person, int count, Instant at) {
    write([&](Transaction& tx) {
      for (int i = 0; i < count; ++i)
        tx.emit(person, at, std::make_shared<const std::string>(R"("kind":"x")"));
    });
  }
  std::int64_t prune_all() {
    std::int64_t sum = 0;
    for (;;) {
      const auto step = write([&](Transaction& tx) { return prune_once(tx, now()); });
      CHECK(step <= 1000);
      if (step == 0) return sum;
      sum += step;
    }
  }
};

}  // namespace

TEST_CASE_FIXTURE(Streams, "a stream keeps 30 days") {
  tell(ana, 1500, now() - 30 * 24h - 1ms);
  tell(ana, 2, now() - 30 * 24h);
  tell(ben, 3, now());
  CHECK(prune_all() == 1500);
  const auto ends = read([&](Snapshot& db) { return stream_ends(db, ana); });
  CHECK(ends.pruned == 1500);
  CHECK(ends.last == 1502);
  CHECK(number("SELECT count(*) FROM stream_event") == 5);
}

TEST_CASE_FIXTURE(Streams, "a stream keeps 10,000 events") {
  tell(ana, 12'345, now());
  CHECK(prune_all() == 2345);
  CHECK(number("SELECT count(*) FROM stream_event WHERE person_id = $1", ana) == 10'000);
  CHECK(number("SELECT min(seq) FROM stream_event WHERE person_id = $1", ana) == 2346);
  CHECK(read([&](Snapshot& db) { return stream_ends(db, ana); }).pruned == 2345);
}

TEST_CASE("a UUID is 32 hexadecimal digits in five groups") {
  CHECK(is_uuid("0b8d5c0e-9a51-4c0f-8a34-0f1f6b6d2a01"));
  CHECK(is_uuid("0B8D5C0E-9A51-4C0F-8A34-0F1F6B6D2A01"));
  CHECK_FALSE(is_uuid(""));
  CHECK_FALSE(is_uuid("0b8d5c0e-9a51-4c0f-8a34-0f1f6b6d2a0"));
  CHECK_FALSE(is_uuid("0b8d5c0e-9a51-4c0f-8a34-0f1f6b6d2a0g"));
  CHECK_FALSE(is_uuid("0b8d5c0e09a51-4c0f-8a34-0f1f6b6d2a01"));
}

// What a client may receive is decided by types, when the server is compiled.
namespace {

struct Appointment {
  SessionId session;
  Instant starts_at;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Appointment, (), (session, starts_at, text))
struct WithRoster {
  SessionId session;
  std::vector<std::string> people;
};
BOOST_DESCRIBE_STRUCT(WithRoster, (), (session, people))
struct WithSomebody {
  std::optional<StaffId> by;
};
BOOST_DESCRIBE_STRUCT(WithSomebody, (), (by))
struct WithName {
  std::string preferred_name;
};
BOOST_DESCRIBE_STRUCT(WithName, (), (preferred_name))
struct WithCount {
  std::int64_t seats;
};
BOOST_DESCRIBE_STRUCT(WithCount, (), (seats))
struct Nested {
  WithName with;
};
BOOST_DESCRIBE_STRUCT(Nested, (), (with))

static_assert(fit_for_client<Appointment>);
static_assert(!fit_for_client<WithRoster>);
static_assert(!fit_for_client<WithSomebody>);
static_assert(!fit_for_client<WithName>);
static_assert(!fit_for_client<WithCount>);
static_assert(!fit_for_client<Nested>);

}  // namespace

}  // namespace circled::live
