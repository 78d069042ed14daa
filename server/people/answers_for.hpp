// Who is told when something about a site's clients needs somebody who answers for the work there.
#pragma once
#include <vector>

#include "store/transaction.hpp"

namespace circled::people {

// Supervisors of the site; where it has none, its administrators; where it has neither, every administrator:
// somebody must know.
std::vector<StaffId> who_answers_for(Snapshot& db, SiteId site);

}  // namespace circled::people
