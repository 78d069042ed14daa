// Sends what is due. `run_once` is one look at the clock and the table; the loop around it sleeps until
// the next reminder is due and is woken when one is planned that is due sooner.
#pragma once
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

#include "access/context.hpp"
#include "store/transaction.hpp"

namespace circled::reminders {

struct Sent {
  std::int64_t sent = 0;         // appended to their receivers' streams
  std::int64_t expired = 0;      // their start came first
  std::int64_t cancelled = 0;    // no longer true, or said by a later one
  std::int64_t held = 0;         // late, and it is quiet where the receiver lives; or the stay is on hold
  std::int64_t unconfirmed = 0;  // sent, and nobody had seen it when its start came
};

// One bounded step inside one transaction: at most `limit` due reminders, and as many unconfirmed.
// Public for tests and for the loop.
Sent dispatch(Transaction& tx, Instant now, std::int64_t limit);

class Dispatcher {
 public:
  // A plan rings only when it is due sooner than the loop looks anyway.
  static constexpr Minutes longest_sleep{10};
  static constexpr std::string_view wake_hint = "reminder.planned";

  explicit Dispatcher(access::Context& context) : context_(context) {}
  ~Dispatcher() { stop(); }
  Dispatcher(const Dispatcher&) = delete;

  // Sends everything that is due now, write after write; answers the sum. Blocks: not on an I/O thread.
  Sent run_once();
  // The earliest moment at which there will be something to do, if any is known.
  std::optional<Instant> next();

  void start();
  void stop();  // waits for a step that runs
  // Any thread: something is due at `due` that was not known before.
  void wake(Instant due);

 private:
  void loop();

  access::Context& context_;
  std::thread thread_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::optional<Instant> wake_at_;  // the earliest the loop was told of since it last looked
  bool stopping_ = false;
};

}  // namespace circled::reminders
