// Events out of calendars as programs write them. What is expected is worked out by hand.
#include "base/ics.hpp"

#include <doctest/doctest.h>

#include "base/ics_time.hpp"
#include "support/result.hpp"
#include "support/time.hpp"

using namespace circled;
using test::at;
using test::new_york;

namespace {

// Each of `lines` in an event of its own kind of order: "UID:1|DTSTART:…"; several events are parted by "||".
std::string calendar(std::string_view events) {
  std::string text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n";
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events.substr(i, 2) == "||") {
      text += "\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n";
      ++i;
    } else if (events[i] == '|') {
      text += "\r\n";
    } else {
      text += events[i];
    }
  }
  return text + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
}

Result<ics::Calendar> read_text(const std::string& text) {
  return ics::read(text, new_york, at("2026-03-01T00:00:00Z"), at("2026-09-01T00:00:00Z"));
}

// "2026-03-10T18:00:00Z/2026-03-10T19:00:00Z …", all-day ones as "2026-03-10/2026-03-11", both days included.
std::string events(std::string_view short_text) {
  const auto read = read_text(calendar(short_text));
  if (!read) return test::describe(read.error());
  std::string found;
  for (const auto& event : read->events) {
    if (!found.empty()) found += ' ';
    found += event.all_day ? to_string(event.from_on) + "/" + to_string(event.until_on)
                           : to_string(event.from) + "/" + to_string(event.until);
  }
  for (const auto& each : read->not_taken) found += (found.empty() ? "" : " ") + ("(" + each.reason + ")");
  return found;
}

std::string refusal_of_file(const std::string& text) {
  const auto read = read_text(text);
  if (read) return "none";
  CHECK(read.error().kind == ErrorKind::invalid);
  CHECK(read.error().fields.front().pointer == "/text");
  return read.error().fields.front().message;
}

}  // namespace

TEST_CASE("a time in UTC, in a zone, and in none") {
  CHECK(events("UID:1|DTSTART:20260310T180000Z|DTEND:20260310T190000Z") ==
        "2026-03-10T18:00:00Z/2026-03-10T19:00:00Z");
  CHECK(events("UID:1|DTSTART;TZID=Europe/Berlin:20260310T180000|DURATION:PT1H30M") ==
        "2026-03-10T17:00:00Z/2026-03-10T18:30:00Z");
  CHECK(events("UID:1|DTSTART:20260310T180000|DURATION:PT30M") ==
        "2026-03-10T22:00:00Z/2026-03-10T22:30:00Z");
  CHECK(events("UID:1|DTSTART;TZID=Eastern Standard Time:20260310T180000|DURATION:PT30M") ==
        "2026-03-10T22:00:00Z/2026-03-10T22:30:00Z");
  CHECK(events("UID:1|DTSTART;TZID=/example.com/20210210_1/Europe/Berlin:20260310T180000|DURATION:PT1H") ==
        "2026-03-10T17:00:00Z/2026-03-10T18:00:00Z");
  CHECK(events("UID:1|DTSTART;TZID=Custom 7:20260310T180000|DURATION:PT1H") ==
        "(there is no time zone called 'Custom 7')");
  // 02:30 does not exist in New York on 8 March: it is read with the offset before the gap (§3.3.5).
  CHECK(events("UID:1|DTSTART:20260308T023000|DURATION:PT1H") == "2026-03-08T07:30:00Z/2026-03-08T08:30:00Z");
  // A time without length is a moment; the end may stand in another zone.
  CHECK(events("UID:1|DTSTART:20260310T180000Z") == "2026-03-10T18:00:00Z/2026-03-10T18:00:00Z");
  CHECK(events("UID:1|DTSTART:20260310T100000|DTEND;TZID=Europe/Berlin:20260310T160000") ==
        "2026-03-10T14:00:00Z/2026-03-10T15:00:00Z");
}

TEST_CASE("days: the end is the day after the last") {
  CHECK(events("UID:1|DTSTART;VALUE=DATE:20260704|DTEND;VALUE=DATE:20260705") == "2026-07-04/2026-07-04");
  CHECK(events("UID:1|DTSTART;VALUE=DATE:20260704|DTEND;VALUE=DATE:20260707") == "2026-07-04/2026-07-06");
  CHECK(events("UID:1|DTSTART;VALUE=DATE:20260704") == "2026-07-04/2026-07-04");
  CHECK(events("UID:1|DTSTART;VALUE=DATE:20260704|DTEND;VALUE=DATE:20260704") == "2026-07-04/2026-07-04");
  CHECK(events("UID:1|DTSTART;VALUE=DATE:20260704|DURATION:P2D") == "2026-07-04/2026-07-05");
  const auto day = read_text(calendar("UID:1|DTSTART;VALUE=DATE:20260308")).value().events.front();
  CHECK(day.from == at("2026-03-08T05:00:00Z"));   // midnight in New York
  CHECK(day.until == at("2026-03-09T04:00:00Z"));  // 23 hours later
}

