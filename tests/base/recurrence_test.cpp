#include "base/recurrence.hpp"

#include <doctest/doctest.h>

#include "support/result.hpp"
#include "support/text.hpp"

using namespace circled;
using test::Texts;

namespace {

WallTime wall(std::string_view text) {  // "2026-03-10 18:00"
  return WallTime{parse_date(text.substr(0, 10)).value()} +
         parse_time_of_day(text.substr(11)).value().since_midnight;
}

std::string text_of(WallTime t) {
  const Date day = std::chrono::floor<std::chrono::days>(t);
  return to_string(day) + " " + to_string(TimeOfDay{std::chrono::floor<Minutes>(t - day)});
}

struct Window {
  const char* zone = "Etc/UTC";
  const char* from = "2020-01-01T00:00:00Z";
  const char* until = "2022-01-01T00:00:00Z";
};

Texts expand(std::string_view rule, std::string_view start, std::size_t limit, Window window = {}) {
  const auto recurrence = Recurrence::parse(rule);
  REQUIRE(recurrence);
  Texts texts;
  for (const WallTime t :
       recurrence->expand(wall(start), Zone::named(window.zone).value(), parse_instant(window.from).value(),
                          parse_instant(window.until).value(), limit))
    texts.push_back(text_of(t));
  return texts;
}

// The days alone, for rules where the time of day says nothing.
Texts days(std::string_view rule, std::string_view start, std::size_t limit) {
  Texts texts = expand(rule, std::string(start) + " 10:00", limit);
  for (auto& text : texts) text.resize(10);
  return texts;
}

std::string refusal_of_rule(std::string_view rule) {
  const auto recurrence = Recurrence::parse(rule);
  if (recurrence) return "accepted";
  const Error error = recurrence.error();
  CHECK(error.kind == ErrorKind::invalid);
  REQUIRE(error.fields.size() == 1);
  CHECK(error.fields[0].pointer.empty());
  return error.fields[0].message;
}

}  // namespace

// 2020-01-01 was a Wednesday, 2020 a leap year. Read off a calendar.
TEST_CASE("daily and weekly rules") {
  CHECK(days("FREQ=DAILY", "2020-02-28", 3) == Texts{"2020-02-28", "2020-02-29", "2020-03-01"});
  CHECK(days("FREQ=DAILY;INTERVAL=10", "2020-01-25", 3) == Texts{"2020-01-25", "2020-02-04", "2020-02-14"});
  CHECK(days("FREQ=DAILY;BYDAY=SA,SU", "2020-01-01", 3) == Texts{"2020-01-04", "2020-01-05", "2020-01-11"});
  CHECK(days("FREQ=WEEKLY", "2020-01-01", 3) == Texts{"2020-01-01", "2020-01-08", "2020-01-15"});
  CHECK(days("FREQ=WEEKLY;BYDAY=FR,MO", "2020-01-01", 4) ==
        Texts{"2020-01-03", "2020-01-06", "2020-01-10", "2020-01-13"});
}

TEST_CASE("RFC 5545 §3.3.10: where a week begins decides which weeks every second one is") {
  CHECK(days("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05", 9)
            .empty());  // before the window
  const Window window{"Etc/UTC", "1997-08-01T00:00:00Z", "1997-12-01T00:00:00Z"};
  CHECK(expand("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05 09:00", 9, window) ==
        Texts{"1997-08-05 09:00", "1997-08-10 09:00", "1997-08-19 09:00", "1997-08-24 09:00"});
  CHECK(expand("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05 09:00", 9, window) ==
        Texts{"1997-08-05 09:00", "1997-08-17 09:00", "1997-08-19 09:00", "1997-08-31 09:00"});
}

