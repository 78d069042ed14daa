// The engines that every conformance test runs on. Such a test sees a Store& and nothing else of its
// engine: a new engine adds itself to CIRCLED_ENGINES and must pass all of them.
#pragma once
#include <doctest/doctest.h>

#include "store/sqlite.hpp"
#include "support/store.hpp"

namespace circled::test {

struct Limits {
  std::size_t commit_batch = 64;
  std::size_t queue = 4096;
};

// A store of its own on a fresh database with the real schema.
struct SqliteEngine {
  TemporaryFolder folder;
  circled::store::SqliteStore store;

  explicit SqliteEngine(Limits limits = {})
      : store({folder.path() / "circled.sqlite3", limits.commit_batch, limits.queue}) {}

  // One column for each kind of value, in the engine's own types.
  static constexpr std::string_view sample_table =
      "CREATE TABLE sample (id INTEGER PRIMARY KEY, whole INTEGER, real REAL, text TEXT, flag INTEGER) "
      "STRICT";
};

#define CIRCLED_ENGINES circled::test::SqliteEngine

// An engine with the table `sample`, for tests that need no programme.
template <class Engine>
struct Sample : Engine {
  explicit Sample(Limits limits = {}) : Engine(limits) {
    this->store
        .write_now("sample",
                   [](Transaction& tx) -> Result<bool> {
                     tx.run(Engine::sample_table);
                     return true;
                   })
        .value();
  }

  // How many rows `sample` has.
  std::int64_t rows() {
    return this->store.read_now(
        [](Snapshot& db) { return *db.one<std::int64_t>("SELECT count(*) FROM sample"); });
  }
  // The rows' `whole`, in order.
  std::vector<std::int64_t> wholes() {
    return this->store.read_now(
        [](Snapshot& db) { return db.all<std::int64_t>("SELECT whole FROM sample ORDER BY whole"); });
  }
};

// The commonest command of these tests.
inline void insert(Transaction& tx, std::int64_t whole) {
  tx.run("INSERT INTO sample (whole) VALUES ($1)", whole);
}

}  // namespace circled::test

TYPE_TO_STRING(circled::test::SqliteEngine);
