// Opening a SQLite file: is it ours, is it whole, is its schema the one this binary knows. Private to
// the engine.
#pragma once
#include <filesystem>
#include <memory>
#include <span>

#include "store/migration.hpp"
#include "store/sqlite_connection.hpp"

namespace circled::store {

// Opens or creates the file for writing and applies the migrations it lacks, each in a transaction.
// Throws OpenError.
std::unique_ptr<SqliteConnection> open_writer(const std::filesystem::path& file,
                                              std::span<const Migration> migrations);

}  // namespace circled::store
