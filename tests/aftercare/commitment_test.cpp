#include "aftercare/commitment.hpp"

#include <doctest/doctest.h>

#include "aftercare/aftercare.hpp"
#include "support/text.hpp"

using namespace circled;
using namespace circled::aftercare;
using test::Aftercare;
using test::at;
using test::code;
using test::item;
using test::Texts;

namespace {

const Texts four_sundays{"2026-03-15T14:00:00Z", "2026-03-22T14:00:00Z", "2026-03-29T14:00:00Z",
                         "2026-04-05T14:00:00Z"};

}  // namespace

TEST_CASE("a commitment gets its occurrences and reminders four weeks ahead") {
  Aftercare world;
  const auto made = world.choose(world.ana, world.meeting).value();
  CHECK(made.meeting.name == "Sunday Light");
  CHECK(made.next == at("2026-03-15T14:00:00Z"));
  CHECK(world.starts() == four_sundays);
  // A day and two hours before each; 08:00 in New York is just out of the quiet hours.
  CHECK(world.pending() == 8);
  CHECK(world.number("SELECT MIN(due_at) FROM reminder") == to_millis(at("2026-03-14T14:00:00Z")));
  CHECK(world.number("SELECT COUNT(*) FROM reminder WHERE zone = 'America/New_York'") == 8);
  CHECK(world.events() == Texts{"commitment.changed"});
  CHECK(world.number("SELECT COUNT(*) FROM audit WHERE action = 'commitment.make' AND subject_id = $1",
                     world.ana) == 1);

  const auto chosen = world.read([&](Snapshot& db) { return commitments(db, world.ana, world.now()); });
  REQUIRE(chosen.size() == 1);
  CHECK(chosen[0].id == made.id);
  CHECK(chosen[0].next == made.next);
}

TEST_CASE("a discharge ends commitments, with what lies ahead of them") {
  Aftercare world;
  const auto made = world.choose(world.ana, world.meeting).value();
  const auto ended = ended_by_discharge();
  const auto listed = world.read([&](Snapshot& db) { return ended.ends(db, world.ana, world.now()); });
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].id == made.id.value);
  CHECK(listed[0].name == "Sunday Light");
  Texts told{"commitment.changed"};  // that it was made
  bool silent = false;
  SUBCASE("telling of it") { told.push_back("commitment.changed"); }
  SUBCASE("in silence") { silent = true; }
  world.write([&](Transaction& tx) { ended.end(tx, world.ana, silent, world.now()); });
  CHECK(world.pending() == 0);
  CHECK(world.starts().empty());
  CHECK(world.events() == told);
  CHECK(world.read([&](Snapshot& db) { return ended.ends(db, world.ana, world.now()); }).empty());
}

TEST_CASE("who may not commit, and to what") {
  Aftercare world;
  CHECK(code(world.choose(world.ben, world.meeting)) == "not_in_aftercare");
  CHECK(code(world.choose(world.ana, MeetingId(999))) == "not_found");
  world.choose(world.ana, world.meeting).value();
  CHECK(code(world.choose(world.ana, world.meeting)) == "already_committed");
  const auto second = test::meeting_of(world, 2);
  world.list({item(1, 1, "10:00", "Sunday Light")});
  CHECK(code(world.choose(world.ana, second)) == "meeting_gone");
  CHECK(world.number("SELECT COUNT(*) FROM commitment") == 1);

  // After discharge there is no phase at all.
  world.write([&](Transaction& tx) {
    tx.run("UPDATE episode SET discharged_on = 20001, discharge = 'completed' WHERE client_id = $1",
           world.ana);
  });
  world.list({item(1, 1, "10:00", "Sunday Light"), item(2, 2, "19:00")});
  CHECK(code(world.choose(world.ana, second)) == "not_in_aftercare");
}

TEST_CASE("twenty-one meetings are the most") {
  Aftercare world;
  std::vector<boost::json::object> many;
  for (int id = 1; id <= 22; ++id) many.push_back(item(id, id % 7 + 1, "12:00"));
  world.list(many);
  for (int id = 1; id <= 21; ++id) world.choose(world.ana, test::meeting_of(world, id)).value();
  CHECK(code(world.choose(world.ana, test::meeting_of(world, 22))) == "too_many_commitments");
}

