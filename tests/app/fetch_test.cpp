#include "app/fetch.hpp"

#include <doctest/doctest.h>

#include <future>
#include <thread>

#include "app/outside_feeds.hpp"
#include "app/tiny_server.hpp"
#include "support/programme.hpp"
#include "support/text.hpp"

using namespace circled;
using app::Fetched;
using app::FetchRules;
using test::contains;
using test::ok;
using test::redirect;
using test::TinyServer;

namespace {

const FetchRules on_this_machine{.plain_http = true, .any_address = true};
const std::atomic<bool> go_on{false};

std::string failure(const Result<Fetched>& fetched) { return fetched ? "none" : fetched.error().detail; }

}  // namespace

TEST_CASE("what is there is fetched, with its tag, and asked for by it the next time") {
  TinyServer server([](const std::string& request) {
    return contains(request, "If-None-Match: \"v1\"")
               ? "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
               : ok("BEGIN:VCALENDAR", "ETag: \"v1\"\r\n");
  });
  const auto fetched = app::fetch(server.url("/a"), "", on_this_machine, go_on).value();
  CHECK(fetched.changed);
  CHECK(fetched.body == "BEGIN:VCALENDAR");
  CHECK(fetched.etag == "\"v1\"");
  const auto again = app::fetch(server.url("/a"), fetched.etag, on_this_machine, go_on).value();
  CHECK(!again.changed);
  CHECK(again.etag == "\"v1\"");
  const std::string request = server.requests().at(0);
  CHECK(contains(request, "GET /a HTTP/1.1\r\n"));
  CHECK(!contains(request, "If-None-Match"));
  CHECK(!contains(request, "ircled"));
}

TEST_CASE("an address that is not public is not connected to, whatever leads there") {
  TinyServer server([](const std::string&) { return ok("secret"); });
  FetchRules rules = on_this_machine;
  rules.any_address = false;
  const std::string why = "The address leads into a network that is not public.";
  const std::string port = server.url().substr(std::string("http://127.0.0.1").size());
  // By number, by name, and in the ways of writing one that only some readers understand.
  for (const std::string host :
       {"127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]"}) {
    CAPTURE(host);
    CHECK(failure(app::fetch("http://" + host + port, "", rules, go_on)) == why);
  }
  CHECK(failure(app::fetch("http://169.254.169.254/latest/meta-data/", "", rules, go_on)) == why);
  CHECK(failure(app::fetch("https://10.0.0.1/", "", {}, go_on)) == why);
  CHECK(server.requests().empty());
}

