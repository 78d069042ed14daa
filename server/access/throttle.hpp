// Slowing down whoever guesses. Each failed try makes the next one wait longer, up to a minute; nobody
// is ever locked out, for then anybody could lock anybody out. What is counted is the login as typed
// and the address it came from, so that a wait tells nothing about which logins exist.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/store.hpp"

namespace circled::access {

struct Patience {
  std::string_view what;  // the key's first words: "sign_in login"
  int free;               // failures that cost no wait
  Milliseconds first;     // the wait after the next one; it doubles with each further one …
  Milliseconds longest;   // … up to this
  Milliseconds forgets;   // after this long without a failure, all is forgotten
};

using namespace std::chrono_literals;
// An address may be a whole clinic's; a login is one person's.
inline constexpr Patience per_login{"sign_in login", 4, 1s, 60s, 24h};
inline constexpr Patience per_address{"sign_in address", 50, 1s, 60s, 1h};
inline constexpr Patience per_enrolling_address{"enrol address", 10, 1s, 60s, 1h};

// The wait after that many failures.
Milliseconds wait_after(const Patience& patience, int failures);

// What is counted for an address: IPv4 as it is, IPv6 by its /64, which is one customer's.
std::string address_group(std::string_view address);

// Errors: throttled, with the seconds to wait.
Result<void> may_try(Snapshot& db, const Patience& patience, std::string_view who, Instant now);

// may_try, and counts the try as failed until it is known to have succeeded: a hundred tries sent at
// once are a hundred tries.
Result<void> take_try(Transaction& tx, const Patience& patience, std::string_view who, Instant now);
void count_failure(Transaction& tx, const Patience& patience, std::string_view who, Instant now);
// The try succeeded, or never took place.
void give_back(Transaction& tx, const Patience& patience, std::string_view who);
void forget_failures(Transaction& tx, const Patience& patience, std::string_view who);

}  // namespace circled::access
