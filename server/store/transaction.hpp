// What an operation works on: a Snapshot to read one consistent state, a Transaction to change it.
// Both are lent to a closure for its duration and never kept.
//
// SQL is portable (server/README.md lists the rules) and stands as a literal beside the code that runs
// it: parameters are $1 … $n, each used or not, in any order.
#pragma once
#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "base/function_ref.hpp"
#include "base/time.hpp"
#include "store/value.hpp"

namespace circled::store {

// A constraint of the schema said no. Operations catch it where they can word the refusal; uncaught it
// is a bug.
struct Violation : std::runtime_error {
  enum Kind { unique, foreign_key, check, exclusion };
  Kind kind;
  Violation(Kind k, const std::string& what) : std::runtime_error(what), kind(k) {}
};

// An event owed to one person, numbered when its transaction ends and delivered after COMMIT.
// `body` is JSON without the enclosing braces and without the number: `"at":…,"kind":…,…`.
struct Event {
  PersonId receiver;
  Instant at;
  std::int64_t seq = 0;
  std::shared_ptr<const std::string> body;
};

// One connection of an engine. Statements are prepared once and kept.
class Connection {
 public:
  virtual ~Connection() = default;
  // Runs a statement, hands over its rows, answers how many rows it changed.
  // Throws Violation; std::logic_error when the text uses a parameter that was not given. Anything else
  // thrown is a broken machine or wrong SQL.
  virtual std::int64_t execute(std::string_view sql, std::span<const Value> parameters,
                               FunctionRef<void(const Row&)> each) = 0;
  // A statement whose answer nobody needs. On an engine across a socket it travels with the next one, which
  // then throws in its place, or with settle().
  virtual void later(std::string_view sql, std::span<const Value> parameters) {
    execute(sql, parameters, [](const Row&) {});
  }
  // BEGIN, SAVEPOINT and their like.
  void control(std::string_view sql) { later(sql, {}); }
  // Everything that was put off is done when this returns, or has failed.
  virtual void settle() {}
  // Gives the events, which stand in ascending order of receiver, their numbers and writes them to the
  // streams. The numbers are there after settle(); until then the events stay where they are.
  virtual void append(std::span<Event> events) = 0;
  // Reads none of which needs another's answer. On an engine across a socket their statements travel
  // together: each read is ended at the one that has no answer yet, and begun again when it has.
  virtual void together(std::span<const FunctionRef<void(Connection&)>> reads) {
    for (const auto& read : reads) read(*this);
  }
  // What makes a SELECT take its rows for this transaction alone and pass over those that another has taken,
  // written at its end. Empty on an engine that has one writer.
  virtual std::string_view claiming() const { return {}; }
};

class Snapshot {
 public:
  // How many statements see the one state; a single one does so by itself.
  enum class Extent { one, many };
  explicit Snapshot(Connection& connection, Extent extent = Extent::many)
      : connection_(connection), extent_(extent) {}
  Snapshot(const Snapshot&) = delete;

  // The first row, if any.
  template <class T, class... A>
  std::optional<T> one(std::string_view sql, const A&... arguments) {
    std::optional<T> found;
    execute(
        sql,
        [&](const Row& row) {
          if (!found) found = from_row<T>(row);
        },
        arguments...);
    return found;
  }

  template <class T, class... A>
  std::vector<T> all(std::string_view sql, const A&... arguments) {
    std::vector<T> rows;
    execute(
        sql, [&](const Row& row) { rows.push_back(from_row<T>(row)); }, arguments...);
    return rows;
  }

  // For a statement that is put together for a number of values known at run time only: a few texts, not
  // one for each number, for every text is prepared and kept.
  template <class T>
  std::vector<T> all_of(std::string_view sql, std::span<const Value> values) {
    std::vector<T> rows;
    execute_with(sql, values, [&](const Row& row) { rows.push_back(from_row<T>(row)); });
    return rows;
  }

  // Row by row, for lists too long to hold. `each` takes a T and runs no statement of its own.
  template <class T, class F, class... A>
  void each(F&& each, std::string_view sql, const A&... arguments) {
    execute(
        sql, [&](const Row& row) { each(from_row<T>(row)); }, arguments...);
  }

  // The answers of reads none of which needs another's, as a tuple: on an engine across a socket for as many
  // round trips as the longest of them takes alone. Each is a closure that takes a Snapshot; it may be begun
  // several times, so it leaves nothing behind but its answer, and lets what a statement throws pass.
  template <class... F>
  auto together(F&&... reads) {
    std::tuple<std::optional<std::invoke_result_t<F&, Snapshot&>>...> answers;
    ask(answers, std::tie(reads...), std::index_sequence_for<F...>{});
    return std::apply(
        [](auto&... answer) {
          return std::tuple<std::invoke_result_t<F&, Snapshot&>...>(std::move(*answer)...);
        },
        answers);
  }

