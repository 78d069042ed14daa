// Somebody in aftercare: Ana, Cora's, since day 20,000. It is Tuesday 10 March 2026, 08:00 in New York.
#pragma once
#include "aftercare/plan_template.hpp"
#include "aftercare/routes.hpp"
#include "support/care.hpp"

namespace circled::test {

struct PlannedFixture : CareFixture {
  PlannedFixture() {
    aftercare::handle_subjects();
    write([this](Transaction& tx) {
      tx.run("UPDATE phase SET phase = 'aftercare' WHERE episode_id = $1", anas);
    });
    take_committed();
  }

  static aftercare::PlanGoal visits_every(std::int64_t days) {
    aftercare::PlanGoal goal{};
    goal.kind = aftercare::GoalKind::visits;
    goal.every_days = Number<1, 92>{days};
    return goal;
  }
  static aftercare::PlanGoal meetings_a_week(std::int64_t number) {
    aftercare::PlanGoal goal{};
    goal.kind = aftercare::GoalKind::meetings;
    goal.per_week = Number<1, 21>{number};
    return goal;
  }
  // A visit every fortnight and three meetings a week; nobody is asked how they are.
  aftercare::WrittenPlan plain() const {
    aftercare::WrittenPlan plan{};
    plan.counselor = counselor;
    plan.safe_contact = Text<0, 500>("Her sister, on the blue number");
    plan.goals.push_back(visits_every(14));
    plan.goals.push_back(meetings_a_week(3));
    plan.self_checks = aftercare::rules::usual_terms();
    plan.self_checks.days = {};
    return plan;
  }
  // Monday, Wednesday and Friday at 18:00.
  aftercare::WrittenPlan asking() const {
    auto plan = plain();
    plan.self_checks.days = aftercare::rules::days_of(42);
    return plan;
  }

  Result<aftercare::Plan> put(const aftercare::WrittenPlan& written, std::int64_t seen = 0) {
    return put(written, seen, cora);
  }
  Result<aftercare::Plan> put(const aftercare::WrittenPlan& written, std::int64_t seen,
                              const api::Identity& who) {
    return write([&](Transaction& tx) {
      return aftercare::write_plan(tx, who, {who.account, "r"}, ana, seen, written, now());
    });
  }
  Result<aftercare::MyPlan> agree(std::int64_t seen) {
    return write([&](Transaction& tx) { return aftercare::agree(tx, actor, ana, seen, now()); });
  }
  // Written, and agreed to.
  void plan(const aftercare::WrittenPlan& written, std::int64_t seen = 0) {
    const auto made = put(written, seen);
    agree(made.value().version).value();
  }
  aftercare::Plan shown() {
    return read([&](Snapshot& db) { return aftercare::plan(db, cora, ana, now()); }).value();
  }
  std::vector<std::string> events_of(PersonId person) {
    return read([&](Snapshot& db) {
      std::vector<std::string> kinds;
      for (const auto& body :
           db.all<std::string>("SELECT body FROM stream_event WHERE person_id = $1 ORDER BY seq", person))
        kinds.emplace_back(boost::json::parse("{" + body + "}").at("kind").as_string());
      return kinds;
    });
  }
};

}  // namespace circled::test
