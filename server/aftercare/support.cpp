#include "aftercare/support.hpp"

#include "live/emit.hpp"
#include "live/stream.hpp"
#include "people/answers_for.hpp"
#include "people/on_call.hpp"
#include "reminders/outbox.hpp"
#include "reminders/rules.hpp"
#include "tasks/task.hpp"

namespace circled::aftercare {
namespace {

constexpr std::int64_t batch = 20;

// To staff. A text message lies open on a table, so it says nobody's name.
constexpr std::string_view message = "Somebody asked to talk. Please look at your dashboard.";

struct SupportRequested {
  SupportId request;
  ClientId client;
  std::string preferred_name;
  SupportStep step;
  Instant due_at;
};
BOOST_DESCRIBE_STRUCT(SupportRequested, (), (request, client, preferred_name, step, due_at))

struct SupportUnanswered {
  SupportId request;
  ClientId client;
  std::string preferred_name;
};
BOOST_DESCRIBE_STRUCT(SupportUnanswered, (), (request, client, preferred_name))

struct SupportChanged {
  SupportId request;
  SupportState state;
};
BOOST_DESCRIBE_STRUCT(SupportChanged, (), (request, state))

// To the client. That it names a member of staff is what it is for: who will call.
struct SupportSeen {
  SupportId request;
  std::string seen_by;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(SupportSeen, (), (request, seen_by, text))

struct MySupportNews {
  SupportId request;
  SupportState state;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(MySupportNews, (), (request, state, text))

// What of a request its steps depend on.
struct Waiting {
  SupportId id;
  ClientId client;
  SiteId site;
  Instant asked_at;
  SupportState state;
  std::optional<SupportStep> step;
  std::optional<Instant> seen_at;
};
BOOST_DESCRIBE_STRUCT(Waiting, (), (id, client, site, asked_at, state, step, seen_at))

std::optional<Waiting> waiting(Snapshot& db, ClientId client) {
  return db.one<Waiting>(
      "SELECT id, client_id, site_id, asked_at, state, step, seen_at FROM support_request "
      "WHERE client_id = $1 AND state IN ('open', 'seen', 'unanswered')",
      client);
}

std::vector<StaffId> counselors(Snapshot& db, ClientId client, Instant now) {
  return db.all<StaffId>(
      "SELECT a.staff_id FROM assignment a JOIN staff s ON s.person_id = a.staff_id "
      "WHERE a.client_id = $1 AND a.from_at <= $2 AND (a.until_at IS NULL OR a.until_at > $2) "
      "AND s.active AND s.role <> 'front_desk' ORDER BY a.from_at, a.staff_id",
      client, now);
}

bool works_here(Snapshot& db, StaffId staff) {
  return db.one<std::int64_t>("SELECT 1 FROM staff WHERE person_id = $1 AND active", staff).has_value();
}

rules::Askable askable(Snapshot& db, ClientId client, SiteId site, Instant now) {
  rules::Askable found{counselors(db, client, now), {}, {}};
  const auto shift = people::on_call(db, site, now);
  if (!shift) return found;
  if (works_here(db, shift->primary)) found.primary = shift->primary;
  if (shift->backup && works_here(db, *shift->backup)) found.backup = shift->backup;
  return found;
}

rules::Limits limits(Snapshot& db, SiteId site) {
  const auto found =
      db.one<std::tuple<Minutes, Minutes, Minutes>>(
            "SELECT counselor_minutes, primary_minutes, backup_minutes FROM site WHERE id = $1", site)
          .value();
  return {std::get<0>(found), std::get<1>(found), std::get<2>(found)};
}

// Whether anybody is there to see it: a counselor whose dashboard is open, or somebody on call.
bool watched(Snapshot& db, ClientId client, SiteId site, Instant now) {
  const auto who = askable(db, client, site, now);
  if (who.primary || who.backup) return true;
  for (const StaffId counselor : who.counselors)
    if (live::watches(db, counselor, now)) return true;
  return false;
}

std::string name_of(Snapshot& db, ClientId client) {
  return db.one<std::string>("SELECT preferred_name FROM client WHERE person_id = $1", client).value();
}

// Those who were asked, other than `but`, hear that it has moved on; dashboards look again.
void tell_staff(Transaction& tx, SupportId id, SiteId site, SupportState state, std::optional<StaffId> but,
                Instant now) {
  for (const StaffId staff :
       tx.all<StaffId>("SELECT staff_id FROM support_asked WHERE request_id = $1 ORDER BY staff_id", id))
    if (staff != but) live::emit(tx, PersonId(staff), now, "support.changed", SupportChanged{id, state});
  live::hint(tx, "support.changed", id.value, site);
}

void tell_client(Transaction& tx, ClientId client, SupportId id, SupportState state, std::string text,
                 Instant now) {
  live::emit(tx, client, now, "support.changed", MySupportNews{id, state, std::move(text)});
}

void ask(Transaction& tx, const Waiting& request, const rules::Next& next, Instant now) {
  const Instant due_at = now + next.within;
  tx.run(
      "UPDATE support_request SET state = 'open', step = $2, due_at = $3, version = version + 1 WHERE id = "
      "$1",
      request.id, next.step, due_at);
  const std::string name = name_of(tx, request.client);
  for (const StaffId staff : next.who) {
    tx.run(
        "INSERT INTO support_asked (request_id, staff_id, asked_at) VALUES ($1, $2, $3) "
        "ON CONFLICT (request_id, staff_id) DO UPDATE SET asked_at = $3",
        request.id, staff, now);
    live::emit(tx, PersonId(staff), now, "support.requested",
               SupportRequested{request.id, request.client, name, next.step, due_at});
    reminders::post(tx, staff, reminders::Channel::sms, reminders::Purpose::support, message, due_at, now);
  }
  tx.hint({std::string(support_due_hint), to_millis(due_at), SiteId(), store::Hint::internal});
}

void give_up(Transaction& tx, const Waiting& request, Instant now) {
  tx.run(
      "UPDATE support_request SET state = 'unanswered', due_at = NULL, version = version + 1 WHERE id = $1",
      request.id);
  const auto zone = tx.one<std::string>("SELECT zone FROM site WHERE id = $1", request.site).value();
  tasks::open_by_rule(tx, request.client, tasks::Rule::support,
                      "Asked to talk on " + reminders::spoken(request.asked_at, *Zone::named(zone)) +
                          ", and nobody answered.",
                      now);
  const std::string name = name_of(tx, request.client);
  for (const StaffId staff : people::who_answers_for(tx, request.site)) {
    live::emit(tx, PersonId(staff), now, "support.unanswered",
               SupportUnanswered{request.id, request.client, name});
    reminders::post(tx, staff, reminders::Channel::sms, reminders::Purpose::support, message,
                    now + std::chrono::hours(1), now);
  }
  access::audit(tx, {}, "support.unanswered", "client", request.client.value, now,
                {{"request", request.id.value}});
}

// Asks whoever comes next, or gives up; answers how it stands then.
SupportState go_on(Transaction& tx, const Waiting& request, Instant now) {
  const auto asked = tx.all<StaffId>(
      "SELECT staff_id FROM support_asked WHERE request_id = $1 AND asked_at >= $2 ORDER BY staff_id",
      request.id, request.asked_at);
  const auto next = rules::next_step(askable(tx, request.client, request.site, now), request.step, asked,
                                     limits(tx, request.site));
  if (next)
    ask(tx, request, *next, now);
  else
    give_up(tx, request, now);
  return next ? SupportState::open : SupportState::unanswered;
}

// A request with the names that go with its ids, for the member of staff $1; WHERE chooses.
#define CIRCLED_SUPPORT(WHERE)                                                                         \
  "SELECT r.id, r.client_id, c.preferred_name, c.family_name, c.phone, r.site_id, i.zone, r.state, "   \
  "r.asked_at, r.step, r.due_at, r.seen_at, r.seen_by, s.name, EXISTS (SELECT 1 FROM support_asked a " \
  "WHERE a.request_id = r.id AND a.staff_id = $1), r.outcome FROM support_request r "                  \
  "JOIN client c ON c.person_id = r.client_id JOIN site i ON i.id = r.site_id "                        \
  "LEFT JOIN staff s ON s.person_id = r.seen_by WHERE " WHERE
// Whether it is this member of staff's to see: they were asked, or have the client at $2.
#define CIRCLED_SUPPORT_IS_THEIRS                                                               \
  "(EXISTS (SELECT 1 FROM support_asked a WHERE a.request_id = r.id AND a.staff_id = $1) OR "   \
  "EXISTS (SELECT 1 FROM assignment g WHERE g.client_id = r.client_id AND g.staff_id = $1 AND " \
  "g.from_at <= $2 AND (g.until_at IS NULL OR g.until_at > $2)))"

Result<SupportRequest> find(Snapshot& db, const api::Identity& who, SupportId id, Instant now) {
  if (!api::Counselor::accepts(who.role)) return not_found("request");
  auto found = api::Supervisor::accepts(who.role)
                   ? db.one<SupportRequest>(CIRCLED_SUPPORT("r.id = $2"), who.person, id)
                   : db.one<SupportRequest>(CIRCLED_SUPPORT("r.id = $3 AND " CIRCLED_SUPPORT_IS_THEIRS),
                                            who.person, now, id);
  if (!found) return not_found("request");
  return std::move(*found);
}

// The request, if this member of staff may do something about it.
Result<SupportRequest> for_changing(Snapshot& db, const api::Identity& who, SupportId id, Instant now) {
  auto found = find(db, who, id, now);
  if (!found) return found;
  if (found->state == SupportState::closed || found->state == SupportState::withdrawn)
    return conflict("already_over", found->state == SupportState::closed
                                        ? "This request was closed meanwhile."
                                        : "The client has withdrawn this request.");
  return found;
}

}  // namespace

MySupport my_support(Snapshot& db, ClientId client, Instant now) {
  auto request = db.one<MySupportRequest>(
      "SELECT r.id, r.state, r.asked_at, r.step, r.seen_at, s.name FROM support_request r "
      "LEFT JOIN staff s ON s.person_id = r.seen_by "
      "WHERE r.client_id = $1 AND r.state IN ('open', 'seen', 'unanswered')",
      client);
  const auto site = db.one<SiteId>("SELECT site_id FROM client WHERE person_id = $1", client).value();
  const bool anybody = watched(db, client, site, now);
  std::optional<SupportState> state;
  std::string seen_by;
  if (request) {
    state = request->state;
    seen_by = request->seen_by.value_or("");
  }
  return {std::move(request), anybody, rules::words(state, seen_by, anybody), places::help(db, site)};
}

MySupport ask_support(Transaction& tx, const access::Actor& actor, ClientId client, Instant now) {
  auto request = waiting(tx, client);
  if (request && !rules::begins_anew(request->state, request->seen_at, now))
    return my_support(tx, client, now);
  const auto site = tx.one<SiteId>("SELECT site_id FROM client WHERE person_id = $1", client).value();
  // Nobody has been asked yet: unanswered until somebody is.
  if (request) {
    tx.run(
        "UPDATE support_request SET site_id = $2, asked_at = $3, state = 'unanswered', step = NULL, "
        "seen_at = NULL, seen_by = NULL WHERE id = $1",
        request->id, site, now);
    request->asked_at = now;
    request->site = site;
    request->step.reset();
  } else {
    const auto id = tx.one<SupportId>(
        "INSERT INTO support_request (client_id, site_id, asked_at, state) VALUES ($1, $2, $3, 'unanswered') "
        "RETURNING id",
        client, site, now);
    request = Waiting{*id, client, site, now, SupportState::unanswered, {}, {}};
  }
  const SupportState state = go_on(tx, *request, now);
  access::audit(tx, actor, "support.ask", "client", client.value, now, {{"request", request->id.value}});
  live::hint(tx, "support.changed", request->id.value, site);
  MySupport answer = my_support(tx, client, now);
  // Their other devices show it too.
  tell_client(tx, client, request->id, state, answer.text, now);
  return answer;
}

Result<MySupport> withdraw_support(Transaction& tx, const access::Actor& actor, ClientId client, SupportId id,
                                   Instant now) {
  const auto site = tx.one<SiteId>(
      "UPDATE support_request SET state = 'withdrawn', due_at = NULL, ended_at = $3, version = version + 1 "
      "WHERE id = $1 AND client_id = $2 AND state IN ('open', 'seen', 'unanswered') RETURNING site_id",
      id, client, now);
  if (!site) {
    const bool theirs =
        tx.one<std::int64_t>("SELECT 1 FROM support_request WHERE id = $1 AND client_id = $2", id, client)
            .has_value();
    if (!theirs) return not_found("request");
    return my_support(tx, client, now);
  }
  access::audit(tx, actor, "support.withdraw", "client", client.value, now, {{"request", id.value}});
  tell_staff(tx, id, *site, SupportState::withdrawn, {}, now);
  tell_client(tx, client, id, SupportState::withdrawn, "You have taken it back.", now);
  return my_support(tx, client, now);
}

std::vector<SupportRequest> support_requests(Snapshot& db, const api::Identity& who, Instant now) {
  if (!api::Counselor::accepts(who.role)) return {};
  if (api::Supervisor::accepts(who.role))
    return db.all<SupportRequest>(
        CIRCLED_SUPPORT("r.state IN ('open', 'seen', 'unanswered') ORDER BY r.asked_at, r.id LIMIT 200"),
        who.person);
  return db.all<SupportRequest>(
      CIRCLED_SUPPORT("r.state IN ('open', 'seen', 'unanswered') "
                      "AND " CIRCLED_SUPPORT_IS_THEIRS " ORDER BY r.asked_at, r.id LIMIT 200"),
      who.person, now);
}

Result<SupportRequest> see_support(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                   SupportId id, Instant now) {
  const StaffId me(who.person.value);
  auto request = for_changing(tx, who, id, now);
  if (!request) return request;
  if (request->state == SupportState::seen) {
    if (request->seen_by == me) return request;
    return conflict("already_seen", request->seen_by_name.value_or("Somebody") + " has seen it already.");
  }
  tx.run(
      "UPDATE support_request SET state = 'seen', due_at = NULL, seen_at = $2, seen_by = $3, "
      "version = version + 1 WHERE id = $1",
      id, now, me);
  auto seen = find(tx, who, id, now);
  const std::string name = seen->seen_by_name.value_or("");
  live::emit(tx, request->client, now, "support.seen",
             SupportSeen{id, name, rules::words(SupportState::seen, name, true)});
  tell_staff(tx, id, request->site, SupportState::seen, me, now);
  access::audit(tx, actor, "support.see", "client", request->client.value, now, {{"request", id.value}});
  return seen;
}

Result<SupportRequest> close_support(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                     SupportId id, const ClosedSupport& closed, Instant now) {
  const StaffId me(who.person.value);
  auto request = for_changing(tx, who, id, now);
  if (!request) return request;
  if (request->seen_by && request->seen_by != me && !api::Supervisor::accepts(who.role))
    return forbidden("Somebody else is calling: it is theirs to close.");
  tx.run(
      "UPDATE support_request SET state = 'closed', due_at = NULL, seen_at = COALESCE(seen_at, $2), "
      "seen_by = COALESCE(seen_by, $3), ended_at = $2, ended_by = $3, outcome = $4, note = $5, "
      "version = version + 1 WHERE id = $1",
      id, now, me, closed.outcome, closed.note ? std::string(*closed.note) : std::string());
  tell_client(tx, request->client, id, SupportState::closed,
              "This is done. Whenever you need to talk again, ask here.", now);
  tell_staff(tx, id, request->site, SupportState::closed, me, now);
  access::audit(tx, actor, "support.close", "client", request->client.value, now,
                {{"request", id.value}, {"outcome", json::enum_name(closed.outcome)}});
  return find(tx, who, id, now);
}

std::int64_t escalate_once(Transaction& tx, Instant now) {
  const auto due = tx.all<Waiting>(
      "SELECT id, client_id, site_id, asked_at, state, step, seen_at FROM support_request "
      "WHERE state = 'open' AND due_at <= $1 ORDER BY due_at, id LIMIT $2",
      now, batch);
  for (const Waiting& request : due) {
    const SupportState state = go_on(tx, request, now);
    access::audit(tx, {}, "support.escalate", "client", request.client.value, now,
                  {{"request", request.id.value}});
    tell_staff(tx, request.id, request.site, state, {}, now);
    tell_client(tx, request.client, request.id, state,
                state == SupportState::open ? "Nobody has seen it yet. The next is asked now."
                                            : rules::words(state, {}, false),
                now);
  }
  return static_cast<std::int64_t>(due.size());
}

}  // namespace circled::aftercare
