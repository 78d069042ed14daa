#include "disclosures/rules.hpp"

#include <algorithm>

#include "people/consent_rules.hpp"

namespace circled::disclosures::rules {

using calendar::Verdict;
using people::rules::blank;

namespace {

// A record of at most this many days in one report: three years, what an accounting reaches back (§2.25(a)).
constexpr std::chrono::days longest{3 * 366};

bool names(std::span<const ConsentKind> kinds, ConsentKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// A session of which it is known that it took place and how it turned out for the client.
bool counted(Verdict verdict) {
  return verdict != Verdict::expected && verdict != Verdict::cancelled_by_program;
}

template <class T>
void belongs(std::vector<FieldError>& errors, const char* pointer, const std::optional<T>& field, bool wanted,
             const char* what) {
  if (field && !wanted) errors.push_back({pointer, "not_for_this", "This has no place in this record."});
  if (!field && wanted) errors.push_back({pointer, "missing", what});
}

}  // namespace

std::optional<Error> obstacle(const people::Consent& consent, std::int64_t version,
                              std::span<const ConsentKind> kinds) {
  if (consent.state == people::ConsentState::revoked)
    return conflict("consent_revoked", "The consent was revoked: nothing may be given out on it.");
  if (consent.state == people::ConsentState::expired)
    return conflict("consent_expired", "The consent has expired: nothing may be given out on it.");
  if (consent.version != version)
    return conflict("consent_changed",
                    "The consent was written anew since this was drafted: draft it again.");
  for (const auto kind : kinds)
    if (!names(consent.kinds, kind))
      return conflict("kind_not_in_consent",
                      "The consent does not name this: " + std::string(json::enum_name(kind)) + ".");
  return std::nullopt;
}

std::vector<FieldError> check(const NewDisclosure& asked, const people::Consent& consent, Date today) {
  std::vector<FieldError> errors;
  if (consent.state == people::ConsentState::revoked)
    errors.push_back({"/consent", "consent_revoked", "This consent was revoked."});
  if (consent.state == people::ConsentState::expired)
    errors.push_back({"/consent", "consent_expired", "This consent has expired."});
  for (std::size_t i = 0; i < asked.kinds.size(); ++i) {
    const std::string pointer = "/kinds/" + std::to_string(i);
    if (!names(consent.kinds, asked.kinds[i]))
      errors.push_back({pointer, "kind_not_in_consent", "The consent does not name this."});
    else if (names(std::span(asked.kinds).first(i), asked.kinds[i]))
      errors.push_back({pointer, "repeated", "This kind stands above already."});
  }
  if (asked.from > asked.until)
    errors.push_back({"/from", "after_until", "The first day is after the last."});
  else if (asked.until - asked.from >= longest)
    errors.push_back({"/from", "too_long", "A report covers three years at most."});
  if (asked.until > today) errors.push_back({"/until", "in_the_future", "This day has not come yet."});
  return errors;
}

std::optional<Basis> exception(std::string_view name) {
  const auto basis = json::parse_enum<Basis>(name);
  if (!basis || *basis == Basis::consent) return std::nullopt;
  return basis;
}

std::vector<FieldError> check(Basis basis, const ExceptionRecord& record, Date today, Instant now) {
  std::vector<FieldError> errors;
  if (blank(record.recipient)) errors.push_back({"/recipient", "blank", "This must say something."});
  if (blank(record.nature)) errors.push_back({"/nature", "blank", "This must say something."});
  if (record.told_at > now) errors.push_back({"/told_at", "in_the_future", "This time has not come yet."});
  belongs(errors, "/affiliation", record.affiliation, basis == Basis::medical_emergency,
          "Name the hospital or service of the medical personnel (42 CFR 2.51(c)).");
  belongs(errors, "/agreement", record.agreement, basis == Basis::audit_evaluation,
          "Say where the auditor's written undertaking is kept (42 CFR 2.53).");
  belongs(errors, "/docket", record.docket, basis == Basis::court_order, "Give the order's docket number.");
  belongs(errors, "/ordered_on", record.ordered_on, basis == Basis::court_order, "Give the order's date.");
  for (const auto& [pointer, text] : {std::pair("/affiliation", &record.affiliation),
                                      {"/agreement", &record.agreement},
                                      {"/docket", &record.docket}})
    if (*text && blank(**text)) errors.push_back({pointer, "blank", "This must say something."});
  if (record.ordered_on && *record.ordered_on > today)
    errors.push_back({"/ordered_on", "in_the_future", "This day has not come yet."});
  return errors;
}

ReportAttendance attendance(std::span<const ReportSession> sessions) {
  const auto many = [&](Verdict verdict) {
    return std::count_if(sessions.begin(), sessions.end(),
                         [&](const ReportSession& s) { return s.verdict == verdict; });
  };
  ReportAttendance all{};
  all.sessions = static_cast<std::int64_t>(sessions.size());
  all.attended = many(Verdict::attended);
  all.excused = many(Verdict::excused);
  all.unexcused = many(Verdict::unexcused);
  all.turned_away = many(Verdict::turned_away);
  all.cancelled_by_program = many(Verdict::cancelled_by_program);
  all.not_recorded = many(Verdict::expected);
  all.counted = all.attended + all.excused + all.unexcused + all.turned_away;
  return all;
}

ReportHours hours(std::span<const Minute> sessions) {
  ReportHours all{};
  for (const auto& session : sessions) {
    if (!session.counts || !counted(session.verdict)) continue;
    ++all.counted;
    all.scheduled_minutes += session.scheduled;
    if (session.verdict != Verdict::attended) continue;
    ++all.attended;
    all.credited_minutes += session.credited;
  }
  return all;
}

}  // namespace circled::disclosures::rules
