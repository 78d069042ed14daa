// What closing a sheet costs whoever waits for it.
#pragma once
#include "bench/base.hpp"

namespace circled::bench {

struct AttendanceCost {
  double close_p99;   // ms: fifteen marks and the closing, in one durable write
  double commit_p99;  // ms: a write of one row, just as durable
};

// On a base that `fill` made, of at least 15 clients. Writes into it.
AttendanceCost attendance_cost(const store::Place& place, const Size& size, Instant today);

}  // namespace circled::bench
