#pragma once
#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::tasks {

void routes(api::Table& table, access::Context& context);

}  // namespace circled::tasks
