// What of a client's self-checks somebody should look at. Pure: the reason, in words for a counselor, or
// nothing.
#pragma once
#include <optional>
#include <span>
#include <string>

#include "aftercare/plan_rules.hpp"

namespace circled::aftercare::rules {

struct Felt {
  Instant at;
  std::int64_t craving;  // 0 to 10
};
BOOST_DESCRIBE_STRUCT(Felt, (), (at, craving))

// Looks at the newest check, the first of `latest_first`, and at the nine before it. A craving at the limit
// is one reason; a rise is the other: the last three, all said after `followed_up`, on average at least so
// much above the seven before them. `zone` is the one in which the reader reads a clock.
std::optional<std::string> worth_a_look(std::span<const Felt> latest_first, const SelfCheckTerms& terms,
                                        std::optional<Instant> followed_up, const Zone& zone);

}  // namespace circled::aftercare::rules
