#include "people/on_call_rules.hpp"

#include <algorithm>

namespace circled::people::rules {

std::vector<Span> gaps(std::vector<Span> shifts, Instant from, Instant until) {
  std::sort(shifts.begin(), shifts.end(), [](const Span& a, const Span& b) { return a.from < b.from; });
  std::vector<Span> found;
  Instant covered = from;
  for (const Span& shift : shifts) {
    if (shift.from >= until) break;
    if (shift.from > covered) found.push_back({covered, shift.from});
    covered = std::max(covered, shift.until);
  }
  if (covered < until) found.push_back({covered, until});
  return found;
}

}  // namespace circled::people::rules
