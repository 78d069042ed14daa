#include "store/sqlite.hpp"

#include <spdlog/spdlog.h>
#include <sqlite3.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "store/batch.hpp"
#include "store/pool.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_schema.hpp"

namespace circled::store {
namespace {

using namespace std::chrono_literals;

Error not_writable(const std::string& why) {
  return {ErrorKind::unavailable, "not_writable", "Changes cannot be saved now: " + why + ".", {}, {}, 30};
}

// A full disk does not always cost the transaction: where SQLite had a journal of the statement it takes
// back that statement alone. Only the command that met it is refused then; the others of its batch stand.
std::optional<Error> judge_full_disk(const Command& command, const std::exception_ptr& why) {
  try {
    std::rethrow_exception(why);
  } catch (const SQLite::Exception& e) {
    if (primary_code(e) != SQLITE_FULL) return {};
    spdlog::error("store: {} failed: {}", command.name, e.what());
    return not_writable("the disk is full");
  } catch (...) {
    return {};
  }
}

}  // namespace

struct SqliteStore::Impl {
  Impl(SqliteStore& s, SqliteOptions o) : store(s), options(std::move(o)), reports(options.report_threads) {}

  SqliteStore& store;
  const SqliteOptions options;

  std::unique_ptr<SqliteConnection> writer;  // used by `thread` alone once that runs
  // Reads the newest state all the time, so that the others who read find its lock taken by this process:
  // SQLite then counts them in memory, where it would ask the kernel twice for each read. The thread's too.
  std::unique_ptr<SqliteConnection> standby;
  std::thread thread;
  std::thread::id thread_id;
  int wal_pages = 0;        // pages in the WAL after the last commit
  int wal_pages_tried = 0;  // as many when it was last folded back under load

  mutable std::mutex mutex;  // guards what follows
  std::condition_variable arrived;
  std::deque<std::unique_ptr<Command>> queue;
  bool stopping = false;  // the queue takes nothing more
  Health health;

  std::mutex readers_mutex;
  std::vector<std::unique_ptr<SqliteConnection>> readers;  // idle ones; one is lent to each running closure
  Pool reports;

