// Counts that are added up over sessions: structs of numbers and nothing else. Private to the room.
#pragma once
#include "base/json.hpp"

namespace circled::reports {

// Member by member. The type is named where `to` has more to it than its counts.
template <class Counts>
void add(Counts& to, const Counts& one) {
  boost::mp11::mp_for_each<json::Members<Counts>>([&](auto d) { to.*d.pointer += one.*d.pointer; });
}

}  // namespace circled::reports
