// A caseload: the clients who are assigned to one member of staff.
#pragma once
#include "people/client.hpp"

namespace circled::people {

struct CaseloadClient {
  ClientId id;
  std::string preferred_name;
  std::string family_name;
};
BOOST_DESCRIBE_STRUCT(CaseloadClient, (), (id, preferred_name, family_name))

// Whoever is assigned to this member of staff at that instant, in order of name.
std::vector<CaseloadClient> caseload(Snapshot& db, StaffId staff, Instant at);

// From that instant on the client is the other's. For operations that have asked who may.
void reassign(Transaction& tx, const access::Actor& actor, ClientId client, StaffId from, StaffId to,
              Instant at, Instant now);

}  // namespace circled::people
