// A client's own view of the calendar: their sessions, in neutral words.
#pragma once
#include "calendar/session.hpp"

namespace circled::calendar {

struct Appointment {
  SessionId id;
  std::string title;  // the service's neutral name
  Instant starts_at;
  Instant ends_at;
  std::string zone;
  std::string place;  // the room's name
  bool online;        // joined by a link, which is answered when the client joins, and not before
  bool on_site;       // somebody can walk in
  Status status;
  Answer answer;
  std::optional<Instant> late_said_at;  // said that they come, and late
  std::optional<Instant> arrived_at;    // checked in
};
BOOST_DESCRIBE_STRUCT(Appointment, (),
                      (id, title, starts_at, ends_at, zone, place, online, on_site, status, answer,
                       late_said_at, arrived_at))

// The client's sessions that end after `from` and start before `until`, in order of start; at most `limit`.
std::vector<Appointment> appointments(Snapshot& db, ClientId client, Instant from, Instant until,
                                      std::int64_t limit);
std::optional<Appointment> appointment(Snapshot& db, ClientId client, SessionId id);

}  // namespace circled::calendar
