// The server over real sockets: HTTP, its limits and deadlines. Deadlines are short where a test waits for
// one, and long everywhere else.
#include <doctest/doctest.h>
#include <fcntl.h>

#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <future>

#include "net/client.hpp"
#include "support/result.hpp"

using namespace circled;
using namespace circled::test;
using namespace std::chrono_literals;

TEST_CASE("keep-alive: many requests on one connection, each with its own id") {
  Running running(quick_options(), echo_http(), no_live());
  Client client(running.port());
  const Answer first = client.get("/api/a");
  CHECK(first.status == 200);
  CHECK(first.body == "GET /api/a [] from 127.0.0.1");
  CHECK(first.header("X-Request-Id").size() == 13);
  const Answer second = client.get("/api/b?q=1");
  CHECK(second.body == "GET /api/b [] from 127.0.0.1");
  CHECK(second.header("X-Request-Id") != first.header("X-Request-Id"));
  client.send(request("POST", "/api/c", "", "some body"));
  CHECK(client.answer().body == "POST /api/c [some body] from 127.0.0.1");
}

TEST_CASE("pipelined requests are answered in order, wherever they are cut") {
  Running running(quick_options(), echo_http(), no_live());
  Client client(running.port());
  const std::string text = request("GET", "/api/1") + request("POST", "/api/2", "", "two") +
                           request("GET", "/3") +
                           request("POST", "/api/4", "Transfer-Encoding: chunked\r\n") +
                           "4\r\nfour\r\n0\r\n\r\n" + request("GET", "/api/5");
  client.send(text.substr(0, 70));
  client.send(text.substr(70));
  CHECK(client.answer().body == "GET /api/1 [] from 127.0.0.1");
  CHECK(client.answer().body == "POST /api/2 [two] from 127.0.0.1");
  CHECK(client.answer().status == 404);
  CHECK(client.answer().body == "POST /api/4 [four] from 127.0.0.1");
  CHECK(client.answer().body == "GET /api/5 [] from 127.0.0.1");
}

TEST_CASE("a thousand pipelined requests lose none") {
  Running running(quick_options(), echo_http(), no_live());
  Client client(running.port());
  std::thread sender([&] {
    std::string all;
    for (int i = 0; i < 1000; ++i) all += request("GET", "/api/" + std::to_string(i));
    client.send(all);
  });
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(client.answer().body == "GET /api/" + std::to_string(i) + " [] from 127.0.0.1");
  }
  sender.join();
}

TEST_CASE("HEAD has the length of GET and no body") {
  Running running(quick_options(), echo_http(), no_live());
  Client client(running.port());
  client.send(request("HEAD", "/api/x") + request("HEAD", "/") + request("GET", "/api/x"));
  CHECK(client.answer(true).header("Content-Length") ==
        std::to_string(std::string("HEAD /api/x [] from 127.0.0.1").size()));
  CHECK(client.answer(true).status == 200);
  CHECK(client.answer().body == "GET /api/x [] from 127.0.0.1");
}

TEST_CASE("an answer in parts comes in chunks, and the connection lives on") {
  Running running(quick_options(), echo_http(), no_live());
  Client client(running.port());
  client.send(request("GET", "/api/parts") + request("HEAD", "/api/parts") + request("GET", "/api/after"));
  const Answer parts = client.answer();
  CHECK(parts.header("Content-Length").empty());
  CHECK(parts.body == "begin part 1 part 3 ");
  CHECK(parts.chunks == 3);  // none for the part that is empty: that would have been the end
  CHECK(client.answer(true).header("Transfer-Encoding") == "chunked");
  CHECK(client.answer().body == "GET /api/after [] from 127.0.0.1");
}

TEST_CASE("parts that the socket does not take at once arrive whole, and in order") {
  Running running(quick_options(), echo_http(), no_live());
  Client::small_receive_buffer(true);
  Client client(running.port());
  Client::small_receive_buffer(false);
  const Answer parts = client.get("/api/parts/large");
  std::string expected;
  for (int n = 1; n <= 64; ++n) expected.append(256 * 1024, static_cast<char>('a' + n % 26));
  CHECK(parts.chunks == 64);
  CHECK(parts.body == expected);
}

