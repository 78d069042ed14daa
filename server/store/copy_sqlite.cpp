// A SQLite file as one side of a copy. A target is made under another name, and gets its own when it is
// whole and on disk.
#include "store/copy_side.hpp"
#include "store/private_file.hpp"
#include "store/sqlite.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_schema.hpp"

namespace circled::store {
namespace {

Column::Kind kind_declared(std::string_view type, const std::string& where) {
  if (type == "INTEGER") return Column::whole;  // yes and no as well: 1 and 0
  if (type == "REAL") return Column::real;
  if (type == "TEXT") return Column::text;
  throw std::logic_error(where + " is of a type that cannot be copied");
}

std::vector<Table> tables_of(SqliteConnection& db) {
  std::vector<Table> tables;
  db.execute(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
      "AND name <> 'schema_step' ORDER BY rowid",
      {}, [&](const Row& row) {
        tables.push_back({std::string(row.text(0)), {}, {}, {}});
      });
  for (Table& table : tables) {
    const std::array<Value, 1> name{std::string_view(table.name)};
    db.execute("SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid", name, [&](const Row& row) {
      std::string column(row.text(0));
      const auto kind = kind_declared(row.text(1), table.name + "." + column);
      add_column(table, {kind, std::move(column)}, row.integer(2));
    });
    db.execute("SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)", name,
               [&](const Row& row) { table.refers_to.emplace_back(row.text(0)); });
  }
  return tables;
}

class SqliteSource final : public Side {
 public:
  explicit SqliteSource(const std::filesystem::path& file) : db_(file, SqliteConnection::Mode::read) {
    db_.execute("BEGIN");
  }
  Connection& connection() override { return db_; }
  std::vector<Table> tables() override { return tables_of(db_); }
  void finish(const std::vector<Table>&) override {}
  void keep() override {}

 private:
  SqliteConnection db_;
};

class SqliteTarget final : public Side {
 public:
  explicit SqliteTarget(const std::filesystem::path& file)
      : file_(file), arriving_(file.string() + ".arriving") {
    remove_files();  // what a killed process left
    db_ = open_writer(arriving_, sqlite_migrations());
    db_->execute("BEGIN IMMEDIATE");
  }
  ~SqliteTarget() override {
    db_.reset();
    remove_files();
  }
  Connection& connection() override { return *db_; }
  std::vector<Table> tables() override { return tables_of(*db_); }
  // AUTOINCREMENT follows the ids that are inserted, and the others are the highest plus one.
  void finish(const std::vector<Table>&) override {}
  void keep() override {
    db_->execute("COMMIT");
    db_->execute("PRAGMA wal_checkpoint(TRUNCATE)");
    db_.reset();  // with the log, which is empty
    std::filesystem::rename(arriving_, file_);
    sync_folder(file_.parent_path());
  }

 private:
  void remove_files() {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm"})
      std::filesystem::remove(arriving_.string() + suffix, ignored);
  }

  const std::filesystem::path file_, arriving_;
  std::unique_ptr<SqliteConnection> db_;
};

}  // namespace

std::unique_ptr<Side> sqlite_source(const std::filesystem::path& file) {
  return std::make_unique<SqliteSource>(file);
}

std::unique_ptr<Side> sqlite_target(const std::filesystem::path& file) {
  return std::make_unique<SqliteTarget>(file);
}

}  // namespace circled::store
