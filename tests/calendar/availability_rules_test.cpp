#include "calendar/availability_rules.hpp"

#include <doctest/doctest.h>

#include <random>

#include "support/time.hpp"

using namespace circled;
using namespace circled::calendar;
using namespace circled::calendar::rules;
using namespace std::chrono_literals;
using test::at;
using test::zone;

namespace {

Span span(const char* from, const char* until) { return {at(from), at(until)}; }

// A time of every week, as "HH:MM"; 24:00 is the end of the day.
Weekly weekly(int weekday, const char* from, const char* until) {
  const auto minutes = [](std::string_view text) {
    return text == "24:00" ? Minutes(1440) : parse_time_of_day(text)->since_midnight;
  };
  return {weekday, minutes(from), minutes(until)};
}

// "05:00-06:30 10:00-11:00", in UTC.
std::string times_of(const Spans& spans) {
  std::string text;
  for (const auto& s : spans)
    text +=
        (text.empty() ? "" : " ") + to_string(s.from).substr(11, 5) + "-" + to_string(s.until).substr(11, 5);
  return text;
}

// Cora, who has no hours and no name but that, where New York's clocks go.
StaffTimes cora() {
  StaffTimes staff;
  staff.id = StaffId(7);
  staff.name = "Cora";
  staff.home = zone("America/New_York");
  return staff;
}
SiteTimes riverside() {
  SiteTimes site;
  site.zone = zone("America/New_York");
  return site;
}

// Of a week in April without a change of clocks. New York is four hours behind; the 14th is a Tuesday.
const Span tuesday = span("2026-04-14T04:00:00Z", "2026-04-15T04:00:00Z");

Spans cora_available(const StaffTimes& staff, Span range = tuesday) {
  const Days days(zone("America/New_York"), range);
  return available(staff, days, days, range);
}

std::string whys(const std::vector<Trouble>& troubles) {
  std::string text;
  for (const auto& trouble : troubles)
    text += (text.empty() ? "" : " ") + std::string(json::enum_name(trouble.why));
  return text;
}
std::string whys(const SiteTimes& site, const StaffTimes& staff, Span session) {
  return whys(troubles(site, "", {&staff}, session));
}

}  // namespace

TEST_CASE("weekly times lie where the wall shows them") {
  const Days days(zone("America/New_York"), tuesday);
  CHECK(times_of(days.of(std::vector{weekly(2, "09:00", "12:00"), weekly(2, "13:00", "17:00"),
                                     weekly(4, "09:00", "12:00")})) == "13:00-16:00 17:00-21:00");
}

TEST_CASE("what crosses midnight is two times and one stretch") {
  const Span both = span("2026-04-14T04:00:00Z", "2026-04-16T04:00:00Z");
  const Days days(zone("America/New_York"), both);
  const Spans night = days.of(std::vector{weekly(2, "22:00", "24:00"), weekly(3, "00:00", "02:00")});
  CHECK(night == Spans{span("2026-04-15T02:00:00Z", "2026-04-15T06:00:00Z")});
}

TEST_CASE("the night on which clocks go forward") {
  // Sunday 2026-03-08: from 02:00 EST (07:00Z) it is 03:00 EDT.
  const Days days(zone("America/New_York"), span("2026-03-08T05:00:00Z", "2026-03-09T03:59:00Z"));
  const auto of = [&](const char* from, const char* until) {
    return times_of(days.of(std::vector{weekly(0, from, until)}));
  };
  CHECK(of("01:00", "05:00") == "06:00-09:00");  // three hours, not four
  CHECK(of("02:30", "04:00") == "07:00-08:00");  // begins in what is skipped
  CHECK(of("01:00", "02:30") == "06:00-07:00");  // ends there
  CHECK(of("02:15", "02:45") == "");
  CHECK(of("00:00", "24:00") == "05:00-04:00");  // 23 hours
}

TEST_CASE("the night on which clocks go back") {
  // Sunday 2026-11-01: at 02:00 EDT (06:00Z) it is 01:00 EST again.
  const Days days(zone("America/New_York"), span("2026-11-01T04:00:00Z", "2026-11-02T04:59:00Z"));
  const auto of = [&](const char* from, const char* until) {
    return times_of(days.of(std::vector{weekly(0, from, until)}));
  };
  CHECK(of("00:00", "05:00") == "04:00-10:00");  // six hours
  CHECK(of("01:30", "01:45") == "05:30-05:45");  // the first of two
  CHECK(of("01:30", "02:00") == "05:30-07:00");
  CHECK(of("09:00", "10:00") == "14:00-15:00");
}

