#include "store/batch.hpp"

#include <algorithm>

namespace circled::store {

// Gives the transaction's events their numbers and writes them to the streams.
void Batch::number(Transaction& tx) {
  auto& events = tx.committed_.events;
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.receiver < b.receiver; });
  for (auto first = events.begin(); first != events.end();) {
    const auto last = std::find_if(first, events.end(), [&](const Event& e) { return e.receiver != first->receiver; });
    const auto count = static_cast<std::int64_t>(last - first);
    const auto head = tx.one<std::int64_t>(
        "INSERT INTO stream (person_id, last_seq) VALUES ($1, $2) "
        "ON CONFLICT (person_id) DO UPDATE SET last_seq = stream.last_seq + $2 RETURNING last_seq",
        first->receiver, count);
    std::int64_t seq = head.value() - count;
    for (; first != last; ++first) {
      first->seq = ++seq;
      tx.run("INSERT INTO stream_event (person_id, seq, at, body) VALUES ($1, $2, $3, $4)", first->receiver,
             first->seq, first->at, *first->body);
    }
  }
  for (const auto& f : tx.when_numbered_) f(tx, events);
}

void Batch::keep(Transaction& tx) {
  std::move(tx.committed_.events.begin(), tx.committed_.events.end(), std::back_inserter(left_.events));
  std::move(tx.committed_.hints.begin(), tx.committed_.hints.end(), std::back_inserter(left_.hints));
}

// True when the command succeeded and its savepoint holds what it did.
bool Batch::attempt(Command& command, Transaction& tx) {
  try {
    if (!command.run(tx)) return false;
    number(tx);
    return true;
  } catch (...) {
    command.fail(std::current_exception());
    return false;
  }
}

void Batch::run(Command& command) {
  Transaction tx(connection_);
  statement("SAVEPOINT command");
  if (attempt(command, tx)) {
    statement("RELEASE command");
    return keep(tx);
  }
  statement("ROLLBACK TO command");
  statement("RELEASE command");
  if (tx.after_refusal_.empty()) return;

  Transaction after(connection_);
  statement("SAVEPOINT command");
  try {
    for (const auto& f : tx.after_refusal_) f(after);
    number(after);
    statement("RELEASE command");
    keep(after);
  } catch (...) {
    command.fail(std::current_exception());
    statement("ROLLBACK TO command");
    statement("RELEASE command");
  }
}

void Batch::before_commit(const std::function<void(Transaction&)>& f) {
  Transaction tx(connection_);
  f(tx);
  number(tx);
  keep(tx);
}

}  // namespace circled::store
