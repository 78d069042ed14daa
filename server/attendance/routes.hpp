#pragma once
#include "access/context.hpp"
#include "api/route.hpp"
#include "live/commands.hpp"

namespace circled::attendance {

void routes(api::Table& table, access::Context& context);
// The parts of it that have a file of their own.
void policy_routes(api::Table& table, access::Context& context);
void record_routes(api::Table& table, access::Context& context);
void follow_up_routes(api::Table& table, access::Context& context);
void hours_routes(api::Table& table, access::Context& context);
void make_up_routes(api::Table& table, access::Context& context);
void check_in_routes(api::Table& table, access::Context& context);

void commands(live::Commands& commands, access::Context& context);

}  // namespace circled::attendance
