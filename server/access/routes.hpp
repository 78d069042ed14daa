// The routes of access: signing in and out, one's own sign-ins and password, enrolment of clients' devices,
// kiosks and cards, the audit trail.
#pragma once
#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::access {

// `context` outlives the table.
void routes(api::Table& table, Context& context);
// Of these, in files of their own: called by `routes`.
void kiosk_routes(api::Table& table, Context& context);
void password_routes(api::Table& table, Context& context);
void audit_routes(api::Table& table, Context& context);

}  // namespace circled::access
