// Where a person can be written to: an address for mail and a number for text messages, each good once the
// person has said the code that was sent there, and until they say STOP. The live connection needs none: it
// is the device they signed in with.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/audit.hpp"
#include "access/context.hpp"
#include "api/identity.hpp"
#include "base/bounded.hpp"
#include "reminders/rules.hpp"
#include "store/transaction.hpp"

namespace circled::reminders {

inline constexpr Minutes code_lasts{15};
inline constexpr std::int64_t most_code_tries = 5;

// The address that may be used now, if there is one: verified, not stopped, not refused. Of notifications it
// is `devices_address`, in place of all that they are on for.
inline constexpr std::string_view devices_address = "devices";
std::optional<std::string> usable_address(Snapshot& db, PersonId person, Channel channel, Instant now);

enum class AddressState {
  none,
  unverified,  // a code was sent, and has not been said
  good,
  stopped,  // nothing goes there until it is verified anew
  failed,   // the other side refused it for good
};
BOOST_DESCRIBE_ENUM(AddressState, none, unverified, good, stopped, failed)

struct Address {
  Channel channel;
  AddressState state;
  std::string address;  // empty: none
};
BOOST_DESCRIBE_STRUCT(Address, (), (channel, state, address))

// For mail and text messages, in this order.
std::vector<Address> addresses(Snapshot& db, PersonId person);

struct NewAddress {
  Text<3, 254>
      address;  // a mail address (RFC 5321 §4.5.3.1.3), or a number with its country's code: +12125550123
};
BOOST_DESCRIBE_STRUCT(NewAddress, (), (address))

struct Code {
  Text<6, 12> code;
};
BOOST_DESCRIBE_STRUCT(Code, (), (code))

// The three below: the person themself; for a client also staff within reach, who ask them for the code. The
// caller has checked that.
//
// Sends a code there. What was verified before is used no more. Errors: invalid (/address), throttled (three
// codes an hour).
Result<Address> enter_address(Transaction& tx, const access::Context& context, const access::Actor& actor,
                              PersonId person, Channel channel, const NewAddress& address, Instant now);
// Errors: not_found (nothing to verify), conflict (code_not_good: wrong, too old, or tried too often).
Result<Address> verify_address(Transaction& tx, const access::Context& context, const access::Actor& actor,
                               PersonId person, Channel channel, const Code& code, Instant now);
// Errors: not_found.
Result<void> stop_address(Transaction& tx, const access::Actor& actor, PersonId person, Channel channel,
                          Instant now);

// Somebody said STOP, or START, from this number. Answers whose it is, if anybody's.
std::vector<PersonId> stop_number(Transaction& tx, std::string_view number, Instant now);
std::vector<PersonId> start_number(Transaction& tx, std::string_view number, Instant now);

}  // namespace circled::reminders
