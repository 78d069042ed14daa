// The server's key as a file that an operator keeps: 32 bytes that nobody else reads.
#pragma once
#include <filesystem>
#include <string>

namespace circled::app {

// Throws StartError; `remedy` says where it should have come from.
std::string read_key(const std::filesystem::path& file, const std::string& remedy);

// A new 0600 file that is on disk when this returns. Throws StartError, also when there is one already.
void write_key(const std::filesystem::path& file, const std::string& key);

}  // namespace circled::app
