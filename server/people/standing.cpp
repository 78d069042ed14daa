#include "people/standing.hpp"

namespace circled::people {

std::optional<Standing> standing(Snapshot& db, ClientId client, Instant now) {
  using Row = std::tuple<std::optional<Phase>, std::optional<std::string>, bool, bool, std::optional<Date>>;
  const auto row = db.one<Row>(
      "SELECT p.phase, l.level, "
      "CASE WHEN p.phase = 'detox' THEN EXISTS (SELECT 1 FROM clearance k WHERE k.episode_id = e.id "
      "  AND k.given_at <= $2 AND k.withdrawn_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)) "
      "ELSE TRUE END, "
      "EXISTS (SELECT 1 FROM episode_hold h WHERE h.episode_id = e.id AND h.from_at <= $2 "
      "  AND (h.until_at IS NULL OR h.until_at > $2)), "
      "c.born_on FROM client c "
      "LEFT JOIN episode e ON e.client_id = c.person_id AND e.discharged_on IS NULL "
      "LEFT JOIN phase p ON p.episode_id = e.id AND p.until_on IS NULL "
      "LEFT JOIN care_level l ON l.episode_id = e.id AND l.until_on IS NULL WHERE c.person_id = $1",
      client, now);
  if (!row) return std::nullopt;
  const auto& [phase, level, cleared, on_hold, born_on] = *row;
  return Standing{
      phase,   level,
      cleared, on_hold,
      born_on, db.all<std::string>("SELECT tag FROM client_tag WHERE client_id = $1 ORDER BY tag", client)};
}

std::vector<ClientId> kept_apart(Snapshot& db, ClientId client) {
  return db.all<ClientId>(
      "SELECT other_id FROM keep_apart WHERE one_id = $1 AND ended_at IS NULL "
      "UNION ALL SELECT one_id FROM keep_apart WHERE other_id = $1 AND ended_at IS NULL ORDER BY 1",
      client);
}

bool sees_keep_apart(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  using api::Role;
  if (who.role == Role::admin || who.role == Role::supervisor)
    return db.one<std::int64_t>("SELECT 1 FROM client WHERE person_id = $1", client).has_value();
  if (who.role != Role::clinician && who.role != Role::counselor) return false;
  return db
      .one<std::int64_t>(
          "SELECT 1 FROM assignment WHERE client_id = $1 AND staff_id = $2 AND from_at <= $3 "
          "AND (until_at IS NULL OR until_at > $3) LIMIT 1",
          client, who.person, now)
      .has_value();
}

}  // namespace circled::people
