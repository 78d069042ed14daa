#include "people/record_opening.hpp"

#include <doctest/doctest.h>

#include "people/client.hpp"
#include "people/episode.hpp"
#include "people/reach.hpp"
#include "support/care.hpp"
#include "tasks/task.hpp"

using namespace circled;
using namespace circled::people;
using circled::test::CareFixture;
using namespace std::chrono_literals;

namespace {

constexpr const char* why = "In the hall, and in a crisis";

// Otto has nobody. Ana Test was born on 2 January 1990 and has a card.
struct Openings : CareFixture {
  const Date born = parse_date("1990-01-02").value();

  Openings() {
    write([&](Transaction& tx) {
      tx.run("UPDATE client SET born_on = $2, search_name = 'ana test' WHERE person_id = $1", ana, born);
      tx.run(
          "INSERT INTO card (client_id, number, pin_hash, issued_at, issued_by) VALUES ($1, $2, 'h', 0, $3)",
          ana, card, counselor);
    });
  }
  std::string card = "12345672";

  static NewOpening named(std::string name, std::optional<Date> born_on) {
    NewOpening wanted;
    wanted.name = Text<1, 201>(std::move(name));
    wanted.born_on = born_on;
    wanted.reason = Text<10, 500>(why);
    return wanted;
  }
  NewOpening anas() const { return named("Ana Test", born); }
  Result<Opened> open(const NewOpening& wanted, const api::Identity& who) {
    return write([&](Transaction& tx) { return open_record(tx, who, {who.account, "r"}, wanted, now()); });
  }
  bool reads(const api::Identity& who) {
    return read([&](Snapshot& db) { return client(db, who, ana, now()).has_value(); });
  }
  Result<api::Page<RecordOpening>> list(const api::Identity& who, ShowOpenings show) {
    return read([&](Snapshot& db) { return openings(db, who, {.show = show}, now()); });
  }
};

}  // namespace

TEST_CASE("whoever knows name and day of birth reads the record for an hour, and no longer") {
  Openings f;
  CHECK_FALSE(f.reads(f.otto));
  const auto opened = f.open(f.named("  ANA   test ", f.born), f.otto);
  REQUIRE(opened);
  CHECK(opened->client == f.ana);
  CHECK(opened->until_at == f.now() + 60min);
  CHECK(f.reads(f.otto));
  // Again within the hour: the same opening, and not a longer one.
  f.clock.advance(59min);
  CHECK(f.open(f.anas(), f.otto).value().opening == opened->opening);
  CHECK(f.reads(f.otto));
  f.clock.advance(1min);
  CHECK_FALSE(f.reads(f.otto));
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'record.open' AND subject_id = $1", f.ana) == 1);
}

TEST_CASE("a card does as well, a blocked one does not") {
  Openings f;
  NewOpening wanted;
  wanted.card = Text<1, 40>("1234 5672");
  wanted.reason = Text<10, 500>(why);
  const auto checked = f.open(wanted, f.otto);
  // The number's last digit is the check digit of the others; a wrong one is no card's and costs no try.
  REQUIRE(checked.has_value());
  CHECK(checked->client == f.ana);
  wanted.card = Text<1, 40>("1234 5673");
  CHECK(f.open(wanted, f.otto).error().fields.at(0).code == "not_a_card_number");
  CHECK(f.number("SELECT count(*) FROM throttle") == 0);
  f.clock.advance(2h);
  f.write([&](Transaction& tx) { tx.run("UPDATE card SET blocked_at = 1, blocked_for = 'lost'"); });
  wanted.card = Text<1, 40>(f.card);
  CHECK(f.open(wanted, f.otto).error().code == "no_match");
}

TEST_CASE("a miss says one thing, whatever was wrong, and nothing can be opened by half of it") {
  Openings f;
  const std::string miss = test::describe(f.open(f.named("Nobody Here", f.born), f.otto).error());
  CHECK(test::describe(f.open(f.named("Ana Test", f.born + std::chrono::days(1)), f.otto).error()) == miss);
  CHECK(test::describe(f.open(f.named("Ana", f.born), f.otto).error()) == miss);
  f.clock.advance(24h);
  f.write([&](Transaction& tx) {  // two people whom this fits
    tx.run("UPDATE client SET born_on = $2, search_name = 'ana test' WHERE person_id = $1", f.ben, f.born);
  });
  CHECK(test::describe(f.open(f.anas(), f.otto).error()) == miss);
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'record.open_fail' AND subject_id = 0") == 4);

  NewOpening half = f.anas();
  half.born_on.reset();
  CHECK(f.open(half, f.otto).error().fields.at(0).pointer == "/born_on");
  NewOpening both = f.anas();
  both.card = Text<1, 40>(f.card);
  CHECK(f.open(both, f.otto).error().fields.at(0).code == "one_of");
}

TEST_CASE("guessing is slowed down by whoever guesses, and a day has its measure") {
  Openings f;
  for (int i = 0; i < 4; ++i)
    CHECK(f.open(f.named("Nobody Here", f.born), f.otto).error().code == "no_match");
  const auto waits = f.open(f.anas(), f.otto).error();
  CHECK(waits.kind == ErrorKind::throttled);
  CHECK(waits.retry_after_s == 30);
  f.clock.advance(30s);
  CHECK(f.open(f.anas(), f.otto).has_value());

  f.write([&](Transaction& tx) {
    for (int i = 0; i < 4; ++i)
      tx.run(
          "INSERT INTO record_opening (client_id, staff_id, found_by, reason, opened_at, until_at) "
          "VALUES ($1, $2, 'name', 'x', $3, $3)",
          f.ben, f.other_counselor, f.now());
  });
  // Said before anybody is looked for: right and wrong alike.
  CHECK(f.open(f.anas(), f.otto).error().code == "too_many_openings");
  CHECK(f.open(f.named("Nobody Here", f.born), f.otto).error().code == "too_many_openings");
  f.clock.advance(24h);
  CHECK(f.open(f.anas(), f.otto).has_value());
}