TEST_CASE("a start that the rule does not fit opens its period, and is no instance") {
  // Wednesday: with weeks from Monday the Sunday of this week follows, with weeks from Sunday it is past.
  CHECK(days("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", "2020-01-01", 3) ==
        Texts{"2020-01-05", "2020-01-19", "2020-02-02"});
  CHECK(days("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", "2020-01-01", 3) ==
        Texts{"2020-01-12", "2020-01-26", "2020-02-09"});
  CHECK(days("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,FR;COUNT=2", "2019-12-31", 5) ==
        Texts{"2020-01-01", "2020-01-03"});
  CHECK(days("FREQ=MONTHLY;BYMONTHDAY=5;COUNT=2", "2020-01-06", 5) == Texts{"2020-02-05", "2020-03-05"});
}

TEST_CASE("months of unequal length") {
  CHECK(days("FREQ=MONTHLY", "2020-01-31", 4) ==
        Texts{"2020-01-31", "2020-03-31", "2020-05-31", "2020-07-31"});
  CHECK(days("FREQ=MONTHLY;BYMONTHDAY=-1", "2020-01-31", 4) ==
        Texts{"2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30"});
  CHECK(days("FREQ=MONTHLY;BYMONTHDAY=30,-1", "2020-01-01", 5) ==
        Texts{"2020-01-30", "2020-01-31", "2020-02-29", "2020-03-30", "2020-03-31"});
  CHECK(days("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=29", "2020-02-29", 9) ==
        Texts{"2020-02-29"});  // 2021 has none
  CHECK(days("FREQ=MONTHLY;INTERVAL=18", "2020-01-15", 9) == Texts{"2020-01-15", "2021-07-15"});
}

TEST_CASE("numbered weekdays, and weekdays of numbered days") {
  CHECK(days("FREQ=MONTHLY;BYDAY=2TU", "2020-01-01", 3) == Texts{"2020-01-14", "2020-02-11", "2020-03-10"});
  CHECK(days("FREQ=MONTHLY;BYDAY=-1FR", "2020-01-01", 3) == Texts{"2020-01-31", "2020-02-28", "2020-03-27"});
  CHECK(days("FREQ=MONTHLY;BYDAY=5SA", "2020-01-01", 3) == Texts{"2020-02-29", "2020-05-30", "2020-08-29"});
  CHECK(days("FREQ=MONTHLY;BYDAY=+1MO,-1MO", "2020-02-01", 4) ==
        Texts{"2020-02-03", "2020-02-24", "2020-03-02", "2020-03-30"});
  CHECK(days("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2020-01-01", 4) ==
        Texts{"2020-03-13", "2020-11-13", "2021-08-13"});
}

TEST_CASE("BYSETPOS chooses within the whole period, also from the days before the start") {
  // the last working day of the month
  CHECK(days("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2020-01-01", 4) ==
        Texts{"2020-01-31", "2020-02-28", "2020-03-31", "2020-04-30"});
  // the first and third of them: Jan 1 and 3 are before the start
  CHECK(days("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3,1", "2020-01-04", 3) ==
        Texts{"2020-02-03", "2020-02-05", "2020-03-02"});
  CHECK(days("FREQ=MONTHLY;BYMONTHDAY=10,20,30;BYSETPOS=3", "2020-01-01", 3) ==
        Texts{"2020-01-30", "2020-03-30", "2020-04-30"});
  CHECK(days("FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2", "2020-01-01", 3).empty());
}

TEST_CASE("a rule ends by COUNT or UNTIL, which is inclusive") {
  CHECK(expand("FREQ=DAILY;COUNT=2", "2020-01-01 10:00", 9) == Texts{"2020-01-01 10:00", "2020-01-02 10:00"});
  CHECK(expand("FREQ=DAILY;UNTIL=20200102", "2020-01-01 23:59", 9) ==
        Texts{"2020-01-01 23:59", "2020-01-02 23:59"});
  CHECK(expand("FREQ=DAILY;UNTIL=20200102T100000", "2020-01-01 10:00", 9).size() == 2);
  CHECK(expand("FREQ=DAILY;UNTIL=20200102T095959", "2020-01-01 10:00", 9).size() == 1);
  const Window in_new_york{.zone = "America/New_York"};  // 10:00 there is 15:00 UTC
  CHECK(expand("FREQ=DAILY;UNTIL=20200102T150000Z", "2020-01-01 10:00", 9, in_new_york).size() == 2);
  CHECK(expand("FREQ=DAILY;UNTIL=20200102T145959Z", "2020-01-01 10:00", 9, in_new_york).size() == 1);
  CHECK(expand("FREQ=DAILY;UNTIL=20191231", "2020-01-01 10:00", 9).empty());
}

