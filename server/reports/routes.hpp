#pragma once
#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::reports {

void routes(api::Table& table, access::Context& context);

}  // namespace circled::reports
