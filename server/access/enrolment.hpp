// Enrolling a client's device. Staff who reach the client make a code of 8 characters and hand it over
// in person; the device that shows it first, within 15 minutes, is signed in as that client. A code is
// stored under a keyed hash, for eight characters alone could be searched through.
#pragma once
#include <string>

#include "access/sign_in.hpp"

namespace circled::access {

inline constexpr auto code_lasts = std::chrono::minutes(15);
inline constexpr std::size_t code_length = 8;

// What codes of any sort have in common: how they are read, and how one that is not good is answered.
std::string typed_code(std::string_view typed);
Error code_not_good();

struct EnrolmentCode {
  std::string code;  // without look-alikes, upper case
  Instant expires_at{};
  BOOST_DESCRIBE_CLASS(EnrolmentCode, (), (code, expires_at), (), ())
};

// A client has one good code at a time: a new one replaces those not used yet.
// Errors: not_found (also a client out of reach), conflict (account_disabled).
Result<EnrolmentCode> make_code(Transaction& tx, const Context& context, const api::Identity& who,
                                std::string_view request_id, ClientId client, Instant now);

struct Redemption {
  std::string code;  // as typed: case, spaces and hyphens do not matter
  std::string device;
  Carrier carrier = Carrier::bearer;
  Source from;
};

// Signs the device in for half a year; makes the client's account at the first. Of two that show the
// same code, one wins.
// Errors: unauthenticated (code_not_good: wrong, used or expired, all alike), throttled.
Result<Granted> redeem(Transaction& tx, const Context& context, const Redemption& redemption, Instant now);

// The client's live sign-ins, oldest first.
std::vector<SignInId> devices(Snapshot& db, ClientId client, Instant now);

// For operations that have asked who may: signs every device of the client out and voids codes not used yet;
// answers how many were signed in. Not audited here.
std::int64_t sign_out(Transaction& tx, ClientId client, Instant now);

// The same for whoever reaches the client.
// Errors: not_found (also a client out of reach).
Result<void> end_client_sign_ins(Transaction& tx, const Context& context, const api::Identity& who,
                                 std::string_view request_id, ClientId client, Instant now);

}  // namespace circled::access
