#include "aftercare/support_rules.hpp"

#include <algorithm>

namespace circled::aftercare::rules {

std::optional<Next> next_step(const Askable& askable, std::optional<SupportStep> after,
                              std::span<const StaffId> asked, const Limits& limits) {
  const auto one = [](std::optional<StaffId> who) {
    return who ? std::vector<StaffId>{*who} : std::vector<StaffId>{};
  };
  const Next steps[] = {{SupportStep::counselor, askable.counselors, limits.counselor},
                        {SupportStep::primary, one(askable.primary), limits.primary},
                        {SupportStep::backup, one(askable.backup), limits.backup}};
  for (Next next : steps) {
    if (after && next.step <= *after) continue;
    std::erase_if(next.who,
                  [&](StaffId id) { return std::find(asked.begin(), asked.end(), id) != asked.end(); });
    if (!next.who.empty()) return next;
  }
  return std::nullopt;
}

bool begins_anew(SupportState state, std::optional<Instant> seen_at, Instant now) {
  switch (state) {
    case SupportState::open: return false;
    case SupportState::seen: return seen_at && now - *seen_at >= call_within;
    default: return true;
  }
}

std::string words(std::optional<SupportState> state, const std::string& seen_by, bool watched) {
  const std::string numbers = "If you need somebody now, call one of these numbers.";
  if (state == SupportState::seen) return seen_by + " has seen it and will call you.";
  if (state == SupportState::unanswered)
    return "Nobody has answered. Please call one of these numbers. You can also ask here again.";
  if (state == SupportState::open)
    return watched ? "You have asked. You will see here who has seen it."
                   : "You have asked, and nobody is watching right now. " + numbers;
  return watched ? "Ask here, and somebody will call you."
                 : "Nobody is watching right now. You can ask all the same. " + numbers;
}

}  // namespace circled::aftercare::rules
