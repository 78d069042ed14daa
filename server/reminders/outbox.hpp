// Texts on their way out of the house, by mail or text message, and devices to wake: each sent by one server
// at a time, under a lease whose token an old holder cannot use any more. What may have gone out, and nobody
// knows, is `uncertain`: it is shown to staff and never sent a second time.
//
//   pending ─▶ leased ─▶ sent
//      ▲         ├─────▶ pending         refused for now; or its server went before it began
//      │         ├─────▶ uncertain       it had begun, and nobody knows how it ended
//      │         └─────▶ failed          refused for good, or too often
//      ├───────────────▶ expired         it was worth nothing any more
//      └───────────────▶ cancelled       what it says is not so any more
//
// A message is leased, begun and settled in a transaction each, and sent between the last two. Whoever dies
// before `begin` has sent nothing, and it is due again; whoever dies after it leaves an uncertain one.
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "access/context.hpp"
#include "push/encrypt.hpp"
#include "reminders/channel.hpp"
#include "reminders/notice.hpp"
#include "reminders/wakeful.hpp"

namespace circled::reminders {

using MessageId = Id<struct MessageTag>;

enum class Purpose { reminder, verification, reply, support, notice };
BOOST_DESCRIBE_ENUM(Purpose, reminder, verification, reply, support, notice)

// The outbox has something to do sooner than it knew.
inline constexpr std::string_view outbox_hint = "message.posted";

// Hands a text to the person over that channel, if they have an address for it that may be used: answers
// whether. It goes out at once, in the night too, and never after `give_up_at`. It must tell a bystander
// nothing (42 CFR 2.12(a)(1)).
bool post(Transaction& tx, PersonId person, Channel channel, Purpose purpose, std::string_view text,
          Instant give_up_at, Instant now);
// To an address that is nobody's yet, or whose owner just wrote from it.
void post_to(Transaction& tx, std::optional<PersonId> person, Channel channel, std::string_view address,
             Purpose purpose, std::string_view text, Instant give_up_at, Instant now);
// A notice's (notice.hpp): not before `at`, and not once a device of theirs has shown what this transaction
// has put into their stream. Of a notification the text is empty.
void post_notice(Transaction& tx, PersonId person, Channel channel, std::string_view address, About about,
                 std::string_view text, Instant at, Instant give_up_at, Instant now);
// A reminder's: what it says is made when it goes out.
void post_reminder(Transaction& tx, ReminderId reminder, PersonId person, Channel channel,
                   std::string_view address, Instant starts_at, Instant now);

// One device to wake (device.hpp).
struct Device {
  SignInId sign_in;
  std::string endpoint;
  push::Receiver receiver;
};

// One message, as it goes out.
struct Letter {
  MessageId id;
  std::int64_t token = 0;
  Channel channel = Channel::sms;
  std::string address;
  std::string subject;               // of a mail
  std::string text;                  // none of a push
  std::string calendar;              // of a mail: text/calendar, or empty
  Instant give_up_at{};              // from here on it is worth nothing
  std::vector<Device> devices = {};  // of a push: it is sent when one of them can hear of it
};

// What came of sending one.
struct Delivery {
  enum Outcome {
    sent,     // the other side has taken it
    later,    // not now, and it does not have it
    refused,  // never
    unknown,  // it may have it
  };
  Outcome outcome = unknown;
  std::string said;               // one line of the other side, or why not
  Seconds retry_after{0};         // with `later`: at the soonest, as the other side wishes
  bool address_is_bad = false;    // with `refused`: nothing sent there will ever arrive
  std::vector<Device> gone = {};  // can't be woken any more, whatever came of the others
};

// Longer than a sender may take (channel.cpp of app), so that whoever still works settles in time.
inline constexpr Seconds lease_lasts{60};
inline constexpr std::int64_t most_attempts = 8;

// The four steps, public for tests and for the class below.
//
// Takes some that are due and still true, with their texts. What a reminder or a notice says and is not true
// any more ends here. `origin`: where the server is, for links; empty: nobody knows.
std::vector<Letter> lease(Transaction& tx, std::string_view key, Instant now, std::int64_t limit,
                          std::string_view origin = {});
// Whether the letter is still ours to send; from here on it may be there.
bool begin(Transaction& tx, const Letter& letter, Instant now);
// Errors: conflict (lease_lost): another holds it since, or it was settled.
Result<void> settle(Transaction& tx, const Letter& letter, const Delivery& delivery, Instant now);
// Leases that ran out; answers how many.
Result<std::int64_t> recover(Transaction& tx, Instant now);

class Outbox {
 public:
  // Blocks, a minute at most, and gives up early once `stop` is true.
  using Sender = std::function<Delivery(const Letter&, const std::atomic<bool>& stop)>;
  struct Senders {
    Sender email, sms, push = {};  // without one nothing can be sent that way
  };

  Outbox(access::Context& context, Senders senders, std::size_t workers = 2);
  ~Outbox() { stop(); }

  // Sends all that is due now, one after the other; answers how many it tried. Blocks.
  std::int64_t run_once();
  std::optional<Instant> next();

  void start();
  void stop();
  void wake(Instant due);

 private:
  Delivery send(const Letter& letter);

  access::Context& context_;
  const Senders senders_;
  std::atomic<bool> stopping_{false};
  std::vector<std::unique_ptr<Wakeful>> workers_;
};

}  // namespace circled::reminders
