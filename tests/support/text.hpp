// Texts, and files of text, as tests look at them.
#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace circled::test {

using Texts = std::vector<std::string>;

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// All of it, as it lies there. Throws where it cannot be read.
inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file.string() + " cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

// In place of what was there.
inline void write_file(const std::filesystem::path& file, std::string_view content) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

}  // namespace circled::test
