// What comes from outside and is wrong: each has its answer, and nobody else notices.
#include <doctest/doctest.h>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;

namespace {

const std::string json_type = "Content-Type: application/json\r\n";

std::string request(const std::string& line, const std::string& headers = {}, const std::string& body = {}) {
  return line + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n" + body;
}

}  // namespace

TEST_CASE("malformed HTTP is 400 and closes") {
  Programme programme;
  for (const char* bytes :
       {"GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "GET  /  HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
    CAPTURE(bytes);
    Http http(programme.port());
    CHECK(http.raw(bytes).status == 400);
    CHECK(http.closed());
  }
  CHECK(programme.counselor.ask("GET", "/api/v1/me").status == 200);
}

TEST_CASE("a bad body is answered and the connection lives") {
  Programme programme;
  Http http(programme.port());
  const std::string token = "Bearer " + programme.counselor.token();
  const Headers headers{
      {"Authorization", token}, {"Content-Type", "application/json"}, {"Idempotency-Key", uuid()}};

  const Answer bad_json = http.send("POST", "/api/v1/sessions", "{\"service\": ", headers);
  CHECK(bad_json.status == 400);
  CHECK(bad_json.header("Content-Type") == "application/problem+json");
  CHECK(bad_json.json().at("request_id").as_string().size() > 4);

  const std::string body = R"({"service":"x","kind":"dance","site":1,"starts_at":"soon","duration_minutes":1,
                               "facilitators":[],"clients":[0],"colour":"red"})";
  const Answer wrong = http.send("POST", "/api/v1/sessions", body, headers);
  CHECK(wrong.status == 422);
  std::vector<std::string> pointers;
  const auto problem = wrong.json();
  for (const auto& error : problem.at("errors").as_array())
    pointers.emplace_back(error.at("pointer").as_string());
  CHECK(pointers == std::vector<std::string>{"/service", "/kind", "/starts_at", "/duration_minutes",
                                             "/facilitators", "/clients/0", "/colour"});

  CHECK(http.send("GET", "/api/v1/nowhere", "", {{"Authorization", token}}).status == 404);
  const Answer method = http.send("DELETE", "/api/v1/sessions", "", {{"Authorization", token}});
  CHECK(method.status == 405);
  CHECK(method.header("Allow") == "GET, HEAD, POST, OPTIONS");
  CHECK(http.send("POST", "/api/v1/sessions", body,
                  {{"Authorization", token}, {"Content-Type", "application/json"}})
            .status == 428);
  // All of that on one connection.
  CHECK(http.send("GET", "/api/v1/me", "", {{"Authorization", token}}).status == 200);
}

TEST_CASE("too large, too many, too slow") {
  Programme programme;
  CHECK(programme.server().stop() == 0);
  programme.start(
      {"--header-deadline", "1", "--body-deadline", "1", "--body-limit", "4096", "--header-limit", "2048"});
  const std::string length = "Content-Length: ";
  {
    Http http(programme.port());
    CHECK(http.raw(request("POST /api/v1/sessions", json_type + length + "4097\r\n")).status == 413);
    CHECK(http.closed());
  }
  {
    Http http(programme.port());
    CHECK(http.raw(request("GET /healthz", "X-Filler: " + std::string(4000, 'x') + "\r\n")).status == 431);
    CHECK(http.closed());
  }
  {
    Http http(programme.port());  // headers that never end
    CHECK(http.raw("GET /healthz HTTP/1.1\r\nHost: x\r\n").status == 408);
    CHECK(http.closed());
  }
  {
    Http http(programme.port());  // a body that never comes
    CHECK(http.raw(request("POST /api/v1/sign-in", json_type + length + "100\r\n", "{")).status == 408);
    CHECK(http.closed());
  }
  CHECK(programme.admin.ask("GET", "/readyz").status == 200);
}

TEST_CASE("a full queue is 503 with Retry-After, and what was taken is done") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  CHECK(programme.server().stop() == 0);
  programme.start({"--queue", "1", "--commit-batch", "1"});
  // Forty connections send at once; each is either booked or told to come again.
  const auto start = std::chrono::floor<std::chrono::minutes>(now()) + 50h;
  std::vector<Http> connections;
  for (int i = 0; i < 40; ++i) connections.emplace_back(programme.port());
  std::vector<int> statuses;
  int refused = 0, booked = 0;
  for (int round = 0; round < 20 && refused == 0; ++round) {
    for (std::size_t i = 0; i < connections.size(); ++i) {
      const std::string body =
          json::serialize(programme.booking(ana, start + 1h * (round * 40 + static_cast<int>(i)), 30));
      connections[i].begin("POST", "/api/v1/sessions", body,
                           {{"Authorization", "Bearer " + programme.counselor.token()},
                            {"Content-Type", "application/json"},
                            {"Idempotency-Key", uuid()}});
    }
    for (auto& connection : connections) {
      const Answer answer = connection.finish();
      if (answer.status == 503) {
        ++refused;
        CHECK(!answer.header("Retry-After").empty());
      } else {
        CHECK(answer.status == 201);
        ++booked;
      }
    }
  }
  CHECK(refused > 0);
  const auto listed =
      programme.admin.get("/api/v1/sessions?limit=200&site=" + std::to_string(programme.site) +
                          "&from=" + text(start - 1h) + "&until=" + text(start + 24h * 390));
  CHECK(static_cast<int>(listed.at("items").as_array().size()) == std::min(booked, 200));
}

TEST_CASE("a bad frame closes that WebSocket with the right code and touches nobody else") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  Person device = programme.enrol(ana, programme.counselor);
  Live bystander = device.live();
  Live dashboard = programme.counselor.live();
  const auto start = std::chrono::floor<std::chrono::minutes>(now()) + 28h;
  int bookings = 0;
  const auto still_live = [&] {
    const auto booked =
        programme.counselor.post("/api/v1/sessions", programme.booking(ana, start + 1h * bookings++));
    CHECK(next_event(bystander, "appointment.booked").at("session") == booked.at("id"));
  };

  SUBCASE("a frame without a mask") {
    Live live = device.live();
    live.send_raw(std::string("\x81\x02{}", 4));
    CHECK(live.close_code() == 1002);
  }
  SUBCASE("a reserved opcode") {
    Live live = device.live();
    live.send_raw(std::string("\x83\x80\x00\x00\x00\x00", 6));
    CHECK(live.close_code() == 1002);
  }
  SUBCASE("a binary message") {
    Live live = device.live();
    live.send_binary("{}");
    CHECK(live.close_code() == 1003);
  }
  SUBCASE("text that is not UTF-8") {
    Live live = device.live();
    live.send_raw(std::string("\x81\x82\x00\x00\x00\x00\xc3\x28", 8));
    CHECK(live.close_code() == 1007);
  }
  SUBCASE("text that is not JSON") {
    Live live = device.live();
    live.send(std::string("not json"));
    CHECK(live.close_code() == 1007);
  }
  SUBCASE("a message too large") {
    Live live = device.live();
    live.send(R"({"type":"ack","seq":1,"filler":")" + std::string(70 * 1024, 'x') + "\"}");
    CHECK(live.close_code() == 1009);
  }
  SUBCASE("an unknown command is a problem, and the connection lives") {
    Live live = device.live();
    const std::string command = uuid();
    live.send(json::object{{"type", "dance"}, {"id", command}});
    CHECK(result_of(live, command).at("type").as_string() == "problem");
  }
  still_live();
  still_live();
}
