// The hub: takes what each COMMIT leaves behind to the connections it concerns.
//
// The writer thread hands over a batch; the hub posts it, once and shared, to each I/O thread that has
// connections; the thread's Shard finds them. Nothing here takes a lock, and an event's body is
// serialised once, whoever gets it.
//
//   Hub hub(store, clock, commands, doors);
//   store.on_committed = [&](Committed&& c) { hub.on_committed(std::move(c)); };
//   hub.attach(executors);             // before the first connection, one per I/O thread, in order
//   server.run(http, hub.upgrade());   // the hub outlives the server
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/service.hpp"
#include "base/clock.hpp"
#include "live/commands.hpp"
#include "live/options.hpp"
#include "store/store.hpp"

namespace circled::live {

class Shard;

// What other rooms do for this one; `app` plugs it in.
struct Doors {
  // Who an upgrade request is from, by cookie or Authorization header; nobody when it carries neither.
  // Errors: unauthenticated (no longer good: the hello may still bring a token), anything else refuses.
  std::function<Task<Result<std::optional<api::Identity>>>(const api::Request&)> by_request;
  // Errors: unauthenticated.
  std::function<Task<Result<api::Identity>>(std::string token)> by_token;
  // Whether the request's Origin is ours; asked when a cookie says who it is. False without Origin.
  std::function<bool(const api::Request&)> same_origin;
  // The person has shown what its stream held up to `seq`.
  std::function<void(Transaction&, PersonId, std::int64_t seq, Instant now)> acknowledged;
};

// Sums over all threads since the start, for /metrics.
struct Counts {
  std::int64_t connected = 0;  // said hello, now
  std::int64_t events = 0;     // handed to a connection, live or from the store
  std::int64_t frames = 0;     // of events
  std::int64_t hints = 0;
  std::int64_t resyncs = 0;
  std::int64_t slow = 0;     // closed because they did not read
  std::int64_t refused = 0;  // closed for want of a good sign-in
};

class Hub {
 public:
  Hub(Store& store, const Clock& clock, const Commands& commands, Doors doors, Options options = {});
  ~Hub();
  Hub(const Hub&) = delete;

  // Called once, before the first connection.
  void attach(const std::vector<Executor>& executors);

  // What the network asks about each upgrade request.
  api::UpgradeHandler upgrade();

  // Calls `f` with each internal hint of this kind, on the engine's thread: it must be quick and not
  // throw. Before the first write.
  void listen(std::string kind, std::function<void(const store::Hint&)> f) {
    listeners_.emplace_back(std::move(kind), std::move(f));
  }

  // The sink of the store. On the engine's thread, after each COMMIT.
  // A hint "sign_in.revoked" (internal, id of the sign-in) closes its connections with 1008; "wake.missed"
  // (internal: what other servers committed may have been missed) closes all with 1013.
  void on_committed(store::Committed&& committed);

  Counts counts() const;

  Shard& shard(std::size_t thread) { return *shards_.at(thread); }

  Store& store;
  const Clock& clock;
  const Commands& commands;
  const Doors doors;
  const Options options;

 private:
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<std::pair<std::string, std::function<void(const store::Hint&)>>> listeners_;
};

}  // namespace circled::live
