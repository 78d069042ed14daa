#include "aftercare/self_check.hpp"

#include <doctest/doctest.h>

#include "aftercare/planned.hpp"
#include "aftercare/self_check_ask.hpp"
#include "reminders/dispatcher.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::aftercare;
using test::at;
using test::Texts;

namespace {

struct Checks : test::PlannedFixture {
  NewSelfCheck check(std::int64_t craving, std::vector<std::string> triggers = {}) {
    NewSelfCheck said{};
    said.craving = {craving};
    said.mood = {3};
    if (!triggers.empty()) said.triggers.emplace();
    for (auto& words : triggers) said.triggers->push_back(Text<1, 60>(std::move(words)));
    return said;
  }
  Result<SelfCheckSaid> say(const NewSelfCheck& said) {
    return write([&](Transaction& tx) { return aftercare::say(tx, actor, ana, said, now()); });
  }
  SelfCheckSaid felt(std::int64_t craving) {
    auto said = say(check(craving)).value();
    clock.advance(std::chrono::hours(1));
    return said;
  }
  std::int64_t tasks(const char* state = "done_at IS NULL") {
    return number(std::string("SELECT COUNT(*) FROM task WHERE rule = 'craving' AND ") + state);
  }
  Texts list() {
    return read([&](Snapshot& db) {
      Texts words;
      for (const auto& each : triggers(db, ana)) words.push_back(each.words);
      return words;
    });
  }
  // What is asked, where it stands, by the wall in New York (four or five hours behind).
  Texts asked() {
    return read([&](Snapshot& db) {
      Texts found;
      for (const auto t : db.all<Instant>("SELECT at FROM self_check_ask WHERE NOT off ORDER BY at"))
        found.push_back(to_string(t));
      return found;
    });
  }
  std::int64_t pending() {
    return number("SELECT COUNT(*) FROM reminder WHERE subject_kind = 'check_in' AND state = 'pending'");
  }
};

}  // namespace

TEST_CASE_FIXTURE(Checks, "a check is kept as it was said, and nobody reads it at once") {
  auto said = check(4, {"Payday", "Alone at night", "Payday"});
  said.note = Text<0, 500>("Long week");
  const auto answer = say(said).value();
  CHECK(answer.check.craving == 4);
  CHECK(answer.check.triggers == Texts{"Alone at night", "Payday"});
  CHECK(answer.check.note == "Long week");
  CHECK(answer.notice.starts_with("Nobody reads this at once."));
  CHECK_FALSE(answer.help);
  CHECK(events_of(ana) == Texts{"self_check.made"});
  CHECK(number("SELECT COUNT(*) FROM audit WHERE action = 'self_check.make' AND detail LIKE '%week%'") == 0);
  CHECK(list() == Texts{"Alone at night", "Payday"});
}

TEST_CASE_FIXTURE(Checks, "a craving at the limit is answered with the numbers that help now") {
  write([&](Transaction& tx) { tx.run("UPDATE site SET helpline = '555-0134' WHERE id = $1", site); });
  CHECK_FALSE(felt(7).help);  // without a plan the usual limit is 8
  const auto help = felt(8).help;
  REQUIRE(help);
  CHECK(help->emergency_number == "911");
  CHECK(help->crisis_line == "988");
  CHECK(help->helpline == "555-0134");
  auto strict = plain();
  strict.self_checks.limit = {5};
  put(strict).value();
  CHECK_FALSE(felt(7).help);  // she has not agreed to that plan yet
  agree(1).value();
  CHECK(felt(5).help.has_value());
}

TEST_CASE_FIXTURE(Checks, "what is worth a look opens one task, and none again for what was followed up") {
  felt(7);
  CHECK(tasks() == 0);
  felt(9);
  felt(10);
  CHECK(tasks() == 1);
  write([&](Transaction& tx) { tx.run("UPDATE task SET done_at = $1, done_by = $2", now(), counselor); });
  felt(3);
  CHECK(tasks() == 0);
  felt(8);
  CHECK(tasks() == 1);
  CHECK(tasks("done_at IS NOT NULL") == 1);
}

