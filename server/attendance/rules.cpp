#include "attendance/rules.hpp"

#include <algorithm>
#include <numeric>

namespace circled::attendance::rules {

using calendar::Span;
using calendar::Spans;
using calendar::Verdict;

namespace {

Minutes whole(Milliseconds time) { return std::chrono::floor<Minutes>(time); }

Spans presence(std::span<const Stay> stays, Instant starts_at, Instant ends_at) {
  std::vector<Span> all;
  for (const Stay& stay : stays)
    all.push_back(
        {std::max(stay.arrived_at, starts_at), std::min(stay.departed_at.value_or(ends_at), ends_at)});
  return calendar::merged(std::move(all));
}

Spans breaks(const Terms& terms, Instant starts_at, Instant ends_at) {
  std::vector<Span> all;
  for (const Break& each : terms.breaks) {
    const Instant from = starts_at + Minutes(each.after_minutes), until = from + Minutes(each.minutes);
    if (until < ends_at) all.push_back({from, until});
  }
  return calendar::merged(std::move(all));
}

Milliseconds length(const Spans& spans) {
  return std::accumulate(spans.begin(), spans.end(), Milliseconds(0),
                         [](Milliseconds sum, const Span& each) { return sum + (each.until - each.from); });
}

Spans first(Spans spans, Milliseconds most) {
  Spans kept;
  for (Span span : spans) {
    if (most <= Milliseconds(0)) break;
    span.until = std::min(span.until, span.from + most);
    most -= span.until - span.from;
    kept.push_back(span);
  }
  return kept;
}

// How late the first arrival was, by the clock on the wall.
std::optional<Minutes> arrival(std::span<const Stay> stays, Instant starts_at) {
  std::optional<Instant> first;
  for (const Stay& stay : stays) first = first ? std::min(*first, stay.arrived_at) : stay.arrived_at;
  if (!first) return std::nullopt;
  return whole(std::max(*first, starts_at) - starts_at);
}

bool goes_before(const Attended& a, const Attended& b) {
  if (a.closed_at.has_value() != b.closed_at.has_value()) return a.closed_at.has_value();
  if (a.closed_at != b.closed_at) return *a.closed_at < *b.closed_at;
  return std::pair(a.closed_at ? Instant{} : a.starts_at, a.session) <
         std::pair(b.closed_at ? Instant{} : b.starts_at, b.session);
}

}  // namespace

Spans credited_time(std::span<const Stay> stays, Instant starts_at, Instant ends_at, const Terms& terms,
                    const Spans& taken) {
  const auto late = arrival(stays, starts_at);
  if (!late || (terms.no_credit_after_minutes && *late > Minutes(*terms.no_credit_after_minutes))) return {};
  Spans left = calendar::without(presence(stays, starts_at, ends_at), breaks(terms, starts_at, ends_at));
  left = calendar::without(left, taken);
  return terms.cap_minutes ? first(std::move(left), Minutes(*terms.cap_minutes)) : left;
}

Credit credit(std::span<const Stay> stays, Instant starts_at, Instant ends_at, const Terms& terms,
              const Spans& taken) {
  const Spans present = presence(stays, starts_at, ends_at);
  if (present.empty()) return {};
  Credit credit;
  credit.late = whole(present.front().from - starts_at);
  if (credit.late <= Minutes(terms.grace_minutes)) credit.late = Minutes(0);
  credit.left_early = whole(ends_at - present.back().until);
  credit.credited = whole(length(credited_time(stays, starts_at, ends_at, terms, taken)));
  return credit;
}

bool after_door(std::span<const Stay> stays, Instant starts_at, const Terms& terms) {
  const auto late = arrival(stays, starts_at);
  return late && terms.door_closes_minutes && *late > Minutes(*terms.door_closes_minutes);
}

std::vector<Minutes> share_out(const std::vector<Attended>& sessions) {
  std::vector<std::size_t> order(sessions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return goes_before(sessions[a], sessions[b]); });
  std::vector<Minutes> shares(sessions.size());
  Spans taken;
  for (const auto i : order) {
    const Attended& each = sessions[i];
    const Spans own = credited_time(each.stays, each.starts_at, each.ends_at, each.terms, taken);
    shares[i] = whole(length(own));
    taken.insert(taken.end(), own.begin(), own.end());
    taken = calendar::merged(std::move(taken));
  }
  return shares;
}

