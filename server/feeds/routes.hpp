// The HTTP rows of calendar feeds.
#pragma once
#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::feeds {

// `context` outlives the table.
void routes(api::Table& table, access::Context& context);

}  // namespace circled::feeds
