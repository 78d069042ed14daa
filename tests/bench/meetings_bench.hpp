// What a search among outside meetings costs.
#pragma once
#include "bench/base.hpp"

namespace circled::bench {

struct MeetingsCost {
  double search;  // CPU milliseconds of the slowest of: near, near by type and time, by type, soon, near and
                  // soon
  double text;    // the same of a search for a rare word, in any place
};

// Puts `meetings` into a base that `fill` made: around three hundred towns of four zones, so that some
// hundreds are near wherever there is a town.
MeetingsCost meetings_cost(const store::Place& place, std::int64_t meetings, Instant today);

}  // namespace circled::bench
