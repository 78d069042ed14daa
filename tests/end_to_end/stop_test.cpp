// Stopping by signals: the first lets everybody finish, the second lets nobody.
#include <doctest/doctest.h>
#include <signal.h>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;

namespace {

// A request the server has begun to read when this returns, and whose end it waits for: it has been told
// to go on with its body. finish() sends that.
class HeldRequest {
 public:
  HeldRequest(std::uint16_t port, const std::string& target, const std::string& token, std::string body)
      : http_(port), body_(std::move(body)) {
    const Answer go_on = http_.raw("POST " + target +
                                   " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                                   "Authorization: Bearer " +
                                   token + "\r\nIdempotency-Key: " + uuid() + "\r\nContent-Length: " +
                                   std::to_string(body_.size()) + "\r\nExpect: 100-continue\r\n\r\n");
    if (go_on.status != 100) throw std::runtime_error("not told to go on: " + std::to_string(go_on.status));
  }
  Answer finish() { return http_.raw(body_); }
  bool closed() { return http_.closed(); }

 private:
  Http http_;
  std::string body_;
};

}  // namespace

TEST_CASE("SIGTERM: what was asked is answered, live connections are told, and the process ends with 0") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  Live dashboard = programme.counselor.live();
  const auto start = std::chrono::floor<std::chrono::minutes>(now()) + 40h;
  std::vector<Http> connections;
  for (int i = 0; i < 20; ++i) {
    connections.emplace_back(programme.port());
    REQUIRE(connections.back().send("GET", "/readyz").status == 200);
  }
  // Twenty bookings are on their way when the signal comes.
  for (std::size_t i = 0; i < connections.size(); ++i)
    connections[i].begin("POST", "/api/v1/sessions",
                         json::serialize(programme.booking(ana, start + 1h * static_cast<int>(i), 30)),
                         {{"Authorization", "Bearer " + programme.counselor.token()},
                          {"Content-Type", "application/json"},
                          {"Idempotency-Key", uuid()}});
  programme.server().signal(SIGTERM);
  std::vector<std::int64_t> booked;
  for (auto& connection : connections) {
    // An answer, or an end without one when the request had not been read yet: never half of it.
    const Answer answer = connection.finish();
    if (answer.status == 0) continue;
    CHECK(answer.status == 201);
    if (answer.status == 201) booked.push_back(id(answer.json()));
  }
  CHECK(dashboard.close_code() == 1001);
  CHECK(programme.server().wait() == 0);
  CHECK_THROWS(Http(programme.port()).send("GET", "/healthz"));

  programme.start();
  for (const auto session : booked)
    CHECK(programme.counselor.ask("GET", "/api/v1/sessions/" + std::to_string(session)).status == 200);
  CHECK(run({"verify", "--data", programme.data()}).code == 0);
}

TEST_CASE("after SIGTERM nobody new is let in, and what is half asked is heard to its end") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  Person device = programme.enrol(ana, programme.counselor);
  Live dashboard = programme.counselor.live(), phone = device.live();
  const auto start = std::chrono::floor<std::chrono::minutes>(now()) + 40h;
  HeldRequest booking(programme.port(), "/api/v1/sessions", programme.counselor.token(),
                      json::serialize(programme.booking(ana, start)));
  // What comes behind the answered request has been read with it.
  Http probe(programme.port());
  REQUIRE(probe.raw("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /readyz HTTP/1.1\r\n").status ==
          200);

  programme.server().signal(SIGTERM);
  CHECK(dashboard.close_code() == 1001);
  CHECK(phone.close_code() == 1001);
  CHECK_THROWS(Http(programme.port()).send("GET", "/healthz"));
  const Answer ready = probe.raw("Host: 127.0.0.1\r\n\r\n");
  CHECK(ready.status == 503);
  CHECK(ready.header("Connection") == "close");
  const Answer booked = booking.finish();
  CHECK(booked.status == 201);
  CHECK(probe.closed());
  CHECK(booking.closed());
  CHECK(programme.server().wait() == 0);

  programme.start();
  REQUIRE(booked.status == 201);
  CHECK(programme.counselor.ask("GET", "/api/v1/sessions/" + std::to_string(id(booked.json()))).status ==
        200);
}

TEST_CASE("with a drain delay /readyz says no first, and everybody is served meanwhile") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  CHECK(programme.server().stop() == 0);
  programme.start({"--drain-delay", "5"});
  Live dashboard = programme.counselor.live();
  Http kept(programme.port());
  REQUIRE(kept.send("GET", "/readyz").status == 200);

  programme.server().signal(SIGTERM);
  Answer ready;
  do ready = Http(programme.port()).send("GET", "/readyz");
  while (ready.status == 200);  // it has not heard yet
  CHECK(ready.status == 503);
  CHECK(ready.header("Connection") == "close");
  SUBCASE("until its time is over") {
    CHECK(kept.send("GET", "/healthz").header("Connection") == "close");
    CHECK(kept.closed());
    Live late = programme.colleague.live();
    const auto start = std::chrono::floor<std::chrono::minutes>(now()) + 40h;
    const Answer booked =
        programme.counselor.ask("POST", "/api/v1/sessions", json::value(programme.booking(ana, start)));
    REQUIRE(booked.status == 201);
    CHECK(booked.header("Connection") == "close");
    wait_for_hint(dashboard, "session.changed", id(booked.json()));

    CHECK(dashboard.close_code() == 1001);
    CHECK(late.close_code() == 1001);
    CHECK_THROWS(Http(programme.port()).send("GET", "/healthz"));
    CHECK(programme.server().wait() == 0);
  }
  SUBCASE("or until a second signal") {
    programme.server().signal(SIGINT);
    CHECK(programme.server().wait() == 128 + SIGINT);
  }
}

TEST_CASE("a second signal kills, whatever is still open") {
  Programme programme;
  Http idle(programme.port());
  REQUIRE(idle.send("GET", "/healthz").status == 200);
  HeldRequest held(programme.port(), "/api/v1/sign-out", programme.counselor.token(), "{}");

  programme.server().signal(SIGTERM);
  REQUIRE(idle.closed());  // it has heard, and waits for the other one
  SUBCASE("the same one") {
    programme.server().signal(SIGTERM);
    CHECK(programme.server().wait() == 128 + SIGTERM);
  }
  SUBCASE("the other one") {
    programme.server().signal(SIGINT);
    CHECK(programme.server().wait() == 128 + SIGINT);
  }
  programme.start();
  CHECK(programme.counselor.ask("GET", "/api/v1/me").status == 200);
}
