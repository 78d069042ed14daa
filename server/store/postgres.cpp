#include "store/postgres.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <random>
#include <thread>

#include "base/clock.hpp"
#include "base/token.hpp"
#include "store/batch.hpp"
#include "store/pool.hpp"
#include "store/postgres_connection.hpp"
#include "store/postgres_reads.hpp"
#include "store/postgres_schema.hpp"
#include "store/postgres_wake.hpp"

namespace circled::store {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;
using Commands = std::vector<std::unique_ptr<Command>>;

constexpr auto patience = 8s;      // for a database that is away, before callers are told so
constexpr int tries_together = 4;  // of a batch that loses against others; then each command by itself
constexpr auto stubborn = 3s;      // how long a command by itself tries again before its caller is told
constexpr std::chrono::milliseconds seal_every = 500ms, clean_every = 10s;

// Advisory locks, apart by their first number (the schema's is postgres_schema.cpp's own).
constexpr std::int64_t seal_lock = 7103845, job_lock = 7103846;

thread_local bool engine_thread = false;

Error away(const std::string& why) {
  return {ErrorKind::unavailable, "not_writable", "Changes cannot be saved now: " + why + ".", {}, {}, 5};
}
Error contended() {
  return {
      ErrorKind::unavailable, "busy", "Too many change the same thing at this moment; try again.", {}, {}, 1};
}
Error outcome_unknown() {
  return {
      ErrorKind::unavailable,
      "outcome_unknown",
      "The connection to the database broke while this was being saved, and whether it was cannot be told "
      "now. Send it again with the same Idempotency-Key, or look first.",
      {},
      {},
      5};
}

// A command that met a time limit is refused as such; anything else it threw is its own.
std::optional<Error> judge_time_limit(const Command& command, const std::exception_ptr& why) {
  try {
    std::rethrow_exception(why);
  } catch (const TookTooLong& e) {
    spdlog::warn("store: {} took too long: {}", command.name, e.what());
    return contended();
  } catch (...) {
    return {};
  }
}

// Whether a transaction was committed can not be found out.
struct Unknown : Gone {
  using Gone::Gone;
};

}  // namespace

struct PostgresStore::Impl {
  Impl(PostgresStore& s, PostgresOptions o)
      : store(s),
        options(std::move(o)),
        node(random_token(9)),
        wake(options.uri, node,
             [this](Committed&& heard) {
               if (store.on_committed) store.on_committed(std::move(heard));
             }),
        reads(options.readers, options.queue),
        reports(options.report_threads),
        shared_reads(options.uri, options.queue, [this](FunctionRef<void(Snapshot&)> f, const Done& done) {
          return reads.run(store.read_job(f, Snapshot::Extent::one, done));
        }) {}

  PostgresStore& store;
  const PostgresOptions options;
  const std::string node;

  mutable std::mutex mutex;  // guards what follows
  std::condition_variable arrived;
  std::deque<std::unique_ptr<Command>> queue;
  bool stopping = false;  // the queue takes nothing more
  bool unsealed = true;   // something was committed since the trail was last sealed
  Health health;

  std::mutex readers_mutex;
  std::vector<std::unique_ptr<PostgresConnection>> readers;  // idle ones; one is lent to each running closure

  Wake wake;
  std::vector<std::thread> writers;
  std::thread sealer;
  std::once_flag started;
  std::condition_variable seal_now;
  Pool reads, reports;
  SharedReads shared_reads;

  // One thread that writes.
  struct Writer {
    explicit Writer(Impl& i) : impl(i) {}
    Impl& impl;
    std::unique_ptr<PostgresConnection> connection;
    std::string lost;  // what the database said when it last refused a transaction for others' sake
    std::mt19937 random{std::random_device{}()};

    void run();
    void process(Commands& commands);
    bool attempt(Commands& commands, Commands& again);
    bool landed(const std::string& transaction);
    void connect(Steady::time_point until);
    void hesitate(int tries);
  };

  bool take(Commands& commands);
  void tell(Batch& batch);
  void seal_for_ever();
  void seal_once(PostgresConnection& connection);
  void set_writable(bool yes, const std::string& why = {});
};