TEST_CASE("marks are even on the wall, also on the nights on which clocks change") {
  const auto marks = [](Span range, Minutes step, std::size_t first) {
    std::string text;
    for (const auto mark : Days(zone("America/New_York"), range).marks(step)) {
      if (first-- == 0) break;
      text += (text.empty() ? "" : " ") + to_string(mark).substr(11, 5);
    }
    return text;
  };
  CHECK(marks(tuesday, 45min, 4) == "04:00 04:45 05:30 06:15");
  // 00:00 00:45 01:30, then 02:15 is skipped: 03:00 03:45.
  CHECK(marks(span("2026-03-08T05:00:00Z", "2026-03-08T06:00:00Z"), 45min, 5) ==
        "05:00 05:45 06:30 07:00 07:45");
  // 00:00 00:45 01:30, again 01:30, 02:15.
  CHECK(marks(span("2026-11-01T04:00:00Z", "2026-11-01T06:00:00Z"), 45min, 5) ==
        "04:00 04:45 05:30 06:30 07:15");
  // Half an hour off the full one: India, where the day begins at 18:30Z.
  CHECK(to_string(Days(zone("Asia/Kolkata"), tuesday).marks(60min).front()) == "2026-04-13T18:30:00Z");
}

TEST_CASE("a site is open in its hours, and not on days on which it is closed") {
  auto site = riverside();
  const Span week = span("2026-04-13T04:00:00Z", "2026-04-18T04:00:00Z");  // Monday to Friday
  const Days days(site.zone, week);
  CHECK(open(site, days, week) == Spans{week});
  for (int day = 1; day <= 5; ++day) site.hours.push_back(weekly(day, "08:00", "20:00"));
  site.closures.push_back({ClosureId(1), {}, *parse_date("2026-04-14"), *parse_date("2026-04-16"), "x", {}});
  CHECK(open(site, days, week) == Spans{span("2026-04-13T12:00:00Z", "2026-04-14T00:00:00Z"),
                                        span("2026-04-17T12:00:00Z", "2026-04-18T00:00:00Z")});
}

TEST_CASE("a person's time is their hours without blocks, with what differs from the week") {
  auto staff = cora();
  CHECK(cora_available(staff) == Spans{tuesday});  // without hours: always
  staff.blocks.push_back({weekly(2, "12:00", "13:00"), BlockKind::lunch});
  CHECK(times_of(cora_available(staff)) == "04:00-16:00 17:00-04:00");
  staff.has_hours = true;
  CHECK(cora_available(staff).empty());  // hours elsewhere, none here
  staff.hours = {weekly(2, "09:00", "17:00")};
  CHECK(times_of(cora_available(staff)) == "13:00-16:00 17:00-21:00");

  SUBCASE("extra adds an evening, and beats lunch") {
    staff.extra = {span("2026-04-14T16:30:00Z", "2026-04-14T17:00:00Z"),
                   span("2026-04-14T21:00:00Z", "2026-04-14T22:00:00Z")};
    CHECK(times_of(cora_available(staff)) == "13:00-16:00 16:30-22:00");
  }
  SUBCASE("off and leave take away, also from extra") {
    staff.extra = {span("2026-04-14T21:00:00Z", "2026-04-14T23:00:00Z")};
    staff.away = {{span("2026-04-14T20:00:00Z", "2026-04-14T22:00:00Z"), ExceptionKind::off},
                  {span("2026-04-14T12:00:00Z", "2026-04-14T14:00:00Z"), ExceptionKind::leave}};
    CHECK(times_of(cora_available(staff)) == "14:00-16:00 17:00-20:00 22:00-23:00");
  }
  SUBCASE("so does what they do elsewhere") {
    staff.elsewhere = {span("2026-04-14T15:00:00Z", "2026-04-14T18:00:00Z")};
    CHECK(times_of(cora_available(staff)) == "13:00-15:00 18:00-21:00");
  }
  SUBCASE("blocks are on the wall of home, where lunch is had an hour later") {
    staff.home = zone("America/Chicago");
    const Days here(zone("America/New_York"), tuesday), home(staff.home, tuesday);
    CHECK(times_of(available(staff, here, home, tuesday)) == "13:00-17:00 18:00-21:00");
  }
}

