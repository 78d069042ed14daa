#include "store/copy.hpp"

#include <sodium.h>

#include <algorithm>
#include <bit>

#include "store/copy_side.hpp"
#include "store/postgres_connection.hpp"
#include "store/postgres_schema.hpp"

namespace circled::store {
namespace {

constexpr std::size_t page_rows = 500;
constexpr std::int64_t say_every = 200'000;  // rows of one table

using Say = FunctionRef<void(const std::string&)>;
using Field = std::variant<std::nullptr_t, std::int64_t, double, std::string>;
using Fields = std::vector<Field>;  // one row, in the order of the table's columns

std::string spoken(const Place& place) { return place.local() ? place.file.string() : spoken_uri(place.uri); }

std::unique_ptr<Side> source_at(const Place& place) {
  return place.local() ? sqlite_source(place.file) : postgres_source(place.uri);
}
std::unique_ptr<Side> target_at(const Place& place) {
  return place.local() ? sqlite_target(place.file) : postgres_target(place.uri);
}

// Whatever an engine throws becomes one line about the place.
template <class F>
auto about(const Place& place, const std::string& what, F f) {
  try {
    return f();
  } catch (const OpenError&) {
    throw;
  } catch (const std::exception& e) {
    throw OpenError(spoken(place) + ": " + what + ": " + e.what());
  }
}

// SQL ----------------------------------------------------------------------------------------------

std::string names(const Table& table) {
  std::string list;
  for (const Column& column : table.columns) list += (list.empty() ? "" : ", ") + sql_name(column.name);
  return list;
}

std::string key_names(const Table& table) {
  std::string list;
  for (const auto i : table.key) list += (list.empty() ? "" : ", ") + sql_name(table.columns[i].name);
  return list;
}

std::string parameters(std::size_t count) {
  std::string list;
  for (std::size_t i = 1; i <= count; ++i) list += (i == 1 ? "$" : ", $") + std::to_string(i);
  return list;
}

// A column of yes and no is bound as such where the engine has it.
Value to_value(const Field& field, Column::Kind kind) {
  switch (field.index()) {
    case 0: return nullptr;
    case 1:
      if (kind == Column::flag) return std::get<std::int64_t>(field) != 0;
      return std::get<std::int64_t>(field);
    case 2: return std::get<double>(field);
    default: return std::string_view(std::get<std::string>(field));
  }
}

Fields fields_of(const Row& row, const Table& table) {
  Fields fields;
  fields.reserve(table.columns.size());
  for (int i = 0; i < row.size(); ++i) {
    if (row.is_null(i)) {
      fields.emplace_back(nullptr);
      continue;
    }
    switch (table.columns[static_cast<std::size_t>(i)].kind) {
      case Column::whole:
      case Column::flag: fields.emplace_back(row.integer(i)); break;
      case Column::real: fields.emplace_back(row.real(i)); break;
      case Column::text: fields.emplace_back(std::string(row.text(i))); break;
    }
  }
  return fields;
}

// Hands over the rows for which `only` holds in the order of the key, some at a time: no side holds a whole
// table in memory.
void each_page(Connection& db, const Table& table, const std::string& only,
               FunctionRef<void(std::span<const Fields>)> each) {
  const std::string select = "SELECT " + names(table) + " FROM " + sql_name(table.name);
  const std::string order = " ORDER BY " + key_names(table) + " LIMIT " + std::to_string(page_rows);
  const std::string after = "(" + key_names(table) + ") > (" + parameters(table.key.size()) + ")";
  std::vector<Fields> page;
  Fields last;
  do {
    const bool first = last.empty();
    std::vector<Value> key;
    if (!first)
      for (const auto i : table.key) key.push_back(to_value(last[i], table.columns[i].kind));
    std::string where = only;
    if (!first) where += (where.empty() ? "" : " AND ") + after;
    page.clear();
    db.execute(select + (where.empty() ? "" : " WHERE " + where) + order, key,
               [&](const Row& row) { page.push_back(fields_of(row, table)); });
    if (page.empty()) return;
    each(page);
    last = std::move(page.back());
  } while (page.size() == page_rows);
}

bool has_rows(Connection& db, const Table& table) {
  bool any = false;
  db.execute("SELECT 1 FROM " + sql_name(table.name) + " LIMIT 1", {}, [&](const Row&) { any = true; });
  return any;
}

// Tables -------------------------------------------------------------------------------------------

// Each after those that it refers to.
std::vector<Table> in_order(std::vector<Table> tables) {
  std::vector<Table> ordered;
  const auto there = [&](const std::string& name) {
    return std::any_of(ordered.begin(), ordered.end(), [&](const Table& t) { return t.name == name; });
  };
  while (!tables.empty()) {
    const auto next = std::find_if(tables.begin(), tables.end(), [&](const Table& table) {
      // A row may refer to another of its own table, if that one is older: they go in the order of the key.
      return std::all_of(table.refers_to.begin(), table.refers_to.end(),
                         [&](const std::string& name) { return name == table.name || there(name); });
    });
    if (next == tables.end())
      throw std::logic_error("tables refer to each other in a circle: " + tables.front().name);
    ordered.push_back(std::move(*next));
    tables.erase(next);
  }
  return ordered;
}

bool same_kind(Column::Kind a, Column::Kind b) {
  const auto plain = [](Column::Kind kind) { return kind == Column::flag ? Column::whole : kind; };
  return plain(a) == plain(b);
}

// The target's tables in the order and with the columns of the source's, so that both can be walked along
// together. The schemas are of one binary; what differs, somebody has added by hand.
std::vector<Table> matching(const std::vector<Table>& source, std::vector<Table> target) {
  std::vector<Table> matched;
  for (const Table& table : source) {
    const auto found =
        std::find_if(target.begin(), target.end(), [&](const Table& t) { return t.name == table.name; });
    if (found == target.end()) throw std::runtime_error("there is no table " + table.name);
    Table other{table.name, {}, table.key, {}};
    for (const Column& column : table.columns) {
      const auto same = std::find_if(found->columns.begin(), found->columns.end(), [&](const Column& c) {
        return c.name == column.name && same_kind(c.kind, column.kind);
      });
      if (same == found->columns.end())
        throw std::runtime_error("there is no column " + table.name + "." + column.name + " of its kind");
      other.columns.push_back(*same);
    }
    if (found->columns.size() != table.columns.size())
      throw std::runtime_error("the table " + table.name + " has a column that the source does not have");
    target.erase(found);
    matched.push_back(std::move(other));
  }
  if (!target.empty())
    throw std::runtime_error("there is a table that the source does not have: " + target.front().name);
  return matched;
}

// What a database refuses beside an overridden row it takes before it.
std::vector<std::string> parts_of(const Table& table) {
  for (const Column& column : table.columns)
    if (column.name == "overridden") return {"NOT overridden", "overridden"};
  return {""};
}

// One table, from one place to the other.
struct Way {
  const Place& source;
  Side& from;
  const Place& target;
  Side& to;
};

void copy_table(const Way& way, const Table& from, const Table& to, Say say) {
  const std::string insert = "INSERT INTO " + sql_name(to.name) + " (" + names(to) + ") VALUES (" +
                             parameters(to.columns.size()) + ")";
  std::int64_t rows = 0;
  std::vector<Value> values(to.columns.size());
  const auto take = [&](std::span<const Fields> page) {
    for (const Fields& row : page) {
      for (std::size_t i = 0; i < row.size(); ++i) values[i] = to_value(row[i], to.columns[i].kind);
      way.to.connection().later(insert, values);
      if (++rows % say_every == 0) say(to.name + ": " + std::to_string(rows) + " rows so far");
    }
    way.to.connection().settle();
  };
  about(way.source, "cannot be read", [&] {
    for (const auto& part : parts_of(from))
      each_page(way.from.connection(), from, part, [&](std::span<const Fields> page) {
        about(way.target, "the copy failed at " + to.name, [&] { take(page); });
      });
  });
  say(to.name + ": " + std::to_string(rows) + " rows copied");
}

// Comparing ----------------------------------------------------------------------------------------

// SHA-256 over rows, said in one way whatever engine they are from. Each text is preceded by its length, so
// that no two rows read alike.
class Digest {
 public:
  Digest() { crypto_hash_sha256_init(&state_); }

