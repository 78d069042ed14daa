// Keeping two clients apart: they must not share a group, for a reason that stays with few people. No client
// ever learns of it, no event and no hint tells of it, and the reason stands nowhere else (42 CFR §2.13(a)).
#pragma once
#include "people/standing.hpp"

namespace circled::people {

using KeepApartId = Id<struct KeepApartTag>;

struct KeepApart {
  KeepApartId id;
  ClientId other;
  std::string other_preferred_name;
  std::string other_family_name;
  std::string reason;
  std::string made_by_name;
  Instant made_at;
};
BOOST_DESCRIBE_STRUCT(KeepApart, (),
                      (id, other, other_preferred_name, other_family_name, reason, made_by_name, made_at))

struct NewKeepApart {
  ClientId other;
  Text<3, 500> reason;
};
BOOST_DESCRIBE_STRUCT(NewKeepApart, (), (other, reason))

// From whom the client is kept apart, in order of the others' names. For whom `sees_keep_apart` lets.
// Errors: not_found (out of reach), forbidden (within reach, and not theirs to see).
Result<std::vector<KeepApart>> keep_apart_list(Snapshot& db, const api::Identity& who, ClientId client,
                                               Instant now);

// Supervisors and administrators. Groups that both are in stay as they are: who makes the pair decides who
// leaves. Errors: not_found, forbidden, invalid (/other), conflict (already_apart).
Result<KeepApart> keep_apart(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             ClientId client, const NewKeepApart& pair, Instant now);

// Supervisors and administrators; the row stays, with its end. Errors: not_found (also when there is no such
// pair), forbidden.
Result<void> end_keep_apart(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                            ClientId client, ClientId other, Instant now);

}  // namespace circled::people
