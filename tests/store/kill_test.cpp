// The promise of a write's success: it is on disk. A process that writes from several threads is killed
// again and again, at no particular moment; whatever it had acknowledged is there afterwards, whole.
#include <atomic>
#include <random>
#include <set>
#include <thread>

#include "store/child.hpp"
#include "store/sqlite_file.hpp"

namespace circled {
namespace {

using namespace test;
using store::SqliteStore;

constexpr int rounds = 20;
constexpr int writing_threads = 4;

PersonId person(SqliteStore& opened) {
  return opened
      .write_now("test",
                 [](Transaction& tx) -> Result<PersonId> {
                   return *tx.one<PersonId>("INSERT INTO person (kind) VALUES ('client') RETURNING id");
                 })
      .value();
}

// Writes sites named by number and an event for each, from several threads, until killed; tells each
// number once its write is acknowledged.
void write_for_ever(const std::filesystem::path& file, PersonId receiver, std::int64_t first, int fd) {
  SqliteStore opened({file});
  std::atomic<std::int64_t> next = first;
  std::vector<std::thread> threads;
  for (int i = 0; i < writing_threads; ++i)
    threads.emplace_back([&] {
      for (;;) {
        const std::int64_t n = next++;
        const auto written = opened.write_now("test", [=](Transaction& tx) -> Result<RoomId> {
          tx.emit(receiver, from_millis(n),
                  std::make_shared<const std::string>("\"n\":" + std::to_string(n)));
          return add_room(tx, add_site(tx, std::to_string(n)), "Blue");
        });
        if (!written) ::_exit(3);
        tell(fd, n);
      }
    });
  for (auto& thread : threads) thread.join();
}

TEST_CASE("what was acknowledged survives the process being killed") {
  const auto seed = std::random_device{}();
  MESSAGE("seed " << seed);
  std::mt19937 random(seed);

  const TemporaryFolder folder;
  const auto file = folder.path() / "circled.sqlite3";
  PersonId receiver;
  {
    SqliteStore made({file});
    receiver = person(made);
  }
  std::set<std::int64_t> acknowledged;
  std::int64_t first = 1;
  for (int round = 0; round < rounds; ++round) {
    CAPTURE(round);
    {
      Child child([&](int fd) { write_for_ever(file, receiver, first, fd); });
      const auto enough = acknowledged.size() + std::uniform_int_distribution<std::size_t>(1, 60)(random);
      std::int64_t n = 0;
      while (acknowledged.size() < enough && child.hear(n)) acknowledged.insert(n);
      REQUIRE(acknowledged.size() == enough);  // else it failed by itself
      child.kill();
      while (child.hear(n)) acknowledged.insert(n);  // said before it died
    }
    REQUIRE(store::check(file).empty());

    // Looked at as the next process would find it: by a writer that recovers the log on odd rounds, by
    // readers alone on even ones.
    if (round % 2 == 1) SqliteStore recovered({file});
    store::read_file(file, [&](Snapshot& db) {
      const auto kept = db.all<std::int64_t>("SELECT CAST(name AS INTEGER) FROM site ORDER BY 1");
      const std::set<std::int64_t> there(kept.begin(), kept.end());
      for (const auto n : acknowledged) REQUIRE_MESSAGE(there.contains(n), "acknowledged and lost: " << n);
      // A command that was not acknowledged is there whole or not at all; each writer had one under way.
      CHECK(there.size() <= acknowledged.size() + static_cast<std::size_t>(writing_threads * (round + 1)));
      const auto count = static_cast<std::int64_t>(there.size());
      CHECK(*db.one<std::int64_t>("SELECT count(*) FROM room") == count);
      CHECK(*db.one<std::int64_t>("SELECT count(*) FROM stream_event") == count);
      CHECK(*db.one<std::int64_t>("SELECT max(seq) FROM stream_event") == count);
      CHECK(*db.one<std::int64_t>("SELECT last_seq FROM stream") == count);
      first = *there.rbegin() + 1;
    });
  }
  MESSAGE(acknowledged.size() << " acknowledged in " << rounds << " lives");
}

}  // namespace
}  // namespace circled