  void add(const Field& field) {
    switch (field.index()) {
      case 0: return put("-");
      case 1: return put("w" + std::to_string(std::get<std::int64_t>(field)) + ";");
      case 2: {
        // SQLite keeps one zero, without a sign.
        const double value = std::get<double>(field);
        return put("r" + std::to_string(std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value)) + ";");
      }
      default:
        put("t" + std::to_string(std::get<std::string>(field).size()) + ":");
        put(std::get<std::string>(field));
    }
  }

  std::string hexadecimal() {
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(&state_, hash);
    std::string text(2 * sizeof hash + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), hash, sizeof hash);
    text.pop_back();
    return text;
  }

 private:
  void put(std::string_view text) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }

  crypto_hash_sha256_state state_;
};

struct Held {
  std::int64_t rows = 0;
  std::string digest;
  bool operator==(const Held&) const = default;
};

Held held(Connection& db, const Table& table) {
  Held held;
  Digest digest;
  each_page(db, table, "", [&](std::span<const Fields> page) {
    held.rows += static_cast<std::int64_t>(page.size());
    for (const Fields& row : page)
      for (const Field& field : row) digest.add(field);
  });
  held.digest = digest.hexadecimal();
  return held;
}

void compare_table(const Held& source, const Held& target, const std::string& name, Say say) {
  const std::string counts = std::to_string(source.rows) + " rows";
  if (source.rows != target.rows)
    throw OpenError("the copy is not kept: " + name + " has " + counts + " in the source and " +
                    std::to_string(target.rows) + " in the target");
  if (source != target)
    throw OpenError("the copy is not kept: rows of " + name + " are not the same in source and target");
  say(name + ": " + counts + ", the same on both sides, sha256 " + source.digest);
}

}  // namespace

