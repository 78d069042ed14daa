// Clearance: a clinician's dated decision that a client in detox may join groups. It belongs to one episode;
// a client who is admitted again has none.
#pragma once
#include "people/client.hpp"

namespace circled::people {

struct Clearance {
  ClearanceId id;
  StaffId given_by;
  std::string given_by_name;
  Instant given_at;
  std::optional<Instant> expires_at;  // absent: until it is withdrawn
  std::optional<Instant> withdrawn_at;
};
BOOST_DESCRIBE_STRUCT(Clearance, (), (id, given_by, given_by_name, given_at, expires_at, withdrawn_at))

struct NewClearance {
  std::optional<Instant> expires_at;
};
BOOST_DESCRIBE_STRUCT(NewClearance, (), (expires_at))

// Of one episode, newest first.
std::vector<Clearance> clearances(Snapshot& db, EpisodeId episode);

// Clinicians only: it is a medical decision. Also in another phase, before a move to detox. `may_…` answers
// the open episode and refuses what the operation would.
// Errors: not_found, forbidden, invalid (/expires_at), conflict (no_episode, already_cleared).
Result<EpisodeId> may_give_clearance(Snapshot& db, const api::Identity& who, ClientId client,
                                     const NewClearance& clearance, Instant now);
Result<Clearance> give_clearance(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                 ClientId client, const NewClearance& clearance, Instant now);

// Ends the one in force, which `may_…` answers. Clinicians, supervisors and administrators: taking it back
// errs on the safe side. Errors: not_found, forbidden, conflict (no_episode, not_cleared).
Result<ClearanceId> may_withdraw_clearance(Snapshot& db, const api::Identity& who, ClientId client,
                                           Instant now);
Result<Clearance> withdraw_clearance(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                     ClientId client, Instant now);

}  // namespace circled::people
