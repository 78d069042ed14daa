// A client's device that can be woken by Web Push (RFC 8030): somebody tapped "turn on" there, and its
// browser gave an address of its push service. It belongs to the sign-in of that device and ends with it.
//
// A push says nothing: not what is due, not when, not to whom. The device shows one sentence that is always
// the same, and what there is comes over the app's own connection. So it is shown once, and the push service,
// which is somebody else's machine, learns no more than that there is something.
#pragma once
#include "access/audit.hpp"
#include "push/encrypt.hpp"
#include "reminders/settings.hpp"

namespace circled::reminders {

// All pushes are alike; a device of ours makes the sentence.
inline constexpr std::string_view pushed = "1";
// Of one person's, the newest: what is sent to them must be through before its lease runs out.
inline constexpr std::int64_t most_devices = 5;

struct Notifications {
  std::optional<std::string>
      key;  // for the browser's pushManager.subscribe; left out: this server sends none
  bool on;  // on this device
};
BOOST_DESCRIBE_STRUCT(Notifications, (), (key, on))

// What PushSubscription.toJSON gives, without its nesting.
struct NewSubscription {
  Text<10, 2000> endpoint;
  Text<87, 88> p256dh;
  Text<22, 24> auth;
};
BOOST_DESCRIBE_STRUCT(NewSubscription, (), (endpoint, p256dh, auth))

Notifications notifications(Snapshot& db, const Ways& ways, SignInId device);

// In place of what this device had. An endpoint is one device's: whoever else had it, on the same browser
// before, has it no more. Errors: conflict (no_such_way), invalid (/endpoint, /p256dh, /auth), not_found
// (signed out meanwhile).
Result<Notifications> turn_on(Transaction& tx, const Ways& ways, const access::Actor& actor, PersonId person,
                              SignInId device, const NewSubscription& subscription, Instant now);
// Nothing happens where it was off.
void turn_off(Transaction& tx, const access::Actor& actor, PersonId person, SignInId device, Instant now);

}  // namespace circled::reminders
