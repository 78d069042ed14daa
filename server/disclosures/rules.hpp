// What a disclosure may rest on, and what its record must say. Pure.
#pragma once
#include <span>

#include "disclosures/disclosure.hpp"

namespace circled::disclosures::rules {

// Why a report may not be given out on this consent now, in the words of a refusal; nothing: it may.
// `version` is the paper it was drafted on. Codes: consent_revoked, consent_expired, consent_changed,
// kind_not_in_consent.
std::optional<Error> obstacle(const people::Consent& consent, std::int64_t version,
                              std::span<const ConsentKind> kinds);

// Everything that is wrong with what a report is asked to hold. `today`: the client's site's.
std::vector<FieldError> check(const NewDisclosure& asked, const people::Consent& consent, Date today);

// The exception of this name, if it is one of the named ones (§2.51, §2.12(c)(6), §2.53, subpart E).
std::optional<Basis> exception(std::string_view name);

// What each exception's record must say, and what has no place in it.
std::vector<FieldError> check(Basis basis, const ExceptionRecord& record, Date today, Instant now);

// How often each verdict stands there, and the minutes of the services that count.
struct Minute {
  calendar::Verdict verdict;
  bool counts;
  std::int64_t credited, scheduled;
};
ReportAttendance attendance(std::span<const ReportSession> sessions);
ReportHours hours(std::span<const Minute> sessions);

}  // namespace circled::disclosures::rules
