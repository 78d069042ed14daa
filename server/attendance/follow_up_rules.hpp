// When attendance asks for a follow-up. Pure: what is wrong with a row of sessions, in words for a counselor.
#pragma once
#include <optional>
#include <span>
#include <string>

#include "base/zone.hpp"
#include "calendar/session.hpp"

namespace circled::attendance::rules {

// How one session turned out for the client.
struct Turnout {
  Instant starts_at;
  calendar::Verdict verdict;
  std::optional<Minutes> late;  // of those who attended
};
BOOST_DESCRIBE_STRUCT(Turnout, (), (starts_at, verdict, late))

// The three take sessions whose sheets are closed, the latest first, and answer the reason, or nothing.
// `zone` is the one in which the reader reads a clock. 0 `times` switches a rule off.

// "Missed without excuse 2 times in a row: Tue 3 Mar at 18:00, Tue 10 Mar at 18:00." Whoever came ends the
// row, also if they were turned away; what was excused or cancelled is not part of it and does not end it.
std::optional<std::string> unexcused_in_a_row(std::span<const Turnout> latest_first, std::int64_t times,
                                              const Zone& zone);

// "Late 4 times in 30 days: …": of those within `days` before `now`.
std::optional<std::string> often_late(std::span<const Turnout> latest_first, std::int64_t times,
                                      std::int64_t days, const Zone& zone, Instant now);

// "No session attended since Tue 17 Feb: 21 days.", or "… since admission on …". `last` is the last attended
// session's start, or nothing. Days are those of `zone`: the 21st day after is reached at its midnight.
std::optional<std::string> without_service(std::optional<Instant> last, Date admitted_on, std::int64_t days,
                                           const Zone& zone, Instant now);

}  // namespace circled::attendance::rules
