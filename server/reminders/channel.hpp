// Where a person can be written to: an address for mail and a number for text messages, each good once the
// person has said the code that was sent there, and until they say STOP. The live connection needs none: it
// is the device they signed in with.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/audit.hpp"
#include "access/context.hpp"
#include "base/bounded.hpp"
#include "store/transaction.hpp"

namespace circled::reminders {

enum class Channel { live, email, sms };
BOOST_DESCRIBE_ENUM(Channel, live, email, sms)


// The address that may be used now, if there is one: verified, not stopped, not refused.
std::optional<std::string> usable_address(Snapshot& db, PersonId person, Channel channel);

}  // namespace circled::reminders
