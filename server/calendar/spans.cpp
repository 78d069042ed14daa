#include "calendar/spans.hpp"

#include <algorithm>

namespace circled::calendar {
namespace {

// The first span that ends after `t`.
Spans::const_iterator ending_after(const Spans& spans, Instant t) {
  return std::upper_bound(spans.begin(), spans.end(), t,
                          [](Instant at, const Span& span) { return at < span.until; });
}

}  // namespace

Spans merged(std::vector<Span> any) {
  std::erase_if(any, [](const Span& span) { return span.until <= span.from; });
  const auto earlier = [](const Span& a, const Span& b) { return a.from < b.from; };
  // Most lists come in order: each day after the one before.
  if (!std::is_sorted(any.begin(), any.end(), earlier)) std::sort(any.begin(), any.end(), earlier);
  Spans spans;
  spans.reserve(any.size());
  for (const Span& span : any) {
    if (!spans.empty() && span.from <= spans.back().until)
      spans.back().until = std::max(spans.back().until, span.until);
    else
      spans.push_back(span);
  }
  return spans;
}

Spans common(const Spans& a, const Spans& b) {
  Spans both;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    const Span span{std::max(i->from, j->from), std::min(i->until, j->until)};
    if (span.from < span.until) both.push_back(span);
    // Whoever ends first has nothing more in common with the other's.
    if (i->until < j->until)
      ++i;
    else
      ++j;
  }
  return both;
}

Spans without(const Spans& a, const Spans& b) {
  Spans left;
  auto j = b.begin();
  for (const Span& span : a) {
    Instant from = span.from;
    while (j != b.end() && j->until <= from) ++j;
    // One of `b` may reach into the next of `a`: it stays where it is until it has been passed.
    for (auto k = j; k != b.end() && k->from < span.until; ++k) {
      if (from < k->from) left.push_back({from, k->from});
      from = k->until;
      if (k->until <= span.until) j = k;
    }
    if (from < span.until) left.push_back({from, span.until});
  }
  return left;
}

bool covers(const Spans& spans, Span span) {
  const auto found = ending_after(spans, span.from);
  return found != spans.end() && found->from <= span.from && span.until <= found->until;
}

bool touches(const Spans& spans, Span span) {
  const auto found = ending_after(spans, span.from);
  return found != spans.end() && found->from < span.until;
}

Spans beginnings(const Spans& spans, Milliseconds length) {
  Spans begin;
  begin.reserve(spans.size());
  for (const Span& span : spans)
    if (span.until - span.from >= length) begin.push_back({span.from, span.until - length + Milliseconds(1)});
  return begin;
}

}  // namespace circled::calendar
