// The engine for one machine: SQLite in WAL mode, one thread that writes.
//
// The writer thread owns the only connection that ever writes or checkpoints. It drains a bounded
// queue, runs each command in a savepoint inside one BEGIN IMMEDIATE and commits once for the batch
// (synchronous=FULL), then completes the callers. That single connection is also what keeps SQLite
// before 3.51.3 clear of its WAL-reset bug, which needs two connections that write or checkpoint at
// once: readers are opened query_only and with checkpoint-on-close off.
#pragma once
#include <filesystem>
#include <memory>
#include <span>

#include "store/migration.hpp"
#include "store/open_error.hpp"
#include "store/store.hpp"

namespace circled::store {

struct SqliteOptions {
  std::filesystem::path file;
  std::size_t commit_batch = 64;  // commands per COMMIT at the most
  std::size_t queue = 4096;       // commands waiting at the most
  std::size_t report_threads = 2;
  std::size_t checkpoint_pages = 4000;  // the writer checkpoints when the WAL is longer, or when idle
};

class SqliteStore final : public Store {
 public:
  // Opens or creates the file and brings its schema up to date.
  // Throws OpenError: one line that names the file and the remedy (damaged, newer version, not ours).
  explicit SqliteStore(SqliteOptions options, std::span<const Migration> migrations = sqlite_migrations());
  ~SqliteStore() override;  // finish(), checkpoints

  void finish() override;

  Health health() const override;

 private:
  bool submit(std::unique_ptr<Command>& command) override;
  void read_here(FunctionRef<void(Snapshot&)> f, Snapshot::Extent extent) override;
  void on_report_pool(std::function<void()> job) override;
  bool on_engine_thread() const override;

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Copies the database in one step into `target` (which must not exist), from a connection of its own;
// safe beside a running server. On disk, name and all, when this returns; nothing half-done is left
// behind. Throws OpenError.
void backup(const std::filesystem::path& file, const std::filesystem::path& target);

// What is wrong with the file: integrity and foreign keys. Empty when all is well. Throws OpenError
// when it cannot be read at all.
std::vector<std::string> check(const std::filesystem::path& file);

// Reads one consistent state of a file that some other process may be writing. Throws OpenError.
void read_file(const std::filesystem::path& file, FunctionRef<void(Snapshot&)> f);

}  // namespace circled::store
