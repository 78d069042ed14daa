// How servers over one database hear of each other's commits. A transaction writes what it tells live
// connections into the table `wake` as well; afterwards its server rings (NOTIFY), in a transaction of its
// own and once for many, because a NOTIFY inside the transaction makes all COMMITs queue. Every server
// follows the table. A bell that is lost costs a second at most. Private to the engine.
//
// Numbers in a sequence become visible in another order than they are given, so "after the last one seen"
// would miss some. What is followed is the snapshot instead: rows of transactions that were not yet visible
// when the table was last read.
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <unordered_set>

#include "store/postgres_connection.hpp"

namespace circled::store {

// Adds the rows to the transaction that is under way; they travel with its COMMIT.
void write_wake(PostgresConnection& connection, const std::string& node, Instant now, const Committed& left);

// Forgets some of what is too old for anybody. It takes its time: not for a thread that somebody waits for.
void clean_wake(PostgresConnection& connection, Instant now);

// What other nodes than $3 have told after transaction $1 and row $2, at most $4 rows; for the test of its
// plan.
extern const char* const wake_rows;

class Wake {
 public:
  // Told `hint` "wake.missed" (internal) when it may have missed something: whoever is connected here must
  // read their streams anew.
  static constexpr std::string_view missed = "wake.missed";
  using Sink = std::function<void(Committed&&)>;

  Wake(std::string uri, std::string node, Sink sink);
  ~Wake();
  Wake(const Wake&) = delete;

  // Once, before anybody connects to this server.
  void start();
  // When this returns the sink is called no more. Any number of times.
  void stop();
  // Any thread: this server has committed something for others to read.
  void ring();

 private:
  void run();
  void begin(PostgresConnection& connection);
  void follow(PostgresConnection& connection);
  void read(PostgresConnection& connection);
  bool wait(PostgresConnection& connection);

  const std::string uri_, node_;
  const Sink sink_;
  int signal_ = -1;  // an eventfd: ring() and the end
  std::atomic<bool> rung_{false}, stopping_{false};
  std::thread thread_;
  std::chrono::steady_clock::time_point heard_at_;  // when the table was last read
  std::string seen_;                            // every transaction below this one was visible when last read
  std::unordered_set<std::int64_t> delivered_;  // rows at or above it that have been handed on
};

}  // namespace circled::store
