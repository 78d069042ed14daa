// What keeps the server from starting, or a word of the command line from doing its work: one clear line
// naming the thing and the remedy, exit code 2, nothing changed.
#include <doctest/doctest.h>

#include <fstream>
#include <map>

#include "end_to_end/programme.hpp"
#include "end_to_end/refusal.hpp"
#include "support/text.hpp"

using namespace circled::end_to_end;
namespace fs = std::filesystem;
using circled::test::read_file;
using circled::test::write_file;

namespace {

// Every file of a folder with its content; a lock file that was there before does not count.
std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> all;
  if (fs::exists(folder))
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file()) all[entry.path().string()] = read_file(entry.path());
  return all;
}

void check_silent_refusal(const Finished& run, const std::vector<std::string>& words) {
  CHECK(run.out.empty());
  check_refusal(run, words);
}

Finished serve(const std::string& data, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"serve", "--listen", "127.0.0.1:0", "--data", data};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run(arguments);
}

}  // namespace

TEST_CASE("a wrong configuration is named before anything is made") {
  TemporaryFolder folder;
  const std::string data = folder / "data", file = folder / "circled.toml";
  write_file(file, "queue = 100\ncomit_batch = 8\n");
  check_silent_refusal(serve(data, {"--config", file}), {file + ":2:", "comit_batch", "commit_batch?"});
  write_file(file, "queue = -1\n");
  check_silent_refusal(serve(data, {"--config", file}), {file + ":1:", "queue", "1000000"});
  check_silent_refusal(serve(data, {"--commit-batch", "many"}), {"--commit-batch", "whole number"});
  check_silent_refusal(serve(data, {"--no-such-flag", "1"}), {"--no-such-flag"});
  check_silent_refusal(run({"serve", "--data", data}, {}, {{"CIRCLED_LISTEN", "nowhere"}}),
                       {"CIRCLED_LISTEN", "ADDRESS:PORT"});
  check_silent_refusal(serve(data, {"--tls-certificate", "/nowhere.pem", "--tls-key", "/nowhere.key"}),
                       {"/nowhere.pem"});
  check_silent_refusal(run({}), {"--help"});
  check_silent_refusal(run({"dance"}), {"dance"});
  CHECK(!fs::exists(data));
}

TEST_CASE("a port in use, a folder in use") {
  Programme programme;
  TemporaryFolder other;
  check_silent_refusal(run({"serve", "--listen", "127.0.0.1:" + std::to_string(programme.port()), "--data",
                            (other / "data").string()}),
                       {std::to_string(programme.port()), "in use", "--listen"});
  check_silent_refusal(serve(programme.data()), {programme.data(), "another circled"});
  check_silent_refusal(run({"restore", "/nowhere", "--data", programme.data(), "--replace"}), {"/nowhere"});
  CHECK(programme.admin.ask("GET", "/readyz").status == 200);
}

TEST_CASE("a damaged database, another program's, a newer version's: refused and left as it is") {
  TemporaryFolder folder;
  const std::string data = folder / "data";
  REQUIRE(run({"account", "create", "ada", "--role", "admin", "--name", "Ada", "--site", "Main", "--zone",
               "America/New_York", "--data", data})
              .code == 0);
  const fs::path database = fs::path(data) / "circled.sqlite3";
  const std::string sound = read_file(database);

  SUBCASE("not a database") {
    write_file(database, "this was a database once, before the disk went\n" + std::string(5000, 'x'));
  }
  SUBCASE("cut short and scribbled over") {
    std::string damaged = sound.substr(0, sound.size() / 2);
    for (std::size_t i = 100; i < 3000 && i < damaged.size(); ++i) damaged[i] = '\xff';
    write_file(database, damaged);
  }
  const auto before = contents(data);
  const Finished refused = serve(data);
  check_silent_refusal(refused, {"circled.sqlite3", "damaged", "restore"});
  CHECK(contents(data) == before);
}

TEST_CASE("what a data folder refuses to be") {
  TemporaryFolder folder;
  SUBCASE("a file") {
    write_file(folder / "data", "x");
    check_silent_refusal(serve(folder / "data"), {(folder / "data").string()});
  }
  SUBCASE("a folder of a newer version") {
    const std::string data = folder / "data";
    REQUIRE(run({"account", "create", "ada", "--role", "admin", "--name", "Ada", "--site", "Main", "--zone",
                 "America/New_York", "--data", data})
                .code == 0);
    REQUIRE(std::system(("sqlite3 '" + data +
                         "/circled.sqlite3' \"INSERT INTO schema_step (number, name, sha256) "
                         "VALUES (9999, 'future', 'f')\"")
                            .c_str()) == 0);
    const auto before = contents(data);
    check_silent_refusal(serve(data), {"circled.sqlite3", "newer version"});
    CHECK(contents(data) == before);
  }
}

TEST_CASE("accounts: by the command line, beside a running server and without one") {
  Programme programme;
  const Finished listed = run({"account", "list", "--data", programme.data()});
  CHECK(listed.code == 0);
  CHECK(listed.out.find("cara") != std::string::npos);
  check_silent_refusal(run({"account", "create", "cara", "--role", "counselor", "--name", "Other", "--site",
                            "Main Street", "--data", programme.data()}),
                       {"login"});
  check_silent_refusal(run({"account", "create", "new", "--role", "counselor", "--name", "Other", "--site",
                            "Nowhere", "--data", programme.data()}),
                       {"Nowhere", "--zone"});
  check_silent_refusal(run({"account", "create", "new", "--role", "janitor", "--name", "Other", "--site",
                            "Main Street", "--data", programme.data()}),
                       {"role"});
  CHECK(run({"account", "set-password", "cara", "--data", programme.data()}, "a password of four words\n")
            .code == 0);
  CHECK(programme.counselor.ask("GET", "/api/v1/me").status == 401);  // the old sign-in has ended
  programme.counselor = Person::sign_in(programme.port(), "cara", "a password of four words");
  CHECK(run({"account", "disable", "colin", "--data", programme.data()}).code == 0);
  CHECK(programme.colleague.ask("GET", "/api/v1/me").status == 401);
  check_silent_refusal(run({"account", "disable", "nobody", "--data", programme.data()}), {"nobody"});

  CHECK(programme.server().stop() == 0);
  const Finished reset = run({"account", "reset", "cara", "--data", programme.data()});
  CHECK(reset.code == 0);
  CHECK(reset.out.find("password: ") != std::string::npos);
  programme.start();
  CHECK(programme.counselor.ask("GET", "/api/v1/me").status == 401);
}
