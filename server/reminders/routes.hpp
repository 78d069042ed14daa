// What the reminders room offers over HTTP and over a live connection.
#pragma once
#include "access/context.hpp"
#include "api/route.hpp"
#include "live/commands.hpp"
#include "reminders/settings.hpp"

namespace circled::reminders {

// `ways` outlives the table.
void routes(api::Table& table, access::Context& context, const Ways& ways);
void channel_routes(api::Table& table, access::Context& context, const Ways& ways);
void device_routes(api::Table& table, access::Context& context, const Ways& ways);
void story_routes(api::Table& table, access::Context& context);
void commands(live::Commands& commands, access::Context& context);

}  // namespace circled::reminders
