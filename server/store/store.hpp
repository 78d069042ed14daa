// The store: every read and every write of the server goes through here.
//
//   const auto booking = [=](Transaction& tx) { return book(tx, …); };
//   auto session = co_await store.write("session.book", booking);
//
// A write's closure answers a Result; a refusal rolls back everything it did, and only that. When the
// awaiting side resumes with a success, the change is on disk. The closure has no side effects outside
// its Transaction and never moves from its captures: an engine may run it again.
// A read's closure sees one consistent state and does not suspend.
//
// Capture by reference, or give the closure a name: g++ 12 copies a temporary argument of a co_await bit
// by bit and destroys both copies, which a captured string does not survive. The awaiting frame outlives
// the closure's run, so references are safe.
#pragma once
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/wait.hpp"
#include "store/transaction.hpp"

namespace circled::store {

// A queued write, seen from the engine.
class Command {
 public:
  // How it stands to others that run at the same time, on this server or another over the same database.
  enum class Kind {
    change,  // as if it ran alone
    claim,   // sees what others commit while it runs, and works on rows that it has claimed
    alone,   // a change of which one runs at a time; skipped while another does
  };
  Command(std::string_view n, Kind k) : name(n), kind(k) {}
  virtual ~Command() = default;
  const std::string_view name;  // a literal: "session.book"
  const Kind kind;
  bool ran_again = false;                         // the engine's: a constraint has refused it once before
  virtual bool run(Transaction& tx) = 0;          // false: refused, roll back
  virtual void fail(std::exception_ptr why) = 0;  // in place of the outcome of run
  virtual void fail(Error why) = 0;
  virtual void skip() = 0;      // in place of run: somebody else is at it
  virtual void complete() = 0;  // once, after COMMIT or failure; on the engine's thread
};

namespace detail {
template <class F>
inline constexpr bool safe_to_await =
    std::is_lvalue_reference_v<F> || std::is_trivially_destructible_v<std::remove_cvref_t<F>>;
}

struct Health {
  bool writable = true;
  std::string reason;          // when not writable
  std::size_t queued = 0;      // commands waiting
  std::uint64_t commands = 0;  // since start
  std::uint64_t commits = 0;   // that succeeded
  std::uint64_t refused_full = 0;
  std::uint64_t retries = 0;  // transactions run again because they lost against another
};

class Store {
 public:
  virtual ~Store() = default;

  // A closure that holds anything with a destructor is given a name before it is awaited with:
  //
  //   const auto change = [name, now](Transaction& tx) { … };
  //   auto changed = co_await store.write("thing.change", change);
  //
  // for g++ 12 destroys the captures of a closure written inside a co_await expression twice. Closures
  // that hold references, ids and instants only may stand there; the others do not compile.

  // Errors: those of `f`; unavailable when the queue is full or the disk has failed. The caller's
  // io_context must outlive the store's finish: a command holds on to the coroutine that waits for it.
  template <class F>
  Task<std::invoke_result_t<std::decay_t<F>&, Transaction&>> write(std::string_view name, F&& f) {
    static_assert(detail::safe_to_await<F>, "give the closure a name first: see the comment at Store::write");
    return write_by(name, std::decay_t<F>(std::forward<F>(f)));
  }

  // For short indexed reads: SQLite runs it on the calling I/O thread, in tens of microseconds; across a
  // socket it runs on a pool. Throws Unavailable when the database cannot be reached.
  template <class F>
  Task<std::invoke_result_t<std::decay_t<F>&, Snapshot&>> read(F&& f) {
    static_assert(detail::safe_to_await<F>, "give the closure a name first: see the comment at Store::write");
    return read_by(std::decay_t<F>(std::forward<F>(f)), Snapshot::Extent::many);
  }

  // The same for a closure that runs one statement and no second: it needs no transaction around it, which
  // across a socket is half of its cost. A second statement throws std::logic_error.
  template <class F>
  Task<std::invoke_result_t<std::decay_t<F>&, Snapshot&>> read_one(F&& f) {
    static_assert(detail::safe_to_await<F>, "give the closure a name first: see the comment at Store::write");
    return read_by(std::decay_t<F>(std::forward<F>(f)), Snapshot::Extent::one);
  }

