#include "people/episode.hpp"

#include <algorithm>

#include "base/version.hpp"
#include "live/emit.hpp"
#include "people/reach.hpp"
#include "people/record_opening.hpp"

namespace circled::people {
namespace {

Error treats_nobody() { return forbidden("This is for those who treat the client."); }

// Reach is front desk's too, for who, when and where; the course of care is not.
Result<void> may_treat(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  if (!reaches(db, who, client, now)) return not_found("client");
  if (!api::Counselor::accepts(who.role)) return treats_nobody();
  return {};
}

Care load_care(Snapshot& db, ClientId client) {
  Care care{client, {}, {}, {}};
  care.born_on = *db.one<std::optional<Date>>("SELECT born_on FROM client WHERE person_id = $1", client);
  care.tags = db.all<std::string>("SELECT tag FROM client_tag WHERE client_id = $1 ORDER BY tag", client);
  care.episode = latest_episode(db, client);
  return care;
}

// The care as it now is, if it is what the caller has seen.
Result<void> unchanged(Snapshot& db, const api::Identity& who, ClientId client, std::string_view seen,
                       Instant now) {
  if (auto may = may_treat(db, who, client, now); !may) return may.error();
  const Care current = load_care(db, client);
  if (version(current) == seen) return {};
  return changed_meanwhile(current);
}

std::optional<EpisodeHold> hold_in_force(Snapshot& db, EpisodeId episode, Instant now) {
  return db.one<EpisodeHold>(
      "SELECT id, kind, from_at, until_at, keeps_seats FROM episode_hold WHERE episode_id = $1 "
      "AND from_at <= $2 AND (until_at IS NULL OR until_at > $2) ORDER BY from_at DESC, id DESC LIMIT 1",
      episode, now);
}

}  // namespace

Error not_admitted() { return conflict("no_episode", "This client is not admitted at present."); }

void tell_of(Transaction& tx, ClientId client) {
  const auto site = tx.one<SiteId>("SELECT site_id FROM client WHERE person_id = $1", client);
  live::hint(tx, "client.changed", client.value, site.value());
}

Date today_of(Snapshot& db, ClientId client, Instant now) {
  const auto zone = db.one<std::string>(
      "SELECT s.zone FROM client c JOIN site s ON s.id = c.site_id WHERE c.person_id = $1", client);
  return Zone::named(zone.value())->date(now);
}

std::optional<EpisodeId> open_episode(Snapshot& db, ClientId client) {
  return db.one<EpisodeId>("SELECT id FROM episode WHERE client_id = $1 AND discharged_on IS NULL", client);
}

std::optional<Discharge> discharged(Snapshot& db, ClientId client) {
  return db
      .one<std::optional<Discharge>>(
          "SELECT CASE WHEN discharged_on IS NULL THEN NULL ELSE discharge END FROM episode "
          "WHERE client_id = $1 ORDER BY CASE WHEN discharged_on IS NULL THEN 0 ELSE 1 END, "
          "admitted_on DESC, id DESC LIMIT 1",
          client)
      .value_or(std::nullopt);
}

std::optional<Episode> latest_episode(Snapshot& db, ClientId client) {
  const auto row = db.one<EpisodeRow>(
      "SELECT id, admitted_on, discharged_on, discharge FROM episode WHERE client_id = $1 "
      "ORDER BY admitted_on DESC, id DESC LIMIT 1",
      client);
  if (!row) return std::nullopt;
  Episode episode;
  static_cast<EpisodeRow&>(episode) = *row;
  episode.phases = db.all<PhasePeriod>(
      "SELECT phase, from_on, until_on FROM phase WHERE episode_id = $1 ORDER BY from_on DESC, id DESC",
      row->id);
  episode.levels = db.all<LevelPeriod>(
      "SELECT level, from_on, until_on FROM care_level WHERE episode_id = $1 ORDER BY from_on DESC, id DESC",
      row->id);
  episode.holds = db.all<EpisodeHold>(
      "SELECT id, kind, from_at, until_at, keeps_seats FROM episode_hold WHERE episode_id = $1 "
      "ORDER BY from_at DESC, id DESC",
      row->id);
  episode.clearances = clearances(db, row->id);
  return episode;
}

Result<Care> care(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  if (!may_read(db, who, client, now)) return not_found("client");
  if (!api::Counselor::accepts(who.role)) return treats_nobody();
  return load_care(db, client);
}

std::string version(const Care& care) { return digest_of(care); }

Result<Care> set_tags(Transaction& tx, const api::Identity& who, const access::Actor& actor, ClientId client,
                      std::string_view seen, const Tags& tags, Instant now) {
  if (auto same = unchanged(tx, who, client, seen, now); !same) return same.error();
  std::vector<std::string> words;
  for (const auto& tag : tags.tags) words.push_back(fold(tag));
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());

  tx.run("DELETE FROM client_tag WHERE client_id = $1", client);
  for (const auto& word : words)
    tx.later("INSERT INTO client_tag (client_id, tag) VALUES ($1, $2)", client, word);
  access::audit(tx, actor, "client.set_tags", "client", client.value, now);
  tell_of(tx, client);
  return load_care(tx, client);
}

