// What the reminders room offers over HTTP and over a live connection.
#pragma once
#include "access/context.hpp"
#include "api/route.hpp"
#include "live/commands.hpp"

namespace circled::reminders {

void routes(api::Table& table, access::Context& context);
void commands(live::Commands& commands, access::Context& context);

}  // namespace circled::reminders
