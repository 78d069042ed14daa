#pragma once
#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::attendance {

// Hours by level of care, the rules they are judged by, and make-ups.
void hours_routes(api::Table& table, access::Context& context);
void make_up_routes(api::Table& table, access::Context& context);

}  // namespace circled::attendance
