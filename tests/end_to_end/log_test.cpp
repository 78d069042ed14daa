// The server's log: one line for each request, nothing of anybody's in it, and no reason to end when
// nobody reads it.
#include <doctest/doctest.h>

#include <regex>
#include <set>
#include <sstream>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

struct RequestLine {
  std::string id, method, route;
  int status = 0;
};

// What the log says of requests; every other line is passed over. In JSON, every line must be an object.
std::vector<RequestLine> requests_in(const std::string& log, bool as_json) {
  static const std::regex text(
      R"(^\S+Z (?:info|debug) request id=(\S+) method=(\S+) route=(.+) status=(\d+) ms=[\d.]+$)");
  std::vector<RequestLine> found;
  for (const auto& line : lines_of(log)) {
    CAPTURE(line);
    if (as_json) {
      boost::system::error_code ec;
      const auto value = json::parse(line, ec);
      REQUIRE(!ec);
      const auto& object = value.as_object();
      if (object.at("text").as_string() != "request") continue;
      std::set<std::string> members;
      for (const auto& member : object) members.emplace(member.key());
      CHECK(members == std::set<std::string>{"at", "level", "text", "id", "method", "route", "status", "ms"});
      found.push_back({std::string(object.at("id").as_string()), std::string(object.at("method").as_string()),
                       std::string(object.at("route").as_string()), static_cast<int>(id(value, "status"))});
      continue;
    }
    if (line.find(" request ") == std::string::npos) continue;
    std::smatch parts;
    const bool as_it_should_be = std::regex_match(line, parts, text);
    REQUIRE(as_it_should_be);
    found.push_back({parts[1], parts[2], parts[3], std::stoi(parts[4])});
  }
  return found;
}

// Every route as the log may name it: those of the published document, and what is no row of the table.
std::set<std::string> patterns(Person& who) {
  std::set<std::string> all{"-", "static", "live"};
  const auto document = who.get("/api/openapi.json");
  for (const auto& path : document.at("paths").as_object())
    for (const auto& method : path.value().as_object()) {
      std::string name(method.key());
      for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      all.insert(name + " " + std::string(path.key()));
    }
  return all;
}

}  // namespace

TEST_CASE("a log holds neither name, login, password, token, code, query nor path") {
  bool as_json = false;
  SUBCASE("text") {}
  SUBCASE("json") { as_json = true; }
  Programme programme;
  CHECK(programme.server().stop() == 0);
  programme.start({"--log-level", "debug", "--log-format", as_json ? "json" : "text"});
  const auto known = patterns(programme.admin);
  Person cara = programme.add_staff("rapscallion", "counselor", "Cassiopeia");
  std::vector<std::string> secrets{"Quillonia",
                                   "quillonia",
                                   "Example",
                                   "rapscallion",
                                   "Cassiopeia",
                                   "vexillology",
                                   "zugzwang",
                                   "marzipan",
                                   "9876543",
                                   cara.token(),
                                   programme.admin_password};
  std::vector<std::pair<std::string, std::string>> asked;  // request id, what the log calls it
  const auto note = [&](const Answer& answer, const std::string& route) {
    asked.emplace_back(answer.header("X-Request-Id"), route);
    return answer;
  };

  // Somebody with a name and a number of their own, found, looked at, enrolled and booked.
  const auto client = programme.add_client("Quillonia", cara);
  const std::string record = "/api/v1/clients/" + std::to_string(client);
  secrets.push_back(record);
  CHECK(note(cara.ask("POST", "/api/v1/clients/search", json::object{{"text", "quillonia"}}),
             "POST /api/v1/clients/search")
            .status == 200);
  CHECK(note(cara.ask("GET", record), "GET /api/v1/clients/{client}").status == 200);
  const auto code = cara.post(record + "/enrolment-codes", json::object{}).at("code").as_string();
  secrets.emplace_back(code);
  Http phone(programme.port());
  const Answer enrolled =
      note(phone.send(
               "POST", "/api/v1/devices",
               json::serialize(json::object{{"code", code}, {"device", "marzipan phone"}, {"keep", "token"}}),
               {{"Content-Type", "application/json"}}),
           "POST /api/v1/devices");
  REQUIRE(enrolled.status == 201);
  Person device(programme.port(), std::string(enrolled.json().at("token").as_string()));
  secrets.push_back(device.token());
  Live live = device.live();
  programme.admin.post("/api/v1/sessions",
                       programme.booking(client, std::chrono::floor<std::chrono::minutes>(now()) + 40h));
  next_event(live, "appointment.booked");
  live.send(json::object{{"type", "marzipan"}, {"id", uuid()}});
  live.send(std::string("Quillonia is not JSON"));
  CHECK(live.close_code() == 1007);

  // And what goes wrong, with words of its own everywhere.
  Http stranger(programme.port());
  const Headers type{{"Content-Type", "application/json"}};
  const std::string wrong = json::serialize(
      json::object{{"login", "vexillology"}, {"password", "zugzwang zugzwang"}, {"device", "marzipan"}});
  CHECK(note(stranger.send("POST", "/api/v1/tokens", wrong, type), "POST /api/v1/tokens").status == 401);
  CHECK(note(stranger.send("GET", "/api/v1/me", "", {{"Authorization", "Bearer marzipan"}}), "GET /api/v1/me")
            .status == 401);
  CHECK(note(stranger.send("GET", "/healthz?marzipan=1", "", {{"User-Agent", "marzipan"}}), "GET /healthz")
            .status == 422);
  note(stranger.send("GET", "/marzipan.html?marzipan"), "static");
  CHECK(note(stranger.send("GET", "/live?token=marzipan"), "-").status == 426);
  CHECK(note(cara.ask("GET", "/api/v1/sessions?site=9876543&marzipan=zugzwang"), "GET /api/v1/sessions")
            .status == 422);
  CHECK(note(cara.ask("GET", "/api/v1/clients/9876543"), "GET /api/v1/clients/{client}").status == 404);
  CHECK(note(cara.ask("GET", "/api/v1/marzipan/9876543"), "-").status == 404);
  CHECK(note(cara.ask("POST", "/api/v1/clients", json::object{{"marzipan", "Quillonia"}}),
             "POST /api/v1/clients")
            .status == 422);
  CHECK(note(stranger.raw("marzipan /zugzwang HTTP/1.1\r\nvexillology\r\n\r\n"), "-").status == 400);
  CHECK(stranger.closed());
  CHECK(programme.server().stop() == 0);

  const std::string log = programme.server().log();
  for (const auto& secret : secrets) {
    CAPTURE(secret);
    CHECK(log.find(secret) == std::string::npos);
  }
  const auto logged = requests_in(log, as_json);
  for (const auto& line : logged) {
    CAPTURE(line.route);
    CHECK(known.count(line.route) == 1);
  }
  for (const auto& [request, route] : asked) {
    CAPTURE(route);
    REQUIRE(!request.empty());
    const auto found = std::find_if(logged.begin(), logged.end(),
                                    [&, &which = request](const auto& line) { return line.id == which; });
    REQUIRE(found != logged.end());
    CHECK(found->route == route);
  }
}

TEST_CASE("a log that nobody reads any more does not end the server") {
  TemporaryFolder folder;
  Server server(folder / "data", Server::Piped{});
  server.stop_reading();
  // Each leaves a line of some 100 bytes; at 32 KB they are written out at once.
  Http http(server.port());
  for (int i = 0; i < 1000; ++i) REQUIRE(http.send("GET", "/api/v1/me").status == 401);
  CHECK(Http(server.port()).send("GET", "/readyz").status == 200);
  CHECK(server.stop() == 0);
}
