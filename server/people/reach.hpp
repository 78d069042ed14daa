// Who may reach whom (42 CFR §2.12(c)(3): communication within a programme, on a need to know).
#pragma once
#include "api/identity.hpp"
#include "store/transaction.hpp"

namespace circled::people {

// Whether this staff member may see and book the client: administrators and supervisors of any site;
// clinicians and counselors when the client is assigned to them now, or shares a session with them;
// front desk: any client of their own site, for who, when and where only. Others never.
// A `false` is answered as not_found: forbidden and missing look alike.
bool reaches(Snapshot& db, const api::Identity& who, ClientId client, Instant now);

// Whether that member of staff works here, treats clients and may know of this one: who can be given work
// about them.
bool works_with(Snapshot& db, StaffId staff, ClientId client, Instant now);

// Of the members of staff who work here and have the client now, the one who got them last.
std::optional<StaffId> counselor_of(Snapshot& db, ClientId client, Instant now);

}  // namespace circled::people
