// What PostgreSQL can do to us: be away, refuse, break the connection at the worst moment. Nothing is
// doubled, nothing half-written, nobody is told more than is known.
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <latch>
#include <thread>

#include "store/engine.hpp"
#include "store/postgres.hpp"
#include "support/text.hpp"

namespace circled {
namespace {

using namespace test;

// A parameter of the test server's address.
std::string part_of(const std::string& uri, const std::string& name) {
  const auto at = uri.find(name + "=");
  const auto begin = at + name.size() + 1;
  return uri.substr(begin, uri.find('&', begin) - begin);
}

// Stands between a store and the server, on a socket of its own, and cuts the connection at a COMMIT.
class Cutter {
 public:
  enum Moment { never, before_it_arrives, after_it_arrived, after_it_arrived_for_good };

  explicit Cutter(const std::string& uri)
      : real_(part_of(uri, "host") + "/.s.PGSQL." + part_of(uri, "port")) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto path = (folder_.path() / ".s.PGSQL.5432").string();
    sockaddr_un address = to(path);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 64) != 0)
      throw std::runtime_error("no socket at " + path);
    thread_ = std::thread([this] { accept_for_ever(); });
    std::string through = uri;
    through.replace(through.find("host=") + 5, part_of(uri, "host").size(), folder_.path().string());
    through.replace(through.find("port=") + 5, part_of(uri, "port").size(), "5432");
    uri_ = through;
  }
  ~Cutter() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    for (auto& thread : pumps_) thread.join();
    ::close(listener_);
  }

  const std::string& uri() const { return uri_; }
  void cut(Moment moment) { moment_ = moment; }
  int cuts() const { return cuts_; }

 private:
  static sockaddr_un to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
  }

  void accept_for_ever() {
    for (;;) {
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (stopping_ || client < 0) return;
      if (closed_) {
        ::close(client);
        continue;
      }
      pumps_.emplace_back([this, client] { pump(client); });
    }
  }

  void pump(int client) {
    const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address = to(real_);
    if (::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
      while (!stopping_ && forward(client, server)) {
      }
    }
    ::close(server);
    ::close(client);
  }

  // Whatever is there in either direction. False when the connection ends, or is ended here.
  bool forward(int client, int server) {
    pollfd ends[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    ::poll(ends, 2, 100);
    char buffer[65536];
    if (ends[1].revents != 0) {
      const auto n = ::recv(server, buffer, sizeof buffer, 0);
      if (n <= 0 || ::send(client, buffer, static_cast<std::size_t>(n), MSG_NOSIGNAL) != n) return false;
    }
    if (ends[0].revents != 0) {
      const auto n = ::recv(client, buffer, sizeof buffer, 0);
      if (n <= 0) return false;
      const std::string_view said(buffer, static_cast<std::size_t>(n));
      // The COMMIT's own name, or its prepared statement's: seen when it is prepared, and from then on known.
      const bool commits = contains(said, "COMMIT") || (!commit_.empty() && contains(said, commit_));
      remember(said);
      Moment moment = commits ? moment_.exchange(never) : never;
      if (moment == before_it_arrives) {
        ++cuts_;
        return false;
      }
      if (::send(server, buffer, static_cast<std::size_t>(n), MSG_NOSIGNAL) != n) return false;
      if (moment != never) {
        // The server's answer shows that it is done; nobody hears it.
        if (::recv(server, buffer, sizeof buffer, 0) <= 0) return false;
        ++cuts_;
        closed_ = moment == after_it_arrived_for_good;
        return false;
      }
    }
    return true;
  }

  void remember(std::string_view said) {
    const auto at = said.find(std::string_view("\0COMMIT\0", 8));
    if (at == said.npos) return;
    const auto begin = said.rfind('s', at);
    commit_ = std::string(1, '\0') + std::string(said.substr(begin, at - begin)) + std::string(1, '\0');
  }

  TemporaryFolder folder_;
  const std::string real_;
  std::string uri_;
  int listener_ = -1;
  std::atomic<bool> stopping_{false}, closed_{false};
  std::atomic<Moment> moment_{never};
  std::atomic<int> cuts_{0};
  std::string commit_;
  std::thread thread_;
  std::vector<std::thread> pumps_;
};

