// What a closed sheet comes to, kept with it so that reports need not read everybody's line again.
#pragma once
#include "base/id.hpp"
#include "store/transaction.hpp"

namespace circled::attendance {

// Counts the sheet of a session anew, if it is closed. Every change of a line ends with this (roll.hpp).
void count_sheet(Transaction& tx, SessionId session);

}  // namespace circled::attendance
