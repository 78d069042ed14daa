// The change of one session: what of it differs, what stands in its way, and its rows. One place for whoever
// changes one session by hand (book.cpp) or many at once (bad_day.cpp); who may is asked there.
#pragma once
#include "calendar/availability.hpp"
#include "calendar/busy.hpp"
#include "calendar/session.hpp"

namespace circled::calendar {

struct SessionEdit {
  Session before;
  Session next;                       // without the new room's name
  std::vector<StaffId> facilitators;  // from then on; the first leads
  bool moves = false, changes_room = false, leads_anew = false;
  bool leaves_room = false;  // its people stay as busy as they are
  bool told = false;         // what the clients' screens say changes

  bool occupies_anew() const { return moves || changes_room || leads_anew; }
};

// A session that the caller may change and that has not begun; `version`, if given, is what they have seen.
// Errors: not_found, forbidden, precondition_failed, conflict (cancelled, already_started).
Result<Session> session_to_change(Snapshot& db, const api::Identity& who, SessionId id, Instant now,
                                  std::optional<std::int64_t> version = {});

// What the change makes of the session.
SessionEdit edited(const Session& current, const Change& change);
// The same session under its link alone: it gives its room back.
void leave_room(SessionEdit& edit);

// Whether what it is changed to exists and fits; pointers are those of a Change.
std::vector<FieldError> check(Snapshot& db, const SessionEdit& edit, const Change& change, Instant now);

// What is in the way of a session: of the calendar's rows, and of the house's rules.
struct InTheWay {
  std::vector<Conflict> conflicts;
  std::vector<Trouble> troubles;
  bool empty() const { return conflicts.empty() && troubles.empty(); }
};

// Of an edit that occupies anew; else nothing is. The session's own rows are not in its way.
InTheWay in_the_way(Snapshot& db, const api::Identity& who, const SessionEdit& edit, Instant now);

// What is in the way as a refusal, when it is not overridden; else nothing.
Result<void> may_pass(const api::Identity& who, const InTheWay& found,
                      const std::optional<Override>& override);

// Records what was overridden, if anything was.
void audit_override(Transaction& tx, const access::Actor& actor, SessionId id, const InTheWay& over,
                    const std::optional<Override>& override, Instant now);

// Writes the edit, with what its people and its room are busy with; `over` is booked over. What the clients
// are told of it is the caller's.
void write(Transaction& tx, const SessionEdit& edit, const InTheWay& over, Instant now);

// The session does not take place; one of a series becomes a skip of it. Reminders and news are the caller's.
void call_off(Transaction& tx, const Session& current, std::string_view reason, Instant now);

}  // namespace circled::calendar
