#include "app/housekeeping.hpp"

#include <spdlog/spdlog.h>

namespace circled::app {

Housekeeping::Housekeeping(Store& store, const Clock& clock, std::vector<Job> jobs)
    : store_(store), clock_(clock), jobs_(std::move(jobs)) {}

bool Housekeeping::stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

void Housekeeping::run_once() {
  for (const auto& job : jobs_) {
    bool more = true;
    while (more && !stopping()) {
      try {
        const Instant now = clock_.now();
        const auto done = store_.alone_now(job.name, [&](Transaction& tx) { return job.step(tx, now); });
        more = done && *done > 0;  // a full queue: the next minute will do
      } catch (const std::exception& e) {
        spdlog::error("housekeeping {}: {}", job.name, e.what());
        more = false;
      }
    }
  }
}

void Housekeeping::start() {
  thread_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      wakes_.erase(wakes_.begin(), wakes_.upper_bound(clock_.now()));
      lock.unlock();
      run_once();
      lock.lock();
      wait(lock);
    }
  });
}

// Until the minute is over, or somebody has asked for less.
void Housekeeping::wait(std::unique_lock<std::mutex>& lock) {
  const Instant usual = clock_.now() + std::chrono::minutes(1);
  while (!stopping_) {
    const Instant next = wakes_.empty() ? usual : std::min(usual, *wakes_.begin());
    const auto left = next - clock_.now();
    if (left <= Milliseconds(0)) return;
    changed_.wait_for(lock, left);
  }
}

void Housekeeping::wake_at(Instant when) {
  {
    std::lock_guard lock(mutex_);
    wakes_.insert(when);
  }
  changed_.notify_all();
}

void Housekeeping::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace circled::app
