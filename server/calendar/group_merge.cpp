#include "calendar/group_merge.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/version.hpp"
#include "calendar/course.hpp"
#include "calendar/joining.hpp"
#include "calendar/notice.hpp"
#include "calendar/offer.hpp"
#include "calendar/rows.hpp"
#include "calendar/session_edit.hpp"
#include "live/emit.hpp"
#include "reminders/reminder.hpp"

namespace circled::calendar {
namespace {

constexpr auto longest_ahead = std::chrono::days(366);

// An enrolment that holds on a day or later.
struct Held {
  EnrolmentId id;
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  Date from;
  std::optional<Date> until;
  bool mandatory;
};
BOOST_DESCRIBE_STRUCT(Held, (), (id, client, preferred_name, family_name, from, until, mandatory))

std::vector<Held> held_from(Snapshot& db, GroupId group, Date day) {
  return db.all<Held>(
      "SELECT e.id, e.client_id, c.preferred_name, c.family_name, e.from_on, e.until_on, e.mandatory "
      "FROM enrolment e JOIN client c ON c.person_id = e.client_id WHERE e.group_id = $1 "
      "AND (e.until_on IS NULL OR (e.until_on >= e.from_on AND e.until_on >= $2)) "
      "ORDER BY c.search_name, e.client_id, e.from_on, e.id",
      group, day);
}

// The last day before it; of one that begins later, the day before its first: it never came to be.
void end_before(Transaction& tx, const Held& held, Date day, Instant now) {
  tx.later("UPDATE enrolment SET until_on = $2, ended_at = $3 WHERE id = $1", held.id,
           std::max(day, held.from) - std::chrono::days(1), now);
}

Result<Date> first_day(const std::optional<Date>& wanted, const Zone& zone, Instant now) {
  const Date today = zone.date(now), day = wanted.value_or(today);
  if (day < today) return invalid("/from", "in_the_past", "This day has passed.");
  if (day > today + longest_ahead) return invalid("/from", "too_far", "Up to a year ahead.");
  return day;
}

Error ends_already(const Group& group) {
  return conflict("ended", "This group ends on " + to_string(*group.ends_on) + " already.");
}

// The sessions of the group from that day on that have not begun.
std::vector<SessionId> ending_sessions(Snapshot& db, const Group& group, Date day, Instant now) {
  return db.all<SessionId>(
      "SELECT id FROM session WHERE group_id = $1 AND starts_at > $2 AND starts_at >= $3 "
      "AND status = 'scheduled' ORDER BY starts_at, id",
      group.id, now, Zone::named(group.zone)->start_of(day));
}

// A client who joins, and how.
struct Joins {
  std::size_t client;  // their place in the preview
  std::vector<rules::Objection> against;
  JoinedDates dates;
};

struct Plan {
  Group group, into;
  std::vector<Held> held;  // one for each client of the preview
  std::vector<SessionId> ending;
  std::vector<Joins> joins;
  MergePreview preview;
};

std::vector<SeriesId> ending_series(Snapshot& db, GroupId group, Instant start) {
  return db.all<SeriesId>(
      "SELECT id FROM series WHERE group_id = $1 AND (until_at IS NULL OR until_at > $2) ORDER BY id", group,
      start);
}

// How one enrolment goes over, beside those that go before it in the same plan.
Joins joining(Snapshot& db, const api::Identity& who, const Plan& plan, std::vector<rules::DayRange>& there,
              std::map<SessionId, std::int64_t>& more, MergedClient& client, const Merge& merge,
              Instant now) {
  const Group& into = plan.into;
  const rules::DayRange days{client.from, client.until};
  const auto [from, until] = open_time(days, *Zone::named(into.zone), now);
  auto sessions = coming_sessions(db, into.id, client.client, from, until);
  for (auto& session : sessions) session.clients += more[session.id];
  Joins joins;
  joins.against = objections(db, into, client.client, days, sessions, rules::most_at_once(there, days), now);
  for (const auto& o : joins.against) client.objections.push_back({o.code, o.message, o.overridable});
  joins.dates = joined_dates(db, who, into, client.client, sessions, plan.ending, now);
  client.conflicts = joins.dates.taken;
  there.push_back(days);
  for (const auto& session : merge.override ? joins.dates.all : joins.dates.free) ++more[session.id];
  return joins;
}

Result<Plan> plan_merge(Snapshot& db, const api::Identity& who, GroupId id, const Merge& merge, Instant now) {
  auto from = lasting_group(db, who, id, now);
  if (!from) return from.error();
  if (from->ends_on) return ends_already(*from);
  auto into = group(db, who, merge.into, now);
  if (!into) return invalid("/into", "not_found", "There is no such group.");
  if (merge.into == id) return invalid("/into", "same_group", "This must be another group.");
  if (!may_change(who, into->site)) return forbidden("Only those who treat clients there merge groups.");
  const Zone zone = *Zone::named(from->zone);
  const auto day = first_day(merge.from, zone, now);
  if (!day) return day.error();

  Plan plan{std::move(*from), std::move(*into), held_from(db, id, *day), {}, {}, {}};
  plan.ending = ending_sessions(db, plan.group, *day, now);
  plan.preview = {id,
                  merge.into,
                  *day,
                  {},
                  ending_series(db, id, zone.start_of(*day)),
                  static_cast<std::int64_t>(plan.ending.size()),
                  {}};
  auto there = enrolled_days(db, merge.into, *day);
  std::map<SessionId, std::int64_t> more;
  for (const Held& held : plan.held) {
    MergedClient client{held.client,
                        held.preferred_name,
                        held.family_name,
                        std::max(*day, held.from),
                        held.until,
                        held.mandatory,
                        false,
                        {},
                        {}};
    client.already = is_enrolled(db, merge.into, held.client, {client.from, client.until});
    if (!client.already) {
      auto joins = joining(db, who, plan, there, more, client, merge, now);
      joins.client = plan.preview.clients.size();
      plan.joins.push_back(std::move(joins));
    }
    plan.preview.clients.push_back(std::move(client));
  }
  plan.preview.digest = digest_of(plan.preview);
  return plan;
}

// Whether what speaks against it has been decided on; the refusal shows the whole preview.
Result<void> decided(const api::Identity& who, const Plan& plan, const Merge& merge) {
  bool law = false, house = false, taken = false;
  for (const auto& client : plan.preview.clients) {
    for (const auto& o : client.objections) (o.overridable ? house : law) = true;
    taken = taken || !client.conflicts.empty();
  }
  const auto refused = [&](const char* code, const char* words) {
    Error error = conflict(code, words);
    error.extra["preview"] = json::encode(plan.preview);
    return error;
  };
  if (law) return refused("not_eligible", "The law speaks against some of these clients in that group.");
  if (merge.override) {
    if ((house || taken) && !may_override(who))
      return forbidden("Only a supervisor overrules a house rule or books over a collision.");
    return {};
  }
  if (house) return refused("not_eligible", "Something speaks against some of these clients in that group.");
  if (taken && !merge.leave_out_conflicts.value_or(false))
    return refused("booking_conflict", "Some of these clients are elsewhere on dates of that group.");
  return {};
}

// The group's sessions and series end; their clients have the first date that goes as their news.
void end_group(Transaction& tx, const api::Identity& who, const Plan& plan, ManyNews& news, Instant now) {
  const Instant start = Zone::named(plan.group.zone)->start_of(plan.preview.from);
  for (const auto id : plan.ending) {
    const Session ending = *session(tx, who, id);
    for (const auto client :
         tx.all<ClientId>("SELECT client_id FROM participant WHERE session_id = $1 ORDER BY client_id", id))
      news.about(client, ending.starts_at);
    call_off(tx, ending, "", now);
    reminders::cancel(tx, reminders::SubjectKind::session, id.value, {});
  }
  for (const auto id : plan.preview.series)
    tx.later("UPDATE series SET until_at = $2, version = version + 1 WHERE id = $1", id, start);
  for (const Held& held : plan.held) end_before(tx, held, plan.preview.from, now);
  // Whoever waits there already has their place.
  tx.later(
      "UPDATE waitlist SET state = 'left' WHERE group_id = $1 AND group_id IS NOT NULL "
      "AND state IN ('waiting', 'offered') AND client_id IN (SELECT client_id FROM waitlist "
      "WHERE group_id = $2 AND group_id IS NOT NULL AND state IN ('waiting', 'offered'))",
      plan.group.id, plan.into.id);
  tx.later(
      "UPDATE waitlist SET group_id = $2, state = 'waiting' WHERE group_id = $1 AND group_id IS NOT NULL "
      "AND state IN ('waiting', 'offered')",
      plan.group.id, plan.into.id);
  // Until that day it is what it was.
  tx.run(
      "UPDATE therapy_group SET state = CASE WHEN $2 <= $3 THEN 'ended' ELSE state END, ends_on = $2, "
      "version = version + 1 WHERE id = $1",
      plan.group.id, plan.preview.from, Zone::named(plan.group.zone)->date(now));
}

EnrolmentId insert_enrolment(Transaction& tx, GroupId group, ClientId client, Date from,
                             const std::optional<Date>& until, bool mandatory, Instant now) {
  return *tx.one<EnrolmentId>(
      "INSERT INTO enrolment (group_id, client_id, from_on, until_on, mandatory, made_at) "
      "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
      group, client, from, until, mandatory, now);
}

void hint(Transaction& tx, const Group& group) {
  live::hint(tx, "group.changed", group.id.value, group.site);
  live::hint(tx, "calendar.changed", group.id.value, group.site);
}

// With what was overruled, for whom.
void record(Transaction& tx, const access::Actor& actor, const Plan& plan, const Merge& merge, Instant now) {
  json::object detail{{"into", plan.into.id.value}, {"from", to_string(plan.preview.from)}};
  json::array over;
  for (const auto& client : plan.preview.clients) {
    json::array codes;
    for (const auto& o : client.objections) codes.push_back(json::value(o.code));
    if (merge.override && !client.conflicts.empty()) codes.push_back("booking_conflict");
    if (!codes.empty()) over.push_back({{"client", client.client.value}, {"over", std::move(codes)}});
  }
  if (!over.empty()) {
    detail["reason"] = std::string(merge.override->reason);
    detail["over"] = std::move(over);
  }
  access::audit(tx, actor, "group.merge", "group", plan.group.id.value, now, detail);
  for (const auto& joins : plan.joins)
    access::audit(tx, actor, "group.enrol", "group", plan.into.id.value, now,
                  {{"client", plan.preview.clients[joins.client].client.value},
                   {"from", to_string(plan.preview.clients[joins.client].from)}});
}

}  // namespace

Result<MergePreview> preview_merge(Snapshot& db, const api::Identity& who, GroupId id, const Merge& merge,
                                   Instant now) {
  auto plan = plan_merge(db, who, id, merge, now);
  if (!plan) return plan.error();
  return std::move(plan->preview);
}

Result<MergePreview> merge_groups(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                  GroupId id, const Merge& merge, std::string_view digest, Instant now) {
  auto plan = plan_merge(tx, who, id, merge, now);
  if (!plan) return plan.error();
  if (plan->preview.digest != digest) return previewed_another(plan->preview);
  if (auto clear = decided(who, *plan, merge); !clear) return clear.error();

  return or_collision([&]() -> Result<MergePreview> {
    ManyNews news(plan->into.alias);
    end_group(tx, who, *plan, news, now);
    for (const auto& [index, against, dates] : plan->joins) {
      const auto& client = plan->preview.clients[index];
      insert_enrolment(tx, plan->into.id, client.client, client.from, client.until, client.mandatory, now);
      join_sessions(tx, plan->into, client.client, dates, merge.override.has_value(), news, now);
      excuse_in_advance(tx, client.client, now, &news);
      seated(tx, plan->into.id, client.client, now);
    }
    offer_seats(tx, plan->into.id, now);
    news.tell(tx, *Zone::named(plan->into.zone), now);
    hint(tx, plan->group);
    hint(tx, plan->into);
    record(tx, actor, *plan, merge, now);
    return plan->preview;
  });
}

namespace {

// What is wrong with whom the new group is to have.
std::vector<FieldError> check_clients(const Split& split, const Group& group, const std::vector<Held>& held) {
  std::vector<FieldError> errors;
  std::set<ClientId> seen;
  for (std::size_t i = 0; i < split.clients.size(); ++i) {
    const ClientId client = split.clients[i];
    const std::string pointer = "/clients/" + std::to_string(i);
    if (!seen.insert(client).second)
      errors.push_back({pointer, "repeated", "This person stands in the list already."});
    else if (std::none_of(held.begin(), held.end(), [&](const Held& h) { return h.client == client; }))
      errors.push_back({pointer, "not_found", "There is no such client in this group then."});
  }
  if (static_cast<std::int64_t>(split.clients.size()) > group.largest)
    errors.push_back(
        {"/clients", "too_many", "The group has " + std::to_string(group.largest) + " at the most."});
  return errors;
}

NewGroup like(const Group& group, const Split& split) {
  NewGroup made{group.site,       group.service,   split.name, split.alias,  group.admission,
                {group.smallest}, {group.largest}, {},         group.admits, {}};
  if (group.clients_per_facilitator)
    made.clients_per_facilitator = Number<1, 500>{*group.clients_per_facilitator};
  for (const auto& topic : group.topics) made.topics.push_back(Text<1, 200>(topic));
  return made;
}

}  // namespace

Result<SplitGroup> split_group(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                               GroupId id, std::int64_t version, const Split& split, Instant now) {
  const auto first = lasting_group(tx, who, id, now, version);
  if (!first) return first.error();
  if (first->ends_on) return ends_already(*first);
  const Zone zone = *Zone::named(first->zone);
  const auto day = first_day(split.from, zone, now);
  if (!day) return day.error();
  const auto held = held_from(tx, id, *day);
  if (auto errors = check_clients(split, *first, held); !errors.empty()) return invalid(std::move(errors));
  const auto made = add_group(tx, who, actor, like(*first, split), now);
  if (!made) return made.error();

  // The dates that go are the first group's: the client knows it by that name.
  ManyNews news(first->alias);
  const Instant before = zone.start_of(*day) - Milliseconds(1);
  for (const auto client : split.clients) {
    const auto next = tx.one<Instant>(
        "SELECT p.starts_at FROM participant p JOIN session s ON s.id = p.session_id WHERE p.client_id = $1 "
        "AND p.starts_at > $2 AND s.group_id = $3 AND p.source = 'enrolment' AND s.status = 'scheduled' "
        "ORDER BY p.starts_at LIMIT 1",
        client, std::max(before, now), id);
    if (next) news.about(client, *next);
    leave_sessions(tx, id, client, before, now);
  }
  for (const Held& each : held) {
    if (std::find(split.clients.begin(), split.clients.end(), each.client) == split.clients.end()) continue;
    end_before(tx, each, *day, now);
    insert_enrolment(tx, made->id, each.client, std::max(*day, each.from), each.until, each.mandatory, now);
  }
  tx.run("UPDATE therapy_group SET version = version + 1 WHERE id = $1", id);
  offer_seats(tx, id, now);
  news.tell(tx, zone, now);
  hint(tx, *first);
  json::array moved;
  for (const auto client : split.clients) moved.push_back(json::value(client.value));
  access::audit(tx, actor, "group.split", "group", id.value, now,
                {{"into", made->id.value}, {"from", to_string(*day)}, {"clients", std::move(moved)}});
  auto there = enrolments(tx, who, made->id, now);
  if (!there) return there.error();
  return SplitGroup{*group(tx, who, made->id, now), std::move(*there), true};
}

}  // namespace circled::calendar
