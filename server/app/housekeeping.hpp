// What must be done now and then, whether anybody asks or not: old events, used codes, forgotten
// counters, the next weeks of a commitment. Each job does a bounded piece in one transaction and answers
// how much it did, so that no booking waits long behind it.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
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
  void stop();

 private:
  bool stopping();

  Store& store_;
  const Clock& clock_;
  const std::vector<Job> jobs_;
  std::thread thread_;
  std::mutex mutex_;  // guards stopping_
  std::condition_variable changed_;
  bool stopping_ = false;
};

}  // namespace circled::app