TEST_CASE("giving a meeting up cancels what lies ahead") {
  Aftercare world;
  const auto id = world.choose(world.ana, world.meeting)->id;
  CHECK(code(world.give_up(world.ben, id)) == "not_found");
  world.clock.set(at("2026-03-15T14:30:00Z"));  // the first meeting runs
  REQUIRE(world.give_up(world.ana, id).has_value());
  CHECK(world.starts() == Texts{four_sundays[0]});
  CHECK(world.number("SELECT COUNT(*) FROM reminder WHERE state = 'pending' AND starts_at > $1",
                     world.now()) == 0);
  CHECK(world.events() == Texts{"commitment.changed", "commitment.changed"});
  CHECK(world.read([&](Snapshot& db) { return commitments(db, world.ana, world.now()); }).empty());
  CHECK(world
            .read([&](Snapshot& db) {
              return occurrences(db, world.ana, world.now(), world.now() + std::chrono::weeks(4));
            })
            .empty());
  CHECK(code(world.give_up(world.ana, id)) == "not_found");
  // She may choose it again: the four Sundays after the one that runs.
  world.choose(world.ana, world.meeting).value();
  CHECK(world.starts() ==
        Texts{four_sundays[0], four_sundays[1], four_sundays[2], four_sundays[3], "2026-04-12T14:00:00Z"});
}

TEST_CASE("the horizon moves on, a day at a time at the earliest") {
  Aftercare world;
  world.choose(world.ana, world.meeting).value();
  CHECK(world.extend() == 0);
  world.clock.advance(std::chrono::days(1));
  CHECK(world.extend() == 0);
  world.clock.advance(Milliseconds(1));
  CHECK(world.extend() == 1);
  CHECK(world.extend() == 0);
  CHECK(world.starts() == four_sundays);
  world.clock.advance(std::chrono::days(6));  // until 14 April
  CHECK(world.extend() == 1);
  CHECK(world.starts().size() == 5);
  CHECK(world.starts().back() == "2026-04-12T14:00:00Z");
}

TEST_CASE("after a long sleep only the future is filled") {
  Aftercare world;
  world.choose(world.ana, world.meeting).value();
  world.clock.set(at("2026-10-20T12:00:00Z"));
  CHECK(world.extend() == 1);
  // Clocks go back on 1 November: 10:00 is then 15:00 UTC.
  CHECK(world.starts() == Texts{four_sundays[0], four_sundays[1], four_sundays[2], four_sundays[3],
                                "2026-10-25T14:00:00Z", "2026-11-01T15:00:00Z", "2026-11-08T15:00:00Z",
                                "2026-11-15T15:00:00Z"});
}

TEST_CASE("when a list moves a meeting, its occurrences and reminders move along") {
  Aftercare world;
  world.choose(world.ana, world.meeting).value();
  world.clock.set(at("2026-03-16T12:00:00Z"));
  world.list({item(1, 2, "11:00", "Sunday Light"), item(2, 2, "19:00")});  // Mondays at 11:00 now
  CHECK(world.starts() == Texts{"2026-03-15T14:00:00Z",                    // was held
                                "2026-03-16T15:00:00Z", "2026-03-23T15:00:00Z", "2026-03-30T15:00:00Z",
                                "2026-04-06T15:00:00Z"});
  CHECK(world.starts("cancelled") == Texts{four_sundays[1], four_sundays[2], four_sundays[3]});
  CHECK(world.number("SELECT COUNT(*) FROM reminder r JOIN occurrence o ON o.id = r.subject_id "
                     "WHERE o.status = 'cancelled' AND r.state <> 'cancelled'") == 0);
  CHECK(world.number("SELECT COUNT(*) FROM reminder WHERE state = 'pending' AND starts_at > $1",
                     world.now()) == 7);
  CHECK(world.events() == Texts{"commitment.changed", "meeting.changed"});
  CHECK(world.number("SELECT COUNT(*) FROM commitment WHERE rule = 'FREQ=WEEKLY;BYDAY=MO'") == 1);
  // The words are neutral: no name, no place.
  CHECK(world.number(
            "SELECT COUNT(*) FROM stream_event WHERE body LIKE '%Light%' OR body LIKE '%Odyssey%'") == 0);
}

