#pragma once
#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::calendar {

void routes(api::Table& table, access::Context& context);
// Of the course of a client's care: called by routes().
void course_routes(api::Table& table, access::Context& context);

// Tells `reminders` what a session is to it: which version is current, where an answer goes.
void handle_subjects();

}  // namespace circled::calendar
