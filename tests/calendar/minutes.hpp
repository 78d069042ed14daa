// An empty time line, in minutes.
#pragma once
#include "calendar/spans.hpp"

namespace circled::test {

inline Instant minute(std::int64_t n) { return from_millis(0) + Minutes(n); }
inline calendar::Span span(std::int64_t from, std::int64_t until) { return {minute(from), minute(until)}; }
inline std::int64_t minutes_until(Instant t) { return (t - minute(0)) / Minutes(1); }

}  // namespace circled::test
