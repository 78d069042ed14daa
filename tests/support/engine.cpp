#include "support/engine.hpp"

#include <fstream>
#include <mutex>
#include <vector>

namespace circled::test {
namespace {

using store::PostgresConnection;

std::string server() {
  if (const char* uri = std::getenv("CIRCLED_POSTGRES")) return uri;
  const char* file = std::getenv("CIRCLED_POSTGRES_FILE");
  std::ifstream in(file ? file : "");
  std::string uri;
  if (!std::getline(in, uri))
    throw std::logic_error(
        "CIRCLED_POSTGRES names no server; scripts/postgres starts one, and so does ctest");
  return uri;
}

// By copying files: a server that does not wait for the disk takes half as long for it as through its log,
// and drops the database sooner.
std::string create(const std::string& name, const std::string& of) {
  return "CREATE DATABASE " + name + " TEMPLATE " + of + " STRATEGY FILE_COPY";
}

std::string make_from(const std::string& of) {
  static std::atomic<int> count = 0;
  const std::string name = "t" + std::to_string(::getpid()) + "_" + std::to_string(++count);
  PostgresConnection(server()).script(create(name, of));
  return name;
}

// All that a test may have done to the schema. A copy has the object ids and files of what it is a copy of.
constexpr std::string_view schema_as_it_stands = R"(
  SELECT concat_ws(' ',
    (SELECT md5(string_agg(concat_ws(' ', oid, relname, relfilenode, relnatts, relchecks), ',' ORDER BY oid))
       FROM pg_class WHERE relnamespace = 'public'::regnamespace),
    (SELECT md5(string_agg(concat_ws(' ', oid, tgenabled), ',' ORDER BY oid)) FROM pg_trigger),
    (SELECT md5(string_agg(prosrc, ',' ORDER BY oid)) FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace),
    (SELECT md5(string_agg(concat_ws(' ', number, name, sha256), ',' ORDER BY number)) FROM schema_step),
    (SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
      WHERE d.datname = current_database())))";

// Without the rules that guard the rows, which only say what the product may do: scripts/postgres allows that
// to a volatile server's role.
constexpr std::string_view emptied = R"(DO $$
  DECLARE kept record;
  BEGIN
    SET LOCAL session_replication_role = replica;
    FOR kept IN SELECT oid::regclass AS name FROM pg_class
                 WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'schema_step'
    LOOP
      EXECUTE format('DELETE FROM %s', kept.name);
    END LOOP;
    PERFORM setval(oid::regclass, 1, false) FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
  END $$)";

std::string text(PostgresConnection& connection, std::string_view sql) {
  std::string answer;
  connection.execute(sql, {}, [&](const store::Row& row) { answer = row.text(0); });
  return answer;
}

// What ready databases are copied from.
struct Original {
  std::string name, schema;
  Original() : name(Databases::make()) {
    store::open({{}, Databases::uri(name)})->finish();
    PostgresConnection connection(Databases::uri(name));
    schema = text(connection, schema_as_it_stands);
  }
  static const Original& get() {
    static const Original original;
    return original;
  }
};

std::mutex mutex;  // guards the next
std::vector<std::string> spare;

bool empty_it(const std::string& database) {
  PostgresConnection connection(Databases::uri(database));
  // Who has just hung up may still be there, and be in the middle of something.
  text(connection,
       "SELECT CAST(count(pg_terminate_backend(pid, 10000)) AS text) FROM pg_stat_activity "
       "WHERE datname = current_database() AND pid <> pg_backend_pid()");
  if (text(connection, schema_as_it_stands) != Original::get().schema) return false;
  connection.script(std::string(emptied));
  return true;
}

}  // namespace

std::string Databases::uri(const std::string& database) {
  std::string uri = server();
  const auto slash = uri.find('/', uri.find("//") + 2), end = std::min(uri.find('?'), uri.size());
  return uri.replace(slash + 1, end - slash - 1, database);
}

std::string Databases::make() { return make_from("template0"); }

std::string Databases::make_ready() {
  {
    std::lock_guard lock(mutex);
    if (!spare.empty()) {
      const std::string name = std::move(spare.back());
      spare.pop_back();
      return name;
    }
  }
  return make_from(Original::get().name);
}

void Databases::give_back(const std::string& ready) {
  bool emptied = false;
  try {
    emptied = empty_it(ready);
  } catch (const std::exception&) {
    // A server that does not allow it, or a database in a state that no test needs again.
  }
  if (!emptied) return drop(ready);
  std::lock_guard lock(mutex);
  spare.push_back(ready);
}

std::string Databases::of_folder(const std::string& folder) {
  const std::string name = "f" + sha256(folder).substr(0, 24);
  try {
    PostgresConnection(server()).script(create(name, "template0"));
  } catch (const std::runtime_error& e) {
    if (std::string_view(e.what()).find("already exists") == std::string_view::npos) throw;
  }
  return uri(name);
}

void Databases::drop(const std::string& database) {
  PostgresConnection(server()).script("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
}

}  // namespace circled::test
