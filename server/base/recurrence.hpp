// RFC 5545 §3.3.10 recurrence rules on wall time, placed on the time line by a Zone.
//
// Accepted: FREQ=DAILY|WEEKLY|MONTHLY with INTERVAL, BYDAY, COUNT, UNTIL; BYMONTHDAY and BYSETPOS with
// MONTHLY only; WKST of MO or SU. Anything else is refused by name: outside this set the well-known
// libraries disagree about the result. The expansion is our own, for within this set it is short, and
// a library that expands without a zone counts hours that clocks skip against COUNT. The tests hold it
// against libical.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/zone.hpp"

namespace circled {

// A value without hidden state; any thread.
class Recurrence {
 public:
  // The value of an RRULE property, without "RRULE:". INTERVAL is 1 to 366, COUNT 1 to 1000, and
  // either COUNT or UNTIL may stand. UNTIL is a date (that whole day still counts), a wall time, or a
  // UTC time ending in Z. Errors: invalid, with pointer "" and the offending part in the message.
  static Result<Recurrence> parse(std::string_view rrule);

  // The rule in upper case, otherwise as it was given.
  const std::string& text() const { return text_; }

  // How many instances it has from its start on, if it says so; and the same rule with another number.
  std::optional<int> count() const { return count_; }
  Recurrence counting(int instances) const;

  // Wall times of the instances in [from, until), in order, at most `limit`; nothing later than 731
  // days after `from`. `start` gives the time of day, the first period, and the earliest instance; it
  // is an instance itself only if the rule fits it. A wall time that does not exist in `zone` is no
  // instance and does not count toward COUNT (§3.3.10: "MUST be ignored and MUST NOT be counted").
  std::vector<WallTime> expand(WallTime start, const Zone& zone, Instant from, Instant until,
                               std::size_t limit = 1000) const;

 private:
  enum class Frequency { daily, weekly, monthly };
  struct Weekday {
    std::chrono::weekday day;
    int ordinal = 0;  // 2 for the second of the month, -1 for the last, 0 for every
  };

  // One part of the rule; then whether the parts go together. False, with `wrong` put in words.
  bool take(std::string_view name, std::string_view text, std::string& wrong);
  bool agrees(std::string& wrong) const;

  // Periods are numbered along the time line: days, weeks that begin on week_start_, months.
  std::int64_t period_of(Date day) const;
  Date begin_of(std::int64_t period) const;
  bool fits(Date day, Date first) const;
  std::vector<Date> days_of(std::int64_t period, Date first) const;
  bool is_after_end(WallTime wall, Instant at) const;

  std::string text_;
  std::optional<Frequency> frequency_;
  int interval_ = 1;
  std::optional<int> count_;
  std::variant<std::monostate, Date, WallTime, Instant> until_;
  std::vector<Weekday> weekdays_;
  std::vector<int> month_days_;  // negative: from the month's end
  std::vector<int> positions_;   // negative: from the period's end
  std::chrono::weekday week_start_ = std::chrono::Monday;
};

}  // namespace circled
