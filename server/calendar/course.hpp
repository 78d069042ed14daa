// The course of a client's care, as the calendar follows it: a move to another phase or level, a discharge,
// a return, a hold, a clearance. Each changes the person's facts (people/episode.hpp) and, in the same
// transaction, ends, excuses or gives back what follows from them.
//
// Every operation works in two steps: it lists what would happen, and then does what stands in the list.
// Asked as a preview it answers the list and ends there; applied, it makes the list anew and refuses if the
// caller has seen another. So a preview cannot promise what applying does not do.
//
// Sessions that have begun stay as they are. A client hears once, however many sessions it concerns. Of a
// client who died nothing is told to anybody but by hints: no event goes to that person any more.
#pragma once
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "access/audit.hpp"
#include "calendar/notice.hpp"
#include "people/episode.hpp"
#include "people/standing.hpp"

namespace circled::calendar {

// What an item of the list is; `id` is of that.
enum class Matter {
  episode,
  phase,
  level,
  hold,  // of the episode
  clearance,
  enrolment,
  series,      // a standing one-on-one
  seat,        // at one session of a group: the session's id
  one_on_one,  // the session's id
  waitlist,
  commitment,
  feed,
  sign_in,
};
BOOST_DESCRIBE_ENUM(Matter, episode, phase, level, hold, clearance, enrolment, series, seat, one_on_one,
                    waitlist, commitment, feed, sign_in)

struct CourseItem {
  Matter matter;
  std::optional<std::int64_t> id;
  std::string name;                  // for staff: the group's, the session's title, the phase, the level
  std::optional<Instant> starts_at;  // of a session
};
BOOST_DESCRIBE_STRUCT(CourseItem, (), (matter, id, name, starts_at))

struct Course {
  ClientId client;
  std::vector<CourseItem> ends;
  std::vector<CourseItem> begins;   // also what is given back: sessions at which the client is expected again
  std::vector<CourseItem> excuses;  // sessions from which the client is excused in advance
  std::vector<CourseItem> conflicts;  // sessions of the last week that have begun and keep the client: their
                                      // sheets say `expected` still, and somebody must decide
};
BOOST_DESCRIBE_STRUCT(Course, (), (client, ends, begins, excuses, conflicts))

// The ETag of a preview.
std::string digest(const Course& course);

// How an operation is asked for. `seen` is the digest of the preview the caller has read; whoever gives none
// takes what comes.
struct Asked {
  bool preview = false;
  std::optional<std::string> seen = {};
};

struct Move {
  std::optional<people::Phase> phase;
  std::optional<Text<1, 20>> level;
};
BOOST_DESCRIBE_STRUCT(Move, (), (phase, level))

struct Discharging {
  people::Discharge type;
};
BOOST_DESCRIBE_STRUCT(Discharging, (), (type))

struct Readmission {
  people::Phase phase;
  std::optional<Text<1, 20>> level;
};
BOOST_DESCRIBE_STRUCT(Readmission, (), (phase, level))

// Who may, of all operations here: counselors and clinicians within reach of the client, supervisors,
// administrators. Errors, of all: not_found, forbidden, precondition_failed (with `current`, the list as it
// would be now); and what each names.

// To another phase, or level, or both; in any order, and as often as it takes. Ends what the client may no
// longer have (`endings`). Errors: invalid (nothing to change), conflict (no_episode, same_phase,
// same_level).
Result<Course> move(Transaction& tx, const api::Identity& who, const access::Actor& actor, ClientId client,
                    const Move& move, const Asked& asked, Instant now);

// Ends the episode and all that lies ahead: enrolments and seats, one-on-ones, places on waiting lists, what
// rooms above have (`on_discharge`), reminders, sign-ins. Unless the client died they are told once of all
// sessions that are off. Errors: conflict (no_episode).
Result<Course> discharge(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                         ClientId client, people::Discharge type, const Asked& asked, Instant now);

// A new episode; nothing of the one before comes along, and no clearance. Errors: conflict
// (already_admitted).
Result<Course> readmit(Transaction& tx, const api::Identity& who, const access::Actor& actor, ClientId client,
                       const Readmission& readmission, const Asked& asked, Instant now);

// From now on, until a time or until it is ended. No reminders go out meanwhile (reminders/dispatcher.cpp).
// With seats kept the client is excused from the coming sessions, and nobody is told; released, the seats go,
// one-on-ones are cancelled, and, if nobody knows how long it is, enrolments and standing one-on-ones end.
// Errors: invalid (/until), conflict (no_episode, on_hold).
Result<Course> begin_hold(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          ClientId client, const people::NewHold& hold, const Asked& asked, Instant now);

// The client is back: expected again wherever only the hold excused them, and reminded again.
// Errors: conflict (no_episode, not_on_hold).
Result<Course> end_hold(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                        ClientId client, const Asked& asked, Instant now);

// Errors: those of people/clearance.hpp, which also says who may.
Result<Course> give_clearance(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                              ClientId client, const people::NewClearance& clearance, const Asked& asked,
                              Instant now);
// The client is excused from the coming groups, and told that those appointments are off.
Result<Course> withdraw_clearance(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                  ClientId client, const Asked& asked, Instant now);

// What a client whose standing becomes `next` may no longer have, of enrolments and of coming sessions of
// groups: all of them in detox without a clearance; else groups that do not admit a phase or a level that
// is new. What did not fit before, by somebody's decision, stays.
std::vector<CourseItem> endings(Snapshot& db, ClientId client, const people::Standing& next, Instant now);

// For whoever makes a client a participant of coming sessions: brings the excuses up to what the client's
// holds and clearances say. What the client hears of it goes into `news`; without, it is told at once.
void excuse_in_advance(Transaction& tx, ClientId client, Instant now, ManyNews* news = nullptr);
// Whom of these sessions' clients it may concern.
std::set<ClientId> to_excuse(Snapshot& db, std::span<const SessionId> sessions, Instant now);
// The same for whoever makes, moves or puts back sessions: for those of their clients.
void excuse_in_advance(Transaction& tx, std::span<const SessionId> sessions, Instant now,
                       ManyNews* news = nullptr);

// What a room above this one ends when a client is discharged.
struct Discharged {
  // What there is to end, in a set order.
  std::function<std::vector<CourseItem>(Snapshot&, ClientId, Instant now)> ends;
  // Ends it. `silent`: without a word to the client.
  std::function<void(Transaction&, ClientId, bool silent, Instant now)> end;
};
// Set at start-up, before the first request; a second call for the same room replaces the first.
void on_discharge(std::string_view room, Discharged discharged);

}  // namespace circled::calendar
