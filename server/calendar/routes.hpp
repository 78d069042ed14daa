#pragma once
#include "access/context.hpp"
#include "api/route.hpp"
#include "live/commands.hpp"

namespace circled::calendar {

void routes(api::Table& table, access::Context& context);
// Of these, in files of their own: called by `routes`.
void group_routes(api::Table& table, access::Context& context);
void availability_routes(api::Table& table, access::Context& context);
void slots_routes(api::Table& table, access::Context& context);
void course_routes(api::Table& table, access::Context& context);
void waitlist_routes(api::Table& table, access::Context& context);
void bad_day_routes(api::Table& table, access::Context& context);
void seat_routes(api::Table& table, access::Context& context);
void services_routes(api::Table& table, access::Context& context);
void group_merge_routes(api::Table& table, access::Context& context);

void commands(live::Commands& commands, access::Context& context);

// Tells `reminders` what a session is to it: which version is current, where an answer goes.
void handle_subjects();

}  // namespace circled::calendar
