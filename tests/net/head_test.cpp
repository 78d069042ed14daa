// The pure parts of HTTP: parsing requests, writing heads, the handshake's sums, whose address it is.
#include <doctest/doctest.h>

#include "net/client_address.hpp"
#include "net/handshake.hpp"
#include "net/request_parser.hpp"
#include "net/response_head.hpp"
#include "support/result.hpp"

using namespace circled;
using namespace circled::net;
using State = RequestParser::State;

namespace {
struct Parsed {
  api::Request request;
  State state = State::head;
  std::size_t used = 0;
  ErrorKind refusal = ErrorKind::internal;
};

// Feeds `text` in pieces of `step` bytes.
Parsed parse(std::string_view text, std::size_t step = 1u << 20, RequestParser::Limits limits = {}) {
  Parsed p;
  RequestParser parser(limits);
  parser.begin(p.request);
  for (std::size_t have = 0; have <= text.size() && parser.state() < State::complete;) {
    have = std::min(text.size(), have + step);
    for (std::size_t n = 1; n > 0 && parser.state() < State::complete;) {
      n = parser.feed(text.substr(p.used, have - p.used));
      p.used += n;
    }
    if (have == text.size()) break;
  }
  p.state = parser.state();
  if (p.state == State::refused) p.refusal = parser.refusal().kind;
  return p;
}

std::string with(std::string_view headers, std::string_view body = "") {
  return "POST /api/x HTTP/1.1\r\nHost: a\r\n" + std::string(headers) + "\r\n" + std::string(body);
}
}  // namespace

TEST_CASE("a request is the same, however it is cut") {
  const std::string text =
      "PUT /api/v1/x?y=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-Thing:  two words \r\n\r\nhelloGET";
  for (std::size_t step : {1u, 2u, 3u, 7u, 1000u}) {
    const Parsed p = parse(text, step);
    REQUIRE(p.state == State::complete);
    CHECK(p.request.method == api::Method::put);
    CHECK(p.request.target == "/api/v1/x?y=1");
    CHECK(p.request.header("x-thing") == "two words");
    CHECK(p.request.body == "hello");
    CHECK(text.substr(p.used) == "GET");
  }
}

TEST_CASE("a chunked body is put together; its trailers are dropped") {
  const std::string text = with("Transfer-Encoding: chunked\r\n",
                                "5;note=x\r\nhello\r\n6\r\n world\r\n0\r\nHost: evil\r\nX-Late: 1\r\n\r\n");
  for (std::size_t step : {1u, 4u, 1000u}) {
    const Parsed p = parse(text, step);
    REQUIRE(p.state == State::complete);
    CHECK(p.request.body == "hello world");
    CHECK(p.request.header("Host") == "a");
    CHECK(p.request.header("X-Late").empty());
    CHECK(p.used == text.size());
  }
}

TEST_CASE("what two readers could read differently is refused") {
  const char* const bad[] = {
      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
      "Content-Length: 5\r\nContent-Length: 5\r\n",
      "Content-Length: 5\r\nContent-Length: 6\r\n",
      "Content-Length: 5, 5\r\n",
      "Content-Length: +5\r\n",
      "Content-Length: 0x5\r\n",
      "Content-Length: -1\r\n",
      "Content-Length: \r\n",
      "Content-Length: 99999999999999999999\r\n",
      "Transfer-Encoding: gzip\r\n",
      "Transfer-Encoding: gzip, chunked\r\n",
      "Transfer-Encoding: chunked, chunked\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: xchunked\r\n",
      "Transfer-Encoding : chunked\r\n",
      "Content-Length : 5\r\n",
      "X Y: 1\r\n",
      "Host: b\r\n",
      "X: a\nContent-Length: 5\r\n",
      "X: a\rContent-Length: 5\r\n",
      "X: \x01\r\n",
      ": nameless\r\n",
      "no colon\r\n",
  };
  for (const char* headers : bad) {
    INFO(std::string(headers));
    const Parsed p = parse(with(headers, "hello"));
    CHECK(p.state == State::refused);
    CHECK(p.refusal == ErrorKind::malformed);
  }
}

