// Occurrences: the single times at which a client has chosen to go to a meeting. They exist four weeks
// ahead, each with the reminders planned for it in the same transaction, and they follow their meeting:
// when its list moves it, drops it or brings it back, the future ones change with it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/bounded.hpp"
#include "reminders/reminder.hpp"

namespace circled::aftercare {

enum class OccurrenceStatus { planned, cancelled };
BOOST_DESCRIBE_ENUM(OccurrenceStatus, planned, cancelled)

enum class OccurrenceAnswer { none, confirmed, cant_come };
BOOST_DESCRIBE_ENUM(OccurrenceAnswer, none, confirmed, cant_come)

// What the client says of having gone. Nothing said is unknown, and never a no.
enum class Went { yes, no };
BOOST_DESCRIBE_ENUM(Went, yes, no)

// How staff know that somebody was there: they saw a slip, or somebody told them.
enum class Proof { slip, told };
BOOST_DESCRIBE_ENUM(Proof, slip, told)

struct Occurrence {
  OccurrenceId id;
  CommitmentId commitment;
  MeetingId meeting;
  std::string name;
  Instant starts_at;
  Instant ends_at;
  std::string zone;  // the meeting's own
  std::string place;
  std::string address;
  std::string town;
  std::string online_url;
  OccurrenceStatus status;
  OccurrenceAnswer answer;
  std::optional<Instant> asked_at;  // the app has asked whether the client went
  std::optional<Went> went;         // in the client's own words …
  std::optional<Instant> went_said_at;
  std::optional<Proof> verified_by;  // … which is not the same as being verified
};
BOOST_DESCRIBE_STRUCT(Occurrence, (),
                      (id, commitment, meeting, name, starts_at, ends_at, zone, place, address, town,
                       online_url, status, answer, asked_at, went, went_said_at, verified_by))

// The client's own, of commitments that stand, that touch [from, until), in order of start: also
// cancelled ones, so that a time which is off can be shown as off.
std::vector<Occurrence> occurrences(Snapshot& db, ClientId client, Instant from, Instant until);

// So long after its end the client is asked whether they went.
inline constexpr Minutes ask_after{30};

// Makes the future occurrences of a new commitment.
void begin(Transaction& tx, CommitmentId commitment, Instant now);

// Cancels the future occurrences of a commitment and their reminders.
void end(Transaction& tx, CommitmentId commitment, Instant now);

// What a commitment shows of its meeting, until the client has seen it.
enum class Flag { changed, gone, back };
BOOST_DESCRIBE_ENUM(Flag, changed, gone, back)

// What an import, or somebody of staff, did to a meeting.
enum class Change {
  length,     // only how long it lasts
  moved,      // day, time, zone or place: people are reminded anew
  gone,       // dropped by its list
  came_back,  // was gone, and its list has it again
  closed,     // by staff
  reopened,   // by staff
};

// Makes the future occurrences of every commitment to the meeting as the meeting now is, flags the
// commitments, and tells the clients: `meeting.changed` or `meeting.gone`. What its list does to a meeting
// that staff have closed is nobody's news: it stays closed.
void follow(Transaction& tx, MeetingId meeting, Change change, Instant now);

// One bounded step of keeping the horizon filled; answers how many commitments it extended. Run it
// once an hour or so, again at once while it answers more than nothing.
Result<std::int64_t> extend_once(Transaction& tx, Instant now);

// How the reminders room asks about occurrences and records answers to them.
reminders::SubjectHandler occurrence_subjects();

}  // namespace circled::aftercare