void add_column(Table& table, Column column, std::int64_t position) {
  if (position > 0) {
    const auto place = static_cast<std::size_t>(position);
    table.key.resize(std::max(table.key.size(), place));
    table.key[place - 1] = table.columns.size();
  }
  table.columns.push_back(std::move(column));
}

std::string sql_name(std::string_view name) { return "\"" + std::string(name) + "\""; }

namespace {

// The first thing that is asked of a database.
template <class F>
auto reached(const Place& place, F f) {
  return about(place, "cannot be read", [&] {
    try {
      return f();
    } catch (const Gone& e) {
      throw OpenError(spoken(place) + ": cannot be reached: " + e.what());
    }
  });
}

}  // namespace

void demand_empty(const Place& target) {
  if (target.local()) {
    std::error_code ec;
    if (std::filesystem::exists(target.file, ec) || ec)
      throw OpenError(target.file.parent_path().string() + ": this folder holds data; name an empty one");
    return;
  }
  const auto kept = reached(target, [&] { return first_kept_in_postgres(target.uri); });
  if (!kept.empty())
    throw OpenError(spoken_uri(target.uri) + ": this database holds data (in " + kept +
                    "); make an empty one");
}

std::int64_t others_connected(const Place& place) {
  if (place.local()) return 0;
  return reached(place, [&] { return others_connected_postgres(place.uri); });
}

void copy(const Place& source, const Place& target, Say say, FunctionRef<void(Snapshot&)> check) {
  const auto from = about(source, "cannot be read", [&] { return source_at(source); });
  const auto to = about(target, "cannot be made ready", [&] { return target_at(target); });
  const auto tables = about(source, "cannot be read", [&] { return in_order(from->tables()); });
  const auto copies = about(target, "cannot be copied into", [&] { return matching(tables, to->tables()); });
  // Looked at again, now that nobody else can begin.
  for (const Table& table : copies)
    if (about(target, "cannot be read", [&] { return has_rows(to->connection(), table); }))
      throw OpenError(spoken(target) + ": this database holds data (in " + table.name +
                      "); make an empty one");

  const Way way{source, *from, target, *to};
  for (std::size_t i = 0; i < tables.size(); ++i) copy_table(way, tables[i], copies[i], say);
  about(target, "the copy failed at its end", [&] { to->finish(copies); });
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const Held before = about(source, "cannot be read", [&] { return held(from->connection(), tables[i]); });
    const Held after = about(target, "cannot be read", [&] { return held(to->connection(), copies[i]); });
    compare_table(before, after, tables[i].name, say);
  }
  Snapshot snapshot(to->connection());
  about(target, "cannot be read", [&] { check(snapshot); });
  about(target, "the copy was not finished: all of it is there or nothing", [&] { to->keep(); });
}

}  // namespace circled::store