  // The same with one read for each of some things, (Snapshot&, thing); the answers in the order of the
  // things.
  template <class Things, class F>
  auto together_for(const Things& things, F&& read) {
    using Answer = std::invoke_result_t<F&, Snapshot&, decltype(*std::begin(things))>;
    std::vector<std::optional<Answer>> answers(std::size(things));
    const auto asking = [&](std::optional<Answer>& answer, const auto& thing) {
      return [&](Connection& by) {
        Snapshot db(by);
        answer.emplace(read(db, thing));
      };
    };
    std::vector<decltype(asking(answers.front(), *std::begin(things)))> asks;
    for (const auto& thing : things) asks.push_back(asking(answers[asks.size()], thing));
    ask(std::vector<FunctionRef<void(Connection&)>>(asks.begin(), asks.end()));
    std::vector<Answer> all;
    for (auto& answer : answers) all.push_back(std::move(*answer));
    return all;
  }

 protected:
  template <class F, class... A>
  std::int64_t execute(std::string_view sql, F&& each, const A&... arguments) {
    const std::array<Value, sizeof...(A)> values{to_value(arguments)...};
    return execute_with(sql, values, each);
  }

  Connection& connection_;

 private:
  std::int64_t execute_with(std::string_view sql, std::span<const Value> values,
                            FunctionRef<void(const Row&)> each) {
    if (extent_ == Extent::one && std::exchange(asked_, true))
      throw std::logic_error("a read of one statement runs a second");
    return connection_.execute(sql, values, each);
  }

  template <class Answers, class Reads, std::size_t... I>
  void ask(Answers& answers, Reads reads, std::index_sequence<I...>) {
    const std::tuple asks{[&answer = std::get<I>(answers), &read = std::get<I>(reads)](Connection& by) {
      Snapshot db(by);
      answer.emplace(read(db));
    }...};
    ask(std::array<FunctionRef<void(Connection&)>, sizeof...(I)>{std::get<I>(asks)...});
  }
  void ask(std::span<const FunctionRef<void(Connection&)>> reads) {
    if (extent_ == Extent::one) throw std::logic_error("a read of one statement asks several together");
    connection_.together(reads);
  }

  const Extent extent_;
  bool asked_ = false;
};

// "Look again": an unnumbered note to dashboards, or to the server's own parts. Carries no personal data.
struct Hint {
  enum Audience { staff, internal };
  std::string kind;  // "session.changed"
  std::int64_t id = 0;
  SiteId site;  // zero: every site
  Audience audience = staff;
};

// What a batch leaves behind for the live connections, handed to the sink after COMMIT.
struct Committed {
  std::vector<Event> events;
  std::vector<Hint> hints;
};

class Transaction : public Snapshot {
 public:
  explicit Transaction(Connection& connection) : Snapshot(connection) {}

  // Rows of due work that nobody else is taking now, taken until this transaction ends; in a command of
  // `Store::claim_now`. `sql` is a SELECT from one table.
  template <class T, class... A>
  std::vector<T> claim(std::string_view sql, const A&... arguments) {
    return all<T>(std::string(sql) + std::string(connection_.claiming()), arguments...);
  }

  // Answers how many rows were changed.
  template <class... A>
  std::int64_t run(std::string_view sql, const A&... arguments) {
    return execute(
        sql, [](const Row&) {}, arguments...);
  }

  // The same for what need not be waited for: its count is not known, and a constraint that refuses it shows
  // at the next statement, or at the command's end. Many rows cost little more than one then.
  template <class... A>
  void later(std::string_view sql, const A&... arguments) {
    const std::array<Value, sizeof...(A)> values{to_value(arguments)...};
    connection_.later(sql, values);
  }
  // For a statement that is put together, as `all_of`.
  void later_with(std::string_view sql, std::span<const Value> values) { connection_.later(sql, values); }

  // Queues an event for the receiver's stream. Numbers are given in ascending order of receiver as the
  // last step of the transaction, so that two engines' row locks are always taken in one order.
  void emit(PersonId receiver, Instant at, std::shared_ptr<const std::string> body) {
    committed_.events.push_back({receiver, at, 0, std::move(body)});
  }
  // How many it has so far for the receiver: the last of them gets the number that many after
  // `stream.last_seq`.
  std::int64_t emitted_to(PersonId receiver) const {
    return std::ranges::count(committed_.events, receiver, &Event::receiver);
  }
  void hint(Hint hint) { committed_.hints.push_back(std::move(hint)); }

  // For who keeps an event's number beside his own rows: run once all events of this transaction have
  // theirs, with them in order of receiver, then of being emitted. It emits nothing itself.
  void when_numbered(std::function<void(Transaction&, std::span<const Event>)> f) {
    when_numbered_.push_back(std::move(f));
  }

  // What must outlive a refusal (its audit entry, a counter of failed tries): run after the rollback,
  // in the same batch, before the answer; also when the command threw. Not run when it succeeds.
  void after_refusal(std::function<void(Transaction&)> f) { after_refusal_.push_back(std::move(f)); }

 private:
  friend class Batch;  // the engine's: numbers the events, runs what outlives a refusal
  Committed committed_;
  std::vector<std::function<void(Transaction&, std::span<const Event>)>> when_numbered_;
  std::vector<std::function<void(Transaction&)>> after_refusal_;
};

}  // namespace circled::store

namespace circled {
using store::Snapshot;
using store::Transaction;
}  // namespace circled
