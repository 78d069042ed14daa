// The engine that the tests run on: SQLite in a temporary folder, or, where CIRCLED_ENGINE says "postgres", a
// fresh database of the PostgreSQL server that CIRCLED_POSTGRES names, or the file CIRCLED_POSTGRES_FILE
// holds.
#pragma once
#include <doctest/doctest.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/token.hpp"
#include "store/open.hpp"
#include "store/postgres_connection.hpp"

namespace circled::test {

// A new folder under the system's temporary one, gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("circled-test-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::create_directory(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline bool on_postgres() {
  const char* engine = std::getenv("CIRCLED_ENGINE");
  return engine && std::string_view(engine) == "postgres";
}

// For a test of something that one engine alone has.
inline void only_on_sqlite(const char* why) {
  const std::string text = std::string("left out on PostgreSQL: ") + why;
  MESSAGE(text);
}

// Databases of the server under test. Their names begin with this process's number.
class Databases {
 public:
  static std::string uri(const std::string& database);
  // An empty one.
  static std::string make();
  // One that has the schema and nothing in it: one that was given back, or a copy, which is quicker than
  // building the schema each time.
  static std::string make_ready();
  // Emptied for the next who wants a ready one, which takes a tenth of making it; or dropped, when somebody
  // is still in it or its schema is not what it was.
  static void give_back(const std::string& ready);
  // That of a data folder: the same for the same folder.
  static std::string of_folder(const std::string& folder);
  static void drop(const std::string& database);
};

// Somewhere empty to keep data, with the schema in it where that takes time; gone with the object.
class FreshPlace {
 public:
  FreshPlace() {
    initialise_crypto();
    if (on_postgres()) database_ = Databases::make_ready();
  }
  ~FreshPlace() {
    if (database_.empty()) return;
    try {
      Databases::give_back(database_);
    } catch (const std::exception&) {
      // It goes with the server.
    }
  }
  FreshPlace(const FreshPlace&) = delete;

  const std::filesystem::path& folder() const { return folder_.path(); }
  // What somebody does to the data with another program.
  void run_outside(const std::string& sql) const {
    if (database_.empty())
      SQLite::Database(place().file.string(), SQLite::OPEN_READWRITE).exec(sql);
    else
      store::PostgresConnection(place().uri).script(sql);
  }
  store::Place place() const {
    return {folder_.path() / "circled.sqlite3",
            database_.empty() ? std::string() : Databases::uri(database_)};
  }

 private:
  TemporaryFolder folder_;
  std::string database_;
};

}  // namespace circled::test
