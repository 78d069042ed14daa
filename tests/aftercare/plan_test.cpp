#include "aftercare/plan.hpp"

#include <doctest/doctest.h>

#include "aftercare/planned.hpp"
#include "calendar/course.hpp"
#include "support/text.hpp"

using namespace circled;
using namespace circled::aftercare;
using test::code;
using test::PlannedFixture;
using test::Texts;

namespace {

Texts pointers(const auto& result) {
  REQUIRE(result.has_error());
  Texts found;
  for (const auto& field : result.error().fields) found.push_back(field.pointer);
  return found;
}

}  // namespace

TEST_CASE_FIXTURE(PlannedFixture, "a plan counts once the client has agreed to it") {
  CHECK(shown().version == 0);
  const auto made = put(plain()).value();
  CHECK(made.version == 1);
  CHECK_FALSE(made.in_force);
  REQUIRE(made.proposed);
  CHECK(made.proposed->state == PlanState::proposed);
  CHECK(made.proposed->counselor_name == made.proposed->made_by_name);
  CHECK(made.proposed->safe_contact == "Her sister, on the blue number");
  CHECK(events_of(ana) == Texts{"plan.proposed"});

  clock.advance(std::chrono::hours(1));
  const auto mine = agree(1).value();
  REQUIRE(mine.in_force);
  CHECK_FALSE(mine.proposed);
  CHECK(mine.in_force->agreed_at == now());
  CHECK(mine.in_force->goals.size() == 2);
  CHECK(number("SELECT agreed_by FROM plan_version") == ana.value);
  CHECK(events_of(ana) == Texts{"plan.proposed", "plan.changed"});
  CHECK(events_of(counselor) == Texts{"plan.agreed"});
  CHECK(shown().in_force->state == PlanState::in_force);

  // Said twice it is said once.
  clock.advance(std::chrono::hours(1));
  agree(1).value();
  CHECK(number("SELECT COUNT(*) FROM audit WHERE action = 'plan.agree'") == 1);
  CHECK(shown().in_force->agreed_at == now() - std::chrono::hours(1));
}

TEST_CASE_FIXTURE(PlannedFixture,
                  "until a new version is agreed to the former one counts, and both are readable") {
  plan(plain());
  auto next = plain();
  next.goals[1] = meetings_a_week(2);
  put(next, 1).value();
  const auto both = shown();
  CHECK(both.version == 2);
  CHECK(both.in_force->version == 1);
  CHECK(both.proposed->version == 2);
  CHECK(read([&](Snapshot& db) { return goal(db, ana); }).meetings_per_week == 3);

  // A third before she has looked at the second: that one is passed over.
  put(plain(), 2).value();
  CHECK(code(agree(2)) == "changed_meanwhile");
  agree(3).value();
  const auto all = read([&](Snapshot& db) { return plan_versions(db, cora, ana, now()); }).value();
  REQUIRE(all.size() == 3);
  CHECK(all[0].state == PlanState::in_force);
  CHECK(all[1].state == PlanState::passed_over);
  CHECK(all[2].state == PlanState::replaced);
  CHECK(all[1].goals[1].per_week == 2);
  CHECK_FALSE(all[1].agreed_at);
}

TEST_CASE_FIXTURE(PlannedFixture, "who may write a plan, of whom, and over what") {
  CHECK(code(put(plain(), 0, otto)) == "not_found");
  CHECK(code(put(plain(), 1)) == "changed_meanwhile");
  put(plain()).value();
  CHECK(code(put(plain(), 0)) == "changed_meanwhile");
  CHECK(put(plain(), 1, sue).has_value());
  CHECK(code(read([&](Snapshot& db) { return aftercare::plan(db, otto, ana, now()); })) == "not_found");
  CHECK(code(read([&](Snapshot& db) { return plan_versions(db, otto, ana, now()); })) == "not_found");

  const auto for_ben =
      write([&](Transaction& tx) { return write_plan(tx, cora, actor, ben, 0, plain(), now()); });
  CHECK(code(for_ben) == "not_in_aftercare");
}

TEST_CASE_FIXTURE(PlannedFixture, "every wrong field of a plan is named") {
  auto wrong = plain();
  wrong.counselor = other_counselor;  // does not know her
  wrong.made_from = PlanTemplateId(999);
  wrong.goals[0].every_days.reset();
  PlanGoal group{};
  group.kind = GoalKind::group;
  group.group = GroupId(999);
  wrong.goals.push_back(group);
  CHECK(pointers(put(wrong)) == Texts{"/goals/0/every_days", "/goals/2/group", "/counselor", "/made_from"});
  CHECK(number("SELECT COUNT(*) FROM aftercare_plan") == 0);
}

