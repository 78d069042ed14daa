// What /metrics says to whoever watches the server.
#include <doctest/doctest.h>

#include <fstream>
#include <map>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;

namespace {

// Every sample by its name with labels, as it stands on its line.
std::map<std::string, double> figures(Person& who) {
  const Answer answer = who.ask("GET", "/metrics");
  REQUIRE(answer.status == 200);
  CHECK(answer.header("Content-Type").starts_with("text/plain"));
  std::map<std::string, double> all;
  std::istringstream lines(answer.body);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const auto space = line.rfind(' ');
    all[line.substr(0, space)] = std::stod(line.substr(space + 1));
  }
  return all;
}

// The figures README names: `circled_…`, with or without a label.
std::vector<std::string> documented() {
  std::ifstream in(CIRCLED_SOURCE_DIR "/README.md");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::string> names;
  for (auto at = text.find("`circled_"); at != std::string::npos; at = text.find("`circled_", at + 1))
    names.push_back(text.substr(at + 1, text.find('`', at + 1) - at - 1));
  return names;
}

// How often a route was answered with this class of status.
double requests(const std::map<std::string, double>& all, const std::string& method, const std::string& route,
                const std::string& status) {
  const auto found = all.find("circled_requests_total{method=\"" + method + "\",route=\"" + route +
                              "\",status=\"" + status + "\"}");
  return found == all.end() ? 0 : found->second;
}

}  // namespace

TEST_CASE("every figure that README names is there from the start") {
  Programme programme;
  const auto all = figures(programme.admin);
  const auto names = documented();
  REQUIRE(names.size() >= 7);
  for (const auto& name : names) {
    CAPTURE(name);
    // "name{label="x"}" stands for any series of that name with that label.
    const auto brace = name.find('{');
    const std::string bare = name.substr(0, brace);
    const std::string label =
        brace == std::string::npos ? "" : name.substr(brace + 1, name.size() - brace - 2);
    CHECK(std::any_of(all.begin(), all.end(), [&](const auto& sample) {
      const std::string& series = sample.first;
      return series == bare || (series.starts_with(bare + "{") && series.find(label) != std::string::npos);
    }));
  }
  CHECK(all.at("circled_store_writable") == 1);
  CHECK(all.at("circled_faults_total") == 0);
  CHECK(all.at("circled_reminders_overdue") == 0);
}

TEST_CASE("requests are counted by the pattern of their route") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  const auto ben = programme.add_client("Ben", programme.counselor);
  // All on one connection: each is counted before the next is read.
  Person& who = programme.counselor;
  const auto before = figures(who);
  for (const auto client : {ana, ben, ana})
    CHECK(who.ask("GET", "/api/v1/clients/" + std::to_string(client)).status == 200);
  for (const char* client : {"987654321", "987654322"})
    CHECK(who.ask("GET", std::string("/api/v1/clients/") + client).status == 404);
  CHECK(who.ask("GET", "/api/v1/sessions?site=987654323").status == 422);
  for (const char* path : {"/api/v1/nowhere-987654324", "/api/v1/nowhere-987654325"})
    CHECK(who.ask("GET", path).status == 404);
  const auto after = figures(who);

  const auto grown = [&](const char* method, const char* route, const char* status) {
    return requests(after, method, route, status) - requests(before, method, route, status);
  };
  CHECK(grown("GET", "/api/v1/clients/{client}", "2xx") == 3);
  CHECK(grown("GET", "/api/v1/clients/{client}", "4xx") == 2);
  CHECK(grown("GET", "/api/v1/sessions", "4xx") == 1);
  CHECK(grown("none", "none", "4xx") == 2);
  CHECK(grown("GET", "/metrics", "2xx") == 1);
  CHECK(requests(after, "POST", "/api/v1/clients", "2xx") == 2);
  for (const auto& [series, value] : after) CHECK(series.find("98765432") == std::string::npos);

  const std::string labels = "{method=\"GET\",route=\"/api/v1/clients/{client}\"}";
  CHECK(after.at("circled_request_duration_seconds_count" + labels) == 5);
}

TEST_CASE("live connections are counted while they last") {
  Programme programme;
  CHECK(figures(programme.admin).at("circled_live_connected") == 0);
  Live dashboard = programme.counselor.live();
  CHECK(figures(programme.admin).at("circled_live_connected") == 1);
  CHECK(figures(programme.admin).at("circled_live_sockets") == 1);
  dashboard.close();
  // It goes when its thread has seen the end; asking goes on until then.
  const auto until = std::chrono::steady_clock::now() + patience;
  while (figures(programme.admin).at("circled_live_connected") > 0)
    REQUIRE(std::chrono::steady_clock::now() < until);
}
