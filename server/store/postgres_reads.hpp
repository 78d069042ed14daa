// Reads of one statement each, in one round trip: what has come while the last ones were under way goes
// together, as changes share a COMMIT. A round trip is two wake-ups on either side, which cost more than a
// short answer does. Private to the engine.
#pragma once
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/wait.hpp"
#include "store/postgres_connection.hpp"

namespace circled::store {

class SharedReads {
 public:
  // Reads it by itself, and says so to `done`; false when too many wait there.
  using Alone = std::function<bool(FunctionRef<void(Snapshot&)> f, const Done& done)>;

  // `most` wait at the most. What goes wrong for all of a round trip (a connection that broke, a statement
  // that the database refuses) is handed to `alone`, each by itself, which tells whose fault it was.
  SharedReads(std::string uri, std::size_t most, Alone alone);
  ~SharedReads();
  SharedReads(const SharedReads&) = delete;

  // False when too many wait. `f` lives until `done` is called. Any thread.
  bool run(FunctionRef<void(Snapshot&)> f, const Done& done);

  // Returns when everything handed over is done; who comes later is handed to `alone`. Any number of times.
  void stop();

 private:
  struct Read {
    FunctionRef<void(Snapshot&)> f;
    Done done;
    bool answered = false;
  };

  void serve();
  void together(PostgresConnection& connection, std::vector<Read>& reads);

  const std::string uri_;
  const std::size_t most_;
  const Alone alone_;
  std::mutex mutex_;  // guards the next two
  std::vector<Read> waiting_;
  bool stopped_ = false;
  std::condition_variable arrived_;
  std::thread thread_;
};

}  // namespace circled::store
