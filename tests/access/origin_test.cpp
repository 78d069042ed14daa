#include "access/origin.hpp"

#include <doctest/doctest.h>

using namespace circled;
using namespace circled::access;

namespace {

api::Request from(std::string host, std::string origin, std::string site = "", bool secure = false) {
  api::Request r;
  r.secure = secure;
  r.headers.emplace_back("Host", std::move(host));
  if (!origin.empty()) r.headers.emplace_back("Origin", std::move(origin));
  if (!site.empty()) r.headers.emplace_back("Sec-Fetch-Site", std::move(site));
  return r;
}

}  // namespace

TEST_CASE("which requests come from a page of ours") {
  struct {
    const char* host;
    const char* origin;
    const char* site;
    const char* public_origin;
    bool ours;
  } const rows[] = {
      // No public origin: the Host decides.
      {"127.0.0.1:8080", "http://127.0.0.1:8080", "", "", true},
      {"localhost:8080", "http://LOCALHOST:8080", "", "", true},
      {"127.0.0.1:8080", "http://127.0.0.1:9090", "", "", false},
      {"127.0.0.1:8080", "http://localhost:8080", "", "", false},
      {"circled.example", "https://circled.example", "", "", true},
      {"circled.example", "https://circled.example:443", "", "", true},
      {"circled.example:443", "https://circled.example", "", "", true},
      {"circled.example", "https://circled.example.evil.example", "", "", false},
      {"circled.example", "https://evil.example", "", "", false},
      {"circled.example", "null", "", "", false},
      {"circled.example", "file://circled.example", "", "", false},
      {"circled.example", "circled.example", "", "", false},
      {"", "https://", "", "", false},
      // A public origin: it alone decides, with its scheme.
      {"10.0.0.5:8080", "https://circled.example", "", "https://circled.example", true},
      {"10.0.0.5:8080", "https://circled.example", "", "https://Circled.example/", true},
      {"10.0.0.5:8080", "http://circled.example", "", "https://circled.example", false},
      {"10.0.0.5:8080", "https://circled.example:8443", "", "https://circled.example", false},
      {"10.0.0.5:8080", "http://10.0.0.5:8080", "", "https://circled.example", false},
      // No Origin: what the browser says about the site.
      {"circled.example", "", "same-origin", "", true},
      {"circled.example", "", "none", "", true},
      {"circled.example", "", "same-site", "", false},
      {"circled.example", "", "cross-site", "", false},
      {"circled.example", "", "", "", false},
      // An Origin outweighs it.
      {"circled.example", "https://evil.example", "same-origin", "", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host);
    CAPTURE(row.origin);
    CAPTURE(row.site);
    CAPTURE(row.public_origin);
    CHECK(from_own_page(from(row.host, row.origin, row.site), row.public_origin) == row.ours);
  }
}

TEST_CASE("where browsers keep the cookie") {
  const auto kept = [](const char* host, bool secure = false, const char* public_origin = "") {
    return cookie_will_be_kept(from(host, "", "", secure), public_origin).has_value();
  };
  CHECK(kept("127.0.0.1:8080"));
  CHECK(kept("localhost"));
  CHECK(kept("LocalHost:8080"));
  CHECK(kept("192.168.1.5:8443", true));
  CHECK(kept("10.0.0.5:8080", false, "https://circled.example"));
  CHECK_FALSE(kept("192.168.1.5:8080"));
  CHECK_FALSE(kept("circled.example"));
  CHECK_FALSE(kept("localhost.evil.example"));
  CHECK_FALSE(kept("10.0.0.5:8080", false, "http://circled.example"));
  CHECK_FALSE(kept(""));
  const auto refused = cookie_will_be_kept(from("192.168.1.5:8080", ""), "");
  CHECK(refused.error().kind == ErrorKind::forbidden);
  CHECK(refused.error().code == "cookie_needs_https");
}

TEST_CASE("the cookie's attributes") {
  // RFC 6265bis §4.1.3.2: __Host- demands Secure, Path=/ and no Domain.
  CHECK(cookie_text("abc", Seconds(43200)) ==
        "__Host-circled=abc; Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict");
  CHECK(cookie_text("", Seconds(0)) ==
        "__Host-circled=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict");
}
