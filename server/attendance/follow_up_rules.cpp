#include "attendance/follow_up_rules.hpp"

#include <vector>

#include "reminders/rules.hpp"

namespace circled::attendance::rules {
namespace {

using calendar::Verdict;

// "Tue 3 Mar at 18:00, Tue 10 Mar at 18:00": the earliest first.
std::string listed(std::span<const std::string> latest_first) {
  std::string text;
  for (auto each = latest_first.rbegin(); each != latest_first.rend(); ++each)
    text += (text.empty() ? "" : ", ") + *each;
  return text;
}

bool enough(std::size_t found, std::int64_t times) {
  return times > 0 && static_cast<std::int64_t>(found) >= times;
}

}  // namespace

std::optional<std::string> unexcused_in_a_row(std::span<const Turnout> latest_first, std::int64_t times,
                                              const Zone& zone) {
  std::vector<std::string> missed;
  for (const Turnout& each : latest_first) {
    if (each.verdict == Verdict::attended || each.verdict == Verdict::turned_away) break;
    if (each.verdict == Verdict::unexcused) missed.push_back(reminders::spoken(each.starts_at, zone));
  }
  if (!enough(missed.size(), times)) return std::nullopt;
  return "Missed without excuse " + std::to_string(missed.size()) + " times in a row: " + listed(missed) +
         ".";
}

std::optional<std::string> often_late(std::span<const Turnout> latest_first, std::int64_t times,
                                      std::int64_t days, const Zone& zone, Instant now) {
  std::vector<std::string> late;
  for (const Turnout& each : latest_first) {
    if (each.starts_at <= now - std::chrono::days(days)) break;
    if (each.late && each.late->count() > 0)
      late.push_back(reminders::spoken_day(each.starts_at, zone) + " by " +
                     std::to_string(each.late->count()) + " min");
  }
  if (!enough(late.size(), times)) return std::nullopt;
  return "Late " + std::to_string(late.size()) + " times in " + std::to_string(days) +
         " days: " + listed(late) + ".";
}

std::optional<std::string> without_service(std::optional<Instant> last, Date admitted_on, std::int64_t days,
                                           const Zone& zone, Instant now) {
  const Date since = last ? std::max(zone.date(*last), admitted_on) : admitted_on;
  const std::int64_t passed = (zone.date(now) - since).count();
  if (passed < days) return std::nullopt;
  const bool attended = last && zone.date(*last) >= admitted_on;
  return "No session attended since " + std::string(attended ? "" : "admission on ") +
         reminders::spoken_day(zone.start_of(since), zone) + ": " + std::to_string(passed) + " days.";
}

}  // namespace circled::attendance::rules
