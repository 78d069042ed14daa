// RFC 5545 recurrence rules on wall time, expanded by libical and placed on the time line by Zone.
//
// Accepted: FREQ=DAILY|WEEKLY|MONTHLY with INTERVAL, BYDAY, COUNT, UNTIL; BYMONTHDAY and BYSETPOS with
// MONTHLY only; WKST of MO or SU. Anything else is refused by name: outside this set the well-known
// libraries disagree about the result.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/zone.hpp"

namespace circled {

class Recurrence {
 public:
  // Errors: invalid, with pointer "" and the offending part in the message.
  static Result<Recurrence> parse(std::string_view rrule);

  const std::string& text() const { return text_; }

  // Wall times of the instances in [from, until), for a rule whose first candidate is `start`;
  // at most `limit`. Wall times that do not exist in `zone` are left out. libical expands on floating
  // time: its own zones race on first use and stick after a skipped hour.
  std::vector<WallTime> expand(WallTime start, const Zone& zone, Instant from, Instant until,
                               std::size_t limit = 1000) const;

 private:
  std::string text_;
};

}  // namespace circled
