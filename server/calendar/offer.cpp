#include "calendar/offer.hpp"

#include <algorithm>

#include "calendar/busy.hpp"
#include "calendar/enrolment.hpp"
#include "calendar/group_rules.hpp"
#include "calendar/notice.hpp"
#include "calendar/rows.hpp"
#include "calendar/seat.hpp"
#include "calendar/waitlist_rules.hpp"
#include "live/emit.hpp"
#include "people/standing.hpp"
#include "reminders/manner.hpp"
#include "reminders/notice.hpp"
#include "reminders/rules.hpp"

namespace circled::calendar {
namespace {

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

std::string_view words(WaitState outcome, const reminders::Phrases& say) {
  switch (outcome) {
    case WaitState::accepted: return say.seat_taken;
    case WaitState::declined: return say.seat_left;
    default: return say.seat_gone;
  }
}

// What there is to be had.
struct Thing {
  Awaited awaited;
  SiteId site;
  std::string zone;
  std::string title;
  bool over;                    // nobody can have it any more
  std::vector<Instant> starts;  // of the next sessions, in order
  std::optional<Group> group;   // one of the two
  std::optional<SessionSeats> session;
};

Thing look_at(Snapshot& db, const Awaited& awaited, Instant now) {
  Thing thing{awaited, {}, {}, {}, false, {}, {}, {}};
  if (awaited.group) {
    thing.group = group(db, the_server(), *awaited.group, now).value();
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
  thing.session = seats_of(db, *awaited.session);
  const SessionSeats& session = *thing.session;
  thing.site = session.site;
  thing.zone = session.zone;
  thing.title = session.title;
  thing.over = session.status != Status::scheduled || session.starts_at <= now;
  thing.starts = {session.starts_at};
  return thing;
}

// Whether the client could have a seat there; in a group from the day of that session on. Being elsewhere at
// times does not keep anybody out of a group.
bool may_have(Snapshot& db, const Thing& thing, ClientId client, std::optional<Instant> starts_at,
              Instant now) {
  if (thing.awaited.group)
    return objections(db, *thing.group, client, Zone::named(thing.zone)->date(starts_at.value_or(now)), now)
        .empty();
  return objections(db, *thing.session, client, now).empty() &&
         elsewhere(db, *thing.session, client, now).empty();
}

// A line of the list.
struct WaitingLine {
  WaitlistId id;
  ClientId client;
  std::string zone;                  // the client's, for quiet hours
  std::optional<Instant> starts_at;  // of the session that the offer named
};
BOOST_DESCRIBE_STRUCT(WaitingLine, (), (id, client, zone, starts_at))

std::vector<WaitingLine> lines(Snapshot& db, const Awaited& awaited, WaitState state) {
  if (awaited.group)
    return db.all<WaitingLine>(
        "SELECT w.id, w.client_id, c.zone, w.starts_at FROM waitlist w JOIN client c ON c.person_id = "
        "w.client_id WHERE w.group_id = $1 AND w.state = $2 ORDER BY w.priority DESC, w.since_at, w.id",
        *awaited.group, state);
  return db.all<WaitingLine>(
      "SELECT w.id, w.client_id, c.zone, w.starts_at FROM waitlist w JOIN client c ON c.person_id = "
      "w.client_id WHERE w.session_id = $1 AND w.state = $2 ORDER BY w.priority DESC, w.since_at, w.id",
      *awaited.session, state);
}

void make_offer(Transaction& tx, const Thing& thing, const WaitingLine& line,
                std::optional<Instant> starts_at, Instant answer_by, Instant now) {
  tx.later(
      "UPDATE waitlist SET state = 'offered', offered_at = $2, answer_by = $3, starts_at = $4 WHERE id = $1",
      line.id, now, answer_by, starts_at);
  const Zone zone = *Zone::named(thing.zone);
  const auto [how, reach] =
      tx.together([&](Snapshot& db) { return reminders::resolve(db, line.client, {}).manner; },
                  [&](Snapshot& db) { return reminders::reach_of(db, line.client, now); });
  const auto& say = reminders::phrases(how.language);
  const auto when = [&, language = how.language](Instant at) {
    return reminders::spoken(at, zone, language);
  };
  const std::string free =
      starts_at ? reminders::fill(say.seat_free, {{"when", when(*starts_at)}}) : std::string(say.seats_free);
  const OfferMade made{line.id,
                       thing.title,
                       starts_at,
                       thing.zone,
                       answer_by,
                       free + " " + reminders::fill(say.answer_by, {{"when", when(answer_by)}}),
                       reminders::after_quiet(now, *Zone::named(line.zone), how.quiet)};
  live::emit(tx, line.client, now, "offer.made", made);
  reminders::tell(tx, line.client, how, reach,
                  {{reminders::Topic::offer, line.id.value},
                   made.text,
                   made.tell_at,
                   answer_by,
                   *Zone::named(line.zone),
                   {},
                   say.take_seat},
                  now);
  live::hint(tx, "waitlist.changed", line.id.value, thing.site);
  access::audit(tx, {}, "waitlist.offer", "client", line.client.value, now, {{"entry", line.id.value}});
}

// The first coming session that leaves time to answer before it, and until when.
struct Term {
  std::optional<Instant> starts_at;
  Instant answer_by;
};
std::optional<Term> term(const Thing& thing, const WaitingLine& line, Instant now) {
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
  for (const WaitingLine& line : offered) {
    const bool moved = thing.session && line.starts_at != thing.session->starts_at;
    if (thing.over)
      end_wait(tx, line.id, WaitState::left, now);
    else if (moved || !may_have(tx, thing, line.client, line.starts_at, now))
      end_wait(tx, line.id, WaitState::waiting, now);
  }
  for (const WaitingLine& line : lines(tx, awaited, WaitState::waiting)) {
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

// Those who wait for the group and have not been asked about this one session yet, in order; who is on its
// list is not one of them.
std::vector<WaitingLine> not_asked(Snapshot& db, GroupId group, SessionId session) {
  return db.all<WaitingLine>(
      "SELECT w.id, w.client_id, c.zone, w.starts_at FROM waitlist w JOIN client c ON c.person_id = "
      "w.client_id WHERE w.group_id = $1 AND w.state = 'waiting' "
      "AND NOT EXISTS (SELECT 1 FROM waitlist x WHERE x.session_id = $2 AND x.client_id = w.client_id) "
      "AND NOT EXISTS (SELECT 1 FROM participant p WHERE p.session_id = $2 AND p.client_id = w.client_id) "
      "ORDER BY w.priority DESC, w.since_at, w.id",
      group, session);
}

// A seat at one session that nobody who waits for it can have is for those who wait for its group: for this
// once. Each gets a line for it beside the own one, which keeps its place whatever comes of this.
void pass_on(Transaction& tx, SessionId id, Instant now) {
  const Thing thing = look_at(tx, {{}, id}, now);
  if (thing.over || !thing.session->group) return;
  for (WaitingLine line : not_asked(tx, *thing.session->group, id)) {
    const auto held = term(thing, line, now);
    if (!held || !may_have(tx, thing, line.client, held->starts_at, now)) continue;
    line.id = tx.one<WaitlistId>(
                    "INSERT INTO waitlist (session_id, client_id, since_at, priority, reason, looked_at) "
                    "SELECT $2, client_id, since_at, priority, reason, $3 FROM waitlist WHERE id = $1 "
                    "RETURNING id",
                    line.id, id, now)
                  .value();
    make_offer(tx, thing, line, held->starts_at, held->answer_by, now);
  }
}

constexpr std::int64_t lists_at_once = 20;
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

void offer_freed_seat(Transaction& tx, SessionId session, Instant now) {
  offer_seats(tx, session, now);
  pass_on(tx, session, now);
}

std::int64_t offer_once(Transaction& tx, Instant now) {
  std::vector<Awaited> lists;
  std::vector<SessionId> freed;
  const auto add = [&](const Awaited& awaited) {
    if (std::find(lists.begin(), lists.end(), awaited) == lists.end()) lists.push_back(awaited);
  };
  for (const auto& [id, group, session] :
       tx.all<std::tuple<WaitlistId, std::optional<GroupId>, std::optional<SessionId>>>(
           "SELECT id, group_id, session_id FROM waitlist WHERE state = 'offered' AND answer_by <= $1 "
           "ORDER BY answer_by, id LIMIT $2",
           now, lists_at_once)) {
    end_wait(tx, id, WaitState::expired, now);
    add({group, session});
    if (session) freed.push_back(*session);
  }
  for (const auto& awaited :
       tx.all<Awaited>("SELECT group_id, session_id FROM waitlist WHERE state IN ('waiting', 'offered') "
                       "AND looked_at <= $1 ORDER BY looked_at, id LIMIT $2",
                       now - look_again, lists_at_once))
    add(awaited);
  for (const auto& awaited : lists) {
    tx.later("UPDATE waitlist SET looked_at = $2 WHERE group_id = $1 AND state IN ('waiting', 'offered')",
             awaited.group, now);
    tx.later("UPDATE waitlist SET looked_at = $2 WHERE session_id = $1 AND state IN ('waiting', 'offered')",
             awaited.session, now);
    offer_seats(tx, awaited, now);
  }
  for (const auto session : freed) pass_on(tx, session, now);
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
  if (was == WaitState::offered)
    reminders::take_back(tx, client, {reminders::Topic::offer, entry.value}, now);
  if (was == WaitState::offered && !silent) {
    const auto& say = reminders::phrases(reminders::resolve(tx, client, {}).manner.language);
    live::emit(tx, client, now, "offer.ended", OfferEnded{entry, as, std::string(words(as, say))});
  }
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

}  // namespace circled::calendar
