#include "reminders/wakeful.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace circled::reminders {

Wakeful::Wakeful(std::string name, const Clock& clock, std::function<void()> work,
                 std::function<std::optional<Instant>()> next)
    : name_(std::move(name)), clock_(clock), work_(std::move(work)), next_(std::move(next)) {}

void Wakeful::start() {
  thread_ = std::thread([this] { loop(); });
}

void Wakeful::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Wakeful::wake(Instant due) {
  {
    std::lock_guard lock(mutex_);
    if (wake_at_ && *wake_at_ <= due) return;
    wake_at_ = due;
  }
  changed_.notify_one();
}

Milliseconds Wakeful::rest(std::optional<Instant> before, std::optional<Instant> due, Instant now) {
  return due && due == before && *due <= now ? Milliseconds(1000) : Milliseconds(0);
}

void Wakeful::loop() {
  std::unique_lock lock(mutex_);
  std::optional<Instant> due;
  while (!stopping_) {
    wake_at_.reset();
    lock.unlock();
    Milliseconds at_least{0};
    try {
      const auto before = due;
      work_();
      due = next_();
      at_least = rest(before, due, clock_.now());
    } catch (const std::exception& e) {
      spdlog::error("{}: {}", name_, e.what());
      due = clock_.now();  // nobody knows; so soon again
      at_least = Seconds(1);
    }
    lock.lock();
    // Rings may have come in while we worked: the earliest moment counts. Sleeping is capped because
    // the wall clock may be set while we wait on the steady one.
    const auto target = [&] {
      Milliseconds wait = longest_sleep;
      for (const auto& at : {due, wake_at_})
        if (at) wait = std::min(wait, *at - clock_.now());
      return std::chrono::steady_clock::now() + std::max(wait, at_least);
    };
    while (!stopping_) {
      const auto seen = wake_at_;
      const auto until = target();
      if (!changed_.wait_until(lock, until, [&] { return stopping_ || wake_at_ != seen; })) break;
    }
  }
}

}  // namespace circled::reminders