// Waits for work; false when stopped and drained. A share, so that the other threads have work too; what is
// no plain change goes by itself.
bool PostgresStore::Impl::take(Commands& commands) {
  std::unique_lock lock(mutex);
  arrived.wait(lock, [&] { return stopping || !queue.empty(); });
  if (queue.empty()) return false;
  const std::size_t share = std::clamp<std::size_t>(queue.size() / options.writers, 1,
                                                    std::max<std::size_t>(1, options.commit_batch));
  while (!queue.empty() && commands.size() < share) {
    if (queue.front()->kind != Command::Kind::change && !commands.empty()) break;
    commands.push_back(std::move(queue.front()));
    queue.pop_front();
    if (commands.back()->kind != Command::Kind::change) break;
  }
  return true;
}

void PostgresStore::Impl::set_writable(bool yes, const std::string& why) {
  std::lock_guard lock(mutex);
  if (health.writable && !yes) spdlog::error("store: the database takes no writes: {}", why);
  if (!health.writable && yes) spdlog::info("store: the database takes writes again");
  health.writable = yes;
  health.reason = why;
}

void PostgresStore::Impl::tell(Batch& batch) {
  const bool any = !batch.committed().empty();
  if (any) wake.ring();
  if (!any || !store.on_committed) return;
  try {
    store.on_committed(batch.take_committed());
  } catch (const std::exception& e) {  // a bug; but the batch is on disk and its callers must hear so
    spdlog::critical("store: what was committed could not be passed on: {}", e.what());
  }
}

void PostgresStore::Impl::Writer::connect(Steady::time_point until) {
  auto pause = 20ms;
  while (!connection) {
    try {
      connection = std::make_unique<PostgresConnection>(impl.options.uri);
      impl.set_writable(true);
    } catch (const Gone& e) {
      impl.set_writable(false, "the database cannot be reached");
      if (Steady::now() + pause > until) throw;
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, 1000ms);
    }
  }
}

// So that two who keep meeting do not meet again.
void PostgresStore::Impl::Writer::hesitate(int tries) {
  const auto most = std::chrono::microseconds(500) * (1 << std::min(tries, 7));
  std::this_thread::sleep_for(
      std::chrono::microseconds(std::uniform_int_distribution<std::int64_t>(0, most.count())(random)));
}

