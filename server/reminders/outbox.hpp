// Texts on their way out of the house, by mail or text message: each sent by one server at a time, under a
// lease whose token an old holder cannot use any more. What may have gone out, and nobody knows, is
// `uncertain`: it is shown to staff and never sent a second time.
//
//   pending ─▶ leased ─▶ sent
//      ▲         ├─────▶ pending         refused for now; or its server went before it began
//      │         ├─────▶ uncertain       it had begun, and nobody knows how it ended
//      │         └─────▶ failed          refused for good, or too often
//      ├───────────────▶ expired         it was worth nothing any more
//      └───────────────▶ cancelled       what it says is not so any more
#pragma once
#include <string>

#include "reminders/channel.hpp"

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

}  // namespace circled::reminders
