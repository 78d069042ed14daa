// Roll call: who came to a session, when, and how many minutes count.
//
// A session's sheet is its list of expected clients, each `expected` until somebody says otherwise. Nobody
// becomes absent because nothing happened: a sheet closes only when every line has a verdict, and closing
// completes the session. A facilitator signs what is closed (sign.hpp). Until then a supervisor may reopen
// it, with a reason; after that a supervisor amends it, and every version stays readable.
//
// Whoever said in time that they can't come is excused by the policy: it shows as soon as the session has
// begun, and is written with the first change of the sheet.
#pragma once
#include "attendance/check_in.hpp"
#include "attendance/roll.hpp"

namespace circled::attendance {

enum class Flag {
  over_capacity,      // sat there although the session was full
  not_eligible,       // sat there although the group does not admit them
  not_enrolled,       // was not in the group any more when it began: cannot be absent
  after_door_closed,  // came after the door had closed, and was let in
};
BOOST_DESCRIBE_ENUM(Flag, over_capacity, not_eligible, not_enrolled, after_door_closed)

// How somebody came to be excused.
enum class ExcusedBy { in_advance, afterwards, hold, clearance };
BOOST_DESCRIBE_ENUM(ExcusedBy, in_advance, afterwards, hold, clearance)

struct Line {
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  calendar::Answer answer;
  bool mandatory;  // coming is: a client who can't come stays `expected` until somebody excuses them
  calendar::Source source;
  calendar::Verdict verdict;
  std::optional<ExcusedBy> excused_by;
  std::optional<std::string> reason;  // for staff
  std::vector<Stay> stays;
  Minutes late_minutes;
  Minutes left_early_minutes;
  Minutes credited_minutes;
  std::vector<Flag> flags;
  std::optional<Proposed> proposed;  // how they checked in, if they did: nobody has marked it yet
};
BOOST_DESCRIBE_STRUCT(Line, (),
                      (client, preferred_name, family_name, answer, mandatory, source, verdict, excused_by,
                       reason, stays, late_minutes, left_early_minutes, credited_minutes, flags, proposed))

struct Sheet {
  SessionId session;
  std::int64_t version;  // the session's: the sheet's ETag
  std::string title;
  Instant starts_at;
  Instant ends_at;
  std::string zone;  // the site's, in which a counselor reads the clock
  bool closed;
  std::optional<Instant> closed_at;
  std::optional<std::string> closed_by_name;
  std::optional<Instant> signed_at;
  std::optional<std::string> signed_by_name;
  std::optional<Instant> co_signed_at;
  std::optional<std::string> co_signed_by_name;
  bool co_signature;  // two facilitators are to sign
  std::int64_t amendments;
  Instant close_by;
  bool late_documentation;  // signed, or still not, later than the policy allows
  std::optional<Instant> door_closes_at;
  bool undoable;            // there is a change that undo would take back
  std::vector<Line> lines;  // in order of name
};
BOOST_DESCRIBE_STRUCT(Sheet, (),
                      (session, version, title, starts_at, ends_at, zone, closed, closed_at, closed_by_name,
                       signed_at, signed_by_name, co_signed_at, co_signed_by_name, co_signature, amendments,
                       close_by, late_documentation, door_closes_at, undoable, lines))

// `all_present`: whoever is still expected and did not say that they can't come was there from start to end,
// but for those named in `marks`. `close`: then close the sheet, in the same step.
struct Marks {
  List<Mark, 500> marks;
  std::optional<bool> all_present = {};
  std::optional<bool> close = {};
};
BOOST_DESCRIBE_STRUCT(Marks, (), (marks, all_present, close))

struct Reopening {
  Text<3, 500> reason;
};
BOOST_DESCRIBE_STRUCT(Reopening, (), (reason))

// Somebody who sits there and is not on the sheet: a client within the caller's reach, or of the session's
// site by their full name, as they say it. Present from the start, or from `arrived_at`, or from now on.
struct WalkIn {
  std::optional<ClientId> client;
  std::optional<Text<1, 200>> name;
  std::optional<Instant> arrived_at = {};
  std::optional<bool> arrived_now = {};
};
BOOST_DESCRIBE_STRUCT(WalkIn, (), (client, name, arrived_at, arrived_now))

// Who may, of all operations here: the session's facilitators, supervisors, administrators. Errors, of all:
// not_found, forbidden; of those that change: precondition_failed (with the newer sheet), conflict
// (not_started, sheet_closed, cancelled). All or nothing; `version` is the one the caller has seen.

Result<Sheet> sheet(Snapshot& db, const api::Identity& who, SessionId session, Instant now);

// Applies marks and returns the sheet as it now stands; a mark replaces what was said of that client before.
// Errors: invalid (/marks: not_on_the_sheet, repeated, departure_before_arrival, not_enrolled, on_hold, …),
// conflict (unmarked, when it is to be closed).
Result<Sheet> mark(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId session,
                   std::int64_t version, const Marks& marks, Instant now);

// Records who is there. Caps and admission refuse bookings, never facts: they become flags of the line.
// Errors: invalid (/client or /name: missing, not_found, ambiguous, on_the_sheet; /arrived_at), conflict
// (one_on_one).
Result<Sheet> walk_in(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                      SessionId session, std::int64_t version, const WalkIn& walk_in, Instant now);

// The same for whoever may see the roster, the desk too, while the group runs: puts them on the open sheet,
// and checked in with it. Whether they were there is left to whoever marks the sheet. Before the start a seat
// is booked instead. Errors: not_found, forbidden, invalid (/client: not_found, on_the_sheet), conflict
// (one_on_one, not_started, sheet_closed, cancelled, already_over).
Result<Arrivals> arrive_unexpected(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                   SessionId session, ClientId client, Instant now);

// Takes the last change back that has not been taken back yet; so it goes back step by step. The undoing is
// itself kept. Errors: conflict (nothing_to_undo).
Result<Sheet> undo(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId session,
                   std::int64_t version, Instant now);

// Errors: conflict (unmarked, with the clients who are still `expected`). Who was not in the group any more
// when it began stays so, and is no absence.
Result<Sheet> close(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId session,
                    std::int64_t version, Instant now);

// Supervisors and administrators. Errors: conflict (not_closed, signed).
Result<Sheet> reopen(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId session,
                     std::int64_t version, const Reopening& reopening, Instant now);

// For the operations of this room ---------------------------------------------------------------------

// The session of a sheet that the caller may see, at that version.
Result<calendar::Session> sheet_session(Snapshot& db, const api::Identity& who, SessionId id);
Error changed_meanwhile(Snapshot& db, const calendar::Session& session, Instant now);
Sheet compose(Snapshot& db, const Roll& roll, Instant now);

// What the marks, and the walk-in, say of the roll. Errors: invalid, conflict (one_on_one).
Result<std::vector<Said>> said_by(const Roll& roll, const Marks& marks, Instant now);
Result<Said> said_by(Snapshot& db, const api::Identity& who, const Roll& roll, const WalkIn& walk_in,
                     const std::string& pointer, Instant now);

}  // namespace circled::attendance
