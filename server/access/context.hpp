// What every route and command of the feature rooms needs at hand. Made once by `app`, lives as long
// as the server, shared by all threads.
#pragma once
#include "base/clock.hpp"
#include "store/store.hpp"

namespace circled::access {

struct Context {
  Store& store;
  const Clock& clock;
};

}  // namespace circled::access
