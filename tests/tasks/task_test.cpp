#include "tasks/task.hpp"

#include <doctest/doctest.h>

#include "support/care.hpp"

using namespace circled;
using namespace std::chrono_literals;
using circled::test::CareFixture;
using tasks::Rule;

namespace {

// Cora has Ana and Ben; Cleo the clinician has Ana too, assigned later than Cora.
struct Fixture : CareFixture {
  Result<api::Page<tasks::Task>> list(const api::Identity& who, tasks::Filter filter = {}) {
    return read([&](Snapshot& db) { return tasks::list(db, who, filter, now()); });
  }
  std::vector<std::string> reasons(const api::Identity& who, tasks::Filter filter = {}) {
    std::vector<std::string> found;
    for (const auto& task : list(who, filter).value().items) found.push_back(task.reason);
    return found;
  }
  Result<tasks::Task> open(const api::Identity& who, ClientId client, std::optional<StaffId> staff = {},
                           const char* reason = "Call about Thursday") {
    return write([&](Transaction& tx) {
      return tasks::open_by_hand(tx, who, actor, {client, staff, {reason}}, now());
    });
  }
  bool open_by_rule(ClientId client, Rule rule = Rule::often_late) {
    return write([&](Transaction& tx) { return tasks::open_by_rule(tx, client, rule, "Late.", now()); });
  }
  tasks::Task only(const api::Identity& who, tasks::Filter filter = {}) {
    auto found = list(who, filter).value().items;
    REQUIRE(found.size() == 1);
    return found[0];
  }
  Result<tasks::Task> finish(const api::Identity& who, const tasks::Task& task) {
    return write([&](Transaction& tx) {
      return tasks::finish(tx, who, actor, task.id, task.version, {{{"Reached her"}}}, now());
    });
  }
  std::vector<std::string> told(PersonId person) {
    std::vector<std::string> found;
    for (const auto& event : take_committed().events)
      if (event.receiver == person) found.push_back(*event.body);
    return found;
  }
};

tasks::Filter all() { return {.show = tasks::Show::all}; }

}  // namespace

TEST_CASE("a task by hand is its opener's own, or whose it is made, and that one is told") {
  Fixture f;
  f.take_committed();
  CHECK(f.open(f.cora, f.ana)->staff_name == "Cora Counselor");
  CHECK(f.told(f.counselor).empty());
  const auto handed = f.open(f.cora, f.ana, f.clinician, "Ask about sleep").value();
  CHECK(handed.rule == Rule::by_hand);
  CHECK(f.told(f.clinician).size() == 1);
  CHECK(f.reasons(f.cora) == std::vector<std::string>{"Call about Thursday"});
  CHECK(f.reasons(f.cleo) == std::vector<std::string>{"Ask about sleep"});
  CHECK(f.reasons(f.sue, all()) == std::vector<std::string>{"Call about Thursday", "Ask about sleep"});
}

