#include "access/audit_list.hpp"

#include <limits>

namespace circled::access {
namespace {

using Found = std::tuple<AuditId, Instant, std::optional<AccountId>, std::optional<std::string>, std::string,
                         std::string, std::int64_t, std::string, std::string>;

AuditEntry entry(Found&& row) {
  auto& [id, at, account, name, action, kind, subject, detail, request_id] = row;
  return {id,
          at,
          account,
          std::move(name),
          std::move(action),
          std::move(kind),
          subject,
          boost::json::parse(detail),
          std::move(request_id)};
}

}  // namespace

std::vector<AuditEntry> audit_entries(Snapshot& db, const std::optional<AuditSubject>& subject,
                                      AuditId before, std::int64_t limit) {
  const AuditId below = before ? before : AuditId(std::numeric_limits<std::int64_t>::max());
  std::vector<AuditEntry> entries;
  const auto keep = [&](Found row) { entries.push_back(entry(std::move(row))); };
  // Two texts, so that each walks its own index backwards.
  if (subject) {
    db.each<Found>(
        keep,
        "SELECT e.id, e.at, e.account_id, COALESCE(st.name, c.preferred_name, k.name), e.action, "
        "e.subject_kind, "
        "e.subject_id, e.detail, e.request_id FROM audit e "
        "LEFT JOIN account a ON a.id = e.account_id LEFT JOIN staff st ON st.person_id = a.person_id "
        "LEFT JOIN client c ON c.person_id = a.person_id LEFT JOIN kiosk k ON k.person_id = a.person_id "
        "WHERE e.subject_kind = $1 AND e.subject_id = $2 AND e.id < $3 ORDER BY e.id DESC LIMIT $4",
        subject->kind, subject->id, below, limit);
  } else {
    db.each<Found>(
        keep,
        "SELECT e.id, e.at, e.account_id, COALESCE(st.name, c.preferred_name, k.name), e.action, "
        "e.subject_kind, "
        "e.subject_id, e.detail, e.request_id FROM audit e "
        "LEFT JOIN account a ON a.id = e.account_id LEFT JOIN staff st ON st.person_id = a.person_id "
        "LEFT JOIN client c ON c.person_id = a.person_id LEFT JOIN kiosk k ON k.person_id = a.person_id "
        "WHERE e.id < $1 ORDER BY e.id DESC LIMIT $2",
        below, limit);
  }
  return entries;
}

}  // namespace circled::access
