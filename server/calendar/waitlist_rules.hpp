// Until when an offered seat is held. Pure.
#pragma once
#include <optional>

#include "base/zone.hpp"

namespace circled::calendar::rules {

// Time in which the client may be awake: the clock stands still in their quiet hours (reminders/rules.hpp).
inline constexpr Minutes offer_lasts{120};
// Before the start of the session; who comes then can still be told.
inline constexpr Minutes offer_ends_before{60};
// An offer that nobody has the time to answer costs a client the place on the list: none is made.
inline constexpr Minutes shortest_offer{15};

// `span` after `t`, not counting the receiver's quiet hours.
Instant awake_for(Instant t, Minutes span, const Zone& receiver);

// When an offer ends that is made at `now`, of a seat at a session that starts at `starts_at` (absent: none
// is planned). Nothing when too little time is left.
std::optional<Instant> answer_by(Instant now, std::optional<Instant> starts_at, const Zone& receiver);

}  // namespace circled::calendar::rules
