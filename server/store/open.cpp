#include "store/open.hpp"

#include "store/postgres.hpp"
#include "store/postgres_connection.hpp"
#include "store/postgres_schema.hpp"
#include "store/sqlite.hpp"

namespace circled::store {
namespace {

template <class F>
auto connected(const Place& place, F f) {
  try {
    PostgresConnection db(place.uri);
    return f(db);
  } catch (const Gone& e) {
    throw OpenError(spoken_uri(place.uri) + ": cannot be reached: " + e.what());
  }
}

}  // namespace

std::string check_uri(const std::string& uri) {
  if (!uri.starts_with("postgres://") && !uri.starts_with("postgresql://"))
    return "must begin with postgres://";
  const auto parts = uri_parts(uri);
  if (!parts) return "must be an address that libpq understands, such as postgres://db.example/circled";
  if (parts->contains("password"))
    return "must hold no password, which others on this machine could read: put it into a file and name that "
           "by PGPASSFILE, or use a service file";
  return {};
}

std::unique_ptr<Store> open(const Place& place, const Tuning& tuning) {
  if (place.local()) {
    SqliteOptions options;
    options.file = place.file;
    options.commit_batch = tuning.commit_batch;
    options.queue = tuning.queue;
    return std::make_unique<SqliteStore>(std::move(options));
  }
  PostgresOptions options;
  options.uri = place.uri;
  options.commit_batch = tuning.commit_batch;
  options.queue = tuning.queue;
  options.writers = tuning.writers;
  options.readers = tuning.readers;
  return std::make_unique<PostgresStore>(std::move(options));
}

bool exists(const Place& place) {
  if (place.local()) return std::filesystem::exists(place.file);
  return connected(place, [](PostgresConnection& db) {
    bool found = false;
    db.execute("SELECT to_regclass('schema_step') IS NOT NULL", {},
               [&](const Row& row) { found = row.integer(0) != 0; });
    return found;
  });
}

// PostgreSQL refuses a row that points nowhere whenever it is written, and checks its pages by itself.
std::vector<std::string> check(const Place& place) {
  if (place.local()) return check(place.file);
  connected(place, [](PostgresConnection& db) {
    db.execute("SELECT 1", {}, [](const Row&) {});
    return 0;
  });
  return {};
}

void read(const Place& place, FunctionRef<void(Snapshot&)> f) {
  if (place.local()) return read_file(place.file, f);
  connected(place, [&](PostgresConnection& db) {
    db.script("SET statement_timeout = 0");
    db.control("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    Snapshot snapshot(db);
    f(snapshot);
    db.control("COMMIT");
    db.settle();
    return 0;
  });
}

void backup(const Place& place, const std::filesystem::path& target) {
  if (place.local()) return backup(place.file, target);
  throw OpenError(spoken_uri(place.uri) +
                  ": a database of its own server is backed up with pg_dump; or copy it "
                  "into a data folder with circled migrate");
}

}  // namespace circled::store
