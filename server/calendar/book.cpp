// The operations that change the calendar: book, change, cancel, answer.
#include "calendar/course.hpp"
#include "calendar/notice.hpp"
#include "calendar/rows.hpp"
#include "calendar/rules.hpp"
#include "calendar/session.hpp"
#include "live/emit.hpp"
#include "people/reach.hpp"
#include "places/place.hpp"

namespace circled::calendar {
namespace {

std::vector<Owner> owners(const Booking& booking) {
  std::vector<Owner> all;
  for (std::size_t i = 0; i < booking.facilitators.size(); ++i)
    all.push_back({OwnerKind::staff, booking.facilitators[i].value, "/facilitators/" + std::to_string(i)});
  for (std::size_t i = 0; i < booking.clients.size(); ++i)
    all.push_back({OwnerKind::client, booking.clients[i].value, "/clients/" + std::to_string(i)});
  if (booking.room) all.push_back({OwnerKind::room, booking.room->value, "/room"});
  return all;
}

// The people and the room of a session that exists.
std::vector<Owner> owners(Snapshot& db, const Session& session) {
  std::vector<Owner> all;
  for (const auto& f : session.facilitators) all.push_back({OwnerKind::staff, f.staff.value, "/starts_at"});
  for (const auto client : db.all<ClientId>(
           "SELECT client_id FROM participant WHERE session_id = $1 ORDER BY client_id", session.id))
    all.push_back({OwnerKind::client, client.value, "/starts_at"});
  if (session.room) all.push_back({OwnerKind::room, session.room->value, "/room"});
  return all;
}

// Whether everything the booking names exists and belongs together.
std::vector<FieldError> check_names(Transaction& tx, const api::Identity& who, const Booking& booking,
                                    const std::optional<places::Site>& site,
                                    const std::optional<places::Room>& room, Instant now) {
  std::vector<FieldError> errors;
  if (!site) errors.push_back({"/site", "not_found", "There is no such site."});
  if (!tx.one<std::int64_t>("SELECT 1 FROM service WHERE id = $1", booking.service))
    errors.push_back({"/service", "not_found", "There is no such service."});
  if (booking.room && (!room || room->site != booking.site))
    errors.push_back({"/room", "not_found", "There is no such room at this site."});
  for (auto& error : check_facilitators(tx, booking.facilitators)) errors.push_back(std::move(error));
  for (std::size_t i = 0; i < booking.clients.size(); ++i)
    if (!people::reaches(tx, who, booking.clients[i], now))
      errors.push_back({"/clients/" + std::to_string(i), "not_found", "There is no such client."});
  return errors;
}

// What stands in the way and is not overridden; or what is overridden, for the rows to be marked.
Result<std::vector<Conflict>> clear_way(Transaction& tx, const api::Identity& who,
                                        const std::vector<Owner>& all, Instant from, Instant until,
                                        SessionId except, const std::optional<Override>& override) {
  auto found = conflicts(tx, who, all, from, until, except);
  if (found.empty()) return found;
  if (!override) return collision(found);
  if (!may_override(who)) return no_override();
  return found;
}

void audit_override(Transaction& tx, const access::Actor& actor, SessionId id,
                    const std::vector<Conflict>& over, const std::optional<Override>& override, Instant now) {
  if (over.empty()) return;
  access::audit(tx, actor, "session.override", "session", id.value, now,
                {{"reason", override->reason}, {"conflicts", json::encode(over)}});
}

Result<Session> for_editing(Transaction& tx, const api::Identity& who, SessionId id, std::int64_t version,
                            Instant now) {
  auto current = session(tx, who, id);
  if (!current) return current.error();
  const bool desk = who.role == api::Role::front_desk && current->site == who.site;
  if (!desk && !treats(tx, who, id)) return forbidden("Only its facilitators change this session.");
  if (current->version != version) return changed_meanwhile(*current);
  if (current->status == Status::cancelled) return conflict("cancelled", "This session was cancelled.");
  if (current->starts_at <= now || current->status == Status::completed)
    return conflict("already_started", "This session has started; it stays as it is.");
  return std::move(*current);
}

}  // namespace

Result<Session> book(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                     const Booking& booking, Instant now) {
  const auto site = places::site(tx, booking.site);
  const auto room = booking.room ? places::room(tx, *booking.room) : std::nullopt;
  const auto room_seats = room ? std::optional(room->seats) : std::nullopt;
  auto errors = rules::check(booking, room_seats, now);
  for (auto& error : check_names(tx, who, booking, site, room, now)) errors.push_back(std::move(error));
  if (!errors.empty()) return invalid(std::move(errors));

  const Instant ends_at = booking.starts_at + Minutes(booking.duration_minutes.value);
  const Instant until = ends_at + Minutes(site->break_minutes);
  const auto all = owners(booking);
  auto over = clear_way(tx, who, all, booking.starts_at, until, {}, booking.override);
  if (!over) return over.error();

  return or_collision([&]() -> Result<Session> {
    const auto id = insert_session(tx,
                                   {booking.site, booking.service, booking.kind, booking.title.value_or(""),
                                    booking.room, booking.link.value_or(""), booking.starts_at, ends_at,
                                    rules::seats(booking, room_seats), booking.facilitators, booking.clients},
                                   now);
    occupy(tx, id, all, booking.starts_at, until, *over);

    const auto booked = session(tx, who, id);
    if (!booked) return booked.error();
    tell_clients(tx, *booked, News::booked, now);
    tell_staff(tx, *booked);
    access::audit(tx, actor, "session.book", "session", id.value, now);
    audit_override(tx, actor, id, *over, booking.override, now);
    return booked;
  });
}

Result<Session> change(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                       std::int64_t version, const Change& change, Instant now) {
  auto current = for_editing(tx, who, id, version, now);
  if (!current) return current;

  Session next = *current;
  if (change.starts_at) next.starts_at = *change.starts_at;
  const auto duration = change.duration_minutes ? Milliseconds(Minutes(change.duration_minutes->value))
                                                : current->ends_at - current->starts_at;
  next.ends_at = next.starts_at + duration;
  if (change.room) next.room = change.room;
  if (change.title) next.title = *change.title;
  if (change.link) next.link = *change.link;
  const bool moves = next.starts_at != current->starts_at || next.ends_at != current->ends_at;
  const bool changes_room = next.room != current->room;

  std::vector<FieldError> errors;
  if (change.starts_at) errors = rules::check_time(next.starts_at, now);
  if (change.link && !rules::is_link(*change.link))
    errors.push_back({"/link", "not_a_link", "This must be an address that begins with https://."});
  if (changes_room) {
    const auto room = places::room(tx, *next.room);
    if (!room || room->site != next.site)
      errors.push_back({"/room", "not_found", "There is no such room at this site."});
    else if (next.kind == Kind::group && room->seats < next.seats)
      errors.push_back(
          {"/room", "room_too_small", "The room has " + std::to_string(room->seats) + " seats."});
  }
  if (!errors.empty()) return invalid(std::move(errors));

  const auto site = *places::site(tx, next.site);
  const Instant until = next.ends_at + Minutes(site.break_minutes);
  return or_collision([&]() -> Result<Session> {
    std::vector<Conflict> over;
    if (moves || changes_room) {
      const auto all = owners(tx, next);
      auto way = clear_way(tx, who, all, next.starts_at, until, id, change.override);
      if (!way) return way.error();
      over = std::move(*way);
      release(tx, id);
      occupy(tx, id, all, next.starts_at, until, over);
    }
    const bool told = moves || changes_room || next.link != current->link;
    tx.run(
        "UPDATE session SET starts_at = $2, ends_at = $3, room_id = $4, title = $5, link = $6, "
        "version = version + 1, told_version = told_version + $7 WHERE id = $1",
        id, next.starts_at, next.ends_at, next.room, next.title, next.link, told ? 1 : 0);
    if (moves) {
      tx.later("UPDATE facilitator SET starts_at = $2 WHERE session_id = $1", id, next.starts_at);
      // Whoever confirmed, confirmed the old time.
      tx.later(
          "UPDATE participant SET starts_at = $2, answer = 'none', answered_at = NULL WHERE session_id = $1",
          id, next.starts_at);
      excuse_in_advance(tx, id, now);  // into a hold, or out of one
    }
    const auto changed = *session(tx, who, id);
    if (told) tell_clients(tx, changed, News::moved, now);
    tell_staff(tx, changed);
    access::audit(tx, actor, "session.change", "session", id.value, now, {{"version", changed.version}});
    audit_override(tx, actor, id, over, change.override, now);
    return changed;
  });
}

Result<Session> cancel(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                       std::int64_t version, const Cancellation& cancellation, Instant now) {
  auto current = for_editing(tx, who, id, version, now);
  if (!current) return current;
  tx.run(
      "UPDATE session SET status = 'cancelled', version = version + 1, told_version = told_version + 1 WHERE "
      "id = $1",
      id);
  tx.later("UPDATE participant SET verdict = 'cancelled_by_program' WHERE session_id = $1", id);
  release(tx, id);
  const auto cancelled = *session(tx, who, id);
  tell_clients(tx, cancelled, News::cancelled, now);
  tell_staff(tx, cancelled);
  access::audit(tx, actor, "session.cancel", "session", id.value, now,
                {{"reason", std::string(cancellation.reason.value_or(""))}});
  return cancelled;
}

namespace {

// A participant's answer as those who lead the session hear of it.
struct Answered {
  SessionId session;
  ClientId client;
  Answer answer;
};
BOOST_DESCRIBE_STRUCT(Answered, (), (session, client, answer))

}  // namespace

Result<void> answer(Transaction& tx, const access::Actor& actor, SessionId id, ClientId client, Answer answer,
                    Instant now) {
  const auto row = tx.one<std::tuple<Status, Instant, Answer, SiteId>>(
      "SELECT s.status, s.ends_at, p.answer, s.site_id FROM participant p JOIN session s ON s.id = "
      "p.session_id "
      "WHERE p.session_id = $1 AND p.client_id = $2",
      id, client);
  if (!row) return not_found("appointment");
  const auto& [status, ends_at, before, site] = *row;
  if (status == Status::cancelled) return conflict("cancelled", "This appointment was cancelled.");
  if (status == Status::completed || ends_at <= now)
    return conflict("already_over", "This appointment is over.");
  if (before == answer) return {};

  tx.run("UPDATE participant SET answer = $3, answered_at = $4 WHERE session_id = $1 AND client_id = $2", id,
         client, answer, now);
  for (const auto staff : tx.all<StaffId>("SELECT staff_id FROM facilitator WHERE session_id = $1", id))
    live::emit(tx, staff, now, "participant.answered", Answered{id, client, answer});
  live::hint(tx, "session.changed", id.value, site);
  access::audit(tx, actor, "session.answer", "session", id.value, now,
                {{"client", client.value}, {"answer", json::enum_name(answer)}});
  return {};
}

}  // namespace circled::calendar
