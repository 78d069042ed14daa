#include <doctest/doctest.h>

#include <fstream>

#include "app/options.hpp"

using namespace circled;

TEST_CASE("README's table names every key with its flag, variable and default") {
  std::ifstream in(std::string(CIRCLED_SOURCE_DIR) + "/README.md");
  std::vector<std::string> rows;
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("| `--")) rows.push_back(line);
  std::vector<std::string> expected;
  for (const auto& key : app::option_keys()) {
    std::string variable = "CIRCLED_";
    for (const char c : key.name) variable += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    std::string begin = "| `" + key.flag() + "` | `" + variable + "` | `" + std::string(key.name) + "` | ";
    if (!key.default_value.empty()) begin += "`" + std::string(key.default_value) + "` ";
    expected.push_back(begin);
  }
  REQUIRE(rows.size() == expected.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(rows[i]);
    CHECK(rows[i].starts_with(expected[i]));
  }
}
