// Sessions: one-on-one or group, booked, moved, cancelled; and the rule that nobody is in two places.
//
// Every scheduled session puts a row for each facilitator, client and its room into `busy`, from its
// start to its end plus the site's break. An operation looks at all of them to say what collides; the
// schema refuses an overlap that slipped through.
#pragma once
#include <optional>
#include <vector>

#include "access/audit.hpp"
#include "base/bounded.hpp"
#include "people/client.hpp"
#include "places/place.hpp"
#include "store/transaction.hpp"

namespace circled::calendar {

enum class Kind { one_on_one, group };
BOOST_DESCRIBE_ENUM(Kind, one_on_one, group)

enum class Status { scheduled, completed, cancelled };
BOOST_DESCRIBE_ENUM(Status, scheduled, completed, cancelled)

enum class Answer { none, confirmed, cant_come };
BOOST_DESCRIBE_ENUM(Answer, none, confirmed, cant_come)

// The one word for how an expected client's session turned out (server/README.md, "verdict").
enum class Verdict { expected, attended, excused, unexcused, turned_away, cancelled_by_program };
BOOST_DESCRIBE_ENUM(Verdict, expected, attended, excused, unexcused, turned_away, cancelled_by_program)

struct Service {
  ServiceId id;
  std::string code;
  std::string name;
  std::string neutral_name;  // all that a client's screen says of it
  bool counts;               // toward counseling hours
};
BOOST_DESCRIBE_STRUCT(Service, (), (id, code, name, neutral_name, counts))

struct Facilitator {
  StaffId staff;
  std::string name;
  bool leads;
};
BOOST_DESCRIBE_STRUCT(Facilitator, (), (staff, name, leads))

// The columns of a session's row and its joins, in the order they are selected.
struct SessionRow {
  SessionId id;
  SiteId site;
  std::string zone;  // the site's
  ServiceId service;
  std::string service_name;
  Kind kind;
  std::string title;
  std::optional<RoomId> room;
  std::optional<std::string> room_name;
  std::string link;
  Instant starts_at;
  Instant ends_at;
  Status status;
  std::int64_t version;
  std::int64_t seats;
  bool closed;  // its attendance sheet
  std::optional<GroupId> group;
  std::optional<SeriesId> series;
  std::optional<Instant> original_at;  // which instance of its series it is
  std::string topic;
};
BOOST_DESCRIBE_STRUCT(SessionRow, (),
                      (id, site, zone, service, service_name, kind, title, room, room_name, link, starts_at,
                       ends_at, status, version, seats, closed, group, series, original_at, topic))

struct AnswerCounts {
  std::int64_t expected;  // clients on the list
  std::int64_t confirmed;
  std::int64_t cant_come;
};
BOOST_DESCRIBE_STRUCT(AnswerCounts, (), (expected, confirmed, cant_come))

// A session without its roster: no record of anybody in care.
struct Session : SessionRow, AnswerCounts {
  std::vector<Facilitator> facilitators;  // the leading one first
};
BOOST_DESCRIBE_STRUCT(Session, (SessionRow, AnswerCounts), (facilitators))

struct Participant {
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  Answer answer;
  Verdict verdict;
  std::optional<Instant> late_said_at;  // when they said that they come, and late
};
BOOST_DESCRIBE_STRUCT(Participant, (), (client, preferred_name, family_name, answer, verdict, late_said_at))

struct Roster {
  SessionId session;
  std::vector<Participant> participants;  // in order of name
};
BOOST_DESCRIBE_STRUCT(Roster, (), (session, participants))

// Asks to book over a collision or outside somebody's hours; supervisors and administrators only, audited. A
// room's seats and a session's own are caps that nobody overrides.
struct Override {
  Text<3, 500> reason;
};
BOOST_DESCRIBE_STRUCT(Override, (), (reason))

struct Booking {
  ServiceId service;
  Kind kind;
  std::optional<Text<0, 200>> title;  // the service's name when left out
  SiteId site;
  std::optional<RoomId> room;
  std::optional<Text<0, 500>> link;  // https, for telehealth
  Instant starts_at;
  Number<5, 720> duration_minutes;
  std::optional<Number<1, 500>> seats;  // of a group; the room's when left out
  List<StaffId, 20, 1> facilitators;    // the first leads
  List<ClientId, 500> clients;
  std::optional<Override> override;
  std::optional<HoldId> hold;  // that kept this slot, and goes with the booking
};
BOOST_DESCRIBE_STRUCT(Booking, (),
                      (service, kind, title, site, room, link, starts_at, duration_minutes, seats,
                       facilitators, clients, override, hold))

// What to change; what is left out stays.
struct Change {
  std::optional<Instant> starts_at;
  std::optional<Number<5, 720>> duration_minutes;
  std::optional<RoomId> room;
  std::optional<Text<0, 200>> title;
  std::optional<Text<0, 500>> link;
  std::optional<List<StaffId, 20, 1>> facilitators;  // the first leads; a substitute, for this once
  std::optional<Text<0, 200>> topic;
  std::optional<Number<1, 500>> seats;
  std::optional<Override> override;
};
BOOST_DESCRIBE_STRUCT(Change, (),
                      (starts_at, duration_minutes, room, title, link, facilitators, topic, seats, override))

// Somebody at one session who is no client: outside roster, seats and ratio.
enum class GuestRole { contact, interpreter, speaker, trainee };
BOOST_DESCRIBE_ENUM(GuestRole, contact, interpreter, speaker, trainee)

struct Guest {
  Text<1, 100> name;
  GuestRole role;
};
BOOST_DESCRIBE_STRUCT(Guest, (), (name, role))

struct Guests {
  List<Guest, 20> guests;
};
BOOST_DESCRIBE_STRUCT(Guests, (), (guests))

struct Cancellation {
  std::optional<Text<0, 500>> reason;
};
BOOST_DESCRIBE_STRUCT(Cancellation, (), (reason))

// What a client is told about a session: neutral words, nobody else, no programme.
struct Notice {
  SessionId session;
  std::int64_t version;
  Instant starts_at;
  Instant ends_at;
  std::string zone;   // in which the time is to be read
  std::string title;  // the service's neutral name
  std::string place;  // the room's name, empty for none
  bool online;        // joined by a link, which is answered when the client joins, and stands in no stream
  std::string text;   // "You have an appointment on Tue 10 Mar at 18:00."
  Instant tell_at;    // when a device may make a sound about it: at once, or after quiet hours
};
BOOST_DESCRIBE_STRUCT(Notice, (),
                      (session, version, starts_at, ends_at, zone, title, place, online, text, tell_at))

std::vector<Service> services(Snapshot& db);
// Errors: invalid (taken).
Result<Service> add_service(Transaction& tx, const access::Actor& actor, const Service& service, Instant now);

// One session, if the caller may know of it: staff of its site, its facilitators, supervisors and
// administrators. Errors: not_found.
Result<Session> session(Snapshot& db, const api::Identity& who, SessionId id);

// Who is expected. Only the session's facilitators, those who may reach every client of the site, and
// front desk of the site. Errors: not_found, forbidden.
Result<Roster> roster(Snapshot& db, const api::Identity& who, SessionId id);

// Whether the caller works with this session's clients: its facilitators, supervisors, administrators.
bool treats(Snapshot& db, const api::Identity& who, SessionId id);

struct Range {
  Instant from;
  Instant until;
  std::int64_t limit = 50;
  // After this session in order of start, for the next page.
  Instant after_start{};
  SessionId after{};
};
// Sessions that start in [from, until), in order of start: of a site, of one staff member, of a group.
std::vector<Session> sessions_of_site(Snapshot& db, SiteId site, const Range& range);
std::vector<Session> sessions_of_staff(Snapshot& db, StaffId staff, const Range& range);
std::vector<Session> sessions_of_group(Snapshot& db, GroupId group, const Range& range);

// Books. Every client must be within the caller's reach. Errors: invalid (each wrong field), conflict
// (booking_conflict, with all that collide; unavailable, with what else speaks against it).
Result<Session> book(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                     const Booking& booking, Instant now);

// Moves or edits a session that has not started. `version` is the one the caller has seen.
// Errors: not_found, forbidden, precondition_failed, conflict (already_started, cancelled,
// booking_conflict, unavailable), invalid.
Result<Session> change(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                       std::int64_t version, const Change& change, Instant now);

// Who comes as a guest, for those who may see the roster; and who does, all of them, before it has started.
// Errors: as roster; for set_guests also precondition_failed, conflict (already_started, cancelled).
Result<Guests> guests(Snapshot& db, const api::Identity& who, SessionId id);
Result<Guests> set_guests(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                          std::int64_t version, const Guests& guests, Instant now);

// One of a series is a skip of it, and can be put back there.
// Errors: not_found, forbidden, precondition_failed, conflict (already_started, cancelled).
Result<Session> cancel(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                       std::int64_t version, const Cancellation& cancellation, Instant now);

// A client's answer; who can't come to a group may give the seat back with it (seat.hpp). Errors: not_found,
// conflict (already_over, cancelled; seat_taken: they gave it back, and somebody else has it now).
Result<void> answer(Transaction& tx, const access::Actor& actor, SessionId id, ClientId client, Answer answer,
                    Instant now);
// The client comes, and late: whoever leads the session hears of it. Errors: as above.
Result<void> running_late(Transaction& tx, const access::Actor& actor, SessionId id, ClientId client,
                          Instant now);

}  // namespace circled::calendar
