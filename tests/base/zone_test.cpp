#include "base/zone.hpp"

#include <doctest/doctest.h>

#include "support/result.hpp"
#include "support/time.hpp"

using namespace circled;
using test::zone;

namespace {

WallTime wall(std::string_view date, int hour, int minute) {
  return WallTime{parse_date(date).value()} + std::chrono::hours(hour) + Minutes(minute);
}

std::string utc(std::optional<Instant> at) { return at ? to_string(*at) : "none"; }

}  // namespace

// The transitions are those of the IANA data: New York changes at 2:00, Berlin at 1:00 UTC, Lord Howe by
// half an hour; Havana and Beirut skip midnight itself, as São Paulo did; Apia left out a whole day.
TEST_CASE("a wall time becomes an instant") {
  struct Row {
    std::string zone;
    std::string date;
    int hour, minute;
    std::string utc;
  };
  for (const Row& row : {
           Row{"America/New_York", "2026-03-08", 1, 59, "2026-03-08T06:59:00Z"},
           Row{"America/New_York", "2026-03-08", 2, 0, "none"},
           Row{"America/New_York", "2026-03-08", 2, 59, "none"},
           Row{"America/New_York", "2026-03-08", 3, 0, "2026-03-08T07:00:00Z"},
           Row{"America/New_York", "2026-11-01", 0, 59, "2026-11-01T04:59:00Z"},
           Row{"America/New_York", "2026-11-01", 1, 30, "2026-11-01T05:30:00Z"},  // the first of two
           Row{"America/New_York", "2026-11-01", 2, 0, "2026-11-01T07:00:00Z"},
           Row{"Europe/Berlin", "2026-03-29", 2, 30, "none"},
           Row{"Europe/Berlin", "2026-03-29", 3, 0, "2026-03-29T01:00:00Z"},
           Row{"Europe/Berlin", "2026-10-25", 2, 30, "2026-10-25T00:30:00Z"},
           Row{"Europe/Berlin", "2026-10-25", 3, 0, "2026-10-25T02:00:00Z"},
           Row{"America/Havana", "2026-03-08", 0, 30, "none"},
           Row{"America/Havana", "2026-03-08", 1, 0, "2026-03-08T05:00:00Z"},
           Row{"America/Havana", "2026-11-01", 0, 30, "2026-11-01T04:30:00Z"},
           Row{"Asia/Beirut", "2026-03-29", 0, 0, "none"},
           Row{"Asia/Beirut", "2026-10-24", 23, 30, "2026-10-24T20:30:00Z"},
           Row{"Asia/Beirut", "2026-10-25", 0, 0, "2026-10-24T22:00:00Z"},
           Row{"America/Sao_Paulo", "2018-11-04", 0, 59, "none"},
           Row{"Australia/Lord_Howe", "2026-04-05", 1, 45, "2026-04-04T14:45:00Z"},
           Row{"Asia/Kathmandu", "2026-06-01", 12, 0, "2026-06-01T06:15:00Z"},
       }) {
    CAPTURE(row.zone);
    CAPTURE(row.date);
    CAPTURE(row.hour);
    CHECK(utc(zone(row.zone).instant(wall(row.date, row.hour, row.minute))) == row.utc);
  }
}

TEST_CASE("a day begins at its first instant, also where midnight is skipped or comes twice") {
  struct Row {
    std::string zone;
    std::string date;
    std::string utc;
  };
  for (const Row& row : {
           Row{"Etc/UTC", "2026-03-08", "2026-03-08T00:00:00Z"},
           Row{"America/New_York", "2026-03-08", "2026-03-08T05:00:00Z"},
           Row{"America/Havana", "2026-03-08", "2026-03-08T05:00:00Z"},
           Row{"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"},
           Row{"Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z"},
           Row{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},
           Row{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},  // no such day: where the next begins
       }) {
    CAPTURE(row.zone);
    CHECK(utc(zone(row.zone).start_of(parse_date(row.date).value())) == row.utc);
  }
}

TEST_CASE("an instant becomes a wall time and a day") {
  const auto at = parse_instant("2026-03-08T06:59:59.999Z").value();
  CHECK(zone("America/New_York").wall(at) == wall("2026-03-08", 1, 59) + Seconds(59));
  CHECK(zone("America/New_York").wall(at + Milliseconds(1)) == wall("2026-03-08", 3, 0));
  CHECK(to_string(zone("America/Los_Angeles").date(at)) == "2026-03-07");
  CHECK(to_string(zone("Asia/Tokyo").date(parse_instant("2026-03-08T15:00:00Z").value())) == "2026-03-09");
}

TEST_CASE("every instant finds back through its wall time, except the second of a repeated hour") {
  const auto berlin = zone("Europe/Berlin");
  const auto first = parse_instant("2026-10-24T22:00:00Z").value();
  for (int quarter = 0; quarter < 32; ++quarter) {
    const auto at = first + Minutes(15 * quarter);
    const bool second = quarter >= 12 && quarter < 16;  // 01:00 to 02:00 UTC
    CAPTURE(quarter);
    CHECK(utc(berlin.instant(berlin.wall(at))) == to_string(second ? at - std::chrono::hours(1) : at));
  }
}

TEST_CASE("zones have IANA names") {
  CHECK(zone("America/New_York").name() == "America/New_York");
  CHECK(zone("Etc/UTC") == Zone::utc());
  CHECK_FALSE(zone("Europe/Berlin") == zone("Europe/Paris"));
  for (std::string name : {"", "Mars/Olympus", "america/new_york", "America/New_York ", "../zoneinfo/UTC",
                           "localtime", "right/UTC", "EST5EDT4,M3.2.0,M11.1.0"}) {
    CAPTURE(name);
    const auto unknown = Zone::named(name);
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().fields.at(0).code == "unknown_zone");
  }
}
