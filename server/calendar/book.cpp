// The operations that change the calendar: book, change, cancel, answer.
#include <numeric>

#include "calendar/availability.hpp"
#include "calendar/course.hpp"
#include "calendar/hold.hpp"
#include "calendar/notice.hpp"
#include "calendar/offer.hpp"
#include "calendar/preview.hpp"
#include "calendar/rows.hpp"
#include "calendar/rules.hpp"
#include "calendar/seat.hpp"
#include "calendar/session.hpp"
#include "calendar/session_edit.hpp"
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

// What the booking names, as it is.
struct Named {
  std::optional<places::Site> site;
  std::optional<places::Room> room;
  HoldId hold;
  std::vector<FieldError> wrong;  // does not exist, or does not belong together
};

Named look_up(Snapshot& db, const api::Identity& who, const Booking& booking, Instant now) {
  std::vector<std::size_t> clients(booking.clients.size());
  std::iota(clients.begin(), clients.end(), 0);
  auto [site, room, service, facilitators_wrong, clients_wrong, hold] = db.together(
      [&](Snapshot& by) { return places::site(by, booking.site); },
      [&](Snapshot& by) { return booking.room ? places::room(by, *booking.room) : std::nullopt; },
      [&](Snapshot& by) {
        return by.one<std::int64_t>("SELECT 1 FROM service WHERE id = $1", booking.service);
      },
      [&](Snapshot& by) { return check_facilitators(by, booking.facilitators); },
      [&](Snapshot& by) {
        return by.together_for(clients, [&](Snapshot& each, std::size_t i) {
          return check_client(each, who, booking.clients[i], "/clients/" + std::to_string(i), now);
        });
      },
      [&](Snapshot& by) { return own_hold(by, who, booking.hold, booking.clients); });
  std::vector<FieldError> wrong;
  if (!site) wrong.push_back({"/site", "not_found", "There is no such site."});
  if (!service) wrong.push_back({"/service", "not_found", "There is no such service."});
  if (booking.room && (!room || room->site != booking.site))
    wrong.push_back({"/room", "not_found", "There is no such room at this site."});
  const auto add = [&](std::vector<FieldError>& errors) {
    std::move(errors.begin(), errors.end(), std::back_inserter(wrong));
  };
  add(facilitators_wrong);
  for (auto& errors : clients_wrong) add(errors);
  return {std::move(site), std::move(room), hold, std::move(wrong)};
}

}  // namespace

Result<Session> book(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                     const Booking& booking, Instant now) {
  auto [site, room, hold, wrong] = look_up(tx, who, booking, now);
  const auto room_seats = room ? std::optional(room->seats) : std::nullopt;
  auto errors = rules::check(booking, room_seats, now);
  std::move(wrong.begin(), wrong.end(), std::back_inserter(errors));
  if (!errors.empty()) return invalid(std::move(errors));

  const Instant ends_at = booking.starts_at + Minutes(booking.duration_minutes.value);
  const Instant until = ends_at + Minutes(site->break_minutes);
  const auto all = owners(booking);
  auto [taken, unavailable] = tx.together(
      [&, hold = hold](Snapshot& db) {
        return conflicts(db, who, all, booking.starts_at, until, {}, now, hold);
      },
      [&](Snapshot& db) {
        return troubles(db,
                        {booking.site, booking.service, booking.facilitators, booking.starts_at, ends_at});
      });
  const InTheWay over{std::move(taken), std::move(unavailable)};
  if (auto way = may_pass(who, over, booking.override); !way) return way.error();
  if (hold) use_hold(tx, hold);

  return or_collision([&]() -> Result<Session> {
    const auto id = insert_session(tx,
                                   {booking.site, booking.service, booking.kind, booking.title.value_or(""),
                                    booking.room, booking.link.value_or(""), booking.starts_at, ends_at,
                                    rules::seats(booking, room_seats), booking.facilitators, booking.clients},
                                   now);
    occupy(tx, id, all, booking.starts_at, until, over.conflicts);
    auto [concerned, booked] =
        tx.together([&](Snapshot& db) { return to_excuse(db, std::span(&id, 1), now); },
                    [&](Snapshot& db) { return session(db, who, id); });
    // Into a hold. Whoever lacks a clearance has not been told that it is on.
    ManyNews nobody("");
    for (const auto client : concerned) excuse_in_advance(tx, client, now, &nobody);
    if (!concerned.empty()) booked = session(tx, who, id);
    if (!booked) return booked.error();
    tell_clients(tx, *booked, News::booked, now);
    tell_staff(tx, *booked);
    access::audit(tx, actor, "session.book", "session", id.value, now);
    audit_override(tx, actor, id, over, booking.override, now);
    return std::move(booked);
  });
}

