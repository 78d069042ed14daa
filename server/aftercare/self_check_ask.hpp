// When a client is asked how they are: the times their plan names, four weeks ahead, each with its reminder
// planned in the same transaction. Whoever has just said so is not asked.
#pragma once
#include "aftercare/plan.hpp"
#include "reminders/reminder.hpp"

namespace circled::aftercare {

// The plan that counts is another one: takes back what is ahead and asks by it.
void ask_anew(Transaction& tx, ClientId client, Instant now);

// They have said how they are: what is open is answered by it, and what would be asked in the next hours is
// off.
void answered_unasked(Transaction& tx, ClientId client, Instant now);

// One bounded step of keeping the four weeks filled; answers how many plans it looked at. A job.
Result<std::int64_t> extend_asks_once(Transaction& tx, Instant now);

reminders::SubjectHandler self_check_subjects();

}  // namespace circled::aftercare
