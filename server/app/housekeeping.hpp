// What must be done now and then, whether anybody asks or not: old events, used codes, forgotten
// counters, the next weeks of a commitment. Each job does a bounded piece in one transaction and answers
// how much it did, so that no booking waits long behind it.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace circled::app {

class Housekeeping {
 public:
  struct Job {
    std::string_view name;  // a literal: "stream.prune"
    // Answers how many rows it touched; zero: nothing is left to do.
    std::function<Result<std::int64_t>(Transaction&, Instant now)> step;
  };

  Housekeeping(Store& store, const Clock& clock, std::vector<Job> jobs);
  ~Housekeeping() { stop(); }

  // Every job until nothing is left, or until stop(). Blocks.
  void run_once();
  // A thread that runs once a minute, the first time at once.
  void start();
  // It also runs then: for what should not wait out the minute. Any thread.
  void wake_at(Instant when);
  void stop();

 private:
  bool stopping();
  void wait(std::unique_lock<std::mutex>& lock);

  Store& store_;
  const Clock& clock_;
  const std::vector<Job> jobs_;
  std::thread thread_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool stopping_ = false;
  std::set<Instant> wakes_;
};

}  // namespace circled::app
