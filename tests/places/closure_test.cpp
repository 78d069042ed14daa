#include "places/closure.hpp"

#include <doctest/doctest.h>

#include "places/hours.hpp"
#include "support/store.hpp"

using namespace circled;
using namespace circled::places;
using test::fields;

namespace {

struct ClosedPlaces : test::Programme {
  SiteId hillside;
  access::Actor actor{{}, "request"};
  ClosedPlaces() {
    write([this](Transaction& tx) { hillside = test::add_site(tx, "Hillside", "America/Chicago"); });
  }

  Result<Closure> close(std::optional<SiteId> at, const char* from, const char* until, const char* name) {
    const NewClosure closure{at, *parse_date(from), *parse_date(until), Text<1, 100>(name)};
    return write([&](Transaction& tx) { return add_closure(tx, actor, closure, now()); });
  }
  Result<Closure> reopen(ClosureId id) {
    return write([&](Transaction& tx) { return remove_closure(tx, actor, id, now()); });
  }
  std::string names(std::optional<SiteId> at, const char* from, const char* until) {
    std::string text;
    for (const auto& each :
         read([&](Snapshot& db) { return closures(db, at, *parse_date(from), *parse_date(until)); }))
      text += (text.empty() ? "" : " ") + each.name;
    return text;
  }
  std::string closed_on(SiteId at, const char* day) {
    return read([&](Snapshot& db) { return closed(db, at, *parse_date(day)); }).value_or("open");
  }
  Result<Hours> set(std::vector<OpenTime> times) {
    Hours next;
    for (const auto& time : times) next.hours.push_back(time);
    return write([&](Transaction& tx) {
      return set_hours(tx, actor, site, version(places::hours(tx, site).value()), next, now());
    });
  }
};

}  // namespace

TEST_CASE_FIXTURE(ClosedPlaces,
                  "a closure holds on its days, both ends included, at its site or at every one") {
  REQUIRE(close(site, "2026-12-24", "2026-12-26", "Christmas").has_value());
  REQUIRE(close(std::nullopt, "2027-01-01", "2027-01-01", "New Year").has_value());
  CHECK(closed_on(site, "2026-12-23") == "open");
  CHECK(closed_on(site, "2026-12-24") == "Christmas");
  CHECK(closed_on(site, "2026-12-26") == "Christmas");
  CHECK(closed_on(site, "2026-12-27") == "open");
  CHECK(closed_on(hillside, "2026-12-25") == "open");
  CHECK(closed_on(hillside, "2027-01-01") == "New Year");

  CHECK(names(site, "2026-12-26", "2027-01-01") == "Christmas New Year");
  CHECK(names(hillside, "2026-12-26", "2027-01-01") == "New Year");
  CHECK(names(std::nullopt, "2026-12-01", "2026-12-31") == "Christmas");
  CHECK(names(site, "2026-12-27", "2026-12-31") == "");
}

TEST_CASE_FIXTURE(ClosedPlaces, "a closure that cannot be is refused with each field") {
  CHECK(fields(close(SiteId(999), "2026-12-24", "2026-12-23", "x").error()) ==
        "/site not_found /until_on out_of_range");
  CHECK(fields(close(site, "2026-01-01", "2027-02-06", "x").error()) == "/until_on out_of_range");
  CHECK(close(site, "2026-01-01", "2027-02-05", "x").has_value());  // 400 days later
}

TEST_CASE_FIXTURE(ClosedPlaces,
                  "what is taken back is open again; what was imported is not ours to take back") {
  const auto made = close(site, "2026-12-24", "2026-12-26", "Christmas").value();
  CHECK(reopen(made.id)->name == "Christmas");
  CHECK(closed_on(site, "2026-12-25") == "open");
  CHECK(reopen(made.id).error().kind == ErrorKind::not_found);
  CHECK(number("SELECT count(*) FROM audit WHERE action IN ('closure.add', 'closure.remove')") == 2);
  write([](Transaction& tx) {
    tx.run(
        "INSERT INTO closure (id, from_on, until_on, name, source, uid) VALUES (77, 0, 0, 'x', 'county', "
        "'u')");
  });
  CHECK(reopen(ClosureId(77)).error().code == "imported");
}

TEST_CASE_FIXTURE(ClosedPlaces, "hours are replaced whole, in order, and midnight ends a day") {
  REQUIRE(set({{{5}, {Minutes(480)}, {Minutes(0)}}, {{1}, {Minutes(540)}, {Minutes(1020)}}}).has_value());
  const auto found = read([&](Snapshot& db) { return hours(db, site); }).value();
  REQUIRE(found.hours.size() == 2);
  CHECK(found.hours[0].weekday == 1);
  CHECK(to_string(found.hours[1].until) == "00:00");
  CHECK(number("SELECT until_time FROM site_hours WHERE weekday = 5") == 1440);
  REQUIRE(set({}).has_value());
  CHECK(number("SELECT count(*) FROM site_hours") == 0);
}

TEST_CASE_FIXTURE(ClosedPlaces, "wrong hours are refused, and so is a change of what one has not seen") {
  CHECK(fields(set({{{1}, {Minutes(540)}, {Minutes(540)}},
                    {{1}, {Minutes(600)}, {Minutes(700)}},
                    {{1}, {Minutes(699)}, {Minutes(800)}},
                    {{2}, {Minutes(600)}, {Minutes(700)}}})
                   .error()) == "/hours/0/until not_after_from /hours/2 overlaps");
  const auto unseen =
      write([&](Transaction& tx) { return set_hours(tx, actor, site, "another", {}, now()); });
  CHECK(unseen.error().kind == ErrorKind::precondition_failed);
  CHECK(unseen.error().extra.at("current").at("hours").as_array().empty());
  const auto nowhere =
      write([&](Transaction& tx) { return set_hours(tx, actor, SiteId(999), "", {}, now()); });
  CHECK(nowhere.error().kind == ErrorKind::not_found);
}