TEST_CASE_FIXTURE(Checks, "a rise opens a task too") {
  for (const int craving : {2, 2, 2, 2, 2, 2, 2, 5, 5}) felt(craving);
  CHECK(tasks() == 0);
  felt(5);
  CHECK(tasks() == 1);
  CHECK(read([](Snapshot& db) { return db.one<std::string>("SELECT reason FROM task"); }) ==
        "Craving has risen: 5.0 on average in the last three self-checks, 2.0 in the seven before.");
}

TEST_CASE_FIXTURE(Checks, "words off the list stay with what was said, and come back by being said") {
  say(check(1, {"Payday"})).value();
  const auto id = TriggerId(number("SELECT id FROM client_trigger"));
  const auto drop = [&](ClientId client) {
    return write([&](Transaction& tx) { return drop_trigger(tx, client, id, now()); });
  };
  CHECK(drop(ben).error().code == "not_found");
  CHECK(drop(ana).has_value());
  CHECK(drop(ana).error().code == "not_found");
  CHECK(list().empty());
  const auto all = read([&](Snapshot& db) { return self_checks(db, ana, {}); });
  CHECK(all.items[0].triggers == Texts{"Payday"});
  clock.advance(std::chrono::hours(1));
  say(check(1, {"Payday"})).value();
  CHECK(list() == Texts{"Payday"});
  CHECK(number("SELECT COUNT(*) FROM client_trigger") == 1);
}

TEST_CASE_FIXTURE(Checks, "fifty words are the most on a list") {
  for (int i = 0; i < 5; ++i) {
    std::vector<std::string> ten;
    for (int j = 0; j < 10; ++j) ten.push_back("word " + std::to_string(10 * i + j));
    say(check(1, ten)).value();
  }
  const auto refused = say(check(1, {"one more"}));
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == "too_many_triggers");
  CHECK(number("SELECT COUNT(*) FROM self_check") == 5);
  CHECK(list().size() == 50);
}

TEST_CASE_FIXTURE(Checks, "checks come in pages, the latest first, and only the client's own") {
  for (const int craving : {1, 2, 3, 4, 5}) say(check(craving, {"a"})).value();  // at one instant
  const auto page = [&](ClientId client, std::optional<SelfCheckId> after) {
    return read([&](Snapshot& db) { return self_checks(db, client, {Number<1, 200>{2}, after}); });
  };
  std::vector<std::int64_t> seen;
  std::optional<SelfCheckId> after;
  for (int pages = 0; pages < 5; ++pages) {
    const auto found = page(ana, after);
    for (const auto& each : found.items) {
      seen.push_back(each.craving);
      CHECK(each.triggers == Texts{"a"});
    }
    if (!found.next) break;
    after = SelfCheckId(std::stoll(*found.next));
  }
  CHECK(seen == std::vector<std::int64_t>{5, 4, 3, 2, 1});
  CHECK(page(ben, {}).items.empty());
  CHECK(page(ben, after).items.empty());  // by somebody else's
}

TEST_CASE_FIXTURE(Checks,
                  "a plan asks at its time on the wall, four weeks ahead, through the change of the clock") {
  clock.set(at("2026-10-26T12:00:00Z"));  // a Monday; clocks go back on Sunday 1 November
  plan(asking());
  const auto all = asked();
  REQUIRE(all.size() == 12);
  CHECK(all[0] == "2026-10-26T22:00:00Z");
  CHECK(all[2] == "2026-10-30T22:00:00Z");
  CHECK(all[3] == "2026-11-02T23:00:00Z");
  CHECK(pending() == 12);
  // Each is due when the question is asked, and open for two hours.
  CHECK(number("SELECT COUNT(*) FROM reminder r JOIN self_check_ask a ON a.id = r.subject_id "
               "WHERE r.subject_kind = 'check_in' AND r.due_at = a.at AND r.starts_at = a.until_at") == 12);
  const auto extend = [&] {
    return write([&](Transaction& tx) { return extend_asks_once(tx, now()); }).value();
  };
  CHECK(extend() == 0);
  clock.advance(std::chrono::days(2));
  CHECK(extend() == 1);
  CHECK(extend() == 0);
  CHECK(asked().size() == 13);
}

