#include "base/recurrence.hpp"

#include <algorithm>

namespace circled {
namespace {

using std::chrono::days;
using std::chrono::year_month_day;
using std::chrono::year_month_day_last;

constexpr days farthest{731};

int day_of_month(Date day) { return static_cast<int>(static_cast<unsigned>(year_month_day{day}.day())); }

int last_of_month(Date day) {
  const year_month_day ymd{day};
  return static_cast<int>(
      static_cast<unsigned>(year_month_day_last{ymd.year(), std::chrono::month_day_last{ymd.month()}}.day()));
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// 1970-01-01 was a Thursday: the first Monday after it is day 4, the first Sunday day 3.
std::int64_t first_week_begin(std::chrono::weekday week_start) {
  return week_start == std::chrono::Monday ? 4 : 3;
}

}  // namespace

std::int64_t Recurrence::period_of(Date day) const {
  const std::int64_t number = day.time_since_epoch().count();
  if (frequency_ == Frequency::daily) return number;
  if (frequency_ == Frequency::weekly) return floor_div(number - first_week_begin(week_start_), 7);
  const year_month_day ymd{day};
  return static_cast<int>(ymd.year()) * 12LL + static_cast<unsigned>(ymd.month()) - 1;
}

Date Recurrence::begin_of(std::int64_t period) const {
  if (frequency_ == Frequency::daily) return Date{days{period}};
  if (frequency_ == Frequency::weekly) return Date{days{period * 7 + first_week_begin(week_start_)}};
  return Date{std::chrono::year{static_cast<int>(period / 12)} / static_cast<int>(period % 12 + 1) / 1};
}

// Whether the BY parts, or what `first` stands in for when there are none, name this day.
bool Recurrence::fits(Date day, Date first) const {
  const std::chrono::weekday weekday{day};
  const int in_month = day_of_month(day), last = last_of_month(day);
  if (weekdays_.empty() && month_days_.empty()) {
    if (frequency_ == Frequency::weekly) return weekday == std::chrono::weekday{first};
    if (frequency_ == Frequency::monthly) return in_month == day_of_month(first);
    return true;
  }
  const bool on_month_day = month_days_.empty() || std::ranges::any_of(month_days_, [&](int wanted) {
                              return wanted == in_month || wanted == in_month - last - 1;
                            });
  const bool on_weekday =
      weekdays_.empty() || std::ranges::any_of(weekdays_, [&](const Weekday& wanted) {
        const int nth = (in_month - 1) / 7 + 1, nth_from_end = -((last - in_month) / 7 + 1);
        return wanted.day == weekday &&
               (wanted.ordinal == 0 || wanted.ordinal == nth || wanted.ordinal == nth_from_end);
      });
  return on_month_day && on_weekday;
}

std::vector<Date> Recurrence::days_of(std::int64_t period, Date first) const {
  std::vector<Date> found;
  for (Date day = begin_of(period), end = begin_of(period + 1); day < end; day += days{1})
    if (fits(day, first)) found.push_back(day);
  if (positions_.empty()) return found;
  std::vector<Date> chosen;
  const auto size = static_cast<int>(found.size());
  for (int i = 0; i < size; ++i)
    if (std::ranges::any_of(positions_, [&](int wanted) { return wanted == i + 1 || wanted == i - size; }))
      chosen.push_back(found[static_cast<std::size_t>(i)]);
  return chosen;
}

bool Recurrence::is_after_end(WallTime wall, Instant at) const {
  if (const auto* day = std::get_if<Date>(&until_)) return wall >= *day + days{1};
  if (const auto* last = std::get_if<WallTime>(&until_)) return wall > *last;
  if (const auto* last = std::get_if<Instant>(&until_)) return at > *last;
  return false;
}

Recurrence Recurrence::counting(int instances) const {
  Recurrence other = *this;
  const auto at = text_.find("COUNT=");
  if (!count_ || at == std::string::npos) return other;
  const auto end = std::min(text_.find(';', at), text_.size());
  other.text_.replace(at, end - at, "COUNT=" + std::to_string(instances));
  other.count_ = instances;
  return other;
}

std::vector<WallTime> Recurrence::expand(WallTime start, const Zone& zone, Instant from, Instant until,
                                         std::size_t limit) const {
  std::vector<WallTime> instances;
  until = std::min(until, from + farthest);
  if (from >= until || limit == 0) return instances;
  const Date first = std::chrono::floor<days>(start);
  const auto time_of_day = start - first;
  const Date last = zone.date(until);
  // A count runs from the start; any other rule may be entered in the middle.
  const Date resume = count_ ? first : std::max(first, zone.date(from));
  const std::int64_t origin = period_of(first);
  int counted = 0;
  for (std::int64_t period = origin + (period_of(resume) - origin) / interval_ * interval_;
       begin_of(period) <= last; period += interval_) {
    for (const Date day : days_of(period, first)) {
      const WallTime wall = day + time_of_day;
      const auto at = zone.instant(wall);
      if (day < first || !at) continue;
      if (*at >= until || is_after_end(wall, *at) || (count_ && ++counted > *count_)) return instances;
      if (*at < from) continue;
      instances.push_back(wall);
      if (instances.size() == limit) return instances;
    }
  }
  return instances;
}

}  // namespace circled
