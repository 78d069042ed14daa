#include "app/routes.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <set>

#include "app/document.hpp"
#include "app/options.hpp"
#include "support/text.hpp"

using namespace circled;
using test::read_file;

namespace {}  // namespace

TEST_CASE("every route says what it does, whose room it is, and who may call it") {
  // Whoever is not signed in may reach these and no others.
  const std::set<std::string> for_anyone{
      "GET /healthz", "GET /readyz", "GET /metrics", "GET /api/openapi.json", "GET /api/docs",
      // Its signature is checked by the handler.
      "POST /api/v1/gateway/messages", "POST /api/v1/sign-in", "POST /api/v1/tokens", "POST /api/v1/devices",
      "POST /api/v1/sign-out", "GET /feeds/{token:text}", "POST /api/v1/kiosk/enrol",
      "POST /api/v1/enquiries", "GET /api/v1/enquiry-sites", "GET /api/v1/help",
      // The code, or the link, is what lets in.
      "POST /api/v1/password-codes/use", "POST /api/v1/answer-link", "POST /api/v1/answer-link/answer"};
  app::with_routes([&](const api::Table& table) {
    CHECK(table.rows().size() > 50);
    for (const auto& row : table.rows()) {
      CAPTURE(row->name);
      CHECK(!row->summary.empty());
      CHECK(!row->summary.ends_with('.'));
      CHECK(!row->tag.empty());
      if (row->caller.empty()) CHECK(for_anyone.contains(row->name));
      const bool ours = row->path.starts_with("/api/") || row->tag == "operations" || row->tag == "feeds";
      CHECK(ours);
    }
  });
}

TEST_CASE("the committed document is the one this binary prints") {
  const std::string committed = read_file(CIRCLED_SOURCE_DIR "/schema/openapi.json");
  app::with_routes([&](const api::Table& table) {
    // Not CHECK(a == b): nobody wants to read both.
    const bool same = api::openapi_text(table) == committed;
    CHECK_MESSAGE(same, "schema/openapi.json is out of date: circled openapi > schema/openapi.json");
  });
}

TEST_CASE("README's table of the configuration is the table of the keys") {
  const std::string readme = read_file(CIRCLED_SOURCE_DIR "/README.md");
  for (const auto& key : app::option_keys()) {
    const std::string initially =
        key.default_value.empty() ? "" : "`" + std::string(key.default_value) + "` ";
    const std::string line = "| `" + key.flag() + "` | `" + key.environment() + "` | `" +
                             std::string(key.name) + "` | " + initially + "| " + std::string(key.meaning) +
                             " |\n";
    CAPTURE(line);
    CHECK(readme.find(line) != std::string::npos);
  }
}
