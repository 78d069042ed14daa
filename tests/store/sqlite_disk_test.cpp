// A disk that is full, and one that fails: nobody is told that something was kept which was not.
#include <spdlog/spdlog.h>

#include "store/engine.hpp"
#include "store/faulty_disk.hpp"
#include "store/queue.hpp"
#include "store/sqlite_file.hpp"

namespace circled {
namespace {

using namespace test;
using store::SqliteStore;
using store::Transaction;

// A store that says in the log what the test provokes: not worth reading there.
struct Troubled : TemporaryFolder {
  const std::filesystem::path file = path() / "circled.sqlite3";
  std::unique_ptr<SqliteStore> store;
  int told = 0;
  const spdlog::level::level_enum level = spdlog::get_level();

  Troubled() {
    spdlog::set_level(spdlog::level::off);
    // Everything but the smallest log is folded back after its batch, so that no test waits for it.
    store = std::make_unique<SqliteStore>(store::SqliteOptions{.file = file, .checkpoint_pages = 1});
    store
        ->write_now("test",
                    [](Transaction& tx) -> Result<bool> {
                      tx.run(AnyEngine::sample_table());
                      return true;
                    })
        .value();
    store->on_committed = [this](store::Committed&&) { ++told; };
  }
  ~Troubled() { spdlog::set_level(level); }