TEST_CASE("another place at the same time is told anew, and asks for an answer anew") {
  Aftercare world;
  world.choose(world.ana, world.meeting).value();
  world.write([](Transaction& tx) { tx.run("UPDATE occurrence SET answer = 'confirmed', answered_at = 1"); });
  auto elsewhere = item(1, 1, "10:00", "Sunday Light");
  elsewhere["location_text"] = "Another House";
  world.list({elsewhere, item(2, 2, "19:00")});
  CHECK(world.starts() == four_sundays);
  CHECK(world.number("SELECT COUNT(*) FROM occurrence WHERE version = 2 AND answer = 'none'") == 4);
  CHECK(world.number("SELECT COUNT(*) FROM reminder WHERE state = 'pending' AND version = 2") == 8);
  CHECK(world.pending() == 8);
  CHECK(world.events() == Texts{"commitment.changed", "meeting.changed"});
}

TEST_CASE("another name is told to nobody; another length moves only the end") {
  Aftercare world;
  world.choose(world.ana, world.meeting).value();
  auto changed = item(1, 1, "10:00", "Sunday Shine");
  world.list({changed, item(2, 2, "19:00")});
  changed["duration_time"] = "00:45:00";
  world.list({changed, item(2, 2, "19:00")});
  CHECK(world.starts() == four_sundays);
  CHECK(world.number("SELECT COUNT(*) FROM occurrence WHERE version = 1 AND ends_at - starts_at = 2700000") ==
        4);
  CHECK(world.pending() == 8);
  CHECK(world.events() == Texts{"commitment.changed"});
}

TEST_CASE("a meeting that goes takes its occurrences along, and brings them back when it returns") {
  Aftercare world;
  world.choose(world.ana, world.meeting).value();
  world.list({item(2, 2, "19:00")});
  CHECK(world.starts().empty());
  CHECK(world.pending() == 0);
  CHECK(world.events() == Texts{"commitment.changed", "meeting.gone"});
  const auto chosen = world.read([&](Snapshot& db) { return commitments(db, world.ana, world.now()); });
  REQUIRE(chosen.size() == 1);
  CHECK(chosen[0].meeting.gone);
  CHECK_FALSE(chosen[0].next);
  CHECK(world.read([&](Snapshot& db) { return goal(db, world.ana); }).committed == 0);

  world.clock.advance(std::chrono::days(2));
  CHECK(world.extend() == 1);  // a gone meeting does not hold up the others
  CHECK(world.extend() == 0);
  CHECK(world.starts().empty());

  world.list({item(1, 1, "10:00", "Sunday Light"), item(2, 2, "19:00")});
  CHECK(world.starts() == four_sundays);
  CHECK(world.pending() == 8);
  CHECK(world.events() == Texts{"commitment.changed", "meeting.gone", "meeting.changed"});
}

TEST_CASE("what becomes of a meeting is flagged until the client has seen it") {
  Aftercare world;
  const auto id = world.choose(world.ana, world.meeting)->id;
  const auto flag = [&] {
    return world.read([&](Snapshot& db) { return commitments(db, world.ana, world.now()).at(0).flag; });
  };
  const auto seen = [&](ClientId who) {
    return world.store.write_now("test", [&](Transaction& tx) { return see(tx, who, id, world.now()); });
  };
  CHECK_FALSE(flag());
  world.list({item(1, 2, "11:00", "Sunday Light"), item(2, 2, "19:00")});
  CHECK(flag() == Flag::changed);
  world.clock.advance(std::chrono::days(3));
  world.extend();
  CHECK(flag() == Flag::changed);
  world.list({item(2, 2, "19:00")});
  CHECK(flag() == Flag::gone);
  CHECK(code(seen(world.ben)) == "not_found");
  CHECK(flag() == Flag::gone);
  REQUIRE(seen(world.ana).has_value());
  CHECK_FALSE(flag());
  CHECK(seen(world.ana).has_value());
  world.list({item(1, 2, "11:00", "Sunday Light"), item(2, 2, "19:00")});
  CHECK(flag() == Flag::back);
}

