// What an operator does on the command line beside serving: import meeting lists, keep accounts. Each is
// one request, a JSON object whose "command" names it; it runs inside the server when one works in the
// data folder (through the admin socket), else in the command's own process. Both run `administer`.
#pragma once
#include <functional>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "store/store.hpp"

namespace circled::app {

struct AdminContext {
  Store& store;
  const Clock& clock;
};

// A line for the operator while it runs.
using Progress = std::function<void(std::string_view)>;

// Runs the request and answers what it did; blocks, so never on an I/O thread.
// Errors: those of the operation; invalid for a command that does not exist.
Result<json::value> administer(const AdminContext& context, const json::object& request,
                               const Progress& progress);

}  // namespace circled::app
