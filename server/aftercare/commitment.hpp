// Commitments: a client in aftercare chooses meetings to go to every week. How many it should be is a goal of
// their plan (plan.hpp).
#pragma once
#include <optional>
#include <vector>

#include "access/audit.hpp"
#include "aftercare/meeting.hpp"
#include "aftercare/occurrence.hpp"
#include "calendar/course.hpp"

namespace circled::aftercare {

struct Commitment {
  CommitmentId id;
  Meeting meeting;  // `gone` when its list dropped it, `closed` by staff: it then has no future occurrences
  Instant made_at;
  std::optional<Instant> next;  // the start of the next occurrence
  std::optional<Flag> flag;     // what became of the meeting, until the client says that they have seen it
};
BOOST_DESCRIBE_STRUCT(Commitment, (), (id, meeting, made_at, next, flag))

struct NewCommitment {
  MeetingId meeting;
};
BOOST_DESCRIBE_STRUCT(NewCommitment, (), (meeting))

// Those that stand, in order of weekday and time.
std::vector<Commitment> commitments(Snapshot& db, ClientId client, Instant now);

// For the client: chooses a meeting, with its occurrences and reminders four weeks ahead.
// Errors: not_found (the meeting); conflict (not_in_aftercare, meeting_gone, already_committed,
// too_many_commitments).
Result<Commitment> commit(Transaction& tx, const access::Actor& actor, ClientId client, MeetingId meeting,
                          Instant now);

// For the client: gives it up; what lies in the future is cancelled. Errors: not_found.
Result<void> withdraw(Transaction& tx, const access::Actor& actor, ClientId client, CommitmentId commitment,
                      Instant now);

// For the client: has seen what became of the meeting. Errors: not_found. Nothing to be seen is well, too.
Result<void> see(Transaction& tx, ClientId client, CommitmentId commitment, Instant now);

// When a client is discharged every commitment ends. The other rooms' side of it: calendar/course.hpp.
calendar::Discharged ended_by_discharge();

}  // namespace circled::aftercare
