// What a read promises, on every engine: one state, whatever is written meanwhile; and no change.
#include <atomic>
#include <latch>
#include <thread>

#include "store/engine.hpp"
#include "support/run.hpp"

namespace circled {
namespace {

using namespace test;
using store::Snapshot;
using store::Transaction;

std::int64_t count(Snapshot& db) { return *db.one<std::int64_t>("SELECT count(*) FROM sample"); }

template <class S>
void write_one(S& sample) {
  sample.store
      .write_now("test",
                 [](Transaction& tx) -> Result<int> {
                   insert(tx, 1);
                   return 1;
                 })
      .value();
}

TEST_CASE_TEMPLATE("a read of one statement runs one, changes nothing, and leaves the reader usable", E,
                   CIRCLED_ENGINES) {
  Sample<E> sample;
  write_one(sample);
  CHECK(test::run(sample.store.read_one(count)) == 1);
  const auto twice = [](Snapshot& db) { return count(db) + count(db); };
  CHECK_THROWS_AS(test::run(sample.store.read_one(twice)), std::logic_error);
  const auto change = [](Snapshot& db) { return *db.one<std::int64_t>("DELETE FROM sample RETURNING 1"); };
  CHECK_THROWS(test::run(sample.store.read_one(change)));
  CHECK(test::run(sample.store.read_one(count)) == 1);
  CHECK(test::run(sample.store.read(twice)) == 2);
}

TEST_CASE_TEMPLATE("reads at one moment get an answer each, and one that fails takes no other along", E,
                   CIRCLED_ENGINES) {
  Sample<E> sample;
  std::atomic<int> right = 0, refused = 0;
  std::vector<std::thread> readers;
  for (std::int64_t reader = 0; reader < 8; ++reader)
    readers.emplace_back([&, reader] {
      for (std::int64_t i = 0; i < 50; ++i) {
        const std::int64_t asked = reader * 1000 + i;
        const auto echo = [&](Snapshot& db) {
          return *db.one<std::int64_t>("SELECT CAST($1 AS BIGINT) + 1", asked);
        };
        if (test::run(sample.store.read_one(echo)) == asked + 1) ++right;
        if (i % 10 != reader) continue;
        const auto change = [](Snapshot& db) {
          return db.all<std::int64_t>("DELETE FROM sample RETURNING 1");
        };
        try {
          test::run(sample.store.read_one(change));
        } catch (const std::exception&) {
          ++refused;
        }
      }
    });
  for (auto& reader : readers) reader.join();
  CHECK(right == 8 * 50);
  CHECK(refused == 8 * 5);
}

TEST_CASE_TEMPLATE("a read sees one state while others write", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  write_one(sample);
  std::latch looked(1), written(1);
  std::int64_t before = -1, after = -1;
  const auto look_twice = [&](Snapshot& db) {
    before = count(db);
    looked.count_down();
    written.wait();
    after = count(db);
    return true;
  };

  SUBCASE("on a thread of its own") {
    std::thread reader([&] { sample.store.read_now(look_twice); });
    looked.wait();
    write_one(sample);          // is not held up by the reader
    CHECK(sample.rows() == 2);  // nor is another reader
    written.count_down();
    reader.join();
  }
  SUBCASE("in a report, while the coroutine's own thread goes on") {
    std::thread writer([&] {
      looked.wait();
      write_one(sample);
      written.count_down();
    });
    test::run(sample.store.report(look_twice));
    writer.join();
  }
  CHECK(before == 1);
  CHECK(after == 1);
  CHECK(sample.rows() == 2);
}

TEST_CASE_TEMPLATE("a read sees nothing of a write that is not committed", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  const auto seen = sample.store.write_now("test", [&](Transaction& tx) -> Result<std::int64_t> {
    insert(tx, 1);
    return sample.store.read_now(count);
  });
  CHECK(seen.value() == 0);
  CHECK(sample.rows() == 1);
}

TEST_CASE_TEMPLATE("a read changes nothing", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  write_one(sample);
  CHECK_THROWS(sample.store.read_now([](Snapshot& db) {
    return db.one<std::int64_t>("INSERT INTO sample (whole) VALUES (2) RETURNING id");
  }));
  CHECK_THROWS(sample.store.read_now(
      [](Snapshot& db) { return db.all<std::int64_t>("DELETE FROM sample RETURNING id"); }));
  CHECK_THROWS(sample.store.read_now([](Snapshot& db) { return db.all<std::int64_t>("DROP TABLE sample"); }));
  CHECK(sample.wholes() == std::vector<std::int64_t>{1});
}

TEST_CASE_TEMPLATE("reads may stand within reads", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  write_one(sample);
  const auto both =
      sample.store.read_now([&](Snapshot& db) { return count(db) + sample.store.read_now(count); });
  CHECK(both == 2);
}

// On an engine across a socket, what is asked together takes the round trips of the longest: it begins anew
// after each, and all that can be asked by then has been.
TEST_CASE_TEMPLATE("reads that are asked together have an answer each, in the steps of the longest", E,
                   CIRCLED_ENGINES) {
  Sample<E> sample;
  write_one(sample);
  int begun = 0;
  const auto echo = [](Snapshot& db, std::int64_t n) {
    return *db.one<std::int64_t>("SELECT CAST($1 AS BIGINT) FROM sample", n);
  };
  const auto all = [&](Snapshot& db) {
    begun = 0;
    return db.together([&](Snapshot&) { return ++begun, std::string("asks nothing"); },
                       [&](Snapshot& by) { return echo(by, 1); },
                       [&](Snapshot& by) { return echo(by, echo(by, echo(by, 2) + 1) + 1); },
                       [&](Snapshot& by) {
                         return by.together_for(std::vector{10, 20, 30}, [&](Snapshot& each, int n) {
                           return n == 20 ? echo(each, echo(each, n)) : echo(each, n);
                         });
                       },
                       [&](Snapshot& by) { return by.together_for(std::vector<int>{}, echo); });
  };
  const auto check = [&](const auto& answers) {
    const auto& [words, one, three, each, none] = answers;
    CHECK(words == "asks nothing");
    CHECK(one == 1);
    CHECK(three == 4);
    CHECK(each == std::vector<std::int64_t>{10, 20, 30});
    CHECK(none.empty());
    CHECK(begun == (test::on_postgres() ? 3 + 1 : 1));
  };
  check(sample.store.read_now(all));
  check(sample.store
            .write_now("test",
                       [&](Transaction& tx) -> Result<std::invoke_result_t<decltype(all), Snapshot&>> {
                         return all(tx);
                       })
            .value());
  CHECK_THROWS_AS(test::run(sample.store.read_one(all)), std::logic_error);
}

TEST_CASE_TEMPLATE("what is asked together sees what was put off before, and is not in the way after", E,
                   CIRCLED_ENGINES) {
  Sample<E> sample;
  sample.store
      .write_now("test",
                 [](Transaction& tx) -> Result<int> {
                   tx.later("INSERT INTO sample (whole) VALUES (1)");
                   const auto [here, there] = tx.together(count, count);
                   CHECK(here == 1);
                   CHECK(there == 1);
                   // One asks, and the next gives up.
                   const auto fails = [](Snapshot&) -> int { throw std::runtime_error("gives up"); };
                   CHECK_THROWS_WITH(tx.together(count, fails), "gives up");
                   tx.later("INSERT INTO sample (whole) VALUES (2)");
                   const auto [again, and_again] = tx.together(count, count);
                   CHECK(again == 2);
                   CHECK(and_again == 2);
                   return 1;
                 })
      .value();
  CHECK(sample.wholes() == std::vector<std::int64_t>{1, 2});
  // A statement that the database refuses fails all of them.
  const auto wrong = [](Snapshot& by) { return *by.one<std::int64_t>("SELECT nothing FROM nowhere"); };
  CHECK_THROWS(sample.store.read_now([&](Snapshot& db) { return db.together(count, wrong); }));
  CHECK(sample.store.read_now(count) == 2);
}

// Stopping tells whoever waits; somebody who asks in that moment must not wait for ever.
TEST_CASE_TEMPLATE("a report that is asked for after the end is served", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  write_one(sample);
  sample.store.finish();
  CHECK(test::run(sample.store.report(count)) == 1);
}

// A text that is put together at run time costs memory for as long as it is kept.
TEST_CASE_TEMPLATE("ever new statements do no harm", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  write_one(sample);
  const auto sum = sample.store.read_now([](Snapshot& db) {
    std::int64_t total = 0;
    for (int i = 0; i < 2'500; ++i)
      total += *db.one<std::int64_t>("SELECT count(*) FROM sample WHERE whole < " + std::to_string(i));
    return total;
  });
  CHECK(sum == 2'500 - 2);  // all but those below 0 and below 1
}

}  // namespace
}  // namespace circled