  // For long reads (reports, exports): on a pool of its own.
  template <class F>
  Task<std::invoke_result_t<std::decay_t<F>&, Snapshot&>> report(F&& f) {
    static_assert(detail::safe_to_await<F>, "give the closure a name first: see the comment at Store::write");
    return report_by(std::decay_t<F>(std::forward<F>(f)));
  }

  // The same for callers that are no coroutines (command line, tests, background threads). They block.
  // write_now throws std::logic_error on the engine's own thread (in a command, a sink), where it would
  // wait for itself for ever.
  template <class F>
  std::invoke_result_t<F&, Transaction&> write_now(std::string_view name, F f);
  template <class F>
  std::invoke_result_t<F&, Snapshot&> read_now(F f);
  // For work that several servers share: `f` takes what it works on by `tx.claim`.
  template <class F>
  std::invoke_result_t<F&, Transaction&> claim_now(std::string_view name, F f);
  // For jobs that run once at a time: answers a value made of nothing while another server is at it.
  template <class F>
  std::invoke_result_t<F&, Transaction&> alone_now(std::string_view name, F f);

  // Called with everything a batch committed, on an engine's thread, before its callers resume; and
  // with what another server committed, a moment after it did. From several threads at once; must be quick
  // and not throw. Set once, before the first write.
  std::function<void(Committed&&)> on_committed;
  // Chains what commands left unchained (the audit trail is sealed here): once for each batch before its
  // COMMIT where one thread writes, and every command of the batch fails as unavailable if it throws; within
  // a second after it, by one server at a time, where many do.
  std::function<void(Transaction&)> before_commit;

  // From now on `on_committed` is told what other servers commit. The first write implies it.
  virtual void start() {}

  // Runs what is queued, on the pools too, completes it, and takes nothing more: whoever waited has been told
  // by then. Any number of times.
  virtual void finish() = 0;

  virtual Health health() const = 0;

 protected:
  // Takes the command or answers false when the queue is full.
  virtual bool submit(std::unique_ptr<Command>& command) = 0;
  virtual void read_here(FunctionRef<void(Snapshot&)> f, Snapshot::Extent extent) = 0;
  virtual bool reads_where_called() const = 0;
  virtual bool on_read_pool(std::function<void()> job) = 0;  // false when too many wait
  virtual void on_report_pool(std::function<void()> job) = 0;
  virtual bool on_engine_thread() const = 0;

 private:
  template <class F>
  Task<std::invoke_result_t<F&, Transaction&>> write_by(std::string_view name, F f);
  template <class F>
  Task<std::invoke_result_t<F&, Snapshot&>> read_by(F f, Snapshot::Extent extent);
  template <class F>
  Task<std::invoke_result_t<F&, Snapshot&>> report_by(F f);
  template <class F>
  auto read_job(F f, Snapshot::Extent extent, auto done);
  template <class F>
  std::invoke_result_t<F&, Transaction&> run_now(std::string_view name, Command::Kind kind, F f);
};

namespace detail {

Error queue_full();
[[noreturn]] void throw_read_pool_full();

template <class R, class F, class Complete>
class TypedCommand final : public Command {
 public:
  TypedCommand(std::string_view n, Kind k, F f, Complete c)
      : Command(n, k), f_(std::move(f)), complete_(std::move(c)) {}
  bool run(Transaction& tx) override {
    exception_ = nullptr;
    outcome_.emplace(f_(tx));
    return outcome_->has_value();
  }
  void fail(std::exception_ptr why) override { exception_ = std::move(why); }
  void fail(Error why) override {
    exception_ = nullptr;
    outcome_.emplace(std::move(why));
  }
  void skip() override {
    if constexpr (std::is_default_constructible_v<typename R::value_type>)
      outcome_.emplace(typename R::value_type{});
    else
      throw std::logic_error("a job that runs alone answers what can be made of nothing");
  }
  void complete() override { complete_(std::move(exception_), std::move(outcome_)); }

