// Points in time. An Instant is UTC; a WallTime is what a clock on some wall shows and means nothing
// without its Zone. Days, times of day and spans have types of their own; nothing here is a bare int.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace circled {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
using Minutes = std::chrono::minutes;

// UTC, millisecond resolution. INTEGER in the database, RFC 3339 in JSON.
using Instant = std::chrono::sys_time<Milliseconds>;

// A calendar day without a zone; days since 1970-01-01 in the database, "2026-03-10" in JSON.
using Date = std::chrono::local_days;

// What a wall clock shows, to the second.
using WallTime = std::chrono::local_time<Seconds>;

// Minutes since local midnight, 0 … 1439; that number in the database, "HH:MM" in JSON.
struct TimeOfDay {
  Minutes since_midnight{0};
  constexpr auto operator<=>(const TimeOfDay&) const = default;
};

inline Instant from_millis(std::int64_t ms) { return Instant{Milliseconds{ms}}; }
inline std::int64_t to_millis(Instant t) { return t.time_since_epoch().count(); }

// RFC 3339 in UTC, "2026-03-10T18:00:00Z", with milliseconds only when there are any.
std::string to_string(Instant t);
std::string to_string(Date d);
std::string to_string(TimeOfDay t);

// RFC 3339 §5.6 with any offset; years 1970 to 2100. Nothing for anything else.
std::optional<Instant> parse_instant(std::string_view text);
// "YYYY-MM-DD", a day that exists.
std::optional<Date> parse_date(std::string_view text);
// "HH:MM" or "HH:MM:SS" (the seconds must be 00), 00:00 to 23:59.
std::optional<TimeOfDay> parse_time_of_day(std::string_view text);

}  // namespace circled