TEST_CASE("nobody has a task about a client whom they do not reach") {
  Fixture f;
  CHECK(test::code(f.open(f.otto, f.ana)) == "not_found");
  CHECK(test::code(f.open(f.cora, f.ana, f.other_counselor)) == "cannot_have_it");
  CHECK(test::code(f.open(f.cora, f.ana, f.front_desk)) == "cannot_have_it");
  CHECK(test::code(f.open(f.cora, f.ana, StaffId(999'999))) == "cannot_have_it");
  const auto task = f.open(f.cora, f.ana).value();
  CHECK(test::code(f.finish(f.otto, task)) == "not_found");
  CHECK(test::code(f.finish(f.cleo, task)) == "forbidden");
  CHECK(test::code(f.list(f.otto, {.client = f.ana})) == "not_found");
  CHECK(test::code(f.list(f.cora, all())) == "forbidden");
}

TEST_CASE("a rule's task goes to whoever has the client, the latest assignment first, and comes once") {
  Fixture f;
  f.write([&](Transaction& tx) {
    tx.run("UPDATE assignment SET from_at = $2 WHERE staff_id = $1", f.clinician, f.now() - 24h);
  });
  f.take_committed();
  CHECK(f.open_by_rule(f.ana));
  CHECK_FALSE(f.open_by_rule(f.ana));
  CHECK(f.open_by_rule(f.ana, Rule::unexcused_in_a_row));
  CHECK(f.told(f.clinician).size() == 2);
  CHECK(f.list(f.cleo)->items.size() == 2);

  const auto first = f.list(f.cleo)->items[0];
  CHECK(f.finish(f.cleo, first)->done_by_name == "Cleo Clinician");
  CHECK(f.open_by_rule(f.ana));
}

TEST_CASE("a task of a client whom nobody has is for supervisors to hand out") {
  Fixture f;
  const ClientId zoe = f.write([&](Transaction& tx) {
    const auto client = test::add_client(tx, f.site, "Zoe");
    test::admit(tx, client, "treatment");
    return client;
  });
  CHECK(f.open_by_rule(zoe));
  const auto task = f.only(f.sue, all());
  CHECK_FALSE(task.staff);
  const auto hand_over = [&](StaffId to, std::int64_t version) {
    return f.write([&](Transaction& tx) {
      return tasks::hand_over(tx, f.sue, f.actor, task.id, version, {to}, f.now());
    });
  };
  CHECK(test::code(hand_over(f.counselor, task.version)) == "cannot_have_it");
  f.write([&](Transaction& tx) { test::assign(tx, f.counselor, zoe); });
  CHECK(hand_over(f.counselor, task.version)->staff_name == "Cora Counselor");
  CHECK(f.only(f.cora).id == task.id);
}

TEST_CASE("a task sleeps until its time, and is done once") {
  Fixture f;
  auto task = f.open(f.cora, f.ana).value();
  const auto snooze = [&](Instant until) {
    return f.write([&](Transaction& tx) {
      return tasks::snooze(tx, f.cora, f.actor, task.id, task.version, {until}, f.now());
    });
  };
  CHECK(test::code(snooze(f.now())) == "in_the_past");
  CHECK(test::code(snooze(f.now() + 91 * 24h)) == "too_far");
  const auto stale = task;
  task = snooze(f.now() + 24h).value();
  CHECK(f.list(f.cora)->items.empty());
  CHECK(f.list(f.cora, {.snoozed = true})->items.size() == 1);
  f.clock.advance(24h);
  CHECK(f.only(f.cora).id == task.id);

  CHECK(test::code(f.finish(f.cora, stale)) == "changed_meanwhile");
  const auto done = f.finish(f.cora, task).value();
  CHECK(done.outcome == "Reached her");
  CHECK(f.list(f.cora)->items.empty());
  CHECK(f.only(f.cora, {.client = f.ana}).done_at == f.now());
  CHECK(test::code(f.finish(f.cora, done)) == "already_done");
  const auto again = f.write(
      [&](Transaction& tx) { return tasks::reopen(tx, f.cora, f.actor, done.id, done.version, f.now()); });
  CHECK_FALSE(again->done_at);
  CHECK(f.only(f.cora).id == task.id);
}

TEST_CASE("what a rule has asked for again is not opened a second time by undoing") {
  Fixture f;
  f.open_by_rule(f.ben);
  const auto done = f.finish(f.cora, f.only(f.cora)).value();
  f.open_by_rule(f.ben);
  const auto again = f.write(
      [&](Transaction& tx) { return tasks::reopen(tx, f.cora, f.actor, done.id, done.version, f.now()); });
  CHECK(test::code(again) == "another_open");
}

TEST_CASE("a long list comes in pages, without gaps and doubles") {
  Fixture f;
  for (int i = 0; i < 5; ++i) f.open(f.cora, f.ana, {}, std::string("Task " + std::to_string(i)).c_str());
  tasks::Filter filter{.limit = Number<1, 200>{2}};
  std::vector<std::string> seen;
  for (int page = 0; page < 3; ++page) {
    const auto found = f.list(f.cora, filter).value();
    for (const auto& task : found.items) seen.push_back(task.reason);
    CHECK(found.next.has_value() == (page < 2));
    if (found.next) filter.after = TaskId(std::stoll(*found.next));
  }
  CHECK(seen == std::vector<std::string>{"Task 0", "Task 1", "Task 2", "Task 3", "Task 4"});
}
