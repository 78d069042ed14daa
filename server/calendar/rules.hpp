// What a booking must satisfy before anybody looks into the calendar. Pure.
#pragma once
#include <vector>

#include "calendar/session.hpp"

namespace circled::calendar::rules {

// How far ahead a session may lie: beyond, zone rules are guesses (DESIGN of `base/recurrence`).
inline constexpr auto horizon = std::chrono::days(731);
// A session may be entered after it began, for what was agreed at the door.
inline constexpr auto entered_late = std::chrono::hours(1);

// Everything wrong with the booking by itself: counts, doubles, times, link. `room_seats` is the room's,
// when it has one.
std::vector<FieldError> check(const Booking& booking, std::optional<std::int64_t> room_seats, Instant now);

// How many clients fit: one for a one-on-one; a group's own number, else the room's seats, else as
// many as are booked.
std::int64_t seats(const Booking& booking, std::optional<std::int64_t> room_seats);

std::vector<FieldError> check_time(Instant starts_at, Instant now);
// https only, or empty.
bool is_link(std::string_view link);

}  // namespace circled::calendar::rules