TEST_CASE("it is for those who treat and do not reach: nobody else has anything of it") {
  Openings f;
  for (const auto& who : {f.fred, f.ana_user, f.ada, f.sue})
    CHECK(f.open(f.anas(), who).error().kind == ErrorKind::forbidden);
  // Cora reaches Ana: she is shown the way, and nothing is opened.
  const auto known = f.open(f.anas(), f.cora);
  REQUIRE(known);
  CHECK(known->client == f.ana);
  CHECK_FALSE(known->opening);
  CHECK(f.number("SELECT count(*) FROM record_opening") == 0);
}

TEST_CASE("an opening is for reading: it cannot be made to last, nor to act") {
  Openings f;
  REQUIRE(f.open(f.anas(), f.otto).has_value());
  CHECK(f.read([&](Snapshot& db) { return care(db, f.otto, f.ana, f.now()).has_value(); }));
  CHECK(
      f.read([&](Snapshot& db) { return tasks::list(db, f.otto, {.client = f.ana}, f.now()).has_value(); }));

  CHECK_FALSE(f.read([&](Snapshot& db) { return reaches(db, f.otto, f.ana, f.now()); }));
  CHECK_FALSE(f.read([&](Snapshot& db) { return works_with(db, f.other_counselor, f.ana, f.now()); }));
  CHECK(
      f.write([&](Transaction& tx) { return assign(tx, f.otto, f.actor, f.ana, f.other_counselor, f.now()); })
          .error()
          .kind == ErrorKind::not_found);
  auto booking = f.one_on_one(3h);
  booking.facilitators = {f.other_counselor};
  CHECK(f.book(booking, f.otto).error().kind == ErrorKind::invalid);
  const auto tag = f.read([&](Snapshot& db) { return version(care(db, f.otto, f.ana, f.now()).value()); });
  CHECK(f.write([&](Transaction& tx) { return set_born_on(tx, f.otto, f.actor, f.ana, tag, {}, f.now()); })
            .error()
            .kind == ErrorKind::not_found);
  tasks::NewTask task{f.ana, {}, Text<3, 500>("call them")};
  CHECK(f.write([&](Transaction& tx) { return tasks::open_by_hand(tx, f.otto, f.actor, task, f.now()); })
            .error()
            .kind == ErrorKind::not_found);
}

TEST_CASE("those who answer for the site are told at once, and one of them reviews it") {
  Openings f;
  f.take_committed();
  const auto opened = f.open(f.anas(), f.otto);
  bool told = false;
  for (const auto& event : f.take_committed().events) told |= event.receiver == PersonId(f.supervisor);
  CHECK(told);
  CHECK(f.list(f.otto, ShowOpenings::to_review).error().kind == ErrorKind::forbidden);
  CHECK(f.list(f.otto, ShowOpenings::mine)->items.size() == 1);
  CHECK(f.list(f.cora, ShowOpenings::mine)->items.empty());
  const auto waiting = f.list(f.sue, ShowOpenings::to_review).value().items;
  REQUIRE(waiting.size() == 1);
  CHECK(waiting[0].staff_name == "Otto Other");
  CHECK(waiting[0].reason == why);
  CHECK(waiting[0].found_by == FoundBy::name);

  const auto review = [&](const api::Identity& who, Finding finding, std::optional<std::string> note) {
    Review said{finding, {}};
    if (note) said.note = Text<1, 500>(*note);
    return f.write([&](Transaction& tx) {
      return review_opening(tx, who, {who.account, "r"}, *opened->opening, said, f.now());
    });
  };
  auto otto_as_supervisor = f.otto;
  otto_as_supervisor.role = api::Role::supervisor;
  CHECK(review(otto_as_supervisor, Finding::in_order, {}).error().kind == ErrorKind::forbidden);
  CHECK(review(f.sue, Finding::not_in_order, {}).error().fields.at(0).pointer == "/note");
  const auto found = review(f.sue, Finding::not_in_order, "Not a crisis at all");
  REQUIRE(found);
  CHECK(found->reviewed_by_name == "Sue Supervisor");
  CHECK_FALSE(f.reads(f.otto));  // it ends with that
  CHECK(review(f.ada, Finding::in_order, {}).error().code == "reviewed");
  CHECK(f.list(f.sue, ShowOpenings::to_review)->items.empty());
  CHECK(f.list(f.sue, ShowOpenings::all)->items.size() == 1);
  // What they wrote stands in the row, and not in the trail.
  CHECK(f.number("SELECT count(*) FROM audit WHERE detail LIKE '%crisis%'") == 0);
}

TEST_CASE("it can be ended before its time, by whoever opened it or a supervisor") {
  Openings f;
  const auto opened = f.open(f.anas(), f.otto);
  const auto end = [&](const api::Identity& who) {
    return f.write([&](Transaction& tx) {
      return end_opening(tx, who, {who.account, "r"}, *opened->opening, f.now());
    });
  };
  CHECK(end(f.cora).error().kind == ErrorKind::not_found);
  CHECK(end(f.otto).value().until_at == f.now());
  CHECK_FALSE(f.reads(f.otto));
  CHECK(end(f.sue).has_value());
}