TEST_CASE_FIXTURE(PlannedFixture, "the shipped template makes a draft with today's days and her counselor") {
  for (int start = 1; start <= 2; ++start) write([](Transaction& tx) { add_first_template(tx); });
  const auto all = read([](Snapshot& db) { return plan_templates(db); });
  REQUIRE(all.size() == 1);
  CHECK(all[0].name == "First year");
  const auto draft = read([&](Snapshot& db) { return draft_plan(db, cora, ana, all[0].id, now()); }).value();
  REQUIRE(draft.goals.size() == 3);
  CHECK(draft.goals[0].every_days == 14);
  CHECK(draft.goals[0].until == parse_date("2026-09-10"));
  CHECK(draft.goals[0].then_every_days == 30);
  CHECK(draft.goals[1].per_week == 3);
  CHECK(draft.goals[2].kind == GoalKind::group);
  CHECK_FALSE(draft.goals[2].group);
  CHECK(draft.self_checks.limit == 8);
  CHECK(draft.self_checks.days.size() == 3);
  CHECK(draft.counselor.has_value());
  CHECK(number("SELECT COUNT(*) FROM aftercare_plan") == 0);
  CHECK(code(read([&](Snapshot& db) { return draft_plan(db, cora, ana, PlanTemplateId(999), now()); })) ==
        "not_found");
}

TEST_CASE_FIXTURE(PlannedFixture, "supervisors' templates: added, changed, retired") {
  write([](Transaction& tx) { add_first_template(tx); });
  NewTemplate made{};
  made.name = Text<1, 100>("Short");
  TemplateGoal visit{};
  visit.kind = GoalKind::visits;
  visit.every_days = Number<1, 92>{30};
  made.goals.push_back(visit);
  made.self_checks = rules::usual_terms();
  const auto add = [&](const NewTemplate& what) {
    return write([&](Transaction& tx) { return add_template(tx, actor, what, now()); });
  };
  const auto first = add(made).value();
  CHECK(first.version == 1);
  CHECK(pointers(add(made)) == Texts{"/name"});
  auto next = made;
  next.goals[0].every_days = Number<1, 92>{60};
  const auto change = [&](std::int64_t seen, const NewTemplate& to) {
    return write([&](Transaction& tx) { return change_template(tx, actor, first.id, seen, to, now()); });
  };
  CHECK(code(change(7, next)) == "changed_meanwhile");
  CHECK(change(1, next).value().goals[0].every_days == 60);
  next.name = Text<1, 100>("First year");
  CHECK(pointers(change(2, next)) == Texts{"/name"});
  next.name = Text<1, 100>("Short");
  next.goals[0].every_days.reset();
  CHECK(pointers(change(2, next)) == Texts{"/goals/0/every_days"});

  const auto retire = [&] {
    return write([&](Transaction& tx) { return retire_template(tx, actor, first.id, now()); });
  };
  CHECK(retire().has_value());
  CHECK(code(retire()) == "not_found");
  CHECK(read([](Snapshot& db) { return plan_templates(db); }).size() == 1);
  CHECK(add(made).has_value());  // its name is free again
}

TEST_CASE_FIXTURE(PlannedFixture, "a client's own goal is a goal of the plan, and agreed to") {
  const auto set = [&](std::int64_t n) {
    return write([&](Transaction& tx) { return set_goal(tx, actor, ana, {{n}}, now()); });
  };
  const auto read_goal = [&] { return read([&](Snapshot& db) { return goal(db, ana); }); };
  CHECK(read_goal().meetings_per_week == 0);
  CHECK_FALSE(read_goal().since_at);
  CHECK(set(0).value().meetings_per_week == 0);
  CHECK(number("SELECT COUNT(*) FROM aftercare_plan") == 0);  // the same is no change
  CHECK(set(3).value().meetings_per_week == 3);
  CHECK(read_goal().since_at == now());
  CHECK(set(3).value().since_at == now());
  CHECK(shown().version == 1);
  CHECK_FALSE(shown().in_force->counselor);
  CHECK(number("SELECT COUNT(*) FROM audit WHERE action = 'goal.set'") == 1);

  // Into a plan of the staff's it goes without touching the rest.
  plan(plain(), 1);
  CHECK(set(5).value().meetings_per_week == 5);
  const auto now_counts = shown().in_force.value();
  CHECK(now_counts.version == 3);
  CHECK(now_counts.counselor == counselor);
  CHECK(now_counts.safe_contact == "Her sister, on the blue number");
  CHECK(now_counts.goals[0].every_days == 14);
  CHECK_FALSE(now_counts.made_by_name);
  CHECK(set(0).value().meetings_per_week == 0);
  CHECK(shown().in_force->goals.size() == 1);

  put(plain(), 4).value();
  CHECK(code(set(2)) == "plan_waits");
  const auto bens = write([&](Transaction& tx) { return set_goal(tx, actor, ben, {{2}}, now()); });
  CHECK(code(bens) == "not_in_aftercare");
}

