// The one source of "now". Rules take `now` as an argument; only the edges ask a Clock.
#pragma once
#include <atomic>

#include "base/time.hpp"

namespace circled {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override { return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()); }
};

// Stands still until moved; safe to read from any thread.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Instant start) : now_(to_millis(start)) {}
  Instant now() const override { return from_millis(now_.load()); }
  void set(Instant t) { now_.store(to_millis(t)); }
  void advance(Milliseconds by) { now_.fetch_add(by.count()); }

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace circled
