#include "calendar/bad_day.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/version.hpp"
#include "calendar/bad_day_rules.hpp"
#include "calendar/notice.hpp"
#include "calendar/rows.hpp"
#include "calendar/session_edit.hpp"
#include "live/emit.hpp"
#include "people/staff.hpp"
#include "places/closure.hpp"
#include "places/settings.hpp"
#include "reminders/reminder.hpp"

namespace circled::calendar {
namespace {

constexpr std::size_t most_sessions = 500;
constexpr std::chrono::hours longest_session{12};

bool runs_site(const api::Identity& who, SiteId site) {
  return api::Supervisor::accepts(who.role) || (who.role == api::Role::front_desk && who.site == site);
}

Zone zone_of(Snapshot& db, SiteId site) { return *Zone::named(places::site(db, site)->zone); }

// One decision, understood. Nothing of it is written yet.
struct Step {
  std::string pointer;  // "/decisions/3"
  const Decision* decision;
  SessionEdit edit;  // but for a cancellation, which changes nothing else
  InTheWay over;
};

Change change_of(const BadDay& day, const Decision& decision, const Session& session) {
  Change change{};
  switch (decision.action) {
    case Remedy::substitute: {
      const auto leaders = rules::with_substitute(session, StaffId(day.id), *decision.staff);
      change.facilitators.emplace(leaders.begin(), leaders.end());
      break;
    }
    case Remedy::room: change.room = decision.room; break;
    case Remedy::move:
      change.starts_at = decision.starts_at;
      change.room = decision.room;
      break;
    case Remedy::telehealth:
      if (decision.link) change.link = std::string(*decision.link);
      break;
    default: break;
  }
  return change;
}

// The field of the decision that a trouble with its session comes from.
std::string field(const Decision& decision) {
  switch (decision.action) {
    case Remedy::substitute: return "/staff";
    case Remedy::room: return "/room";
    case Remedy::move: return "/starts_at";
    default: return "/action";
  }
}

// A counselor decides about what they lead, and keeps to what changes who, when and whether.
std::vector<FieldError> check_own(const api::Identity& who, const BadDay& day, const Decision& decision,
                                  const Session& session) {
  if (api::Supervisor::accepts(who.role) || day.what != Out::staff) return {};
  std::vector<FieldError> errors;
  const auto& leaders = session.facilitators;
  if (leaders.empty() || PersonId(leaders.front().staff) != who.person)
    errors.push_back({"/session", "not_led", "Whoever leads this session decides about it."});
  if (decision.action == Remedy::room || decision.action == Remedy::telehealth)
    errors.push_back({"/action", "not_allowed", "A supervisor decides on this."});
  return errors;
}

// Every decision, or everything that is wrong with them by themselves.
Result<std::vector<Step>> understood(Snapshot& db, const api::Identity& who, const BadDayDecisions& wanted,
                                     const std::vector<Session>& sessions, Instant now) {
  std::vector<Step> steps;
  std::vector<FieldError> errors;
  std::set<SessionId> seen;
  for (std::size_t i = 0; i < wanted.decisions.size(); ++i) {
    const Decision& decision = wanted.decisions[i];
    const std::string pointer = "/decisions/" + std::to_string(i);
    const auto session = std::find_if(sessions.begin(), sessions.end(),
                                      [&](const Session& s) { return s.id == decision.session; });
    if (session == sessions.end()) {
      errors.push_back({pointer + "/session", "not_concerned", "This session is not among those concerned."});
      continue;
    }
    if (!seen.insert(session->id).second) {
      errors.push_back({pointer + "/session", "repeated", "This session has been decided about already."});
      continue;
    }
    if (decision.action == Remedy::leave) continue;
    auto wrong = check_own(who, wanted, decision, *session);
    for (auto& error : rules::check(wanted, decision, *session)) wrong.push_back(std::move(error));
    if (wrong.empty()) {
      const Change change = change_of(wanted, decision, *session);
      Step step{pointer, &decision, edited(*session, change), {}};
      if (decision.action == Remedy::telehealth) leave_room(step.edit);
      if (decision.action != Remedy::cancel) wrong = check(db, step.edit, change, now);
      steps.push_back(std::move(step));
    }
    for (auto& error : wrong) {
      // A decision names one substitute where a change names all who lead.
      if (error.pointer.starts_with("/facilitators/")) error.pointer = "/staff";
      error.pointer = pointer + error.pointer;
      errors.push_back(std::move(error));
    }
  }
  if (!errors.empty()) return invalid(std::move(errors));
  return steps;
}

// All that is in the way of all of them, under the decision that it is in the way of.
Error refused(const std::vector<Step>& steps) {
  std::vector<Conflict> conflicts;
  json::array troubles;
  std::vector<FieldError> fields;
  for (const Step& step : steps) {
    const std::string pointer = step.pointer + field(*step.decision);
    for (const auto& c : step.over.conflicts) {
      conflicts.push_back(c);
      fields.push_back({c.pointer, "booking_conflict", "Already taken at that time: " + c.name + "."});
    }
    for (const auto& trouble : step.over.troubles) {
      auto told = json::encode(trouble).as_object();
      told["pointer"] = pointer;
      troubles.push_back(std::move(told));
      fields.push_back({pointer, "unavailable", trouble.text});
    }
  }
  Error error = conflicts.empty()
                    ? conflict("unavailable", "Somebody cannot be booked then: look at each decision.")
                    : collision(conflicts);
  error.fields = std::move(fields);
  if (!troubles.empty()) error.extra["troubles"] = std::move(troubles);
  return error;
}

void put_pointers(Step& step) {
  for (auto& c : step.over.conflicts) {
    const bool room = step.decision->room && c.owner_kind == OwnerKind::room;
    c.pointer = step.pointer + (room ? "/room" : field(*step.decision));
  }
}

// Writes all of them. What one gives up, another may take: so all goes out of the way first.
Result<void> write_steps(Transaction& tx, const api::Identity& who, std::vector<Step>& steps,
                         const std::optional<Override>& override, Instant now) {
  for (Step& step : steps) {
    const Session& session = step.edit.before;
    if (step.decision->action == Remedy::cancel)
      call_off(tx, session, "", now);
    else if (step.edit.occupies_anew())
      release(tx, session.id);
    else
      write(tx, step.edit, {}, now);
  }
  bool clear = true;
  for (Step& step : steps) {
    if (step.decision->action == Remedy::cancel || !step.edit.occupies_anew()) continue;
    step.over = in_the_way(tx, who, step.edit, now);
    put_pointers(step);
    clear = clear && step.over.empty();
    // One that collides is not written, unless it may: the schema would end the search for the others.
    if (step.over.conflicts.empty() || override) write(tx, step.edit, step.over, now);
  }
  if (clear) return {};
  if (!override) return refused(steps);
  if (!may_override(who)) return no_override();
  return {};
}

// What a counselor hears about a session of theirs.
enum class Rearrangement { taken_over, given_up, other_facilitator, room, moved, telehealth, cancelled };
BOOST_DESCRIBE_ENUM(Rearrangement, taken_over, given_up, other_facilitator, room, moved, telehealth,
                    cancelled)

struct RearrangedSession {
  SessionId session;
  Rearrangement what;
  Instant starts_at;  // from now on
  Instant ends_at;
};
BOOST_DESCRIBE_STRUCT(RearrangedSession, (), (session, what, starts_at, ends_at))

struct Rearranged {
  std::vector<RearrangedSession> sessions;  // in order of start
};
BOOST_DESCRIBE_STRUCT(Rearranged, (), (sessions))

Rearrangement what_of(const Step& step, const BadDay& day, StaffId staff) {
  switch (step.decision->action) {
    case Remedy::substitute:
      return staff == *step.decision->staff ? Rearrangement::taken_over
             : staff.value == day.id        ? Rearrangement::given_up
                                            : Rearrangement::other_facilitator;
    case Remedy::room: return Rearrangement::room;
    case Remedy::move: return Rearrangement::moved;
    case Remedy::telehealth: return Rearrangement::telehealth;
    default: return Rearrangement::cancelled;
  }
}

// One event for each counselor who leads, or led, one of these sessions.
void tell_counselors(Transaction& tx, const BadDay& day, const std::vector<Step>& steps, Instant now) {
  std::map<StaffId, Rearranged> news;
  for (const Step& step : steps) {
    std::set<StaffId> concerned(step.edit.facilitators.begin(), step.edit.facilitators.end());
    for (const auto& each : step.edit.before.facilitators) concerned.insert(each.staff);
    for (const auto staff : concerned)
      news[staff].sessions.push_back(
          {step.edit.next.id, what_of(step, day, staff), step.edit.next.starts_at, step.edit.next.ends_at});
  }
  for (auto& [staff, told] : news) {
    std::sort(told.sessions.begin(), told.sessions.end(), [](const auto& a, const auto& b) {
      return std::tie(a.starts_at, a.session) < std::tie(b.starts_at, b.session);
    });
    const bool takes_over = std::any_of(told.sessions.begin(), told.sessions.end(),
                                        [](const auto& s) { return s.what == Rearrangement::taken_over; });
    live::emit(tx, staff, now, takes_over ? "sessions.taken_over" : "sessions.rearranged", told);
  }
}

// Plans and takes back reminders, and tells each client once. Answers how many are told.
std::int64_t tell_all_clients(Transaction& tx, const std::vector<Step>& steps, const Zone& zone,
                              Instant now) {
  ManyNews news("Appointments");
  for (const Step& step : steps) {
    const bool cancelled = step.decision->action == Remedy::cancel;
    if (!cancelled && !step.edit.told) continue;
    const Session& before = step.edit.before;
    for (const auto client : tx.all<ClientId>(
             "SELECT client_id FROM participant WHERE session_id = $1 ORDER BY client_id", before.id))
      news.about(client, before.starts_at);
    if (cancelled)
      reminders::cancel(tx, reminders::SubjectKind::session, before.id.value, {});
    else
      news.planned(tx, before.id, now);
  }
  news.tell(tx, zone, now);
  return news.clients();
}

void record(Transaction& tx, const access::Actor& actor, const BadDayDecisions& wanted,
            const std::vector<Step>& steps, Instant now) {
  for (const Step& step : steps) {
    const Session& before = step.edit.before;
    tell_staff(tx, before);
    if (step.decision->action == Remedy::cancel)
      access::audit(tx, actor, "session.cancel", "session", before.id.value, now, {{"reason", ""}});
    else
      access::audit(tx, actor, "session.change", "session", before.id.value, now,
                    {{"version", before.version + 1}});
    audit_override(tx, actor, before.id, step.over, wanted.override, now);
  }
  access::audit(tx, actor, "bad_day.apply", json::enum_name(wanted.what), wanted.id, now,
                {{"from", to_string(wanted.from)},
                 {"until", to_string(wanted.until)},
                 {"decisions", static_cast<std::int64_t>(wanted.decisions.size())}});
}

// Whether the caller may enter the absence, asked before anything is written.
Result<void> may_record(const api::Identity& who, const BadDayDecisions& wanted) {
  if (!wanted.record_absence.value_or(false)) return {};
  if (wanted.what == Out::room)
    return invalid("/record_absence", "not_for_this", "A room has no calendar of its own.");
  if (wanted.what == Out::site && !api::Supervisor::accepts(who.role))
    return forbidden("Only a supervisor closes a site.");
  return {};
}

Result<void> record_absence(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                            const BadDayDecisions& wanted, const BadDayScope& scope, Instant now) {
  if (!wanted.record_absence.value_or(false)) return {};
  if (wanted.what == Out::staff) {
    const auto off = add_exception(tx, who, actor, StaffId(wanted.id),
                                   {ExceptionKind::off, wanted.from, wanted.until, std::nullopt}, now);
    if (!off) return off.error();
  } else {
    const auto closed = places::add_closure(
        tx, actor,
        {scope.site, scope.zone.date(wanted.from), scope.zone.date(wanted.until - Milliseconds(1)),
         Text<1, 100>("Closed at short notice")},
        now);
    if (!closed) return closed.error();
  }
  return {};
}

}  // namespace

Result<BadDayScope> bad_day_scope(Snapshot& db, const api::Identity& who, const BadDay& day, Instant now) {
  auto errors = rules::check_time(day, now);
  BadDayScope scope;
  bool may = api::Supervisor::accepts(who.role);
  if (day.what == Out::staff) {
    const auto member = people::staff_member(db, StaffId(day.id));
    if (member) scope.site = member->site;
    may = may || (api::Counselor::accepts(who.role) && who.person == PersonId(day.id));
  } else if (day.what == Out::room) {
    const auto room = places::room_ever(db, RoomId(day.id));
    if (room) scope.site = room->site;
    may = may || (room && runs_site(who, room->site));
  } else {
    const auto site = places::site(db, SiteId(day.id));
    if (site) scope.site = site->id;
    may = may || runs_site(who, SiteId(day.id));
  }
  if (!may) return forbidden("This is for a supervisor, or front desk of the site, or about yourself.");
  if (!scope.site) errors.push_back({"/id", "not_found", "There is nothing of this id."});
  if (!errors.empty()) return invalid(std::move(errors));
  scope.zone = zone_of(db, scope.site);
  return scope;
}

Result<std::vector<Session>> concerned_sessions(Snapshot& db, const BadDay& day, const BadDayScope& scope,
                                                Instant now) {
  // One that began before may reach into it.
  const Range range{day.from - longest_session, day.until, 10'000, {}, {}};
  auto found = day.what == Out::staff ? sessions_of_staff(db, StaffId(day.id), range)
                                      : sessions_of_site(db, scope.site, range);
  std::erase_if(found, [&](const Session& s) {
    return s.status != Status::scheduled || s.starts_at <= now || s.ends_at <= day.from ||
           (day.what == Out::room && s.room != RoomId(day.id));
  });
  if (found.size() > most_sessions)
    return invalid("/until", "too_many", "These are more than 500 sessions: choose a shorter time.");
  return found;
}

std::string bad_day_digest(const BadDay& day, const std::vector<Session>& sessions) {
  json::array all{json::encode(day)};
  for (const auto& session : sessions)
    all.push_back(json::array{json::value(session.id.value), json::value(session.version)});
  return digest_of(all);
}

Result<BadDayApplied> apply_bad_day(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                    const BadDayDecisions& wanted, std::string_view digest, Instant now) {
  const auto scope = bad_day_scope(tx, who, wanted, now);
  if (!scope) return scope.error();
  if (auto may = may_record(who, wanted); !may) return may.error();
  const auto sessions = concerned_sessions(tx, wanted, *scope, now);
  if (!sessions) return sessions.error();
  if (bad_day_digest(wanted, *sessions) != digest) {
    const auto preview = preview_bad_day(tx, who, wanted, now);
    if (!preview) return preview.error();
    return previewed_another(*preview);
  }
  auto steps = understood(tx, who, wanted, *sessions, now);
  if (!steps) return steps.error();

  return or_collision([&]() -> Result<BadDayApplied> {
    if (auto written = write_steps(tx, who, *steps, wanted.override, now); !written) return written.error();
    BadDayApplied applied{{}, tell_all_clients(tx, *steps, scope->zone, now)};
    tell_counselors(tx, wanted, *steps, now);
    record(tx, actor, wanted, *steps, now);
    if (auto off = record_absence(tx, who, actor, wanted, *scope, now); !off) return off.error();
    for (const Step& step : *steps)
      applied.sessions.push_back({step.edit.next.id, step.decision->action, step.edit.next.starts_at});
    return applied;
  });
}

}  // namespace circled::calendar