TEST_CASE("rules, their exceptions, and what stands in an instance's place") {
  // Clocks go forward on 8 March: the wall time stays.
  CHECK(
      events("UID:1|DTSTART;TZID=America/New_York:20260306T180000|DURATION:PT1H|RRULE:FREQ=DAILY;COUNT=3") ==
      "2026-03-06T23:00:00Z/2026-03-07T00:00:00Z 2026-03-07T23:00:00Z/2026-03-08T00:00:00Z "
      "2026-03-08T22:00:00Z/2026-03-08T23:00:00Z");
  CHECK(events("UID:1|DTSTART:20260310T180000Z|DURATION:PT1H|RRULE:FREQ=WEEKLY;COUNT=4|"
               "EXDATE:20260317T180000Z,20260331T180000Z") ==
        "2026-03-10T18:00:00Z/2026-03-10T19:00:00Z 2026-03-24T18:00:00Z/2026-03-24T19:00:00Z");
  // The exception is written in another zone.
  CHECK(events("UID:1|DTSTART;TZID=America/New_York:20260310T180000|DURATION:PT1H|RRULE:FREQ=WEEKLY;COUNT=2|"
               "EXDATE:20260310T220000Z") == "2026-03-17T22:00:00Z/2026-03-17T23:00:00Z");
  CHECK(events("UID:1|DTSTART:20260310T180000Z|DURATION:PT1H|RRULE:FREQ=WEEKLY;COUNT=2||"
               "UID:1|RECURRENCE-ID:20260317T180000Z|DTSTART:20260318T200000Z|DURATION:PT2H") ==
        "2026-03-10T18:00:00Z/2026-03-10T19:00:00Z 2026-03-18T20:00:00Z/2026-03-18T22:00:00Z");
  // One of them is called off; the override comes first in the file.
  CHECK(events("UID:1|RECURRENCE-ID:20260317T180000Z|DTSTART:20260317T180000Z|STATUS:CANCELLED||"
               "UID:1|DTSTART:20260310T180000Z|DURATION:PT1H|RRULE:FREQ=WEEKLY;COUNT=2") ==
        "2026-03-10T18:00:00Z/2026-03-10T19:00:00Z");
  CHECK(events("UID:1|DTSTART:20260310T180000Z|DURATION:PT1H|RDATE:20260312T180000Z") ==
        "2026-03-10T18:00:00Z/2026-03-10T19:00:00Z 2026-03-12T18:00:00Z/2026-03-12T19:00:00Z");
  CHECK(events("UID:1|DTSTART;VALUE=DATE:20260302|RRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=3|EXDATE;VALUE=DATE:"
               "20260406") == "2026-03-02/2026-03-02 2026-05-04/2026-05-04");
}

TEST_CASE("yearly rules that name a month are every twelfth month; others are refused by name") {
  CHECK(events("UID:1|DTSTART;VALUE=DATE:20190704|RRULE:FREQ=YEARLY") == "2026-07-04/2026-07-04");
  CHECK(events("UID:1|DTSTART;VALUE=DATE:20250505|RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO") ==
        "2026-05-25/2026-05-25");
  CHECK(events("UID:1|DTSTART;VALUE=DATE:20250704|RRULE:FREQ=YEARLY;INTERVAL=2") == "");
  CHECK(events("UID:1|DTSTART;VALUE=DATE:20260302|RRULE:FREQ=YEARLY;BYDAY=20MO") ==
        "(this recurrence rule cannot be used: FREQ must be DAILY, WEEKLY or MONTHLY)");
  CHECK(events("UID:1|DTSTART:20260302T100000Z|RRULE:FREQ=HOURLY") ==
        "(this recurrence rule cannot be used: FREQ must be DAILY, WEEKLY or MONTHLY)");
  CHECK(events("UID:1|DTSTART:20260302T100000Z|RRULE:FREQ=DAILY;BYHOUR=9") ==
        "(this recurrence rule cannot be used: BYHOUR is not supported)");
}

TEST_CASE("what is outside the range is left out, and what reaches into it is not") {
  CHECK(events("UID:1|DTSTART:20260228T230000Z|DURATION:PT3H") ==
        "2026-02-28T23:00:00Z/2026-03-01T02:00:00Z");
  CHECK(events("UID:1|DTSTART:20260227T230000Z|DURATION:PT3H") == "");
  CHECK(events("UID:1|DTSTART:20260901T000000Z|DURATION:PT3H") == "");
  // An instance that began before the range.
  CHECK(events("UID:1|DTSTART:20260220T230000Z|DURATION:PT3H|RRULE:FREQ=DAILY;UNTIL=20260228T230000Z") ==
        "2026-02-28T23:00:00Z/2026-03-01T02:00:00Z");
}

TEST_CASE("alarms, time zones and to-dos are passed over; what is free is told") {
  const std::string text =
      "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:16010101T000000\nEND:STANDARD\n"
      "END:VTIMEZONE\nBEGIN:VTODO\nDTSTART:nonsense\nEND:VTODO\n"
      "BEGIN:VEVENT\nUID:1\nSUMMARY:A\\, b\nTRANSP:TRANSPARENT\nDTSTART:20260310T180000Z\n"
      "BEGIN:VALARM\nTRIGGER:-PT15M\nDURATION:PT5M\nEND:VALARM\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n";
  const auto read = read_text(text).value();
  REQUIRE(read.events.size() == 1);
  CHECK(read.events[0].summary == "A, b");
  CHECK(read.events[0].line == 11);
  CHECK(read.events[0].transparent);
  CHECK(read.events[0].until == at("2026-03-10T19:00:00Z"));
}

