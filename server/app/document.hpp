// The routes without a server: for the document of the API and for tests of the table itself.
#pragma once
#include <functional>

#include "api/route.hpp"

namespace circled::app {

// Lends the complete table; its rows can be read and not called.
void with_routes(const std::function<void(const api::Table&)>& f);

}  // namespace circled::app
