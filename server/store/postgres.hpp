// The engine for more than one machine: PostgreSQL, and any number of servers over one database.
//
// A few threads write, each with a connection of its own. One takes what is queued, its share of it at the
// most `commit_batch`, and runs it in one SERIALIZABLE transaction, each command in a savepoint. Which
// failures run what again:
//
//   40001, 40P01   lost against another transaction: the whole batch, and after some tries each command of it
//                  by itself; a command that loses too often is told 503
//   23P01, 23505   refused by a constraint: perhaps by a row that was not there yet when this transaction
//                  began, so the command alone runs once more in a later one, and can word its refusal
//   no connection  before COMMIT nothing has happened: again, on a new one. During COMMIT the transaction's
//                  id is looked up (pg_xact_status); if even that cannot be had, the callers are told that
//                  the outcome is unknown, never a guess
//
// What a transaction tells live connections goes to this server's own after COMMIT, and through the table
// `wake` to the others' (postgres_wake.hpp). Audit entries are chained by one server at a time.
#pragma once
#include <memory>
#include <span>
#include <string>

#include "store/migration.hpp"
#include "store/open_error.hpp"
#include "store/store.hpp"

namespace circled::store {

struct PostgresOptions {
  std::string uri;                // libpq's, without a password
  std::size_t commit_batch = 64;  // commands per COMMIT at the most
  std::size_t queue = 4096;       // commands waiting at the most, and reads waiting at the most
  std::size_t writers = 1;        // connections that write
  std::size_t readers = 4;        // threads, and so connections, that read for coroutines
  std::size_t report_threads = 2;
};

class PostgresStore final : public Store {
 public:
  // Connects and brings the schema up to date, one server at a time.
  // Throws OpenError: one line that names the database and the remedy.
  explicit PostgresStore(PostgresOptions options,
                         std::span<const Migration> migrations = postgres_migrations());
  ~PostgresStore() override;  // finish()

  void start() override;
  void finish() override;
  Health health() const override;

 private:
  bool submit(std::unique_ptr<Command>& command) override;
  void read_here(FunctionRef<void(Snapshot&)> f, Snapshot::Extent extent) override;
  bool reads_where_called() const override { return false; }
  bool read_soon(FunctionRef<void(Snapshot&)> f, Snapshot::Extent extent, const Done& done) override;
  void on_report_pool(std::function<void()> job) override;
  bool on_engine_thread() const override;

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace circled::store
