// A programme moves from a data folder into a PostgreSQL database, works there, and moves back.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "end_to_end/programme.hpp"
#include "end_to_end/refusal.hpp"
#include "support/engine.hpp"
#include "support/text.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
namespace test = circled::test;
using circled::test::contains;
using circled::test::read_file;

namespace {

// A database of its own, without a schema.
struct Database {
  Database() {
    circled::initialise_crypto();
    name = test::Databases::make();
    uri = test::Databases::uri(name);
  }
  ~Database() { test::Databases::drop(name); }
  Database(const Database&) = delete;
  std::string name, uri;
};

Finished migrate(const std::string& from, const std::string& to, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"migrate", "--from", from, "--to", to};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run(arguments);
}

// The words of the line of the demo's accounts that begins with this login.
std::string password_of(const std::string& said, const std::string& login) {
  const auto at = said.find("\n  " + login + " ");
  REQUIRE(at != std::string::npos);
  std::istringstream line(said.substr(at));
  std::string name, password;
  line >> name >> password;
  return password;
}

}  // namespace

TEST_CASE("the demo moves into a database, is worked in there, and moves back") {
  TemporaryFolder folder;
  Database database;
  const std::string old = folder / "old", back = folder / "back", node = folder / "node";
  const Finished made = run({"demo", "--data", old, "--seed", "7"});
  REQUIRE(made.code == 0);

  const Finished there = migrate(old, database.uri);
  CAPTURE(there.err);
  REQUIRE(there.code == 0);
  CHECK(contains(there.out, "audit chain: ok"));
  CHECK(contains(there.out, "streams: ok"));
  CHECK(contains(there.out, "the same on both sides"));
  CHECK(contains(there.out, old + "/key"));

  const std::string key = old + "/key";
  std::int64_t booked = 0;
  {
    Server server(node, {"--store", database.uri, "--key", key});
    Person cora = Person::sign_in(server.port(), "cora", password_of(made.out, "cora"));
    const auto me = id(cora.get("/api/v1/me"), "person");
    const auto client = id(cora.post("/api/v1/clients/search", json::object{}).at("items").at(0));
    const auto service = id(cora.get("/api/v1/services").at("items").at(0));
    const auto site = id(cora.get("/api/v1/sites").at("items").at(0));
    // Which hours are taken depends on the day the demo was made.
    const auto free =
        cora.get("/api/v1/slots?duration_minutes=30&limit=1&service=" + std::to_string(service) + "&site=" +
                 std::to_string(site) + "&staff=" + std::to_string(me) + "&client=" + std::to_string(client) +
                 "&from=" + text(now() + 24h * 30) + "&until=" + text(now() + 24h * 44));
    REQUIRE(!free.at("items").as_array().empty());
    booked =
        id(cora.post("/api/v1/sessions", json::object{{"service", service},
                                                      {"kind", "one_on_one"},
                                                      {"site", site},
                                                      {"starts_at", free.at("items").at(0).at("starts_at")},
                                                      {"duration_minutes", 30},
                                                      {"facilitators", json::array{me}},
                                                      {"clients", json::array{client}}}));
    CHECK(server.stop() == 0);
  }
  CHECK(run({"verify", "--data", node, "--store", database.uri, "--key", key}).code == 0);

  const Finished home = migrate(database.uri, back, {"--key", key});
  CAPTURE(home.err);
  REQUIRE(home.code == 0);
  CHECK(contains(home.out, "audit chain: ok"));
  CHECK((read_file(back + "/key") == read_file(key)));
  struct ::stat status {};
  REQUIRE(::stat((back + "/key").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(run({"verify", "--data", back}).code == 0);

  Server server(back);
  Person cora = Person::sign_in(server.port(), "cora", password_of(made.out, "cora"));
  CHECK(id(cora.get("/api/v1/sessions/" + std::to_string(booked))) == booked);
  CHECK(server.stop() == 0);
}

TEST_CASE("what cannot be moved is one line, and nothing has changed") {
  Programme programme;
  Database database;
  const std::string data = programme.data(), fresh = programme.folder() / "fresh";
  const fs::path key = fs::path(data) / "key";

  check_refusal(migrate(data, database.uri), {data, "another circled"});
  check_refusal(migrate(data, data), {"--to", "the same place"});
  check_refusal(migrate(data, data + "/../data"), {"--to", "the same place"});
  check_refusal(migrate(data, "mysql://db.example/circled"), {"--to", "postgres://"});
  check_refusal(migrate("ftp://x/y", fresh), {"--from", "postgres://"});
  const Finished open = migrate(data, "postgres://ann:secret@127.0.0.1/circled");
  check_refusal(open, {"--to", "PGPASSFILE"});
  CHECK(!contains(open.err, "secret"));
  check_refusal(migrate(fresh, database.uri), {fresh, "no database"});
  check_refusal(migrate(data, ""), {"--to"});
  check_refusal(run({"migrate", "--from", data}), {"--to"});
  check_refusal(migrate(database.uri, fresh), {"no data of circled"});

  CHECK(programme.server().stop() == 0);
  check_refusal(migrate(data, "postgres://127.0.0.1:1/circled"),
                {"circled at 127.0.0.1", "cannot be reached"});
  const std::string other = programme.folder() / "other.key";
  std::ofstream(other) << std::string(32, 'k');
  check_refusal(migrate(data, database.uri, {"--key", other}), {other, "another key"});
  check_refusal(migrate(data, fresh, {"--key", fresh + "/key"}), {fresh + "/key", "missing"});
  CHECK(!fs::exists(fresh));

  const std::string second = programme.folder() / "second";
  REQUIRE(migrate(data, second).code == 0);  // so does a folder
  check_refusal(migrate(data, second), {second, "holds data"});
  REQUIRE(migrate(data, database.uri).code == 0);
  check_refusal(migrate(data, database.uri), {"holds data"});
  check_refusal(migrate(database.uri, fresh), {"--key"});
  fs::create_directory(fresh);
  std::ofstream(fresh + "/key") << std::string(32, 'k');
  check_refusal(migrate(database.uri, fresh, {"--key", key}), {fresh + "/key", "other data"});

  // Whoever changed the trail before is found out before anybody relies on the copy.
  Database third;
  REQUIRE(std::system(("sqlite3 '" + data +
                       "/circled.sqlite3' \"DROP TRIGGER audit_is_fixed; UPDATE audit SET action = 'nothing' "
                       "WHERE id = 2\"")
                          .c_str()) == 0);
  check_refusal(migrate(data, third.uri), {"audit chain", "entry 2"});
  fs::remove(fresh + "/key");
  check_refusal(migrate(data, fresh), {"audit chain"});
  CHECK(fs::is_empty(fresh));
}