TEST_CASE_FIXTURE(Checks, "and in spring") {
  clock.set(at("2026-03-02T12:00:00Z"));  // a Monday; clocks go forward on Sunday 8 March
  plan(asking());
  const auto all = asked();
  REQUIRE(all.size() == 12);
  CHECK(all[2] == "2026-03-06T23:00:00Z");
  CHECK(all[3] == "2026-03-09T22:00:00Z");
}

TEST_CASE_FIXTURE(Checks, "another plan takes back what it does not ask, and keeps nothing twice") {
  plan(asking());
  CHECK(pending() == 12);
  auto later = asking();
  later.self_checks.at = TimeOfDay{std::chrono::hours(19)};
  put(later, 1).value();
  CHECK(asked().front() == "2026-03-11T22:00:00Z");  // not agreed to yet
  agree(2).value();
  CHECK(asked().front() == "2026-03-11T23:00:00Z");
  CHECK(pending() == 12);
  plan(asking(), 2);
  CHECK(asked().front() == "2026-03-11T22:00:00Z");
  CHECK(pending() == 12);
  CHECK(number("SELECT COUNT(*) FROM self_check_ask") == 24);
  plan(plain(), 3);
  CHECK(asked().empty());
  CHECK(pending() == 0);
  CHECK(number("SELECT COUNT(*) FROM aftercare_plan WHERE asked_until IS NULL") == 1);
}

TEST_CASE_FIXTURE(Checks, "the question names nothing, and whoever has just said is not asked") {
  plan(asking());
  const auto dispatch = [&] {
    return store
        .claim_now(
            "test",
            [&](Transaction& tx) -> Result<reminders::Sent> { return reminders::dispatch(tx, now(), 100); })
        .value();
  };
  clock.set(at("2026-03-11T22:00:00Z"));
  CHECK(dispatch().sent == 1);
  const auto body = read([&](Snapshot& db) {
    return *db.one<std::string>(
        "SELECT body FROM stream_event WHERE person_id = $1 ORDER BY seq DESC LIMIT 1", ana);
  });
  CHECK(body.find("\"text\":\"There is a question for you in your app.\"") != std::string::npos);

  // Saying how one is answers the question, and it is put no second time.
  const auto answered =
      "SELECT COUNT(*) FROM reminder WHERE subject_kind = 'check_in' AND state = 'acknowledged' "
      "AND answer = 'confirmed' AND next_at IS NULL";
  CHECK(number(answered) == 0);
  clock.set(at("2026-03-11T22:10:00Z"));
  say(check(2)).value();
  CHECK(number(answered) == 1);

  clock.set(at("2026-03-13T18:00:00Z"));  // four hours before the next
  say(check(2)).value();
  clock.set(at("2026-03-13T22:00:00Z"));
  CHECK(dispatch().sent == 0);
  clock.set(at("2026-03-16T17:59:59Z"));
  say(check(2)).value();
  clock.set(at("2026-03-16T22:00:00Z"));
  CHECK(dispatch().sent == 1);
}

TEST_CASE_FIXTURE(Checks, "nobody outside aftercare is asked, and a discharge ends the asking") {
  plan(asking());
  const auto subjects = self_check_subjects();
  const auto id = number("SELECT MIN(id) FROM self_check_ask");
  const auto version = [&](PersonId who) {
    return read([&](Snapshot& db) { return subjects.current_version(db, id, who); });
  };
  CHECK(version(ana) == 1);
  CHECK_FALSE(version(ben));
  write([&](Transaction& tx) { tx.run("UPDATE phase SET phase = 'treatment' WHERE episode_id = $1", anas); });
  CHECK_FALSE(version(ana));
  write([&](Transaction& tx) {
    tx.run("UPDATE episode SET discharged_on = 20530, discharge = 'completed' WHERE id = $1", anas);
  });
  clock.advance(std::chrono::days(2));
  CHECK(write([&](Transaction& tx) { return extend_asks_once(tx, now()); }).value() == 1);
  CHECK(write([&](Transaction& tx) { return extend_asks_once(tx, now()); }).value() == 0);
  CHECK(asked().size() == 12);
}
