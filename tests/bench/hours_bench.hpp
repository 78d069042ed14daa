// What the weekly board of hours costs.
#pragma once
#include "bench/base.hpp"

namespace circled::bench {

struct HoursCost {
  double board;   // CPU milliseconds for the whole week's board
  double client;  // for one client's twelve weeks, with what would mend this one
};

// Puts `clients` in care at an intensive level, with five sessions each in every one of 26 weeks, into a base
// that `fill` made, and asks as a supervisor.
HoursCost hours_cost(const store::Place& place, std::int64_t clients, Instant today);

}  // namespace circled::bench
