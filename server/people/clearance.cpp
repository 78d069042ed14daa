#include "people/clearance.hpp"

#include "people/episode.hpp"
#include "people/reach.hpp"

namespace circled::people {
namespace {

std::optional<ClearanceId> in_force(Snapshot& db, EpisodeId episode, Instant now) {
  return db.one<ClearanceId>(
      "SELECT id FROM clearance WHERE episode_id = $1 AND given_at <= $2 AND withdrawn_at IS NULL "
      "AND (expires_at IS NULL OR expires_at > $2) ORDER BY given_at DESC, id DESC LIMIT 1",
      episode, now);
}

Clearance load(Snapshot& db, EpisodeId episode, ClearanceId id) {
  for (auto& clearance : clearances(db, episode))
    if (clearance.id == id) return std::move(clearance);
  throw std::logic_error("a clearance is not its episode's");
}

}  // namespace

std::vector<Clearance> clearances(Snapshot& db, EpisodeId episode) {
  return db.all<Clearance>(
      "SELECT k.id, k.given_by, s.name, k.given_at, k.expires_at, k.withdrawn_at FROM clearance k "
      "JOIN staff s ON s.person_id = k.given_by WHERE k.episode_id = $1 ORDER BY k.given_at DESC, k.id DESC",
      episode);
}

Result<EpisodeId> may_give_clearance(Snapshot& db, const api::Identity& who, ClientId client,
                                     const NewClearance& clearance, Instant now) {
  if (!reaches(db, who, client, now)) return not_found("client");
  if (who.role != api::Role::clinician) return forbidden("Only a clinician gives a clearance.");
  if (clearance.expires_at && *clearance.expires_at <= now)
    return invalid("/expires_at", "in_the_past", "This time has passed.");
  const auto episode = open_episode(db, client);
  if (!episode) return not_admitted();
  if (in_force(db, *episode, now)) return conflict("already_cleared", "This client is cleared already.");
  return *episode;
}

Result<Clearance> give_clearance(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                 ClientId client, const NewClearance& clearance, Instant now) {
  const auto episode = may_give_clearance(tx, who, client, clearance, now);
  if (!episode) return episode.error();
  const auto id = *tx.one<ClearanceId>(
      "INSERT INTO clearance (episode_id, given_by, given_at, expires_at) VALUES ($1, $2, $3, $4) "
      "RETURNING id",
      *episode, who.person, now, clearance.expires_at);
  access::audit(tx, actor, "clearance.give", "client", client.value, now, {{"clearance", id.value}});
  tell_of(tx, client);
  return load(tx, *episode, id);
}

Result<ClearanceId> may_withdraw_clearance(Snapshot& db, const api::Identity& who, ClientId client,
                                           Instant now) {
  if (!reaches(db, who, client, now)) return not_found("client");
  if (who.role != api::Role::clinician && !api::Supervisor::accepts(who.role))
    return forbidden("Only a clinician or a supervisor withdraws a clearance.");
  const auto episode = open_episode(db, client);
  if (!episode) return not_admitted();
  const auto id = in_force(db, *episode, now);
  if (!id) return conflict("not_cleared", "No clearance of this client is in force.");
  return *id;
}

Result<Clearance> withdraw_clearance(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                     ClientId client, Instant now) {
  const auto id = may_withdraw_clearance(tx, who, client, now);
  if (!id) return id.error();
  tx.run("UPDATE clearance SET withdrawn_at = $2, withdrawn_by = $3 WHERE id = $1", *id, now, who.person);
  access::audit(tx, actor, "clearance.withdraw", "client", client.value, now, {{"clearance", id->value}});
  tell_of(tx, client);
  return load(tx, *open_episode(tx, client), *id);
}

}  // namespace circled::people
