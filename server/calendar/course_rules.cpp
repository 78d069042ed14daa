#include "calendar/course_rules.hpp"

#include <algorithm>

namespace circled::calendar::rules {

bool cleared(const Outlook& outlook, Instant at) {
  return std::any_of(outlook.clearances.begin(), outlook.clearances.end(), [&](const people::Clearance& one) {
    return one.given_at <= at && !one.withdrawn_at && (!one.expires_at || *one.expires_at > at);
  });
}

std::optional<Excuse> excuse(const Outlook& outlook, Kind kind, Instant starts_at) {
  if (kind == Kind::group && outlook.phase == people::Phase::detox && !cleared(outlook, starts_at))
    return Excuse::clearance;
  const bool away =
      std::any_of(outlook.holds.begin(), outlook.holds.end(), [&](const people::EpisodeHold& hold) {
        return hold.from_at <= starts_at && (!hold.until_at || *hold.until_at > starts_at);
      });
  return away ? std::optional(Excuse::hold) : std::nullopt;
}

}  // namespace circled::calendar::rules
