// The server's key and the data belong together: what is chained, hashed or counted under one key means
// nothing under another. All servers over one database have the same.
#pragma once
#include <string_view>

#include "store/store.hpp"

namespace circled::access {

// Leaves a proof of the key where there is none yet. False: the data were made with another key.
bool key_fits(Transaction& tx, std::string_view key);
// The same for who only reads; true where there is no proof yet.
bool key_fits(Snapshot& db, std::string_view key);

}  // namespace circled::access
