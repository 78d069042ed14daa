// Times as iCalendar writes them (RFC 5545 §3.3.4, §3.3.5, §3.3.6).
#pragma once
#include <optional>
#include <string_view>

#include "base/zone.hpp"

namespace circled::ics {

// A day, or what a clock shows; which clock, the property says.
struct Moment {
  WallTime wall{};
  bool is_day = false;
  bool is_utc = false;
};

// "20260310", "20260310T180000", "20260310T180000Z"; a leap second is the one before it.
std::optional<Moment> parse_moment(std::string_view text);

// "P1D", "PT1H30M", "P2W"; of days and time apart, for a day is not always 24 hours. Nothing for a negative
// one.
struct Duration {
  std::chrono::days days{0};
  Seconds time{0};
};
std::optional<Duration> parse_duration(std::string_view text);

// By its IANA name, or the one Windows has for it ("Eastern Standard Time", from CLDR's windowsZones).
std::optional<Zone> zone_called(std::string_view name);

// Also where clocks skip it: with the offset before the gap (§3.3.5).
Instant instant_of(WallTime wall, const Zone& zone);

}  // namespace circled::ics
