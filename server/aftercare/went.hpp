// Whether a client went to a meeting they chose. What the client says of it and what staff have verified are
// different things and stay apart everywhere: one is never taken for the other, neither overwrites the
// other, and a client who says nothing has not said no.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/audit.hpp"
#include "aftercare/occurrence.hpp"

namespace circled::aftercare {

// What ended longer ago than this nobody is asked about; and what began longer ago than the other can be
// neither said nor verified any more.
inline constexpr std::chrono::days ask_within{2};
inline constexpr std::chrono::days said_within{92};

// Asks the clients of what ended half an hour ago: once, by the event `occurrence.asked`, and never in their
// quiet hours. Nobody is asked who has said it already, or that they can't come; nor who has left aftercare
// or is on hold. One bounded step; answers how many rows it looked at.
Result<std::int64_t> ask_once(Transaction& tx, Instant now);

struct SayWent {
  Went went;
};
BOOST_DESCRIBE_STRUCT(SayWent, (), (went))

struct SaidWent {
  OccurrenceId occurrence;
  Went went;
  Instant went_said_at;
};
BOOST_DESCRIBE_STRUCT(SaidWent, (), (occurrence, went, went_said_at))

// For the client: went, or did not. The last word stands; the same again changes nothing.
// Errors: not_found, conflict (cancelled, not_begun, too_long_ago).
Result<SaidWent> say_went(Transaction& tx, const access::Actor& actor, ClientId client,
                          OccurrenceId occurrence, Went went, Instant now);

// As staff see one.
struct KeptOccurrence {
  OccurrenceId id;
  CommitmentId commitment;
  MeetingId meeting;
  std::string name;
  Instant starts_at;
  Instant ends_at;
  std::string zone;
  OccurrenceStatus status;
  OccurrenceAnswer answer;
  std::optional<Instant> asked_at;
  std::optional<Went> went;
  std::optional<Instant> went_said_at;
  std::optional<Proof> verified_by;
  std::optional<std::string> verified_name;  // of staff
  std::optional<Instant> verified_at;
  std::optional<std::string> told_by;
};
BOOST_DESCRIBE_STRUCT(KeptOccurrence, (),
                      (id, commitment, meeting, name, starts_at, ends_at, zone, status, answer, asked_at,
                       went, went_said_at, verified_by, verified_name, verified_at, told_by))

// Of a client, also of commitments that have ended, that start in [from, until); the latest first.
std::vector<KeptOccurrence> kept_occurrences(Snapshot& db, ClientId client, Instant from, Instant until);

struct OccurrenceProof {
  Proof by;
  std::optional<Text<1, 100>> told_by;  // who told it, in their own name; with `told` only
};
BOOST_DESCRIBE_STRUCT(OccurrenceProof, (), (by, told_by))

// For a counselor who reaches the client. The same again changes nothing.
// Errors: not_found, invalid (/told_by), conflict (cancelled, not_begun, too_long_ago; verified_already:
// otherwise, and to be taken back first).
Result<KeptOccurrence> verify(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                              ClientId client, OccurrenceId occurrence, const OccurrenceProof& proof,
                              Instant now);

// Takes it back. Errors: not_found (also when nothing is verified).
Result<void> take_back(Transaction& tx, const api::Identity& who, const access::Actor& actor, ClientId client,
                       OccurrenceId occurrence, Instant now);

}  // namespace circled::aftercare
