// Keeping the data: backup beside a running server, the check that finds what is wrong, and the log that
// nobody but the writer may fold back.
#include <atomic>
#include <thread>

#include "store/child.hpp"
#include "store/sqlite_file.hpp"

namespace circled {
namespace {

using namespace test;
using store::SqliteStore;

TEST_CASE_FIXTURE(Files, "a backup beside running writes is one sound state") {
  SqliteStore running({file});
  std::atomic<bool> enough = false;
  std::atomic<int> written = 0;
  std::vector<std::thread> writers;
  for (int t = 0; t < 2; ++t)
    writers.emplace_back([&, t] {
      for (int i = 0; !enough; ++i, ++written)
        running
            .write_now("test",
                       [=](Transaction& tx) -> Result<RoomId> {
                         // A site without its room would be half a command.
                         return add_room(tx, add_site(tx, std::to_string(t) + "." + std::to_string(i)),
                                         "Blue");
                       })
            .value();
    });
  for (int i = 0; i < 5; ++i) {
    const auto target = folder.path() / ("copy" + std::to_string(i));
    const int before = written;
    store::backup(file, target);
    CHECK(mode(target) == 0600);
    CHECK(store::check(target).empty());
    store::read_file(target, [&](Snapshot& db) {
      const auto sites = *db.one<int>("SELECT count(*) FROM site");
      CHECK(sites >= before);  // whatever was answered before is in it
      CHECK(*db.one<int>("SELECT count(*) FROM room") == sites);
    });
  }
  enough = true;
  for (auto& writer : writers) writer.join();
}

TEST_CASE_FIXTURE(Files, "a backup opens as a store") {
  {
    SqliteStore running({file});
    write_site(running, "Riverside");
    store::backup(file, copy);
  }
  SqliteStore restored({copy});
  CHECK(sites(restored) == std::vector<std::string>{"Riverside"});
}

TEST_CASE_FIXTURE(Files, "a backup replaces nothing and leaves nothing half-done behind") {
  CHECK_THROWS_AS(store::backup(file, copy), store::OpenError);  // there is nothing to copy
  { SqliteStore made({file}); }
  write_file(copy, "precious");
  CHECK_THROWS_AS(store::backup(file, copy), store::OpenError);
  CHECK(read_file(copy) == "precious");

  const auto broken = folder.path() / "broken.sqlite3";
  write_file(broken, std::string(8192, 'x'));
  const auto other = folder.path() / "other.sqlite3";
  CHECK_THROWS_AS(store::backup(broken, other), store::OpenError);
  CHECK_THROWS_AS(store::backup(file, folder.path() / "nowhere" / "copy"), store::OpenError);
  CHECK_FALSE(std::filesystem::exists(other));
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    CHECK_FALSE(contains(entry.path().string(), ".unfinished"));

  // What a killed backup left is no obstacle.
  write_file(other.string() + ".unfinished", "half");
  store::backup(file, other);
  CHECK(store::check(other).empty());
}

TEST_CASE_FIXTURE(Files, "the check finds a page that rotted") {
  {
    SqliteStore made({file});
    write_site(made, "Riverside");
  }
  REQUIRE(store::check(file).empty());
  std::size_t page = 0;
  store::read_file(file, [&](Snapshot& db) {
    page = static_cast<std::size_t>(*db.one<int>("SELECT rootpage FROM sqlite_schema WHERE name = 'site'"));
  });
  REQUIRE(page > 1);
  scribble(file, (page - 1) * 4096, std::string(4096, '\x5a'));
  const auto wrong = store::check(file);
  REQUIRE_FALSE(wrong.empty());
  CHECK(wrong.front().starts_with("integrity: "));
}

TEST_CASE_FIXTURE(Files, "the check finds a row that points at nothing") {
  { SqliteStore made({file}); }
  by_hand(file, "PRAGMA foreign_keys = OFF; INSERT INTO room (site_id, name, seats) VALUES (99, 'Blue', 3)");
  const auto wrong = store::check(file);
  REQUIRE(wrong.size() == 1);
  CHECK(wrong.front() == "foreign key: a row of room points at a missing row of site");
}

// A process that dies with its log full, as after a power cut. Readers that come and go afterwards are
// alone with the file and must still leave the log to the next writer.
TEST_CASE_FIXTURE(Files, "readers never fold the log back, not even the last to close") {
  Child writer([&](int fd) {
    SqliteStore dies({file});
    write_site(dies, "Riverside");
    tell(fd, 'w');
    ::kill(::getpid(), SIGKILL);
  });
  char written = 0;
  REQUIRE(writer.hear(written));
  writer.wait();
  const auto log = std::filesystem::path(file.string() + "-wal");
  const auto file_before = read_file(file), log_before = read_file(log);
  REQUIRE_FALSE(log_before.empty());

  std::string found;
  store::read_file(file, [&](Snapshot& db) { found = *db.one<std::string>("SELECT name FROM site"); });
  CHECK(found == "Riverside");
  CHECK(store::check(file).empty());
  store::backup(file, copy);
  CHECK((read_file(file) == file_before));
  CHECK((read_file(log) == log_before));

  {
    SqliteStore opened({file});
    CHECK(sites(opened) == std::vector<std::string>{"Riverside"});
  }
  CHECK_FALSE(std::filesystem::exists(log));  // the writer folded it back as it closed
}

TEST_CASE_FIXTURE(Files, "a store that finishes answers everyone and takes nothing more") {
  SqliteStore store({file});
  std::thread stopper;
  const auto written = store.write_now("test", [&](Transaction& tx) -> Result<SiteId> {
    stopper = std::thread([&] { store.finish(); });
    return add_site(tx, "Riverside");
  });
  CHECK(written.has_value());
  stopper.join();
  store.finish();
  const auto late =
      store.write_now("test", [](Transaction& tx) -> Result<SiteId> { return add_site(tx, "Hill"); });
  REQUIRE(late.has_error());
  CHECK(late.error().kind == ErrorKind::unavailable);
  CHECK(sites(store) == std::vector<std::string>{"Riverside"});
}

}  // namespace
}  // namespace circled
