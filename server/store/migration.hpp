// Numbered migrations, embedded in the binary from schema/<engine>/ with a hash of their content.
#pragma once
#include <span>
#include <string_view>

namespace circled::store {

struct Migration {
  int number;
  std::string_view name;    // "0001_first"
  std::string_view sha256;  // of the file's bytes
  std::string_view sql;
};

std::span<const Migration> sqlite_migrations();
std::span<const Migration> postgres_migrations();

}  // namespace circled::store
