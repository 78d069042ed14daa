#include "people/answers_for.hpp"

#include "api/identity.hpp"

namespace circled::people {

std::vector<StaffId> who_answers_for(Snapshot& db, SiteId site) {
  for (const api::Role role : {api::Role::supervisor, api::Role::admin}) {
    auto found = db.all<StaffId>(
        "SELECT person_id FROM staff WHERE site_id = $1 AND role = $2 AND active ORDER BY person_id", site,
        role);
    if (!found.empty()) return found;
  }
  return db.all<StaffId>("SELECT person_id FROM staff WHERE role = 'admin' AND active ORDER BY person_id");
}

}  // namespace circled::people