Result<Preview> preview_change(Snapshot& db, const api::Identity& who, SessionId id, const Change& change,
                               Instant now) {
  const auto current = session_to_change(db, who, id, now);
  if (!current) return current.error();
  const SessionEdit edit = edited(*current, change);
  if (auto errors = check(db, edit, change, now); !errors.empty()) return invalid(std::move(errors));
  Affected date{id, current->starts_at, edit.next.starts_at, Outcome::fine, "", {}, {}, 0, 0};
  auto way = in_the_way(db, who, edit, now);
  if (!way.empty()) date.outcome = Outcome::conflict;
  date.conflicts = std::move(way.conflicts);
  date.troubles = std::move(way.troubles);
  if (edit.told) {
    date.clients = current->expected;
    date.reminders = *db.one<std::int64_t>(
        "SELECT count(*) FROM reminder WHERE subject_kind = 'session' AND subject_id = $1 "
        "AND state IN ('pending', 'sent')",
        id);
  }
  Preview preview{{date}, date.clients, 0, {}};
  seal(preview);
  return preview;
}

Result<Session> change(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                       std::int64_t version, const Change& change, Instant now) {
  auto current = session_to_change(tx, who, id, now, version);
  if (!current) return current;

  const SessionEdit edit = edited(*current, change);
  if (auto errors = check(tx, edit, change, now); !errors.empty()) return invalid(std::move(errors));
  return or_collision([&]() -> Result<Session> {
    const InTheWay over = in_the_way(tx, who, edit, now);
    if (auto way = may_pass(who, over, change.override); !way) return way.error();
    write(tx, edit, over, now);
    // Whoever has just handed it on may see it no more; the answer is still theirs.
    const auto changed = *session(tx, the_server(), id);
    if (edit.told) tell_clients(tx, changed, News::moved, now, current->starts_at);
    tell_staff(tx, changed);
    access::audit(tx, actor, "session.change", "session", id.value, now, {{"version", changed.version}});
    audit_override(tx, actor, id, over, change.override, now);
    if (edit.moves || edit.leads_anew || edit.next.seats != current->seats) offer_seats(tx, id, now);
    return changed;
  });
}

Result<Session> cancel(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                       std::int64_t version, const Cancellation& cancellation, Instant now) {
  auto current = session_to_change(tx, who, id, now, version);
  if (!current) return current;
  call_off(tx, *current, cancellation.reason.value_or(""), now);
  const auto cancelled = *session(tx, who, id);
  tell_clients(tx, cancelled, News::cancelled, now);
  tell_staff(tx, cancelled);
  access::audit(tx, actor, "session.cancel", "session", id.value, now,
                {{"reason", std::string(cancellation.reason.value_or(""))}});
  offer_seats(tx, id, now);
  return cancelled;
}

Result<Guests> guests(Snapshot& db, const api::Identity& who, SessionId id) {
  if (auto seen = roster(db, who, id); !seen) return seen.error();
  Guests all;
  for (auto& guest :
       db.all<Guest>("SELECT name, role FROM session_guest WHERE session_id = $1 ORDER BY number", id))
    all.guests.push_back(std::move(guest));
  return all;
}

