#include "base/time.hpp"

#include <doctest/doctest.h>

#include "base/clock.hpp"

using namespace circled;

TEST_CASE("instants are written in RFC 3339, milliseconds only when there are any") {
  struct Row {
    std::int64_t ms;
    std::string text;
  };
  // The numbers are POSIX times, in milliseconds.
  for (const Row& row :
       {Row{0, "1970-01-01T00:00:00Z"}, Row{951782400'000, "2000-02-29T00:00:00Z"},
        Row{1773165600'000, "2026-03-10T18:00:00Z"}, Row{1709209815'250, "2024-02-29T12:30:15.250Z"},
        Row{1709209815'007, "2024-02-29T12:30:15.007Z"}, Row{4133980799'000, "2100-12-31T23:59:59Z"}}) {
    CAPTURE(row.text);
    CHECK(to_string(from_millis(row.ms)) == row.text);
    const auto parsed = parse_instant(row.text);
    REQUIRE(parsed);
    CHECK(to_millis(*parsed) == row.ms);
  }
}

TEST_CASE("an offset is taken away") {
  struct Row {
    std::string text;
    std::string utc;
  };
  for (const Row& row : {Row{"2026-03-10T18:00:00+00:00", "2026-03-10T18:00:00Z"},
                         Row{"2026-03-10T18:00:00-05:00", "2026-03-10T23:00:00Z"},
                         Row{"2026-03-10T18:00:00+05:45", "2026-03-10T12:15:00Z"},
                         Row{"2025-01-01T00:30:00+01:00", "2024-12-31T23:30:00Z"},
                         Row{"2024-02-28T23:30:00-01:00", "2024-02-29T00:30:00Z"},
                         Row{"2026-03-10t18:00:00z", "2026-03-10T18:00:00Z"},
                         Row{"2026-03-10T18:00:00.5Z", "2026-03-10T18:00:00.500Z"},
                         Row{"2026-03-10T18:00:00.1239Z", "2026-03-10T18:00:00.123Z"},
                         Row{"2026-03-10T18:00:00.000000001-00:00", "2026-03-10T18:00:00Z"}}) {
    CAPTURE(row.text);
    const auto parsed = parse_instant(row.text);
    REQUIRE(parsed);
    CHECK(to_string(*parsed) == row.utc);
  }
}

TEST_CASE("what is no instant") {
  for (std::string text : {"",
                           "2026-03-10",
                           "2026-03-10T18:00:00",
                           "2026-03-10 18:00:00Z",
                           "2026-03-10T18:00Z",
                           "2026-3-10T18:00:00Z",
                           "2026-02-29T18:00:00Z",
                           "2100-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-03-00T00:00:00Z",
                           "2026-03-32T00:00:00Z",
                           "2026-03-10T24:00:00Z",
                           "2026-03-10T18:60:00Z",
                           "2026-03-10T18:00:60Z",
                           "2026-03-10T18:00:00.Z",
                           "2026-03-10T18:00:00.1234567890Z",
                           "2026-03-10T18:00:00+5:00",
                           "2026-03-10T18:00:00+0500",
                           "2026-03-10T18:00:00+24:00",
                           "2026-03-10T18:00:00+05:60",
                           "2026-03-10T18:00:00ZZ",
                           "2026-03-10T18:00:00Z ",
                           " 2026-03-10T18:00:00Z",
                           "+026-03-10T18:00:00Z",
                           "2026-03-10T-8:00:00Z",
                           "1969-12-31T23:59:59Z",
                           "2101-01-01T00:00:00Z",
                           "1970-01-01T00:00:00+00:01",
                           "2026-03-10T18:00:00,5Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_instant(text));
  }
}

TEST_CASE("dates") {
  for (std::string text : {"1900-01-01", "2000-02-29", "2024-02-29", "2026-12-31", "2200-12-31"}) {
    CAPTURE(text);
    const auto date = parse_date(text);
    REQUIRE(date);
    CHECK(to_string(*date) == text);
  }
  for (std::string text : {"", "2026-02-29", "1900-02-29", "2026-04-31", "2026-1-01", "26-01-01",
                           "2026/01/01", "2026-01-01T", "1899-12-31", "2201-01-01", "2026-01-0a"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_date(text));
  }
}

TEST_CASE("times of day") {
  CHECK(to_string(TimeOfDay{Minutes(0)}) == "00:00");
  CHECK(to_string(TimeOfDay{Minutes(1439)}) == "23:59");
  CHECK(parse_time_of_day("18:05") == TimeOfDay{Minutes(18 * 60 + 5)});
  CHECK(parse_time_of_day("18:05:00") == TimeOfDay{Minutes(18 * 60 + 5)});
  for (std::string text :
       {"", "24:00", "18:60", "8:05", "18.05", "18:05:01", "18:05:0", "1805", "-1:00", "18:05Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_time_of_day(text));
  }
}

TEST_CASE("a fake clock stands still until it is moved") {
  FakeClock clock(from_millis(1000));
  CHECK(to_millis(clock.now()) == 1000);
  clock.advance(Minutes(2));
  CHECK(to_millis(clock.now()) == 121'000);
  clock.set(from_millis(5));
  CHECK(to_millis(clock.now()) == 5);
}
