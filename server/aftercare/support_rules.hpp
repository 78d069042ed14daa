// Who is asked next when a client wants to talk, and what the client reads meanwhile. Pure.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"

namespace circled::aftercare {

enum class SupportState { open, seen, closed, withdrawn, unanswered };
BOOST_DESCRIBE_ENUM(SupportState, open, seen, closed, withdrawn, unanswered)

// In the order in which they are asked.
enum class SupportStep { counselor, primary, backup };
BOOST_DESCRIBE_ENUM(SupportStep, counselor, primary, backup)

namespace rules {

// Whoever said "I'm calling" has this long before the client can ask anew.
inline constexpr Minutes call_within{30};

// Who could be asked now.
struct Askable {
  std::vector<StaffId> counselors;  // all of them at once
  std::optional<StaffId> primary;
  std::optional<StaffId> backup;
};

// How long each step is asked.
struct Limits {
  Minutes counselor, primary, backup;
};

struct Next {
  SupportStep step;
  std::vector<StaffId> who;  // at least one
  Minutes within;
};

// The step after `after` (none: the first of all). A step that has nobody, or only people who were asked
// already, is passed over. Nothing: nobody is left.
std::optional<Next> next_step(const Askable& askable, std::optional<SupportStep> after,
                              std::span<const StaffId> asked, const Limits& limits);

// Whether asking once more begins anew: when nobody had answered, and when somebody said that they call and
// the time for it has passed. Otherwise the request that is there stands, and escalates as it would have.
bool begins_anew(SupportState state, std::optional<Instant> seen_at, Instant now);

// What the client reads, beside the numbers. `seen_by` is a member of staff's name; `state` absent: nothing
// was asked. Neutral: a bystander reads nothing of the programme in it.
std::string words(std::optional<SupportState> state, const std::string& seen_by, bool watched);

}  // namespace rules
}  // namespace circled::aftercare
