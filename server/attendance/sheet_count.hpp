// What a closed sheet comes to, kept with it so that reports need not read everybody's line again.
#pragma once
#include "base/id.hpp"
#include "store/transaction.hpp"

namespace circled::attendance {

// Counts the sheet of a session anew. Whoever closes a sheet, or changes a closed one, calls this last.
void count_sheet(Transaction& tx, SessionId session);

}  // namespace circled::attendance
