// The routes of aftercare: looking up meetings, a client's own choices, and what their counselor sees.
#pragma once
#include "access/context.hpp"
#include "api/route.hpp"
#include "live/commands.hpp"

namespace circled::aftercare {

// `context` outlives the table.
void routes(api::Table& table, access::Context& context);
// The parts of it that have a file of their own.
void feed_routes(api::Table& table, access::Context& context);
void meeting_routes(api::Table& table, access::Context& context);
void support_routes(api::Table& table, access::Context& context);
void plan_routes(api::Table& table, access::Context& context);
void self_check_routes(api::Table& table, access::Context& context);

void commands(live::Commands& commands, access::Context& context);
// The parts of it.
void support_commands(live::Commands& commands, access::Context& context);
void self_check_commands(live::Commands& commands, access::Context& context);

// What clients may say over their live connection.
void commands(live::Commands& commands, access::Context& context);

// Registers occurrences and self-checks as subjects of reminders, and what a discharge ends here; once, at
// start-up.
void handle_subjects();

}  // namespace circled::aftercare
