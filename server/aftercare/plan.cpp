#include "aftercare/plan.hpp"

#include <algorithm>

#include "aftercare/plan_template.hpp"
#include "aftercare/self_check_ask.hpp"
#include "base/version.hpp"
#include "live/emit.hpp"
#include "people/episode.hpp"
#include "people/reach.hpp"
#include "people/record_opening.hpp"
#include "tasks/task.hpp"

namespace circled::aftercare {
namespace {

constexpr std::int64_t clients_at_once = 100;

// The plan of the client's open stay.
struct Head {
  PlanId id;
  EpisodeId episode;
  std::int64_t latest;
  std::optional<std::int64_t> in_force;
  bool shows_progress;
};
BOOST_DESCRIBE_STRUCT(Head, (), (id, episode, latest, in_force, shows_progress))

std::optional<Head> head(Snapshot& db, ClientId client) {
  return db.one<Head>(
      "SELECT p.id, p.episode_id, p.latest, p.in_force, p.shows_progress FROM aftercare_plan p "
      "JOIN episode e ON e.id = p.episode_id WHERE p.client_id = $1 AND e.discharged_on IS NULL",
      client);
}

struct VersionColumns {
  std::int64_t version;
  std::optional<PlanTemplateId> made_from;
  std::optional<StaffId> counselor;
  std::optional<std::string> counselor_name;
  std::string safe_contact;
  std::int64_t limit;
  std::optional<Number<1, 10>> rise;
  std::int64_t days;
  TimeOfDay at;
  Instant made_at;
  std::optional<std::string> made_by_name;
  std::optional<Instant> agreed_at;
};
BOOST_DESCRIBE_STRUCT(VersionColumns, (),
                      (version, made_from, counselor, counselor_name, safe_contact, limit, rise, days, at,
                       made_at, made_by_name, agreed_at))

struct GoalColumns : PlanGoal {
  std::optional<std::string> group_name;
  std::optional<std::string> alias;
};
BOOST_DESCRIBE_STRUCT(GoalColumns, (PlanGoal), (group_name, alias))

std::vector<GoalColumns> goals_of(Snapshot& db, PlanId id, std::int64_t version) {
  return db.all<GoalColumns>(
      "SELECT o.kind, o.every_days, o.until_on, o.then_every_days, o.per_week, o.group_id, o.words, g.name, "
      "g.alias FROM plan_goal o LEFT JOIN therapy_group g ON g.id = o.group_id "
      "WHERE o.plan_id = $1 AND o.version = $2 ORDER BY o.number",
      id, version);
}

// In order of number, from `from` on.
std::vector<VersionColumns> versions(Snapshot& db, PlanId id, std::int64_t from) {
  return db.all<VersionColumns>(
      "SELECT v.version, v.template_id, v.counselor_id, c.name, v.safe_contact, v.craving_limit, "
      "v.craving_rise, v.ask_days, v.ask_at, v.made_at, m.name, v.agreed_at FROM plan_version v "
      "LEFT JOIN staff c ON c.person_id = v.counselor_id LEFT JOIN staff m ON m.person_id = v.made_by "
      "WHERE v.plan_id = $1 AND v.version >= $2 ORDER BY v.version",
      id, from);
}

SelfCheckTerms terms(const VersionColumns& row) {
  return {{row.limit}, row.rise, rules::days_of(row.days), row.at};
}

PlanState state(const Head& head, const VersionColumns& row) {
  if (row.version == head.in_force) return PlanState::in_force;
  if (row.agreed_at) return PlanState::replaced;
  return row.version == head.latest ? PlanState::proposed : PlanState::passed_over;
}

PlanVersion shown(Snapshot& db, const Head& head, VersionColumns row) {
  PlanVersion version{};
  version.version = row.version;
  version.state = state(head, row);
  version.made_from = row.made_from;
  version.counselor = row.counselor;
  version.counselor_name = std::move(row.counselor_name);
  version.safe_contact = std::move(row.safe_contact);
  for (auto& goal : goals_of(db, head.id, row.version)) {
    ShownGoal one;
    static_cast<PlanGoal&>(one) = goal;
    one.group_name = std::move(goal.group_name);
    version.goals.push_back(std::move(one));
  }
  version.self_checks = terms(row);
  version.made_at = row.made_at;
  version.made_by_name = std::move(row.made_by_name);
  version.agreed_at = row.agreed_at;
  return version;
}

MyPlanVersion shown_to_client(Snapshot& db, const Head& head, const VersionColumns& row) {
  MyPlanVersion version{row.version, {}, terms(row), row.made_at, row.agreed_at};
  for (auto& goal : goals_of(db, head.id, row.version)) {
    MyGoal one{goal.kind, {}, goal.until, {}, {}, std::move(goal.alias), {}};
    if (goal.every_days) one.every_days = goal.every_days->value;
    if (goal.then_every_days) one.then_every_days = goal.then_every_days->value;
    if (goal.per_week) one.per_week = goal.per_week->value;
    if (goal.words) one.words = *goal.words;
    version.goals.push_back(std::move(one));
  }
  return version;
}

// Those that are in force and proposed.
std::vector<VersionColumns> current(Snapshot& db, const Head& head) {
  auto rows = versions(db, head.id, head.in_force.value_or(head.latest));
  std::erase_if(rows, [&](const VersionColumns& row) {
    const PlanState is = state(head, row);
    return is != PlanState::in_force && is != PlanState::proposed;
  });
  return rows;
}

Plan load(Snapshot& db, ClientId client) {
  Plan plan{client, 0, {}, {}};
  const auto found = head(db, client);
  if (!found) return plan;
  plan.version = found->latest;
  for (auto& row : current(db, *found)) {
    const bool counts = state(*found, row) == PlanState::in_force;
    (counts ? plan.in_force : plan.proposed) = shown(db, *found, std::move(row));
  }
  return plan;
}

Error not_in_aftercare() {
  return conflict("not_in_aftercare", "A plan is for aftercare; this is not that phase.");
}

Result<void> fits(Snapshot& db, ClientId client, const WrittenPlan& written, Instant now) {
  auto fields = rules::wrong(std::span<const PlanGoal>(written.goals));
  for (std::size_t i = 0; i < written.goals.size(); ++i)
    if (written.goals[i].group &&
        !db.one<std::int64_t>("SELECT 1 FROM therapy_group WHERE id = $1", *written.goals[i].group))
      fields.push_back({"/goals/" + std::to_string(i) + "/group", "not_found", "There is no such group."});
  if (!people::works_with(db, written.counselor, client, now))
    fields.push_back({"/counselor", "cannot_have_it", "This person does not work with the client."});
  if (written.made_from &&
      !db.one<std::int64_t>("SELECT 1 FROM plan_template WHERE id = $1", *written.made_from))
    fields.push_back({"/made_from", "not_found", "There is no such template."});
  if (!fields.empty()) return invalid(std::move(fields));
  return {};
}

struct Content {
  std::optional<PlanTemplateId> made_from;
  std::optional<StaffId> counselor;
  std::string safe_contact;
  std::vector<PlanGoal> goals;
  SelfCheckTerms self_checks;
};

// Adds the next version, and the plan when there is none yet. Answers its number and the plan's id.
std::pair<PlanId, std::int64_t> add_version(Transaction& tx, ClientId client, EpisodeId episode,
                                            const std::optional<Head>& before, const Content& content,
                                            PersonId by, Instant now) {
  const std::int64_t number = before ? before->latest + 1 : 1;
  const PlanId id = before
                        ? before->id
                        : *tx.one<PlanId>(
                              "INSERT INTO aftercare_plan (client_id, episode_id, latest) VALUES ($1, $2, 1) "
                              "RETURNING id",
                              client, episode);
  if (before) tx.run("UPDATE aftercare_plan SET latest = $2 WHERE id = $1", id, number);
  tx.run(
      "INSERT INTO plan_version (plan_id, version, template_id, counselor_id, safe_contact, craving_limit, "
      "craving_rise, ask_days, ask_at, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
      "$11)",
      id, number, content.made_from, content.counselor, content.safe_contact, content.self_checks.limit,
      content.self_checks.rise, rules::day_mask(content.self_checks.days), content.self_checks.at, now, by);
  std::int64_t place = 0;
  for (const PlanGoal& goal : content.goals)
    tx.later(
        "INSERT INTO plan_goal (plan_id, version, number, kind, every_days, until_on, then_every_days, "
        "per_week, group_id, words) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id, number, ++place, goal.kind, goal.every_days, goal.until, goal.then_every_days, goal.per_week,
        goal.group, goal.words);
  return {id, number};
}

// From now on it counts, and the client is asked when it says.
void put_in_force(Transaction& tx, ClientId client, PlanId id, std::int64_t version, Instant now) {
  tx.run("UPDATE plan_version SET agreed_at = $3, agreed_by = $4 WHERE plan_id = $1 AND version = $2", id,
         version, now, client);
  tx.run("UPDATE aftercare_plan SET in_force = $2 WHERE id = $1", id, version);
  ask_anew(tx, client, now);
}

// What the client's own screens, and those of whoever looks at the client, are told.
struct PlanNews {
  std::int64_t version;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(PlanNews, (), (version, text))
struct PlanChanged {
  std::int64_t version;
};
BOOST_DESCRIBE_STRUCT(PlanChanged, (), (version))
struct PlanAgreed {
  ClientId client;
  std::int64_t version;
};
BOOST_DESCRIBE_STRUCT(PlanAgreed, (), (client, version))

}  // namespace

Result<Plan> plan(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  if (!people::may_read(db, who, client, now)) return not_found("client");
  return load(db, client);
}

Result<std::vector<PlanVersion>> plan_versions(Snapshot& db, const api::Identity& who, ClientId client,
                                               Instant now) {
  if (!people::may_read(db, who, client, now)) return not_found("client");
  std::vector<PlanVersion> found;
  const auto of = head(db, client);
  if (!of) return found;
  for (auto& row : versions(db, of->id, 1)) found.push_back(shown(db, *of, std::move(row)));
  std::ranges::reverse(found);
  return found;
}

Result<PlanDraft> draft_plan(Snapshot& db, const api::Identity& who, ClientId client,
                             PlanTemplateId made_from, Instant now) {
  if (!people::reaches(db, who, client, now)) return not_found("client");
  const auto from = plan_template(db, made_from);
  if (!from) return not_found("template");
  PlanDraft draft;
  draft.made_from = made_from;
  draft.counselor = people::counselor_of(db, client, now);
  draft.goals = rules::goals_from(from->goals, people::today_of(db, client, now));
  draft.self_checks = from->self_checks;
  return draft;
}

Result<Plan> write_plan(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                        ClientId client, std::int64_t seen, const WrittenPlan& written, Instant now) {
  if (!people::reaches(tx, who, client, now)) return not_found("client");
  const auto episode = people::open_episode(tx, client);
  if (!episode || people::phase(tx, client) != people::Phase::aftercare) return not_in_aftercare();
  const auto before = head(tx, client);
  if (seen != (before ? before->latest : 0)) return changed_meanwhile(load(tx, client));
  if (auto fit = fits(tx, client, written, now); !fit) return fit.error();

  const Content content{written.made_from, written.counselor, written.safe_contact, written.goals,
                        written.self_checks};
  const auto [id, number] = add_version(tx, client, *episode, before, content, who.person, now);
  tasks::settle(tx, actor, client, tasks::Rule::plan, StaffId(who.person.value), "A plan was written.", now);
  live::emit(tx, client, now, "plan.proposed",
             PlanNews{number, "There is something for you to read under Plan."});
  people::tell_of(tx, client);
  access::audit(tx, actor, "plan.write", "client", client.value, now,
                {{"plan", id.value}, {"version", number}});
  return load(tx, client);
}

MyPlan my_plan(Snapshot& db, ClientId client) {
  MyPlan plan{0, {}, {}, false};
  const auto found = head(db, client);
  if (!found) return plan;
  plan.version = found->latest;
  plan.shows_progress = found->shows_progress;
  for (const auto& row : current(db, *found)) {
    const bool counts = state(*found, row) == PlanState::in_force;
    (counts ? plan.in_force : plan.proposed) = shown_to_client(db, *found, row);
  }
  return plan;
}

Result<MyPlan> agree(Transaction& tx, const access::Actor& actor, ClientId client, std::int64_t seen,
                     Instant now) {
  const auto found = head(tx, client);
  if (!found) return not_found("plan");
  if (found->latest != seen)
    return changed_meanwhile(my_plan(tx, client), "The plan has been written anew; look at it once more.");
  if (found->in_force == found->latest) return my_plan(tx, client);
  put_in_force(tx, client, found->id, found->latest, now);
  live::emit(tx, client, now, "plan.changed", PlanChanged{found->latest});
  const auto counselor = tx.one<std::optional<StaffId>>(
      "SELECT counselor_id FROM plan_version WHERE plan_id = $1 AND version = $2", found->id, found->latest);
  if (counselor && *counselor)
    live::emit(tx, PersonId(**counselor), now, "plan.agreed", PlanAgreed{client, found->latest});
  people::tell_of(tx, client);
  access::audit(tx, actor, "plan.agree", "client", client.value, now,
                {{"plan", found->id.value}, {"version", found->latest}});
  return my_plan(tx, client);
}

Result<MyPlan> show_progress(Transaction& tx, const access::Actor& actor, ClientId client,
                             const ShowProgress& show, Instant now) {
  const auto found = head(tx, client);
  if (!found) return not_found("plan");
  if (found->shows_progress != show.shows_progress) {
    tx.run("UPDATE aftercare_plan SET shows_progress = $2 WHERE id = $1", found->id, show.shows_progress);
    live::emit(tx, client, now, "plan.changed", PlanChanged{found->latest});
    access::audit(tx, actor, "plan.show_progress", "client", client.value, now,
                  {{"shows_progress", show.shows_progress}});
  }
  return my_plan(tx, client);
}

Goal goal(Snapshot& db, ClientId client) {
  Goal found;
  if (const auto set = db.one<std::tuple<std::int64_t, Instant>>(
          "SELECT o.per_week, v.agreed_at FROM aftercare_plan p JOIN episode e ON e.id = p.episode_id "
          "JOIN plan_version v ON v.plan_id = p.id AND v.version = p.in_force "
          "JOIN plan_goal o ON o.plan_id = p.id AND o.version = p.in_force "
          "WHERE p.client_id = $1 AND e.discharged_on IS NULL AND o.kind = 'meetings'",
          client))
    std::tie(found.meetings_per_week, found.since_at) = *set;
  found.committed = db.one<std::int64_t>(
                          "SELECT COUNT(*) FROM commitment c JOIN meeting m ON m.id = c.meeting_id "
                          "WHERE c.client_id = $1 AND c.ended_at IS NULL AND m.gone_at IS NULL "
                          "AND m.closed_at IS NULL",
                          client)
                        .value();
  return found;
}

Result<Goal> set_goal(Transaction& tx, const access::Actor& actor, ClientId client, const NewGoal& wanted,
                      Instant now) {
  const auto episode = people::open_episode(tx, client);
  if (!episode || people::phase(tx, client) != people::Phase::aftercare) return not_in_aftercare();
  const auto before = head(tx, client);
  const Goal was = goal(tx, client);
  if (was.meetings_per_week == wanted.meetings_per_week.value) return was;
  if (before && before->in_force != before->latest)
    return conflict("plan_waits", "A plan waits for you to read it. Look at that first.");

  Content content{{}, {}, {}, {}, rules::usual_terms()};
  content.self_checks.days = {};  // whoever has no plan is not asked
  if (before) {
    auto row = versions(tx, before->id, before->latest).front();
    content = {row.made_from, row.counselor, std::move(row.safe_contact), {}, terms(row)};
    for (const auto& goal : goals_of(tx, before->id, before->latest)) content.goals.push_back(goal);
  }
  const auto at = std::ranges::find(content.goals, GoalKind::meetings, &PlanGoal::kind);
  if (wanted.meetings_per_week.value == 0) {
    if (at != content.goals.end()) content.goals.erase(at);
  } else {
    PlanGoal& meetings = at != content.goals.end() ? *at : content.goals.emplace_back();
    meetings.kind = GoalKind::meetings;
    meetings.per_week = Number<1, 21>{wanted.meetings_per_week.value};
  }
  const auto [id, number] = add_version(tx, client, *episode, before, content, client, now);
  put_in_force(tx, client, id, number, now);
  live::emit(tx, client, now, "goal.changed", wanted);
  people::tell_of(tx, client);
  access::audit(tx, actor, "goal.set", "client", client.value, now,
                {{"meetings_per_week", wanted.meetings_per_week.value}});
  return goal(tx, client);
}

std::optional<InForce> plan_in_force(Snapshot& db, ClientId client) {
  const auto found = head(db, client);
  if (!found || !found->in_force) return std::nullopt;
  const auto row = versions(db, found->id, *found->in_force).front();
  InForce plan{found->id, row.version, row.counselor, terms(row), row.agreed_at.value(), {}};
  for (const auto& goal : goals_of(db, found->id, row.version)) plan.goals.push_back(goal);
  return plan;
}

std::vector<rules::Agreed> agreed_versions(Snapshot& db, ClientId client) {
  std::vector<rules::Agreed> found;
  const auto of = head(db, client);
  if (!of) return found;
  for (const auto& row : versions(db, of->id, 1)) {
    if (!row.agreed_at) continue;
    rules::Agreed agreed{*row.agreed_at, {}};
    for (const auto& goal : goals_of(db, of->id, row.version)) agreed.goals.push_back(goal);
    found.push_back(std::move(agreed));
  }
  return found;
}

bool shows_progress(Snapshot& db, ClientId client) {
  const auto found = head(db, client);
  return found && found->shows_progress;
}

Result<std::int64_t> miss_plans_once(Transaction& tx, Instant now) {
  // Asked once for each time they come into aftercare: a task that is done, or a phase that began before it
  // was opened, is nobody's forgetting. Days are compared a day apart, for the zone decides which it is.
  const auto without = tx.all<ClientId>(
      "SELECT e.client_id FROM phase f JOIN episode e ON e.id = f.episode_id "
      "WHERE f.until_on IS NULL AND f.phase = 'aftercare' AND e.discharged_on IS NULL "
      "AND NOT EXISTS (SELECT 1 FROM aftercare_plan p JOIN plan_version v ON v.plan_id = p.id "
      "  WHERE p.episode_id = e.id AND v.counselor_id IS NOT NULL) "
      "AND NOT EXISTS (SELECT 1 FROM task t WHERE t.client_id = e.client_id AND t.rule = 'plan' "
      "  AND (t.done_at IS NULL OR t.opened_at > (f.from_on - 1) * 86400000)) "
      "ORDER BY e.client_id LIMIT $1",
      clients_at_once);
  std::int64_t opened = 0;
  for (const ClientId client : without)
    opened += tasks::open_by_rule(tx, client, tasks::Rule::plan, "In aftercare without a plan.", now);
  return opened;
}

}  // namespace circled::aftercare