TEST_CASE("to HTTP/1.0 parts go until the connection ends") {
  Running running(quick_options(), echo_http(), no_live());
  Client client(running.port());
  client.send("GET /api/parts HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const Answer head = client.answer();
  CHECK(head.header("Transfer-Encoding").empty());
  CHECK(head.header("Connection") == "close");
  CHECK(client.rest() == "begin part 1 part 3 ");
}

TEST_CASE("an answer that fails half-way has no end, so that nobody takes it for the whole") {
  Running running(quick_options(), echo_http(), no_live());
  Client client(running.port());
  CHECK_THROWS_WITH(client.get("/api/parts/throw"), "the server closed the connection within an answer");
}

TEST_CASE("100-continue is said before the body is sent") {
  Running running(quick_options(), echo_http(), no_live());
  Client client(running.port());
  client.send("POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.answer().status == 100);
  client.send("body");
  CHECK(client.answer().body == "POST /api/x [body] from 127.0.0.1");
  // A body that would be refused is not asked for.
  client.send("POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.answer().status == 413);
  CHECK(client.ends());
}

TEST_CASE("who wants to close is let go") {
  Running running(quick_options(), echo_http(), no_live());
  Client client(running.port());
  const Answer answer = client.get("/api/x", "Connection: close\r\n");
  CHECK(answer.header("Connection") == "close");
  CHECK(client.ends());

  Client old(running.port());
  old.send("GET /api/x HTTP/1.0\r\n\r\n");
  CHECK(old.answer().header("Connection") == "close");
  CHECK(old.ends());

  Client kept(running.port());
  kept.send("GET /api/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(kept.answer().header("Connection") == "keep-alive");
  CHECK(kept.get("/api/y").status == 200);
}

TEST_CASE("what is malformed gets 400 and the end, also with much behind it") {
  Running running(quick_options(), echo_http(), no_live());
  for (const char* head :
       {"NONSENSE\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n",
        "POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /api/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nxx",
        "POST /api/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    INFO(std::string(head));
    Client client(running.port());
    client.send(std::string(head) + std::string(200'000, 'x'));
    const Answer answer = client.answer();
    CHECK(answer.status == 400);
    CHECK(answer.header("Connection") == "close");
    CHECK(answer.header("Content-Type") == "application/problem+json");
    CHECK(client.ends());
  }
  // Others notice nothing.
  CHECK(Client(running.port()).get("/api/x").status == 200);
}

TEST_CASE("a smuggled second request is never answered") {
  std::atomic<int> asked{0};
  Running running(
      quick_options(),
      [&](const api::Request&) -> Task<api::Response> {
        ++asked;
        co_return api::Response{};
      },
      no_live());
  Client client(running.port());
  client.send(
      "POST /api/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" +
      request("GET", "/api/admin"));
  CHECK(client.answer().status == 400);
  CHECK(client.ends());
  CHECK(asked == 0);
}

TEST_CASE("too much is refused with 431 and 413, and the client sees it") {
  auto options = quick_options();
  options.body_limit = 1000;
  Running running(options, echo_http(), no_live());
  {
    Client client(running.port());
    client.send("GET /api/x HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n");
    CHECK(client.answer().status == 431);
    CHECK(client.ends());
  }
  {
    Client client(running.port());
    client.send(request("POST", "/api/x", "", std::string(1000, 'a')));
    CHECK(client.answer().status == 200);
    client.send(request("POST", "/api/x", "", std::string(300'000, 'a')));
    CHECK(client.answer().status == 413);
    CHECK(client.ends());
  }
  {
    Client client(running.port());
    client.send(request("POST", "/api/x", "Transfer-Encoding: chunked\r\n") + "400\r\n" +
                std::string(1024, 'a') + "\r\n0\r\n\r\n");
    CHECK(client.answer().status == 413);
    CHECK(client.ends());
  }
}

TEST_CASE("who is too slow gets 408; who says nothing is let go without a word") {
  auto options = quick_options();
  options.header_deadline = 100ms;
  options.body_deadline = 100ms;
  options.keep_alive = 100ms;
  Running running(options, echo_http(), no_live());
  Client head(running.port()), body(running.port()), silent(running.port()), idle(running.port());
  head.send("GET /api/x HTTP/1.1\r\nHost:");
  body.send("POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  CHECK(idle.get("/api/x").status == 200);
  CHECK(head.answer().status == 408);
  CHECK(head.ends());
  CHECK(body.answer().status == 408);
  CHECK(body.ends());
  CHECK(silent.rest().empty());
  CHECK(idle.rest().empty());
}

TEST_CASE("an answer larger than the socket's buffers arrives whole") {
  Running running(quick_options(), echo_http(), no_live());
  Client client(running.port());
  client.send(request("GET", "/api/big") + request("GET", "/api/x"));
  CHECK(client.answer().body == std::string(8 * 1024 * 1024, 'x'));
  CHECK(client.answer().body == "GET /api/x [] from 127.0.0.1");
}

TEST_CASE("a client that does not read its answer is dropped") {
  auto options = quick_options();
  options.write_stall = 100ms;
  options.threads = 1;
  Running running(options, echo_http(), no_live());
  Client::small_receive_buffer(true);
  Client client(running.port());
  Client::small_receive_buffer(false);
  client.send(request("GET", "/api/big"));
  // Waits by asking the server, on another connection, until the stuck one is gone.
  const auto& counters = running.server().counters(0);
  while (counters.connections.value() == 0 || counters.connections_open.value() > 0) {
    Client other(running.port());
    CHECK(other.get("/api/x", "Connection: close\r\n").status == 200);
    CHECK(other.ends());
  }
}

TEST_CASE("what a handler throws is a plain 500 with the request's id, and is logged") {
  std::promise<std::pair<std::string, std::string>> logged;
  auto options = quick_options();
  options.fault_log = [&](std::string_view id, std::string_view what) {
    logged.set_value({std::string(id), std::string(what)});
  };
  Running running(options, echo_http(), no_live());
  Client client(running.port());
  const Answer answer = client.get("/api/throw");
  CHECK(answer.status == 500);
  CHECK(answer.body.find("thrown by") == std::string::npos);
  CHECK(answer.body.find(answer.header("X-Request-Id")) != std::string::npos);
  const auto [id, what] = logged.get_future().get();
  CHECK(id == answer.header("X-Request-Id"));
  CHECK(what == "thrown by the test's handler");
  CHECK(client.get("/api/x").status == 200);
}

TEST_CASE("a trusted proxy's word counts; a stranger's does not") {
  auto options = quick_options();
  options.trusted_proxies = {"127.0.0.1"};
  Running trusting(options, echo_http(), no_live());
  const Answer answer =
      Client(trusting.port())
          .get("/api/x",
               "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"
               "X-Request-Id: from-proxy.1\r\n");
  CHECK(answer.body == "GET /api/x [] from 203.0.113.9 secure");
  CHECK(answer.header("X-Request-Id") == "from-proxy.1");

  Running wary(quick_options(), echo_http(), no_live());
  const Answer other =
      Client(wary.port())
          .get("/api/x",
               "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Request-Id: mine\r\n");
  CHECK(other.body == "GET /api/x [] from 127.0.0.1");
  CHECK(other.header("X-Request-Id") != "mine");
}

TEST_CASE("paths are shared out between the API and the pages") {
  std::atomic<int> asked{0};
  Running running(
      quick_options(),
      [&](const api::Request&) -> Task<api::Response> {
        ++asked;
        co_return api::Response{};
      },
      no_live());
  Client client(running.port());
  for (const char* path : {"/api", "/api/", "/api/v1/x?a", "/healthz", "/readyz", "/metrics"})
    client.get(path);
  CHECK(asked == 6);
  for (const char* path : {"/", "/app", "/apix", "/healthz/x", "/assets/x.js"}) client.get(path);
  CHECK(asked == 6);
  const Answer page = client.get("/");
  CHECK(page.header("Content-Security-Policy").find("default-src 'self'") != std::string::npos);
  CHECK(client.get("/live").status == 426);
}

TEST_CASE("one connection too many is told to come back") {
  auto options = quick_options();
  options.max_connections = 2;
  Running running(options, echo_http(), no_live());
  Client a(running.port()), b(running.port());
  CHECK(a.get("/api/x").status == 200);
  CHECK(b.get("/api/x").status == 200);
  Client c(running.port());
  const Answer refused = c.answer();
  CHECK(refused.status == 503);
  CHECK(refused.header("Retry-After") == "5");
}

TEST_CASE("a port in use is an error that names it and the remedy") {
  Running running(quick_options(), echo_http(), no_live());
  auto options = quick_options();
  options.port = running.port();
  net::Server second(options);
  const auto port = second.listen();
  REQUIRE_FALSE(port);
  CHECK(port.error().code == "address_in_use");
  CHECK(port.error().detail.find("127.0.0.1 port " + std::to_string(running.port())) != std::string::npos);
  CHECK(port.error().detail.find("--listen") != std::string::npos);

  options.address = "somewhere";
  const auto nowhere = net::Server(options).listen();
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().fields.at(0).message.find("\"somewhere\"") != std::string::npos);
}

TEST_CASE("a graceful stop lets the running request finish, and drops idle connections") {
  auto options = quick_options();
  options.threads = 1;
  net::Server server(options);
  const auto port = server.listen();
  REQUIRE(port);
  std::thread thread([&] {
    server.run(
        [&](const api::Request&) -> Task<api::Response> {
          // Stopping begins while this request runs.
          server.stop();
          // Lets the stop reach the connections first.
          for (int i = 0; i < 3; ++i) co_await boost::asio::post(server.executor(0), use_task);
          api::Response response;
          response.body = "finished";
          co_return response;
        },
        no_live());
  });
  {
    Client idle(*port);
    CHECK(idle.get("/").status == 200);
    Client busy(*port);
    const Answer answer = busy.get("/api/x");
    CHECK(answer.body == "finished");
    CHECK(answer.header("Connection") == "close");
    CHECK(idle.ends());
    CHECK(busy.ends());
  }
  thread.join();
}

TEST_CASE("a stop does not wait for ever") {
  auto options = quick_options();
  options.stop_within = 50ms;
  std::promise<void> started;
  Running running(
      options,
      [&](const api::Request&) -> Task<api::Response> {
        started.set_value();
        // Waits for a timer that nobody reaches the end of.
        boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                          boost::asio::wait_traits<std::chrono::steady_clock>, Executor>
            timer(co_await boost::asio::this_coro::executor, 1h);
        co_await timer.async_wait(use_task);
        co_return api::Response{};
      },
      no_live());
  Client client(running.port());
  client.send(request("GET", "/api/x"));
  started.get_future().get();
  running.join();
  CHECK(running.server().counters(0).requests[1].value() + running.server().counters(1).requests[1].value() ==
        0);
}

TEST_CASE("answers are counted and logged by route, never by target") {
  auto options = quick_options();
  options.threads = 1;
  std::promise<std::pair<int, std::string>> logged;
  options.access_log = [&](const api::Request&, const api::Response& response,
                           std::chrono::nanoseconds took) {
    CHECK(took >= 0ns);
    logged.set_value({response.status, std::string(response.route)});
  };
  Running running(options, echo_http(), no_live());
  Client client(running.port());
  CHECK(client.get("/nothing").status == 404);
  CHECK(logged.get_future().get() == std::pair<int, std::string>(404, "static"));
  running.join();
  const net::Counters& counters = running.server().counters(0);
  CHECK(counters.requests[3].value() == 1);
  CHECK(counters.connections.value() == 1);
  CHECK(counters.bytes_in.value() == static_cast<int>(request("GET", "/nothing").size()));
}