TEST_CASE_FIXTURE(PlannedFixture,
                  "coming into aftercare without a plan opens a task, and a plan is its answer") {
  const auto miss = [&] {
    return write([&](Transaction& tx) { return miss_plans_once(tx, now()); }).value();
  };
  CHECK(miss() == 1);  // Ana; Ben is in treatment
  CHECK(miss() == 0);
  CHECK(number("SELECT COUNT(*) FROM task WHERE client_id = $1 AND rule = 'plan' AND done_at IS NULL", ana) ==
        1);

  // What she sets herself is no plan of the staff's.
  write([&](Transaction& tx) { return set_goal(tx, actor, ana, {{2}}, now()); }).value();
  CHECK(number("SELECT COUNT(*) FROM task WHERE done_at IS NULL") == 1);
  put(plain(), 1).value();
  CHECK(number("SELECT COUNT(*) FROM task WHERE done_at IS NOT NULL AND done_by = $1", counselor) == 1);
  CHECK(miss() == 0);

  const calendar::Move back{people::Phase::aftercare, {}};
  write([&](Transaction& tx) { return calendar::move(tx, cora, actor, ben, back, {}, now()); }).value();
  CHECK(miss() == 1);
}

TEST_CASE_FIXTURE(PlannedFixture,
                  "a task that was done without a plan is not asked for again in the same phase") {
  const auto miss = [&] {
    return write([&](Transaction& tx) { return miss_plans_once(tx, now()); }).value();
  };
  CHECK(miss() == 1);
  write([&](Transaction& tx) { tx.run("UPDATE task SET done_at = $1, done_by = $2", now(), counselor); });
  CHECK(miss() == 0);
  // Ten days later she comes back into aftercare from treatment.
  clock.advance(std::chrono::days(10));
  write([&](Transaction& tx) {
    tx.run("UPDATE phase SET from_on = 20532 WHERE episode_id = $1", anas);  // 2026-03-20
  });
  CHECK(miss() == 1);
}

TEST_CASE_FIXTURE(PlannedFixture, "a plan ends with its stay, and the next stay has none") {
  plan(asking());
  write([&](Transaction& tx) {
    return calendar::discharge(tx, sue, actor, ana, people::Discharge::completed, {}, now());
  }).value();
  CHECK(shown().version == 0);
  CHECK(read([&](Snapshot& db) { return my_plan(db, ana); }).version == 0);
  write([&](Transaction& tx) {
    return calendar::readmit(tx, sue, actor, ana, {people::Phase::aftercare, {}}, {}, now());
  }).value();
  CHECK(shown().version == 0);
  CHECK(put(plain(), 0).value().version == 1);
  CHECK(number("SELECT COUNT(*) FROM aftercare_plan") == 2);
}

TEST_CASE_FIXTURE(PlannedFixture, "the schema keeps versions and goals in their shape") {
  put(plain()).value();
  const auto refused = [&](const char* sql) {
    CHECK_THROWS_AS(store.write_now("test",
                                    [&](Transaction& tx) -> Result<bool> {
                                      tx.run(sql);
                                      return true;
                                    }),
                    store::Violation);
  };
  refused("UPDATE plan_version SET agreed_at = made_at");  // by nobody
  refused("UPDATE aftercare_plan SET in_force = 2");
  refused("UPDATE plan_goal SET per_week = 22 WHERE kind = 'meetings'");
  refused("UPDATE plan_goal SET words = 'x' WHERE kind = 'visits'");
  refused("UPDATE plan_goal SET every_days = NULL WHERE kind = 'visits'");
}
