#include "calendar/waitlist_rules.hpp"

#include <algorithm>

#include "reminders/rules.hpp"

namespace circled::calendar::rules {

// A span is shorter than the quiet hours, so it cannot reach beyond those that interrupt it.
Instant awake_for(Instant t, Minutes span, const Zone& receiver) {
  const Instant begins = reminders::after_quiet(t, receiver);
  const Instant ends = begins + span;
  const Instant interrupted = reminders::before_quiet(ends, receiver);
  if (interrupted == ends) return ends;
  return reminders::after_quiet(ends, receiver) + (ends - interrupted);
}

std::optional<Instant> answer_by(Instant now, std::optional<Instant> starts_at, const Zone& receiver) {
  Instant by = awake_for(now, offer_lasts, receiver);
  if (starts_at) by = std::min(by, *starts_at - offer_ends_before);
  if (by < awake_for(now, shortest_offer, receiver)) return std::nullopt;
  return by;
}

}  // namespace circled::calendar::rules