TEST_CASE("a skipped hour is no instance and does not count") {
  const Window spring{"America/New_York", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"};
  CHECK(expand("FREQ=DAILY;COUNT=3", "2026-03-07 02:30", 9, spring) ==
        Texts{"2026-03-07 02:30", "2026-03-09 02:30", "2026-03-10 02:30"});
  CHECK(expand("FREQ=WEEKLY", "2026-03-01 02:30", 9, spring) ==
        Texts{"2026-03-01 02:30", "2026-03-15 02:30", "2026-03-22 02:30", "2026-03-29 02:30"});
  const Window havana{"America/Havana", "2026-03-06T00:00:00Z", "2026-03-11T00:00:00Z"};
  CHECK(expand("FREQ=DAILY", "2026-03-07 00:00", 9, havana) ==
        Texts{"2026-03-07 00:00", "2026-03-09 00:00", "2026-03-10 00:00"});
}

TEST_CASE("wall time stays, UTC moves; a repeated hour counts once") {
  const Window autumn{"America/New_York", "2026-10-31T00:00:00Z", "2026-11-03T00:00:00Z"};
  CHECK(expand("FREQ=DAILY", "2026-10-01 01:30", 9, autumn) ==
        Texts{"2026-10-31 01:30", "2026-11-01 01:30", "2026-11-02 01:30"});
  // 01:30 comes first at 05:30 UTC: a window that opens between the two has lost it
  const Window between{"America/New_York", "2026-11-01T05:31:00Z", "2026-11-03T00:00:00Z"};
  CHECK(expand("FREQ=DAILY", "2026-10-01 01:30", 9, between) == Texts{"2026-11-02 01:30"});
}

TEST_CASE("the window is half open, and opens anywhere") {
  const Window exact{"Etc/UTC", "2020-01-05T10:00:00Z", "2020-01-09T10:00:00Z"};
  CHECK(expand("FREQ=DAILY;INTERVAL=2", "2020-01-01 10:00", 9, exact) ==
        Texts{"2020-01-05 10:00", "2020-01-07 10:00"});
  const Window late{"Etc/UTC", "2021-06-15T00:00:00Z", "2021-07-10T00:00:00Z"};
  // 2021-06-16 is 76 weeks after 2020-01-01, an even number
  CHECK(expand("FREQ=WEEKLY;INTERVAL=2", "2020-01-01 10:00", 9, late) ==
        Texts{"2021-06-16 10:00", "2021-06-30 10:00"});
  CHECK(expand("FREQ=WEEKLY;INTERVAL=2;COUNT=39", "2020-01-01 10:00", 9, late) == Texts{"2021-06-16 10:00"});
  const Window backwards{"Etc/UTC", "2020-01-05T10:00:00Z", "2020-01-01T10:00:00Z"};
  CHECK(expand("FREQ=DAILY", "2020-01-01 10:00", 9, backwards).empty());
}

TEST_CASE("nothing is produced beyond two years or the limit") {
  const Window forever{"Etc/UTC", "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"};
  CHECK(expand("FREQ=DAILY", "2020-01-01 10:00", 5000, forever).size() == 731);
  CHECK(expand("FREQ=DAILY", "2020-01-01 10:00", 7, forever).size() == 7);
  CHECK(expand("FREQ=DAILY", "2020-01-01 10:00", 0, forever).empty());
  CHECK(expand("FREQ=DAILY", "2030-01-01 10:00", 9, forever).empty());
}

TEST_CASE("rules are read in any case and order") {
  CHECK(Recurrence::parse("byday=mo;freq=weekly").value().text() == "BYDAY=MO;FREQ=WEEKLY");
}

TEST_CASE("what is not accepted is refused by name") {
  struct Row {
    std::string rule;
    std::string part;
  };
  for (const Row& row : {Row{"", "not of the form"},
                         Row{"FREQ", "'FREQ' is not of the form"},
                         Row{"FREQ=DAILY;", "'' is not of the form"},
                         Row{"RRULE:FREQ=DAILY", "RRULE:FREQ is not supported"},
                         Row{"INTERVAL=2", "FREQ is missing"},
                         Row{"FREQ=YEARLY", "FREQ must be"},
                         Row{"FREQ=HOURLY", "FREQ must be"},
                         Row{"FREQ=DAILY;FREQ=DAILY", "FREQ stands twice"},
                         Row{"FREQ=DAILY;INTERVAL=0", "INTERVAL must be"},
                         Row{"FREQ=DAILY;INTERVAL=-1", "INTERVAL must be"},
                         Row{"FREQ=DAILY;INTERVAL=367", "INTERVAL must be"},
                         Row{"FREQ=DAILY;INTERVAL=2x", "INTERVAL must be"},
                         Row{"FREQ=DAILY;INTERVAL=99999999999999999999", "INTERVAL must be"},
                         Row{"FREQ=DAILY;COUNT=0", "COUNT must be"},
                         Row{"FREQ=DAILY;COUNT=1001", "COUNT must be"},
                         Row{"FREQ=DAILY;COUNT=2;UNTIL=20200101", "COUNT and UNTIL exclude each other"},
                         Row{"FREQ=DAILY;UNTIL=2020-01-01", "UNTIL must be"},
                         Row{"FREQ=DAILY;UNTIL=20200230", "UNTIL must be"},
                         Row{"FREQ=DAILY;UNTIL=20200101T2500", "UNTIL must be"},
                         Row{"FREQ=DAILY;UNTIL=20200101T250000Z", "UNTIL must be"},
                         Row{"FREQ=DAILY;UNTIL=20200101X100000", "UNTIL must be"},
                         Row{"FREQ=WEEKLY;BYDAY=", "BYDAY must be"},
                         Row{"FREQ=WEEKLY;BYDAY=MO,", "BYDAY must be"},
                         Row{"FREQ=WEEKLY;BYDAY=XX", "BYDAY must be"},
                         Row{"FREQ=WEEKLY;BYDAY=2MO", "BYDAY with a number needs FREQ=MONTHLY"},
                         Row{"FREQ=MONTHLY;BYDAY=6MO", "BYDAY must be"},
                         Row{"FREQ=MONTHLY;BYDAY=0MO", "BYDAY must be"},
                         Row{"FREQ=MONTHLY;BYDAY=+-1MO", "BYDAY must be"},
                         Row{"FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY must be"},
                         Row{"FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY must be"},
                         Row{"FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY needs FREQ=MONTHLY"},
                         Row{"FREQ=DAILY;BYMONTHDAY=1", "BYMONTHDAY needs FREQ=MONTHLY"},
                         Row{"FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS needs BYDAY or BYMONTHDAY"},
                         Row{"FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1", "BYSETPOS needs FREQ=MONTHLY"},
                         Row{"FREQ=WEEKLY;WKST=TU", "WKST must be MO or SU"},
                         Row{"FREQ=DAILY;BYHOUR=9", "BYHOUR is not supported"},
                         Row{"FREQ=DAILY;BYMONTH=1", "BYMONTH is not supported"},
                         Row{"FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO is not supported"},
                         Row{"FREQ=MONTHLY;X-A=1", "X-A is not supported"}}) {
    CAPTURE(row.rule);
    const std::string message = refusal_of_rule(row.rule);
    CAPTURE(message);
    CHECK(message.find(row.part) != std::string::npos);
  }
}
