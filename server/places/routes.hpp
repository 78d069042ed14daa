#pragma once
#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::places {

void routes(api::Table& table, access::Context& context);
void closure_import_routes(api::Table& table, access::Context& context);  // part of routes()
void help_routes(api::Table& table, access::Context& context);            // part of routes()
void settings_routes(api::Table& table, access::Context& context);        // part of routes()

}  // namespace circled::places
