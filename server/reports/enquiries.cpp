#include "reports/enquiries.hpp"

#include <algorithm>
#include <map>

#include "people/enquiry_rules.hpp"

namespace circled::reports {
namespace {

using people::EnquiryState;

// They belong to no group and to no member of staff.
#define CIRCLED_ENQUIRIES_OF_PERIOD                    \
  "site_id = $1 AND asked_at >= $4 AND asked_at < $5 " \
  "AND CAST($6 AS BIGINT) IS NULL AND CAST($7 AS BIGINT) IS NULL "

struct Waited {
  EnquiryState state;
  Instant asked_at;
  std::optional<Instant> first_call_at;
};
BOOST_DESCRIBE_STRUCT(Waited, (), (state, asked_at, first_call_at))

Seconds response(Instant asked_at, Instant called_at) {
  return std::chrono::floor<Seconds>(called_at - asked_at);
}

// `times` must not be empty.
Seconds median(std::vector<Seconds>& times) {
  std::sort(times.begin(), times.end());
  const auto half = times.size() / 2;
  return times.size() % 2 ? times[half] : (times[half - 1] + times[half]) / 2;
}

}  // namespace

EnquiryFigures enquiry_figures(Snapshot& db, const Period& period) {
  EnquiryFigures figures{period.first, period.last, period.site, 0, 0, 0, {}, {}, {}};
  std::map<EnquiryState, std::int64_t> outcomes;
  std::vector<Seconds> times;
  each_of<Waited>(
      db, period,
      [&](const Waited& one) {
        ++figures.enquiries;
        ++outcomes[one.state];
        if (one.first_call_at)
          times.push_back(response(one.asked_at, *one.first_call_at));
        else if (!people::rules::ended(one.state))
          ++figures.without_call;
      },
      "SELECT state, asked_at, first_call_at FROM enquiry WHERE " CIRCLED_ENQUIRIES_OF_PERIOD);
  for (const auto& [state, count] : outcomes)
    figures.outcomes.push_back({std::string(json::enum_name(state)), count});
  figures.called = static_cast<std::int64_t>(times.size());
  if (times.empty()) return figures;
  figures.median_response_s = median(times);
  figures.longest_response_s = times.back();
  return figures;
}

std::vector<EnquiryLine> site_enquiries(Snapshot& db, const Period& period, const EnquiryLine* last,
                                        std::int64_t limit) {
  return rows_of<EnquiryLine>(
      db, last ? since(period, last->asked_at) : period,
      "SELECT id, whom, asked_at, calls, first_call_at, (first_call_at - asked_at) / 1000, state, state_at "
      "FROM enquiry WHERE " CIRCLED_ENQUIRIES_OF_PERIOD
      "AND (asked_at > $4 OR id > $10) ORDER BY asked_at, id LIMIT $11",
      last ? last->enquiry : EnquiryId(), limit);
}

}  // namespace circled::reports
