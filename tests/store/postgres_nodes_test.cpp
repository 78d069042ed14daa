// Several servers over one database, each with a store of its own.
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "store/engine.hpp"
#include "store/postgres.hpp"
#include "store/postgres_wake.hpp"

namespace circled {
namespace {

using namespace test;

// One server's store, and what its live connections would be told.
struct Node {
  store::PostgresStore store;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<store::Event> events;
  std::vector<store::Hint> hints;

  explicit Node(const store::Place& place, std::size_t writers = 2) : store(options(place, writers)) {
    store.on_committed = [this](store::Committed&& committed) {
      std::lock_guard lock(mutex);
      std::move(committed.events.begin(), committed.events.end(), std::back_inserter(events));
      std::move(committed.hints.begin(), committed.hints.end(), std::back_inserter(hints));
      changed.notify_all();
    };
    store.start();
  }
  ~Node() { store.finish(); }

  // Waits, with a limit only a broken engine meets.
  template <class F>
  bool wait(F f) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(60), f);
  }

 private:
  static store::PostgresOptions options(const store::Place& place, std::size_t writers) {
    store::PostgresOptions o;
    o.uri = place.uri;
    o.writers = writers;
    return o;
  }
};

// Follows the wake table once, so that what is committed next is heard.
void meet(Node& a, Node& b) {
  const auto say = [](Node& from, Node& to, std::int64_t id) {
    for (;;) {
      from.store
          .write_now("test",
                     [&](Transaction& tx) -> Result<bool> {
                       tx.hint({"hello", id, SiteId(), store::Hint::internal});
                       return true;
                     })
          .value();
      std::unique_lock lock(to.mutex);
      const auto heard = [&] {
        return std::any_of(to.hints.begin(), to.hints.end(),
                           [&](const store::Hint& h) { return h.kind == "hello" && h.id == id; });
      };
      if (to.changed.wait_for(lock, std::chrono::milliseconds(300), heard)) return;
    }
  };
  say(a, b, 1);
  say(b, a, 2);
  for (Node* node : {&a, &b}) {
    std::lock_guard lock(node->mutex);
    node->hints.clear();
    node->events.clear();
  }
}

PersonId make_person(Store& store) {
  return store
      .write_now("test",
                 [](Transaction& tx) -> Result<PersonId> {
                   return PersonId(
                       *tx.one<std::int64_t>("INSERT INTO person (kind) VALUES ('client') RETURNING id"));
                 })
      .value();
}

}  // namespace

TEST_CASE("who follows what others tell reads the end of the table, not all of it") {
  FreshPlace fresh;
  Node node(fresh.place());
  store::PostgresConnection connection(fresh.place().uri);
  // Of a table this small the planner would read all, whatever its indexes.
  connection.script("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off");
  // And as eager for helpers as in a large one.
  connection.script(
      "SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; "
      "SET min_parallel_table_scan_size = 0; SET min_parallel_index_scan_size = 0");
  std::string plan;
  const std::array<store::Value, 4> values{std::string_view("1"), std::int64_t{0}, std::string_view("node"),
                                           std::int64_t{10}};
  connection.execute(std::string("EXPLAIN (COSTS OFF) ") + store::wake_rows, values,
                     [&](const store::Row& row) { plan += std::string(row.text(0)) + "\n"; });
  INFO(plan);
  CHECK(plan.find("Index Scan using wake_by_xid on wake w") != std::string::npos);
  CHECK(plan.find("Index Cond: (ROW(xid, id) > ROW(") != std::string::npos);
  CHECK(plan.find("Parallel") == std::string::npos);
}

TEST_CASE("what was told is forgotten when nobody can have missed it any more") {
  FreshPlace fresh;
  { Node makes_the_schema(fresh.place()); }  // while it runs it forgets by itself
  store::PostgresConnection connection(fresh.place().uri);
  connection.script(
      "INSERT INTO wake (at, node, kind, subject_id, audience) VALUES (0, 'n', 'old', 1, 'staff'), "
      "(600001, 'n', 'new', 1, 'staff')");
  store::clean_wake(connection, from_millis(1'200'000));
  std::string left;
  connection.execute("SELECT kind FROM wake WHERE node = 'n'", {},
                     [&](const store::Row& row) { left += std::string(row.text(0)) + " "; });
  CHECK(left == "new ");
}

TEST_CASE("what one server commits the other hears, once and with its number and words") {
  FreshPlace fresh;
  Node a(fresh.place()), b(fresh.place());
  meet(a, b);
  const auto person = make_person(a.store);
  const auto body = std::make_shared<const std::string>(R"("kind":"test","text":"a \"quoted\" \\ word, ä")");
  a.store
      .write_now("test",
                 [&](Transaction& tx) -> Result<bool> {
                   tx.emit(person, from_millis(5), body);
                   tx.emit(person, from_millis(6), body);
                   tx.hint({"session.changed", 41, SiteId(7), store::Hint::staff});
                   return true;
                 })
      .value();
  REQUIRE(b.wait([&] { return b.events.size() >= 2 && !b.hints.empty(); }));
  // Something later, so that doubles would have arrived by then.
  a.store
      .write_now("test",
                 [&](Transaction& tx) -> Result<bool> {
                   tx.hint({"later", 1, SiteId(), store::Hint::internal});
                   return true;
                 })
      .value();
  REQUIRE(b.wait([&] { return b.hints.size() >= 2; }));
  std::lock_guard lock(b.mutex);
  REQUIRE(b.events.size() == 2);
  CHECK(b.events[0].receiver == person);
  CHECK(b.events[0].seq == 1);
  CHECK(b.events[1].seq == 2);
  CHECK(b.events[0].at == from_millis(5));
  CHECK(*b.events[0].body == *body);
  CHECK(b.hints[0].kind == "session.changed");
  CHECK(b.hints[0].id == 41);
  CHECK(b.hints[0].site == SiteId(7));
  CHECK(b.hints[0].audience == store::Hint::staff);
}

