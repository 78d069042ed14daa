#include "store/sqlite_schema.hpp"

#include <spdlog/spdlog.h>
#include <sqlite3.h>
#include <SQLiteCpp/Backup.h>

#include "store/private_file.hpp"
#include "store/sqlite.hpp"

namespace circled::store {
namespace {

// "CIRC": tells our files from any other SQLite file (PRAGMA application_id).
constexpr std::int64_t application_id = 0x43495243;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw OpenError(file.string() + ": " + why);
}

bool is_damage(const SQLite::Exception& e) {
  return primary_code(e) == SQLITE_NOTADB || primary_code(e) == SQLITE_CORRUPT;
}

void check_is_ours(SqliteConnection& db, const std::filesystem::path& file) {
  const auto id = db.scalar("PRAGMA application_id");
  if (id == application_id) return;
  if (id != 0 || db.scalar("SELECT count(*) FROM sqlite_schema") != 0)
    refuse(file, "this is a SQLite file of another program; choose another --data folder");
  db.database().exec("PRAGMA application_id = " + std::to_string(application_id));
}

// A step may rebuild a table that others refer to, so foreign keys are off meanwhile and checked here.
void check_references(SqliteConnection& db, const Migration& migration) {
  db.execute("PRAGMA foreign_key_check", {}, [&](const Row& row) {
    throw std::runtime_error("schema step " + std::string(migration.name) + " leaves a row of " +
                             std::string(row.text(0)) + " that points at a missing row of " +
                             std::string(row.text(2)));
  });
}

void apply(SqliteConnection& db, const Migration& migration) {
  db.execute("BEGIN IMMEDIATE");
  try {
    db.database().exec(std::string(migration.sql));
    check_references(db, migration);
    Transaction tx(db);
    tx.run("INSERT INTO schema_step (number, name, sha256) VALUES ($1, $2, $3)", migration.number,
           migration.name, migration.sha256);
    db.execute("COMMIT");
  } catch (...) {
    if (!db.autocommit()) db.execute("ROLLBACK");
    throw;
  }
}

void migrate(SqliteConnection& db, const std::filesystem::path& file, std::span<const Migration> migrations) {
  db.database().exec(
      "CREATE TABLE IF NOT EXISTS schema_step ("
      "  number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT");
  Snapshot snapshot(db);
  for (const auto& migration : lacking(snapshot, migrations, file.string())) {
    apply(db, migration);
    spdlog::info("store: applied schema step {}", migration.name);
  }
}

}  // namespace

std::unique_ptr<SqliteConnection> open_writer(const std::filesystem::path& file,
                                              std::span<const Migration> migrations) {
  try {
    make_private(file);
    auto db = std::make_unique<SqliteConnection>(file, SqliteConnection::Mode::write);
    check_is_ours(*db, file);
    db->execute("PRAGMA journal_mode = WAL", {}, [&](const Row& row) {
      if (row.text(0) != "wal")
        refuse(file, "this file system cannot hold it; put the data folder on a local disk");
    });
    db->database().exec("PRAGMA synchronous = FULL");
    migrate(*db, file, migrations);
    db->database().exec("PRAGMA foreign_keys = ON");
    return db;
  } catch (const SQLite::Exception& e) {
    if (is_damage(e))
      refuse(file, "the database is damaged (" + std::string(e.what()) +
                       "); restore a backup with circled restore");
    refuse(file, "the database cannot be opened: " + std::string(e.what()));
  } catch (const OpenError&) {
    throw;
  } catch (const std::runtime_error& e) {
    refuse(file, "the database cannot be brought up to date: " + std::string(e.what()));
  }
}

void backup(const std::filesystem::path& file, const std::filesystem::path& target) {
  struct Unfinished {
    std::filesystem::path path;
    ~Unfinished() {
      std::error_code ignored;
      std::filesystem::remove(path, ignored);
    }
  } unfinished{target.string() + ".unfinished"};
  try {
    if (std::filesystem::exists(target))
      refuse(target, "there is a file already; name one that does not exist");
    std::filesystem::remove(unfinished.path);
    make_private(unfinished.path);
    {
      SqliteConnection source(file, SqliteConnection::Mode::read);
      SQLite::Database copy(unfinished.path.string(), SQLite::OPEN_READWRITE);  // synchronous=FULL by default
      SQLite::Backup everything(copy, source.database());
      if (everything.executeStep(-1) != SQLITE_DONE)
        refuse(target, "the backup failed: the database is locked");
    }
    std::filesystem::rename(unfinished.path, target);
    sync_folder(target.parent_path());
  } catch (const SQLite::Exception& e) {
    refuse(target, "the backup failed: " + std::string(e.what()));
  } catch (const std::filesystem::filesystem_error& e) {
    refuse(target, "the backup failed: " + e.code().message());
  }
}

std::vector<std::string> check(const std::filesystem::path& file) {
  try {
    SqliteConnection db(file, SqliteConnection::Mode::read);
    std::vector<std::string> wrong;
    db.execute("PRAGMA integrity_check(100)", {}, [&](const Row& row) {
      if (row.text(0) != "ok") wrong.push_back("integrity: " + std::string(row.text(0)));
    });
    db.execute("PRAGMA foreign_key_check", {}, [&](const Row& row) {
      wrong.push_back("foreign key: a row of " + std::string(row.text(0)) + " points at a missing row of " +
                      std::string(row.text(2)));
    });
    return wrong;
  } catch (const SQLite::Exception& e) {
    if (is_damage(e)) return {"integrity: " + std::string(e.what())};
    refuse(file, "the database cannot be opened: " + std::string(e.what()));
  }
}

void read_file(const std::filesystem::path& file, FunctionRef<void(Snapshot&)> f) {
  try {
    SqliteConnection db(file, SqliteConnection::Mode::read);
    db.execute("BEGIN");
    Snapshot snapshot(db);
    f(snapshot);
    db.execute("COMMIT");
  } catch (const SQLite::Exception& e) {
    refuse(file, "the database cannot be read: " + std::string(e.what()));
  }
}

}  // namespace circled::store
