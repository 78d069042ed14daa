#include "calendar/appointment.hpp"

// How an appointment's columns are read. A check-in to the time it had before it was moved is none.
#define CIRCLED_APPOINTMENT                                                                         \
  "SELECT s.id, v.neutral_name, s.starts_at, s.ends_at, i.zone, coalesce(r.name, ''), "             \
  "s.link <> '', s.room_id IS NOT NULL OR s.link = '', s.status, p.answer, p.late_said_at, "        \
  "k.at "                                                                                           \
  "FROM participant p JOIN session s ON s.id = p.session_id JOIN service v ON v.id = s.service_id " \
  "JOIN site i ON i.id = s.site_id LEFT JOIN room r ON r.id = s.room_id "                           \
  "LEFT JOIN check_in k ON k.session_id = p.session_id AND k.client_id = p.client_id "              \
  "AND k.at >= s.starts_at - 3600000 "

namespace circled::calendar {

std::vector<Appointment> appointments(Snapshot& db, ClientId client, Instant from, Instant until,
                                      std::int64_t limit) {
  // A session lasts 12 hours at most, so one that has not ended by `from` started after from - 12 h.
  return db.all<Appointment>(
      CIRCLED_APPOINTMENT
      "WHERE p.client_id = $1 AND p.starts_at > $2 AND p.starts_at < $4 AND s.ends_at > $3 "
      "ORDER BY p.starts_at, s.id LIMIT $5",
      client, from - std::chrono::hours(12), from, until, limit);
}

std::optional<Appointment> appointment(Snapshot& db, ClientId client, SessionId id) {
  return db.one<Appointment>(CIRCLED_APPOINTMENT "WHERE p.session_id = $2 AND p.client_id = $1", client, id);
}

}  // namespace circled::calendar
