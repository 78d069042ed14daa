#include <doctest/doctest.h>

#include <fstream>

#include "app/routes.hpp"
#include "base/json.hpp"

using namespace circled;

namespace {

std::string file(const std::string& name) {
  std::ifstream in(std::string(CIRCLED_SOURCE_DIR) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("schema/openapi.json is what the route table says; `circled openapi` writes it anew") {
  CHECK(file("schema/openapi.json") == app::openapi_document());
}

// A route that nobody signs in to is a door: each one stands here on purpose.
TEST_CASE("only these routes are open to anyone") {
  std::vector<std::string> open;
  const auto document = json::parse(app::openapi_document()).value();
  for (const auto& path : document.at("paths").as_object())
    for (const auto& method : path.value().as_object())
      if (method.value().is_object() && method.value().as_object().contains("security") &&
          method.value().at("security").as_array().empty())
        open.push_back(std::string(method.key()) + " " + std::string(path.key()));
  std::sort(open.begin(), open.end());
  CHECK(open == std::vector<std::string>{"get /api/docs", "get /api/openapi.json", "get /healthz", "get /metrics",
                                         "get /readyz", "post /api/v1/devices", "post /api/v1/sign-in",
                                         "post /api/v1/tokens"});
}

TEST_CASE("every route says in a line what it does") {
  const auto document = json::parse(app::openapi_document()).value();
  for (const auto& path : document.at("paths").as_object())
    for (const auto& method : path.value().as_object()) {
      CAPTURE(std::string(path.key()));
      CHECK(method.value().at("summary").as_string().size() > 10);
    }
}
