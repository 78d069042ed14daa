#include "people/outside_calendar.hpp"

#include <doctest/doctest.h>

#include "people/routes.hpp"
#include "support/programme.hpp"
#include "support/run.hpp"
#include "support/time.hpp"

using namespace circled;
using people::BusyTime;
using people::OutsideSource;
using test::at;
using test::new_york;

namespace {

std::string event(const char* uid, const char* lines) {
  return std::string("BEGIN:VEVENT\nUID:") + uid + "\nSUMMARY:Dentist\n" + lines + "\nEND:VEVENT\n";
}
std::string file_of(const std::string& events) { return "BEGIN:VCALENDAR\n" + events + "END:VCALENDAR\n"; }

std::string shown(const std::vector<BusyTime>& busy) {
  std::string text;
  for (const auto& time : busy)
    text += (text.empty() ? "" : " ") + to_string(time.from) + "/" + to_string(time.until);
  return text;
}

struct Outside : test::CalendarFixture {
  std::vector<BusyTime> busy{{now() + Minutes(60), now() + Minutes(120)}};
  api::Identity sue;

  Outside() {
    sue = write([this](Transaction& tx) {
      const auto id = test::add_staff(tx, site, "Sue Super", "supervisor");
      return test::identity(test::add_account(tx, id), id, api::Role::supervisor, site);
    });
  }

  auto put_feed(const api::Identity& who) {
    return write([&](Transaction& tx) {
      return people::put_outside_feed(tx, who, actor, counselor, "https://cal.example/secret.ics", now());
    });
  }
  auto put_file(const api::Identity& who) {
    return write(
        [&](Transaction& tx) { return people::put_outside_file(tx, who, actor, counselor, busy, now()); });
  }
  auto state(const api::Identity& who) {
    return read([&](Snapshot& db) { return people::outside_calendar(db, who, counselor); });
  }
  std::vector<BusyTime> stored() {
    return read([&](Snapshot& db) {
      return db.all<BusyTime>(
          "SELECT from_at, until_at FROM outside_busy WHERE staff_id = $1 ORDER BY from_at", counselor);
    });
  }
  std::vector<people::DueFeed> claim() {
    return store
        .claim_now("test",
                   [&](Transaction& tx) -> Result<std::vector<people::DueFeed>> {
                     return people::claim_due_feeds(tx, now(), 5);
                   })
        .value();
  }
};

}  // namespace

TEST_CASE("busy times are merged where they touch; what is free, off or far away is none") {
  const Instant now = at("2026-03-10T12:00:00Z");
  const auto busy =
      people::read_busy(
          file_of(event("1", "DTSTART:20260310T140000Z\nDTEND:20260310T150000Z") +
                  event("2", "DTSTART:20260310T150000Z\nDTEND:20260310T160000Z") +
                  event("3", "DTSTART:20260310T143000Z\nDTEND:20260310T144500Z") +
                  event("4", "DTSTART:20260310T180000Z\nDTEND:20260310T190000Z\nTRANSP:TRANSPARENT") +
                  event("5", "DTSTART:20260310T180000Z\nDTEND:20260310T190000Z\nSTATUS:CANCELLED") +
                  event("6", "DTSTART:20260311T180000Z") +  // without length
                  event("7", "DTSTART;VALUE=DATE:20260312") +
                  event("8", "DTSTART:20260308T120000Z\nDTEND:20260309T140000Z") +  // until yesterday
                  event("9", "DTSTART:20260908T110000Z\nDTEND:20260908T130000Z") +  // over the edge
                  event("10", "DTSTART:20260909T110000Z\nDTEND:20260909T130000Z")),
          new_york, now)
          .value();
  CHECK(shown(busy) ==
        "2026-03-09T12:00:00Z/2026-03-09T14:00:00Z 2026-03-10T14:00:00Z/2026-03-10T16:00:00Z "
        "2026-03-12T04:00:00Z/2026-03-13T04:00:00Z 2026-09-08T11:00:00Z/2026-09-08T12:00:00Z");
  CHECK(people::read_busy("BEGIN:VCALENDAR\nnonsense\n", new_york, now).error().fields.front().message ==
        "Line 2: there is no colon in it; every line is NAME:value.");
}

