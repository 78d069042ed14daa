// What a write promises, on every engine: all or nothing for itself, nothing for its neighbours in the
// batch, an answer to everyone who waits.
#include <thread>

#include "store/engine.hpp"
#include "store/queue.hpp"
#include "support/run.hpp"

namespace circled {
namespace {

using namespace test;
using store::Snapshot;
using store::Transaction;
using store::Violation;

TEST_CASE_TEMPLATE("a coroutine writes, reads and reports, and resumes on its own thread", E,
                   CIRCLED_ENGINES) {
  Sample<E> sample;
  Store& s = sample.store;
  const auto here = std::this_thread::get_id();
  const auto all = [](Snapshot& db) {
    return db.all<std::int64_t>("SELECT whole FROM sample ORDER BY whole");
  };
  const std::vector<std::int64_t> seven{7};
  const auto told = test::run([&]() -> Task<bool> {
    const auto written = co_await s.write("test", [](Transaction& tx) -> Result<std::int64_t> {
      insert(tx, 7);
      return 7;
    });
    CHECK(written.value() == 7);
    CHECK(std::this_thread::get_id() == here);
    const auto read = co_await s.read(all);
    CHECK(read == seven);
    const auto reported = co_await s.report(all);
    CHECK(reported == seven);
    CHECK(std::this_thread::get_id() == here);

    const auto refused = co_await s.write("test", [](Transaction& tx) -> Result<std::int64_t> {
      insert(tx, 8);
      return no;
    });
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "no");
    const auto unchanged = co_await s.read(all);
    CHECK(unchanged == seven);
    co_return true;
  }());
  CHECK(told);
}

TEST_CASE_TEMPLATE("what a closure throws comes out where it was awaited", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  Store& s = sample.store;
  const auto write = [](Transaction&) -> Result<int> { throw std::out_of_range("write"); };
  const auto read = [](Snapshot&) -> int { throw std::out_of_range("read"); };
  CHECK_THROWS_AS(test::run(s.write("test", write)), std::out_of_range);
  CHECK_THROWS_AS(test::run(s.read(read)), std::out_of_range);
  CHECK_THROWS_AS(test::run(s.report(read)), std::out_of_range);
  CHECK_THROWS_AS(s.write_now("test", write), std::out_of_range);
  CHECK_THROWS_AS(s.read_now(read), std::out_of_range);
  CHECK(sample.rows() == 0);
}

TEST_CASE_TEMPLATE("many threads write and read at once", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (std::int64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::int64_t i = 0; i < 25; ++i) {
        const std::int64_t n = t * 25 + i;
        if (!sample.store.write_now("test", [n](Transaction& tx) -> Result<bool> {
              insert(tx, n);
              return true;
            }))
          ++wrong;
        const auto mine = sample.store.read_now([n](Snapshot& db) {
          return db.one<std::int64_t>("SELECT whole FROM sample WHERE whole = $1", n);
        });
        if (mine != n) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(sample.rows() == 100);
}

TEST_CASE_TEMPLATE("a refusal or an exception takes back its own command and no other of the batch", E,
                   CIRCLED_ENGINES) {
  Sample<E> sample;
  Queue queue(sample.store);
  const auto commits = sample.store.health().commits;
  const auto first = queue.write([](Transaction& tx) -> Result<int> {
    insert(tx, 1);
    return 1;
  });
  const auto refused = queue.write([](Transaction& tx) -> Result<int> {
    insert(tx, 2);
    return no;
  });
  const auto second = queue.write([](Transaction& tx) -> Result<int> {
    insert(tx, 3);
    return 3;
  });
  const auto thrown = queue.write([](Transaction& tx) -> Result<int> {
    insert(tx, 4);
    throw std::out_of_range("four");
  });
  const auto violated = queue.write([](Transaction& tx) -> Result<int> {
    insert(tx, 5);
    tx.run("INSERT INTO sample (id) SELECT id FROM sample");
    return 5;
  });
  const auto third = queue.write([](Transaction& tx) -> Result<int> {
    insert(tx, 6);
    return 6;
  });
  CHECK(first->waiting());
  queue.run();

  // The command the writer stood in, and these; and where what a constraint refused runs once more, that.
  CHECK(sample.store.health().commits - commits == 2 + (E::refuses_twice() ? 1 : 0));
  CHECK(first->succeeded());
  CHECK(refused->refused("no"));
  CHECK(second->succeeded());
  CHECK_THROWS_AS(std::rethrow_exception(thrown->exception), std::out_of_range);
  CHECK_THROWS_AS(std::rethrow_exception(violated->exception), Violation);
  CHECK(third->succeeded());
  CHECK(sample.wholes() == std::vector<std::int64_t>{1, 3, 6});
}

TEST_CASE_TEMPLATE("a command sees what those before it in the batch did", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  Queue queue(sample.store);
  const auto count = [](Transaction& tx) -> Result<std::int64_t> {
    insert(tx, 0);
    return *tx.one<std::int64_t>("SELECT count(*) FROM sample");
  };
  const auto first = queue.write(count);
  queue.write([](Transaction& tx) -> Result<int> {
    insert(tx, 0);
    return no;
  });
  const auto second = queue.write(count);
  queue.run();
  CHECK(first->result->value() == 1);
  CHECK(second->result->value() == 2);
}

TEST_CASE_TEMPLATE("what is left for after a refusal outlives it", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  const auto command = [](std::int64_t n, auto outcome) {
    return [=](Transaction& tx) -> Result<int> {
      insert(tx, n);
      tx.after_refusal([n](Transaction& after) { insert(after, 100 + n); });
      tx.after_refusal([n](Transaction& after) {
        after.run("UPDATE sample SET text = 'after' WHERE whole = $1", 100 + n);
        after.hint({"sample.refused", n, {}, store::Hint::internal});
      });
      return outcome();
    };
  };
  std::vector<std::int64_t> hinted;
  sample.store.on_committed = [&](store::Committed&& c) {
    for (const auto& hint : c.hints) hinted.push_back(hint.id);
  };
  const auto commits = sample.store.health().commits;
  Queue queue(sample.store);
  const auto succeeded = queue.write(command(1, []() -> Result<int> { return 1; }));
  const auto refused = queue.write(command(2, []() -> Result<int> { return no; }));
  const auto thrown = queue.write(command(3, []() -> Result<int> { throw std::out_of_range("three"); }));
  queue.run();

  CHECK(succeeded->succeeded());
  CHECK(refused->refused("no"));
  CHECK_THROWS_AS(std::rethrow_exception(thrown->exception), std::out_of_range);
  CHECK(sample.store.health().commits - commits == 2);  // in the same batch
  CHECK(sample.wholes() == std::vector<std::int64_t>{1, 102, 103});
  CHECK(hinted == std::vector<std::int64_t>{2, 3});
}

TEST_CASE_TEMPLATE("a refusal whose aftermath fails says so, and harms nobody else", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  Queue queue(sample.store);
  const auto before = queue.write([](Transaction& tx) -> Result<int> {
    insert(tx, 1);
    return 1;
  });
  const auto refused = queue.write([](Transaction& tx) -> Result<int> {
    tx.after_refusal([](Transaction& after) {
      insert(after, 2);
      throw std::out_of_range("aftermath");
    });
    return no;
  });
  const auto after = queue.write([](Transaction& tx) -> Result<int> {
    insert(tx, 3);
    return 3;
  });
  queue.run();
  CHECK(before->succeeded());
  CHECK_THROWS_AS(std::rethrow_exception(refused->exception), std::out_of_range);
  CHECK(after->succeeded());
  CHECK(sample.wholes() == std::vector<std::int64_t>{1, 3});
}

TEST_CASE_TEMPLATE("queued commands share commits", E, CIRCLED_ENGINES) {
  Sample<E> sample(Limits{.commit_batch = 4});
  const auto before = sample.store.health();
  Queue queue(sample.store);
  for (int i = 0; i < 10; ++i)
    queue.write([i](Transaction& tx) -> Result<int> {
      insert(tx, i);
      return i;
    });
  CHECK(sample.store.health().queued == 10);
  queue.run();
  const auto after = sample.store.health();
  CHECK(after.queued == 0);
  CHECK(after.commands - before.commands == 11);
  CHECK(after.commits - before.commits == 1 + 3);  // the one the writer stood in; 4, 4 and 2
  CHECK(sample.rows() == 10);
}

TEST_CASE_TEMPLATE("what runs before a commit is part of it, once for each batch", E, CIRCLED_ENGINES) {
  if (!E::seals_with_the_batch()) return only_on_sqlite("it is done once for many batches");
  Sample<E> sample;
  std::int64_t batches = 0;
  sample.store.before_commit = [&](Transaction& tx) { insert(tx, 100 + ++batches); };
  {
    Queue queue(sample.store);
    for (int i = 0; i < 3; ++i)
      queue.write([i](Transaction& tx) -> Result<int> {
        insert(tx, i);
        return i;
      });
  }
  CHECK(sample.wholes() == std::vector<std::int64_t>{0, 1, 2, 101, 102});

  // When it cannot be done, nothing of the batch may stand, and nobody is told that it does.
  bool told = false;
  sample.store.on_committed = [&](store::Committed&&) { told = true; };
  sample.store.before_commit = [](Transaction&) { throw std::out_of_range("seal"); };
  const auto commits = sample.store.health().commits;
  const auto failed = sample.store.write_now("test", [](Transaction& tx) -> Result<int> {
    insert(tx, 3);
    tx.hint({"sample.changed", 3, {}, store::Hint::staff});
    return 3;
  });
  REQUIRE(failed.has_error());
  CHECK(failed.error().kind == ErrorKind::unavailable);
  CHECK(failed.error().retry_after_s > 0);
  CHECK(sample.store.health().commits == commits);
  CHECK_FALSE(told);
  CHECK(sample.rows() == 5);

  // A refusal of a batch that is lost is not a refusal: what it left for afterwards is lost too.
  const auto refused = sample.store.write_now("test", [](Transaction& tx) -> Result<int> {
    tx.after_refusal([](Transaction& after) { insert(after, 4); });
    return no;
  });
  REQUIRE(refused.has_error());
  CHECK(refused.error().kind == ErrorKind::unavailable);
  CHECK(sample.rows() == 5);

  sample.store.before_commit = nullptr;
  CHECK(sample.store
            .write_now("test",
                       [](Transaction& tx) -> Result<int> {
                         insert(tx, 5);
                         return 5;
                       })
            .has_value());
}

TEST_CASE_TEMPLATE("a full queue turns callers away at once", E, CIRCLED_ENGINES) {
  Sample<E> sample(Limits{.queue = 2});
  const auto command = [](Transaction& tx) -> Result<int> {
    insert(tx, 1);
    return 1;
  };
  Queue queue(sample.store);
  const auto first = queue.write(command);
  const auto second = queue.write(command);
  const auto third = queue.write(command);
  CHECK(first->waiting());
  CHECK(second->waiting());
  REQUIRE(third->refused("busy"));  // while the writer still stands
  CHECK(third->result->error().kind == ErrorKind::unavailable);
  CHECK(third->result->error().retry_after_s > 0);
  const auto now = sample.store.write_now("test", command);
  REQUIRE(now.has_error());
  CHECK(now.error().kind == ErrorKind::unavailable);
  CHECK(sample.store.health().refused_full == 2);
  queue.run();
  CHECK(first->succeeded());
  CHECK(second->succeeded());
  CHECK(sample.rows() == 2);
}

// It would stand still for ever.
TEST_CASE_TEMPLATE("the engine's own thread may not wait for a write", E, CIRCLED_ENGINES) {
  Sample<E> sample;
  const auto inner = [](Transaction&) -> Result<int> { return 1; };
  CHECK_THROWS_AS(
      sample.store.write_now("test", [&](Transaction&) { return sample.store.write_now("inner", inner); }),
      std::logic_error);
  bool refused = false;
  sample.store.on_committed = [&](store::Committed&&) {
    try {
      sample.store.write_now("inner", inner).value();
    } catch (const std::logic_error&) {
      refused = true;
    }
  };
  sample.store
      .write_now("test",
                 [](Transaction& tx) -> Result<int> {
                   tx.hint({"sample.changed", 1, {}, store::Hint::staff});
                   return 1;
                 })
      .value();
  CHECK(refused);
}

TEST_CASE_TEMPLATE("what the schema refuses says which rule it broke", E, CIRCLED_ENGINES) {
  E engine;
  const auto kind = [&](auto f) -> std::optional<Violation::Kind> {
    try {
      engine.store
          .write_now("test",
                     [&](Transaction& tx) -> Result<bool> {
                       f(tx);
                       return true;
                     })
          .value();
    } catch (const Violation& v) {
      return v.kind;
    }
    return std::nullopt;
  };
  SiteId site;
  REQUIRE_FALSE(kind([&](Transaction& tx) { site = add_site(tx, "Riverside"); }));

  CHECK(kind([](Transaction& tx) { add_site(tx, "Riverside"); }) == Violation::unique);
  CHECK(kind([&](Transaction& tx) {
          tx.run("INSERT INTO site (id, name, zone) VALUES ($1, 'Hill', 'America/New_York')", site);
        }) == Violation::unique);
  CHECK(kind([&](Transaction& tx) { add_room(tx, SiteId(site.value + 1), "Blue"); }) ==
        Violation::foreign_key);
  CHECK(kind([&](Transaction& tx) { add_room(tx, site, "Blue", 0); }) == Violation::check);
  CHECK(kind([](Transaction& tx) { tx.run("INSERT INTO site (name, zone) VALUES ('Hill', NULL)"); }) ==
        Violation::check);

  // 09:00 to 10:00 and 09:59 to 11:00 of one day, for one counselor in two sessions.
  const auto busy = [](Transaction& tx, SessionId session, std::int64_t from, std::int64_t until) {
    tx.run(
        "INSERT INTO busy (owner_kind, owner_id, session_id, from_at, until_at) VALUES ('staff', 1, $1, $2, "
        "$3)",
        session, from, until);
  };
  SessionId one, other;
  REQUIRE_FALSE(kind([&](Transaction& tx) {
    const auto service = *tx.one<ServiceId>(
        "INSERT INTO service (code, name, neutral_name, counts) VALUES ('c', 'C', 'Appointment', TRUE) "
        "RETURNING id");
    for (SessionId* session : {&one, &other})
      *session = *tx.one<SessionId>(
          "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, seats, created_at) "
          "VALUES ($1, $2, 'one_on_one', '', 32400000, 36000000, 1, 0) RETURNING id",
          site, service);
    busy(tx, one, 32'400'000, 36'000'000);
  }));
  CHECK(kind([&](Transaction& tx) { busy(tx, other, 35'940'000, 39'600'000); }) == Violation::exclusion);
  CHECK_FALSE(kind([&](Transaction& tx) { busy(tx, other, 36'000'000, 39'600'000); }));

  // The operation catches it where it stands, and words the refusal.
  const auto worded = engine.store.write_now("test", [&](Transaction& tx) -> Result<bool> {
    add_room(tx, site, "Blue");
    try {
      add_room(tx, site, "Blue");
    } catch (const Violation&) {
      return no;
    }
    return true;
  });
  REQUIRE(worded.has_error());
  CHECK(worded.error().code == "no");
  CHECK(engine.store.read_now(
            [](Snapshot& db) { return *db.one<std::int64_t>("SELECT count(*) FROM room"); }) == 0);
}

}  // namespace
}  // namespace circled
