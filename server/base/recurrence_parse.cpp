// From an RRULE's text to a Recurrence: what is not accepted is refused by the name of its part.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/recurrence.hpp"

namespace circled {
namespace {

constexpr int longest_interval = 366;
constexpr int most_instances = 1000;

// A whole number from `low` to `high`, with an optional sign where `low` is negative; never zero there.
std::optional<int> number(std::string_view text, int low, int high) {
  if (low < 0 && text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  int value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size() || value < low || value > high || value == 0)
    return std::nullopt;
  return value;
}

std::optional<std::chrono::weekday> weekday(std::string_view text) {
  constexpr std::array<std::string_view, 7> names{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  const auto at = std::ranges::find(names, text);
  if (at == names.end()) return std::nullopt;
  return std::chrono::weekday(static_cast<unsigned>(at - names.begin()));
}

// Calls `each` for every item of a comma-separated list; false when one is refused or empty.
template <class F>
bool list(std::string_view text, F each) {
  for (;;) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma == 0 || !each(text.substr(0, comma))) return false;
    if (comma == text.size()) return true;
    text.remove_prefix(comma + 1);
  }
}

bool numbers(std::string_view text, int most, std::vector<int>& out) {
  return list(text, [&](std::string_view item) {
    const auto value = number(item, -most, most);
    if (value) out.push_back(*value);
    return value.has_value();
  });
}

// "20260310", "20260310T180000" → the extended form that base/time.hpp reads.
std::string extended(std::string_view basic) {
  std::string text(basic);
  if (text.size() >= 15) text.insert(13, ":").insert(11, ":");
  if (text.size() >= 8) text.insert(6, "-").insert(4, "-");
  return text;
}

}  // namespace

bool Recurrence::take(std::string_view name, std::string_view text, std::string& wrong) {
  const auto need = [&](bool fine, const char* what) {
    if (!fine) wrong = std::string(name) + " must be " + what;
    return fine;
  };
  if (name == "FREQ") {
    constexpr std::array<std::string_view, 3> names{"DAILY", "WEEKLY", "MONTHLY"};
    const auto at = std::ranges::find(names, text);
    if (at != names.end()) frequency_ = static_cast<Frequency>(at - names.begin());
    return need(at != names.end(), "DAILY, WEEKLY or MONTHLY");
  }
  if (name == "INTERVAL") {
    const auto value = number(text, 1, longest_interval);
    interval_ = value.value_or(1);
    return need(value.has_value(), "a number from 1 to 366");
  }
  if (name == "COUNT") {
    count_ = number(text, 1, most_instances);
    return need(count_.has_value(), "a number from 1 to 1000");
  }
  if (name == "UNTIL") {
    const std::string when = extended(text);
    if (text.size() == 8) {
      if (const auto day = parse_date(when)) until_ = *day;
    } else if (text.size() == 15 || (text.size() == 16 && text.ends_with('Z'))) {
      const bool is_utc = text.size() == 16;
      if (const auto at = parse_instant(is_utc ? when : when + "Z")) {
        if (is_utc)
          until_ = *at;
        else
          until_ = WallTime{std::chrono::floor<Seconds>(at->time_since_epoch())};
      }
    }
    return need(until_.index() != 0, "a date or time such as 20260310 or 20260310T180000Z");
  }
  if (name == "BYDAY")
    return need(list(text,
                     [&](std::string_view item) {
                       if (item.size() < 2) return false;
                       const auto day = weekday(item.substr(item.size() - 2));
                       item.remove_suffix(2);
                       const auto ordinal = item.empty() ? std::optional(0) : number(item, -5, 5);
                       if (!day || !ordinal) return false;
                       weekdays_.push_back({*day, *ordinal});
                       return true;
                     }),
                "weekdays such as MO,WE or 2TU or -1FR");
  if (name == "BYMONTHDAY") return need(numbers(text, 31, month_days_), "days from 1 to 31 or -31 to -1");
  if (name == "BYSETPOS") return need(numbers(text, 31, positions_), "positions from 1 to 31 or -31 to -1");
  if (name == "WKST") {
    if (text == "SU") week_start_ = std::chrono::Sunday;
    return need(text == "MO" || text == "SU", "MO or SU");
  }
  wrong = std::string(name) + " is not supported";
  return false;
}

bool Recurrence::agrees(std::string& wrong) const {
  const bool monthly = frequency_ == Frequency::monthly;
  const bool numbered = std::ranges::any_of(weekdays_, [](const Weekday& each) { return each.ordinal != 0; });
  if (!frequency_)
    wrong = "FREQ is missing";
  else if (count_ && until_.index() != 0)
    wrong = "COUNT and UNTIL exclude each other";
  else if (!month_days_.empty() && !monthly)
    wrong = "BYMONTHDAY needs FREQ=MONTHLY";
  else if (!positions_.empty() && !monthly)
    wrong = "BYSETPOS needs FREQ=MONTHLY";
  else if (!positions_.empty() && weekdays_.empty() && month_days_.empty())
    wrong = "BYSETPOS needs BYDAY or BYMONTHDAY to choose from";
  else if (numbered && !monthly)
    wrong = "BYDAY with a number needs FREQ=MONTHLY";
  return wrong.empty();
}

Result<Recurrence> Recurrence::parse(std::string_view rrule) {
  Recurrence rule;
  rule.text_ = rrule;
  for (char& c : rule.text_)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');

  std::string wrong;
  std::vector<std::string_view> seen;
  std::string_view rest = rule.text_;
  while (wrong.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view part = rest.substr(0, end);
    const std::size_t equals = part.find('=');
    const std::string_view name = part.substr(0, equals);
    if (equals == std::string_view::npos || name.empty())
      wrong = "'" + std::string(part.substr(0, 40)) + "' is not of the form NAME=value";
    else if (std::ranges::count(seen, name) > 0)
      wrong = std::string(name.substr(0, 40)) + " stands twice";
    else if (rule.take(name, part.substr(equals + 1), wrong))
      seen.push_back(name);
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  if (!wrong.empty() || !rule.agrees(wrong))
    return invalid("", "bad_recurrence", "This recurrence rule cannot be used: " + wrong + ".");
  return rule;
}

}  // namespace circled
