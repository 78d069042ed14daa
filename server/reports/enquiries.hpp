// How long whoever asked for help waited for the first call, and what came of it. Of times and outcomes
// alone: they stay when the people are purged.
#pragma once
#include "people/enquiry.hpp"
#include "reports/figures.hpp"

namespace circled::reports {

// Enquiries that were made in the period. The response time runs from asking to the first call, whatever came
// of that one, nights and closed days included.
struct EnquiryFigures {
  Date from;
  Date until;
  SiteId site;
  std::int64_t enquiries;
  std::int64_t called;
  std::int64_t without_call;  // not ended, and nobody has called yet
  std::optional<Seconds>
      median_response_s;  // of those called; of an even number, between the two in the middle
  std::optional<Seconds> longest_response_s;
  std::vector<Count> outcomes;  // each state as it is now, in the order of its path; their sum is `enquiries`
};
BOOST_DESCRIBE_STRUCT(EnquiryFigures, (),
                      (from, until, site, enquiries, called, without_call, median_response_s,
                       longest_response_s, outcomes))

EnquiryFigures enquiry_figures(Snapshot& db, const Period& period);

// The rows behind the figures: without number and name, which no figure needs.
struct EnquiryLine {
  EnquiryId enquiry;
  people::Whom whom;
  Instant asked_at;
  std::int64_t calls;
  std::optional<Instant> first_call_at;
  std::optional<Seconds> response_s;
  people::EnquiryState state;
  Instant state_at;
};
BOOST_DESCRIBE_STRUCT(EnquiryLine, (),
                      (enquiry, whom, asked_at, calls, first_call_at, response_s, state, state_at))

// By the time of asking.
std::vector<EnquiryLine> site_enquiries(Snapshot& db, const Period& period, const EnquiryLine* last,
                                        std::int64_t limit);

}  // namespace circled::reports
