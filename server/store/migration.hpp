// Numbered migrations, embedded in the binary from schema/<engine>/ with a hash of their content.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace circled::store {

class Snapshot;

struct Migration {
  int number;
  std::string_view name;    // "0001_first"
  std::string_view sha256;  // of the file's bytes
  std::string_view sql;
};

std::span<const Migration> sqlite_migrations();
std::span<const Migration> postgres_migrations();

// Those of `known` that the database has yet to get. Throws OpenError, one line about `place`, when it has
// others than this binary knows.
std::span<const Migration> lacking(Snapshot& db, std::span<const Migration> known, const std::string& place);

}  // namespace circled::store
