// Streams, on every engine: each person's events are numbered from 1 without a gap, in the order of the
// commits, and nobody hears of anything before it can be read.
#include "store/engine.hpp"
#include "store/queue.hpp"

namespace circled {
namespace {

using namespace test;
using store::Committed;
using store::Snapshot;
using store::Transaction;

std::shared_ptr<const std::string> body(std::string_view text) {
  return std::make_shared<const std::string>(text);
}

// One event as it stands in the stream, or as it was told: (person, number, body).
using Told = std::tuple<std::int64_t, std::int64_t, std::string>;

// Two people, and a record of what was told.
template <class Engine>
struct Streams : Sample<Engine> {
  PersonId ana, ben;
  std::vector<Told> told;

  Streams() {
    this->store
        .write_now("test",
                   [this](Transaction& tx) -> Result<bool> {
                     ana = *tx.one<PersonId>("INSERT INTO person (kind) VALUES ('client') RETURNING id");
                     ben = *tx.one<PersonId>("INSERT INTO person (kind) VALUES ('client') RETURNING id");
                     return true;
                   })
        .value();
    this->store.on_committed = [this](Committed&& committed) {
      for (const auto& e : committed.events) told.emplace_back(e.receiver.value, e.seq, *e.body);
    };
  }

  std::vector<Told> stream() {
    return this->store.read_now([](Snapshot& db) {
      return db.all<Told>("SELECT person_id, seq, body FROM stream_event ORDER BY person_id, seq");
    });
  }
};

TEST_CASE_TEMPLATE("events are numbered for each person in the order of the commits, without gaps", E,
                   CIRCLED_ENGINES) {
  Streams<E> s;
  const auto a = s.ana.value, b = s.ben.value;
  REQUIRE(a < b);
  Queue queue(s.store);
  const auto emit = [&](std::vector<std::pair<PersonId, std::string>> events, bool succeed) {
    return [=](Transaction& tx) -> Result<int> {
      for (const auto& [person, text] : events) tx.emit(person, from_millis(5), body(text));
      if (!succeed) return no;
      return 1;
    };
  };
  queue.write(emit({{s.ana, "a1"}}, true));
  queue.write(emit({{s.ana, "never"}, {s.ben, "never"}}, false));
  queue.write(emit({{s.ben, "b1"}, {s.ana, "a2"}, {s.ben, "b2"}, {s.ana, "a3"}}, true));
  queue.write([&](Transaction& tx) -> Result<int> {
    tx.emit(s.ana, from_millis(5), body("never"));
    throw std::out_of_range("thrown");
  });
  queue.write([&](Transaction& tx) -> Result<int> {
    tx.emit(s.ana, from_millis(5), body("never"));
    tx.after_refusal([&](Transaction& after) { after.emit(s.ben, from_millis(5), body("b3")); });
    return no;
  });
  queue.write(emit({{s.ana, "a4"}}, true));
  queue.run();

  const std::vector<Told> expected{{a, 1, "a1"}, {a, 2, "a2"}, {a, 3, "a3"}, {a, 4, "a4"},
                                   {b, 1, "b1"}, {b, 2, "b2"}, {b, 3, "b3"}};
  CHECK(s.stream() == expected);

  // Told in the order of the commands, a command's own by receiver.
  const std::vector<Told> in_order{{a, 1, "a1"}, {a, 2, "a2"}, {a, 3, "a3"}, {b, 1, "b1"},
                                   {b, 2, "b2"}, {b, 3, "b3"}, {a, 4, "a4"}};
  CHECK(s.told == in_order);

  // The next batch goes on where this one ended.
  s.store.write_now("test", emit({{s.ana, "a5"}}, true)).value();
  CHECK(s.told.back() == Told{a, 5, "a5"});
}

TEST_CASE_TEMPLATE("an operation learns the numbers in the transaction that gives them", E, CIRCLED_ENGINES) {
  Streams<E> s;
  s.store
      .write_now("test",
                 [&](Transaction& tx) -> Result<int> {
                   tx.emit(s.ben, from_millis(5), body("b1"));
                   tx.when_numbered([](Transaction& later, std::span<const store::Event> events) {
                     for (const auto& e : events) insert(later, 10 * e.receiver.value + e.seq);
                   });
                   tx.emit(s.ana, from_millis(5), body("a1"));
                   tx.emit(s.ben, from_millis(5), body("b2"));
                   return 1;
                 })
      .value();
  const auto a = s.ana.value, b = s.ben.value;
  CHECK(s.wholes() == std::vector<std::int64_t>{10 * a + 1, 10 * b + 1, 10 * b + 2});

  // What it does there belongs to the command, also when it fails.
  CHECK_THROWS_AS(s.store.write_now("test",
                                    [&](Transaction& tx) -> Result<int> {
                                      tx.emit(s.ana, from_millis(5), body("never"));
                                      tx.when_numbered([](Transaction&, std::span<const store::Event>) {
                                        throw std::out_of_range("numbered");
                                      });
                                      return 1;
                                    }),
                  std::out_of_range);
  CHECK(s.stream().size() == 3);
  CHECK(s.told.size() == 3);
}

TEST_CASE_TEMPLATE("an event for nobody we know fails its command alone", E, CIRCLED_ENGINES) {
  Streams<E> s;
  CHECK_THROWS_AS(s.store.write_now("test",
                                    [&](Transaction& tx) -> Result<int> {
                                      insert(tx, 1);
                                      tx.emit(PersonId(s.ben.value + 1), from_millis(5), body("lost"));
                                      return 1;
                                    }),
                  store::Violation);
  CHECK(s.rows() == 0);
  CHECK(s.told.empty());
}

TEST_CASE_TEMPLATE(
    "what was committed is told once it can be read, with its hints, before the caller goes on", E,
    CIRCLED_ENGINES) {
  Streams<E> s;
  std::vector<std::int64_t> readable;
  std::vector<store::Hint> hints;
  std::size_t calls = 0;
  s.store.on_committed = [&](Committed&& committed) {
    ++calls;
    readable = s.wholes();
    hints = committed.hints;
  };
  s.store
      .write_now("test",
                 [&](Transaction& tx) -> Result<int> {
                   insert(tx, 1);
                   tx.hint({"session.changed", 41, SiteId(3), store::Hint::staff});
                   tx.hint({"wake", 7, {}, store::Hint::internal});
                   return 1;
                 })
      .value();
  CHECK(readable == std::vector<std::int64_t>{1});
  REQUIRE(hints.size() == 2);
  CHECK(hints[0].kind == "session.changed");
  CHECK(hints[0].id == 41);
  CHECK(hints[0].site == SiteId(3));
  CHECK(hints[0].audience == store::Hint::staff);
  CHECK(hints[1].audience == store::Hint::internal);

  // Once for a batch; not at all when it left nothing; nothing of what was refused.
  calls = 0;
  {
    Queue queue(s.store);
    for (int i = 0; i < 3; ++i)
      queue.write([i](Transaction& tx) -> Result<int> {
        tx.hint({"session.changed", i, {}, store::Hint::staff});
        if (i == 1) return no;
        return i;
      });
  }
  CHECK(calls == 1);
  REQUIRE(hints.size() == 2);
  CHECK(hints[0].id == 0);
  CHECK(hints[1].id == 2);
  s.store
      .write_now("test",
                 [](Transaction& tx) -> Result<int> {
                   insert(tx, 2);
                   return 1;
                 })
      .value();
  CHECK(calls == 1);
}

TEST_CASE_TEMPLATE("a sink that throws costs nobody his answer", E, CIRCLED_ENGINES) {
  Streams<E> s;
  s.store.on_committed = [](Committed&&) { throw std::out_of_range("sink"); };
  const auto written = s.store.write_now("test", [&](Transaction& tx) -> Result<int> {
    tx.emit(s.ana, from_millis(5), body("a1"));
    return 1;
  });
  CHECK(written.has_value());
  CHECK(s.stream().size() == 1);
}

}  // namespace
}  // namespace circled
