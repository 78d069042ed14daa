// Clearing away what access keeps for a while only.
#pragma once
#include "store/store.hpp"

namespace circled::access::purge {

// One small batch: idempotency keys after a day, throttle counters when forgotten, enrolment codes a
// day after their end, sign-ins 30 days after theirs. Sign-ins that have expired are ended here too,
// so that a live connection does not outlast them. Answers how many rows it touched; zero when there
// is nothing to do, so call again until then, and then every minute.
std::int64_t run_once(Transaction& tx, Instant now);

}  // namespace circled::access::purge