const Enrolled* enrolled_at(std::span<const Enrolled> all, const Zone& zone, Instant starts_at) {
  const Date day = zone.date(starts_at);
  for (const Enrolled& each : all) {
    if (each.from > day) continue;
    if (!each.until || *each.until >= day) return &each;
    const bool ended_that_day = *each.until == day - std::chrono::days(1) && each.ended_at &&
                                zone.date(*each.ended_at) == day && *each.ended_at > starts_at;
    if (ended_that_day) return &each;
  }
  return nullptr;
}

bool excused_in_advance(const Terms& terms, calendar::Answer answer, std::optional<Instant> answered_at,
                        Instant starts_at, bool mandatory) {
  if (answer != calendar::Answer::cant_come || !answered_at) return false;
  if (mandatory && !terms.excuses_mandatory) return false;
  return *answered_at <= starts_at - std::chrono::hours(terms.excuse_notice_hours);
}

Instant close_by(const Terms& terms, Instant ends_at) {
  return ends_at + std::chrono::hours(terms.close_within_hours);
}

Instant sign_by(const Terms& terms, Instant ends_at) {
  return ends_at + std::chrono::days(terms.documentation_days);
}

bool late_documentation(const Terms& terms, Instant ends_at, std::optional<Instant> signed_at, Instant now) {
  return signed_at.value_or(now) > sign_by(terms, ends_at);
}

std::vector<FieldError> check(const Mark& mark, const std::string& pointer, Instant starts_at,
                              Instant ends_at, Instant now) {
  std::vector<FieldError> errors;
  if (mark.verdict == Verdict::cancelled_by_program)
    errors.push_back(
        {pointer + "/verdict", "not_a_choice", "This comes with the cancellation of a session only."});
  if (mark.reason && mark.verdict != Verdict::excused && mark.verdict != Verdict::turned_away)
    errors.push_back(
        {pointer + "/reason", "not_excused", "A reason is for who is excused or was turned away."});
  const bool has_stays = mark.stays && !mark.stays->empty(), arrives = mark.arrived_now.value_or(false);
  if ((has_stays || arrives) && mark.verdict != Verdict::attended) {
    errors.push_back({pointer + (has_stays ? "/stays" : "/arrived_now"), "not_attended",
                      "Only somebody who attended has arrived."});
    return errors;
  }
  if (arrives && has_stays)
    errors.push_back({pointer + "/arrived_now", "excludes", "They arrived now, or at the times given."});
  if (arrives && now >= ends_at)
    errors.push_back({pointer + "/arrived_now", "after_the_end", "The session is over."});
  if (!has_stays) return errors;
  for (std::size_t i = 0; i < mark.stays->size(); ++i) {
    const Stay& stay = (*mark.stays)[i];
    const std::string here = pointer + "/stays/" + std::to_string(i);
    if (stay.departed_at && *stay.departed_at <= stay.arrived_at)
      errors.push_back(
          {here + "/departed_at", "departure_before_arrival", "This must be after the arrival."});
    if (stay.arrived_at >= ends_at)
      errors.push_back({here + "/arrived_at", "after_the_end", "The session was over by then."});
    if (stay.departed_at && *stay.departed_at <= starts_at)
      errors.push_back({here + "/departed_at", "before_the_start", "The session had not begun by then."});
    if (stay.arrived_at > now)
      errors.push_back({here + "/arrived_at", "in_the_future", "Nobody has arrived at a time yet to come."});
    if (stay.departed_at && *stay.departed_at > now)
      errors.push_back({here + "/departed_at", "in_the_future", "Nobody has left at a time yet to come."});
  }
  return errors;
}

std::vector<FieldError> check(const Terms& terms) {
  std::vector<FieldError> errors;
  if (terms.door_closes_minutes && *terms.door_closes_minutes < terms.grace_minutes)
    errors.push_back(
        {"/terms/door_closes_minutes", "out_of_range", "The door would close within the grace."});
  if (terms.no_credit_after_minutes && *terms.no_credit_after_minutes < terms.grace_minutes)
    errors.push_back(
        {"/terms/no_credit_after_minutes", "out_of_range", "Somebody who is not late would get no credit."});
  return errors;
}

std::vector<Stay> stays(const Mark& mark, Instant starts_at, Instant now) {
  if (mark.verdict != Verdict::attended) return {};
  if (mark.arrived_now.value_or(false)) return {Stay{now, std::nullopt}};
  if (!mark.stays || mark.stays->empty()) return {Stay{starts_at, std::nullopt}};
  std::vector<Stay> sorted(mark.stays->begin(), mark.stays->end());
  std::sort(sorted.begin(), sorted.end(),
            [](const Stay& a, const Stay& b) { return a.arrived_at < b.arrived_at; });
  return sorted;
}

}  // namespace circled::attendance::rules