// A store whose one writer's connection goes through a Cutter.
struct Broken {
  FreshPlace fresh;
  Cutter cutter{fresh.place().uri};
  std::unique_ptr<store::PostgresStore> store;

  Broken() {
    store::PostgresOptions options;
    options.uri = cutter.uri();
    options.writers = 1;
    options.readers = 1;
    store = std::make_unique<store::PostgresStore>(options);
    write_site("first");
  }
  Result<SiteId> write_site(const std::string& name) {
    return store->write_now("test", [&](Transaction& tx) -> Result<SiteId> {
      ++runs;
      return add_site(tx, name);
    });
  }
  // Through a connection of its own.
  std::vector<std::string> sites() {
    std::vector<std::string> found;
    store::read(fresh.place(),
                [&](Snapshot& db) { found = db.all<std::string>("SELECT name FROM site ORDER BY name"); });
    return found;
  }
  // Ends every other connection to this database, as an operator does.
  void end_connections() {
    fresh.run_outside(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid "
        "<> "
        "pg_backend_pid()");
  }

  std::atomic<int> runs{0};
};

std::string refusal_of(const std::string& uri,
                       std::span<const store::Migration> migrations = store::postgres_migrations()) {
  store::PostgresOptions options;
  options.uri = uri;
  try {
    store::PostgresStore opened(options, migrations);
  } catch (const store::OpenError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE(
    "a connection that is lost before a transaction, or in its middle, costs nothing but a repetition") {
  Broken b;
  const int before = b.runs;
  SUBCASE("before it") {
    b.end_connections();
    CHECK(b.write_site("second").has_value());
  }
  SUBCASE("in its middle") {
    bool ended = false;
    CHECK(b.store
              ->write_now("test",
                          [&](Transaction& tx) -> Result<SiteId> {
                            ++b.runs;
                            const auto id = add_site(tx, "second");
                            if (!std::exchange(ended, true)) b.end_connections();
                            return id;
                          })
              .has_value());
    CHECK(b.runs - before == 2);
  }
  CHECK(b.sites() == std::vector<std::string>{"first", "second"});
  CHECK(b.store->health().writable);
}

TEST_CASE("a COMMIT that never arrived is made again, one that did is not") {
  Broken b;
  const int before = b.runs;
  SUBCASE("it never arrived") {
    b.cutter.cut(Cutter::before_it_arrives);
    CHECK(b.write_site("second").has_value());
    CHECK(b.runs - before == 2);
  }
  SUBCASE("it did") {
    b.cutter.cut(Cutter::after_it_arrived);
    CHECK(b.write_site("second").has_value());
    CHECK(b.runs - before == 1);
  }
  CHECK(b.cutter.cuts() == 1);
  CHECK(b.sites() == std::vector<std::string>{"first", "second"});
}

TEST_CASE("where nobody can say what became of a COMMIT, the caller is told just that") {
  Broken b;
  b.cutter.cut(Cutter::after_it_arrived_for_good);
  const auto unknown = b.write_site("second");
  REQUIRE(unknown.has_error());
  CHECK(unknown.error().code == "outcome_unknown");
  CHECK(unknown.error().kind == ErrorKind::unavailable);
  CHECK(unknown.error().retry_after_s > 0);
  CHECK(b.cutter.cuts() == 1);
  CHECK_FALSE(b.store->health().writable);
  CHECK_THROWS_AS(b.store->read_now([](Snapshot& db) { return db.one<int>("SELECT 1"); }), Unavailable);
}

TEST_CASE("who keeps losing is told to try again, and is not in the way of others") {
  AnyEngine e;
  int tries = 0;
  const auto storm = e.store.write_now("test", [&](Transaction& tx) -> Result<int> {
    ++tries;
    tx.run("DO $do$ BEGIN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END $do$");
    return 1;
  });
  REQUIRE(storm.has_error());
  CHECK(storm.error().code == "busy");
  CHECK(storm.error().retry_after_s > 0);
  CHECK(tries > 5);
  CHECK(e.store.health().retries > 5);
  CHECK(e.store.write_now("test", [](Transaction& tx) -> Result<SiteId> { return add_site(tx, "after"); }));
}

TEST_CASE("what cannot be opened is refused in one line that names it") {
  FreshPlace fresh;
  const std::string uri = fresh.place().uri;
  std::string said;
  SUBCASE("no such database") {
    said = refusal_of(Databases::uri("nowhere"));
    CHECK(contains(said, "\"nowhere\" does not exist"));
  }
  SUBCASE("nobody there") {
    said = refusal_of("postgres:///circled?host=/nowhere&user=circled");
    CHECK(contains(said, "cannot be reached"));
  }
  SUBCASE("a newer version") {
    fresh.run_outside("INSERT INTO schema_step (number, name, sha256) VALUES (9999, 'later', 'x')");
    said = refusal_of(uri);
    CHECK(contains(said, "newer version of circled"));
  }
  SUBCASE("another schema under the same number") {
    fresh.run_outside("UPDATE schema_step SET sha256 = 'x' WHERE number = 1");
    said = refusal_of(uri);
    CHECK(contains(said, "schema step 1 is not the one this binary carries"));
  }
  SUBCASE("another program's database") {
    fresh.run_outside("DROP TABLE schema_step");
    said = refusal_of(uri);
    CHECK(contains(said, "tables of another program"));
  }
  SUBCASE("a server that takes no writes") {
    said = refusal_of(uri + "&options=-c%20default_transaction_read_only%3Don");
    CHECK(contains(said, "takes no writes"));
  }
  CAPTURE(said);
  CHECK(contains(said, "database "));
  CHECK_FALSE(contains(said, "\n"));
}

TEST_CASE("an address with a password in it is refused, and not repeated") {
  const auto wrong = store::check_uri("postgres://circled:secret@db.example/circled");
  CHECK(contains(wrong, "PGPASSFILE"));
  CHECK_FALSE(contains(wrong, "secret"));
  CHECK_FALSE(store::check_uri("postgres:///circled?password=secret").empty());
  CHECK_FALSE(store::check_uri("mysql://db.example/circled").empty());
  CHECK_FALSE(store::check_uri("postgres://[bad").empty());
  CHECK(store::check_uri("postgres://circled@db.example/circled?sslmode=verify-full").empty());
}

TEST_CASE("too many reads at once are turned away") {
  FreshPlace fresh;
  store::PostgresOptions options;
  options.uri = fresh.place().uri;
  options.readers = 1;
  options.queue = 2;
  store::PostgresStore store(options);
  std::latch standing(1), go(1);
  boost::asio::io_context io;
  int answered = 0, turned_away = 0;
  const auto read = [&](bool stand) -> Task<> {
    const auto f = [&standing, &go, stand](Snapshot& db) {
      if (stand) {
        standing.count_down();
        go.wait();
      }
      return db.one<int>("SELECT 1");
    };
    try {
      (void)co_await store.read(f);
      ++answered;
    } catch (const Unavailable& e) {
      CHECK(e.retry_after_s > 0);
      ++turned_away;
    }
  };
  boost::asio::co_spawn(io, read(true), boost::asio::detached);
  io.poll();
  standing.wait();
  for (int i = 0; i < 4; ++i) boost::asio::co_spawn(io, read(false), boost::asio::detached);
  io.poll();
  go.count_down();
  io.run();
  CHECK(answered == 3);
  CHECK(turned_away == 2);
}

}  // namespace circled
