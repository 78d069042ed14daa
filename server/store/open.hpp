// Where the data are, and how a store over them is opened, checked and read. The one place that chooses the
// engine: nobody above knows which it is.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/open_error.hpp"
#include "store/store.hpp"

namespace circled::store {

struct Place {
  std::filesystem::path file;  // SQLite's, when there is no uri
  std::string uri;             // "postgres://db.example/circled"; libpq's, without a password

  bool local() const { return uri.empty(); }
};

struct Tuning {
  std::size_t commit_batch = 64;
  std::size_t queue = 4096;
  std::size_t writers = 1;  // where several connections can write
  std::size_t readers = 4;
};

// What is wrong with such an address ("must be …"), or nothing.
std::string check_uri(const std::string& uri);

// Opens it, or creates it where that can be done, and brings its schema up to date. Throws OpenError.
std::unique_ptr<Store> open(const Place& place, const Tuning& tuning = {});

// Whether there is anything to open. Throws OpenError when that cannot be found out.
bool exists(const Place& place);

// What is wrong with the data by themselves: integrity and references. Empty when all is well. Throws
// OpenError when they cannot be read at all.
std::vector<std::string> check(const Place& place);

// Reads one consistent state, also while others write. Throws OpenError.
void read(const Place& place, FunctionRef<void(Snapshot&)> f);

// Copies everything into `target`, a file that does not exist. Throws OpenError; where the engine has a tool
// of its own for that, it names it.
void backup(const Place& place, const std::filesystem::path& target);

}  // namespace circled::store
