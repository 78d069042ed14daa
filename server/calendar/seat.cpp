#include "calendar/seat.hpp"

#include <algorithm>

#include "calendar/course.hpp"
#include "calendar/enrolment.hpp"
#include "calendar/notice.hpp"
#include "calendar/offer.hpp"
#include "calendar/rows.hpp"
#include "calendar/session_edit.hpp"
#include "live/emit.hpp"
#include "people/reach.hpp"
#include "people/standing.hpp"

namespace circled::calendar {
namespace {

using rules::Objection;

Error one_on_one() { return conflict("one_on_one", "This session is with one client."); }

// How a client stands on a session's list.
struct Listed {
  bool given_back;
  std::optional<std::string> excused_for;
};
BOOST_DESCRIBE_STRUCT(Listed, (), (given_back, excused_for))

std::optional<Listed> listed(Snapshot& db, SessionId session, ClientId client) {
  return db.one<Listed>(
      "SELECT seat_given_back, excused_for FROM participant WHERE session_id = $1 AND client_id = $2",
      session, client);
}

std::int64_t others_seated(Snapshot& db, const SessionSeats& at, ClientId client) {
  return *db.one<std::int64_t>(CIRCLED_OTHERS_SEATED("$1", "$3", "$2"), at.id, client, at.group);
}

// Whether the client is there, or would be with what is offered to them.
bool is_seated(Snapshot& db, const SessionSeats& at, ClientId client) {
  return db
      .one<std::int64_t>(
          "SELECT 1 FROM participant WHERE session_id = $1 AND client_id = $2 AND NOT seat_given_back "
          "UNION ALL "
          "SELECT 1 FROM waitlist WHERE session_id = $1 AND client_id = $2 AND state = 'offered' UNION ALL "
          "SELECT 1 FROM waitlist WHERE group_id = $3 AND client_id = $2 AND state = 'offered' LIMIT 1",
          at.id, client, at.group)
      .has_value();
}

bool is_enrolled(Snapshot& db, const SessionSeats& at, ClientId client) {
  if (!at.group) return false;
  const Date day = Zone::named(at.zone)->date(at.starts_at);
  return db
      .one<std::int64_t>(
          "SELECT 1 FROM enrolment WHERE group_id = $1 AND client_id = $2 AND from_on <= $3 "
          "AND (until_on IS NULL OR until_on >= $3) LIMIT 1",
          *at.group, client, day)
      .has_value();
}

std::optional<Group> group_of(Snapshot& db, const SessionSeats& at, Instant now) {
  if (!at.group) return std::nullopt;
  return group(db, the_server(), *at.group, now).value();
}

// Whether there is a seat, and nobody there whom the client must not meet.
std::vector<Objection> no_seat(Snapshot& db, const SessionSeats& at, ClientId client,
                               std::optional<std::int64_t> per_facilitator) {
  const std::int64_t clients = others_seated(db, at, client) + 1;
  auto all = rules::size({at.seats, per_facilitator, at.legal_largest, at.legal_per_facilitator}, clients,
                         at.facilitators);
  if (at.room_seats && clients > *at.room_seats)
    all.push_back({"room_too_small", "The room has " + std::to_string(*at.room_seats) + " seats.", false});
  for (const auto other : people::kept_apart(db, client))
    if (is_seated(db, at, other)) {
      all.push_back({"kept_apart", "Somebody there must not meet this client.", true});
      break;
    }
  return all;
}

// The client's row and time, in place of those of a seat that was given back.
void write_seat(Transaction& tx, const SessionSeats& at, ClientId client, Source source,
                const std::vector<Conflict>& over, Instant now) {
  tx.later(
      "INSERT INTO participant (session_id, client_id, starts_at, source) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (session_id, client_id) DO UPDATE SET answer = 'none', answered_at = NULL, "
      "seat_given_back = FALSE, late_said_at = NULL",
      at.id, client, at.starts_at, source);
  tx.later("DELETE FROM busy WHERE session_id = $1 AND owner_kind = 'client' AND owner_id = $2", at.id,
           client);
  occupy(tx, at.id, {{OwnerKind::client, client.value, ""}}, at.starts_at, at.ends_at + at.rest, over);
  tx.later("UPDATE session SET version = version + 1 WHERE id = $1", at.id);
  // Of a session that no clearance reaches nobody is told that it is on.
  ManyNews nobody("");
  excuse_in_advance(tx, std::span(&at.id, 1), now, &nobody);
  if (listed(tx, at.id, client)->excused_for != "clearance")
    tell_client(tx, at.id, client, News::booked, now);
  live::hint(tx, "session.changed", at.id.value, at.site);
}

void record(Transaction& tx, const access::Actor& actor, SessionId session, const NewSeat& seat,
            const std::vector<Objection>& against, const InTheWay& over, Instant now) {
  json::object detail{{"client", seat.client.value}};
  if (!against.empty() || !over.empty()) {
    json::array what;
    for (const auto& objection : against) what.push_back(json::value(objection.code));
    if (!over.empty()) what.push_back("booking_conflict");
    detail["over"] = std::move(what);
    detail["reason"] = std::string(seat.override->reason);
  }
  access::audit(tx, actor, "session.add_participant", "session", session.value, now, detail);
}

// The session, for whoever may change it, and for whoever treats the client: a counselor looks for a seat
// wherever there is one, and leads few of the sessions that have it.
Result<Session> session_to_join(Snapshot& db, const api::Identity& who, SessionId id, ClientId client,
                                Instant now) {
  const bool treats = api::Counselor::accepts(who.role) && people::reaches(db, who, client, now);
  return session_to_change(db, treats ? the_server() : who, id, now);
}

}  // namespace

SessionSeats seats_of(Snapshot& db, SessionId session) {
  return db
      .one<SessionSeats>(
          "SELECT s.id, s.site_id, i.zone, s.group_id, COALESCE(g.alias, v.neutral_name), "
          "s.starts_at, s.ends_at, i.break_minutes, s.status, s.seats, r.seats, "
          "(SELECT count(*) FROM facilitator f WHERE f.session_id = s.id), "
          "v.legal_largest, v.legal_clients_per_facilitator "
          "FROM session s JOIN site i ON i.id = s.site_id JOIN service v ON v.id = s.service_id "
          "LEFT JOIN therapy_group g ON g.id = s.group_id LEFT JOIN room r ON r.id = s.room_id "
          "WHERE s.id = $1",
          session)
      .value();
}

std::int64_t seats_taken(Snapshot& db, SessionId session) {
  const auto group =
      db.one<std::optional<GroupId>>("SELECT group_id FROM session WHERE id = $1", session).value();
  return *db.one<std::int64_t>(CIRCLED_OTHERS_SEATED("$1", "$3", "$2"), session, ClientId{}, group);
}

std::vector<Objection> objections(Snapshot& db, const SessionSeats& at, ClientId client, Instant now) {
  const auto group = group_of(db, at, now);
  std::vector<Objection> all;
  if (group && group->admission == Admission::closed && has_begun(db, group->id, now) &&
      !is_enrolled(db, at, client))
    all.push_back({"closed_group", "This group has begun, and is closed to others.", true});
  const Date day = Zone::named(at.zone)->date(at.starts_at);
  for (auto& objection :
       rules::admission(group ? group->admits : Admits{}, people::standing(db, client, now).value(), day))
    all.push_back(std::move(objection));
  for (auto& objection :
       no_seat(db, at, client, group ? group->clients_per_facilitator : std::optional<std::int64_t>()))
    all.push_back(std::move(objection));
  return all;
}

std::vector<Overlap> elsewhere(Snapshot& db, const SessionSeats& at, ClientId client, Instant now) {
  const std::vector<Owner> owner{{OwnerKind::client, client.value, ""}};
  return overlaps(db, owner, at.starts_at, at.ends_at + at.rest, at.id, now);
}

Result<void> take_seat(Transaction& tx, SessionId id, ClientId client, Instant now, Source as) {
  const SessionSeats at = seats_of(tx, id);
  if (at.status != Status::scheduled || at.starts_at <= now)
    return conflict("already_started", "This session has begun, or is off.");
  if (const auto against = objections(tx, at, client, now); !against.empty()) return not_eligible(against);
  const std::vector<Owner> owner{{OwnerKind::client, client.value, "/client"}};
  // Of what stands in the way its time alone is told: who answers need not know the other session.
  if (const auto taken = conflicts(tx, {}, owner, at.starts_at, at.ends_at + at.rest, id, now);
      !taken.empty())
    return collision(taken);
  return or_collision([&]() -> Result<void> {
    write_seat(tx, at, client, as, {}, now);
    return {};
  });
}

void end_waits(Transaction& tx, SessionId session, ClientId client, Instant now) {
  for (const auto& [id, state] : tx.all<std::tuple<WaitlistId, WaitState>>(
           "SELECT id, state FROM waitlist WHERE session_id = $1 AND client_id = $2 "
           "AND state IN ('waiting', 'offered') ORDER BY id",
           session, client))
    end_wait(tx, id, state == WaitState::offered ? WaitState::accepted : WaitState::left, now);
}

bool may_take_seat(Snapshot& db, SessionId id, ClientId client, Instant now) {
  const SessionSeats at = seats_of(db, id);
  return at.status == Status::scheduled && at.starts_at > now && objections(db, at, client, now).empty() &&
         elsewhere(db, at, client, now).empty();
}

void give_up_seat(Transaction& tx, SessionId id, ClientId client, Instant now) {
  remove_client(tx, id, client);
  tell_client(tx, id, client, News::cancelled, now);
  live::hint(tx, "session.changed", id.value, seats_of(tx, id).site);
  offer_freed_seat(tx, id, now);
}

Result<Session> add_participant(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                SessionId id, const NewSeat& seat, Instant now) {
  const auto current = session_to_join(tx, who, id, seat.client, now);
  if (!current) return current.error();
  if (current->kind != Kind::group) return one_on_one();
  if (auto wrong = check_client(tx, who, seat.client, "/client", now); !wrong.empty())
    return invalid(std::move(wrong));
  const auto there = listed(tx, id, seat.client);
  if (there && !there->given_back) return conflict("already_there", "This client is expected there already.");

  const SessionSeats at = seats_of(tx, id);
  const auto against = objections(tx, at, seat.client, now);
  if (auto allowed = overruled(who, against, seat.override); !allowed) return allowed.error();
  const std::vector<Owner> owner{{OwnerKind::client, seat.client.value, "/client"}};
  const InTheWay over{conflicts(tx, who, owner, at.starts_at, at.ends_at + at.rest, id, now), {}};
  if (auto way = may_pass(who, over, seat.override); !way) return way.error();

  return or_collision([&]() -> Result<Session> {
    // With the enrolment it goes, when that ends.
    const auto source = is_enrolled(tx, at, seat.client) ? Source::enrolment : Source::booking;
    write_seat(tx, at, seat.client, source, over.conflicts, now);
    end_waits(tx, id, seat.client, now);
    record(tx, actor, id, seat, against, over, now);
    return session(tx, the_server(), id);
  });
}

Result<Session> remove_participant(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                   SessionId id, ClientId client, Instant now) {
  const auto current = session_to_change(tx, who, id, now);
  if (!current) return current.error();
  if (current->kind != Kind::group) return one_on_one();
  const auto there = listed(tx, id, client);
  if (!there) return not_found("participant");
  remove_client(tx, id, client);
  // Who said so, or lacks a clearance, knows already.
  if (!there->given_back && there->excused_for != "clearance")
    tell_client(tx, id, client, News::cancelled, now);
  tell_staff(tx, *current);
  access::audit(tx, actor, "session.remove_participant", "session", id.value, now,
                {{"client", client.value}});
  offer_freed_seat(tx, id, now);
  return session(tx, the_server(), id);
}

bool gives_back(Snapshot& db, SessionId session, Instant now) {
  return db
      .one<std::int64_t>(
          "SELECT 1 FROM session s JOIN therapy_group g ON g.id = s.group_id WHERE s.id = $1 "
          "AND s.starts_at > $2 AND s.status = 'scheduled' AND g.admission IN ('open', 'rolling')",
          session, now)
      .has_value();
}

bool free_again(Snapshot& db, SessionId session, ClientId client) {
  const SessionSeats at = seats_of(db, session);
  const auto ratio = at.group
                         ? db.one<std::optional<std::int64_t>>(
                                 "SELECT clients_per_facilitator FROM therapy_group WHERE id = $1", *at.group)
                               .value()
                         : std::nullopt;
  return no_seat(db, at, client, ratio).empty();
}

}  // namespace circled::calendar