TEST_CASE("what speaks against a session is said of the site first, then of each person") {
  auto site = riverside();
  auto staff = cora();
  const Span session = span("2026-04-14T16:30:00Z", "2026-04-14T17:20:00Z");  // 12:30 to 13:20
  CHECK(whys(site, staff, session) == "");

  SUBCASE("a closure says more than the hours of its day") {
    site.hours = {weekly(1, "08:00", "20:00")};
    CHECK(whys(site, staff, session) == "outside_site_hours");
    site.closures.push_back(
        {ClosureId(1), {}, *parse_date("2026-04-14"), *parse_date("2026-04-14"), "Spring", {}});
    CHECK(whys(site, staff, session) == "site_closed");
    CHECK(troubles(site, "", {&staff}, session)[0].text == "The site is closed: Spring.");
    CHECK(whys(site, staff, span("2026-04-13T16:30:00Z", "2026-04-13T17:20:00Z")) == "");
  }
  SUBCASE("from one minute before closing time it is outside") {
    site.hours = {weekly(2, "08:00", "13:20")};
    CHECK(whys(site, staff, session) == "");
    site.hours = {weekly(2, "08:00", "13:19")};
    CHECK(whys(site, staff, session) == "outside_site_hours");
  }
  SUBCASE("hours, a block, an absence and another calendar, each in its words") {
    staff.has_hours = true;
    staff.hours = {weekly(2, "09:00", "13:00")};
    staff.blocks = {{weekly(2, "12:00", "13:00"), BlockKind::lunch},
                    {weekly(2, "15:00", "16:00"), BlockKind::team}};
    staff.away = {{span("2026-04-14T17:00:00Z", "2026-04-14T18:00:00Z"), ExceptionKind::off},
                  {span("2026-04-10T04:00:00Z", "2026-04-15T04:00:00Z"), ExceptionKind::leave}};
    staff.elsewhere = {span("2026-04-14T17:00:00Z", "2026-04-14T17:30:00Z")};
    const auto found = troubles(site, "", {&staff}, session);
    CHECK(whys(found) == "leave off outside_hours block elsewhere");
    CHECK(found[0].text == "Cora is on leave.");
    CHECK(found[3].text == "Cora has lunch then.");
    CHECK(found[3].staff == StaffId(7));
  }
  SUBCASE("extra covers what it covers") {
    staff.has_hours = true;
    staff.extra = {span("2026-04-14T16:00:00Z", "2026-04-14T17:20:00Z")};
    CHECK(whys(site, staff, session) == "");
    staff.extra = {span("2026-04-14T16:00:00Z", "2026-04-14T17:19:00Z")};
    CHECK(whys(site, staff, session) == "outside_hours");
  }
  SUBCASE("back to back with an absence is no trouble") {
    staff.away = {{span("2026-04-14T15:30:00Z", "2026-04-14T16:30:00Z"), ExceptionKind::off},
                  {span("2026-04-14T17:20:00Z", "2026-04-14T18:00:00Z"), ExceptionKind::off}};
    CHECK(whys(site, staff, session) == "");
  }
}

TEST_CASE("who leads needs the credential, on the day of the session; who helps does not") {
  const auto site = riverside();
  auto lead = cora(), helper = cora();
  helper.id = StaffId(8);
  // 23:30 in New York on the 14th, already the 15th in UTC.
  const Span late = span("2026-04-15T03:30:00Z", "2026-04-15T03:50:00Z");
  const auto with = [&](std::optional<Date> until_on) {
    lead.credentials = {{"other", {}}, {"lcsw", until_on}};
    return whys(troubles(site, "lcsw", {&lead, &helper}, late));
  };
  CHECK(whys(troubles(site, "lcsw", {&lead, &helper}, late)) == "credential");
  CHECK(with({}) == "");
  CHECK(with(parse_date("2026-04-14")) == "");
  CHECK(with(parse_date("2026-04-13")) == "credential");
  CHECK(whys(troubles(site, "lcsw", {&helper, &lead}, late)) == "credential");
}

TEST_CASE("random weeks agree with looking at the wall minute by minute") {
  std::mt19937 random(7);
  const auto any_week = [&](std::size_t rows) {
    std::vector<Weekly> week;
    for (std::size_t i = 0; i < rows; ++i) {
      const auto from = Minutes(random() % 1380);
      week.push_back({static_cast<std::int64_t>(random() % 7), from,
                      std::min(Minutes(1440), from + Minutes(1 + random() % 400))});
    }
    return week;
  };
  const auto has = [](const std::vector<Weekly>& week, WallTime wall) {
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    for (const auto& time : week)
      if (time.weekday == std::chrono::weekday(day).c_encoding() && wall - WallTime(day) >= time.from &&
          wall - WallTime(day) < time.until)
        return true;
    return false;
  };
  const Zone here = zone("America/New_York"), home = zone("Asia/Kolkata");
  for (int round = 0; round < 20; ++round) {
    CAPTURE(round);
    StaffTimes staff = cora();
    staff.has_hours = true;
    staff.hours = any_week(10);
    const auto blocks = any_week(6);
    for (const auto& block : blocks) staff.blocks.push_back({block, BlockKind::notes});
    const Instant begin = at("2026-04-14T00:00:00Z") + Minutes(random() % 2000);
    const Span range{begin, begin + Minutes(5000)};
    const auto any_span = [&] {
      const Instant from = begin + Minutes(random() % 5000);
      return Span{from, from + Minutes(random() % 600)};
    };
    staff.extra = {any_span(), any_span()};
    staff.elsewhere = {any_span()};
    const auto in = [](const std::vector<Span>& spans, Instant t) {
      for (const auto& s : spans)
        if (s.from <= t && t < s.until) return true;
      return false;
    };
    const Spans found = available(staff, Days(here, range), Days(home, range), range);
    std::size_t wrong = 0;
    for (Instant t = range.from; t < range.until; t += 1min) {
      const bool week = has(staff.hours, here.wall(t)) && !has(blocks, home.wall(t));
      const bool expected = (week || in(staff.extra, t)) && !in(staff.elsewhere, t);
      if (touches(found, {t, t + 1ms}) != expected) ++wrong;
    }
    CHECK(wrong == 0);
    CHECK(common(found, {range}) == found);
  }
}
