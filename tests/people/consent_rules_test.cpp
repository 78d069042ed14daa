#include "people/consent_rules.hpp"

#include <doctest/doctest.h>

#include "support/time.hpp"

using namespace circled;
using namespace circled::people;
using namespace std::chrono_literals;
using test::at;
using test::on;
using test::zone;

namespace {

// One that nothing is wrong with, in New York on 2026-03-10.
WrittenConsent good() {
  WrittenConsent c;
  c.discloser = "Riverside";
  c.recipient = "Probation";
  c.kinds.push_back(ConsentKind::attendance);
  c.purpose = "Supervision";
  c.expires_on = on("2026-06-30");
  c.signed_on = on("2026-03-10");
  c.signed_by = SignedBy::client;
  return c;
}

std::string wrong(const WrittenConsent& c, std::string_view now = "2026-03-10T12:00:00Z") {
  std::string all;
  for (const auto& e : rules::check(c, zone("America/New_York"), at(now)))
    all += (all.empty() ? "" : " ") + e.pointer + ":" + e.code;
  return all;
}

}  // namespace

TEST_CASE("a consent is in force all through the day it names, as the client's site has that day") {
  struct Case {
    const char *zone, *expires_on, *first_instant_after;
  };
  for (const Case& c : {
           Case{"America/New_York", "2026-06-30", "2026-07-01T04:00:00Z"},
           {"America/New_York", "2026-03-07", "2026-03-08T05:00:00Z"},  // clocks go forward the day after
           {"America/New_York", "2026-03-08", "2026-03-09T04:00:00Z"},  // a day of 23 hours
           {"America/New_York", "2026-11-01", "2026-11-02T05:00:00Z"},  // a day of 25
           {"America/Los_Angeles", "2026-06-30", "2026-07-01T07:00:00Z"},
           {"Asia/Kolkata", "2026-06-30", "2026-06-30T18:30:00Z"},
           {"America/Sao_Paulo", "2018-11-03", "2018-11-04T03:00:00Z"},  // the next day begins at 01:00
           {"Etc/UTC", "2026-12-31", "2027-01-01T00:00:00Z"},
       }) {
    CAPTURE(c.zone);
    CAPTURE(c.expires_on);
    const Instant end = at(c.first_instant_after);
    const rules::Terms terms{on(c.expires_on), {}, {}};
    CHECK(rules::end_of(on(c.expires_on), zone(c.zone)) == end);
    CHECK(rules::state(terms, zone(c.zone), end - 1ms) == ConsentState::live);
    CHECK(rules::state(terms, zone(c.zone), end) == ConsentState::expired);
  }
}

TEST_CASE("it ends with the first of its day, its event and its revocation, from that instant on") {
  const Instant t = at("2026-03-10T12:00:00Z"), day_end = at("2026-03-11T04:00:00Z");
  const auto day = std::optional(on("2026-03-10"));
  struct Case {
    const char* what;
    std::optional<Date> expires_on;
    std::optional<Instant> event_at, revoked_at;
    Instant now;
    ConsentState state;
  };
  for (const Case& c : {
           Case{"no event yet", {}, {}, {}, t + 24h * 3650, ConsentState::live},
           {"before the event", {}, t, {}, t - 1ms, ConsentState::live},
           {"at the event", {}, t, {}, t, ConsentState::expired},
           {"the event before the day", day, t, {}, t, ConsentState::expired},
           {"before it is revoked", day, {}, t, t - 1ms, ConsentState::live},
           {"revoked at once", day, {}, t, t, ConsentState::revoked},
           {"revoked it stays, past its day", day, {}, t, day_end, ConsentState::revoked},
           {"revoked at its very end", day, {}, day_end, day_end, ConsentState::revoked},
           {"expired first", day, {}, day_end + 1ms, day_end + 1ms, ConsentState::expired},
           {"revoked and its event at one instant", {}, t, t, t, ConsentState::revoked},
       }) {
    CAPTURE(c.what);
    CHECK(rules::state({c.expires_on, c.event_at, c.revoked_at}, zone("America/New_York"), c.now) == c.state);
  }
}

