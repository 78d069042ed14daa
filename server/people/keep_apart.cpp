#include "people/keep_apart.hpp"

#include <algorithm>

#include "people/reach.hpp"

namespace circled::people {
namespace {

Result<void> may_decide(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  if (!reaches(db, who, client, now)) return not_found("client");
  if (!api::Supervisor::accepts(who.role)) return forbidden("Only a supervisor decides on this.");
  return {};
}

std::vector<KeepApart> load_partners(Snapshot& db, ClientId client) {
  return db.all<KeepApart>(
      "SELECT k.id, c.person_id, c.preferred_name, c.family_name, k.reason, s.name, k.made_at FROM ("
      "SELECT id, other_id AS partner_id, reason, made_by, made_at FROM keep_apart "
      "  WHERE one_id = $1 AND ended_at IS NULL "
      "UNION ALL SELECT id, one_id, reason, made_by, made_at FROM keep_apart "
      "  WHERE other_id = $1 AND ended_at IS NULL) AS k "
      "JOIN client c ON c.person_id = k.partner_id JOIN staff s ON s.person_id = k.made_by "
      "ORDER BY c.search_name, c.person_id",
      client);
}

}  // namespace

Result<std::vector<KeepApart>> keep_apart_list(Snapshot& db, const api::Identity& who, ClientId client,
                                               Instant now) {
  if (!reaches(db, who, client, now)) return not_found("client");
  if (!sees_keep_apart(db, who, client, now))
    return forbidden("This is for the client's own counselors and for supervisors.");
  return load_partners(db, client);
}

Result<KeepApart> keep_apart(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             ClientId client, const NewKeepApart& pair, Instant now) {
  if (auto may = may_decide(tx, who, client, now); !may) return may.error();
  if (pair.other == client) return invalid("/other", "same_client", "These must be two clients.");
  if (!reaches(tx, who, pair.other, now)) return invalid("/other", "not_found", "There is no such client.");
  const auto apart = kept_apart(tx, client);
  if (std::find(apart.begin(), apart.end(), pair.other) != apart.end())
    return conflict("already_apart", "These two are kept apart already.");

  const auto id = *tx.one<KeepApartId>(
      "INSERT INTO keep_apart (one_id, other_id, reason, made_by, made_at) VALUES ($1, $2, $3, $4, $5) "
      "RETURNING id",
      std::min(client, pair.other), std::max(client, pair.other), pair.reason, who.person, now);
  // No hint: one for each of two clients at one moment would tell every dashboard who they are.
  access::audit(tx, actor, "keep_apart.make", "client", client.value, now, {{"other", pair.other.value}});
  for (auto& made : load_partners(tx, client))
    if (made.id == id) return std::move(made);
  throw std::logic_error("a pair that was just made is not there");
}

Result<void> end_keep_apart(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                            ClientId client, ClientId other, Instant now) {
  if (auto may = may_decide(tx, who, client, now); !may) return may;
  if (tx.run("UPDATE keep_apart SET ended_at = $3 WHERE one_id = $1 AND other_id = $2 AND ended_at IS NULL",
             std::min(client, other), std::max(client, other), now) == 0)
    return not_found("pair");
  access::audit(tx, actor, "keep_apart.end", "client", client.value, now, {{"other", other.value}});
  return {};
}

}  // namespace circled::people
