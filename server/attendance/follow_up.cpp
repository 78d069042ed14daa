#include "attendance/follow_up.hpp"

#include <algorithm>
#include <array>

#include "attendance/follow_up_rules.hpp"
#include "base/version.hpp"

namespace circled::attendance {
namespace {

using tasks::Rule;

constexpr std::int64_t longest_row = 200;  // sessions that are looked at, for one client
constexpr std::int64_t step = 500;

// As they come, at version 0: until somebody changes one it has no row.
constexpr std::array<FollowUpRule, 3> defaults{{{Rule::unexcused_in_a_row, 2, 365, 0},
                                                {Rule::days_without_service, 1, 21, 0},
                                                {Rule::often_late, 4, 30, 0}}};

FollowUpRule rule_of(Snapshot& db, Rule rule) {
  const auto changed =
      db.one<FollowUpRule>("SELECT rule, times, days, version FROM follow_up_rule WHERE rule = $1", rule);
  return changed ? *changed : *std::ranges::find(defaults, rule, &FollowUpRule::rule);
}

// What was closed of this client's since then, the latest first.
std::vector<rules::Turnout> turnouts(Snapshot& db, ClientId client, std::optional<Instant> since) {
  return db.all<rules::Turnout>(
      "SELECT p.starts_at, p.verdict, p.late_minutes FROM participant p "
      "JOIN sheet h ON h.session_id = p.session_id "
      "WHERE p.client_id = $1 AND p.starts_at > $2 ORDER BY p.starts_at DESC LIMIT $3",
      client, since.value_or(Instant{}), longest_row);
}

}  // namespace

std::vector<FollowUpRule> follow_up_rules(Snapshot& db) {
  std::vector<FollowUpRule> rules;
  for (const auto& each : defaults) rules.push_back(rule_of(db, each.rule));
  return rules;
}

Result<FollowUpRule> set_follow_up_rule(Transaction& tx, const access::Actor& actor, std::int64_t version,
                                        const Threshold& threshold, Instant now) {
  if (std::ranges::find(defaults, threshold.rule, &FollowUpRule::rule) == defaults.end())
    return invalid("/rule", "not_a_rule", "Such a task is opened by hand, or by a rule of its own.");
  const auto was = rule_of(tx, threshold.rule);
  if (was.version != version) {
    return circled::changed_meanwhile(was, "Somebody changed this rule since you read it.");
  }
  tx.run(
      "INSERT INTO follow_up_rule (rule, times, days) VALUES ($1, $2, $3) "
      "ON CONFLICT (rule) DO UPDATE SET times = $2, days = $3, version = follow_up_rule.version + 1",
      threshold.rule, threshold.times, threshold.days);
  access::audit(tx, actor, "follow_up_rule.set", "follow_up_rule", 0, now,
                {{"to", json::encode(threshold)}, {"was", json::encode(was)}});
  return rule_of(tx, threshold.rule);
}

void follow_up_sheet(Transaction& tx, SessionId session, const Zone& zone, Instant now) {
  const auto in_a_row = rule_of(tx, Rule::unexcused_in_a_row);
  const auto late = rule_of(tx, Rule::often_late);
  const auto clients = tx.all<ClientId>(
      "SELECT client_id FROM participant WHERE session_id = $1 AND (verdict = 'unexcused' OR late_minutes > "
      "0) "
      "ORDER BY client_id",
      session);
  for (const ClientId client : clients) {
    const auto missed = turnouts(tx, client, tasks::last_done(tx, client, Rule::unexcused_in_a_row));
    if (const auto reason = rules::unexcused_in_a_row(missed, in_a_row.times, zone))
      tasks::open_by_rule(tx, client, Rule::unexcused_in_a_row, *reason, now);
    const auto came_late = turnouts(tx, client, tasks::last_done(tx, client, Rule::often_late));
    if (const auto reason = rules::often_late(came_late, late.times, late.days, zone, now))
      tasks::open_by_rule(tx, client, Rule::often_late, *reason, now);
  }
}

Result<std::int64_t> follow_up_absent(Transaction& tx, Instant now) {
  const auto rule = rule_of(tx, Rule::days_without_service);
  if (rule.times == 0) return 0;
  // A day more than the rule's: which day it is depends on the zone, and the rule itself decides.
  const Instant before = now - std::chrono::days(rule.days - 1);
  const auto quiet = tx.all<std::tuple<ClientId, Date, std::string>>(
      "SELECT e.client_id, e.admitted_on, s.zone FROM episode e JOIN client c ON c.person_id = e.client_id "
      "JOIN site s ON s.id = c.site_id WHERE e.discharged_on IS NULL AND e.admitted_on <= $2 "
      "AND NOT EXISTS (SELECT 1 FROM participant p WHERE p.client_id = e.client_id AND p.starts_at > $1 "
      "  AND p.verdict = 'attended') "
      "AND NOT EXISTS (SELECT 1 FROM task t WHERE t.client_id = e.client_id AND t.rule = "
      "'days_without_service' "
      "  AND (t.done_at IS NULL OR t.done_at > $1)) "
      "AND NOT EXISTS (SELECT 1 FROM episode_hold h WHERE h.episode_id = e.id AND h.from_at <= $3 "
      "  AND (h.until_at IS NULL OR h.until_at > $1)) "
      "ORDER BY e.client_id LIMIT $4",
      before, Date(std::chrono::floor<std::chrono::days>(before.time_since_epoch())), now, step);
  std::int64_t opened = 0;
  for (const auto& [client, admitted_on, zone_name] : quiet) {
    const auto zone = Zone::named(zone_name);
    if (!zone) continue;
    const auto last = tx.one<Instant>(
        "SELECT starts_at FROM participant WHERE client_id = $1 AND starts_at <= $2 AND verdict = 'attended' "
        "ORDER BY starts_at DESC LIMIT 1",
        client, now);
    if (const auto reason = rules::without_service(last, admitted_on, rule.days, *zone, now))
      opened += tasks::open_by_rule(tx, client, Rule::days_without_service, *reason, now);
  }
  return opened;
}

}  // namespace circled::attendance
