#include "people/consent_rules.hpp"

#include <algorithm>

namespace circled::people::rules {
namespace {

void check_texts(const WrittenConsent& consent, std::vector<FieldError>& errors) {
  const auto filled = [&](const char* pointer, std::string_view text) {
    if (blank(text)) errors.push_back({pointer, "blank", "This must say something."});
  };
  filled("/discloser", consent.discloser);
  filled("/recipient", consent.recipient);
  filled("/purpose", consent.purpose);
  if (consent.expires_when) filled("/expires_when", *consent.expires_when);
  if (consent.representative) filled("/representative", *consent.representative);
}

void check_expiry(const WrittenConsent& consent, const Zone& zone, Instant now,
                  std::vector<FieldError>& errors) {
  if (!consent.expires_on && !consent.expires_when)
    errors.push_back(
        {"/expires_on", "missing",
         "A consent says when it expires: a day, or an event or condition (42 CFR 2.31(a)(7))."});
  if (!consent.expires_on) return;
  if (*consent.expires_on < consent.signed_on)
    errors.push_back({"/expires_on", "before_signed", "It would expire before it was signed."});
  else if (end_of(*consent.expires_on, zone) <= now)
    errors.push_back({"/expires_on", "expired", "This consent has expired already."});
}

void check_signature(const WrittenConsent& consent, const Zone& zone, Instant now,
                     std::vector<FieldError>& errors) {
  if (consent.signed_on > zone.date(now))
    errors.push_back({"/signed_on", "in_the_future", "This day has not come yet."});
  const bool by_representative = consent.signed_by == SignedBy::representative;
  if (by_representative && !consent.representative)
    errors.push_back({"/representative", "missing", "Say who signed for the client, and as what."});
  if (!by_representative && consent.representative)
    errors.push_back({"/representative", "not_for_this", "The client signed: nobody stood in for them."});
}

void check_bound(const WrittenConsent& consent, std::vector<FieldError>& errors) {
  if (!consent.criminal_justice) return;
  const auto& bound = *consent.criminal_justice;
  if (bound.revocable_on.has_value() == bound.revocable_when.has_value()) {
    errors.push_back(
        {"/criminal_justice", "one_of",
         "Say the day or the event from which on it can be revoked (42 CFR 2.35(c)): one of them."});
    return;
  }
  if (bound.revocable_when && blank(*bound.revocable_when))
    errors.push_back({"/criminal_justice/revocable_when", "blank", "This must say something."});
  if (bound.revocable_on && consent.expires_on && *bound.revocable_on > *consent.expires_on)
    errors.push_back({"/criminal_justice/revocable_on", "after_expiry", "It will have expired by then."});
}

}  // namespace

bool blank(std::string_view text) { return text.find_first_not_of(" \t\n") == std::string_view::npos; }

Instant end_of(Date day, const Zone& zone) { return zone.start_of(day + std::chrono::days(1)); }

ConsentState state(const Terms& terms, const Zone& zone, Instant now) {
  std::optional<Instant> expired = terms.event_at;
  if (terms.expires_on) {
    const Instant end = end_of(*terms.expires_on, zone);
    expired = expired ? std::min(*expired, end) : end;
  }
  const bool over = expired && *expired <= now, revoked = terms.revoked_at && *terms.revoked_at <= now;
  if (revoked && (!over || *terms.revoked_at <= *expired)) return ConsentState::revoked;
  return over ? ConsentState::expired : ConsentState::live;
}

Revocable revocable(const std::optional<CriminalJustice>& bound, bool event_has_come, const Zone& zone,
                    Instant now) {
  if (!bound) return Revocable::yes;
  if (bound->revocable_on && zone.start_of(*bound->revocable_on) > now) return Revocable::not_before_day;
  if (bound->revocable_when && !event_has_come) return Revocable::not_before_event;
  return Revocable::yes;
}

std::vector<FieldError> check(const WrittenConsent& consent, const Zone& zone, Instant now) {
  std::vector<FieldError> errors;
  check_texts(consent, errors);
  for (std::size_t i = 0; i < consent.kinds.size(); ++i)
    if (std::find(consent.kinds.begin(), consent.kinds.begin() + static_cast<std::ptrdiff_t>(i),
                  consent.kinds[i]) != consent.kinds.begin() + static_cast<std::ptrdiff_t>(i))
      errors.push_back({"/kinds/" + std::to_string(i), "repeated", "This kind stands above already."});
  check_expiry(consent, zone, now, errors);
  check_signature(consent, zone, now, errors);
  check_bound(consent, errors);
  return errors;
}

}  // namespace circled::people::rules
