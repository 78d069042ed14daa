#include "base/ics_time.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace circled::ics {
namespace {

// All digits, or nothing.
std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || digits.front() == '-' || ec != std::errc{} || end != digits.data() + digits.size())
    return std::nullopt;
  return value;
}

std::optional<Date> parse_day(std::string_view text) {
  const auto year = number(text.substr(0, 4)), month = number(text.substr(4, 2)),
             day = number(text.substr(6, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *year < 1900) return std::nullopt;
  return Date{date};
}

constexpr std::pair<std::string_view, std::string_view> windows_names[] = {
    {"AUS Eastern Standard Time", "Australia/Sydney"},
    {"Alaskan Standard Time", "America/Anchorage"},
    {"Arizona Standard Time", "America/Phoenix"},
    {"Atlantic Standard Time", "America/Halifax"},
    {"Canada Central Standard Time", "America/Regina"},
    {"Central America Standard Time", "America/Guatemala"},
    {"Central Europe Standard Time", "Europe/Budapest"},
    {"Central European Standard Time", "Europe/Warsaw"},
    {"Central Standard Time", "America/Chicago"},
    {"China Standard Time", "Asia/Shanghai"},
    {"E. South America Standard Time", "America/Sao_Paulo"},
    {"Eastern Standard Time", "America/New_York"},
    {"FLE Standard Time", "Europe/Kiev"},
    {"GMT Standard Time", "Europe/London"},
    {"GTB Standard Time", "Europe/Bucharest"},
    {"Greenwich Standard Time", "Atlantic/Reykjavik"},
    {"Hawaiian Standard Time", "Pacific/Honolulu"},
    {"India Standard Time", "Asia/Calcutta"},
    {"Israel Standard Time", "Asia/Jerusalem"},
    {"Mountain Standard Time", "America/Denver"},
    {"New Zealand Standard Time", "Pacific/Auckland"},
    {"Newfoundland Standard Time", "America/St_Johns"},
    {"Pacific Standard Time", "America/Los_Angeles"},
    {"Romance Standard Time", "Europe/Paris"},
    {"Russian Standard Time", "Europe/Moscow"},
    {"SA Western Standard Time", "America/La_Paz"},
    {"Tokyo Standard Time", "Asia/Tokyo"},
    {"US Eastern Standard Time", "America/Indianapolis"},
    {"US Mountain Standard Time", "America/Phoenix"},
    {"UTC", "Etc/UTC"},
    {"W. Europe Standard Time", "Europe/Berlin"},
};

}  // namespace

std::optional<Moment> parse_moment(std::string_view text) {
  Moment moment;
  if (text.size() != 8 && text.size() != 15 && text.size() != 16) return std::nullopt;
  const auto day = parse_day(text);
  if (!day) return std::nullopt;
  moment.wall = *day;
  moment.is_day = text.size() == 8;
  if (moment.is_day) return moment;
  moment.is_utc = text.size() == 16;
  if (text[8] != 'T' || (moment.is_utc && text[15] != 'Z')) return std::nullopt;
  const auto hour = number(text.substr(9, 2)), minute = number(text.substr(11, 2)),
             second = number(text.substr(13, 2));
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  moment.wall += std::chrono::hours(*hour) + Minutes(*minute) + Seconds(std::min(*second, 59));
  return moment;
}

std::optional<Duration> parse_duration(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (!text.starts_with('P') || text.size() < 3) return std::nullopt;
  text.remove_prefix(1);
  Duration duration;
  bool in_time = false;
  while (!text.empty()) {
    if (text.front() == 'T' && !in_time) {
      in_time = true;
      text.remove_prefix(1);
      if (text.empty()) return std::nullopt;
      continue;
    }
    const std::size_t end = text.find_first_not_of("0123456789");
    if (end == std::string_view::npos || end == 0 || end > 7) return std::nullopt;
    const int amount = number(text.substr(0, end)).value_or(0);
    const char unit = text[end];
    if (unit == 'W' && !in_time)
      duration.days += std::chrono::days(7 * amount);
    else if (unit == 'D' && !in_time)
      duration.days += std::chrono::days(amount);
    else if (unit == 'H' && in_time)
      duration.time += std::chrono::hours(amount);
    else if (unit == 'M' && in_time)
      duration.time += Minutes(amount);
    else if (unit == 'S' && in_time)
      duration.time += Seconds(amount);
    else
      return std::nullopt;
    text.remove_prefix(end + 1);
  }
  return duration;
}

std::optional<Zone> zone_called(std::string_view name) {
  for (const auto& [windows, iana] : windows_names)
    if (name == windows) return *Zone::named(iana);
  if (const auto zone = Zone::named(name)) return *zone;
  // Some programs put a path of their own in front: "/citadel.org/20210210_1/Europe/Berlin".
  const std::size_t slash = name.rfind('/');
  if (!name.starts_with('/') || slash == 0) return std::nullopt;
  const std::size_t before = name.rfind('/', slash - 1);
  if (const auto zone = Zone::named(name.substr(before + 1))) return *zone;
  return std::nullopt;
}

Instant instant_of(WallTime wall, const Zone& zone) {
  if (const auto at = zone.instant(wall)) return *at;
  // Two days before there is no gap: none is longer than one.
  constexpr std::chrono::days earlier{2};
  return zone.instant(wall - earlier).value_or(zone.start_of(std::chrono::floor<std::chrono::days>(wall))) +
         earlier;
}

}  // namespace circled::ics
