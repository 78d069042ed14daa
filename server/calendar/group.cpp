#include "calendar/group.hpp"

#include <algorithm>

#include "base/version.hpp"
#include "calendar/group_rules.hpp"
#include "calendar/offer.hpp"
#include "live/emit.hpp"

namespace circled::calendar {
namespace {

struct AdmitsRow {
  std::string kind;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(AdmitsRow, (), (kind, value))

Date today(Snapshot& db, SiteId site, Instant now) {
  return Zone::named(places::site(db, site)->zone)->date(now);
}

std::optional<Group> load(Snapshot& db, GroupId id, Instant now) {
  const auto site = db.one<SiteId>("SELECT site_id FROM therapy_group WHERE id = $1", id);
  if (!site) return std::nullopt;
  Group group;
  static_cast<GroupRow&>(group) = *db.one<GroupRow>(
      "SELECT g.id, g.site_id, i.zone, g.service_id, v.name, g.name, g.alias, g.admission, g.smallest, "
      "g.largest, g.clients_per_facilitator, CASE WHEN g.ends_on <= $2 THEN 'ended' ELSE g.state END, "
      "g.ends_on, g.version, "
      "(SELECT count(*) FROM enrolment e WHERE e.group_id = g.id AND (e.until_on IS NULL OR e.until_on >= "
      "$2)) "
      "FROM therapy_group g JOIN site i ON i.id = g.site_id JOIN service v ON v.id = g.service_id "
      "WHERE g.id = $1",
      id, today(db, *site, now));
  for (auto& [kind, value] : db.all<AdmitsRow>(
           "SELECT kind, value FROM group_admits WHERE group_id = $1 ORDER BY kind, value", id)) {
    if (kind == "phase") group.admits.phases.push_back(*json::parse_enum<people::Phase>(value));
    if (kind == "level") group.admits.levels.push_back(Text<1, 20>(value));
    if (kind == "tag") group.admits.tags.push_back(Text<1, 40>(value));
  }
  const auto [youngest, oldest] =
      *db.one<std::tuple<std::optional<Number<0, 120>>, std::optional<Number<0, 120>>>>(
          "SELECT youngest, oldest FROM therapy_group WHERE id = $1", id);
  group.admits.youngest = youngest;
  group.admits.oldest = oldest;
  group.topics =
      db.all<std::string>("SELECT title FROM group_topic WHERE group_id = $1 ORDER BY position", id);
  return group;
}

void write_admits(Transaction& tx, GroupId id, const Admits& admits) {
  tx.run("DELETE FROM group_admits WHERE group_id = $1", id);
  const auto add = [&](std::string_view kind, std::string_view value) {
    tx.later(
        "INSERT INTO group_admits (group_id, kind, value) VALUES ($1, $2, $3) "
        "ON CONFLICT (group_id, kind, value) DO NOTHING",
        id, kind, value);
  };
  for (const auto phase : admits.phases) add("phase", json::enum_name(phase));
  for (const auto& level : admits.levels) add("level", level);
  for (const auto& tag : admits.tags) add("tag", people::fold(tag));
  tx.run("UPDATE therapy_group SET youngest = $2, oldest = $3 WHERE id = $1", id, admits.youngest,
         admits.oldest);
}

template <class Topics>
void write_topics(Transaction& tx, GroupId id, const Topics& topics) {
  tx.run("DELETE FROM group_topic WHERE group_id = $1", id);
  for (std::size_t i = 0; i < topics.size(); ++i)
    tx.later("INSERT INTO group_topic (group_id, position, title) VALUES ($1, $2, $3)", id,
             static_cast<std::int64_t>(i), topics[i]);
}

Error name_taken() {
  return invalid("/name", "taken", "There is a group of this name at this site already.");
}

}  // namespace

std::vector<GroupRow> groups(Snapshot& db, SiteId site, Instant now) {
  return db.all<GroupRow>(
      "SELECT g.id, g.site_id, i.zone, g.service_id, v.name, g.name, g.alias, g.admission, g.smallest, "
      "g.largest, g.clients_per_facilitator, CASE WHEN g.ends_on <= $2 THEN 'ended' ELSE g.state END, "
      "g.ends_on, g.version, "
      "(SELECT count(*) FROM enrolment e WHERE e.group_id = g.id AND (e.until_on IS NULL OR e.until_on >= "
      "$2)) "
      "FROM therapy_group g JOIN site i ON i.id = g.site_id JOIN service v ON v.id = g.service_id "
      "WHERE g.site_id = $1 ORDER BY g.name, g.id",
      site, today(db, site, now));
}

Result<Group> group(Snapshot& db, const api::Identity& who, GroupId id, Instant now) {
  auto found = load(db, id, now);
  if (!found || !may_see(who, found->site)) return not_found("group");
  return std::move(*found);
}

bool may_see(const api::Identity& who, SiteId site) {
  return api::StaffMember::accepts(who.role) && (api::Supervisor::accepts(who.role) || who.site == site);
}

bool may_change(const api::Identity& who, SiteId site) {
  return api::Supervisor::accepts(who.role) || (api::Counselor::accepts(who.role) && who.site == site);
}

Result<Group> group_to_change(Snapshot& db, const api::Identity& who, GroupId id, Instant now) {
  auto found = group(db, who, id, now);
  if (found && !may_change(who, found->site))
    return forbidden("Only those who treat clients there change groups, and who is in them.");
  return found;
}

Result<Group> lasting_group(Snapshot& db, const api::Identity& who, GroupId id, Instant now,
                            std::optional<std::int64_t> version) {
  auto found = group_to_change(db, who, id, now);
  if (!found) return found;
  if (version && *version != found->version)
    return changed_meanwhile(*found, "Somebody changed this group since you read it.");
  if (found->state == GroupState::ended) return conflict("ended", "This group has ended.");
  return found;
}

Result<Group> add_group(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                        const NewGroup& group, Instant now) {
  if (!may_change(who, group.site)) return forbidden("Only those who treat clients there add groups.");
  std::vector<FieldError> errors = rules::check_sizes(group.smallest, group.largest, group.admits);
  if (!places::site(tx, group.site)) errors.push_back({"/site", "not_found", "There is no such site."});
  const auto legal =
      tx.one<std::optional<std::int64_t>>("SELECT legal_largest FROM service WHERE id = $1", group.service);
  if (!legal)
    errors.push_back({"/service", "not_found", "There is no such service."});
  else if (*legal && group.largest > **legal)
    errors.push_back({"/largest", "legal_cap",
                      "Groups of this service have " + std::to_string(**legal) + " seats at the most."});
  if (!errors.empty()) return invalid(std::move(errors));
  try {
    const auto id = *tx.one<GroupId>(
        "INSERT INTO therapy_group (site_id, service_id, name, alias, admission, smallest, largest, "
        "clients_per_facilitator, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        group.site, group.service, group.name, group.alias, group.admission, group.smallest, group.largest,
        group.clients_per_facilitator, now);
    write_admits(tx, id, group.admits);
    write_topics(tx, id, group.topics);
    access::audit(tx, actor, "group.add", "group", id.value, now);
    live::hint(tx, "group.changed", id.value, group.site);
    return *load(tx, id, now);
  } catch (const store::Violation& v) {
    if (v.kind != store::Violation::unique) throw;
    return name_taken();
  }
}

Result<Group> change_group(Transaction& tx, const api::Identity& who, const access::Actor& actor, GroupId id,
                           std::int64_t version, const GroupChange& change, Instant now) {
  auto current = lasting_group(tx, who, id, now, version);
  if (!current) return current;

  const auto smallest = change.smallest ? change.smallest->value : current->smallest;
  const auto largest = change.largest ? change.largest->value : current->largest;
  const Admits admits = change.admits.value_or(current->admits);
  std::vector<FieldError> errors = rules::check_sizes(smallest, largest, admits);
  const auto legal = *tx.one<std::optional<std::int64_t>>("SELECT legal_largest FROM service WHERE id = $1",
                                                          current->service);
  if (legal && largest > *legal)
    errors.push_back({"/largest", "legal_cap",
                      "Groups of this service have " + std::to_string(*legal) + " seats at the most."});
  if (!errors.empty()) return invalid(std::move(errors));
  try {
    tx.run(
        "UPDATE therapy_group SET name = $2, alias = $3, admission = $4, smallest = $5, largest = $6, "
        "clients_per_facilitator = $7, version = version + 1 WHERE id = $1",
        id, change.name ? std::string_view(*change.name) : current->name,
        change.alias ? std::string_view(*change.alias) : current->alias,
        change.admission.value_or(current->admission), smallest, largest,
        change.clients_per_facilitator ? std::optional(change.clients_per_facilitator->value)
                                       : current->clients_per_facilitator);
  } catch (const store::Violation& v) {
    if (v.kind != store::Violation::unique) throw;
    return name_taken();
  }
  if (change.admits) write_admits(tx, id, admits);
  if (change.topics) {
    // What the old curriculum gave is given anew; a topic that is in neither was somebody's own.
    tx.run(
        "UPDATE session SET topic = '' WHERE group_id = $1 AND starts_at > $2 AND status = 'scheduled' "
        "AND topic IN (SELECT title FROM group_topic WHERE group_id = $1)",
        id, now);
    write_topics(tx, id, *change.topics);
    give_topics(tx, id, now);
  }
  access::audit(tx, actor, "group.change", "group", id.value, now);
  live::hint(tx, "group.changed", id.value, current->site);
  offer_seats(tx, id, now);
  return *load(tx, id, now);
}

void give_topics(Transaction& tx, GroupId id, Instant now) {
  const auto curriculum =
      tx.all<std::string>("SELECT title FROM group_topic WHERE group_id = $1 ORDER BY position", id);
  if (curriculum.empty()) return;
  const auto last = tx.one<std::string>(
      "SELECT topic FROM session WHERE group_id = $1 AND starts_at <= $2 AND status <> 'cancelled' "
      "AND topic IN (SELECT title FROM group_topic WHERE group_id = $1) ORDER BY starts_at DESC LIMIT 1",
      id, now);
  const auto coming = tx.all<std::tuple<SessionId, std::string>>(
      "SELECT id, topic FROM session WHERE group_id = $1 AND starts_at > $2 AND status = 'scheduled' "
      "ORDER BY starts_at, id",
      id, now);
  std::vector<std::string> topics;
  for (const auto& [session, topic] : coming) topics.push_back(topic);
  const auto given = rules::topics(curriculum, last, topics);
  for (std::size_t i = 0; i < coming.size(); ++i)
    if (given[i] != topics[i])
      tx.later("UPDATE session SET topic = $2, version = version + 1 WHERE id = $1", std::get<0>(coming[i]),
               given[i]);
}

}  // namespace circled::calendar
