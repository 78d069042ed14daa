// One side of a copy: a connection, and what the engine says of the tables in it. Private to the room.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "store/open.hpp"

namespace circled::store {

struct Column {
  enum Kind { whole, flag, real, text } kind;
  std::string name;
};

struct Table {
  std::string name;
  std::vector<Column> columns;         // in the schema's order
  std::vector<std::size_t> key;        // which of them are the primary key, in the key's order
  std::vector<std::string> refers_to;  // names of tables whose rows must be there first
};

class Side {
 public:
  virtual ~Side() = default;
  virtual Connection& connection() = 0;

  // In the order in which they were made. Not those that belong to the database instead of the programme.
  virtual std::vector<Table> tables() = 0;

  // The rest is a target's. It is in a transaction from the beginning to keep(); without that, nothing stays.
  virtual void finish(const std::vector<Table>& tables) = 0;  // new ids come after those that were inserted
  virtual void keep() = 0;
};

std::unique_ptr<Side> sqlite_source(const std::filesystem::path& file);
std::unique_ptr<Side> postgres_source(const std::string& uri);
std::unique_ptr<Side> sqlite_target(const std::filesystem::path& file);
// Brings the schema up to date first.
std::unique_ptr<Side> postgres_target(const std::string& uri);

// The first table there, of any schema of ours, that has rows; empty when none has.
std::string first_kept_in_postgres(const std::string& uri);
std::int64_t others_connected_postgres(const std::string& uri);

// `position` is the column's place in the primary key, from 1; 0: it is no part of it.
void add_column(Table& table, Column column, std::int64_t position);

// A name as it is written in SQL.
std::string sql_name(std::string_view name);

}  // namespace circled::store
