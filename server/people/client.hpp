// The people in care: who they are, their stay and its phase, and who is their counselor.
#pragma once
#include <optional>
#include <vector>

#include "access/audit.hpp"
#include "base/bounded.hpp"
#include "base/zone.hpp"
#include "store/transaction.hpp"

namespace circled::people {

enum class Phase { detox, treatment, aftercare };
BOOST_DESCRIBE_ENUM(Phase, detox, treatment, aftercare)

struct ClientSummary {
  ClientId id;
  std::string preferred_name;
  std::string family_name;
  std::optional<Phase> phase;  // of the open episode; absent before admission and after discharge
  SiteId site;
};
BOOST_DESCRIBE_STRUCT(ClientSummary, (), (id, preferred_name, family_name, phase, site))

struct AssignedStaff {
  StaffId staff;
  std::string name;
  Instant since;
};
BOOST_DESCRIBE_STRUCT(AssignedStaff, (), (staff, name, since))

struct Client : ClientSummary {
  std::string zone;  // IANA; where the client lives
  std::string phone;
  std::vector<AssignedStaff> counselors;
};
BOOST_DESCRIBE_STRUCT(Client, (ClientSummary), (zone, phone, counselors))

struct NewClient {
  Text<1, 100> preferred_name;
  Text<0, 100> family_name;
  SiteId site;
  std::optional<Text<1, 64>> zone;  // the site's when left out
  std::optional<Text<0, 40>> phone;
  Phase phase;  // admission opens an episode in this phase
  std::optional<StaffId> assign_to;
  std::optional<Date> born_on;
};
BOOST_DESCRIBE_STRUCT(NewClient, (),
                      (preferred_name, family_name, site, zone, phone, phase, assign_to, born_on))

struct ClientSearch {
  std::optional<Text<0, 100>> text;  // beginnings of the preferred name, in any case
  std::optional<Number<1, 200>> limit;
  std::optional<Text<1, 300>> after;
};
BOOST_DESCRIBE_STRUCT(ClientSearch, (), (text, limit, after))

struct NewPhase {
  Phase phase;
};
BOOST_DESCRIBE_STRUCT(NewPhase, (), (phase))

// Lower case, for the prefix search. ASCII letters only are folded: other scripts match as typed.
std::string fold(std::string_view name);

// The client's present phase, if an episode is open.
std::optional<Phase> phase(Snapshot& db, ClientId client);

// The client as the caller may see them. Errors: not_found, also for a client out of the caller's reach.
Result<Client> client(Snapshot& db, const api::Identity& who, ClientId id, Instant now);

// Whom the caller reaches, in order of name; `next` is empty on the last page.
struct Found {
  std::vector<ClientSummary> items;
  std::string next;
};
Result<Found> search(Snapshot& db, const api::Identity& who, const ClientSearch& search, Instant now);

// Admits a new client: person, open episode, phase, assignment. Whoever adds without `assign_to` and
// could not reach the client otherwise becomes the assigned counselor.
// Errors: invalid (site, zone, assign_to, born_on: in the future).
Result<Client> add_client(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          const NewClient& client, Instant now);

// Ends the present phase and begins another. Errors: not_found, conflict (no_episode, same_phase).
Result<Client> change_phase(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                            ClientId id, Phase phase, Instant now);

// Errors: not_found (client or staff).
Result<Client> assign(Transaction& tx, const api::Identity& who, const access::Actor& actor, ClientId client,
                      StaffId staff, Instant now);

}  // namespace circled::people
