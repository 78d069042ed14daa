#pragma once
#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::attendance {

void routes(api::Table& table, access::Context& context);

// Of these, one file for each noun.
void follow_up_routes(api::Table& table, access::Context& context);

}  // namespace circled::attendance