TEST_CASE("an address of a feed is https, or webcal for the same, and holds no password") {
  CHECK(people::feed_address("https://cal.example/a.ics?k=1").value() == "https://cal.example/a.ics?k=1");
  CHECK(people::feed_address("webcal://cal.example/a").value() == "https://cal.example/a");
  for (const char* wrong :
       {"http://cal.example/a", "file:///etc/passwd", "ftp://x/", "https://", "https:///a",
        "https://me:secret@cal.example/", "https://cal.example/a b", "//cal.example/"}) {
    CAPTURE(wrong);
    CHECK(people::feed_address(wrong).error().fields.front().pointer == "/url");
  }
  for (const char* inside :
       {"https://localhost/a", "https://LOCALHOST:8443/a", "https://me.localhost./a", "https://127.0.0.1/a",
        "https://10.1.2.3:9/a", "webcal://192.168.0.1/a", "https://169.254.169.254/latest", "https://127.1/a",
        "https://2130706433/a", "https://0x7f000001/a", "https://[::1]/a", "https://[fd00::1]:8443/a",
        "https://[fe80::1%25eth0]/a"}) {
    CAPTURE(inside);
    CHECK(people::feed_address(inside).error().fields.front().code == "private_address");
  }
  for (const char* open :
       {"https://8.8.8.8/a", "https://[2606:4700:4700::1111]/a", "https://localhost.example/a"})
    CHECK(people::feed_address(open).has_value());
  CHECK(people::host_of("https://cal.example:8443/x") == "cal.example");
  CHECK(people::host_of("https://[2001:db8::1]:8443/x") == "[2001:db8::1]");
  CHECK(people::host_of("https://cal.example?x") == "cal.example");
}

TEST_CASE("after each failure the wait doubles, up to eight hours") {
  CHECK(people::wait_after_failures(1) == Minutes(30));
  CHECK(people::wait_after_failures(2) == Minutes(60));
  CHECK(people::wait_after_failures(5) == Minutes(480));
  CHECK(people::wait_after_failures(1000) == Minutes(480));
}

TEST_CASE_FIXTURE(Outside, "a file's busy times are kept, and nothing else of it") {
  CHECK(state(cora)->source == OutsideSource::none);
  const auto kept = put_file(cora).value();
  CHECK(kept.source == OutsideSource::file);
  CHECK(kept.host.empty());
  CHECK(kept.fetched_at == now());
  CHECK(kept.busy_times == 1);
  CHECK(stored() == busy);
  const auto hints = take_committed().hints;
  REQUIRE(hints.size() == 1);
  CHECK(hints[0].kind == "staff.changed");
  CHECK(hints[0].id == counselor.value);

  // The same again is no news.
  put_file(cora).value();
  CHECK(take_committed().hints.empty());
  busy[0].until += Minutes(5);
  put_file(cora).value();
  CHECK(stored() == busy);
  CHECK(take_committed().hints.size() == 1);
  CHECK(number("SELECT count(*) FROM outside_calendar") == 1);
  CHECK(claim().empty());
}

TEST_CASE_FIXTURE(Outside, "whose calendar it is, supervisors and administrators; no one else") {
  for (const auto& who : {cora, sue, ada}) CHECK(put_file(who).has_value());
  for (const auto& who : {otto, fred}) {
    CHECK(put_file(who).error().kind == ErrorKind::forbidden);
    CHECK(put_feed(who).error().kind == ErrorKind::forbidden);
    CHECK(state(who).error().kind == ErrorKind::forbidden);
    CHECK(write([&](Transaction& tx) { return people::remove_outside(tx, who, actor, counselor, now()); })
              .error()
              .kind == ErrorKind::forbidden);
  }
  CHECK(read([&](Snapshot& db) { return people::outside_calendar(db, ada, StaffId(999)); }).error().kind ==
        ErrorKind::not_found);
}

TEST_CASE_FIXTURE(Outside, "removing a calendar takes all of it away") {
  put_file(cora).value();
  take_committed();
  const auto remove = [&] {
    return write([&](Transaction& tx) { return people::remove_outside(tx, cora, actor, counselor, now()); });
  };
  CHECK(remove());
  CHECK(stored().empty());
  CHECK(number("SELECT count(*) FROM outside_calendar") == 0);
  CHECK(take_committed().hints.size() == 1);
  CHECK(remove().error().kind == ErrorKind::not_found);
}

TEST_CASE_FIXTURE(Outside, "a feed is due at once, claimed by one, and due again after half an hour") {
  CHECK(put_feed(cora)->host == "cal.example");
  const auto due = claim();
  REQUIRE(due.size() == 1);
  CHECK(due[0].url == "https://cal.example/secret.ics");
  CHECK(due[0].etag.empty());
  CHECK(due[0].zone == "America/New_York");
  CHECK(claim().empty());

  write([&](Transaction& tx) { return people::keep_fetched(tx, due[0], busy, "\"v1\"", now()); }).value();
  CHECK(stored() == busy);
  CHECK(state(cora)->fetched_at == now());
  clock.advance(Minutes(29));
  CHECK(claim().empty());
  clock.advance(Minutes(1));
  const auto again = claim();
  REQUIRE(again.size() == 1);
  CHECK(again[0].etag == "\"v1\"");
  // Unchanged: what there is stays.
  write([&](Transaction& tx) {
    return people::keep_fetched(tx, again[0], std::nullopt, "\"v1\"", now());
  }).value();
  CHECK(stored() == busy);
  CHECK(state(cora)->fetched_at == now());
  // A week later it is read whole, for the horizon has moved on.
  clock.advance(std::chrono::days(7));
  const auto later = claim();
  REQUIRE(later.size() == 1);
  CHECK(later[0].etag.empty());
}

