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
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/wait.hpp"
#include "store/transaction.hpp"

namespace circled::store {

// More wait already than may: thrown at a read; of a write it is the Error.
struct Busy : Unavailable {
  Busy() : Unavailable("The server is busy; try again in a moment.", 1) {}
};

// What a write does, and what came of it. It stands in the frame of whoever waits for the write.
class Work {
 public:
  virtual ~Work() = default;
  virtual bool run(Transaction& tx) = 0;  // false: refused, roll back
  virtual void refuse(Error why) = 0;     // in place of the outcome of run
  virtual void skip() = 0;                // in place of run: somebody else is at it
};

// A queued write, seen from the engine.
class Command {
 public:
  // How it stands to others that run at the same time, on this server or another over the same database.
  enum class Kind {
    change,  // as if it ran alone
    claim,   // sees what others commit while it runs, and works on rows that it has claimed
    alone,   // a change of which one runs at a time; skipped while another does
  };
  Command(std::string_view n, Kind k, Work& work, Done done)
      : name(n), kind(k), work_(work), done_(std::move(done)) {}
  const std::string_view name;  // a literal: "session.book"
  const Kind kind;
  bool ran_again = false;  // the engine's: a constraint has refused it once before

  bool run(Transaction& tx) {
    exception_ = nullptr;
    return work_.run(tx);
  }
  void fail(std::exception_ptr why) { exception_ = std::move(why); }
  void fail(Error why) {
    exception_ = nullptr;
    work_.refuse(std::move(why));
  }
  void skip() { work_.skip(); }
  // Once, after COMMIT or failure; on the engine's thread. Whoever waited may be gone when this returns.
  void complete() { done_(std::move(exception_)); }

 private:
  Work& work_;
  const Done done_;
  std::exception_ptr exception_;
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

  // The same for a closure that runs one statement and no second: it needs no transaction around it, and
  // across a socket it shares a round trip with others. A second statement throws std::logic_error. It has no
  // effect but its answer, and lets what a statement throws pass: an engine runs it once to learn what it
  // asks, which ends there, and again with what was answered.
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
  // Of an engine that answers in tens of microseconds; of any other `read_soon` runs reads on threads of its
  // own, and is false when too many wait.
  virtual bool reads_where_called() const { return true; }
  virtual bool read_soon(FunctionRef<void(Snapshot&)>, Snapshot::Extent, const Done&) {
    throw std::logic_error("this engine reads where it is called");
  }
  std::function<void()> read_job(FunctionRef<void(Snapshot&)> f, Snapshot::Extent extent, Done done);
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
  std::invoke_result_t<F&, Transaction&> run_now(std::string_view name, Command::Kind kind, F f);

  // The same without a type, for what the closure answers stands in the caller's frame.
  Task<void> carry_out(std::string_view name, Work& work);
  void carry_out_now(std::string_view name, Command::Kind kind, Work& work);
  Task<void> read_elsewhere(FunctionRef<void(Snapshot&)> f, Snapshot::Extent extent);
  Task<void> read_for_report(FunctionRef<void(Snapshot&)> f);
};

namespace detail {

template <class R>
class Answering : public Work {
 public:
  void refuse(Error why) override { outcome.emplace(std::move(why)); }
  void skip() override {
    if constexpr (std::is_default_constructible_v<typename R::value_type>)
      outcome.emplace(typename R::value_type{});
    else
      throw std::logic_error("a job that runs alone answers what can be made of nothing");
  }
  std::optional<R> outcome;
};

template <class F>
class Writing final : public Answering<std::invoke_result_t<F&, Transaction&>> {
 public:
  explicit Writing(F& f) : f_(f) {}
  bool run(Transaction& tx) override {
    this->outcome.emplace(f_(tx));
    return this->outcome->has_value();
  }

 private:
  F& f_;
};

}  // namespace detail

template <class F>
Task<std::invoke_result_t<F&, Transaction&>> Store::write_by(std::string_view name, F f) {
  detail::Writing<F> work(f);
  co_await carry_out(name, work);
  co_return std::move(*work.outcome);
}

template <class F>
Task<std::invoke_result_t<F&, Snapshot&>> Store::read_by(F f, Snapshot::Extent extent) {
  std::optional<std::invoke_result_t<F&, Snapshot&>> outcome;
  const auto look = [&](Snapshot& db) { outcome.emplace(f(db)); };
  if (reads_where_called())
    read_here(look, extent);
  else
    co_await read_elsewhere(look, extent);
  co_return std::move(*outcome);
}

template <class F>
Task<std::invoke_result_t<F&, Snapshot&>> Store::report_by(F f) {
  std::optional<std::invoke_result_t<F&, Snapshot&>> outcome;
  const auto look = [&](Snapshot& db) { outcome.emplace(f(db)); };
  co_await read_for_report(look);
  co_return std::move(*outcome);
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
  detail::Writing<F> work(f);
  carry_out_now(name, kind, work);
  return std::move(*work.outcome);
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
