// A person's stream as it lies in the store: numbered 1, 2, 3 … without gaps, from the oldest event
// that is kept to the newest.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "store/transaction.hpp"

namespace circled::live {

// The members of one event without number and braces, as Event::body holds them.
struct Numbered {
  std::int64_t seq;
  std::shared_ptr<const std::string> body;
};

struct StreamEnds {
  std::int64_t last = 0;    // the newest event's number; 0 when there never was one
  std::int64_t pruned = 0;  // events up to here are gone
};
StreamEnds stream_ends(Snapshot& db, PersonId person);

// The first `limit` events after number `after`, in order.
std::vector<Numbered> events_after(Snapshot& db, PersonId person, std::int64_t after, std::int64_t limit);

// When this sign-in ends; nothing when it has ended, by expiry or by revocation.
std::optional<Instant> signed_in_until(Snapshot& db, SignInId sign_in, Instant now);

// Notes that a member of staff has a dashboard open with this sign-in, until the note runs out.
void keep_watching(Transaction& tx, SignInId sign_in, Instant until);

// Whether this person is taken to have a dashboard open, on any server. One that was just closed still counts
// for as long as its last note is good (Options::watched_for).
bool watches(Snapshot& db, PersonId person, Instant now);

// How far one device has its person's stream. Never goes back.
void keep_acknowledged(Transaction& tx, SignInId sign_in, std::int64_t seq);

// A stream keeps 30 days and 10,000 events. Removes a bounded number of older ones and answers how
// many: call it again, in another transaction, until it answers 0.
std::int64_t prune_once(Transaction& tx, Instant now);

}  // namespace circled::live
