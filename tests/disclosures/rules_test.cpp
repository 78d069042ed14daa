#include "disclosures/rules.hpp"

#include <doctest/doctest.h>

#include "disclosures/disclosure.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::disclosures;
using calendar::Verdict;
using people::ConsentState;
using K = people::ConsentKind;
using namespace std::chrono_literals;
using test::at;
using test::on;

namespace {

people::Consent consent(ConsentState state = ConsentState::live, std::int64_t version = 1) {
  people::Consent c;
  c.id = ConsentId(3);
  c.version = version;
  c.state = state;
  c.kinds = {ConsentKind::attendance, ConsentKind::phase};
  return c;
}

std::string text(const std::vector<FieldError>& errors) {
  std::string all;
  for (const auto& e : errors) all += (all.empty() ? "" : " ") + e.pointer + ":" + e.code;
  return all;
}

}  // namespace

TEST_CASE("a report rests on a live consent, on the paper it was drafted on, and on nothing beyond it") {
  struct Case {
    const char* what;
    ConsentState state;
    std::int64_t version;
    std::vector<ConsentKind> kinds;
    const char* code;
  };
  for (const Case& c : {
           Case{"all of it", ConsentState::live, 1, {ConsentKind::attendance, ConsentKind::phase}, ""},
           {"a part of it", ConsentState::live, 1, {ConsentKind::phase}, ""},
           {"revoked", ConsentState::revoked, 1, {ConsentKind::phase}, "consent_revoked"},
           {"expired", ConsentState::expired, 1, {ConsentKind::phase}, "consent_expired"},
           {"written anew", ConsentState::live, 2, {ConsentKind::phase}, "consent_changed"},
           {"revoked after it was written anew",
            ConsentState::revoked,
            2,
            {ConsentKind::phase},
            "consent_revoked"},
           {"hours besides",
            ConsentState::live,
            1,
            {ConsentKind::phase, ConsentKind::hours},
            "kind_not_in_consent"},
       }) {
    CAPTURE(c.what);
    const auto why = rules::obstacle(consent(c.state, c.version), 1, c.kinds);
    CHECK((why ? why->code : "") == c.code);
  }
}

TEST_CASE("what a report is asked to hold is checked field by field") {
  const Date today = on("2026-03-10");
  const auto wrong = [&](List<ConsentKind, 4, 1> kinds, const char* from, const char* until,
                         ConsentState state = ConsentState::live) {
    return text(rules::check({ConsentId(3), kinds, on(from), on(until)}, consent(state), today));
  };
  CHECK(wrong({K::attendance}, "2026-03-01", "2026-03-10") == "");
  CHECK(wrong({K::attendance}, "2026-03-10", "2026-03-10") == "");
  CHECK(wrong({K::attendance}, "2026-03-10", "2026-03-09") == "/from:after_until");
  CHECK(wrong({K::attendance}, "2026-03-01", "2026-03-11") == "/until:in_the_future");
  CHECK(wrong({K::hours, K::phase, K::enrolment}, "2026-03-01", "2026-03-10") ==
        "/kinds/0:kind_not_in_consent /kinds/2:kind_not_in_consent");
  CHECK(wrong({K::phase, K::phase}, "2026-03-01", "2026-03-10") == "/kinds/1:repeated");
  // 1,098 days with both ends, and one more.
  CHECK(wrong({K::phase}, "2023-03-09", "2026-03-10") == "");
  CHECK(wrong({K::phase}, "2023-03-08", "2026-03-10") == "/from:too_long");
  CHECK(wrong({K::hours}, "2026-03-02", "2026-03-01", ConsentState::revoked) ==
        "/consent:consent_revoked /kinds/0:kind_not_in_consent /from:after_until");
  CHECK(wrong({K::phase}, "2026-03-01", "2026-03-01", ConsentState::expired) == "/consent:consent_expired");
}

TEST_CASE("without a consent there are four exceptions and no fifth") {
  CHECK(rules::exception("medical_emergency") == Basis::medical_emergency);
  CHECK(rules::exception("child_abuse_report") == Basis::child_abuse_report);
  CHECK(rules::exception("audit_evaluation") == Basis::audit_evaluation);
  CHECK(rules::exception("court_order") == Basis::court_order);
  for (const char* name : {"consent", "subpoena", "police", "", "Medical_emergency"})
    CHECK_FALSE(rules::exception(name).has_value());
}

TEST_CASE("each exception's record says what the law asks of it, and nothing of another's") {
  const Instant now = at("2026-03-10T12:00:00Z");
  ExceptionRecord bare;
  bare.basis = "-";
  bare.recipient = "Dr. Imran Shah";
  bare.told_at = now;
  bare.told_by = StaffId(2);
  bare.nature = "Unconscious";
  const auto wrong = [&](Basis basis, const ExceptionRecord& record) {
    return text(rules::check(basis, record, on("2026-03-10"), now));
  };
  CHECK(wrong(Basis::medical_emergency, bare) == "/affiliation:missing");
  CHECK(wrong(Basis::child_abuse_report, bare) == "");
  CHECK(wrong(Basis::audit_evaluation, bare) == "/agreement:missing");
  CHECK(wrong(Basis::court_order, bare) == "/docket:missing /ordered_on:missing");

  auto full = bare;
  full.affiliation = "Riverton General, emergency department";
  CHECK(wrong(Basis::medical_emergency, full) == "");
  CHECK(wrong(Basis::child_abuse_report, full) == "/affiliation:not_for_this");
  full.affiliation = " ";
  CHECK(wrong(Basis::medical_emergency, full) == "/affiliation:blank");
  auto order = bare;
  order.docket = "24-CR-118";
  order.ordered_on = on("2026-03-10");
  CHECK(wrong(Basis::court_order, order) == "");
  order.ordered_on = on("2026-03-11");
  CHECK(wrong(Basis::court_order, order) == "/ordered_on:in_the_future");
  bare.told_at = now + 1ms;
  bare.recipient = " ";
  bare.nature = " ";
  CHECK(wrong(Basis::child_abuse_report, bare) == "/recipient:blank /nature:blank /told_at:in_the_future");
}

TEST_CASE("totals are out of the sessions of which the outcome is known") {
  std::vector<ReportSession> sessions;
  std::vector<rules::Minute> minutes;
  const auto add = [&](Verdict verdict, bool counts, std::int64_t credited, std::int64_t scheduled) {
    sessions.push_back({on("2026-03-01"), "Appointment", calendar::Kind::group, verdict, {}});
    minutes.push_back({verdict, counts, credited, scheduled});
  };
  add(Verdict::attended, true, 40, 60);
  add(Verdict::attended, false, 90, 90);  // counts for no hours
  add(Verdict::excused, true, 0, 60);
  add(Verdict::unexcused, true, 0, 60);
  add(Verdict::turned_away, true, 0, 30);
  add(Verdict::cancelled_by_program, true, 0, 60);
  add(Verdict::expected, true, 0, 60);
  const auto a = rules::attendance(sessions);
  CHECK(a.sessions == 7);
  CHECK(a.attended == 2);
  CHECK(a.counted == 5);
  CHECK(a.excused == 1);
  CHECK(a.unexcused == 1);
  CHECK(a.turned_away == 1);
  CHECK(a.cancelled_by_program == 1);
  CHECK(a.not_recorded == 1);
  const auto h = rules::hours(minutes);
  CHECK(h.credited_minutes == 40);
  CHECK(h.scheduled_minutes == 210);
  CHECK(h.attended == 1);
  CHECK(h.counted == 4);
}