Result<Guests> set_guests(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                          std::int64_t version, const Guests& guests, Instant now) {
  const auto current = session_to_change(tx, who, id, now, version);
  if (!current) return current.error();
  tx.run("DELETE FROM session_guest WHERE session_id = $1", id);
  for (std::size_t i = 0; i < guests.guests.size(); ++i)
    tx.later("INSERT INTO session_guest (session_id, number, name, role) VALUES ($1, $2, $3, $4)", id,
             static_cast<std::int64_t>(i) + 1, guests.guests[i].name, guests.guests[i].role);
  tx.run("UPDATE session SET version = version + 1 WHERE id = $1", id);
  tell_staff(tx, *current);
  access::audit(tx, actor, "session.guests", "session", id.value, now,
                {{"guests", static_cast<std::int64_t>(guests.guests.size())}});
  return guests;
}

namespace {

// A participant's answer as those who lead the session hear of it.
struct ParticipantAnswered {
  SessionId session;
  ClientId client;
  Answer answer;
};
BOOST_DESCRIBE_STRUCT(ParticipantAnswered, (), (session, client, answer))

struct Late {
  SessionId session;
  ClientId client;
};
BOOST_DESCRIBE_STRUCT(Late, (), (session, client))

}  // namespace

Result<void> answer(Transaction& tx, const access::Actor& actor, SessionId id, ClientId client, Answer answer,
                    Instant now) {
  const auto row = tx.one<std::tuple<Status, Instant, Answer, SiteId, bool>>(
      "SELECT s.status, s.ends_at, p.answer, s.site_id, p.seat_given_back FROM participant p "
      "JOIN session s ON s.id = p.session_id WHERE p.session_id = $1 AND p.client_id = $2",
      id, client);
  if (!row) return not_found("appointment");
  const auto& [status, ends_at, before, site, given_back] = *row;
  if (status == Status::cancelled) return conflict("cancelled", "This appointment was cancelled.");
  if (status == Status::completed || ends_at <= now)
    return conflict("already_over", "This appointment is over.");
  if (before == answer) return {};
  if (given_back && !free_again(tx, id, client))
    return conflict(
        "seat_taken",
        "Your seat has gone to somebody else by now. Wait for another one, or ask your counselor.");
  const bool gives = answer == Answer::cant_come && gives_back(tx, id, now);

  tx.run(
      "UPDATE participant SET answer = $3, answered_at = $4, seat_given_back = $5, late_said_at = NULL WHERE "
      "session_id = $1 "
      "AND client_id = $2",
      id, client, answer, now, gives);
  for (const auto staff : tx.all<StaffId>("SELECT staff_id FROM facilitator WHERE session_id = $1", id))
    live::emit(tx, staff, now, "participant.answered", ParticipantAnswered{id, client, answer});
  live::hint(tx, "session.changed", id.value, site);
  access::audit(tx, actor, "session.answer", "session", id.value, now,
                {{"client", client.value}, {"answer", json::enum_name(answer)}});
  if (gives) offer_freed_seat(tx, id, now);
  return {};
}

Result<void> running_late(Transaction& tx, const access::Actor& actor, SessionId id, ClientId client,
                          Instant now) {
  if (auto said = answer(tx, actor, id, client, Answer::confirmed, now); !said) return said;
  tx.run("UPDATE participant SET late_said_at = $3 WHERE session_id = $1 AND client_id = $2", id, client,
         now);
  for (const auto staff : tx.all<StaffId>("SELECT staff_id FROM facilitator WHERE session_id = $1", id))
    live::emit(tx, staff, now, "participant.late", Late{id, client});
  const auto site = tx.one<SiteId>("SELECT site_id FROM session WHERE id = $1", id);
  live::hint(tx, "session.changed", id.value, *site);
  access::audit(tx, actor, "session.running_late", "session", id.value, now, {{"client", client.value}});
  return {};
}

}  // namespace circled::calendar
