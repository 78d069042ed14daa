#include "store/postgres_schema.hpp"

#include <spdlog/spdlog.h>

#include <memory>

#include "store/open_error.hpp"
#include "store/postgres_connection.hpp"

namespace circled::store {
namespace {

// Held while the schema is brought up to date: "circ" and "led".
constexpr const char* lock = "SELECT pg_advisory_lock(1667854947, 7103844)";
constexpr const char* unlock = "SELECT pg_advisory_unlock(1667854947, 7103844)";

[[noreturn]] void refuse(const std::string& uri, const std::string& why) {
  throw OpenError(spoken_uri(uri) + ": " + why);
}

std::string one(PostgresConnection& db, std::string_view sql) {
  std::string answer;
  db.execute(sql, {}, [&](const Row& row) { answer = row.text(0); });
  return answer;
}

void check_is_ours(PostgresConnection& db, const std::string& uri) {
  if (one(db, "SHOW server_encoding") != "UTF8")
    refuse(uri, "its encoding is not UTF8; make the database with ENCODING 'UTF8'");
  if (std::stoi(one(db, "SHOW server_version_num")) < 150000)
    refuse(uri, "the server is older than PostgreSQL 15; upgrade it");
  if (one(db, "SELECT to_regclass('schema_step') IS NOT NULL") == "t") return;
  if (one(db,
          "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relkind = 'r' AND relnamespace = "
          "(SELECT oid FROM pg_namespace WHERE nspname = current_schema()))") == "t")
    refuse(uri, "there are tables of another program in it; give circled a database of its own");
  db.script("CREATE TABLE schema_step (number bigint PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL)");
}

void apply(PostgresConnection& db, const Migration& migration) {
  db.script("BEGIN; SET LOCAL statement_timeout = 0;" + std::string(migration.sql) +
            "\n;INSERT INTO schema_step (number, name, sha256) VALUES (" + std::to_string(migration.number) +
            ", '" + std::string(migration.name) + "', '" + std::string(migration.sha256) + "'); COMMIT");
  spdlog::info("store: applied schema step {}", migration.name);
}

}  // namespace

std::optional<std::map<std::string, std::string>> uri_parts(const std::string& uri) {
  struct Free {
    void operator()(PQconninfoOption* o) const { PQconninfoFree(o); }
  };
  const std::unique_ptr<PQconninfoOption, Free> parts(PQconninfoParse(uri.c_str(), nullptr));
  if (!parts) return {};
  std::map<std::string, std::string> found;
  for (const auto* part = parts.get(); part->keyword; ++part)
    if (part->val) found.emplace(part->keyword, part->val);
  return found;
}

std::string spoken_uri(const std::string& uri) {
  auto parts = uri_parts(uri);
  if (!parts) return "the database";
  const auto name = (*parts)["dbname"], host = (*parts)["host"];
  return "database " + (name.empty() ? "(default)" : name) + (host.empty() ? "" : " at " + host);
}

void hold_schema(PostgresConnection& db) { one(db, lock); }

void bring_up_to_date(const std::string& uri, std::span<const Migration> migrations) {
  try {
    PostgresConnection db(uri);
    db.script("SET statement_timeout = 0; SET lock_timeout = 0");
    hold_schema(db);
    check_is_ours(db, uri);
    Snapshot snapshot(db);
    for (const auto& migration : lacking(snapshot, migrations, spoken_uri(uri))) apply(db, migration);
    one(db, unlock);
  } catch (const OpenError&) {
    throw;
  } catch (const Gone& e) {
    const std::string_view what = e.what();
    if (what.find("read-only") != what.npos || what.find("recovery") != what.npos)
      refuse(uri, "this server takes no writes (a replica); name the primary: " + std::string(what));
    refuse(uri, "cannot be reached: " + std::string(what));
  } catch (const std::exception& e) {
    refuse(uri, "the database cannot be brought up to date: " + std::string(e.what()));
  }
}

}  // namespace circled::store