  Result<std::int64_t> write(std::int64_t n) {
    return store->write_now("test", [n](Transaction& tx) -> Result<std::int64_t> {
      insert(tx, n);
      tx.hint({"sample.changed", n, {}, store::Hint::staff});
      return n;
    });
  }
  std::vector<std::int64_t> wholes() {
    return store->read_now(
        [](Snapshot& db) { return db.all<std::int64_t>("SELECT whole FROM sample ORDER BY whole"); });
  }
  void reopen() {
    store.reset();
    store = std::make_unique<SqliteStore>(store::SqliteOptions{file});
  }
};

using Wholes = std::vector<std::int64_t>;

TEST_CASE_FIXTURE(Troubled, "a disk that is full at the commit fails the batch and no more") {
  REQUIRE(write(1).has_value());
  REQUIRE(told == 1);
  const auto commits = store->health().commits;
  {
    std::shared_ptr<Outcome<Result<int>>> first, refused;
    const FaultyDisk full(ENOSPC, "-wal");
    {
      Queue queue(*store);
      first = queue.write([](Transaction& tx) -> Result<int> {
        insert(tx, 2);
        return 2;
      });
      refused = queue.write([](Transaction& tx) -> Result<int> {
        tx.after_refusal([](Transaction& after) { insert(after, 3); });
        return conflict("no", "No.");
      });
    }
    CHECK(FaultyDisk::failures() > 0);
    CHECK(first->refused("not_writable"));
    CHECK(first->result->error().kind == ErrorKind::unavailable);
    CHECK(contains(first->result->error().detail, "the disk is full"));
    CHECK(refused->refused("not_writable"));  // its aftermath is not kept, so it was not refused either
    CHECK(told == 1);
    CHECK(store->health().writable);
    CHECK(wholes() == Wholes{1});
  }
  CHECK(write(4).has_value());                    // somebody made room
  CHECK(store->health().commits == commits + 2);  // the command the writer stood in wrote nothing; and this
  CHECK(wholes() == Wholes{1, 4});
  reopen();
  CHECK(wholes() == Wholes{1, 4});
  CHECK(store::check(file).empty());
}

TEST_CASE_FIXTURE(Troubled,
                  "when SQLite ends the transaction every command of the batch fails and says why") {
  std::shared_ptr<Outcome<Result<int>>> before, fatal, after;
  {
    Queue queue(*store);
    before = queue.write([](Transaction& tx) -> Result<int> {
      insert(tx, 1);
      return 1;
    });
    fatal = queue.write([](Transaction& tx) -> Result<int> {
      // The database may not grow: for SQLite as if the disk were full.
      const auto pages = *tx.one<std::int64_t>("PRAGMA page_count");
      tx.one<std::int64_t>("PRAGMA max_page_count = " + std::to_string(pages));
      tx.run("INSERT INTO sample (text) VALUES ($1)", std::string(100'000, 'x'));
      return 2;
    });
    after = queue.write([](Transaction& tx) -> Result<int> {
      insert(tx, 3);
      return 3;
    });
  }
  for (const auto& outcome : {before, fatal, after}) {
    REQUIRE(outcome->refused("not_writable"));
    CHECK(contains(outcome->result->error().detail, "the disk is full"));
  }
  CHECK(wholes().empty());
  CHECK(store->health().writable);
  store
      ->write_now("test",
                  [](Transaction& tx) -> Result<bool> {
                    tx.one<std::int64_t>("PRAGMA max_page_count = 1000000");
                    return true;
                  })
      .value();
  CHECK(write(4).has_value());
  CHECK(wholes() == Wholes{4});
}

// Where SQLite keeps a journal of the statement (this one could fail at any of its ids) it takes that
// statement back, and the transaction lives.
TEST_CASE_FIXTURE(Troubled,
                  "a full disk that costs SQLite one statement costs one command, which is told so") {
  std::shared_ptr<Outcome<Result<int>>> before, full, after;
  bool lived = false;
  {
    Queue queue(*store);
    before = queue.write([](Transaction& tx) -> Result<int> {
      insert(tx, 1);
      return 1;
    });
    full = queue.write([&](Transaction& tx) -> Result<int> {
      insert(tx, 2);
      const auto pages = *tx.one<std::int64_t>("PRAGMA page_count");
      tx.one<std::int64_t>("PRAGMA max_page_count = " + std::to_string(pages));
      try {
        tx.run(
            "INSERT INTO sample (id, whole, text) WITH RECURSIVE n (i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT 100 + i, i, $1 FROM n",
            std::string(1'000, 'x'));
      } catch (...) {
        lived = *tx.one<std::int64_t>("SELECT count(*) FROM sample") == 2;
        throw;
      }
      return 2;
    });
    after = queue.write([](Transaction& tx) -> Result<int> {
      insert(tx, 3);
      return 3;
    });
  }
  REQUIRE(lived);
  REQUIRE(full->refused("not_writable"));
  CHECK(full->result->error().kind == ErrorKind::unavailable);
  CHECK(full->result->error().retry_after_s > 0);
  CHECK(contains(full->result->error().detail, "the disk is full"));
  CHECK(before->succeeded());
  CHECK(after->succeeded());
  CHECK(store->health().writable);
  CHECK(wholes() == Wholes{1, 3});
}

TEST_CASE_FIXTURE(Troubled, "a commit that fails in the disk stops all writing until a restart") {
  REQUIRE(write(1).has_value());
  {
    const FaultyDisk failing(EIO, "-wal");
    const auto failed = write(2);
    CHECK(FaultyDisk::failures() > 0);
    REQUIRE(failed.has_error());
    CHECK(failed.error().code == "not_writable");
    CHECK(failed.error().retry_after_s > 0);
  }
  // What is on disk is unknown now, whatever the disk says later.
  CHECK_FALSE(store->health().writable);
  CHECK_FALSE(store->health().reason.empty());
  const auto later = write(3);
  REQUIRE(later.has_error());
  CHECK(later.error().kind == ErrorKind::unavailable);
  CHECK(told == 1);
  CHECK(wholes() == Wholes{1});  // reading goes on

  reopen();
  CHECK(store->health().writable);
  CHECK(wholes() == Wholes{1});
  CHECK(store::check(file).empty());
  CHECK(write(4).has_value());
}

// After a failed write or fsync of the database a later one may "succeed" without the lost pages. The log
// has them still, and must not be folded back before it is read anew.
TEST_CASE_FIXTURE(Troubled, "folding the log back into a failing disk stops all writing, and loses nothing") {
  // Answers when the writer is past folding back what came before, and leaves nothing to fold itself.
  store->write_now("test", [](Transaction&) -> Result<bool> { return true; }).value();
  {
    const FaultyDisk failing(EIO, "circled.sqlite3");
    const auto large = store->write_now("test", [](Transaction& tx) -> Result<bool> {
      tx.run("INSERT INTO sample (whole, text) VALUES (1, $1)", std::string(100'000, 'x'));
      return true;
    });
    CHECK(large.has_value());  // it is safe in the log
    CHECK(write(2).has_error());
    CHECK(FaultyDisk::failures() > 0);
  }
  CHECK_FALSE(store->health().writable);
  CHECK(wholes() == Wholes{1});
  store.reset();
  CHECK(std::filesystem::exists(file.string() + "-wal"));
  reopen();
  CHECK(wholes() == Wholes{1});
  CHECK(store->read_now([](Snapshot& db) { return *db.one<int>("SELECT length(text) FROM sample"); }) ==
        100'000);
  CHECK(store::check(file).empty());
  CHECK(write(3).has_value());
}

}  // namespace
}  // namespace circled