// Runs the commands in one transaction and commits it: false when all of it must be run again. What a
// constraint refused for the first time goes to `again`.
bool PostgresStore::Impl::Writer::attempt(Commands& commands, Commands& again) {
  const auto kind = commands.front()->kind;
  Batch batch(*connection, judge_time_limit);
  std::string transaction;
  bool committing = false;
  std::vector<bool> put_off(commands.size(), false);
  try {
    connection->take_violated();
    connection->control(kind == Command::Kind::claim ? "BEGIN ISOLATION LEVEL READ COMMITTED"
                                                     : "BEGIN ISOLATION LEVEL SERIALIZABLE");
    connection->send("SELECT CAST(pg_current_xact_id() AS text)", {},
                     [&](const Row& row) { transaction = row.text(0); });
    if (kind == Command::Kind::alone) {
      const std::array<Value, 2> name{job_lock, commands.front()->name};
      bool mine = false;
      connection->execute("SELECT pg_try_advisory_xact_lock(CAST($1 AS int), hashtext($2))", name,
                          [&](const Row& row) { mine = row.integer(0) != 0; });
      if (!mine) {
        connection->control("ROLLBACK");
        connection->settle();
        commands.front()->skip();
        return true;
      }
    }
    for (std::size_t i = 0; i < commands.size(); ++i) {
      Command& command = *commands[i];
      batch.run(command, [&] {
        put_off[i] = connection->take_violated() && !command.ran_again;
        return static_cast<bool>(put_off[i]);
      });
    }
    write_wake(*connection, impl.node, SystemClock().now(), batch.committed());
    committing = true;
    connection->control("COMMIT");
    connection->settle();
  } catch (const Gone& e) {
    connection.reset();
    spdlog::warn("store: {}", e.what());
    if (!committing || transaction.empty()) return false;
    if (!landed(transaction)) return false;
  } catch (const Lost& e) {
    lost = e.what();
    connection->reset();
    std::lock_guard lock(impl.mutex);
    ++impl.health.retries;
    return false;
  }
  impl.tell(batch);
  for (std::size_t i = commands.size(); i-- > 0;) {
    if (!put_off[i]) continue;
    commands[i]->ran_again = true;
    again.push_back(std::move(commands[i]));
    commands.erase(commands.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return true;
}

// What became of a transaction whose COMMIT was not answered. Throws Unknown when nobody can tell.
bool PostgresStore::Impl::Writer::landed(const std::string& transaction) {
  const auto until = Steady::now() + patience;
  for (;;) {
    try {
      connect(until);
      std::string status;
      const std::array<Value, 1> id{std::string_view(transaction)};
      connection->execute("SELECT pg_xact_status(CAST($1 AS xid8))", id,
                          [&](const Row& row) { status = row.text(0); });
      if (status == "committed") return true;
      if (status == "aborted") return false;
      if (status.empty() || Steady::now() > until) throw Unknown("the outcome of a COMMIT is not known");
      std::this_thread::sleep_for(20ms);  // the old connection's server process is still at it
    } catch (const Unknown&) {
      throw;
    } catch (const Gone& e) {
      connection.reset();
      if (Steady::now() > until) throw Unknown(e.what());
    }
  }
}

// All of them are done when this returns, in one way or the other, but for those that are put off.
void PostgresStore::Impl::Writer::process(Commands& commands) {
  Commands again;
  const auto until = Steady::now() + patience;
  std::optional<Steady::time_point>
      give_up;  // once it has lost; how long the database was away is another matter
  const auto refuse = [&](const Error& why) {
    for (auto& command : commands) command->fail(why);
  };
  const auto one_by_one = [&] {
    for (auto& command : commands) {
      Commands single;
      single.push_back(std::move(command));
      process(single);
    }
    commands.clear();
  };
  bool committed = false;
  for (int tries = 0;; ++tries) {
    try {
      connect(until);
      committed = attempt(commands, again);
      if (committed) break;
      if (!connection && Steady::now() > until) throw Gone("too many broken connections");
      if (commands.size() > 1 && tries + 1 >= tries_together) return one_by_one();
      // By the time, not by a count: whoever stands in the way may be one long transaction, against which
      // every try is lost until it ends. From the first loss on: a connection that broke is none.
      if (commands.size() == 1 && connection) {
        if (!give_up) give_up = Steady::now() + stubborn;
        if (Steady::now() > *give_up) {
          spdlog::warn("store: {} lost {} times against others, the last time so: {}", commands.front()->name,
                       tries + 1, lost);
          refuse(contended());
          break;
        }
      }
      hesitate(tries);
    } catch (const Gone& e) {
      connection.reset();
      refuse(dynamic_cast<const Unknown*>(&e) ? outcome_unknown() : away("the database cannot be reached"));
      break;
    } catch (const std::exception& e) {
      // Not a command's own: BEGIN or COMMIT failed in a way that no repetition mends.
      spdlog::error("store: a batch of {} failed: {}", commands.size(), e.what());
      connection.reset();
      if (commands.size() > 1) return one_by_one();
      refuse(away("the database reports an error"));
      break;
    }
  }
  {
    std::lock_guard lock(impl.mutex);
    impl.health.commands += commands.size();
    if (committed) ++impl.health.commits;
    impl.unsealed = true;
  }
  for (auto& command : commands) command->complete();
  for (auto& command : again) {
    Commands single;
    single.push_back(std::move(command));
    process(single);
  }
}

void PostgresStore::Impl::Writer::run() {
  engine_thread = true;
  for (Commands commands; impl.take(commands); commands.clear()) process(commands);
}

// The audit trail's chain: whichever server holds the lock adds what is new. In READ COMMITTED, for a
// serializable reader of everything that is inserted would make all others repeat themselves.
void PostgresStore::Impl::seal_once(PostgresConnection& connection) {
  bool mine = false;
  connection.control("BEGIN ISOLATION LEVEL READ COMMITTED");
  const std::array<Value, 1> lock{seal_lock};
  connection.execute("SELECT pg_try_advisory_xact_lock($1)", lock,
                     [&](const Row& row) { mine = row.integer(0) != 0; });
  if (mine && store.before_commit) {
    Batch batch(connection, judge_time_limit);
    batch.before_commit(store.before_commit);
  }
  connection.control("COMMIT");
  connection.settle();
}

void PostgresStore::Impl::seal_for_ever() {
  engine_thread = true;
  std::unique_ptr<PostgresConnection> connection;
  auto clean_at = Steady::now();
  std::unique_lock lock(mutex);
  for (int idle = 0;; ++idle) {
    seal_now.wait_for(lock, seal_every, [&] { return stopping; });
    const bool last = stopping;
    // Now and then all the same: another server may have stopped before it came to it. It also finds out
    // whether the database is there; nobody may write here, and find that out, before it is known to be back.
    if (unsealed || last || idle >= 10 || !health.writable) {
      unsealed = false;
      idle = 0;
      lock.unlock();
      try {
        if (!connection) connection = std::make_unique<PostgresConnection>(options.uri);
        seal_once(*connection);
        set_writable(true);
        if (Steady::now() >= clean_at) {
          clean_wake(*connection, SystemClock().now());
          clean_at = Steady::now() + clean_every;
        }
        lock.lock();
      } catch (const std::exception& e) {
        const bool away = dynamic_cast<const Gone*>(&e) && !connection;
        if (away)
          set_writable(false, "the database cannot be reached");
        else
          spdlog::warn("store: the audit trail is not sealed, or old bells not forgotten, for the moment: {}",
                       e.what());
        connection.reset();
        lock.lock();
        unsealed = true;
      }
    }
    if (last) return;
  }
}

PostgresStore::PostgresStore(PostgresOptions options, std::span<const Migration> migrations)
    : impl_(std::make_unique<Impl>(*this, std::move(options))) {
  bring_up_to_date(impl_->options.uri, migrations);
  for (std::size_t i = 0; i < impl_->options.writers; ++i)
    impl_->writers.emplace_back([this] { Impl::Writer(*impl_).run(); });
}

// Not at once: both call what the owner of this store has yet to set.
void PostgresStore::start() {
  std::call_once(impl_->started, [this] {
    impl_->wake.start();
    impl_->sealer = std::thread([this] { impl_->seal_for_ever(); });
  });
}

void PostgresStore::finish() {
  impl_->shared_reads.stop();
  impl_->reads.stop();
  impl_->reports.stop();
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->arrived.notify_all();
  for (auto& writer : impl_->writers)
    if (writer.joinable()) writer.join();
  impl_->seal_now.notify_all();
  if (impl_->sealer.joinable()) impl_->sealer.join();
  // Last, for the others must still hear what the writers have just committed; and not later, for whoever is
  // told may be gone when this store is.
  impl_->wake.stop();
}

PostgresStore::~PostgresStore() { finish(); }

Health PostgresStore::health() const {
  std::lock_guard lock(impl_->mutex);
  Health health = impl_->health;
  health.queued = impl_->queue.size();
  return health;
}

bool PostgresStore::submit(std::unique_ptr<Command>& command) {
  start();
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

// A closure that read nothing yet, or only read, may run again on a new connection.
void PostgresStore::read_here(FunctionRef<void(Snapshot&)> f, Snapshot::Extent extent) {
  const bool many = extent == Snapshot::Extent::many;
  const auto until = Steady::now() + 2s;
  for (;;) {
    std::unique_ptr<PostgresConnection> connection;
    {
      std::lock_guard lock(impl_->readers_mutex);
      if (!impl_->readers.empty()) {
        connection = std::move(impl_->readers.back());
        impl_->readers.pop_back();
      }
    }
    try {
      if (!connection)
        connection = std::make_unique<PostgresConnection>(impl_->options.uri, PostgresConnection::Use::read);
      if (many) connection->control("BEGIN");
      try {
        Snapshot snapshot(*connection, extent);
        f(snapshot);
      } catch (const Batch::Over&) {
        throw;
      } catch (...) {
        connection->reset();
        std::lock_guard lock(impl_->readers_mutex);
        impl_->readers.push_back(std::move(connection));
        throw;
      }
      if (many) {
        connection->control("COMMIT");
        connection->flush();
      }
      std::lock_guard lock(impl_->readers_mutex);
      impl_->readers.push_back(std::move(connection));
      return;
    } catch (const TookTooLong& e) {
      spdlog::warn("store: a read took too long: {}", e.what());
      throw Unavailable("This took too long; try again in a moment.", 5);
    } catch (const Batch::Over& e) {
      // A connection that idled may have been closed long ago; the next is a new one.
      connection.reset();
      std::lock_guard lock(impl_->readers_mutex);
      impl_->readers.clear();
      if (Steady::now() > until) {
        spdlog::warn("store: cannot read: {}", e.what());
        throw Unavailable("The database cannot be reached now; try again in a moment.", 5);
      }
    }
    std::this_thread::sleep_for(20ms);
  }
}

bool PostgresStore::read_soon(FunctionRef<void(Snapshot&)> f, Snapshot::Extent extent, const Done& done) {
  return extent == Snapshot::Extent::one ? impl_->shared_reads.run(f, done)
                                         : impl_->reads.run(read_job(f, extent, done));
}

void PostgresStore::on_report_pool(std::function<void()> job) { impl_->reports.run(std::move(job)); }

bool PostgresStore::on_engine_thread() const { return engine_thread; }

}  // namespace circled::store
