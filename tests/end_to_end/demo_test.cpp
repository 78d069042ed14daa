// The demo: the same seed and day make the same programme, whenever and wherever it is made.
#include <doctest/doctest.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <set>

#include "base/zone.hpp"
#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;

namespace {

// Drawn anew each time, for whoever can foresee them can use them: salted hashes, and what the folder's key
// seals.
const std::set<std::string> drawn_anew{"account.password_hash", "audit.seal", "audit_end.seal",
                                       "key_check.proof"};

// Every table's rows, in order, without those columns.
std::map<std::string, std::string> dump(const std::string& data) {
  SQLite::Database database(data + "/circled.sqlite3", SQLite::OPEN_READWRITE);
  std::map<std::string, std::string> tables;
  SQLite::Statement table(database, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  while (table.executeStep()) {
    const std::string name = table.getColumn(0).getString();
    std::string columns;
    SQLite::Statement column(database, "SELECT name FROM pragma_table_info('" + name + "') ORDER BY cid");
    while (column.executeStep()) {
      const std::string one = column.getColumn(0).getString();
      if (drawn_anew.count(name + "." + one) == 0) columns += (columns.empty() ? "\"" : ", \"") + one + "\"";
    }
    std::string& rows = tables[name];
    SQLite::Statement row(database, "SELECT " + columns + " FROM \"" + name + "\" ORDER BY " + columns);
    while (row.executeStep()) {
      for (int i = 0; i < row.getColumnCount(); ++i)
        rows += (row.isColumnNull(i) ? "NULL" : row.getColumn(i).getString()) + "|";
      rows += "\n";
    }
  }
  return tables;
}

struct Made {
  std::string said;
  std::map<std::string, std::string> tables;
};

Made make(const TemporaryFolder& folder, const std::string& name, const std::string& seed,
          const std::string& today) {
  const std::string data = folder / name;
  const Finished made = run({"demo", "--data", data, "--seed", seed, "--today", today});
  REQUIRE(made.code == 0);
  return {made.out, dump(data)};
}

// The first line in which two dumps differ, for whoever reads a failure.
std::string first_difference(const std::string& a, const std::string& b) {
  std::size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
  if (at == a.size() && at == b.size()) return "";
  const auto line = [at](const std::string& text) {
    const auto from = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
    return text.substr(from, text.find('\n', at) - from);
  };
  return line(a) + " <> " + line(b);
}

void check_same(const Made& a, const Made& b) {
  CHECK(a.said == b.said);
  REQUIRE(a.tables.size() == b.tables.size());
  for (const auto& [name, rows] : a.tables) {
    CAPTURE(name);
    CHECK(first_difference(rows, b.tables.at(name)) == "");
  }
}

}  // namespace

TEST_CASE("a seed and a day make the same programme") {
  TemporaryFolder folder;
  const Made first = make(folder, "first", "7", "2026-03-10");
  CHECK(!first.tables.at("session").empty());
  CHECK(!first.tables.at("stay").empty());
  CHECK(!first.tables.at("reminder").empty());
  CHECK(!first.tables.at("occurrence").empty());
  check_same(first, make(folder, "second", "7", "2026-03-10"));
  const Made other = make(folder, "other", "8", "2026-03-10");
  CHECK(other.said != first.said);
  CHECK(other.tables.at("session") != first.tables.at("session"));
}

TEST_CASE("so it is when the day is today") {
  TemporaryFolder folder;
  const auto zone = *circled::Zone::named("America/New_York");
  const std::string today = circled::to_string(zone.date(std::chrono::floor<circled::Milliseconds>(now())));
  const Made first = make(folder, "first", "1", today);
  check_same(first, make(folder, "second", "1", today));
}
