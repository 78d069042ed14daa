#include "reports/enquiries.hpp"

#include <doctest/doctest.h>

#include "reports/fixture.hpp"

using namespace circled;
using namespace circled::reports;
using namespace std::chrono_literals;
using circled::test::day;
using circled::test::march;

namespace {

struct EnquiryReports : test::ReportFixture {
  // Asked at `at`, called after `wait` if at all.
  void asked(Instant at, std::optional<Milliseconds> wait, std::string_view state = "open") {
    write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO enquiry (site_id, whom, number, ask_for, voicemail, asked_at, state, state_at, calls, "
          "first_call_at, client_id) VALUES ($1, 'oneself', 'x', 'y', FALSE, $2, $3, $2, $4, $5, $6)",
          site, at, state, wait ? 1 : 0, wait ? std::optional(at + *wait) : std::nullopt,
          state == "admitted" ? std::optional(ana) : std::nullopt);
    });
  }
  EnquiryFigures figures(const Asked& about = march) {
    return figure(enquiry_figures, ada, about, Seen::site);
  }
};

}  // namespace

TEST_CASE("nobody asked: no times, and nothing of nothing") {
  EnquiryReports f;
  const auto none = f.figures();
  CHECK(none.enquiries == 0);
  CHECK_FALSE(none.median_response_s);
  CHECK(none.outcomes.empty());
}

TEST_CASE("the wait for the first call: the middle one, the longest, and who still waits") {
  EnquiryReports f;
  f.asked(f.now() - 5h, 20min);
  CHECK(f.figures().median_response_s == 1200s);
  f.asked(f.now() - 4h, 10min, "admitted");
  CHECK(f.figures().median_response_s == 900s);  // between ten and twenty minutes
  f.asked(f.now() - 3h, 90min, "referred");
  f.asked(f.now() - 2h, {});
  f.asked(f.now() - 1h, {}, "waiting");
  f.asked(f.now() - 1h, {}, "declined");  // nobody calls there any more
  const auto all = f.figures();
  CHECK(all.enquiries == 6);
  CHECK(all.called == 3);
  CHECK(all.without_call == 2);
  CHECK(all.median_response_s == 1200s);
  CHECK(all.longest_response_s == 5400s);
  std::string outcomes;
  for (const auto& each : all.outcomes) outcomes += each.what + " " + std::to_string(each.count) + ", ";
  CHECK(outcomes == "open 2, waiting 1, admitted 1, referred 1, declined 1, ");
}

TEST_CASE("an enquiry is of the day on which it was asked on the site's wall, and of no group") {
  EnquiryReports f;
  const auto first = f.about(f.ada, march).value().from;
  f.asked(first - 1ms, 1s);
  f.asked(first, 2s);
  f.asked(f.about(f.ada, march).value().until - 1ms, {});
  CHECK(f.figures().enquiries == 2);
  auto of_group = march;
  of_group.group = f.evening;
  CHECK(f.figures(of_group).enquiries == 0);
}

TEST_CASE("its rows come in parts, each once, without number and name") {
  EnquiryReports f;
  for (int i = 0; i < 5; ++i) f.asked(f.now() - (i / 2) * 1h, i % 2 ? std::optional(90s) : std::nullopt);
  const auto rows = f.whole_list(site_enquiries, f.ada, march, Seen::site);
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].asked_at == f.now() - 2h);
  const auto called =
      std::count_if(rows.begin(), rows.end(), [](const auto& r) { return r.response_s == 90s; });
  CHECK(called == 2);
}
