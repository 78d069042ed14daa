// Opening a PostgreSQL database: can it be reached and written, and is its schema the one this binary knows.
// Private to the engine.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>

#include "store/migration.hpp"

namespace circled::store {

class PostgresConnection;

// What the address says, by libpq's keywords; nothing when libpq does not understand it.
std::optional<std::map<std::string, std::string>> uri_parts(const std::string& uri);

// "postgres://db.example/circled" without what a log has no business with. Never the password.
std::string spoken_uri(const std::string& uri);

// Applies the steps it lacks, each in a transaction, while no other server does. Throws OpenError.
void bring_up_to_date(const std::string& uri, std::span<const Migration> migrations);

// Waits until nobody else does that, and keeps everybody from it until the connection closes: no server
// starts meanwhile.
void hold_schema(PostgresConnection& db);

}  // namespace circled::store
