// Opening a SQLite file: made when it is missing, brought up to date when it is old, and refused in words
// that name the file and the remedy when it is not one we can vouch for.
#include "store/sqlite_file.hpp"

namespace circled {
namespace {

using namespace test;
using store::Migration;
using store::SqliteStore;
using Names = std::vector<std::string>;

// The schema as it is, then steps that only exist here.
std::vector<Migration> schema_and(std::vector<Migration> further) {
  const auto real = store::sqlite_migrations();
  std::vector<Migration> all(real.begin(), real.end());
  for (auto& step : further) {
    step.number = static_cast<int>(all.size()) + 1;
    all.push_back(step);
  }
  return all;
}

const Migration adds_a_table{0, "test_vehicle", "hash of vehicle", R"sql(
  CREATE TABLE vehicle (id INTEGER PRIMARY KEY, site_id INTEGER NOT NULL REFERENCES site (id)) STRICT;
  INSERT INTO vehicle (site_id) SELECT id FROM site;
)sql"};

TEST_CASE_FIXTURE(Files, "a missing file is made, for its owner's eyes, and keeps what is written") {
  const mode_t before = ::umask(0022);
  {
    SqliteStore made({file});
    write_site(made, "Riverside");
    for (const char* suffix : {"", "-wal", "-shm"}) CHECK(mode(file.string() + suffix) == 0600);
  }
  CHECK(::umask(before) == 0022);  // the process's own; another thread may be making files too
  SqliteStore opened({file});
  CHECK(sites(opened) == Names{"Riverside"});
}

TEST_CASE_FIXTURE(Files, "an older file is brought up to date and keeps its data") {
  {
    SqliteStore made({file});
    write_site(made, "Riverside");
    write_site(made, "Hill");
  }
  const auto migrations = schema_and({adds_a_table});
  for (int time = 1; time <= 2; ++time) {
    SqliteStore opened({file}, migrations);
    CHECK(sites(opened) == Names{"Hill", "Riverside"});
    CHECK(opened.read_now([](Snapshot& db) { return *db.one<int>("SELECT count(*) FROM vehicle"); }) == 2);
  }
}

TEST_CASE_FIXTURE(Files, "a step may rebuild a table that others refer to") {
  {
    SqliteStore made({file});
    const auto site = write_site(made, "Riverside");
    made.write_now("test", [=](Transaction& tx) -> Result<RoomId> { return add_room(tx, site, "Blue"); })
        .value();
  }
  // https://www.sqlite.org/lang_altertable.html#otheralter
  const auto migrations = schema_and({{0, "test_rebuild", "hash of rebuild", R"sql(
    CREATE TABLE new_site (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, zone TEXT NOT NULL, break_minutes INTEGER NOT NULL DEFAULT 0,
      emergency_number TEXT NOT NULL DEFAULT '911', crisis_line TEXT NOT NULL DEFAULT '988',
      helpline TEXT NOT NULL DEFAULT '') STRICT;
    INSERT INTO new_site SELECT id, name, zone, break_minutes, emergency_number, crisis_line, helpline FROM site;
    DROP TABLE site;
    ALTER TABLE new_site RENAME TO site;
  )sql"}});
  {
    SqliteStore opened({file}, migrations);
    CHECK(sites(opened) == Names{"Riverside"});
    CHECK(opened.read_now([](Snapshot& db) { return *db.one<int>("SELECT count(*) FROM room"); }) == 1);
    // and from here on references are enforced
    CHECK_THROWS_AS(
        opened.write_now(
            "test", [](Transaction& tx) -> Result<RoomId> { return add_room(tx, SiteId(99), "Nowhere"); }),
        store::Violation);
  }
  CHECK(store::check(file).empty());
}

TEST_CASE_FIXTURE(Files, "a step that fails leaves the file as it was") {
  {
    SqliteStore made({file});
    const auto site = write_site(made, "Riverside");
    made.write_now("test", [=](Transaction& tx) -> Result<RoomId> { return add_room(tx, site, "Blue"); })
        .value();
  }
  const std::string half = "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; ";
  const std::string wrong = half + "CREATE TABLE site (id INTEGER)";
  const std::string orphans = half + "DELETE FROM site";
  for (const std::string& sql : {wrong, orphans}) {
    const auto said = refusal(file, schema_and({adds_a_table, {0, "test_wrong", "hash of wrong", sql}}));
    CHECK(contains(said, file.string()));
    SqliteStore opened({file}, schema_and({adds_a_table}));  // the steps before it stand
    CHECK(sites(opened) == Names{"Riverside"});
    CHECK(opened.read_now([](Snapshot& db) {
      return *db.one<int>("SELECT count(*) FROM sqlite_schema WHERE name = 'half'");
    }) == 0);
  }
}

TEST_CASE_FIXTURE(Files, "a newer version's file is refused with its number and left alone") {
  const auto newer =
      schema_and({adds_a_table, {0, "test_more", "hash of more", "CREATE TABLE more (id INTEGER)"}});
  {
    SqliteStore made({file}, newer);
    write_site(made, "Riverside");
  }
  const auto said = refusal(file);
  CAPTURE(said);
  CHECK(contains(said, file.string()));
  CHECK(contains(said, "newer version"));
  CHECK(contains(said, "schema " + std::to_string(newer.size())));
  SqliteStore opened({file}, newer);
  CHECK(sites(opened) == Names{"Riverside"});
}

TEST_CASE_FIXTURE(Files, "a step that was changed after it was applied is refused by its number") {
  { SqliteStore made({file}); }
  auto changed = schema_and({});
  changed[0].sha256 = "another";
  const auto said = refusal(file, changed);
  CAPTURE(said);
  CHECK(contains(said, file.string()));
  CHECK(contains(said, "schema step 1 "));
}

TEST_CASE_FIXTURE(Files, "a step missing from the file's history is refused, not guessed") {
  const auto migrations = schema_and({adds_a_table});
  { SqliteStore made({file}, migrations); }
  by_hand(file, "DELETE FROM schema_step WHERE number = 1");
  CHECK(contains(refusal(file, migrations), file.string()));
}

TEST_CASE_FIXTURE(Files, "what is no database is refused and left alone") {
  const std::string text(8192, 'x');
  write_file(file, text);
  const auto said = refusal(file);
  CAPTURE(said);
  CHECK(contains(said, file.string()));
  CHECK(contains(said, "restore"));
  CHECK(read_file(file) == text);
}

TEST_CASE_FIXTURE(Files, "another program's database is refused and left alone") {
  SUBCASE("without a name") { by_hand(file, "CREATE TABLE recipe (id INTEGER PRIMARY KEY)"); }
  SUBCASE("with its own") { by_hand(file, "PRAGMA application_id = 252006673"); }  // a Fossil checkout
  const auto before = read_file(file);
  const auto said = refusal(file);
  CAPTURE(said);
  CHECK(contains(said, file.string()));
  CHECK(contains(said, "another program"));
  CHECK(contains(said, "--data"));
  CHECK(read_file(file) == before);
}

TEST_CASE_FIXTURE(Files, "a damaged file is refused with the remedy") {
  { SqliteStore made({file}); }
  const auto whole = read_file(file);
  REQUIRE(whole.size() > 16 * 4096);
  SUBCASE("cut in half") { write_file(file, whole.substr(0, whole.size() / 2 / 4096 * 4096)); }
  SUBCASE("cut within its first page") { write_file(file, whole.substr(0, 1000)); }
  SUBCASE("its header overwritten") { scribble(file, 0, std::string(100, '\xff')); }
  SUBCASE("its list of tables overwritten") { scribble(file, 100, std::string(3996, '\xff')); }
  const auto said = refusal(file);
  CAPTURE(said);
  CHECK(contains(said, file.string()));
  CHECK(contains(said, "damaged"));
  CHECK(contains(said, "restore a backup"));
}

TEST_CASE_FIXTURE(Files, "what cannot be made or read is refused by name") {
  const auto nowhere = folder.path() / "nowhere" / "circled.sqlite3";
  CHECK(contains(refusal(nowhere), nowhere.string()));
  CHECK(contains(refusal(folder.path()), folder.path().string()));
  CHECK_THROWS_AS(store::read_file(nowhere, [](Snapshot&) {}), store::OpenError);
  CHECK_THROWS_AS(store::check(nowhere), store::OpenError);
  CHECK_FALSE(std::filesystem::exists(nowhere));
}

}  // namespace
}  // namespace circled