  void run();
  bool take(std::vector<std::unique_ptr<Command>>& commands);
  bool commit(std::vector<std::unique_ptr<Command>>& commands);
  void give_up(std::vector<std::unique_ptr<Command>>& commands, bool committing);
  void tell(Batch& batch);
  void refuse(std::vector<std::unique_ptr<Command>>& commands, const Error& why);
  bool writable() const;
  void stop_writing(const std::string& why);
  void checkpoint(const char* pragma);
  void stand_by();
  void stand_aside();
  void fold_long_wal();
  void close();
};

// Waits for work; false when stopped and drained. An idle moment is when the WAL is folded back.
bool SqliteStore::Impl::take(std::vector<std::unique_ptr<Command>>& commands) {
  std::unique_lock lock(mutex);
  while (queue.empty()) {
    if (stopping) return false;
    if (wal_pages == 0) {
      arrived.wait(lock);
    } else if (arrived.wait_for(lock, 100ms) == std::cv_status::timeout && queue.empty()) {
      lock.unlock();
      checkpoint("PRAGMA wal_checkpoint(PASSIVE)");
      stand_by();
      wal_pages = 0;
      lock.lock();
    }
  }
  while (!queue.empty() && commands.size() < options.commit_batch) {
    commands.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  return true;
}

void SqliteStore::Impl::checkpoint(const char* pragma) {
  if (!writable()) return;
  stand_aside();  // nobody folds back what is being read
  try {
    writer->execute(pragma);
  } catch (const std::exception& e) {
    spdlog::warn("store: checkpoint failed: {}", e.what());
    // After a failed fsync the next one may report success although pages were lost. The WAL still has
    // them all, so nothing may fold it back before a restart reads it anew.
    const auto* error = dynamic_cast<const SQLite::Exception*>(&e);
    if (error && primary_code(*error) == SQLITE_IOERR) stop_writing(e.what());
  }
}

void SqliteStore::Impl::stand_by() {
  stand_aside();
  try {
    if (!standby) standby = std::make_unique<SqliteConnection>(options.file, SqliteConnection::Mode::read);
    standby->execute("BEGIN");
    standby->execute("SELECT 1 FROM sqlite_schema LIMIT 1");
  } catch (const std::exception& e) {  // then reads cost a little more
    spdlog::warn("store: {}", e.what());
    standby.reset();
  }
}

void SqliteStore::Impl::stand_aside() {
  try {
    if (standby && !standby->autocommit()) standby->execute("COMMIT");
  } catch (const std::exception& e) {
    spdlog::warn("store: {}", e.what());
    standby.reset();
  }
}

// PASSIVE waits for nobody, and the WAL then begins anew at the next write, unless some reader is in
// it just then. Under unbroken reading it would grow for as long as the load lasts: RESTART waits for
// the readers, but not for long, for a report may keep its snapshot while bookings wait.
void SqliteStore::Impl::fold_long_wal() {
  const int long_wal = static_cast<int>(options.checkpoint_pages);
  if (wal_pages < wal_pages_tried) wal_pages_tried = 0;
  if (wal_pages - wal_pages_tried <= long_wal) return;
  if (wal_pages <= 8 * long_wal) {
    checkpoint("PRAGMA wal_checkpoint(PASSIVE)");
  } else {
    writer->database().setBusyTimeout(100);
    checkpoint("PRAGMA wal_checkpoint(RESTART)");
    writer->database().setBusyTimeout(SqliteConnection::busy_ms);
  }
  wal_pages_tried = wal_pages;
}

void SqliteStore::Impl::refuse(std::vector<std::unique_ptr<Command>>& commands, const Error& why) {
  for (auto& command : commands) command->fail(why);
}

bool SqliteStore::Impl::writable() const {
  std::lock_guard lock(mutex);
  return health.writable;
}

void SqliteStore::Impl::stop_writing(const std::string& why) {
  spdlog::critical("store: no more writes until restart: {}", why);
  std::lock_guard lock(mutex);
  health.writable = false;
  health.reason = why;
}

// Runs one batch: all of it is on disk when this answers true, else none of it and every command has
// failed.
bool SqliteStore::Impl::commit(std::vector<std::unique_ptr<Command>>& commands) {
  Batch batch(*writer, judge_full_disk);
  bool committing = false;
  try {
    writer->execute("BEGIN IMMEDIATE");
    for (auto& command : commands) {
      batch.run(*command);
      if (writer->autocommit())
        throw std::runtime_error("SQLite ended the transaction in " + std::string(command->name));
    }
    if (store.before_commit) batch.before_commit(store.before_commit);
    committing = true;
    writer->execute("COMMIT");
  } catch (...) {
    give_up(commands, committing);
    return false;
  }
  tell(batch);
  return true;
}

// For a catch clause.
void SqliteStore::Impl::give_up(std::vector<std::unique_ptr<Command>>& commands, bool committing) {
  int code = 0;
  std::string what = "something that is no std::exception";
  try {
    throw;
  } catch (const SQLite::Exception& e) {
    code = primary_code(e);
    what = e.what();
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {
  }
  spdlog::error("store: a batch of {} failed{}: {}", commands.size(), committing ? " to commit" : "", what);
  // After a COMMIT that failed in I/O nobody knows what is on disk. A full disk is known and may recover;
  // the other two were refused before anything was written.
  if (committing && code != SQLITE_FULL && code != SQLITE_BUSY && code != SQLITE_CONSTRAINT)
    stop_writing(what);
  try {
    if (!writer->autocommit()) writer->execute("ROLLBACK");
  } catch (const std::exception& e) {
    stop_writing(e.what());
  }
  refuse(commands, not_writable(code == SQLITE_FULL ? "the disk is full" : "the database reports an error"));
}

void SqliteStore::Impl::tell(Batch& batch) {
  if (!store.on_committed || batch.committed().empty()) return;
  try {
    store.on_committed(batch.take_committed());
  } catch (const std::exception& e) {  // a bug; but the batch is on disk and its callers must hear so
    spdlog::critical("store: what was committed could not be passed on: {}", e.what());
  }
}

void SqliteStore::Impl::run() {
  std::vector<std::unique_ptr<Command>> commands;
  stand_by();
  while (take(commands)) {
    bool committed = false;
    if (writable())
      committed = commit(commands);
    else
      refuse(commands, not_writable("the disk reported an error; the server must be restarted"));
    {
      std::lock_guard lock(mutex);
      health.commands += commands.size();
      if (committed) ++health.commits;
    }
    for (auto& command : commands) command->complete();
    commands.clear();
    fold_long_wal();
    stand_by();
  }
  standby.reset();
}

// After a grave error the WAL is left as it is: the next start reads it anew and knows what is on disk.
void SqliteStore::Impl::close() {
  readers.clear();
  checkpoint("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!writable()) writer->checkpoint_on_close(false);
}

SqliteStore::SqliteStore(SqliteOptions options, std::span<const Migration> migrations)
    : impl_(std::make_unique<Impl>(*this, std::move(options))) {
  impl_->writer = open_writer(impl_->options.file, migrations);
  sqlite3_wal_hook(
      impl_->writer->database().getHandle(),
      [](void* pages, sqlite3*, const char*, int n) {
        *static_cast<int*>(pages) = n;
        return SQLITE_OK;
      },
      &impl_->wal_pages);
  impl_->thread = std::thread([this] { impl_->run(); });
  impl_->thread_id = impl_->thread.get_id();
}

void SqliteStore::finish() {
  impl_->reports.stop();
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->arrived.notify_one();
  if (impl_->thread.joinable()) impl_->thread.join();
}

SqliteStore::~SqliteStore() {
  finish();
  impl_->close();
}

Health SqliteStore::health() const {
  std::lock_guard lock(impl_->mutex);
  Health health = impl_->health;
  health.queued = impl_->queue.size();
  return health;
}

bool SqliteStore::submit(std::unique_ptr<Command>& command) {
  {
    std::lock_guard lock(impl_->mutex);
    if (impl_->queue.size() >= impl_->options.queue || impl_->stopping) {
      ++impl_->health.refused_full;
      return false;
    }
    impl_->queue.push_back(std::move(command));
  }
  impl_->arrived.notify_one();
  return true;
}

void SqliteStore::read_here(FunctionRef<void(Snapshot&)> f, Snapshot::Extent extent) {
  std::unique_ptr<SqliteConnection> connection;
  {
    std::lock_guard lock(impl_->readers_mutex);
    if (!impl_->readers.empty()) {
      connection = std::move(impl_->readers.back());
      impl_->readers.pop_back();
    }
  }
  if (!connection)
    connection = std::make_unique<SqliteConnection>(impl_->options.file, SqliteConnection::Mode::read);

  // A connection on which BEGIN, COMMIT or ROLLBACK fails is closed, not lent again.
  const auto give_back = [&] {
    std::lock_guard lock(impl_->readers_mutex);
    impl_->readers.push_back(std::move(connection));
  };
  const bool many = extent == Snapshot::Extent::many;
  if (many) connection->execute("BEGIN");
  try {
    Snapshot snapshot(*connection, extent);
    f(snapshot);
  } catch (...) {
    if (!connection->autocommit()) connection->execute("ROLLBACK");
    give_back();
    throw;
  }
  if (many) connection->execute("COMMIT");
  give_back();
}

void SqliteStore::on_report_pool(std::function<void()> job) { impl_->reports.run(std::move(job)); }

bool SqliteStore::on_engine_thread() const { return std::this_thread::get_id() == impl_->thread_id; }

}  // namespace circled::store
