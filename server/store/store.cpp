#include "store/store.hpp"

namespace circled::store::detail {

constexpr const char* busy = "The server is busy; try again in a moment.";

Error queue_full() { return {ErrorKind::unavailable, "busy", busy, {}, {}, 1}; }

void throw_read_pool_full() { throw Unavailable(busy, 1); }

}  // namespace circled::store::detail
