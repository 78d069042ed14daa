// A bad day: a counselor is ill, a room is under water, snow closes a site. All their sessions are shown at
// once, each with what could be done about it, and what is decided is done to all of them together.
//
// Who may: supervisors and administrators; front desk of the site for its rooms and the site itself;
// counselors and clinicians for themselves, about sessions that they lead, by another counselor, another time
// or a cancellation.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "calendar/session.hpp"

namespace circled::calendar {

enum class Out { staff, room, site };
BOOST_DESCRIBE_ENUM(Out, staff, room, site)

struct BadDay {
  Out what;
  std::int64_t id;  // of the staff member, the room, the site
  Instant from;
  Instant until;  // 14 days later at the most
};
BOOST_DESCRIBE_STRUCT(BadDay, (), (what, id, from, until))

// Somebody who is free then, within their hours, and may lead it.
struct Substitute {
  StaffId staff;
  std::string name;
  bool facilitates;       // this session, already
  std::int64_t caseload;  // of the session's clients, how many are theirs
};
BOOST_DESCRIBE_STRUCT(Substitute, (), (staff, name, facilitates, caseload))

struct FreeRoom {
  RoomId room;
  std::string name;
  std::int64_t seats;
};
BOOST_DESCRIBE_STRUCT(FreeRoom, (), (room, name, seats))

struct FreeTime {
  Instant starts_at;
  Instant ends_at;
  std::optional<RoomId> room;  // for a session that has one: the smallest that is free then
};
BOOST_DESCRIBE_STRUCT(FreeTime, (), (starts_at, ends_at, room))

// Whether a session can be by telehealth: it has a link, or the decision brings one.
enum class Telehealth { has_link, needs_link };
BOOST_DESCRIBE_ENUM(Telehealth, has_link, needs_link)

// What could be done about a session; each holds for this session alone, at this moment.
struct Proposals {
  std::vector<Substitute> substitutes;  // when a staff member is out; five at most, the best first
  std::optional<FreeRoom> room;         // when a room is out: the smallest that is free and large enough
  std::vector<FreeTime> slots;          // of a one-on-one: the next three after the time that is out
  Telehealth telehealth;
  bool cancel;  // always
};
BOOST_DESCRIBE_STRUCT(Proposals, (), (substitutes, room, slots, telehealth, cancel))

// A session that somebody must decide about; without its roster.
struct Concerned {
  SessionId session;
  std::int64_t version;
  Kind kind;
  std::string title;
  Instant starts_at;
  Instant ends_at;
  std::string zone;  // the site's
  std::optional<RoomId> room;
  std::string link;
  std::int64_t expected;  // clients on the list
  std::vector<Facilitator> facilitators;
  Proposals proposals;
};
BOOST_DESCRIBE_STRUCT(Concerned, (),
                      (session, version, kind, title, starts_at, ends_at, zone, room, link, expected,
                       facilitators, proposals))

struct BadDayPreview {
  std::vector<Concerned> sessions;  // in order of start
  std::string digest;               // of the sessions and their versions: the ETag that applying asks for
};
BOOST_DESCRIBE_STRUCT(BadDayPreview, (), (sessions, digest))

enum class Remedy { substitute, room, move, telehealth, cancel, leave };
BOOST_DESCRIBE_ENUM(Remedy, substitute, room, move, telehealth, cancel, leave)

struct Decision {
  SessionId session;
  Remedy action;
  std::optional<StaffId> staff;      // substitute: who comes
  std::optional<RoomId> room;        // room: which; move: another one for that time
  std::optional<Instant> starts_at;  // move: as long as before
  std::optional<Text<1, 500>> link;  // telehealth: https; its own when left out
};
BOOST_DESCRIBE_STRUCT(Decision, (), (session, action, staff, room, starts_at, link))

struct BadDayDecisions : BadDay {
  List<Decision, 500> decisions;     // a session without one is left as it is
  std::optional<Override> override;  // of what is in the way of any of them
  // Also enters the staff member as off, or the site as closed on the days that the time touches.
  std::optional<bool> record_absence;
};
BOOST_DESCRIBE_STRUCT(BadDayDecisions, (BadDay), (decisions, override, record_absence))

// What became of a session.
struct Decided {
  SessionId session;
  Remedy action;
  Instant starts_at;  // from now on
};
BOOST_DESCRIBE_STRUCT(Decided, (), (session, action, starts_at))

struct BadDayApplied {
  std::vector<Decided> sessions;  // in order of the decisions; those that are left are not here
  std::int64_t clients;           // who are told
};
BOOST_DESCRIBE_STRUCT(BadDayApplied, (), (sessions, clients))

// All sessions concerned: scheduled, not begun, and partly or wholly in that time. Long, for `store.report`.
// Errors: invalid (/id, /from, /until; too_many: more than 500 sessions), forbidden.
Result<BadDayPreview> preview_bad_day(Snapshot& db, const api::Identity& who, const BadDay& day, Instant now);

// Does what was decided, all or nothing. Each client is told once, each counselor concerned is told once,
// however many sessions it is. A substitute is the session's own: its series stays with whom it has. Clients
// are not told of a substitute: their words for an appointment name nobody.
// Errors: as preview; precondition_failed (with `preview`, as it is now); forbidden (override,
// record_absence); invalid (each wrong decision, "/decisions/N/…"); conflict (booking_conflict, unavailable)
// with an error for each decision and all `conflicts` and `troubles`.
Result<BadDayApplied> apply_bad_day(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                    const BadDayDecisions& wanted, std::string_view digest, Instant now);

// For the files of these operations -----------------------------------------------------------------

struct BadDayScope {
  SiteId site;  // the room's; the staff member's home
  Zone zone = Zone::utc();
};
// Errors: invalid (/id, /from, /until), forbidden.
Result<BadDayScope> bad_day_scope(Snapshot& db, const api::Identity& who, const BadDay& day, Instant now);
// Errors: invalid (too_many).
Result<std::vector<Session>> concerned_sessions(Snapshot& db, const BadDay& day, const BadDayScope& scope,
                                                Instant now);
std::string bad_day_digest(const BadDay& day, const std::vector<Session>& sessions);

}  // namespace circled::calendar
