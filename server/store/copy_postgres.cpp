// A PostgreSQL database as one side of a copy.
#include <map>

#include "store/copy_side.hpp"
#include "store/postgres_connection.hpp"
#include "store/postgres_schema.hpp"

namespace circled::store {
namespace {

Column::Kind kind_of(std::string_view type, const std::string& where) {
  if (type == "bigint") return Column::whole;
  if (type == "boolean") return Column::flag;
  if (type == "double precision") return Column::real;
  if (type == "text") return Column::text;
  throw std::logic_error(where + " is of a type that cannot be copied");
}

std::vector<Table> tables_of(PostgresConnection& db) {
  std::vector<Table> tables;
  // `wake` is what servers over one database tell each other now.
  db.execute(
      "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), "
      "COALESCE(array_position(p.conkey, a.attnum), 0) "
      "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
      "LEFT JOIN pg_constraint p ON p.conrelid = c.oid AND p.contype = 'p' "
      "WHERE c.relkind = 'r' AND c.relname NOT IN ('schema_step', 'wake') AND c.relnamespace = "
      "(SELECT oid FROM pg_namespace WHERE nspname = current_schema()) ORDER BY c.oid, a.attnum",
      {}, [&](const Row& row) {
        if (tables.empty() || tables.back().name != row.text(0))
          tables.push_back({std::string(row.text(0)), {}, {}, {}});
        std::string column(row.text(1));
        const auto kind = kind_of(row.text(2), tables.back().name + "." + column);
        add_column(tables.back(), {kind, std::move(column)}, row.integer(3));
      });
  std::map<std::string, std::vector<std::string>> referred;
  db.execute(
      "SELECT DISTINCT c.relname, r.relname FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid "
      "JOIN pg_class r ON r.oid = f.confrelid WHERE f.contype = 'f'",
      {}, [&](const Row& row) { referred[std::string(row.text(0))].emplace_back(row.text(1)); });
  for (Table& table : tables) table.refers_to = referred[table.name];
  return tables;
}

// Whoever copies waits for nobody who serves, and for as long as it takes; while one side works the other
// stands idle in its transaction.
void be_patient(PostgresConnection& db) {
  db.script("SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0");
}

class PostgresSource final : public Side {
 public:
  explicit PostgresSource(const std::string& uri) : db_(uri) {
    be_patient(db_);
    db_.control("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  }
  Connection& connection() override { return db_; }
  std::vector<Table> tables() override { return tables_of(db_); }
  void finish(const std::vector<Table>&) override {}
  void keep() override {}

 private:
  PostgresConnection db_;
};

class PostgresTarget final : public Side {
 public:
  explicit PostgresTarget(const std::string& uri) : db_(uri) {
    be_patient(db_);
    hold_schema(db_);
    db_.control("BEGIN ISOLATION LEVEL READ COMMITTED");
  }
  Connection& connection() override { return db_; }
  std::vector<Table> tables() override { return tables_of(db_); }

  void finish(const std::vector<Table>& tables) override {
    for (const Table& table : tables) {
      const std::array<Value, 1> name{std::string_view(table.name)};
      std::string counter;
      db_.execute(
          "SELECT a.attname FROM pg_attribute a WHERE a.attrelid = to_regclass(quote_ident($1)) "
          "AND a.attidentity <> ''",
          name, [&](const Row& row) { counter = row.text(0); });
      if (!counter.empty())
        db_.execute("SELECT setval(pg_get_serial_sequence(" + literal(sql_name(table.name)) + ", " +
                        literal(counter) + "), max(" + sql_name(counter) + ")) FROM " + sql_name(table.name) +
                        " HAVING max(" + sql_name(counter) + ") > 0",
                    {}, [](const Row&) {});
      // For whoever reads next, beginning with the comparison: nobody has counted these rows yet.
      db_.control("ANALYZE " + sql_name(table.name));
    }
    db_.settle();
  }

  void keep() override {
    db_.control("COMMIT");
    db_.settle();
  }

 private:
  static std::string literal(const std::string& text) { return "'" + text + "'"; }  // of the schema's names

  PostgresConnection db_;
};

}  // namespace

std::unique_ptr<Side> postgres_source(const std::string& uri) {
  return std::make_unique<PostgresSource>(uri);
}

std::unique_ptr<Side> postgres_target(const std::string& uri) {
  bring_up_to_date(uri, postgres_migrations());
  return std::make_unique<PostgresTarget>(uri);
}

std::int64_t others_connected_postgres(const std::string& uri) {
  PostgresConnection db(uri);
  std::int64_t others = 0;
  db.execute(
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
      "AND application_name = 'circled' AND pid <> pg_backend_pid()",
      {}, [&](const Row& row) { others = row.integer(0); });
  return others;
}

// In whatever schema there is, which may be an older one, or another program's.
std::string first_kept_in_postgres(const std::string& uri) {
  PostgresConnection db(uri);
  std::vector<std::string> names;
  db.execute(
      "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname NOT IN ('schema_step', 'wake') "
      "AND to_regclass('schema_step') IS NOT NULL AND relnamespace = "
      "(SELECT oid FROM pg_namespace WHERE nspname = current_schema()) ORDER BY oid",
      {}, [&](const Row& row) { names.emplace_back(row.text(0)); });
  for (const auto& name : names) {
    bool any = false;
    db.execute("SELECT EXISTS (SELECT 1 FROM " + sql_name(name) + ")", {},
               [&](const Row& row) { any = row.integer(0) != 0; });
    if (any) return name;
  }
  return {};
}

}  // namespace circled::store
