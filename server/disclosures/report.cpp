#include "disclosures/report.hpp"

#include <algorithm>

#include "disclosures/rules.hpp"

namespace circled::disclosures {
namespace {

struct SessionFacts {
  Instant starts_at, ends_at;
  std::string what;
  calendar::Kind kind;
  bool counts;
  calendar::Verdict verdict;
  std::optional<std::int64_t> credited;
};
BOOST_DESCRIBE_STRUCT(SessionFacts, (), (starts_at, ends_at, what, kind, counts, verdict, credited))

std::vector<SessionFacts> sessions(Snapshot& db, ClientId client, Instant from, Instant until, Instant now) {
  return db.all<SessionFacts>(
      "SELECT s.starts_at, s.ends_at, v.neutral_name, s.kind, v.counts, p.verdict, p.credited_minutes "
      "FROM participant p JOIN session s ON s.id = p.session_id JOIN service v ON v.id = s.service_id "
      "WHERE p.client_id = $1 AND p.starts_at >= $2 AND p.starts_at < $3 AND p.starts_at <= $4 "
      "AND (s.status <> 'cancelled' OR p.verdict = 'cancelled_by_program') ORDER BY p.starts_at, s.id",
      client, from, until, now);
}

void put_sessions(DisclosureReport& report, const std::vector<SessionFacts>& rows, const Zone& zone,
                  bool attendance, bool hours) {
  std::vector<ReportSession> lines;
  std::vector<rules::Minute> minutes;
  for (const auto& row : rows) {
    const std::int64_t credited = row.credited.value_or(0);
    lines.push_back({zone.date(row.starts_at), row.what, row.kind, row.verdict, {}});
    if (hours) lines.back().credited_minutes = credited;
    minutes.push_back({row.verdict, row.counts, credited,
                       std::chrono::floor<Minutes>(row.ends_at - row.starts_at).count()});
  }
  if (attendance) {
    report.attendance = rules::attendance(lines);
    report.sessions = std::move(lines);
  }
  if (hours) report.hours = rules::hours(minutes);
}

// Days outside the report's own are not told, not even as the beginning of what goes on within them.
template <class T>
void cut(std::vector<T>& stretches, Date from, Date until) {
  for (auto& stretch : stretches) {
    stretch.from = std::max(stretch.from, from);
    if (stretch.until && *stretch.until > until) stretch.until.reset();
  }
}

void put_phases(Snapshot& db, DisclosureReport& report, ClientId client) {
  report.phases = db.all<ReportPhase>(
      "SELECT p.phase, p.from_on, p.until_on FROM episode e JOIN phase p ON p.episode_id = e.id "
      "WHERE e.client_id = $1 AND p.from_on <= $3 AND (p.until_on IS NULL OR p.until_on >= $2) "
      "ORDER BY p.from_on, p.id",
      client, report.from, report.until);
  cut(*report.phases, report.from, report.until);
  report.levels = db.all<ReportLevel>(
      "SELECT l.level, l.from_on, l.until_on FROM episode e JOIN care_level l ON l.episode_id = e.id "
      "WHERE e.client_id = $1 AND l.from_on <= $3 AND (l.until_on IS NULL OR l.until_on >= $2) "
      "ORDER BY l.from_on, l.id",
      client, report.from, report.until);
  cut(*report.levels, report.from, report.until);
}

void put_enrolments(Snapshot& db, DisclosureReport& report, ClientId client) {
  // One that was ended on the day before its first never came to be.
  report.enrolments = db.all<ReportEnrolment>(
      "SELECT v.neutral_name, e.from_on, e.until_on FROM enrolment e "
      "JOIN therapy_group g ON g.id = e.group_id JOIN service v ON v.id = g.service_id "
      "WHERE e.client_id = $1 AND e.from_on <= $3 AND (e.until_on IS NULL OR (e.until_on >= $2 AND "
      "e.until_on >= e.from_on)) ORDER BY e.from_on, e.id",
      client, report.from, report.until);
  cut(*report.enrolments, report.from, report.until);
}

}  // namespace

DisclosureReport compile(Snapshot& db, const people::Consent& consent, const Scope& scope, Instant now) {
  const Zone zone = people::consent_zone(db, consent.client);
  DisclosureReport report;
  const auto [preferred, family] = *db.one<std::tuple<std::string, std::string>>(
      "SELECT preferred_name, family_name FROM client WHERE person_id = $1", consent.client);
  report.client_name = family.empty() ? preferred : preferred + " " + family;
  report.from = scope.from;
  report.until = scope.until;
  report.zone = zone.name();
  report.consent = consent;
  report.consent.paper.reset();  // where we keep it is nobody else's business
  report.notice = notice;

  const auto told = [&](ConsentKind kind) {
    return std::find(scope.kinds.begin(), scope.kinds.end(), kind) != scope.kinds.end() &&
           std::find(consent.kinds.begin(), consent.kinds.end(), kind) != consent.kinds.end();
  };
  for (const auto kind : scope.kinds)
    if (told(kind)) report.kinds.push_back(kind);
  if (told(ConsentKind::attendance) || told(ConsentKind::hours))
    put_sessions(report,
                 sessions(db, consent.client, zone.start_of(scope.from),
                          zone.start_of(scope.until + std::chrono::days(1)), now),
                 zone, told(ConsentKind::attendance), told(ConsentKind::hours));
  if (told(ConsentKind::phase)) put_phases(db, report, consent.client);
  if (told(ConsentKind::enrolment)) put_enrolments(db, report, consent.client);
  return report;
}

}  // namespace circled::disclosures
