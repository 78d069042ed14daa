// The rows of one session, written in one place for whoever books, expands or edits.
#pragma once
#include "calendar/busy.hpp"
#include "calendar/session.hpp"

namespace circled::calendar {

// How a client came to be expected.
enum class Source { booking, enrolment, make_up, walk_in };
BOOST_DESCRIBE_ENUM(Source, booking, enrolment, make_up, walk_in)

struct NewSession {
  SiteId site;
  ServiceId service;
  Kind kind;
  std::string title;  // empty: the service's name
  std::optional<RoomId> room;
  std::string link;
  Instant starts_at;
  Instant ends_at;
  std::int64_t seats;
  std::vector<StaffId> facilitators;  // the first leads
  std::vector<ClientId> clients;
  Source source = Source::booking;  // of the clients
  std::optional<GroupId> group = {};
  std::optional<SeriesId> series = {};
  std::optional<Instant> original_at = {};  // which instance of the series it is
};

// Session, facilitators, participants; not what they keep busy (occupy).
SessionId insert_session(Transaction& tx, const NewSession& session, Instant now);

// Replaces who leads it; the first leads.
void write_facilitators(Transaction& tx, SessionId session, const std::vector<StaffId>& facilitators,
                        Instant starts_at);

// The session's start has changed, and what its participants said meant the old one. Whoever gave the seat
// back has said so for this session, and others may have the seat: that stays.
void move_participants(Transaction& tx, SessionId session, Instant starts_at);

// The session does not take place: cancelled, with its participants, and nobody busy with it. Reminders, news
// and a skip of its series are the caller's.
void cancel_session(Transaction& tx, SessionId session, Instant now);

// The client is expected there no more, nor busy with it. News is the caller's.
void remove_client(Transaction& tx, SessionId session, ClientId client);

// "SELECT …" of how many others than CLIENT have a seat at SESSION, of GROUP (or NULL): whoever is on its
// list and has not given the seat back, and whoever is offered one there, or in the group and so would come
// here.
#define CIRCLED_OTHERS_SEATED(SESSION, GROUP, CLIENT)                                                      \
  "SELECT (SELECT count(*) FROM participant p WHERE p.session_id = " SESSION " AND p.client_id <> " CLIENT \
  " AND NOT p.seat_given_back) + (SELECT count(*) FROM waitlist w WHERE w.session_id = " SESSION           \
  " AND w.state = 'offered' AND w.client_id <> " CLIENT                                                    \
  ") + (SELECT count(*) FROM waitlist w WHERE w.group_id = " GROUP                                         \
  " AND w.state = 'offered' AND w.client_id <> " CLIENT                                                    \
  " AND NOT EXISTS (SELECT 1 FROM participant p WHERE p.session_id = " SESSION                             \
  " AND p.client_id = w.client_id))"

// Whether the caller may book this client: within reach, and not discharged for good or dead. Whoever was
// never admitted yet may come, for an assessment.
std::vector<FieldError> check_client(Snapshot& db, const api::Identity& who, ClientId client,
                                     const std::string& pointer, Instant now);

// Whether the room is at that site and has so many seats, where seats are asked for; pointers are "/room".
std::vector<FieldError> check_room(Snapshot& db, RoomId room, SiteId site, std::optional<std::int64_t> seats);

// Whether the caller may book over a collision.
bool may_override(const api::Identity& who);
Error no_override();

// Who acts when nobody does: sees everything, for what it decides is told to those only who may know it.
api::Identity the_server();

// Whether these can lead sessions: everybody works here and treats clients, and nobody stands there twice.
std::vector<FieldError> check_facilitators(Snapshot& db, const std::vector<StaffId>& facilitators);

// Runs `f`, and words what the schema refuses: it holds the rule that nobody is in two places in the end,
// where two writers on one engine have both passed the search.
template <class F>
auto or_collision(F f) -> std::invoke_result_t<F&> {
  try {
    return f();
  } catch (const store::Violation& v) {
    if (v.kind != store::Violation::exclusion) throw;
    return collision({});
  }
}

}  // namespace circled::calendar
