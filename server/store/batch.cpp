#include "store/batch.hpp"

#include <algorithm>

namespace circled::store {

// Gives the transaction's events their numbers and writes them to the streams.
void Batch::number(Transaction& tx) {
  auto& events = tx.committed_.events;
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.receiver < b.receiver; });
  if (!events.empty()) connection_.append(events);
  if (tx.when_numbered_.empty()) return;
  connection_.settle();
  for (const auto& f : tx.when_numbered_) f(tx, events);
}

void Batch::keep(Transaction& tx) {
  std::move(tx.committed_.events.begin(), tx.committed_.events.end(), std::back_inserter(left_.events));
  std::move(tx.committed_.hints.begin(), tx.committed_.hints.end(), std::back_inserter(left_.hints));
}

bool Batch::in_savepoint(Command& command, Transaction& tx, FunctionRef<bool()> f) {
  std::exception_ptr why;
  connection_.control("SAVEPOINT command");
  try {
    if (f()) {
      number(tx);
      connection_.control("RELEASE command");
      connection_.settle();
      keep(tx);
      return true;
    }
  } catch (const Over&) {
    throw;
  } catch (...) {
    why = std::current_exception();
    if (auto error = judge_(command, why))
      command.fail(std::move(*error));
    else
      command.fail(why);
  }
  try {
    connection_.control("ROLLBACK TO command");
    connection_.control("RELEASE command");
  } catch (...) {
    // The engine had ended the whole transaction: there is nothing to go back to, and what made it do
    // so (a full disk) says more than "no such savepoint".
    if (why) std::rethrow_exception(why);
    throw;
  }
  return false;
}

void Batch::run(Command& command, FunctionRef<bool()> again) {
  Transaction tx(connection_);
  if (in_savepoint(command, tx, [&] { return command.run(tx); })) return;
  if (again()) return;
  if (tx.after_refusal_.empty()) return;
  Transaction after(connection_);
  in_savepoint(command, after, [&] {
    for (const auto& f : tx.after_refusal_) f(after);
    return true;
  });
}

void Batch::before_commit(const std::function<void(Transaction&)>& f) {
  Transaction tx(connection_);
  f(tx);
  number(tx);
  connection_.settle();
  keep(tx);
}

}  // namespace circled::store
