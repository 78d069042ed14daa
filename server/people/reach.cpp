#include "people/reach.hpp"

#include "people/staff.hpp"

namespace circled::people {

bool reaches(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  using api::Role;
  switch (who.role) {
    case Role::admin:
    case Role::supervisor:
      return db.one<std::int64_t>("SELECT 1 FROM client WHERE person_id = $1", client).has_value();
    case Role::front_desk:
      return db
          .one<std::int64_t>("SELECT 1 FROM client WHERE person_id = $1 AND site_id = $2", client, who.site)
          .has_value();
    case Role::clinician:
    case Role::counselor:
      // Facilitating a session for somebody is a need to know of its own, before an assignment and
      // after it; that is why this looks at the calendar's rows.
      return db
          .one<std::int64_t>(
              "SELECT 1 FROM assignment WHERE client_id = $1 AND staff_id = $2 AND from_at <= $3 "
              "AND (until_at IS NULL OR until_at > $3) "
              "UNION ALL "
              "SELECT 1 FROM participant p JOIN facilitator f ON f.session_id = p.session_id "
              "WHERE p.client_id = $1 AND f.staff_id = $2 LIMIT 1",
              client, who.person, now)
          .has_value();
    default: return false;
  }
}

bool works_with(Snapshot& db, StaffId staff, ClientId client, Instant now) {
  const auto found = staff_member(db, staff);
  if (!found || !found->active || !api::Counselor::accepts(found->role)) return false;
  api::Identity them;
  them.person = staff;
  them.role = found->role;
  them.site = found->site;
  return reaches(db, them, client, now);
}

std::optional<StaffId> counselor_of(Snapshot& db, ClientId client, Instant now) {
  return db.one<StaffId>(
      "SELECT a.staff_id FROM assignment a JOIN staff s ON s.person_id = a.staff_id "
      "WHERE a.client_id = $1 AND a.from_at <= $2 AND (a.until_at IS NULL OR a.until_at > $2) AND s.active "
      "ORDER BY a.from_at DESC, a.id DESC LIMIT 1",
      client, now);
}

}  // namespace circled::people
