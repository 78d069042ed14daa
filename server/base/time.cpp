#include "base/time.hpp"

namespace circled {
namespace {

using namespace std::chrono_literals;

// Exactly `count` digits at `at`, or nothing.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// At least `width` digits. Each answer has several times in it, and snprintf would be most of their cost.
void append(std::string& out, std::int64_t number, std::size_t width, char before = 0) {
  if (before) out += before;
  const std::string digits = std::to_string(number);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

void append(std::string& out, std::chrono::sys_days day) {
  const std::chrono::year_month_day ymd{day};
  append(out, static_cast<int>(ymd.year()), 4);
  append(out, static_cast<unsigned>(ymd.month()), 2, '-');
  append(out, static_cast<unsigned>(ymd.day()), 2, '-');
}

}  // namespace

std::string to_string(Instant t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const auto rest = (t - day).count();
  std::string text;
  append(text, day);
  append(text, rest / 3600000, 2, 'T');
  append(text, rest / 60000 % 60, 2, ':');
  append(text, rest / 1000 % 60, 2, ':');
  if (rest % 1000 != 0) append(text, rest % 1000, 3, '.');
  return text + 'Z';
}

std::string to_string(Date d) {
  std::string text;
  append(text, std::chrono::sys_days(d.time_since_epoch()));
  return text;
}

std::string to_string(TimeOfDay t) {
  std::string text;
  append(text, t.since_midnight.count() / 60, 2);
  append(text, t.since_midnight.count() % 60, 2, ':');
  return text;
}

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year(*year),
                                        std::chrono::month(static_cast<unsigned>(*month)),
                                        std::chrono::day(static_cast<unsigned>(*day))};
  if (!ymd.ok() || *year < 1900 || *year > 2200) return std::nullopt;
  return Date{ymd};
}

std::optional<TimeOfDay> parse_time_of_day(std::string_view text) {
  const bool with_seconds = text.size() == 8;
  if ((text.size() != 5 && !with_seconds) || text[2] != ':') return std::nullopt;
  if (with_seconds && text.substr(5) != ":00") return std::nullopt;
  const auto hours = digits(text, 0, 2), minutes = digits(text, 3, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return TimeOfDay{Minutes(*hours * 60 + *minutes)};
}

std::optional<Instant> parse_instant(std::string_view text) {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't')) return std::nullopt;
  const auto date = parse_date(text.substr(0, 10));
  const auto clock = parse_time_of_day(text.substr(11, 5));
  const auto seconds = digits(text, 17, 2);
  if (!date || !clock || text[16] != ':' || !seconds || *seconds > 59) return std::nullopt;

  std::size_t at = 19;
  int millis = 0;
  if (text[at] == '.') {
    int scale = 100;
    const std::size_t first = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
      millis += (text[at] - '0') * scale;  // digits after the third are cut off
    if (at == first || at - first > 9) return std::nullopt;
  }

  Minutes offset{0};
  const std::string_view zone = text.substr(at);
  if (zone != "Z" && zone != "z") {
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
    const auto by = parse_time_of_day(zone.substr(1));
    if (!by) return std::nullopt;
    offset = zone[0] == '+' ? by->since_midnight : -by->since_midnight;
  }
  const Instant t = Instant{date->time_since_epoch()} + clock->since_midnight + Seconds(*seconds) +
                    Milliseconds(millis) - offset;
  if (t < Instant{} || t >= Instant{std::chrono::sys_days{std::chrono::year{2101} / 1 / 1}})
    return std::nullopt;
  return t;
}

}  // namespace circled