TEST_CASE("an event that cannot be taken says why, with its line") {
  const auto read =
      read_text(calendar("DTSTART:20260310T180000Z||UID:2||UID:3|DTSTART:20260310T180000Z|SUMMARY:S|"
                         "DTEND:20260310T170000Z"))
          .value();
  REQUIRE(read.not_taken.size() == 3);
  CHECK(read.not_taken[0].reason == "it has no UID");
  CHECK(read.not_taken[0].line == 3);
  CHECK(read.not_taken[1].reason == "it has no DTSTART");
  CHECK(read.not_taken[2].reason == "it ends before it begins");
  CHECK(read.not_taken[2].summary == "S");
  CHECK(read.not_taken[2].line == 9);
  CHECK(events("UID:1|DTSTART:20260310T180000Z|DTEND;VALUE=DATE:20260311") ==
        "(one of its DTSTART and DTEND is a day, the other a time)");
  CHECK(events("UID:1|DTSTART;VALUE=DATE:20260310|DTEND;VALUE=DATE:20280310") ==
        "(it lasts longer than 400 days)");
  CHECK(events("UID:1|RECURRENCE-ID;RANGE=THISANDFUTURE:20260310T180000Z|DTSTART:20260310T180000Z") ==
        "(it changes all that follow one of a series (RANGE))");
}

TEST_CASE("a damaged file is refused with the line that is wrong") {
  CHECK(refusal_of_file("") == "Line 1: there is no calendar in it.");
  CHECK(refusal_of_file("<html>\n") == "Line 1: there is no colon in it; every line is NAME:value.");
  CHECK(refusal_of_file("A:1\nBEGIN:VCALENDAR\n") == "Line 1: a calendar begins with BEGIN:VCALENDAR.");
  CHECK(refusal_of_file("BEGIN:VEVENT\nEND:VEVENT\n") == "Line 1: a calendar begins with BEGIN:VCALENDAR.");
  CHECK(refusal_of_file("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n") ==
        "Line 2: what begins here has no end; the file is cut short.");
  CHECK(refusal_of_file("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VCALENDAR\n") ==
        "Line 4: this END is not that of what began in line 2.");
  CHECK(refusal_of_file("BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR\n") ==
        "Line 3: this END ends nothing.");
  CHECK(refusal_of_file(calendar("UID:1|DTSTART:20260230T180000Z")) ==
        "Line 5: DTSTART must be a date or time such as 20260310T180000.");
  CHECK(refusal_of_file(calendar("UID:1|DTSTART;VALUE=DATE:20260310T180000")) ==
        "Line 5: DTSTART must be a date such as 20260310.");
  CHECK(refusal_of_file(calendar("UID:1|DTSTART:20260310,20260311")) == "Line 5: DTSTART takes one time.");
  CHECK(refusal_of_file(calendar("UID:1|DTSTART:20260310T240000Z")) ==
        "Line 5: DTSTART must be a date or time such as 20260310T180000.");
  CHECK(refusal_of_file(calendar("UID:1|DTSTART:20260310T180000Z|DURATION:1H")) ==
        "Line 6: this is no duration such as PT1H30M.");
  CHECK(refusal_of_file(calendar("UID:1|DTSTART:20260310T180000Z|EXDATE:20260310T180000Z,")) ==
        "Line 6: EXDATE must be a date or time such as 20260310T180000.");
}

TEST_CASE("no calendar is larger than it may be") {
  CHECK(read_text(std::string(ics::largest_text + 1, 'x')).error().kind == ErrorKind::too_large);
  std::string many = "BEGIN:VCALENDAR\n";
  for (std::size_t i = 0; i <= ics::most_events; ++i) many += "BEGIN:VEVENT\nEND:VEVENT\n";
  CHECK(read_text(many).error().kind == ErrorKind::too_large);
  // Few events, and rules that make too many of them.
  std::string rules;
  for (int i = 0; i < 150; ++i)
    rules +=
        (i > 0 ? "||" : "") + ("UID:" + std::to_string(i)) + "|DTSTART:20260301T000000Z|RRULE:FREQ=DAILY";
  CHECK(read_text(calendar(rules)).error().kind == ErrorKind::too_large);
}

TEST_CASE("durations") {
  CHECK(ics::parse_duration("P2W")->days == std::chrono::days(14));
  CHECK(ics::parse_duration("P1DT2H3M4S")->time == Seconds(2 * 3600 + 3 * 60 + 4));
  CHECK(ics::parse_duration("+PT5M")->time == Minutes(5));
  for (const char* wrong : {"", "P", "PT", "1D", "P1", "P1H", "PT1D", "-PT5M", "PTxM", "P1DT", "PT5MT5S"}) {
    CAPTURE(wrong);
    CHECK(!ics::parse_duration(wrong));
  }
}
