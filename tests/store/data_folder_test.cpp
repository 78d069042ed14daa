// One process works in a data folder at a time, and a dead one is no obstacle.
#include "store/data_folder.hpp"

#include "store/child.hpp"
#include "store/sqlite_file.hpp"

namespace circled {
namespace {

using namespace test;
using store::DataFolder;
using store::OpenError;

struct Somewhere {
  TemporaryFolder temporary;
  const std::filesystem::path path = temporary.path() / "var" / "data";
  Somewhere() { initialise_crypto(); }
};

TEST_CASE_FIXTURE(Somewhere, "a folder is made for its owner and held by one") {
  CHECK_FALSE(DataFolder::in_use(path));
  {
    const DataFolder held(path);
    CHECK(mode(path) == 0700);
    CHECK(DataFolder::in_use(path));
    std::string said;
    try {
      const DataFolder second(path);
    } catch (const OpenError& e) {
      said = e.what();
    }
    CHECK(contains(said, path.string()));
    CHECK(contains(said, "another circled"));
    CHECK(DataFolder::in_use(path));  // the one turned away did not loosen it
  }
  CHECK_FALSE(DataFolder::in_use(path));
  const DataFolder again(path);
  CHECK(again.database() == path / "circled.sqlite3");
}

TEST_CASE_FIXTURE(Somewhere, "the hold ends with its process, however that ends") {
  Child holder([&](int fd) {
    const DataFolder held(path);
    tell(fd, 'h');
    for (;;) ::pause();
  });
  char held = 0;
  REQUIRE(holder.hear(held));
  CHECK_THROWS_AS(DataFolder{path}, OpenError);
  holder.kill();
  CHECK_FALSE(DataFolder::in_use(path));
  CHECK_NOTHROW(DataFolder{path});
}

TEST_CASE_FIXTURE(Somewhere, "a folder that cannot be is refused by name") {
  write_file(temporary.path() / "var", "a file");
  std::string said;
  try {
    const DataFolder folder(path);
  } catch (const OpenError& e) {
    said = e.what();
  }
  CHECK(contains(said, path.string()));
}

TEST_CASE_FIXTURE(Somewhere, "the server's key is made once, for its owner alone") {
  std::string key;
  {
    const DataFolder folder(path);
    key = folder.key();
    CHECK(key.size() == 32);
    CHECK(folder.key() == key);
    CHECK(mode(path / "key") == 0600);
  }
  CHECK(DataFolder(path).key() == key);
  CHECK(DataFolder(temporary.path() / "other").key() != key);
}

// A new key in its place would break the audit chain and every enrolment code without a word.
TEST_CASE_FIXTURE(Somewhere, "a damaged key is told, not replaced") {
  const DataFolder folder(path);
  for (const std::string_view damaged : {"", "short"}) {
    write_file(path / "key", damaged);
    CHECK_THROWS_AS(folder.key(), OpenError);
    CHECK(read_file(path / "key") == damaged);
  }
}

// What this process has open of SQLite's temporary files.
std::vector<std::string> temporary_files() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
    if (contains(target, "/etilqs_")) found.push_back(target);
  }
  return found;
}

// What people's rows held is in no file but the database's own.
TEST_CASE_FIXTURE(Somewhere, "a large statement puts nothing aside in a file") {
  const DataFolder folder(path);
  store::SqliteStore store({folder.database()});
  const auto write = [&](std::string_view sql) {
    return store
        .write_now("test",
                   [&](Transaction& tx) -> Result<std::vector<std::string>> {
                     tx.run(sql);
                     return temporary_files();
                   })
        .value();
  };
  write("CREATE TABLE large (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
  write(
      "INSERT INTO large (text) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
      "5000) "
      "SELECT 'what somebody said at length, and nobody else may read' FROM n");
  const auto files = write("UPDATE large SET text = 'changed'");
  CHECK(files == std::vector<std::string>{});
}

}  // namespace
}  // namespace circled
