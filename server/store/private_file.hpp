// Files that nobody but their owner reads, and names that outlive a power cut.
#pragma once
#include <filesystem>
#include <string_view>

namespace circled::store {

// Makes an empty 0600 file unless there is one; SQLite gives a database's log the same mode. (Not by
// umask, which is the whole process's.) Throws OpenError.
void make_private(const std::filesystem::path& file);

// A 0600 file with these bytes, that appears whole or not at all, and is on disk when this returns.
// Throws OpenError.
void write_private(const std::filesystem::path& file, std::string_view bytes);

// What a name new in a folder needs. Throws OpenError.
void sync_folder(const std::filesystem::path& folder);

}  // namespace circled::store
