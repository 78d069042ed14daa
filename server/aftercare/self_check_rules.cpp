#include "aftercare/self_check_rules.hpp"

#include <cstdio>
#include <numeric>

#include "reminders/rules.hpp"

namespace circled::aftercare::rules {
namespace {

constexpr std::size_t lately = 3, before = 7;

std::int64_t sum(std::span<const Felt> checks) {
  return std::accumulate(checks.begin(), checks.end(), std::int64_t(0),
                         [](std::int64_t total, const Felt& each) { return total + each.craving; });
}

// "6.3"
std::string average(std::int64_t sum, std::size_t count) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f", static_cast<double>(sum) / static_cast<double>(count));
  return text;
}

}  // namespace

std::optional<std::string> worth_a_look(std::span<const Felt> latest_first, const SelfCheckTerms& terms,
                                        std::optional<Instant> followed_up, const Zone& zone) {
  if (latest_first.empty()) return std::nullopt;
  const Felt& newest = latest_first.front();
  if (newest.craving >= terms.limit.value)
    return "Said a craving of " + std::to_string(newest.craving) + " of 10 on " +
           reminders::spoken(newest.at, zone) + "; the plan's limit is " + std::to_string(terms.limit.value) +
           ".";
  if (!terms.rise || latest_first.size() < lately + before) return std::nullopt;
  const auto last = latest_first.first(lately), earlier = latest_first.subspan(lately, before);
  if (followed_up && last.back().at <= *followed_up) return std::nullopt;
  // Averages compared without dividing, so that a rise of exactly so much is one.
  const auto n = static_cast<std::int64_t>(lately), m = static_cast<std::int64_t>(before);
  if (sum(last) * m - sum(earlier) * n < terms.rise->value * n * m) return std::nullopt;
  return "Craving has risen: " + average(sum(last), lately) + " on average in the last three self-checks, " +
         average(sum(earlier), before) + " in the seven before.";
}

}  // namespace circled::aftercare::rules
