// When a written consent lets something be told, and when it can be taken back. Pure.
//
// 42 CFR §2.31 says what a consent must state and that nothing may be told on one that has expired, was
// revoked or is deficient; §2.35 what a consent for those in the criminal justice system, who made a client's
// being in care a condition, may say otherwise.
#pragma once
#include <optional>
#include <vector>

#include "base/zone.hpp"
#include "people/consent.hpp"

namespace circled::people::rules {

// What ended a consent, or would. A day counts as the client's site has it.
struct Terms {
  std::optional<Date> expires_on;
  std::optional<Instant> event_at;  // when the event or condition it ends with had come about
  std::optional<Instant> revoked_at;
};

// The first instant at which a consent that expires on that day is no longer in force: it is good all through
// the day it names.
Instant end_of(Date day, const Zone& zone);

// Revoked or expired from the very instant on; whichever came first.
ConsentState state(const Terms& terms, const Zone& zone, Instant now);

enum class Revocable { yes, not_before_day, not_before_event };

// Any consent can be revoked at any time, but for one under §2.35(c), which says from which day or event on.
// `event_has_come`: somebody who answers for it says that the event has come about.
Revocable revocable(const std::optional<CriminalJustice>& bound, bool event_has_come, const Zone& zone,
                    Instant now);

// Everything that is wrong with a consent as it was typed in. `now` tells the site's today.
std::vector<FieldError> check(const WrittenConsent& consent, const Zone& zone, Instant now);

// Whether a text says anything: more than blanks.
bool blank(std::string_view text);

}  // namespace circled::people::rules
