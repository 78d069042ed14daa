// The connections of one I/O thread. Everything here is touched by that thread alone, except
// `connected` and `counts`, which anybody may read.
#pragma once
#include <atomic>
#include <boost/intrusive/list.hpp>
#include <unordered_map>

#include "live/connection.hpp"
#include "live/hub.hpp"

namespace circled::live {

// Written by one thread, read by any: a plain load and store instead of a locked instruction.
class Tally {
 public:
  void add(std::int64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

class Shard {
 public:
  Shard(Hub& h, Executor e) : hub(h), executor(e) {}

  // A connection stands in the list of all from opened() to closed(), and among its person's from its
  // hello on.
  void add(Connection& connection) { all_.push_back(connection); }
  void join(Connection& connection);
  void remove(Connection& connection);

  void deliver(const store::Committed& committed);
  void revoke(SignInId sign_in);
  // Closes all with 1013: they may have missed something, and resume with `after`.
  void send_away();

  // Closes who did not say hello in time and whose sign-in has run out. Once a second.
  void sweep(Instant now);
  void start_sweeping();

  // Notes who has a dashboard open, in one write for all of this thread: when one opens, and now and then.
  void note_watching();

  // Kept until the next write of acknowledgements; the highest of a device counts.
  void acknowledge(SignInId sign_in, PersonId person, std::int64_t seq);

  Hub& hub;
  const Executor executor;
  // Whether a batch must be posted here at all. Raised before a connection reads where its stream
  // stands: who reads 0 after a COMMIT has committed before that reading.
  std::atomic<std::int64_t> connected{0};
  struct {
    Tally events, frames, hints, resyncs, slow, refused;
  } counts;

 private:
  struct Acknowledged {
    PersonId person;
    std::int64_t seq;
  };
  Task<void> sweep_for_ever();
  Task<void> write_acknowledgements();
  Task<void> write_watching();
  Task<bool> write_some(std::vector<std::pair<SignInId, Acknowledged>> some);

  boost::intrusive::list<Connection, boost::intrusive::base_hook<AllHook>,
                         boost::intrusive::constant_time_size<false>>
      all_;
  boost::intrusive::list<Connection, boost::intrusive::base_hook<StaffHook>,
                         boost::intrusive::constant_time_size<false>>
      staff_;
  std::unordered_map<PersonId, Connection*> first_of_;  // the rest: Connection::next_of_person
  std::unordered_map<SignInId, Acknowledged> acknowledged_;
  bool writing_acknowledgements_ = false;
  bool writing_watching_ = false;
  Instant noted_watching_at_{};
};

}  // namespace circled::live
