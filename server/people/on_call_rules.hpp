// When somebody is on call, and when nobody is. Pure.
#pragma once
#include <vector>

#include "base/time.hpp"

namespace circled::people::rules {

struct Span {
  Instant from;
  Instant until;
  bool operator==(const Span&) const = default;
};

// What of [from, until) no shift covers, in order. Shifts may come in any order, touch, and overlap. They are
// instants: a night on which clocks change is an hour shorter or longer, and covered or not all the same.
std::vector<Span> gaps(std::vector<Span> shifts, Instant from, Instant until);

}  // namespace circled::people::rules