Result<Care> set_born_on(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                         ClientId client, std::string_view seen, const Birth& birth, Instant now) {
  if (auto same = unchanged(tx, who, client, seen, now); !same) return same.error();
  if (birth.born_on && *birth.born_on > today_of(tx, client, now))
    return invalid("/born_on", "in_the_future", "This day has not come yet.");
  tx.run("UPDATE client SET born_on = $2 WHERE person_id = $1", client, birth.born_on);
  access::audit(tx, actor, "client.set_born_on", "client", client.value, now);
  tell_of(tx, client);
  return load_care(tx, client);
}

Result<EpisodeId> episode_to_change(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  if (auto may = may_treat(db, who, client, now); !may) return may.error();
  const auto episode = open_episode(db, client);
  if (!episode) return not_admitted();
  return *episode;
}

Result<void> change_level(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          ClientId client, std::string_view level, Instant now) {
  const auto episode = episode_to_change(tx, who, client, now);
  if (!episode) return episode.error();
  const auto before = tx.one<std::string>(
      "SELECT level FROM care_level WHERE episode_id = $1 AND until_on IS NULL", *episode);
  if (before == level) return conflict("same_level", "This client is at that level already.");
  const Date day = today_of(tx, client, now);
  tx.run("UPDATE care_level SET until_on = $2 WHERE episode_id = $1 AND until_on IS NULL", *episode, day);
  tx.run("INSERT INTO care_level (episode_id, level, from_on) VALUES ($1, $2, $3)", *episode, level, day);
  access::audit(tx, actor, "client.change_level", "client", client.value, now, {{"level", level}});
  tell_of(tx, client);
  return {};
}

Result<void> discharge(Transaction& tx, const api::Identity& who, const access::Actor& actor, ClientId client,
                       Discharge type, Instant now) {
  const auto episode = episode_to_change(tx, who, client, now);
  if (!episode) return episode.error();
  const Date day = today_of(tx, client, now);
  tx.run("UPDATE phase SET until_on = $2 WHERE episode_id = $1 AND until_on IS NULL", *episode, day);
  tx.run("UPDATE care_level SET until_on = $2 WHERE episode_id = $1 AND until_on IS NULL", *episode, day);
  tx.run(
      "UPDATE episode_hold SET until_at = $2 WHERE episode_id = $1 AND (until_at IS NULL OR until_at > $2)",
      *episode, now);
  tx.run("UPDATE episode SET discharged_on = $2, discharge = $3 WHERE id = $1", *episode, day, type);
  access::audit(tx, actor, "client.discharge", "client", client.value, now,
                {{"type", json::enum_name(type)}});
  tell_of(tx, client);
  return {};
}

Result<EpisodeId> readmit(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          ClientId client, Phase phase, std::optional<std::string_view> level, Instant now) {
  if (auto may = may_treat(tx, who, client, now); !may) return may.error();
  if (open_episode(tx, client)) return conflict("already_admitted", "This client is admitted already.");
  const Date day = today_of(tx, client, now);
  const auto episode = *tx.one<EpisodeId>(
      "INSERT INTO episode (client_id, admitted_on) VALUES ($1, $2) RETURNING id", client, day);
  tx.run("INSERT INTO phase (episode_id, phase, from_on) VALUES ($1, $2, $3)", episode, phase, day);
  if (level)
    tx.run("INSERT INTO care_level (episode_id, level, from_on) VALUES ($1, $2, $3)", episode, *level, day);
  access::audit(tx, actor, "client.readmit", "client", client.value, now,
                {{"phase", json::enum_name(phase)}});
  tell_of(tx, client);
  return episode;
}

Result<EpisodeId> may_begin_hold(Snapshot& db, const api::Identity& who, ClientId client, const NewHold& hold,
                                 Instant now) {
  auto episode = episode_to_change(db, who, client, now);
  if (!episode) return episode;
  if (hold.until && *hold.until <= now) return invalid("/until", "in_the_past", "This time has passed.");
  if (hold_in_force(db, *episode, now)) return conflict("on_hold", "This client's stay is on hold already.");
  return episode;
}

Result<EpisodeHold> begin_hold(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                               ClientId client, const NewHold& hold, Instant now) {
  const auto episode = may_begin_hold(tx, who, client, hold, now);
  if (!episode) return episode.error();
  const auto id = *tx.one<EpisodeHoldId>(
      "INSERT INTO episode_hold (episode_id, kind, from_at, until_at, keeps_seats, made_by) "
      "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
      *episode, hold.kind, now, hold.until, hold.keep_seats, who.person);
  access::audit(tx, actor, "client.begin_hold", "client", client.value, now,
                {{"hold", id.value}, {"kind", json::enum_name(hold.kind)}});
  tell_of(tx, client);
  return EpisodeHold{id, hold.kind, now, hold.until, hold.keep_seats};
}

Result<EpisodeHold> may_end_hold(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  const auto episode = episode_to_change(db, who, client, now);
  if (!episode) return episode.error();
  const auto hold = hold_in_force(db, *episode, now);
  if (!hold) return conflict("not_on_hold", "This client's stay is not on hold.");
  return *hold;
}

Result<EpisodeHold> end_hold(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             ClientId client, Instant now) {
  auto hold = may_end_hold(tx, who, client, now);
  if (!hold) return hold;
  tx.run("UPDATE episode_hold SET until_at = $2 WHERE id = $1", hold->id, now);
  access::audit(tx, actor, "client.end_hold", "client", client.value, now, {{"hold", hold->id.value}});
  tell_of(tx, client);
  hold->until_at = now;
  return hold;
}

}  // namespace circled::people
