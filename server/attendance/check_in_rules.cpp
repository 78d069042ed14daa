#include "attendance/check_in_rules.hpp"

#include <algorithm>

namespace circled::attendance::rules {

Minutes opens_before(How how) { return how == How::front_desk ? earliest : Minutes(15); }

Result<void> may_check_in(How how, calendar::Status status, Instant starts_at, Instant ends_at, Instant now) {
  if (status == calendar::Status::cancelled) return conflict("cancelled", "This appointment was cancelled.");
  if (status == calendar::Status::completed || now >= ends_at)
    return conflict("already_over", "This appointment is over.");
  const Instant opens_at = starts_at - opens_before(how);
  if (now >= opens_at) return {};
  Error error = conflict("not_open_yet", "This opens " + std::to_string(opens_before(how).count()) +
                                             " minutes before the start.");
  error.extra["opens_at"] = to_string(opens_at);
  return error;
}

}  // namespace circled::attendance::rules
