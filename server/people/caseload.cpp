#include "people/caseload.hpp"

#include "people/episode.hpp"

namespace circled::people {

std::vector<CaseloadClient> caseload(Snapshot& db, StaffId staff, Instant at) {
  return db.all<CaseloadClient>(
      "SELECT c.person_id, c.preferred_name, c.family_name FROM client c WHERE c.person_id IN ("
      "  SELECT client_id FROM assignment WHERE staff_id = $1 AND from_at <= $2 "
      "    AND (until_at IS NULL OR until_at > $2)) "
      "ORDER BY c.search_name, c.person_id",
      staff, at);
}

void reassign(Transaction& tx, const access::Actor& actor, ClientId client, StaffId from, StaffId to,
              Instant at, Instant now) {
  // What would begin at its own end never was.
  tx.run(
      "DELETE FROM assignment WHERE staff_id = $1 AND client_id = $2 AND from_at >= $3 "
      "AND (until_at IS NULL OR until_at > $3)",
      from, client, at);
  tx.run(
      "UPDATE assignment SET until_at = $3 WHERE staff_id = $1 AND client_id = $2 AND from_at < $3 "
      "AND (until_at IS NULL OR until_at > $3)",
      from, client, at);
  tx.run(
      "INSERT INTO assignment (staff_id, client_id, from_at) VALUES ($1, $2, $3) "
      "ON CONFLICT (staff_id, client_id) WHERE until_at IS NULL DO NOTHING",
      to, client, at);
  access::audit(tx, actor, "client.hand_over", "client", client.value, now,
                {{"from", from.value}, {"to", to.value}});
  tell_of(tx, client);
}

}  // namespace circled::people
