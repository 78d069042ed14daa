// Copying a whole programme from one place to another, whichever engines they are on. What there is to copy
// the engines say themselves: every table of the schema, each row as it stands, ids included.
//
// All of it becomes visible at once, at the end, when both sides have been compared; whatever fails before
// leaves a database that is empty, or none.
#pragma once
#include "store/open.hpp"

namespace circled::store {

// Throws OpenError when anything is kept there, or when it cannot be looked at. Changes nothing.
void demand_empty(const Place& target);

// How many connections of other servers are open there just now. None to a file, which is one process's.
std::int64_t others_connected(const Place& place);

// `source` is at this binary's schema; `target` is empty, or for a file not there. `say` gets a line for each
// table that has arrived, and for each that is the same on both sides. `check` looks at the copy last, and
// refuses it by throwing OpenError.
// Throws OpenError: one line that says what failed.
void copy(const Place& source, const Place& target, FunctionRef<void(const std::string&)> say,
          FunctionRef<void(Snapshot&)> check);

}  // namespace circled::store
