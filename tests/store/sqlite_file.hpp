// For tests of the SQLite engine's files: opening, damaging and looking at them from outside.
#pragma once
#include <doctest/doctest.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "store/sqlite.hpp"
#include "support/store.hpp"
#include "support/text.hpp"

namespace circled::test {

struct Files {
  TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "circled.sqlite3";
  const std::filesystem::path copy = folder.path() / "copy.sqlite3";
};

// What the opening of `file` was refused with; "" when it was not.
inline std::string refusal(const std::filesystem::path& file,
                           std::span<const store::Migration> migrations = store::sqlite_migrations()) {
  try {
    store::SqliteStore opened({file}, migrations);
  } catch (const store::OpenError& e) {
    return e.what();
  }
  return "";
}

// Overwrites from `offset` on.
inline void scribble(const std::filesystem::path& file, std::size_t offset, std::string_view content) {
  std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
  out.seekp(static_cast<std::streamoff>(offset));
  out << content;
}

inline unsigned mode(const std::filesystem::path& file) {
  struct stat found {};
  return ::stat(file.c_str(), &found) == 0 ? found.st_mode & 0777u : 0u;
}

// Some other SQLite program at the same file; foreign keys are not enforced.
inline void by_hand(const std::filesystem::path& file, const std::string& sql) {
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(sql);
}

inline SiteId write_site(Store& store, const std::string& name) {
  return store.write_now("test", [&](Transaction& tx) -> Result<SiteId> { return add_site(tx, name); })
      .value();
}

inline std::vector<std::string> sites(Store& store) {
  return store.read_now(
      [](Snapshot& db) { return db.all<std::string>("SELECT name FROM site ORDER BY name"); });
}

}  // namespace circled::test
