#include "calendar/waitlist.hpp"

#include "calendar/enrolment.hpp"
#include "calendar/rows.hpp"
#include "calendar/seat.hpp"
#include "live/emit.hpp"
#include "people/reach.hpp"
#include "people/standing.hpp"

namespace circled::calendar {
namespace {

static_assert(live::fit_for_client<MyWait>);

constexpr std::int64_t most_waits_of_one = 10;

#define CIRCLED_WAITS                                                                                     \
  "SELECT w.id, w.group_id, w.session_id, w.client_id, c.preferred_name, c.family_name, w.since_at, "     \
  "CASE WHEN w.priority = 1 THEN TRUE ELSE FALSE END, w.reason, w.state, w.offered_at, w.answer_by FROM " \
  "waitlist w JOIN client c ON c.person_id = w.client_id WHERE "

#define CIRCLED_MY_WAITS                                                                       \
  "SELECT w.id, COALESCE(g.alias, h.alias, v.neutral_name), w.since_at, w.state, "             \
  "COALESCE(s.starts_at, w.starts_at), i.zone, w.answer_by FROM waitlist w "                   \
  "LEFT JOIN therapy_group g ON g.id = w.group_id LEFT JOIN session s ON s.id = w.session_id " \
  "LEFT JOIN therapy_group h ON h.id = s.group_id LEFT JOIN service v ON v.id = s.service_id " \
  "JOIN site i ON i.id = COALESCE(g.site_id, s.site_id) WHERE "

std::optional<Wait> load(Snapshot& db, WaitlistId id) { return db.one<Wait>(CIRCLED_WAITS "w.id = $1", id); }

// What the caller may do with a list.
struct Rights {
  SiteId site;
  bool priority;  // give it, and see why
};

Result<Rights> rights(Snapshot& db, const api::Identity& who, const Awaited& awaited, Instant now) {
  if (awaited.group) {
    const auto found = group(db, who, *awaited.group, now);
    if (!found) return found.error();
    const bool changes = may_change(who, found->site);
    if (!changes && !(who.role == api::Role::front_desk && who.site == found->site))
      return forbidden("Only those who treat these clients see who waits.");
    return Rights{found->site, changes};
  }
  const auto found = session(db, who, *awaited.session);
  if (!found) return found.error();
  const bool leads = treats(db, who, *awaited.session);
  if (!leads && !(who.role == api::Role::front_desk && who.site == found->site))
    return forbidden("Only those who treat these clients see who waits.");
  return Rights{found->site, leads};
}

Wait shown(Wait wait, const Rights& rights) {
  if (!rights.priority) wait.reason.clear();
  return wait;
}

// A line that the caller may work with.
Result<Wait> line(Snapshot& db, const api::Identity& who, WaitlistId id, Instant now) {
  auto found = load(db, id);
  if (!found || !rights(db, who, {found->group, found->session}, now)) return not_found("waiting list entry");
  return std::move(*found);
}

bool open(WaitState state) { return state == WaitState::waiting || state == WaitState::offered; }

// Why there is nothing to wait for, for anybody or for this client.
Result<void> can_wait(Snapshot& db, const Awaited& awaited, ClientId client, Instant now) {
  if (!people::standing(db, client, now)->phase)
    return conflict("not_admitted", "Only who is in care at present can wait for a seat.");
  if (awaited.group) {
    const auto of = group(db, the_server(), *awaited.group, now).value();
    if (of.state == GroupState::ended) return conflict("ended", "This group has ended.");
    const Date today = Zone::named(of.zone)->date(now);
    if (db.one<std::int64_t>("SELECT 1 FROM enrolment WHERE group_id = $1 AND client_id = $2 "
                             "AND (until_on IS NULL OR until_on >= $3) LIMIT 1",
                             *awaited.group, client, today))
      return conflict("already_enrolled", "Already in the group.");
    return {};
  }
  const auto [kind, status, starts_at] = *db.one<std::tuple<Kind, Status, Instant>>(
      "SELECT kind, status, starts_at FROM session WHERE id = $1", *awaited.session);
  if (kind != Kind::group) return conflict("not_a_group", "This session is with one person.");
  if (status != Status::scheduled || starts_at <= now)
    return conflict("ended", "This session has begun, or is off.");
  if (db.one<std::int64_t>(
          "SELECT 1 FROM participant WHERE session_id = $1 AND client_id = $2 AND NOT seat_given_back",
          *awaited.session, client))
    return conflict("already_expected", "Already expected at this session.");
  return {};
}

std::optional<std::tuple<WaitlistId, bool>> open_line(Snapshot& db, const Awaited& awaited, ClientId client) {
  return db.one<std::tuple<WaitlistId, bool>>(
      "SELECT id, CASE WHEN priority = 1 THEN TRUE ELSE FALSE END FROM waitlist WHERE client_id = $1 "
      "AND (group_id = $2 OR session_id = $3) AND state IN ('waiting', 'offered')",
      client, awaited.group, awaited.session);
}

Error already_waiting() { return conflict("already_waiting", "Already waiting for it."); }

WaitlistId insert(Transaction& tx, const Awaited& awaited, ClientId client, std::string_view reason,
                  Instant now) {
  return *tx.one<WaitlistId>(
      "INSERT INTO waitlist (group_id, session_id, client_id, since_at, priority, reason, looked_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $4) RETURNING id",
      awaited.group, awaited.session, client, now, std::int64_t(reason.empty() ? 0 : 1), reason);
}

void told(Transaction& tx, const access::Actor& actor, std::string_view action, WaitlistId id,
          const Awaited& awaited, ClientId client, SiteId site, std::string_view reason, Instant now) {
  json::object detail{{"entry", id.value}};
  if (awaited.group) detail["group"] = awaited.group->value;
  if (awaited.session) detail["session"] = awaited.session->value;
  if (!reason.empty()) detail["reason"] = reason;
  access::audit(tx, actor, action, "client", client.value, now, detail);
  live::hint(tx, "waitlist.changed", id.value, site);
}

void record(Transaction& tx, const access::Actor& actor, std::string_view action, const Wait& wait,
            Instant now) {
  json::object detail{{"entry", wait.id.value}};
  if (wait.group) detail["group"] = wait.group->value;
  if (wait.session) detail["session"] = wait.session->value;
  access::audit(tx, actor, action, "client", wait.client.value, now, detail);
}

Error no_offer() {
  return conflict("no_offer", "There is no seat held now. Look at the waiting list again for how it stands.");
}

Result<void> accept(Transaction& tx, const access::Actor& actor, const Wait& wait, Instant now) {
  if (wait.session) {
    if (auto taken = take_seat(tx, *wait.session, wait.client, now); !taken) return taken;
    end_wait(tx, wait.id, WaitState::accepted, now);
    return {};
  }
  const auto of = group(tx, the_server(), *wait.group, now).value();
  const Instant first =
      tx.one<std::optional<Instant>>("SELECT starts_at FROM waitlist WHERE id = $1", wait.id)
          .value()
          .value_or(now);
  const auto from = Zone::named(of.zone)->date(std::max(first, now));
  if (auto in = enrol_offered(tx, actor, of, wait.client, from, now); !in) return in.error();
  return {};
}

Result<void> answer(Transaction& tx, const access::Actor& actor, const Wait& wait, OfferAnswer answer,
                    Instant now) {
  const bool yes = answer == OfferAnswer::accept;
  if (wait.state == (yes ? WaitState::accepted : WaitState::declined)) return {};
  if (wait.state != WaitState::offered || *wait.answer_by <= now) return no_offer();
  if (yes) {
    if (auto done = accept(tx, actor, wait, now); !done) return done;
  } else {
    end_wait(tx, wait.id, WaitState::declined, now);
  }
  record(tx, actor, yes ? "waitlist.accept" : "waitlist.decline", wait, now);
  // Also after a yes: what else was held for the same client may be free now.
  if (wait.session && !yes)
    offer_freed_seat(tx, *wait.session, now);
  else
    offer_seats(tx, Awaited{wait.group, wait.session}, now);
  return {};
}

Result<void> withdraw(Transaction& tx, const access::Actor& actor, const Wait& wait, Instant now) {
  if (!open(wait.state)) return conflict("not_waiting", "Not waiting any more.");
  end_wait(tx, wait.id, WaitState::left, now);
  record(tx, actor, "waitlist.leave", wait, now);
  offer_seats(tx, Awaited{wait.group, wait.session}, now);
  return {};
}

// The client's own line.
Result<Wait> own(Snapshot& db, ClientId client, WaitlistId id) {
  auto found = load(db, id);
  if (!found || found->client != client) return not_found("waiting list entry");
  return std::move(*found);
}

MyWait mine(Snapshot& db, WaitlistId id) { return db.one<MyWait>(CIRCLED_MY_WAITS "w.id = $1", id).value(); }

// Whether a client may join by themselves.
bool joinable(Snapshot& db, ClientId client, const Awaited& awaited, Instant now) {
  const auto id = awaited.group ? awaited.group
                                : db.one<std::optional<GroupId>>("SELECT group_id FROM session WHERE id = $1",
                                                                 *awaited.session)
                                      .value_or(std::nullopt);
  const auto found = id ? group(db, the_server(), *id, now) : not_found("group");
  return found && found->state == GroupState::running && found->admission != Admission::closed &&
         found->site == db.one<SiteId>("SELECT site_id FROM client WHERE person_id = $1", client);
}

}  // namespace

Result<std::vector<Wait>> waitlist(Snapshot& db, const api::Identity& who, const Awaited& awaited,
                                   Instant now) {
  const auto may = rights(db, who, awaited, now);
  if (!may) return may.error();
  auto found = awaited.group ? db.all<Wait>(CIRCLED_WAITS
                                            "w.group_id = $1 AND w.state IN ('waiting', 'offered') "
                                            "ORDER BY w.priority DESC, w.since_at, w.id",
                                            *awaited.group)
                             : db.all<Wait>(CIRCLED_WAITS
                                            "w.session_id = $1 AND w.state IN ('waiting', 'offered') "
                                            "ORDER BY w.priority DESC, w.since_at, w.id",
                                            *awaited.session);
  for (auto& wait : found) wait = shown(std::move(wait), *may);
  return found;
}

Result<Wait> put_on(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                    const Awaited& awaited, const NewWait& wanted, Instant now) {
  const auto may = rights(tx, who, awaited, now);
  if (!may) return may.error();
  const bool priority = wanted.priority.value_or(false);
  if (priority && !wanted.reason) return invalid("/reason", "required", "Say why this client comes first.");
  if (!priority && wanted.reason)
    return invalid("/priority", "required", "A reason is for those who come first.");
  if (priority && !may->priority) return forbidden("Only those who treat clients there give priority.");
  if (!people::reaches(tx, who, wanted.client, now))
    return invalid("/client", "not_found", "There is no such client.");
  if (auto can = can_wait(tx, awaited, wanted.client, now); !can) return can.error();

  const std::string reason = wanted.reason.value_or("");
  WaitlistId id;
  if (const auto there = open_line(tx, awaited, wanted.client)) {
    if (!priority || std::get<1>(*there)) return already_waiting();
    id = std::get<0>(*there);
    tx.run("UPDATE waitlist SET priority = 1, reason = $2 WHERE id = $1", id, reason);
  } else {
    id = insert(tx, awaited, wanted.client, reason, now);
  }
  told(tx, actor, priority ? "waitlist.add_first" : "waitlist.add", id, awaited, wanted.client, may->site,
       reason, now);
  offer_seats(tx, awaited, now);
  return shown(*load(tx, id), *may);
}

Result<void> take_off(Transaction& tx, const api::Identity& who, const access::Actor& actor, WaitlistId id,
                      Instant now) {
  const auto wait = line(tx, who, id, now);
  if (!wait) return wait.error();
  return withdraw(tx, actor, *wait, now);
}

Result<Wait> answer_offer(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          WaitlistId id, OfferAnswer said, Instant now) {
  const auto wait = line(tx, who, id, now);
  if (!wait) return wait.error();
  if (auto done = answer(tx, actor, *wait, said, now); !done) return done.error();
  return shown(*load(tx, id), *rights(tx, who, {wait->group, wait->session}, now));
}

std::vector<MyWait> my_waits(Snapshot& db, ClientId client) {
  return db.all<MyWait>(CIRCLED_MY_WAITS
                        "w.client_id = $1 AND w.state IN ('waiting', 'offered') ORDER BY w.since_at, w.id",
                        client);
}

Result<MyWait> join(Transaction& tx, const access::Actor& actor, ClientId client, const Awaited& awaited,
                    Instant now) {
  if (awaited.group.has_value() == awaited.session.has_value())
    return invalid("/group", "one_of_two", "Name a group, or one session.");
  if (!joinable(tx, client, awaited, now)) return not_found(awaited.group ? "group" : "session");
  if (auto can = can_wait(tx, awaited, client, now); !can) return can.error();
  if (open_line(tx, awaited, client)) return already_waiting();
  if (static_cast<std::int64_t>(my_waits(tx, client).size()) >= most_waits_of_one)
    return conflict("too_many", "You wait for ten already; leave one of them first.");
  const auto id = insert(tx, awaited, client, "", now);
  const auto site = tx.one<SiteId>("SELECT site_id FROM client WHERE person_id = $1", client).value();
  told(tx, actor, "waitlist.join", id, awaited, client, site, "", now);
  offer_seats(tx, awaited, now);
  return mine(tx, id);
}

Result<void> leave(Transaction& tx, const access::Actor& actor, ClientId client, WaitlistId id, Instant now) {
  const auto wait = own(tx, client, id);
  if (!wait) return wait.error();
  return withdraw(tx, actor, *wait, now);
}

Result<MyWait> answer_own_offer(Transaction& tx, const access::Actor& actor, ClientId client, WaitlistId id,
                                OfferAnswer said, Instant now) {
  const auto wait = own(tx, client, id);
  if (!wait) return wait.error();
  // Whatever stands in the way may be somebody else.
  if (auto done = answer(tx, actor, *wait, said, now); !done) return no_offer();
  return mine(tx, id);
}

}  // namespace circled::calendar
