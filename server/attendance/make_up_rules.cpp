#include "attendance/make_up_rules.hpp"

namespace circled::attendance::rules {

using calendar::Verdict;

std::optional<Likeness> likeness(const Kindred& missed, const Kindred& other) {
  if (missed.kind != other.kind || (missed.counts && !other.counts)) return std::nullopt;
  const bool same_series = missed.series && missed.series == other.series;
  if (missed.group && missed.group == other.group && !same_series) return Likeness::same_group;
  if (!missed.topic.empty() && missed.topic == other.topic) return Likeness::same_topic;
  if (missed.service == other.service) return Likeness::same_service;
  return std::nullopt;
}

Instant too_late_at(Instant missed, std::int64_t days, const Zone& zone) {
  return zone.start_of(zone.date(missed) + std::chrono::days(days + 1));
}

MakeUpState make_up_state(std::optional<Verdict> other, Instant too_late_at, Instant now) {
  if (other == Verdict::attended) return MakeUpState::made_up;
  if (other == Verdict::expected) return MakeUpState::booked;
  return now < too_late_at ? MakeUpState::open : MakeUpState::expired;
}

}  // namespace circled::attendance::rules
