// Stretches of time, and what is common to two lists of them, or left of one. Lists are kept in order and
// without overlaps, so every operation here walks along each of them once.
#pragma once
#include <vector>

#include "base/time.hpp"

namespace circled::calendar {

// From `from` until just before `until`.
struct Span {
  Instant from;
  Instant until;
  bool operator==(const Span&) const = default;
};

// In order, none empty, none touching the next.
using Spans = std::vector<Span>;

// Any stretches, in any order, made into Spans: empty ones go, those that overlap or touch become one.
Spans merged(std::vector<Span> any);

// The time that is in both.
Spans common(const Spans& a, const Spans& b);

// The time of `a` that is not in `b`.
Spans without(const Spans& a, const Spans& b);

// Whether all of `span` is in `spans`; and whether any of it is.
bool covers(const Spans& spans, Span span);
bool touches(const Spans& spans, Span span);

// The instants at which something of that length can begin so that all of it lies in `spans`. An instant
// counts when it lies in the answer; the last one of a span of `spans` is `until - length`.
Spans beginnings(const Spans& spans, Milliseconds length);

}  // namespace circled::calendar
