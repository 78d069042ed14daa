// Commands that share one COMMIT. Each runs in a savepoint of its own, so that a refusal takes back
// only what that command did. Private to the engines.
#pragma once
#include "store/store.hpp"

namespace circled::store {

class Batch {
 public:
  // What the engine says to the caller of a command that failed with this exception; nothing when it is a
  // bug's.
  using Judge = std::optional<Error> (*)(const Command& command, const std::exception_ptr& why);

  Batch(Connection& connection, Judge judge) : connection_(connection), judge_(judge) {}

  // What ends a whole transaction, not a command in it: thrown by an engine's connection, it passes through.
  struct Over : std::runtime_error {
    using std::runtime_error::runtime_error;
  };

  // Runs one command; its own failure is recorded in it. Throws only when the batch itself is lost, and
  // then what the engine said when it lost it. Before what outlives a refusal is done, `again` may claim the
  // refused command for another transaction: then it is taken back and nothing else happens.
  void run(
      Command& command, FunctionRef<bool()> again = [] { return false; });
  void before_commit(const std::function<void(Transaction&)>& f);

  struct Left : Committed {
    bool empty() const { return events.empty() && hints.empty(); }
  };
  const Left& committed() const { return left_; }
  Committed take_committed() { return std::move(left_); }

 private:
  // Runs `f` in a savepoint: true when it succeeded and what it did stands, false when it is taken back.
  bool in_savepoint(Command& command, Transaction& tx, FunctionRef<bool()> f);
  void number(Transaction& tx);
  void keep(Transaction& tx);
  Connection& connection_;
  const Judge judge_;
  Left left_;
};

}  // namespace circled::store
