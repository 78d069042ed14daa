#include "app/options.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>
#include <set>

using namespace circled;
using namespace circled::app;

namespace {

// A configuration file that goes away with the test.
struct File {
  std::filesystem::path path;
  explicit File(std::string_view text) {
    std::string name = (std::filesystem::temp_directory_path() / "circled-config-XXXXXX").string();
    const int fd = ::mkstemp(name.data());
    ::close(fd);
    path = name;
    std::ofstream(path) << text;
  }
  ~File() { std::filesystem::remove(path); }
};

using Variables = std::map<std::string, std::string>;

Options read(const Flags& flags, const std::filesystem::path& file = {}, const Variables& variables = {}) {
  return read_options(flags, file, [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

std::string complaint(std::string_view text) {
  const File file(text);
  try {
    read({}, file.path);
  } catch (const StartError& e) {
    const std::string said = e.what();
    REQUIRE(said.starts_with(file.path.string() + ":"));
    CHECK(said.find('\n') == std::string::npos);
    return said.substr(file.path.string().size());
  }
  return "no complaint";
}

}  // namespace

TEST_CASE("each key has one name, a meaning, and a default that it accepts") {
  std::set<std::string_view> names;
  for (const auto& key : option_keys()) {
    CAPTURE(key.name);
    CHECK(names.insert(key.name).second);
    CHECK(!key.meaning.empty());
    Options options;
    if (!key.default_value.empty()) CHECK(key.set(options, key.default_value).empty());
  }
}

TEST_CASE("the table's defaults are the struct's") {
  Options from_table;
  for (const auto& key : option_keys())
    if (!key.default_value.empty()) key.set(from_table, key.default_value);
  const Options plain;
  CHECK(from_table.listen_address == plain.listen_address);
  CHECK(from_table.listen_port == plain.listen_port);
  CHECK(from_table.data == plain.data);
  CHECK(from_table.threads == plain.threads);
  CHECK(from_table.commit_batch == plain.commit_batch);
  CHECK(from_table.queue == plain.queue);
  CHECK(from_table.log_level == plain.log_level);
  CHECK(from_table.log_format == plain.log_format);
  CHECK(from_table.header_limit == plain.header_limit);
  CHECK(from_table.body_limit == plain.body_limit);
  CHECK(from_table.header_deadline == plain.header_deadline);
  CHECK(from_table.body_deadline == plain.body_deadline);
  CHECK(from_table.idle_deadline == plain.idle_deadline);
  CHECK(from_table.max_connections == plain.max_connections);
}

TEST_CASE("flag goes before environment, environment before file, file before default") {
  const File file("commit_batch = 2\nqueue = 20\nlog_level = \"warn\"\n");
  const Options options =
      read({{"commit_batch", "4"}}, file.path, {{"CIRCLED_COMMIT_BATCH", "3"}, {"CIRCLED_QUEUE", "30"}});
  CHECK(options.commit_batch == 4);
  CHECK(options.queue == 30);
  CHECK(options.log_level == "warn");
  CHECK(options.body_limit == 1048576);
}

TEST_CASE("the file speaks TOML: numbers, texts and lists") {
  const File file(
      "listen = \"[::1]:9000\"\n"
      "trusted_proxies = [\"10.0.0.7\", \"10.1.0.0/16\"]\n"
      "public_origin = \"https://circled.example.org\"\n"
      "header_deadline = 5\n");
  const Options options = read({}, file.path);
  CHECK(options.listen_address == "::1");
  CHECK(options.listen_port == 9000);
  CHECK(options.trusted_proxies == std::vector<std::string>{"10.0.0.7", "10.1.0.0/16"});
  CHECK(options.public_origin == "https://circled.example.org");
  CHECK(options.header_deadline == Seconds{5});
}

TEST_CASE("what is wrong in the file is named with its line and the remedy") {
  CHECK(complaint("queue = 20\n\ncomit_batch = 3\n") ==
        ":3: there is no key \"comit_batch\"; did you mean commit_batch?");
  CHECK(complaint("entirely_other = 1\n") ==
        ":1: there is no key \"entirely_other\"; remove it (circled serve --help lists the keys)");
  CHECK(complaint("queue = \"20\"\n") == ":1: queue must be a whole number without quotes");
  CHECK(complaint("\nqueue = 0\n") == ":2: queue must be a whole number from 1 to 1000000, not \"0\"");
  CHECK(complaint("listen = 8080\n") == ":1: listen must be text in quotes");
  CHECK(complaint("log_level = \"loud\"\n") ==
        ":1: log_level must be one of debug, info, warn, error, not \"loud\"");
  CHECK(complaint("trusted_proxies = [1]\n") == ":1: trusted_proxies must hold texts in quotes only");
  CHECK(complaint("trusted_proxies = [\"10.0.0.0/33\"]\n") ==
        ":1: trusted_proxies must list addresses or networks, such as 10.0.0.7, 10.1.0.0/16, not "
        "\"10.0.0.0/33\"");
  CHECK(complaint("public_origin = \"example.org\"\n") ==
        ":1: public_origin must be a scheme and a host without a path, such as https://circled.example.org, "
        "not \"example.org\"");
  CHECK(complaint("queue = 1\nqueue =\n").starts_with(":2: this is not valid TOML: "));
}

TEST_CASE("what is wrong elsewhere names the flag or the variable") {
  CHECK_THROWS_WITH(
      read({{"listen", "example.org:80"}}),
      "--listen: listen must be ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080, not \"example.org:80\"");
  CHECK_THROWS_WITH(read({}, {}, {{"CIRCLED_THREADS", "-1"}}),
                    "environment CIRCLED_THREADS: threads must be a whole number from 0 to 256, not \"-1\"");
  CHECK_THROWS_WITH(read({{"tls_key", "k.pem"}}),
                    "tls_certificate: is missing; TLS needs both tls_certificate and tls_key, or neither");
  CHECK_THROWS_WITH(read({}, "/nowhere/circled.toml"),
                    "/nowhere/circled.toml: the configuration file cannot be read; check --config");
}

TEST_CASE("push services are told whom to write to, and may be narrowed down") {
  const File file(
      "push_contact = \"mailto:calendar@example.org\"\npush_services = [\"https://push.example\", "
      "\"https://10.0.0.7:8443\"]\n");
  const Options options = read({}, file.path);
  CHECK(options.push_contact == "mailto:calendar@example.org");
  CHECK(options.push_services == std::vector<std::string>{"https://push.example", "https://10.0.0.7:8443"});
  CHECK_THROWS_AS(read({{"push_contact", "calendar@example.org"}}), StartError);
  CHECK_THROWS_WITH(read({{"push_services", "https://push.example"}}),
                    "push_contact: is missing; push_services needs it");
  for (const char* wrong :
       {"http://push.example", "push.example", "https://push.example/x", "https://Push.Example"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(read({{"push_contact", "https://example.org"}, {"push_services", wrong}}), StartError);
  }
}

TEST_CASE("an address to listen on") {
  for (const char* wrong :
       {"8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80", "[::1]", "a:b"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(read({{"listen", wrong}}), StartError);
  }
  CHECK(read({{"listen", "localhost:0"}}).listen_address == "127.0.0.1");
  CHECK(read({{"listen", "0.0.0.0:80"}}).listen_address == "0.0.0.0");
}
