#pragma once
#include "access/context.hpp"
#include "api/route.hpp"

namespace circled::disclosures {

void routes(api::Table& table, access::Context& context);

}  // namespace circled::disclosures