TEST_CASE("bad request lines are refused") {
  const char* const bad[] = {
      "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
      "GET / HTTP/0.9\r\nHost: a\r\n\r\n",
      "GET /\r\nHost: a\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
      "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",  // no Host
      "GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
      "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\nHost: a\n\n",
      "\x16\x03\x01\x02",
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  };
  for (const char* text : bad) {
    INFO(std::string(text));
    CHECK(parse(text).state == State::refused);
  }
  CHECK(parse("GET / HTTP/1.0\r\n\r\n").state == State::complete);
  CHECK(parse("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").state == State::complete);
  CHECK(parse("GET http://a/x?y HTTP/1.1\r\nHost: a\r\n\r\n").request.path() == "/x");
}

TEST_CASE("bad chunks are refused") {
  for (const char* body :
       {"x\r\n", "5\r\nhelloXX0\r\n\r\n", "5 \x01\r\nhello\r\n", "-1\r\n", "fffffffffffffffff\r\n"}) {
    INFO(std::string(body));
    CHECK(parse(with("Transfer-Encoding: chunked\r\n", body)).state == State::refused);
  }
  // Extensions without an end are not collected for ever.
  CHECK(parse(with("Transfer-Encoding: chunked\r\n", "1;" + std::string(40'000, 'a'))).state ==
        State::refused);
}

TEST_CASE("limits have their own refusals") {
  RequestParser::Limits limits;
  limits.header = 200;
  limits.headers = 5;
  limits.body = 10;
  auto kind = [&](const std::string& text, std::size_t step) { return parse(text, step, limits).refusal; };
  for (std::size_t step : {1u, 50u, 100'000u}) {
    CHECK(kind(with("X: " + std::string(300, 'a') + "\r\n"), step) == ErrorKind::headers_too_large);
    CHECK(kind("GET /" + std::string(300, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", step) ==
          ErrorKind::headers_too_large);
    CHECK(kind(with("A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\n"), step) == ErrorKind::headers_too_large);
    CHECK(kind(with("Content-Length: 11\r\n", "hello world"), step) == ErrorKind::too_large);
    CHECK(kind(with("Transfer-Encoding: chunked\r\n", "6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n"), step) ==
          ErrorKind::too_large);
    CHECK(parse(with("Content-Length: 10\r\n", "0123456789"), step, limits).state == State::complete);
  }
}

TEST_CASE("a head carries what every answer carries") {
  api::Response response;
  response.status = 201;
  response.headers = {
      {"Location", "/api/v1/x/1"}, {"X-Bad", "a\r\nSet-Cookie: b"}, {"Connection", "upgrade"}};
  HeadFacts facts;
  facts.date = "Sun, 06 Nov 1994 08:49:37 GMT";
  facts.request_id = "r1";
  facts.body = 12;
  std::string head;
  put_head(head, response, facts);
  CHECK(head.starts_with("HTTP/1.1 201 Created\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
  CHECK(head.ends_with("\r\n\r\n"));
  CHECK(head.find("\r\n\r\n") == head.size() - 4);
  auto has = [&](std::string_view line) {
    return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
  };
  CHECK(has("Content-Type: application/json"));
  CHECK(has("Content-Length: 12"));
  CHECK(has("Location: /api/v1/x/1"));
  CHECK(has("X-Request-Id: r1"));
  CHECK(has("X-Content-Type-Options: nosniff"));
  CHECK(has("Referrer-Policy: same-origin"));
  CHECK(has("Cache-Control: no-store"));
  CHECK(has("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'"));
  CHECK(head.find("Set-Cookie") == std::string::npos);
  CHECK(head.find("Connection") == std::string::npos);
  CHECK(head.find("Strict-Transport-Security") == std::string::npos);

  head.clear();
  facts.secure = true;
  facts.keep_alive = false;
  response.content_type = "text/html; charset=utf-8";
  response.headers = {{"cache-control", "no-cache"}};
  put_head(head, response, facts);
  CHECK(has("Connection: close"));
  CHECK(has("Strict-Transport-Security: max-age=31536000"));
  CHECK(head.find("default-src 'self'") != std::string::npos);
  CHECK(head.find("no-store") == std::string::npos);

  head.clear();
  response.status = 204;
  put_head(head, response, facts);
  CHECK(head.find("Content-Length") == std::string::npos);
}

TEST_CASE("dates are IMF-fixdate") {
  CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");  // the example of RFC 9110 §5.6.7
  CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("the handshake is judged and answered as RFC 6455 says") {
  CHECK(accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // §1.3
  api::Request request;
  request.method = api::Method::get;
  request.headers = {{"Upgrade", "WebSocket"},
                     {"Connection", "keep-alive, Upgrade"},
                     {"Sec-WebSocket-Version", "13"},
                     {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                     {"Sec-WebSocket-Protocol", "other, circled.v1"}};
  CHECK(judge_handshake(request) == 0);
  const std::string answer = switching_protocols(request);
  CHECK(answer.starts_with("HTTP/1.1 101 "));
  CHECK(answer.find("\r\nSec-WebSocket-Protocol: circled.v1\r\n") != std::string::npos);

  auto changed = [&](std::size_t header, std::string value) {
    api::Request other = request;
    other.headers[header].second = std::move(value);
    return judge_handshake(other);
  };
  CHECK(changed(0, "h2c") == 426);
  CHECK(changed(1, "close") == 400);
  CHECK(changed(2, "8") == 426);
  CHECK(changed(3, "short") == 400);
  CHECK(changed(3, "dGhlIHNhbXBsZSBub25jZQ=!") == 400);
  api::Request post = request;
  post.method = api::Method::post;
  CHECK(judge_handshake(post) == 400);
  request.headers.pop_back();
  CHECK(switching_protocols(request).find("Sec-WebSocket-Protocol") == std::string::npos);
}

TEST_CASE("only a trusted proxy is believed about the address") {
  auto address = [](const char* text) { return boost::asio::ip::make_address(text); };
  const auto proxies = TrustedProxies::parse({"10.0.0.0/8", "192.0.2.7", "fd00::/16"});
  REQUIRE(proxies);
  CHECK(proxies->contains(address("10.255.0.1")));
  CHECK_FALSE(proxies->contains(address("11.0.0.1")));
  CHECK(proxies->contains(address("192.0.2.7")));
  CHECK_FALSE(proxies->contains(address("192.0.2.8")));
  CHECK(proxies->contains(address("fd00::1")));
  CHECK_FALSE(proxies->contains(address("fd01::1")));

  auto client = [&](const char* peer, const char* header) { return proxies->client(address(peer), header); };
  CHECK(client("198.51.100.1", "203.0.113.9") == "198.51.100.1");  // a stranger's word
  CHECK(client("10.0.0.1", "") == "10.0.0.1");
  CHECK(client("10.0.0.1", "203.0.113.9") == "203.0.113.9");
  CHECK(client("10.0.0.1", "1.2.3.4, 203.0.113.9") == "203.0.113.9");  // 1.2.3.4 was made up by the client
  CHECK(client("10.0.0.1", "203.0.113.9, 10.0.0.2") == "203.0.113.9");
  CHECK(client("10.0.0.1", "10.0.0.3,10.0.0.2") == "10.0.0.3");
  CHECK(client("10.0.0.1", "203.0.113.9, rubbish") == "10.0.0.1");
  CHECK(client("10.0.0.1", "203.0.113.9:1234") == "203.0.113.9");
  CHECK(client("10.0.0.1", "[2001:db8::1]:1234") == "2001:db8::1");
  CHECK(client("10.0.0.1", "::ffff:203.0.113.9") == "203.0.113.9");

  for (const char* entry : {"proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", ""}) {
    const auto wrong = TrustedProxies::parse({entry});
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().fields.at(0).message.find(entry) != std::string::npos);
  }
}
