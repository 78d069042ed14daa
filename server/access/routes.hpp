// The routes of access: signing in and out, one's own sign-ins, enrolment of clients' devices, the
// audit trail.
#pragma once
#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::access {

// `context` outlives the table.
void routes(api::Table& table, Context& context);

}  // namespace circled::access
