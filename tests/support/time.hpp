// Moments and days as tests write them. What is no such text is an error of the test and throws.
#pragma once
#include "base/zone.hpp"

namespace circled::test {

// "2026-03-10T12:00:00Z"
inline Instant at(std::string_view text) { return parse_instant(text).value(); }

// "2026-03-10"
inline Date on(std::string_view text) { return parse_date(text).value(); }

inline TimeOfDay clock(int hours, int minutes) { return {Minutes(hours * 60 + minutes)}; }

// The Tuesday on which the clocks of the fixtures stand (support/store.hpp), by UTC.
inline Instant that_tuesday(int hour, int minute) {
  return at("2026-03-10T00:00:00Z") + std::chrono::hours(hour) + Minutes(minute);
}

inline Zone zone(std::string_view name) { return Zone::named(name).value(); }

// UTC-5, and UTC-4 from 8 March 2026 on.
inline const Zone new_york = zone("America/New_York");

}  // namespace circled::test