TEST_CASE("numbers of one stream have no gap and no double, whoever writes") {
  FreshPlace fresh;
  Node a(fresh.place()), b(fresh.place());
  const auto person = make_person(a.store);
  constexpr int each = 60;
  std::vector<std::thread> threads;
  std::atomic<int> refused{0};
  for (Node* node : {&a, &b})
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([&, node] {
        for (int i = 0; i < each; ++i) {
          const auto done = node->store.write_now("test", [&](Transaction& tx) -> Result<bool> {
            tx.emit(person, from_millis(1), std::make_shared<const std::string>("\"kind\":\"test\""));
            return true;
          });
          if (!done) ++refused;
        }
      });
  for (auto& thread : threads) thread.join();
  const auto numbers = a.store.read_now(
      [](Snapshot& db) { return db.all<std::int64_t>("SELECT seq FROM stream_event ORDER BY seq"); });
  REQUIRE(numbers.size() == static_cast<std::size_t>(6 * each - refused));
  CHECK(refused < 6 * each / 10);
  for (std::size_t i = 0; i < numbers.size(); ++i) REQUIRE(numbers[i] == static_cast<std::int64_t>(i) + 1);
}

TEST_CASE("due work is claimed by one server only") {
  FreshPlace fresh;
  Node a(fresh.place()), b(fresh.place());
  constexpr std::int64_t rows = 400;
  a.store
      .write_now("test",
                 [](Transaction& tx) -> Result<bool> {
                   tx.run("CREATE TABLE work (id bigint PRIMARY KEY, done_by text)");
                   tx.run("INSERT INTO work (id) SELECT * FROM generate_series(1, 400)");
                   return true;
                 })
      .value();
  std::mutex mutex;
  std::multiset<std::int64_t> taken;
  std::vector<std::thread> threads;
  for (Node* node : {&a, &b})
    for (int t = 0; t < 2; ++t)
      threads.emplace_back([&, node] {
        for (;;) {
          std::vector<std::int64_t> mine;
          node->store
              .claim_now("test",
                         [&](Transaction& tx) -> Result<bool> {
                           mine = tx.claim<std::int64_t>(
                               "SELECT id FROM work WHERE done_by IS NULL ORDER BY id LIMIT $1",
                               std::int64_t{7});
                           for (const auto id : mine)
                             tx.run("UPDATE work SET done_by = 'somebody' WHERE id = $1", id);
                           return true;
                         })
              .value();
          if (mine.empty()) return;
          std::lock_guard lock(mutex);
          taken.insert(mine.begin(), mine.end());
        }
      });
  for (auto& thread : threads) thread.join();
  CHECK(taken.size() == rows);
  CHECK(std::set<std::int64_t>(taken.begin(), taken.end()).size() == rows);
}

TEST_CASE("a job that runs alone is passed over while another server is at it") {
  FreshPlace fresh;
  Node a(fresh.place()), b(fresh.place());
  std::int64_t elsewhere = -1;
  const auto here = a.store.alone_now("test.job", [&](Transaction&) -> Result<std::int64_t> {
    std::thread other([&] {
      elsewhere =
          b.store.alone_now("test.job", [](Transaction&) -> Result<std::int64_t> { return 5; }).value();
    });
    other.join();
    return 3;
  });
  CHECK(here.value() == 3);
  CHECK(elsewhere == 0);
  CHECK(b.store.alone_now("test.job", [](Transaction&) -> Result<std::int64_t> { return 5; }).value() == 5);
}

TEST_CASE("two servers that start together make the schema once") {
  const std::string name = Databases::make();
  std::vector<std::thread> threads;
  std::atomic<int> opened{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      store::PostgresOptions options;
      options.uri = Databases::uri(name);
      store::PostgresStore store(options);
      ++opened;
    });
  for (auto& thread : threads) thread.join();
  CHECK(opened == 4);
  store::read({{}, Databases::uri(name)}, [](Snapshot& db) {
    CHECK(db.one<std::int64_t>("SELECT count(*) FROM schema_step") ==
          static_cast<std::int64_t>(store::postgres_migrations().size()));
  });
  Databases::drop(name);
}

TEST_CASE(
    "of two that take the last of something at the same moment one gets it, and the other is refused in "
    "words") {
  FreshPlace fresh;
  Node a(fresh.place()), b(fresh.place());
  a.store
      .write_now("test",
                 [](Transaction& tx) -> Result<bool> {
                   tx.run("CREATE TABLE seat (id bigint PRIMARY KEY)");
                   return true;
                 })
      .value();
  for (std::int64_t round = 0; round < 50; ++round) {
    std::atomic<int> won{0}, refused{0}, other{0};
    const auto take = [&](Node& node) {
      const auto taken = node.store.write_now("test", [&](Transaction& tx) -> Result<bool> {
        if (tx.one<std::int64_t>("SELECT id FROM seat WHERE id = $1", round))
          return conflict("taken", "Taken.");
        tx.run("INSERT INTO seat (id) VALUES ($1)", round);
        return true;
      });
      if (taken)
        ++won;
      else if (taken.error().code == "taken")
        ++refused;
      else
        ++other;
    };
    std::thread one([&] { take(a); }), two([&] { take(b); });
    one.join();
    two.join();
    REQUIRE(won == 1);
    REQUIRE(refused == 1);
    REQUIRE(other == 0);
  }
}

}  // namespace circled
