#include "attendance/policy.hpp"

#include <map>

#include "base/token.hpp"
#include "base/version.hpp"
#include "calendar/group.hpp"

namespace circled::attendance {
namespace {

// The columns of a row; its breaks stand in a table of their own.
struct Row {
  std::int64_t id;
  std::optional<GroupId> group;
  Date from;
  bool follows;
  Number<0, 60> grace_minutes;
  std::optional<Number<0, 720>> door_closes_minutes;
  std::optional<Number<0, 720>> no_credit_after_minutes;
  std::optional<Number<1, 720>> cap_minutes;
  Number<0, 720> excuse_notice_hours;
  bool excuses_mandatory;
  Number<1, 720> close_within_hours;
  Number<1, 365> documentation_days;
  bool co_signature;
};
BOOST_DESCRIBE_STRUCT(Row, (),
                      (id, group, from, follows, grace_minutes, door_closes_minutes, no_credit_after_minutes,
                       cap_minutes, excuse_notice_hours, excuses_mandatory, close_within_hours,
                       documentation_days, co_signature))

// `group` zero: the programme's alone; below zero: everybody's.
std::vector<PolicyRow> load(Snapshot& db, std::int64_t group) {
  std::map<std::int64_t, std::size_t> position;
  std::vector<PolicyRow> rows;
  for (const auto& row :
       db.all<Row>("SELECT id, group_id, from_on, follows, grace_minutes, door_closes_minutes, "
                   "no_credit_after_minutes, cap_minutes, excuse_notice_hours, excuses_mandatory, "
                   "close_within_hours, documentation_days, co_signature FROM attendance_policy "
                   "WHERE group_id IS NULL OR $1 < 0 OR group_id = $1 ORDER BY from_on DESC, id",
                   group)) {
    position[row.id] = rows.size();
    rows.push_back({row.group,
                    row.from,
                    row.follows,
                    {row.grace_minutes,
                     row.door_closes_minutes,
                     row.no_credit_after_minutes,
                     {},
                     row.cap_minutes,
                     row.excuse_notice_hours,
                     row.excuses_mandatory,
                     row.close_within_hours,
                     row.documentation_days,
                     row.co_signature}});
  }
  if (rows.empty()) return rows;
  using BreakRow = std::tuple<std::int64_t, Number<0, 719>, Number<1, 240>>;
  for (const auto& [of, after, minutes] : db.all<BreakRow>(
           "SELECT policy_id, after_minutes, minutes FROM attendance_break ORDER BY policy_id, number"))
    if (const auto found = position.find(of); found != position.end())
      rows[found->second].terms.breaks.push_back({after, minutes});
  return rows;
}

// The programme's day is that of the caller's site; a group's that of its own.
Result<Date> today(Snapshot& db, const api::Identity& who, std::optional<GroupId> group, Instant now) {
  if (group) {
    const auto found = calendar::group(db, who, *group, now);
    if (!found) return found.error();
    return Zone::named(found->zone)->date(now);
  }
  return Zone::named(places::site(db, who.site)->zone)->date(now);
}

void insert(Transaction& tx, std::optional<GroupId> group, Date from, bool follows, const Terms& t,
            const api::Identity& who, Instant now) {
  const auto old = tx.one<std::int64_t>(
      "SELECT id FROM attendance_policy WHERE from_on = $2 AND "
      "((CAST($1 AS BIGINT) IS NULL AND group_id IS NULL) OR group_id = $1)",
      group, from);
  if (old) {
    tx.run("DELETE FROM attendance_break WHERE policy_id = $1", *old);
    tx.run("DELETE FROM attendance_policy WHERE id = $1", *old);
  }
  const auto id = *tx.one<std::int64_t>(
      "INSERT INTO attendance_policy (group_id, from_on, follows, grace_minutes, door_closes_minutes, "
      "no_credit_after_minutes, cap_minutes, excuse_notice_hours, excuses_mandatory, close_within_hours, "
      "documentation_days, co_signature, made_by, made_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
      group, from, follows, t.grace_minutes, t.door_closes_minutes, t.no_credit_after_minutes, t.cap_minutes,
      t.excuse_notice_hours, t.excuses_mandatory, t.close_within_hours, t.documentation_days, t.co_signature,
      who.person, now);
  std::int64_t number = 0;
  for (const Break& each : t.breaks)
    tx.later(
        "INSERT INTO attendance_break (policy_id, number, after_minutes, minutes) VALUES ($1, $2, $3, $4)",
        id, ++number, each.after_minutes, each.minutes);
}

}  // namespace

const Terms& rules::in_force(const std::vector<PolicyRow>& rows, std::optional<GroupId> group, Date day) {
  static const Terms defaults;
  const auto latest = [&](std::optional<GroupId> of) {
    const PolicyRow* found = nullptr;
    for (const PolicyRow& row : rows)
      if (row.group == of && row.from <= day && (!found || row.from > found->from)) found = &row;
    return found;
  };
  if (group)
    if (const auto* own = latest(group); own && !own->follows) return own->terms;
  const auto* programme = latest({});
  return programme ? programme->terms : defaults;
}

std::string digest(const Policy& policy) { return sha256(json::to_text(policy)).substr(0, 32); }

std::vector<PolicyRow> policy_rows(Snapshot& db, std::optional<GroupId> group) {
  return load(db, group ? group->value : 0);
}
std::vector<PolicyRow> policy_rows(Snapshot& db) { return load(db, -1); }

Terms terms_of(Snapshot& db, const calendar::SessionRow& session) {
  return rules::in_force(policy_rows(db, session.group), session.group,
                         Zone::named(session.zone)->date(session.starts_at));
}

Result<Policy> policy(Snapshot& db, const api::Identity& who, std::optional<GroupId> group, Instant now) {
  const auto day = today(db, who, group, now);
  if (!day) return day.error();
  auto rows = policy_rows(db, group);
  Policy found{rules::in_force(rows, group, *day), {}};
  for (auto& row : rows)
    if (row.group == group) found.rows.push_back(std::move(row));
  return found;
}

Result<Policy> set_policy(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          std::optional<GroupId> group, std::string_view seen, const NewPolicy& wanted,
                          Instant now) {
  const auto current = policy(tx, who, group, now);
  if (!current) return current;
  if (!api::Supervisor::accepts(who.role))
    return forbidden("Only a supervisor sets the terms of attendance.");
  if (digest(*current) != seen) {
    return circled::changed_meanwhile(*current, "Somebody changed these terms since you read them.");
  }
  const bool follows = wanted.follows.value_or(false);
  std::vector<FieldError> errors;
  if (wanted.terms) errors = rules::check(*wanted.terms);
  if (wanted.from <= *today(tx, who, group, now))
    errors.push_back({"/from", "in_the_past", "New terms hold from tomorrow on at the earliest."});
  if (follows && !group)
    errors.push_back({"/follows", "not_a_choice", "Only a group goes by the programme's terms."});
  if (follows == wanted.terms.has_value())
    errors.push_back(
        {"/terms", follows ? "excludes" : "missing", "Give the terms, or follow the programme's."});
  if (!errors.empty()) return invalid(std::move(errors));

  insert(tx, group, wanted.from, follows, wanted.terms.value_or(Terms{}), who, now);
  access::audit(tx, actor, "attendance.set_policy", group ? "group" : "programme", group ? group->value : 0,
                now,
                {{"from", to_string(wanted.from)},
                 {"terms", wanted.terms ? json::encode(*wanted.terms) : json::value("the programme's")}});
  return policy(tx, who, group, now);
}

}  // namespace circled::attendance