TEST_CASE("the goal stands beside what was chosen") {
  Aftercare world;
  const auto read = [&] { return world.read([&](Snapshot& db) { return goal(db, world.ana); }); };
  CHECK(read().meetings_per_week == 0);
  CHECK_FALSE(read().since_at);
  const auto set = [&](std::int64_t n) {
    return world.store
        .write_now("test", [&](Transaction& tx) { return set_goal(tx, {}, world.ana, {{n}}, world.now()); })
        .value();
  };
  CHECK(set(3).meetings_per_week == 3);
  const Instant since = world.now();
  world.clock.advance(std::chrono::hours(1));
  CHECK(set(3).since_at == since);  // the same again is no change
  CHECK(set(2).since_at == world.now());
  world.choose(world.ana, world.meeting).value();
  CHECK(read().committed == 1);
  CHECK(world.number("SELECT COUNT(*) FROM audit WHERE action = 'goal.set'") == 2);
}

TEST_CASE("an answer is recorded on the occurrence") {
  Aftercare world;
  world.choose(world.ana, world.meeting).value();
  const auto id = world.number("SELECT MIN(id) FROM occurrence");
  const auto subjects = occurrence_subjects();
  const auto version = [&](ClientId who) {
    return world.read([&](Snapshot& db) { return subjects.current_version(db, id, who); });
  };
  const auto answer = [&](ClientId who, reminders::Answer given) {
    return world.store.write_now(
        "test", [&](Transaction& tx) { return subjects.answered(tx, {}, id, who, given, world.now()); });
  };
  CHECK(version(world.ana) == 1);
  CHECK_FALSE(version(world.ben));
  CHECK(code(answer(world.ben, reminders::Answer::confirmed)) == "not_found");

  REQUIRE(answer(world.ana, reminders::Answer::cant_come).has_value());
  CHECK(version(world.ana) == 1);  // she may change her mind
  REQUIRE(answer(world.ana, reminders::Answer::confirmed).has_value());
  CHECK(world.number("SELECT COUNT(*) FROM occurrence WHERE id = $1 AND answer = 'confirmed'", id) == 1);

  world.clock.set(at("2026-03-15T15:29:00Z"));
  CHECK(answer(world.ana, reminders::Answer::confirmed).has_value());
  world.clock.set(at("2026-03-15T15:30:00Z"));  // it ends
  CHECK(code(answer(world.ana, reminders::Answer::cant_come)) == "over");

  world.write([&](Transaction& tx) {
    tx.run(
        "UPDATE phase SET phase = 'detox' WHERE episode_id IN (SELECT id FROM episode WHERE client_id = $1)",
        world.ana);
  });
  CHECK_FALSE(version(world.ana));  // out of aftercare: nothing is sent
}

TEST_CASE("occurrences of a range are those that touch it") {
  Aftercare world;
  world.choose(world.ana, world.meeting).value();
  const auto count = [&](std::string_view from, std::string_view until) {
    return world.read([&](Snapshot& db) { return occurrences(db, world.ana, at(from), at(until)); }).size();
  };
  CHECK(count("2026-03-15T14:00:00Z", "2026-03-15T15:30:00Z") == 1);
  CHECK(count("2026-03-15T15:29:59Z", "2026-03-15T20:00:00Z") == 1);  // runs
  CHECK(count("2026-03-15T15:30:00Z", "2026-03-22T14:00:00Z") == 0);
  CHECK(count("2026-03-10T00:00:00Z", "2026-05-01T00:00:00Z") == 4);
  const auto first = world.read([&](Snapshot& db) {
    return occurrences(db, world.ana, at("2026-03-15T14:00:00Z"), at("2026-03-15T15:30:00Z"));
  });
  REQUIRE(first.size() == 1);
  CHECK(first[0].name == "Sunday Light");
  CHECK(first[0].zone == "America/New_York");
  CHECK(first[0].place == "Odyssey House");
  CHECK(first[0].status == OccurrenceStatus::planned);
}
