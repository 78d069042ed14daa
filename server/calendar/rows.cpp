#include "calendar/rows.hpp"

#include <set>

#include "people/episode.hpp"
#include "people/reach.hpp"
#include "people/staff.hpp"
#include "reminders/reminder.hpp"

namespace circled::calendar {
namespace {

void add_facilitators(Transaction& tx, SessionId session, const std::vector<StaffId>& facilitators,
                      Instant starts_at) {
  for (std::size_t i = 0; i < facilitators.size(); ++i)
    tx.later("INSERT INTO facilitator (session_id, staff_id, starts_at, leads) VALUES ($1, $2, $3, $4)",
             session, facilitators[i], starts_at, i == 0);
}

}  // namespace

SessionId insert_session(Transaction& tx, const NewSession& session, Instant now) {
  const auto id = *tx.one<SessionId>(
      "INSERT INTO session (site_id, service_id, kind, title, room_id, link, starts_at, ends_at, seats, "
      "group_id, series_id, original_at, created_at) "
      "SELECT $1, id, $3, CASE WHEN $4 = '' THEN name ELSE $4 END, $5, $6, $7, $8, $9, $10, $11, $12, $13 "
      "FROM service WHERE id = $2 RETURNING id",
      session.site, session.service, session.kind, session.title, session.room, session.link,
      session.starts_at, session.ends_at, session.seats, session.group, session.series, session.original_at,
      now);
  add_facilitators(tx, id, session.facilitators, session.starts_at);
  for (const auto client : session.clients)
    tx.later("INSERT INTO participant (session_id, client_id, starts_at, source) VALUES ($1, $2, $3, $4)", id,
             client, session.starts_at, session.source);
  return id;
}

void write_facilitators(Transaction& tx, SessionId session, const std::vector<StaffId>& facilitators,
                        Instant starts_at) {
  tx.later("DELETE FROM facilitator WHERE session_id = $1", session);
  add_facilitators(tx, session, facilitators, starts_at);
}

void move_participants(Transaction& tx, SessionId session, Instant starts_at) {
  tx.later(
      "UPDATE participant SET starts_at = $2, answer = CASE WHEN seat_given_back THEN answer ELSE 'none' "
      "END, "
      "answered_at = CASE WHEN seat_given_back THEN answered_at END, late_said_at = NULL WHERE session_id = "
      "$1",
      session, starts_at);
}

void cancel_session(Transaction& tx, SessionId session, Instant now) {
  tx.later(
      "UPDATE session SET status = 'cancelled', version = version + 1, told_version = told_version + 1, "
      "changed_at = $2 WHERE id = $1",
      session, now);
  tx.later("UPDATE participant SET verdict = 'cancelled_by_program' WHERE session_id = $1", session);
  release(tx, session);
}

void remove_client(Transaction& tx, SessionId session, ClientId client) {
  tx.later("DELETE FROM busy WHERE session_id = $1 AND owner_kind = 'client' AND owner_id = $2", session,
           client);
  tx.later("DELETE FROM participant WHERE session_id = $1 AND client_id = $2", session, client);
  tx.later("UPDATE session SET version = version + 1 WHERE id = $1", session);
  reminders::cancel(tx, reminders::SubjectKind::session, session.value, client);
}

std::vector<FieldError> check_client(Snapshot& db, const api::Identity& who, ClientId client,
                                     const std::string& pointer, Instant now) {
  const auto [reaches, gone] =
      db.together([&](Snapshot& by) { return people::reaches(by, who, client, now); },
                  [&](Snapshot& by) { return people::discharged(by, client); });
  if (!reaches) return {{pointer, "not_found", "There is no such client."}};
  if (!gone) return {};
  const auto name =
      db.one<std::string>("SELECT preferred_name FROM client WHERE person_id = $1", client).value();
  if (gone == people::Discharge::died) return {{pointer, "died", name + " has died."}};
  return {{pointer, "discharged", name + " has been discharged, and is not in care at present."}};
}

std::vector<FieldError> check_room(Snapshot& db, RoomId id, SiteId site, std::optional<std::int64_t> seats) {
  const auto room = places::room(db, id);
  if (!room || room->site != site) return {{"/room", "not_found", "There is no such room at this site."}};
  if (seats && room->seats < *seats)
    return {{"/room", "room_too_small", "The room has " + std::to_string(room->seats) + " seats."}};
  return {};
}

bool may_override(const api::Identity& who) { return api::Supervisor::accepts(who.role); }

api::Identity the_server() {
  api::Identity who;
  who.role = api::Role::supervisor;
  return who;
}

Error no_override() { return forbidden("Only a supervisor may book over a collision."); }

std::vector<FieldError> check_facilitators(Snapshot& db, const std::vector<StaffId>& facilitators) {
  const auto members = db.together_for(
      facilitators, [](Snapshot& by, StaffId staff) { return people::staff_member(by, staff); });
  std::vector<FieldError> errors;
  std::set<StaffId> seen;
  for (std::size_t i = 0; i < facilitators.size(); ++i) {
    const std::string pointer = "/facilitators/" + std::to_string(i);
    const auto& member = members[i];
    if (!member || !member->active || member->role == api::Role::front_desk)
      errors.push_back({pointer, "not_found", "There is no such counselor."});
    else if (!seen.insert(facilitators[i]).second)
      errors.push_back({pointer, "repeated", "This person stands in the list already."});
  }
  return errors;
}

}  // namespace circled::calendar
