#include "calendar/session_edit.hpp"

#include "base/version.hpp"
#include "calendar/course.hpp"
#include "calendar/rows.hpp"
#include "calendar/rules.hpp"
#include "calendar/seat.hpp"
#include "calendar/series.hpp"

namespace circled::calendar {
namespace {

std::vector<StaffId> leaders(const Session& session) {
  std::vector<StaffId> all;
  for (const auto& f : session.facilitators) all.push_back(f.staff);
  return all;
}

// The people and the room of the session as it will be.
std::vector<Owner> owners(Snapshot& db, const SessionEdit& edit) {
  std::vector<Owner> all;
  for (const auto staff : edit.facilitators) all.push_back({OwnerKind::staff, staff.value, "/starts_at"});
  for (const auto client : db.all<ClientId>(
           "SELECT client_id FROM participant WHERE session_id = $1 ORDER BY client_id", edit.next.id))
    all.push_back({OwnerKind::client, client.value, "/starts_at"});
  if (edit.next.room) all.push_back({OwnerKind::room, edit.next.room->value, "/room"});
  return all;
}

// With the site's break.
Instant busy_until(Snapshot& db, const Session& session) {
  return session.ends_at + Minutes(places::site(db, session.site)->break_minutes);
}

}  // namespace

SessionEdit edited(const Session& current, const Change& change) {
  SessionEdit e;
  e.before = e.next = current;
  Session& next = e.next;
  if (change.starts_at) next.starts_at = *change.starts_at;
  const auto duration = change.duration_minutes ? Milliseconds(Minutes(change.duration_minutes->value))
                                                : current.ends_at - current.starts_at;
  next.ends_at = next.starts_at + duration;
  if (change.room) next.room = change.room;
  if (change.title) next.title = *change.title;
  if (change.link) next.link = *change.link;
  if (change.topic) next.topic = *change.topic;
  if (change.seats && next.kind == Kind::group) next.seats = *change.seats;
  const auto before = leaders(current);
  e.facilitators = change.facilitators ? std::vector<StaffId>(*change.facilitators) : before;
  e.moves = next.starts_at != current.starts_at || next.ends_at != current.ends_at;
  e.changes_room = next.room != current.room;
  e.leads_anew = e.facilitators != before;
  e.told = e.moves || e.changes_room || next.link != current.link;
  return e;
}

void leave_room(SessionEdit& edit) {
  edit.next.room.reset();
  edit.changes_room = false;
  edit.leaves_room = edit.before.room.has_value();
  edit.told = edit.told || edit.leaves_room;
}

std::vector<FieldError> check(Snapshot& db, const SessionEdit& edit, const Change& change, Instant now) {
  const auto& [current, next] = std::tie(edit.before, edit.next);
  std::vector<FieldError> errors;
  if (change.starts_at) errors = rules::check_time(next.starts_at, now);
  if (change.link && !rules::is_link(*change.link))
    errors.push_back({"/link", "not_a_link", "This must be an address that begins with https://."});
  if (change.facilitators)
    for (auto& error : check_facilitators(db, *change.facilitators)) errors.push_back(std::move(error));
  if (next.seats != current.seats)
    if (const auto taken = seats_taken(db, current.id); next.seats < taken)
      errors.push_back({"/seats", "too_few",
                        std::to_string(taken) + " seats of this session are taken, or held for somebody."});
  if (next.room && (next.room != current.room || next.seats != current.seats)) {
    const auto seats = next.kind == Kind::group ? std::optional(next.seats) : std::nullopt;
    for (auto& error : check_room(db, *next.room, next.site, seats)) errors.push_back(std::move(error));
  }
  return errors;
}

Result<Session> session_to_change(Snapshot& db, const api::Identity& who, SessionId id, Instant now,
                                  std::optional<std::int64_t> version) {
  auto current = session(db, who, id);
  if (!current) return current.error();
  const bool desk = who.role == api::Role::front_desk && current->site == who.site;
  if (!desk && !treats(db, who, id)) return forbidden("Only its facilitators change this session.");
  if (version && *version != current->version)
    return changed_meanwhile(*current, "Somebody changed this session since you read it.");
  if (current->status == Status::cancelled) return conflict("cancelled", "This session was cancelled.");
  if (current->starts_at <= now || current->status == Status::completed)
    return conflict("already_started", "This session has started; it stays as it is.");
  return std::move(*current);
}

InTheWay in_the_way(Snapshot& db, const api::Identity& who, const SessionEdit& edit, Instant now) {
  InTheWay found;
  if (!edit.occupies_anew()) return found;
  const Session& next = edit.next;
  found.conflicts = conflicts(db, who, owners(db, edit), next.starts_at, busy_until(db, next), next.id, now);
  if (edit.moves || edit.leads_anew)
    found.troubles = troubles(db, {next.site, next.service, edit.facilitators, next.starts_at, next.ends_at});
  return found;
}

Result<void> may_pass(const api::Identity& who, const InTheWay& found,
                      const std::optional<Override>& override) {
  if (found.empty()) return {};
  if (override) {
    if (!may_override(who)) return no_override();
    return {};
  }
  if (found.conflicts.empty()) return unavailable(found.troubles);
  Error error = collision(found.conflicts);
  if (!found.troubles.empty()) error.extra["troubles"] = json::encode(found.troubles);
  return error;
}

void audit_override(Transaction& tx, const access::Actor& actor, SessionId id, const InTheWay& over,
                    const std::optional<Override>& override, Instant now) {
  if (over.empty()) return;
  access::audit(tx, actor, "session.override", "session", id.value, now,
                {{"reason", override->reason},
                 {"conflicts", json::encode(over.conflicts)},
                 {"troubles", json::encode(over.troubles)}});
}

void write(Transaction& tx, const SessionEdit& edit, const InTheWay& over, Instant now) {
  const Session& next = edit.next;
  if (edit.occupies_anew()) {
    release(tx, next.id);
    occupy(tx, next.id, owners(tx, edit), next.starts_at, busy_until(tx, next), over.conflicts);
  } else if (edit.leaves_room) {
    tx.later("DELETE FROM busy WHERE session_id = $1 AND owner_kind = 'room'", next.id);
  }
  tx.run(
      "UPDATE session SET starts_at = $2, ends_at = $3, room_id = $4, title = $5, link = $6, "
      "topic = $7, seats = $8, version = version + 1, told_version = told_version + $9, changed_at = $10 "
      "WHERE id = $1",
      next.id, next.starts_at, next.ends_at, next.room, next.title, next.link, next.topic, next.seats,
      edit.told ? 1 : 0, now);
  if (edit.leads_anew) write_facilitators(tx, next.id, edit.facilitators, next.starts_at);
  if (!edit.moves) return;
  tx.later("UPDATE facilitator SET starts_at = $2 WHERE session_id = $1", next.id, next.starts_at);
  move_participants(tx, next.id, next.starts_at);
  excuse_in_advance(tx, std::span(&next.id, 1), now);  // into a hold, or out of one
}

void call_off(Transaction& tx, const Session& current, std::string_view reason, Instant now) {
  cancel_session(tx, current.id, now);
  if (current.series)
    write_skip(tx, *current.series, {*current.original_at, SkipReason::by_hand, std::string(reason)}, now);
}

}  // namespace circled::calendar
