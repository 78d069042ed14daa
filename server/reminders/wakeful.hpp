// A thread that works when something is due: it sleeps until the next moment it knows of, and is woken when
// there is one sooner.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.hpp"

namespace circled::reminders {

class Wakeful {
 public:
  // A plan rings only when it is due sooner than the loop looks anyway.
  static constexpr Minutes longest_sleep{10};

  // `work` does all that is due now, `next` answers when there will be more, if any is known. Both are called
  // on the thread; what they throw is logged, and tried again after a moment.
  Wakeful(std::string name, const Clock& clock, std::function<void()> work,
          std::function<std::optional<Instant>()> next);
  ~Wakeful() { stop(); }
  Wakeful(const Wakeful&) = delete;

  void start();
  void stop();  // waits for work that runs
  // Any thread: something is due at `due` that was not known before.
  void wake(Instant due);
  // How long it rests at least after its work, with what was due before and after it. What still is due was
  // not done, and is tried again after a moment; what fell due meanwhile is done at once.
  static Milliseconds rest(std::optional<Instant> before, std::optional<Instant> due, Instant now);

 private:
  void loop();

  const std::string name_;
  const Clock& clock_;
  const std::function<void()> work_;
  const std::function<std::optional<Instant>()> next_;
  std::thread thread_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::optional<Instant> wake_at_;  // the earliest the loop was told of since it last looked
  bool stopping_ = false;
};

}  // namespace circled::reminders
