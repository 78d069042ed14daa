#pragma once
#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::people {

void routes(api::Table& table, access::Context& context);
// Of what is known about a client's care: called by routes().
void care_routes(api::Table& table, access::Context& context);
void consent_routes(api::Table& table, access::Context& context);         // part of routes()
void enquiry_routes(api::Table& table, access::Context& context);         // part of routes()
void on_call_routes(api::Table& table, access::Context& context);         // part of routes()
void outside_routes(api::Table& table, access::Context& context);         // part of routes()
void record_opening_routes(api::Table& table, access::Context& context);  // part of routes()
void staff_account_routes(api::Table& table, access::Context& context);   // part of routes()

}  // namespace circled::people
