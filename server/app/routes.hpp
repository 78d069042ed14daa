// Every route of the server, room by room, and the few that belong to no room: whether it lives, whether
// it is ready, its figures, its API's document.
#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <string>

#include "access/context.hpp"
#include "api/route.hpp"
#include "live/commands.hpp"
#include "reminders/settings.hpp"

namespace circled::app {

// The state that the server's own routes tell about. Outlives the table.
struct Operations {
  // Empty when the server can do its work; else why not, for whoever watches it.
  std::function<std::string()> not_ready;
  // The text of /metrics.
  std::function<Task<std::string>()> metrics;
  std::string openapi;   // set once the table is complete
  std::string api_docs;  // the page, read at start
  reminders::Ways ways;  // by which reminders leave the house
};

// Puts every row into the table. `context` and `operations` outlive it.
void routes(api::Table& table, access::Context& context, Operations& operations);

// The commands of the live protocol, likewise.
void commands(live::Commands& commands, access::Context& context);

// What the rooms do with answers to reminders; once, before the first reminder is sent or planned.
void handle_subjects();

// The built pages' own viewer of the API, or a page that says what is missing.
std::string api_docs_page(const std::filesystem::path& web);

}  // namespace circled::app
