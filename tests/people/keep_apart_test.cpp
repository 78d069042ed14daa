#include "people/keep_apart.hpp"

#include <doctest/doctest.h>

#include "support/care.hpp"

using namespace circled;
using namespace circled::people;
using circled::test::CareFixture;
using namespace std::chrono_literals;

namespace {

Result<KeepApart> keep(CareFixture& f, const api::Identity& who, ClientId one, ClientId other) {
  return f.write([&](Transaction& tx) {
    return keep_apart(tx, who, f.actor, one, {other, Text<3, 500>("a threat")}, f.now());
  });
}

}  // namespace

TEST_CASE("a pair stands once, is seen from both sides, and ends") {
  CareFixture f;
  // Ben's id is the larger: said the other way round, the row is the same.
  const auto made = keep(f, f.sue, f.ben, f.ana);
  REQUIRE(made.has_value());
  CHECK(made->other == f.ana);
  CHECK(made->other_preferred_name == "Ana");
  CHECK(made->made_by_name == "Sue Supervisor");
  CHECK(made->reason == "a threat");
  f.read([&](Snapshot& db) {
    CHECK(kept_apart(db, f.ana) == std::vector<ClientId>{f.ben});
    CHECK(kept_apart(db, f.ben) == std::vector<ClientId>{f.ana});
    return true;
  });
  CHECK(keep(f, f.ada, f.ana, f.ben).error().code == "already_apart");
  CHECK(keep(f, f.ada, f.ana, f.ana).error().fields[0].code == "same_client");
  CHECK(keep(f, f.ada, f.ana, ClientId(4711)).error().fields[0].pointer == "/other");

  const auto end = [&](ClientId one, ClientId other) {
    return f.write([&](Transaction& tx) { return end_keep_apart(tx, f.sue, f.actor, one, other, f.now()); });
  };
  CHECK(end(f.ana, f.ben).has_value());
  CHECK(end(f.ana, f.ben).error().kind == ErrorKind::not_found);
  f.read([&](Snapshot& db) {
    CHECK(kept_apart(db, f.ana).empty());
    CHECK(kept_apart(db, f.ben).empty());
    return true;
  });
  CHECK(keep(f, f.sue, f.ana, f.ben).has_value());  // may be made again
}

TEST_CASE("only supervisors, administrators and the client's own counselors see with whom") {
  CareFixture f;
  REQUIRE(keep(f, f.sue, f.ana, f.ben).has_value());
  // Otto leads a session with Ana: he reaches her, and has not been assigned.
  auto booking = f.one_on_one(3h);
  booking.facilitators.push_back(f.other_counselor);
  REQUIRE(f.book(booking).has_value());

  const auto seen = [&](const api::Identity& who, ClientId client) {
    return f.read([&](Snapshot& db) { return keep_apart_list(db, who, client, f.now()); });
  };
  for (const auto& who : {f.sue, f.ada, f.cora, f.cleo}) {
    const auto list = seen(who, f.ana);
    REQUIRE(list.has_value());
    REQUIRE(list->size() == 1);
    CHECK(list->front().other == f.ben);
  }
  CHECK(seen(f.otto, f.ana).error().kind == ErrorKind::forbidden);
  CHECK(seen(f.fred, f.ana).error().kind == ErrorKind::forbidden);
  CHECK(seen(f.ana_user, f.ana).error().kind == ErrorKind::not_found);
  CHECK(seen(f.cleo, f.ben).error().kind ==
        ErrorKind::not_found);  // hers is Ana; of Ben she knows by Ana only
  for (const auto& who : {f.otto, f.fred}) {
    const std::string text = test::describe(seen(who, f.ana).error());
    CHECK(text.find("Ben") == std::string::npos);
  }
  f.read([&](Snapshot& db) {
    CHECK(sees_keep_apart(db, f.cora, f.ana, f.now()));
    CHECK_FALSE(sees_keep_apart(db, f.otto, f.ana, f.now()));
    CHECK_FALSE(sees_keep_apart(db, f.fred, f.ana, f.now()));
    CHECK_FALSE(sees_keep_apart(db, f.ana_user, f.ana, f.now()));
    return true;
  });
  // No more once the assignment has ended.
  f.write([&](Transaction& tx) {
    tx.run("UPDATE assignment SET until_at = $1 WHERE staff_id = $2", f.now() + 1h, f.clinician);
  });
  f.clock.advance(1h);
  CHECK_FALSE(f.read([&](Snapshot& db) { return sees_keep_apart(db, f.cleo, f.ana, f.now()); }));
}

TEST_CASE("only a supervisor decides, and nobody is told: no event, no hint, no reason in the trail") {
  CareFixture f;
  for (const auto& who : {f.cora, f.cleo, f.fred})
    CHECK(keep(f, who, f.ana, f.ben).error().kind == ErrorKind::forbidden);
  CHECK(keep(f, f.otto, f.ana, f.ben).error().kind == ErrorKind::not_found);

  f.take_committed();
  REQUIRE(keep(f, f.sue, f.ana, f.ben).has_value());
  f.write([&](Transaction& tx) {
    REQUIRE(end_keep_apart(tx, f.sue, f.actor, f.ana, f.ben, f.now()).has_value());
  });
  const auto told = f.take_committed();
  CHECK(told.events.empty());
  CHECK(told.hints.empty());
  CHECK(f.number("SELECT count(*) FROM stream_event") == 0);
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'keep_apart.make' AND subject_id = $1", f.ana) ==
        1);
  CHECK(f.number("SELECT count(*) FROM audit WHERE detail LIKE '%threat%'") == 0);
}
