// What decides whether a group may admit a client. Nothing here asks who is calling, but for
// `sees_keep_apart`: these are answers for the rules of the rooms above.
#pragma once
#include "people/client.hpp"

namespace circled::people {

// As of `now`.
struct Standing {
  std::optional<Phase> phase;        // of the open episode
  std::optional<std::string> level;  // of care
  bool cleared = false;              // a clearance is in force, or the phase needs none (only detox does)
  bool on_hold = false;
  std::optional<Date> born_on;
  std::vector<std::string> tags;  // sorted
};

// Nothing when there is no such client.
std::optional<Standing> standing(Snapshot& db, ClientId client, Instant now);

// The clients who must not share a group with this one, in order of id. A client never learns of it, and of
// staff only those for whom `sees_keep_apart` holds may see with whom: everybody else is told that it cannot
// be, and not why.
std::vector<ClientId> kept_apart(Snapshot& db, ClientId client);

// Supervisors, administrators, and whoever is assigned to this client now; leading a session with the client
// is not enough.
bool sees_keep_apart(Snapshot& db, const api::Identity& who, ClientId client, Instant now);

}  // namespace circled::people
