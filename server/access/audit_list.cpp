#include "access/audit_list.hpp"

#include <limits>

namespace circled::access {
namespace {

using Found = std::tuple<AuditId, Instant, std::optional<AccountId>, std::optional<std::string>, std::string,
                         std::string, std::int64_t, std::optional<std::string>, std::string, std::string>;

AuditEntry entry(Found&& row) {
  auto& [id, at, account, name, action, kind, subject, subject_name, detail, request_id] = row;
  return {id,
          at,
          account,
          std::move(name),
          std::move(action),
          std::move(kind),
          subject,
          std::move(subject_name),
          boost::json::parse(detail),
          std::move(request_id)};
}

// Where a page begins: before this instant, and at it before this id.
struct Place {
  Instant at;
  AuditId id;
};

std::optional<Place> begins(Snapshot& db, const AuditQuery& query, AuditId before) {
  const Instant end = query.until.value_or(from_millis(std::numeric_limits<std::int64_t>::max()));
  // At `until` itself nothing is before the smallest id.
  if (!before) return Place{end, AuditId(0)};
  const auto at = db.one<Instant>("SELECT at FROM audit WHERE id = $1", before);
  if (!at) return std::nullopt;
  return *at < end ? Place{*at, before} : Place{end, AuditId(0)};
}

// The index goes by what is asked first: $1 is the subject's id or the account.
#define CIRCLED_AUDIT(WHERE)                                                                           \
  "SELECT e.id, e.at, e.account_id, COALESCE(st.name, c.preferred_name, k.name), e.action, "           \
  "e.subject_kind, e.subject_id, "                                                                     \
  "CASE WHEN e.subject_kind = 'client' THEN sc.preferred_name || ' ' || sc.family_name "               \
  "WHEN e.subject_kind IN ('staff', 'account') THEN ss.name END, e.detail, e.request_id FROM audit e " \
  "LEFT JOIN account a ON a.id = e.account_id LEFT JOIN staff st ON st.person_id = a.person_id "       \
  "LEFT JOIN client c ON c.person_id = a.person_id LEFT JOIN kiosk k ON k.person_id = a.person_id "    \
  "LEFT JOIN client sc ON e.subject_kind = 'client' AND sc.person_id = e.subject_id "                  \
  "LEFT JOIN account sa ON e.subject_kind = 'account' AND sa.id = e.subject_id "                       \
  "LEFT JOIN staff ss ON ss.person_id = CASE WHEN e.subject_kind = 'staff' THEN e.subject_id ELSE "    \
  "sa.person_id END "                                                                                  \
  "WHERE " WHERE                                                                                       \
  "e.at >= $2 AND (e.at, e.id) < ($3, $4) AND ($5 = '' OR e.action = $5) "                             \
  "AND (NOT $6 OR e.action LIKE '%.view%') ORDER BY e.at DESC, e.id DESC LIMIT $7"

}  // namespace

std::vector<AuditEntry> audit_entries(Snapshot& db, const AuditQuery& query, AuditId before,
                                      std::int64_t limit) {
  std::vector<AuditEntry> entries;
  const auto place = begins(db, query, before);
  if (!place) return entries;
  const Instant from = query.from.value_or(from_millis(std::numeric_limits<std::int64_t>::min()));
  std::optional<AccountId> actor;
  if (query.person) {
    actor = db.one<AccountId>("SELECT id FROM account WHERE person_id = $1", *query.person);
    if (!actor) return entries;
  }
  const auto keep = [&](Found row) { entries.push_back(entry(std::move(row))); };
  if (query.subject && actor)
    db.each<Found>(keep,
                   CIRCLED_AUDIT("e.subject_id = $1 AND e.subject_kind = $8 AND e.account_id = $9 AND "),
                   query.subject->id, from, place->at, place->id, query.action, query.views, limit,
                   query.subject->kind, *actor);
  else if (query.subject)
    db.each<Found>(keep, CIRCLED_AUDIT("e.subject_id = $1 AND e.subject_kind = $8 AND "), query.subject->id,
                   from, place->at, place->id, query.action, query.views, limit, query.subject->kind);
  else if (actor)
    db.each<Found>(keep, CIRCLED_AUDIT("e.account_id = $1 AND "), *actor, from, place->at, place->id,
                   query.action, query.views, limit);
  else
    db.each<Found>(keep, CIRCLED_AUDIT(""), std::int64_t{0}, from, place->at, place->id, query.action,
                   query.views, limit);
  return entries;
}

}  // namespace circled::access
