#include "attendance/rules.hpp"

#include <algorithm>

namespace circled::attendance::rules {

using calendar::Verdict;

Credit credit(std::span<const Stay> stays, Instant starts_at, Instant ends_at) {
  Credit credit;
  if (stays.empty()) return credit;
  std::vector<std::pair<Instant, Instant>> present;
  for (const Stay& stay : stays) {
    const Instant from = std::max(stay.arrived_at, starts_at);
    const Instant until = std::min(stay.departed_at.value_or(ends_at), ends_at);
    if (from < until) present.emplace_back(from, until);
  }
  if (present.empty()) return credit;
  std::sort(present.begin(), present.end());

  Milliseconds total{0};
  Instant counted = starts_at;
  Instant last_left = starts_at;
  for (const auto& [from, until] : present) {
    const Instant begin = std::max(from, counted);
    if (begin < until) {
      total += until - begin;
      counted = until;
    }
    last_left = std::max(last_left, until);
  }
  credit.late = std::chrono::floor<Minutes>(present.front().first - starts_at);
  credit.left_early = std::chrono::floor<Minutes>(ends_at - last_left);
  credit.credited = std::chrono::floor<Minutes>(total);
  return credit;
}

std::vector<FieldError> check(const Mark& mark, const std::string& pointer, Instant starts_at,
                              Instant ends_at, Instant now) {
  std::vector<FieldError> errors;
  if (mark.verdict == Verdict::cancelled_by_program)
    errors.push_back(
        {pointer + "/verdict", "not_a_choice", "This comes with the cancellation of a session only."});
  if (!mark.stays || mark.stays->empty()) return errors;
  if (mark.verdict != Verdict::attended) {
    errors.push_back({pointer + "/stays", "not_attended", "Only somebody who attended has arrived."});
    return errors;
  }
  for (std::size_t i = 0; i < mark.stays->size(); ++i) {
    const Stay& stay = (*mark.stays)[i];
    const std::string here = pointer + "/stays/" + std::to_string(i);
    if (stay.departed_at && *stay.departed_at <= stay.arrived_at)
      errors.push_back(
          {here + "/departed_at", "departure_before_arrival", "This must be after the arrival."});
    if (stay.arrived_at >= ends_at)
      errors.push_back({here + "/arrived_at", "after_the_end", "The session was over by then."});
    if (stay.departed_at && *stay.departed_at <= starts_at)
      errors.push_back({here + "/departed_at", "before_the_start", "The session had not begun by then."});
    if (stay.arrived_at > now)
      errors.push_back({here + "/arrived_at", "in_the_future", "Nobody has arrived at a time yet to come."});
    if (stay.departed_at && *stay.departed_at > now)
      errors.push_back({here + "/departed_at", "in_the_future", "Nobody has left at a time yet to come."});
  }
  return errors;
}

std::vector<Stay> stays(const Mark& mark, Instant starts_at) {
  if (mark.verdict != Verdict::attended) return {};
  if (!mark.stays || mark.stays->empty()) return {Stay{starts_at, std::nullopt}};
  std::vector<Stay> sorted(mark.stays->begin(), mark.stays->end());
  std::sort(sorted.begin(), sorted.end(),
            [](const Stay& a, const Stay& b) { return a.arrived_at < b.arrived_at; });
  return sorted;
}

}  // namespace circled::attendance::rules