 private:
  F f_;
  Complete complete_;
  std::exception_ptr exception_;
  std::optional<R> outcome_;
};

}  // namespace detail

template <class F>
Task<std::invoke_result_t<F&, Transaction&>> Store::write_by(std::string_view name, F f) {
  using R = std::invoke_result_t<F&, Transaction&>;
  co_return co_await wait_for<R>([&](auto done) {
    using Typed = detail::TypedCommand<R, F, decltype(done)>;
    std::unique_ptr<Command> command =
        std::make_unique<Typed>(name, Command::Kind::change, std::move(f), std::move(done));
    if (!submit(command)) {
      command->fail(detail::queue_full());
      command->complete();
    }
  });
}

// A job for a pool: reads, and tells `done`.
template <class F>
auto Store::read_job(F f, Snapshot::Extent extent, auto done) {
  return [this, f = std::move(f), extent, done = std::move(done)]() mutable {
    std::optional<std::invoke_result_t<F&, Snapshot&>> outcome;
    std::exception_ptr exception;
    try {
      read_here([&](Snapshot& db) { outcome.emplace(f(db)); }, extent);
    } catch (...) {
      exception = std::current_exception();
    }
    done(std::move(exception), std::move(outcome));
  };
}

template <class F>
Task<std::invoke_result_t<F&, Snapshot&>> Store::read_by(F f, Snapshot::Extent extent) {
  using R = std::invoke_result_t<F&, Snapshot&>;
  if (reads_where_called()) {
    std::optional<R> outcome;
    read_here([&](Snapshot& db) { outcome.emplace(f(db)); }, extent);
    co_return std::move(*outcome);
  }
  co_return co_await wait_for<R>([&](auto done) {
    if (on_read_pool(read_job(std::move(f), extent, done))) return;
    try {
      detail::throw_read_pool_full();
    } catch (...) {
      done(std::current_exception(), std::nullopt);
    }
  });
}

template <class F>
Task<std::invoke_result_t<F&, Snapshot&>> Store::report_by(F f) {
  co_return co_await wait_for<std::invoke_result_t<F&, Snapshot&>>(
      [&](auto done) { on_report_pool(read_job(std::move(f), Snapshot::Extent::many, std::move(done))); });
}

template <class F>
std::invoke_result_t<F&, Transaction&> Store::write_now(std::string_view name, F f) {
  return run_now(name, Command::Kind::change, std::move(f));
}

template <class F>
std::invoke_result_t<F&, Transaction&> Store::claim_now(std::string_view name, F f) {
  return run_now(name, Command::Kind::claim, std::move(f));
}

template <class F>
std::invoke_result_t<F&, Transaction&> Store::alone_now(std::string_view name, F f) {
  return run_now(name, Command::Kind::alone, std::move(f));
}

template <class F>
std::invoke_result_t<F&, Transaction&> Store::run_now(std::string_view name, Command::Kind kind, F f) {
  using R = std::invoke_result_t<F&, Transaction&>;
  if (on_engine_thread()) throw std::logic_error("write_now would wait for the thread it is called on");
  std::promise<R> promise;
  auto future = promise.get_future();
  // The promise lives in the command: once it is kept the caller goes on, and a promise on the caller's
  // stack would be gone while the engine still stands in it.
  auto done = [promise = std::move(promise)](std::exception_ptr e, std::optional<R> r) mutable {
    if (e)
      promise.set_exception(std::move(e));
    else
      promise.set_value(std::move(*r));
  };
  using Typed = detail::TypedCommand<R, F, decltype(done)>;
  std::unique_ptr<Command> command = std::make_unique<Typed>(name, kind, std::move(f), std::move(done));
  if (!submit(command)) return detail::queue_full();
  return future.get();
}

template <class F>
std::invoke_result_t<F&, Snapshot&> Store::read_now(F f) {
  std::optional<std::invoke_result_t<F&, Snapshot&>> outcome;
  read_here([&](Snapshot& db) { outcome.emplace(f(db)); }, Snapshot::Extent::many);
  return std::move(*outcome);
}

}  // namespace circled::store

namespace circled {
using store::Store;
}  // namespace circled