TEST_CASE("plain http is refused, and so is any other scheme, also after a redirection") {
  TinyServer server([](const std::string&) { return ok("x"); });
  FetchRules rules;
  rules.any_address = true;
  CHECK(failure(app::fetch(server.url(), "", rules, go_on)) ==
        "The host sends to an address that is not https.");
  CHECK(server.requests().empty());
  for (const char* url :
       {"file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "dict://127.0.0.1/"}) {
    CAPTURE(std::string(url));
    CHECK(!app::fetch(url, "", on_this_machine, go_on).has_value());
    TinyServer leading([url](const std::string&) { return redirect(url); });
    CHECK(failure(app::fetch(leading.url(), "", on_this_machine, go_on)) ==
          "The host sends to an address that is not https.");
  }
}

TEST_CASE("redirections are followed three times, and no tag of one is taken for the calendar's") {
  TinyServer* self = nullptr;
  TinyServer server([&](const std::string& request) {
    const int step = request.at(5) - '0';
    return step == 0 ? ok("there") : redirect(self->url("/" + std::to_string(step - 1)));
  });
  self = &server;
  const auto fetched = app::fetch(server.url("/3"), "", on_this_machine, go_on).value();
  CHECK(fetched.body == "there");
  CHECK(fetched.etag.empty());
  CHECK(failure(app::fetch(server.url("/4"), "", on_this_machine, go_on)) ==
        "The host sends from one address to the next.");
}

TEST_CASE("what is too large is broken off, whatever length it claims") {
  FetchRules rules = on_this_machine;
  rules.largest = 1000;
  TinyServer server([](const std::string& request) {
    if (contains(request, "GET /said")) return ok(std::string(1001, 'x'));
    return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(100'000, 'x');
  });
  CHECK(failure(app::fetch(server.url("/said"), "", rules, go_on)) ==
        "The calendar is larger than 1000 bytes.");
  CHECK(failure(app::fetch(server.url("/unsaid"), "", rules, go_on)) ==
        "The calendar is larger than 1000 bytes.");
}

TEST_CASE("a server that does not answer, one that refuses, and none at all") {
  FetchRules rules = on_this_machine;
  rules.within = Seconds(1);
  TinyServer silent([](const std::string&) { return std::string(); });
  CHECK(failure(app::fetch(silent.url(), "", rules, go_on)) == "The host did not answer in time.");
  TinyServer refusing([](const std::string&) {
    return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  });
  CHECK(failure(app::fetch(refusing.url(), "", rules, go_on)) == "The host answers 404.");
  std::string gone;
  {
    TinyServer closed([](const std::string&) { return std::string(); });
    gone = closed.url();
  }
  CHECK(failure(app::fetch(gone, "", rules, go_on)) == "The host cannot be reached.");
}

TEST_CASE("a fetch under way ends when the server stops") {
  std::promise<void> asked;
  TinyServer silent([&](const std::string&) {
    asked.set_value();
    return std::string();
  });
  std::atomic<bool> stop{false};
  std::thread stopping([&] {
    asked.get_future().wait();
    stop = true;
  });
  FetchRules rules = on_this_machine;
  rules.within = Seconds(600);
  CHECK(!app::fetch(silent.url(), "", rules, stop).has_value());
  stopping.join();
}

TEST_CASE_FIXTURE(test::CalendarFixture,
                  "feeds that are due are fetched and kept; one that fails keeps the others from nothing") {
  const std::string calendar =
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Dentist\nDTSTART:20260310T140000Z\nDURATION:PT1H\nEND:"
      "VEVENT\n"
      "END:VCALENDAR\n";
  TinyServer server([&](const std::string& request) {
    if (contains(request, "GET /bad")) return ok("BEGIN:VCALENDAR\nwhat is this\n");
    if (contains(request, "If-None-Match"))
      return std::string("HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n");
    return ok(calendar, "ETag: \"v1\"\r\n");
  });
  write([&](Transaction& tx) {
    tx.run("INSERT INTO outside_calendar (staff_id, url, fetch_at) VALUES ($1, $2, $3)", other_counselor,
           server.url("/bad"), now() - Minutes(1));
    tx.run("INSERT INTO outside_calendar (staff_id, url, fetch_at) VALUES ($1, $2, $3)", counselor,
           server.url("/good"), now());
  });
  const auto fetch = [](const std::string& url, const std::string& etag, const std::atomic<bool>& stop) {
    return app::fetch(url, etag, on_this_machine, stop);
  };
  app::OutsideFeeds feeds("calendars", app::fetch_calendars(store, clock, fetch));
  CHECK(feeds.run_once() == 2);
  CHECK(number("SELECT count(*) FROM outside_busy WHERE staff_id = $1 AND from_at = $2", counselor,
               now() + std::chrono::hours(2)) == 1);
  CHECK(number("SELECT count(*) FROM outside_calendar WHERE error LIKE 'Line 2: %' AND failures = 1") == 1);
  CHECK(feeds.run_once() == 0);

  clock.advance(Minutes(30));
  CHECK(feeds.run_once() == 2);
  CHECK(contains(server.requests().at(3), "If-None-Match: \"v1\""));
  CHECK(number("SELECT count(*) FROM outside_busy") == 1);
  CHECK(number("SELECT count(*) FROM outside_calendar WHERE failures = 2") == 1);
  CHECK(number("SELECT count(*) FROM outside_calendar WHERE fetched_at = $1", now()) == 1);
}