TEST_CASE_FIXTURE(Outside, "a claim that nobody finishes runs out") {
  put_feed(cora).value();
  REQUIRE(claim().size() == 1);
  clock.advance(Minutes(10));
  CHECK(claim().size() == 1);
}

TEST_CASE_FIXTURE(Outside, "a feed that fails keeps what was known, says why, and is tried less often") {
  put_feed(cora).value();
  const auto first = claim().at(0);
  write([&](Transaction& tx) { return people::keep_fetched(tx, first, busy, "", now()); }).value();
  const Instant fetched_at = now();
  for (const int minutes : {30, 30, 60, 120}) {
    clock.advance(Minutes(minutes));
    const auto due = claim();
    REQUIRE(due.size() == 1);
    write([&](Transaction& tx) {
      return people::keep_failure(tx, due[0], "The host answers 500.", now());
    }).value();
    CHECK(state(cora)->error == "The host answers 500.");
    CHECK(state(cora)->fetched_at == fetched_at);
    CHECK(stored() == busy);
  }
  clock.advance(Minutes(240));
  const auto due = claim();
  REQUIRE(due.size() == 1);
  write([&](Transaction& tx) { return people::keep_fetched(tx, due[0], busy, "", now()); }).value();
  CHECK(state(cora)->error.empty());
  clock.advance(Minutes(30));
  CHECK(claim().at(0).failures == 0);
}

TEST_CASE_FIXTURE(Outside, "what was fetched for a calendar that is gone meanwhile is not kept") {
  put_feed(cora).value();
  const auto due = claim().at(0);
  put_file(cora).value();
  const std::vector<BusyTime> fetched{{now(), now() + Minutes(1)}};
  write([&](Transaction& tx) { return people::keep_fetched(tx, due, fetched, "", now()); }).value();
  CHECK(stored() == busy);
  write([&](Transaction& tx) { return people::keep_failure(tx, due, "late", now()); }).value();
  CHECK(state(cora)->error.empty());
}

TEST_CASE_FIXTURE(Outside, "the routes: a file or an address, never both; the address is never shown") {
  access::Context context{store, clock};
  api::Table table;
  people::routes(table, context);
  table.clock_by([this] { return clock.now(); });
  table.authenticate_by([this](const api::Request&) -> Task<Result<std::optional<api::Identity>>> {
    co_return std::optional(cora);
  });
  const auto call = [&](api::Method method, const boost::json::object& body = {}) {
    api::Request request;
    request.method = method;
    request.target = "/api/v1/staff/" + std::to_string(counselor.value) + "/outside-calendar";
    if (!body.empty()) request.body = boost::json::serialize(body);
    request.headers.emplace_back("Content-Type", "application/json");
    return test::run(table.answer(request));
  };
  const std::string text = file_of(event("1", "DTSTART:20260310T140000\nDURATION:PT1H"));
  CHECK(call(api::Method::put, {{"text", text}, {"url", "https://cal.example/"}}).status == 422);
  CHECK(call(api::Method::put, {{"url", nullptr}}).status == 422);
  CHECK(call(api::Method::put, {{"url", "http://cal.example/"}}).status == 422);
  CHECK(call(api::Method::put, {{"text", "BEGIN:VCALENDAR\n"}}).status == 422);

  CHECK(call(api::Method::put, {{"text", text}}).status == 200);
  // A time without a zone is the site's: 14:00 in New York.
  CHECK(shown(stored()) == "2026-03-10T18:00:00Z/2026-03-10T19:00:00Z");
  const auto feed = call(api::Method::put, {{"url", "webcal://cal.example/secret.ics"}});
  CHECK(feed.status == 200);
  CHECK(stored().empty());
  for (const std::string& body : {feed.body, call(api::Method::get).body}) {
    CHECK(boost::json::parse(body).at("host") == "cal.example");
    CHECK(body.find("secret") == std::string::npos);
  }
  CHECK(number("SELECT count(*) FROM audit WHERE detail LIKE '%secret%'") == 0);
  CHECK(call(api::Method::delete_).status == 204);
  CHECK(boost::json::parse(call(api::Method::get).body).at("source") == "none");
}