TEST_CASE("a consent can be revoked at any time, but for one that says from when on (42 CFR 2.35)") {
  using rules::Revocable;
  const auto ny = zone("America/New_York");
  const Instant start = at("2026-05-01T04:00:00Z");  // of that day in New York
  const auto from_day = std::optional(CriminalJustice{on("2026-05-01"), {}});
  const auto after_event = std::optional(CriminalJustice{{}, Text<1, 300>("final disposition of the case")});
  CHECK(rules::revocable({}, false, ny, start - 24h) == Revocable::yes);
  CHECK(rules::revocable(from_day, false, ny, start - 1ms) == Revocable::not_before_day);
  CHECK(rules::revocable(from_day, true, ny, start - 1ms) == Revocable::not_before_day);  // no event's matter
  CHECK(rules::revocable(from_day, false, ny, start) == Revocable::yes);
  CHECK(rules::revocable(after_event, false, ny, start) == Revocable::not_before_event);
  CHECK(rules::revocable(after_event, true, ny, start) == Revocable::yes);
}

TEST_CASE("what is wrong with a consent is said of each field") {
  CHECK(wrong(good()) == "");
  const auto with = [](auto change) {
    auto c = good();
    change(c);
    return wrong(c);
  };
  CHECK(with([](auto& c) { c.recipient = "  \n"; }) == "/recipient:blank");
  CHECK(with([](auto& c) {
          c.discloser = " ";
          c.purpose = "\t";
        }) == "/discloser:blank /purpose:blank");
  CHECK(with([](auto& c) { c.kinds.push_back(ConsentKind::attendance); }) == "/kinds/1:repeated");
  CHECK(with([](auto& c) { c.expires_on.reset(); }) == "/expires_on:missing");
  CHECK(with([](auto& c) {
          c.expires_on.reset();
          c.expires_when = "the end of probation";
        }) == "");
  CHECK(with([](auto& c) { c.expires_when = " "; }) == "/expires_when:blank");
  // The tenth is today in New York: it is good until midnight. The ninth is over.
  CHECK(with([](auto& c) { c.expires_on = on("2026-03-10"); }) == "");
  CHECK(with([](auto& c) {
          c.signed_on = on("2026-03-01");
          c.expires_on = on("2026-03-09");
        }) == "/expires_on:expired");
  CHECK(with([](auto& c) { c.expires_on = on("2026-03-09"); }) == "/expires_on:before_signed");
  CHECK(with([](auto& c) { c.signed_on = on("2026-03-11"); }) == "/signed_on:in_the_future");
  // 03:59 UTC of the eleventh is still the tenth there.
  auto late = good();
  late.signed_on = on("2026-03-11");
  CHECK(wrong(late, "2026-03-11T03:59:59Z") == "/signed_on:in_the_future");
  CHECK(wrong(late, "2026-03-11T04:00:00Z") == "");

  CHECK(with([](auto& c) { c.signed_by = SignedBy::representative; }) == "/representative:missing");
  CHECK(with([](auto& c) { c.representative = "Her guardian"; }) == "/representative:not_for_this");
  CHECK(with([](auto& c) { c.criminal_justice = CriminalJustice{}; }) == "/criminal_justice:one_of");
  CHECK(with([](auto& c) {
          c.criminal_justice = CriminalJustice{on("2026-05-01"), Text<1, 300>("disposition")};
        }) == "/criminal_justice:one_of");
  CHECK(with([](auto& c) {
          c.criminal_justice = CriminalJustice{{}, Text<1, 300>(" ")};
        }) == "/criminal_justice/revocable_when:blank");
  CHECK(with([](auto& c) {
          c.criminal_justice = CriminalJustice{on("2026-07-01"), {}};
        }) == "/criminal_justice/revocable_on:after_expiry");
  CHECK(with([](auto& c) { c.criminal_justice = CriminalJustice{on("2026-06-30"), {}}; }) == "");
}
