#include "calendar/offer.hpp"

#include <algorithm>

#include "calendar/busy.hpp"
#include "calendar/enrolment.hpp"
#include "calendar/group_rules.hpp"
#include "calendar/notice.hpp"
#include "calendar/rows.hpp"
#include "calendar/waitlist_rules.hpp"
#include "live/emit.hpp"
#include "people/standing.hpp"
#include "reminders/rules.hpp"

namespace circled::calendar {
namespace {

using rules::Objection;

// To one client. Neutral words: what it is for, and who else is there, stands nowhere.
struct OfferMade {
  WaitlistId offer;
  std::string title;                 // what the client calls it
  std::optional<Instant> starts_at;  // of the next session; absent: none is planned yet
  std::string zone;
  Instant answer_by;
  std::string text;
  Instant tell_at;  // when a device may make a sound about it
};
BOOST_DESCRIBE_STRUCT(OfferMade, (), (offer, title, starts_at, zone, answer_by, text, tell_at))

struct OfferEnded {
  WaitlistId offer;
  WaitState outcome;  // waiting: taken back, and the client keeps the place on the list
  std::string text;
};
BOOST_DESCRIBE_STRUCT(OfferEnded, (), (offer, outcome, text))

std::string_view words(WaitState outcome) {
  switch (outcome) {
    case WaitState::accepted: return "You have taken the seat.";
    case WaitState::declined: return "You have declined the seat.";
    default: return "The seat is no longer held for you.";
  }
}

// One session, as whoever waits for a seat at it meets it.
struct AtSession {
  SessionId id;
  SiteId site;
  std::string zone;
  std::optional<GroupId> group;
  std::string title;  // the group's alias, or the service's neutral name
  Instant starts_at;
  Instant ends_at;
  Minutes rest;  // the site's break
  Status status;
  std::int64_t seats;
  std::int64_t facilitators;
  std::optional<std::int64_t> legal_largest;
  std::optional<std::int64_t> legal_per_facilitator;
};
BOOST_DESCRIBE_STRUCT(AtSession, (),
                      (id, site, zone, group, title, starts_at, ends_at, rest, status, seats, facilitators,
                       legal_largest, legal_per_facilitator))

// What there is to be had.
struct Thing {
  Awaited awaited;
  SiteId site;
  std::string zone;
  std::string title;
  bool over;                    // nobody can have it any more
  std::vector<Instant> starts;  // of the next sessions, in order
  std::optional<Group> group;   // also a session's
  std::optional<AtSession> session;
};

std::optional<Group> group_of(Snapshot& db, std::optional<GroupId> id, Instant now) {
  if (!id) return std::nullopt;
  return group(db, the_server(), *id, now).value();
}

Thing look_at(Snapshot& db, const Awaited& awaited, Instant now) {
  Thing thing{awaited, {}, {}, {}, false, {}, {}, {}};
  if (awaited.group) {
    thing.group = group_of(db, awaited.group, now);
    thing.site = thing.group->site;
    thing.zone = thing.group->zone;
    thing.title = thing.group->alias;
    thing.over = thing.group->state == GroupState::ended;
    // Enough that one of them lies far enough ahead for an offer.
    thing.starts = db.all<Instant>(
        "SELECT starts_at FROM session WHERE group_id = $1 AND starts_at > $2 AND status = 'scheduled' "
        "ORDER BY starts_at LIMIT 20",
        *awaited.group, now + rules::offer_ends_before);
    return thing;
  }
  thing.session =
      db.one<AtSession>(
            "SELECT s.id, s.site_id, i.zone, s.group_id, COALESCE(g.alias, v.neutral_name), "
            "s.starts_at, s.ends_at, i.break_minutes, s.status, s.seats, "
            "(SELECT count(*) FROM facilitator f WHERE f.session_id = s.id), "
            "v.legal_largest, v.legal_clients_per_facilitator "
            "FROM session s JOIN site i ON i.id = s.site_id JOIN service v ON v.id = s.service_id "
            "LEFT JOIN therapy_group g ON g.id = s.group_id WHERE s.id = $1",
            *awaited.session)
          .value();
  const AtSession& session = *thing.session;
  thing.group = group_of(db, session.group, now);
  thing.site = session.site;
  thing.zone = session.zone;
  thing.title = session.title;
  thing.over = session.status != Status::scheduled || session.starts_at <= now;
  thing.starts = {session.starts_at};
  return thing;
}

// Everybody but this client who sits there, or has been offered a seat; of a group's offers, those count who
// would come here with it.
std::int64_t seats_taken(Snapshot& db, const AtSession& session, ClientId client) {
  return *db.one<std::int64_t>(
      "SELECT (SELECT count(*) FROM participant p WHERE p.session_id = $1 AND p.client_id <> $2) "
      "+ (SELECT count(*) FROM waitlist w WHERE w.session_id = $1 AND w.state = 'offered' "
      "  AND w.client_id <> $2) "
      "+ (SELECT count(*) FROM waitlist w WHERE w.group_id = $3 AND w.state = 'offered' "
      "  AND w.client_id <> $2 AND NOT EXISTS (SELECT 1 FROM participant p WHERE p.session_id = $1 "
      "  AND p.client_id = w.client_id))",
      session.id, client, session.group);
}

bool meets(Snapshot& db, const AtSession& session, ClientId other) {
  return db
      .one<std::int64_t>(
          "SELECT 1 FROM participant WHERE session_id = $1 AND client_id = $2 UNION ALL "
          "SELECT 1 FROM waitlist WHERE session_id = $1 AND client_id = $2 AND state = 'offered' UNION ALL "
          "SELECT 1 FROM waitlist WHERE group_id = $3 AND client_id = $2 AND state = 'offered' LIMIT 1",
          session.id, other, session.group)
      .has_value();
}

// Everything that speaks against this client at this one session, but for being elsewhere.
std::vector<Objection> objections(Snapshot& db, const Thing& thing, ClientId client, Instant now) {
  const AtSession& session = *thing.session;
  std::vector<Objection> all;
  if (thing.group && thing.group->admission == Admission::closed && has_begun(db, thing.group->id, now))
    all.push_back({"closed_group", "This group has begun, and is closed to others.", true});
  const Date day = Zone::named(session.zone)->date(session.starts_at);
  for (auto& objection : rules::admission(thing.group ? thing.group->admits : Admits{},
                                          people::standing(db, client, now).value(), day))
    all.push_back(std::move(objection));
  const rules::Caps caps{session.seats, thing.group ? thing.group->clients_per_facilitator : std::nullopt,
                         session.legal_largest, session.legal_per_facilitator};
  for (auto& objection : rules::size(caps, seats_taken(db, session, client) + 1, session.facilitators))
    all.push_back(std::move(objection));
  for (const auto other : people::kept_apart(db, client))
    if (meets(db, session, other)) {
      all.push_back({"kept_apart", "Somebody there must not meet this client.", true});
      break;
    }
  return all;
}

std::vector<Overlap> elsewhere(Snapshot& db, const AtSession& session, ClientId client, Instant now) {
  const std::vector<Owner> owner{{OwnerKind::client, client.value, ""}};
  return overlaps(db, owner, session.starts_at, session.ends_at + session.rest, session.id, now);
}

// Whether the client could have a seat there; in a group from the day of that session on. Being elsewhere at
// times does not keep anybody out of a group.
bool may_have(Snapshot& db, const Thing& thing, ClientId client, std::optional<Instant> starts_at,
              Instant now) {
  if (thing.awaited.group)
    return objections(db, *thing.group, client, Zone::named(thing.zone)->date(starts_at.value_or(now)), now)
        .empty();
  return objections(db, thing, client, now).empty() && elsewhere(db, *thing.session, client, now).empty();
}

// A line of the list.
struct Line {
  WaitlistId id;
  ClientId client;
  std::string zone;                  // the client's, for quiet hours
  std::optional<Instant> starts_at;  // of the session that the offer named
};
BOOST_DESCRIBE_STRUCT(Line, (), (id, client, zone, starts_at))

std::vector<Line> lines(Snapshot& db, const Awaited& awaited, WaitState state) {
  if (awaited.group)
    return db.all<Line>(
        "SELECT w.id, w.client_id, c.zone, w.starts_at FROM waitlist w JOIN client c ON c.person_id = "
        "w.client_id WHERE w.group_id = $1 AND w.state = $2 ORDER BY w.priority DESC, w.since_at, w.id",
        *awaited.group, state);
  return db.all<Line>(
      "SELECT w.id, w.client_id, c.zone, w.starts_at FROM waitlist w JOIN client c ON c.person_id = "
      "w.client_id WHERE w.session_id = $1 AND w.state = $2 ORDER BY w.priority DESC, w.since_at, w.id",
      *awaited.session, state);
}

void make_offer(Transaction& tx, const Thing& thing, const Line& line, std::optional<Instant> starts_at,
                Instant answer_by, Instant now) {
  tx.later(
      "UPDATE waitlist SET state = 'offered', offered_at = $2, answer_by = $3, starts_at = $4 WHERE id = $1",
      line.id, now, answer_by, starts_at);
  const Zone zone = *Zone::named(thing.zone);
  const std::string free = starts_at
                               ? "A seat is free for you on " + reminders::spoken(*starts_at, zone) + "."
                               : std::string("A seat is free for you.");
  live::emit(tx, line.client, now, "offer.made",
             OfferMade{line.id, thing.title, starts_at, thing.zone, answer_by,
                       free + " Answer by " + reminders::spoken(answer_by, zone) + ".",
                       reminders::after_quiet(now, *Zone::named(line.zone))});
  live::hint(tx, "waitlist.changed", line.id.value, thing.site);
  access::audit(tx, {}, "waitlist.offer", "client", line.client.value, now, {{"entry", line.id.value}});
}

// The first coming session that leaves time to answer before it, and until when.
struct Term {
  std::optional<Instant> starts_at;
  Instant answer_by;
};
std::optional<Term> term(const Thing& thing, const Line& line, Instant now) {
  const Zone zone = *Zone::named(line.zone);
  if (thing.starts.empty()) return Term{{}, *rules::answer_by(now, {}, zone)};
  for (const Instant start : thing.starts)
    if (const auto by = rules::answer_by(now, start, zone)) return Term{start, *by};
  return std::nullopt;
}

void offer(Transaction& tx, const Awaited& awaited, Instant now) {
  const Thing thing = look_at(tx, awaited, now);
  // The last come first: so of too many offers those are taken back that were behind.
  auto offered = lines(tx, awaited, WaitState::offered);
  std::reverse(offered.begin(), offered.end());
  for (const Line& line : offered) {
    const bool moved = thing.session && line.starts_at != thing.session->starts_at;
    if (thing.over)
      end_wait(tx, line.id, WaitState::left, now);
    else if (moved || !may_have(tx, thing, line.client, line.starts_at, now))
      end_wait(tx, line.id, WaitState::waiting, now);
  }
  for (const Line& line : lines(tx, awaited, WaitState::waiting)) {
    if (thing.over) {
      end_wait(tx, line.id, WaitState::left, now);
      continue;
    }
    const auto held = term(thing, line, now);
    if (held && may_have(tx, thing, line.client, held->starts_at, now))
      make_offer(tx, thing, line, held->starts_at, held->answer_by, now);
  }
}

// The sessions of the group for which somebody waits; also those that have just begun.
std::vector<SessionId> awaited_sessions(Snapshot& db, GroupId group, Instant now) {
  return db.all<SessionId>(
      "SELECT s.id FROM session s WHERE s.group_id = $1 AND s.starts_at > $2 AND EXISTS (SELECT 1 FROM "
      "waitlist w WHERE w.session_id = s.id AND w.state IN ('waiting', 'offered')) ORDER BY s.starts_at, "
      "s.id",
      group, now - std::chrono::hours(1));
}

constexpr std::int64_t batch = 20;
constexpr Minutes look_again{5};

}  // namespace

void offer_seats(Transaction& tx, GroupId group, Instant now) {
  offer(tx, {group, {}}, now);
  for (const auto session : awaited_sessions(tx, group, now)) offer(tx, {{}, session}, now);
}

void offer_seats(Transaction& tx, SessionId session, Instant now) {
  if (const auto group =
          tx.one<std::optional<GroupId>>("SELECT group_id FROM session WHERE id = $1", session).value())
    offer_seats(tx, *group, now);
  else
    offer(tx, {{}, session}, now);
}

void offer_seats(Transaction& tx, const Awaited& awaited, Instant now) {
  if (awaited.group)
    offer_seats(tx, *awaited.group, now);
  else
    offer_seats(tx, *awaited.session, now);
}

std::int64_t offer_once(Transaction& tx, Instant now) {
  std::vector<Awaited> lists;
  const auto add = [&](const Awaited& awaited) {
    if (std::find(lists.begin(), lists.end(), awaited) == lists.end()) lists.push_back(awaited);
  };
  for (const auto& [id, group, session] :
       tx.all<std::tuple<WaitlistId, std::optional<GroupId>, std::optional<SessionId>>>(
           "SELECT id, group_id, session_id FROM waitlist WHERE state = 'offered' AND answer_by <= $1 "
           "ORDER BY answer_by, id LIMIT $2",
           now, batch)) {
    end_wait(tx, id, WaitState::expired, now);
    add({group, session});
  }
  for (const auto& awaited :
       tx.all<Awaited>("SELECT group_id, session_id FROM waitlist WHERE state IN ('waiting', 'offered') "
                       "AND looked_at <= $1 ORDER BY looked_at, id LIMIT $2",
                       now - look_again, batch))
    add(awaited);
  for (const auto& awaited : lists) {
    tx.later("UPDATE waitlist SET looked_at = $2 WHERE group_id = $1 AND state IN ('waiting', 'offered')",
             awaited.group, now);
    tx.later("UPDATE waitlist SET looked_at = $2 WHERE session_id = $1 AND state IN ('waiting', 'offered')",
             awaited.session, now);
    offer_seats(tx, awaited, now);
  }
  return static_cast<std::int64_t>(lists.size());
}

void end_wait(Transaction& tx, WaitlistId entry, WaitState as, Instant now, bool silent) {
  const auto [client, was, site] =
      tx.one<std::tuple<ClientId, WaitState, SiteId>>(
            "SELECT w.client_id, w.state, COALESCE(g.site_id, s.site_id) FROM waitlist w "
            "LEFT JOIN therapy_group g ON g.id = w.group_id LEFT JOIN session s ON s.id = w.session_id "
            "WHERE w.id = $1",
            entry)
          .value();
  if (as == WaitState::waiting)
    tx.later(
        "UPDATE waitlist SET state = 'waiting', offered_at = NULL, answer_by = NULL, starts_at = NULL "
        "WHERE id = $1",
        entry);
  else
    tx.later("UPDATE waitlist SET state = $2, answered_at = $3 WHERE id = $1", entry, as, now);
  if (was == WaitState::offered && !silent)
    live::emit(tx, client, now, "offer.ended", OfferEnded{entry, as, std::string(words(as))});
  live::hint(tx, "waitlist.changed", entry.value, site);
}

void seated(Transaction& tx, GroupId group, ClientId client, Instant now) {
  for (const auto& [id, state] : tx.all<std::tuple<WaitlistId, WaitState>>(
           "SELECT w.id, w.state FROM waitlist w WHERE w.client_id = $2 AND w.state IN ('waiting', "
           "'offered') AND (w.group_id = $1 OR EXISTS (SELECT 1 FROM participant p JOIN session s "
           "ON s.id = p.session_id WHERE p.session_id = w.session_id AND p.client_id = w.client_id "
           "AND s.group_id = $1)) ORDER BY w.id",
           group, client))
    end_wait(tx, id, state == WaitState::offered ? WaitState::accepted : WaitState::left, now);
}

bool may_take_seat(Snapshot& db, SessionId id, ClientId client, Instant now) {
  const Thing thing = look_at(db, {{}, id}, now);
  return !thing.over && may_have(db, thing, client, thing.session->starts_at, now);
}

Result<void> take_seat(Transaction& tx, SessionId id, ClientId client, Instant now, Source as) {
  const Thing thing = look_at(tx, {{}, id}, now);
  const AtSession& session = *thing.session;
  if (thing.over) return conflict("already_started", "This session has begun, or is off.");
  if (const auto against = objections(tx, thing, client, now); !against.empty()) return not_eligible(against);
  const std::vector<Owner> owner{{OwnerKind::client, client.value, "/client"}};
  const Instant until = session.ends_at + session.rest;
  // Of what stands in the way its time alone is told: who answers need not know the other session.
  if (const auto taken = conflicts(tx, {}, owner, session.starts_at, until, id, now); !taken.empty())
    return collision(taken);
  return or_collision([&]() -> Result<void> {
    tx.later("INSERT INTO participant (session_id, client_id, starts_at, source) VALUES ($1, $2, $3, $4)", id,
             client, session.starts_at, as);
    occupy(tx, id, owner, session.starts_at, until, {});
    tx.run("UPDATE session SET version = version + 1 WHERE id = $1", id);
    tell_client(tx, id, client, News::booked, now);
    live::hint(tx, "session.changed", id.value, session.site);
    return {};
  });
}

void give_up_seat(Transaction& tx, SessionId session, ClientId client, Instant now) {
  const auto site =
      tx.one<SiteId>("UPDATE session SET version = version + 1 WHERE id = $1 RETURNING site_id", session);
  tell_client(tx, session, client, News::cancelled, now);
  tx.later("DELETE FROM busy WHERE session_id = $1 AND owner_kind = 'client' AND owner_id = $2", session,
           client);
  tx.later("DELETE FROM participant WHERE session_id = $1 AND client_id = $2", session, client);
  live::hint(tx, "session.changed", session.value, site.value());
  offer_seats(tx, session, now);
}

}  // namespace circled::calendar
