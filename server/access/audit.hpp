// The audit trail: who did or saw what, when. Append-only; entries are inserted unchained inside the
// operation's transaction and sealed into a keyed hash chain at the end of the batch, so that no
// operation waits for another's entry.
#pragma once
#include <string>
#include <vector>

#include "api/identity.hpp"
#include "base/json.hpp"
#include "store/store.hpp"

namespace circled::api {
struct Call;
}

namespace circled::access {

// Who acts, as the trail records it: from a Call and a caller, or the server itself.
struct Actor {
  AccountId account;       // zero: the server itself, or nobody signed in
  std::string request_id;  // empty for the server itself

  // No aggregate: g++ 12 destroys one that is made inside a co_await expression twice.
  Actor() = default;
  Actor(AccountId a, std::string r) : account(a), request_id(std::move(r)) {}
};

// Whoever calls a route.
Actor actor_of(const api::Call& call, const api::Identity& who);

// Adds an entry. `action` is "<noun>.<verb>" ("session.book"); `detail` holds what changed, never free
// text about a person's health.
void audit(Transaction& tx, const Actor& actor, std::string_view action, std::string_view subject_kind,
           std::int64_t subject, Instant now, const json::object& detail = {});

// Records that the caller saw a client's record. Repeats by one caller of one record within 15
// minutes are one entry.
void audit_view(Transaction& tx, const Actor& actor, std::string_view action, ClientId client, Instant now);

// Whether the caller has such an entry about this subject from the last 15 minutes.
bool seen_lately(Snapshot& db, const Actor& actor, std::string_view action, std::string_view subject_kind,
                 std::int64_t subject, Instant now);

// audit_view for a route that only reads: on disk when it answers, and a repeat costs a read alone.
// `action` and `subject_kind` are literals. Errors: unavailable.
Task<Result<void>> record_view(Store& store, Actor actor, std::string_view action,
                               std::string_view subject_kind, std::int64_t subject, Instant now);
inline Task<Result<void>> record_view(Store& store, Actor actor, std::string_view action, ClientId client,
                                      Instant now) {
  return record_view(store, std::move(actor), action, "client", client.value, now);
}

// Chains the entries that have no seal yet; run once before each COMMIT (Store::before_commit).
void seal(Transaction& tx, std::string_view key);

struct ChainReport {
  std::int64_t entries = 0;
  std::int64_t unsealed = 0;          // of these, the tail that is not sealed yet
  std::vector<std::string> problems;  // "entry 17 was changed, …"; the first hundred
};
// Recomputes the whole chain: finds entries that were changed, moved, taken out or cut off at the end
// by whoever does not have the key.
ChainReport verify_chain(Snapshot& db, std::string_view key);

}  // namespace circled::access
