#include "aftercare/rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/recurrence.hpp"

namespace circled::aftercare {
namespace {

constexpr TimeOfDay midnight{Minutes(0)};
constexpr TimeOfDay last_minute{Minutes(24 * 60 - 1)};
constexpr double earth_km = 6371.0088;
constexpr double degree = std::numbers::pi / 180;

}  // namespace

std::string weekly_rule(int weekday) {
  static constexpr std::array<const char*, 7> days{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  return std::string("FREQ=WEEKLY;BYDAY=") + days.at(static_cast<std::size_t>(weekday));
}

std::vector<Slot> slots(const Timing& timing, const Zone& zone, Instant from, Instant until) {
  // Rules are checked before they are kept: one that does not parse is a bug, and value() says so.
  const Recurrence recurrence = Recurrence::parse(timing.rule).value();
  // What counts from no day repeats from any day on; a day early, lest `from` be past the time of day.
  const Date first = timing.starts_on.value_or(zone.date(from) - std::chrono::days(1));
  const WallTime start = first + timing.time.since_midnight;
  std::vector<Slot> found;
  for (const WallTime wall : recurrence.expand(start, zone, from, until))
    if (const auto at = zone.instant(wall)) found.push_back({*at, *at + timing.duration});
  return found;
}

Result<int> rule_weekday(std::string_view rule, Date starts_on, TimeOfDay time, const Zone& zone) {
  const auto recurrence = Recurrence::parse(rule);
  if (!recurrence) {
    Error wrong = recurrence.error();
    for (auto& field : wrong.fields) field.pointer = "/rule";
    return wrong;
  }
  const Instant from = zone.start_of(starts_on);
  const auto dates =
      recurrence->expand(starts_on + time.since_midnight, zone, from, from + std::chrono::days(731));
  if (dates.empty()) return invalid("/rule", "never", "By this rule there is never a meeting.");
  const auto weekday_of = [](WallTime wall) {
    return static_cast<int>(std::chrono::weekday(std::chrono::floor<std::chrono::days>(wall)).c_encoding());
  };
  const int weekday = weekday_of(dates.front());
  if (!std::ranges::all_of(dates, [&](WallTime wall) { return weekday_of(wall) == weekday; }))
    return invalid("/rule", "several_weekdays",
                   "A meeting has one weekday; what meets on several is entered once for each.");
  return weekday;
}

std::optional<Instant> starts_within(const Timing& timing, int weekday, const Zone& zone, Instant now,
                                     Minutes within) {
  // Nearly all meet every week: that is told without a rule, for a search asks about a thousand of them.
  if (!timing.starts_on && timing.rule == weekly_rule(weekday)) {
    for (Date day = zone.date(now), last = zone.date(now + within); day <= last;
         day += std::chrono::days(1)) {
      if (std::chrono::weekday(day).c_encoding() != static_cast<unsigned>(weekday)) continue;
      const auto at = zone.instant(day + timing.time.since_midnight);
      if (at && *at >= now && *at < now + within) return at;
    }
    return std::nullopt;
  }
  const auto found = slots(timing, zone, now, now + within);
  return found.empty() ? std::nullopt : std::optional(found.front().starts_at);
}

double distance_km(Point a, Point b) {
  const double up = std::sin((b.latitude - a.latitude) * degree / 2);
  const double across = std::sin((b.longitude - a.longitude) * degree / 2);
  const double h = up * up + std::cos(a.latitude * degree) * std::cos(b.latitude * degree) * across * across;
  return 2 * earth_km * std::asin(std::min(1.0, std::sqrt(h)));
}

Box around(Point centre, double km) {
  const double up = km / earth_km / degree;
  const double south = centre.latitude - up, north = centre.latitude + up;
  // Around a pole every longitude is near.
  if (south <= -90 || north >= 90) return {std::max(south, -90.0), std::min(north, 90.0), -180, 180};
  const double across =
      std::asin(std::min(1.0, std::sin(km / earth_km) / std::cos(centre.latitude * degree))) / degree;
  const double west = centre.longitude - across, east = centre.longitude + across;
  return {south, north, west < -180 ? west + 360 : west, east > 180 ? east - 360 : east};
}

std::vector<Stretch> stretches(std::optional<int> weekday, std::optional<TimeOfDay> from,
                               std::optional<TimeOfDay> until) {
  const TimeOfDay first = from.value_or(midnight), last = until.value_or(last_minute);
  const bool across = last < first;
  if (weekday && !across) return {{*weekday, first, last}};
  if (weekday) return {{*weekday, first, last_minute}, {(*weekday + 1) % 7, midnight, last}};
  std::vector<Stretch> week;
  for (int day = 0; day < 7; ++day) {
    if (across) week.push_back({day, midnight, last});
    week.push_back({day, first, across ? last_minute : last});
  }
  return week;
}

bool shrinks_too_much(std::int64_t present, std::int64_t missing) {
  return present >= trivial_list && missing * 2 > present;
}

}  // namespace circled::aftercare
