#include "store/sqlite.hpp"

#include <spdlog/spdlog.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "store/batch.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_schema.hpp"

namespace circled::store {
namespace detail {

Error queue_full() {
  return {ErrorKind::unavailable, "busy", "The server is busy; try again in a moment.", {}, {}, 1};
}

}  // namespace detail

namespace {

using namespace std::chrono_literals;

Error not_writable(const std::string& why) {
  return {ErrorKind::unavailable, "not_writable", "Changes cannot be saved now: " + why + ".", {}, {}, 30};
}

}  // namespace

struct SqliteStore::Impl {
  Impl(SqliteStore& s, SqliteOptions o) : store(s), options(std::move(o)), reports(options.report_threads) {}

  SqliteStore& store;
  const SqliteOptions options;

  std::unique_ptr<SqliteConnection> writer;  // used by `thread` alone once that runs
  std::thread thread;
  int wal_pages = 0;                         // pages in the WAL after the last commit

  mutable std::mutex mutex;                  // guards what follows
  std::condition_variable arrived;
  std::deque<std::unique_ptr<Command>> queue;
  bool stopping = false;
  Health health;

  std::mutex readers_mutex;
  std::vector<std::unique_ptr<SqliteConnection>> readers;  // idle ones; one is lent to each running closure
  boost::asio::thread_pool reports;

  void run();
  bool take(std::vector<std::unique_ptr<Command>>& commands);
  void commit(std::vector<std::unique_ptr<Command>>& commands);
  void refuse(std::vector<std::unique_ptr<Command>>& commands, const Error& why);
  void stop_writing(const std::string& why);
  void checkpoint(const char* pragma);
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
  try {
    writer->execute(pragma);
  } catch (const std::exception& e) {
    spdlog::warn("store: checkpoint failed: {}", e.what());
  }
}

void SqliteStore::Impl::refuse(std::vector<std::unique_ptr<Command>>& commands, const Error& why) {
  for (auto& command : commands) command->fail(why);
}

void SqliteStore::Impl::stop_writing(const std::string& why) {
  spdlog::critical("store: no more writes until restart: {}", why);
  std::lock_guard lock(mutex);
  health.writable = false;
  health.reason = why;
}

// Runs one batch: all of it is on disk when this returns, or none of it and every command has failed.
void SqliteStore::Impl::commit(std::vector<std::unique_ptr<Command>>& commands) {
  Batch batch(*writer);
  const char* step = "BEGIN IMMEDIATE";
  try {
    writer->execute("BEGIN IMMEDIATE");
    for (auto& command : commands) {
      batch.run(*command);
      if (writer->autocommit()) throw std::runtime_error("SQLite ended the transaction in " + std::string(command->name));
    }
    if (store.before_commit) batch.before_commit(store.before_commit);
    step = "COMMIT";
    writer->execute("COMMIT");
  } catch (const SQLite::Exception& e) {
    const int code = e.getErrorCode();
    if (!writer->autocommit()) writer->execute("ROLLBACK");
    // After a COMMIT that failed in I/O nobody knows what is on disk. A full disk is known and may recover.
    if (code != SQLITE_FULL && std::string_view(step) == "COMMIT") stop_writing(e.what());
    spdlog::error("store: batch of {} failed at {}: {}", commands.size(), step, e.what());
    return refuse(commands, not_writable(code == SQLITE_FULL ? "the disk is full" : "the database reports an error"));
  } catch (const std::exception& e) {
    if (!writer->autocommit()) writer->execute("ROLLBACK");
    spdlog::error("store: batch of {} failed at {}: {}", commands.size(), step, e.what());
    return refuse(commands, not_writable("the database reports an error"));
  }
  if (store.on_committed && !batch.committed().empty()) store.on_committed(batch.take_committed());
}

void SqliteStore::Impl::run() {
  std::vector<std::unique_ptr<Command>> commands;
  while (take(commands)) {
    bool writable;
    {
      std::lock_guard lock(mutex);
      writable = health.writable;
    }
    if (writable)
      commit(commands);
    else
      refuse(commands, not_writable("the disk reported an error; the server must be restarted"));
    {
      std::lock_guard lock(mutex);
      health.commands += commands.size();
      ++health.commits;
    }
    for (auto& command : commands) command->complete();
    commands.clear();
    // TRUNCATE waits for readers, which hold a snapshot for microseconds; PASSIVE alone would let the
    // file grow for as long as the load lasts.
    if (wal_pages > static_cast<int>(options.checkpoint_pages)) {
      checkpoint(wal_pages > 8 * static_cast<int>(options.checkpoint_pages) ? "PRAGMA wal_checkpoint(RESTART)"
                                                                            : "PRAGMA wal_checkpoint(PASSIVE)");
    }
  }
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
}

void SqliteStore::finish() {
  impl_->reports.join();
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->arrived.notify_one();
  if (impl_->thread.joinable()) impl_->thread.join();
}

SqliteStore::~SqliteStore() {
  finish();
  impl_->readers.clear();
  impl_->checkpoint("PRAGMA wal_checkpoint(TRUNCATE)");
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

void SqliteStore::read_here(FunctionRef<void(Snapshot&)> f) {
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

  connection->execute("BEGIN");
  try {
    Snapshot snapshot(*connection);
    f(snapshot);
  } catch (...) {
    if (!connection->autocommit()) connection->execute("ROLLBACK");
    std::lock_guard lock(impl_->readers_mutex);
    impl_->readers.push_back(std::move(connection));
    throw;
  }
  connection->execute("COMMIT");
  std::lock_guard lock(impl_->readers_mutex);
  impl_->readers.push_back(std::move(connection));
}

void SqliteStore::on_report_pool(std::function<void()> job) { boost::asio::post(impl_->reports, std::move(job)); }

}  // namespace circled::store
