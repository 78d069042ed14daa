// Sends what is due. `run_once` is one look at the clock and the table; the loop around it sleeps until
// the next reminder is due and is woken when one is planned that is due sooner.
#pragma once
#include <optional>
#include <string_view>

#include "access/context.hpp"
#include "reminders/wakeful.hpp"
#include "store/transaction.hpp"

namespace circled::reminders {

struct Sent {
  std::int64_t sent = 0;         // appended to their receivers' streams
  std::int64_t expired = 0;      // their start came first
  std::int64_t cancelled = 0;    // no longer true, said by a later one, or seen elsewhere
  std::int64_t held = 0;         // late, and it is quiet where the receiver lives; or the stay is on hold
  std::int64_t handed_over = 0;  // to the outbox, for mail or text
  std::int64_t passed_on = 0;    // nobody had seen them for a while: another channel's turn, if there is one
  std::int64_t unconfirmed = 0;  // sent, and nobody had seen it when its start came
};

// One bounded step inside one transaction: at most `limit` due reminders, and as many unconfirmed.
// Public for tests and for the loop.
Sent dispatch(Transaction& tx, Instant now, std::int64_t limit);

class Dispatcher {
 public:
  static constexpr Minutes longest_sleep = Wakeful::longest_sleep;
  static constexpr std::string_view wake_hint = "reminder.planned";

  explicit Dispatcher(access::Context& context)
      : context_(context),
        loop_(
            "reminders", context.clock, [this] { run_once(); }, [this] { return next(); }) {}

  // Sends everything that is due now, write after write; answers the sum. Blocks: not on an I/O thread.
  Sent run_once();
  // The earliest moment at which there will be something to do, if any is known.
  std::optional<Instant> next();

  void start() { loop_.start(); }
  void stop() { loop_.stop(); }
  void wake(Instant due) { loop_.wake(due); }

 private:
  access::Context& context_;
  Wakeful loop_;
};

}  // namespace circled::reminders
