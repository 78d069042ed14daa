#pragma once
#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::attendance {

void routes(api::Table& table, access::Context& context);

}  // namespace circled::attendance
