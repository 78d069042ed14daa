#pragma once
#include "access/context.hpp"
#include "api/route.hpp"
#include "live/commands.hpp"

namespace circled::attendance {

void routes(api::Table& table, access::Context& context);
// Of these, in a file of its own: called by `routes`.
void check_in_routes(api::Table& table, access::Context& context);

void commands(live::Commands& commands, access::Context& context);

}  // namespace circled::attendance
