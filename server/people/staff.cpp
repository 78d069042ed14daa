#include "people/staff.hpp"

#include "live/emit.hpp"
#include "places/place.hpp"

namespace circled::people {

std::vector<Staff> staff(Snapshot& db, std::optional<SiteId> site) {
  if (site)
    return db.all<Staff>(
        "SELECT person_id, name, role, site_id, active FROM staff WHERE site_id = $1 ORDER BY name, "
        "person_id",
        *site);
  return db.all<Staff>("SELECT person_id, name, role, site_id, active FROM staff ORDER BY name, person_id");
}

std::optional<Staff> staff_member(Snapshot& db, StaffId id) {
  return db.one<Staff>("SELECT person_id, name, role, site_id, active FROM staff WHERE person_id = $1", id);
}

Result<Staff> add_staff(Transaction& tx, const access::Actor& actor, const NewStaff& staff, Instant now) {
  if (!api::StaffMember::accepts(staff.role))
    return invalid("/role", "not_a_choice", "This must be a role of somebody who works here.");
  if (!places::site(tx, staff.site)) return invalid("/site", "not_found", "There is no such site.");
  const auto id = *tx.one<StaffId>("INSERT INTO person (kind) VALUES ('staff') RETURNING id");
  tx.run("INSERT INTO staff (person_id, name, role, site_id) VALUES ($1, $2, $3, $4)", id, staff.name,
         staff.role, staff.site);
  access::audit(tx, actor, "staff.add", "staff", id.value, now);
  live::hint(tx, "staff.changed", id.value, staff.site);
  return *staff_member(tx, id);
}

}  // namespace circled::people
