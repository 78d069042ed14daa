// The lists that these tests read: small ones of our own with every defect, and two real ones where
// they lie beside the repository.
#pragma once
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace circled::test {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in.good(), path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string own_list(const std::string& name) {
  return read_file(std::filesystem::path(CIRCLED_SOURCE_DIR) / "tests" / "data" / name);
}

// Nothing, with a word about it, where the real lists are not at hand.
inline std::optional<std::string> real_list(const std::string& name) {
  const auto path = std::filesystem::path(CIRCLED_SOURCE_DIR) / ".." / "shared" / "data" / "meetings" / name;
  for (const auto& found : {path, std::filesystem::path(CIRCLED_SOURCE_DIR) / ".." / ".." / "shared" / "data" /
                                      "meetings" / name})
    if (std::filesystem::exists(found)) return read_file(found);
  MESSAGE("there is no " << name << " beside the repository: the small lists of tests/data stand in");
  return std::nullopt;
}

}  // namespace circled::test
