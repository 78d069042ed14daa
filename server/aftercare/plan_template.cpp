#include "aftercare/plan_template.hpp"

#include "base/version.hpp"

namespace circled::aftercare {
namespace {

struct TemplateColumns {
  PlanTemplateId id;
  std::string name;
  std::int64_t limit;
  std::optional<Number<1, 10>> rise;
  std::int64_t days;
  TimeOfDay at;
  std::int64_t version;
};
BOOST_DESCRIBE_STRUCT(TemplateColumns, (), (id, name, limit, rise, days, at, version))

#define CIRCLED_TEMPLATES(WHERE)                                                                      \
  "SELECT id, name, craving_limit, craving_rise, ask_days, ask_at, version FROM plan_template WHERE " \
  "retired_at IS NULL AND " WHERE " ORDER BY name, id"

PlanTemplate unfold(Snapshot& db, TemplateColumns row) {
  PlanTemplate made;
  made.name = Text<1, 100>(std::move(row.name));
  for (auto& goal :
       db.all<TemplateGoal>("SELECT kind, every_days, months, then_every_days, per_week, group_id, words "
                            "FROM plan_template_goal WHERE template_id = $1 ORDER BY number",
                            row.id))
    made.goals.push_back(std::move(goal));
  made.self_checks = {{row.limit}, row.rise, rules::days_of(row.days), row.at};
  made.id = row.id;
  made.version = row.version;
  return made;
}

Error taken() { return invalid("/name", "taken", "There is a template of this name already."); }

// Whether another one that is in use has the name.
bool named(Snapshot& db, const std::string& name, PlanTemplateId but) {
  return db
      .one<std::int64_t>("SELECT 1 FROM plan_template WHERE name = $1 AND retired_at IS NULL AND id <> $2",
                         name, but)
      .has_value();
}

Result<void> fits(Snapshot& db, const NewTemplate& made, PlanTemplateId id) {
  auto fields = rules::wrong(std::span<const TemplateGoal>(made.goals));
  for (std::size_t i = 0; i < made.goals.size(); ++i)
    if (made.goals[i].group &&
        !db.one<std::int64_t>("SELECT 1 FROM therapy_group WHERE id = $1", *made.goals[i].group))
      fields.push_back({"/goals/" + std::to_string(i) + "/group", "not_found", "There is no such group."});
  if (!fields.empty()) return invalid(std::move(fields));
  if (named(db, made.name, id)) return taken();
  return {};
}

void write_goals(Transaction& tx, PlanTemplateId id, const NewTemplate& made) {
  std::int64_t number = 0;
  for (const TemplateGoal& goal : made.goals)
    tx.later(
        "INSERT INTO plan_template_goal (template_id, number, kind, every_days, months, then_every_days, "
        "per_week, group_id, words) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id, ++number, goal.kind, goal.every_days, goal.months, goal.then_every_days, goal.per_week,
        goal.group, goal.words);
}

}  // namespace

std::vector<PlanTemplate> plan_templates(Snapshot& db) {
  std::vector<PlanTemplate> found;
  for (auto& row : db.all<TemplateColumns>(CIRCLED_TEMPLATES("id > 0")))
    found.push_back(unfold(db, std::move(row)));
  return found;
}

std::optional<PlanTemplate> plan_template(Snapshot& db, PlanTemplateId id) {
  auto row = db.one<TemplateColumns>(CIRCLED_TEMPLATES("id = $1"), id);
  if (!row) return std::nullopt;
  return unfold(db, std::move(*row));
}

bool has_templates(Snapshot& db) {
  return db.one<std::int64_t>("SELECT 1 FROM plan_template LIMIT 1").has_value();
}

void add_first_template(Transaction& tx) {
  if (has_templates(tx)) return;
  NewTemplate first{};
  TemplateGoal visits{}, meetings{}, group{};
  visits.kind = GoalKind::visits;
  visits.every_days = Number<1, 92>{14};
  visits.months = Number<1, 60>{6};
  visits.then_every_days = Number<1, 92>{30};
  meetings.kind = GoalKind::meetings;
  meetings.per_week = Number<1, 21>{3};
  group.kind = GoalKind::group;
  for (const auto& goal : {visits, meetings, group}) first.goals.push_back(goal);
  const auto terms = rules::usual_terms();
  const auto id = *tx.one<PlanTemplateId>(
      "INSERT INTO plan_template (name, craving_limit, craving_rise, ask_days, ask_at) "
      "VALUES ('First year', $1, $2, 42, $3) RETURNING id",
      terms.limit, terms.rise, terms.at);
  write_goals(tx, id, first);
}

Result<PlanTemplate> add_template(Transaction& tx, const access::Actor& actor, const NewTemplate& made,
                                  Instant now) {
  if (auto fit = fits(tx, made, PlanTemplateId()); !fit) return fit.error();
  const auto& terms = made.self_checks;
  const auto id = *tx.one<PlanTemplateId>(
      "INSERT INTO plan_template (name, craving_limit, craving_rise, ask_days, ask_at) "
      "VALUES ($1, $2, $3, $4, $5) RETURNING id",
      made.name, terms.limit, terms.rise, rules::day_mask(terms.days), terms.at);
  write_goals(tx, id, made);
  access::audit(tx, actor, "plan_template.add", "plan_template", id.value, now);
  return *plan_template(tx, id);
}

Result<PlanTemplate> change_template(Transaction& tx, const access::Actor& actor, PlanTemplateId id,
                                     std::int64_t seen, const NewTemplate& next, Instant now) {
  const auto current = plan_template(tx, id);
  if (!current) return not_found("template");
  if (current->version != seen) return changed_meanwhile(*current);
  if (auto fit = fits(tx, next, id); !fit) return fit.error();
  const auto& terms = next.self_checks;
  tx.run(
      "UPDATE plan_template SET name = $2, craving_limit = $3, craving_rise = $4, ask_days = $5, ask_at = "
      "$6, "
      "version = version + 1 WHERE id = $1",
      id, next.name, terms.limit, terms.rise, rules::day_mask(terms.days), terms.at);
  tx.run("DELETE FROM plan_template_goal WHERE template_id = $1", id);
  write_goals(tx, id, next);
  access::audit(tx, actor, "plan_template.change", "plan_template", id.value, now);
  return *plan_template(tx, id);
}

Result<void> retire_template(Transaction& tx, const access::Actor& actor, PlanTemplateId id, Instant now) {
  if (tx.run("UPDATE plan_template SET retired_at = $2 WHERE id = $1 AND retired_at IS NULL", id, now) == 0)
    return not_found("template");
  access::audit(tx, actor, "plan_template.retire", "plan_template", id.value, now);
  return {};
}

}  // namespace circled::aftercare
