#include "people/client.hpp"

#include <doctest/doctest.h>

#include "people/reach.hpp"
#include "support/programme.hpp"

using namespace circled;
using namespace circled::people;
using circled::test::CalendarFixture;
using namespace std::chrono_literals;

namespace {

NewClient new_client(SiteId site, const char* name) {
  NewClient client{};
  client.preferred_name = Text<1, 100>(name);
  client.family_name = Text<0, 100>("Quist");
  client.site = site;
  client.phase = Phase::treatment;
  return client;
}

std::vector<std::string> names(const Result<Found>& found) {
  std::vector<std::string> all;
  for (const auto& item : found.value().items) all.push_back(item.preferred_name);
  return all;
}

}  // namespace

TEST_CASE("who reaches whom") {
  CalendarFixture f;
  api::Identity elsewhere;
  f.write([&](Transaction& tx) {
    const auto site = test::add_site(tx, "Hillside");
    const auto desk = test::add_staff(tx, site, "Dora Desk", "front_desk");
    elsewhere = test::identity(test::add_account(tx, desk), desk, api::Role::front_desk, site);
    tx.run("UPDATE assignment SET until_at = $1 WHERE client_id = $2", f.now() + 1h, f.ben);
  });
  f.read([&](Snapshot& db) {
    CHECK(reaches(db, f.cora, f.ana, f.now()));
    CHECK(reaches(db, f.cora, f.ben, f.now()));
    CHECK_FALSE(reaches(db, f.cora, f.ben, f.now() + 1h));  // the assignment has ended by then
    CHECK_FALSE(reaches(db, f.otto, f.ana, f.now()));
    CHECK(reaches(db, f.ada, f.ana, f.now()));
    CHECK(reaches(db, f.fred, f.ana, f.now()));
    CHECK_FALSE(reaches(db, elsewhere, f.ana, f.now()));
    CHECK_FALSE(reaches(db, f.ana_user, f.ana, f.now()));
    CHECK_FALSE(reaches(db, f.ada, ClientId(f.counselor.value), f.now()));  // a person, but no client
    return true;
  });
  // Leading a session together with somebody's counselor is enough to reach the client.
  auto booking = f.one_on_one(3h);
  booking.facilitators.push_back(f.other_counselor);
  REQUIRE(f.book(booking).has_value());
  CHECK(f.read([&](Snapshot& db) { return reaches(db, f.otto, f.ana, f.now()); }));
}

TEST_CASE("missing and forbidden look alike") {
  CalendarFixture f;
  const auto forbidden = f.read([&](Snapshot& db) { return client(db, f.otto, f.ana, f.now()); });
  const auto missing = f.read([&](Snapshot& db) { return client(db, f.otto, ClientId(4711), f.now()); });
  CHECK(forbidden.error().kind == ErrorKind::not_found);
  CHECK(forbidden.error().code == missing.error().code);
  CHECK(forbidden.error().detail == missing.error().detail);
}

TEST_CASE("search finds beginnings, in order, page by page, within reach") {
  CalendarFixture f;
  f.write([&](Transaction& tx) {
    for (const char* name : {"Zoe", "anna", "Annabel", "Bo", "Émile"})
      REQUIRE(add_client(tx, f.ada, f.actor, new_client(f.site, name), f.now()).has_value());
  });
  const auto search_as = [&](const api::Identity& who, const char* text) {
    ClientSearch search;
    search.text = Text<0, 100>(text);
    return f.read([&](Snapshot& db) { return people::search(db, who, search, f.now()); });
  };
  CHECK(names(search_as(f.ada, "an")) == std::vector<std::string>{"Ana", "anna", "Annabel"});
  CHECK(names(search_as(f.ada, "ANN")) == std::vector<std::string>{"anna", "Annabel"});
  CHECK(names(search_as(f.ada, "Émi")) == std::vector<std::string>{"Émile"});
  CHECK(names(search_as(f.cora, "")) == std::vector<std::string>{"Ana", "Ben"});
  CHECK(names(search_as(f.otto, "")).empty());
  CHECK(search_as(f.ada, "%").value().items.empty());

  ClientSearch two;
  two.limit = Number<1, 200>{2};
  std::vector<std::string> all;
  for (int page = 0; page < 9; ++page) {
    const auto found = f.read([&](Snapshot& db) { return people::search(db, f.ada, two, f.now()); });
    for (const auto& name : names(found)) all.push_back(name);
    if (found->next.empty()) break;
    two.after = Text<1, 300>(found->next);
  }
  CHECK(all == std::vector<std::string>{"Ana", "anna", "Annabel", "Ben", "Bo", "Zoe", "Émile"});
}

TEST_CASE("admission opens an episode and its phase; a phase changes by date") {
  CalendarFixture f;
  auto added = f.write(
      [&](Transaction& tx) { return add_client(tx, f.otto, f.actor, new_client(f.site, "Kim"), f.now()); });
  REQUIRE(added.has_value());
  CHECK(added->phase == Phase::treatment);
  CHECK(added->zone == "America/New_York");
  REQUIRE(added->counselors.size() == 1);  // whoever admits and has no other reach becomes the counselor
  CHECK(added->counselors[0].staff == f.other_counselor);

  f.clock.advance(48h);
  auto moved = f.write([&](Transaction& tx) {
    return change_phase(tx, f.otto, f.actor, added->id, Phase::aftercare, f.now());
  });
  REQUIRE(moved.has_value());
  CHECK(moved->phase == Phase::aftercare);
  CHECK(f.number("SELECT until_on - from_on FROM phase WHERE phase = 'treatment'") == 2);
  CHECK(f.write([&](Transaction& tx) {
           return change_phase(tx, f.otto, f.actor, added->id, Phase::aftercare, f.now());
         })
            .error()
            .code == "same_phase");
  CHECK(f.write([&](Transaction& tx) {
           return change_phase(tx, f.otto, f.actor, f.ana, Phase::aftercare, f.now());
         })
            .error()
            .kind == ErrorKind::not_found);
}

TEST_CASE("a client needs a site and a zone that exist") {
  CalendarFixture f;
  auto wrong = new_client(SiteId(99), "Kim");
  CHECK(f.write([&](Transaction& tx) { return add_client(tx, f.ada, f.actor, wrong, f.now()); })
            .error()
            .fields[0]
            .pointer == "/site");
  wrong = new_client(f.site, "Kim");
  wrong.zone = Text<1, 64>("Mars/Olympus");
  CHECK(f.write([&](Transaction& tx) { return add_client(tx, f.ada, f.actor, wrong, f.now()); })
            .error()
            .fields[0]
            .code == "unknown_zone");
}
