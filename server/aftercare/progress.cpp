#include "aftercare/progress.hpp"

#include <algorithm>

#include "people/episode.hpp"
#include "reminders/reminder.hpp"

namespace circled::aftercare {
namespace {

// The meetings a client has gone to: by what they said, or by what staff verified, which is told apart.
std::vector<rules::Gone> meetings_gone_to(Snapshot& db, ClientId client, Instant from, Instant until) {
  return db.all<rules::Gone>(
      "SELECT o.starts_at, o.verified_by IS NOT NULL FROM occurrence o WHERE o.client_id = $1 "
      "AND o.starts_at >= $2 AND o.starts_at < $3 AND o.status = 'planned' "
      "AND (o.went = 'yes' OR o.verified_by IS NOT NULL) ORDER BY o.starts_at, o.id",
      client, from, until);
}

// What counts as a visit: one-on-one, of a service for that. `verdict` compares the participant's.
#define CIRCLED_VISITS(WHERE)                                                               \
  "FROM participant p JOIN session s ON s.id = p.session_id "                               \
  "JOIN service v ON v.id = s.service_id WHERE p.client_id = $1 AND s.kind = 'one_on_one' " \
  "AND v.code IN ('aftercare_visit', 'counseling') AND " WHERE

// Days of a stay's phases are those of the client's site.
std::vector<rules::Stretch> in_aftercare(Snapshot& db, ClientId client, const people::Episode& episode) {
  const auto site =
      Zone::named(db.one<std::string>("SELECT s.zone FROM client c JOIN site s ON s.id = c.site_id "
                                      "WHERE c.person_id = $1",
                                      client)
                      .value())
          .value();
  std::vector<rules::Stretch> found;
  for (const auto& phase : episode.phases)
    if (phase.phase == people::Phase::aftercare)
      found.push_back({site.start_of(phase.from),
                       phase.until ? std::optional(site.start_of(*phase.until)) : std::nullopt});
  return found;
}

rules::Lived lived(Snapshot& db, ClientId client, Instant now) {
  rules::Lived found;
  found.agreed = agreed_versions(db, client);
  const auto episode = people::latest_episode(db, client);
  if (found.agreed.empty() || !episode) return found;
  const Instant from = found.agreed.front().at;
  found.aftercare = in_aftercare(db, client, *episode);
  for (const auto& hold : episode->holds) found.holds.push_back({hold.from_at, hold.until_at});
  found.visits = db.all<Instant>(
      "SELECT p.starts_at " CIRCLED_VISITS(
          "p.verdict = 'attended' AND p.starts_at >= $2 AND p.starts_at <= $3 ORDER BY p.starts_at, s.id"),
      client, from, now);
  found.meetings = meetings_gone_to(db, client, from, now);
  for (const auto& [group, at, attended, unexcused] : db.all<std::tuple<GroupId, Instant, bool, bool>>(
           "SELECT s.group_id, p.starts_at, CASE WHEN p.verdict = 'attended' THEN TRUE ELSE FALSE END, "
           "CASE WHEN p.verdict IN ('unexcused', 'turned_away') THEN TRUE ELSE FALSE END "
           "FROM participant p JOIN session s ON s.id = p.session_id WHERE p.client_id = $1 "
           "AND s.group_id IS NOT NULL AND p.starts_at >= $2 AND p.starts_at <= $3 ORDER BY p.starts_at, "
           "s.id",
           client, from, now))
    found.groups.push_back({group, at,
                            attended    ? rules::Turned::came
                            : unexcused ? rules::Turned::missed
                                        : rules::Turned::neither});
  return found;
}

enum class Called { name, alias };

std::vector<GoalProgress> judged(Snapshot& db, ClientId client, Called groups, Instant now) {
  std::vector<GoalProgress> found;
  const auto plan = plan_in_force(db, client);
  if (!plan) return found;
  const auto facts = lived(db, client, now);
  const Zone zone = *reminders::zone_of(db, client);
  for (const PlanGoal& goal : plan->goals) {
    if (goal.kind == GoalKind::text) continue;
    auto how = rules::progress(goal, facts, zone, now);
    std::optional<std::string> group;
    if (goal.group) {
      auto [name, alias] = db.one<std::tuple<std::string, std::string>>(
                                 "SELECT name, alias FROM therapy_group WHERE id = $1", *goal.group)
                               .value();
      group = groups == Called::name ? std::move(name) : std::move(alias);
    }
    found.push_back(
        {goal.kind, std::move(group), how.met, how.judged, how.gone, how.verified, std::move(how.weeks)});
  }
  return found;
}

// Which of the services that clients may book is for visits.
std::optional<ServiceId> bookable(Snapshot& db) {
  return db.one<ServiceId>(
      "SELECT id FROM service WHERE clients_book AND code IN ('aftercare_visit', 'counseling') "
      "ORDER BY code LIMIT 1");
}

std::optional<BookedVisit> booked(Snapshot& db, ClientId client, Instant now) {
  return db.one<BookedVisit>(
      "SELECT s.id, v.neutral_name, s.starts_at, s.ends_at, (SELECT t.zone FROM site t WHERE t.id = "
      "s.site_id) " CIRCLED_VISITS("s.status = 'scheduled' AND p.answer <> 'cant_come' AND p.starts_at > $2 "
                                   "ORDER BY p.starts_at, s.id LIMIT 1"),
      client, now);
}

const PlanGoal* visits(const InForce& plan) {
  const auto found = std::ranges::find(plan.goals, GoalKind::visits, &PlanGoal::kind);
  return found == plan.goals.end() ? nullptr : &*found;
}

// By the last visit, or from where the plan, or what interrupted it, left off. A visit whose sheet says
// nothing yet is taken to have been.
std::optional<Date> due(Snapshot& db, ClientId client, const PlanGoal& goal, const Zone& zone, Instant now) {
  const auto agreed = agreed_versions(db, client);
  const auto first = std::ranges::find_if(agreed, [](const rules::Agreed& each) {
    return std::ranges::find(each.goals, GoalKind::visits, &PlanGoal::kind) != each.goals.end();
  });
  Instant last = first->at;
  const auto visit = db.one<std::optional<Instant>>(
      "SELECT max(p.starts_at) " CIRCLED_VISITS(
          "p.verdict IN ('attended', 'expected') AND s.status <> 'cancelled' AND p.starts_at <= $2"),
      client, now);
  if (visit && *visit) last = std::max(last, **visit);
  if (const auto episode = people::latest_episode(db, client))
    for (const auto& hold : episode->holds)
      if (hold.until_at && *hold.until_at <= now) last = std::max(last, *hold.until_at);
  return rules::visit_due(goal, zone.date(last));
}

// Up to three, on days that differ as far as there are such.
std::vector<calendar::MySlot> spread(std::vector<calendar::MySlot> slots, const Zone& zone) {
  constexpr std::size_t most = 3;
  std::vector<calendar::MySlot> found, rest;
  for (auto& slot : slots) {
    const bool new_day = found.empty() || zone.date(found.back().starts_at) != zone.date(slot.starts_at);
    (new_day && found.size() < most ? found : rest).push_back(std::move(slot));
  }
  for (auto& slot : rest)
    if (found.size() < most) found.push_back(std::move(slot));
  std::ranges::sort(found, {}, &calendar::MySlot::starts_at);
  return found;
}

}  // namespace

std::vector<GoalProgress> progress(Snapshot& db, ClientId client, Instant now) {
  return judged(db, client, Called::name, now);
}

MyProgress my_progress(Snapshot& db, ClientId client, Instant now) {
  if (!shows_progress(db, client)) return {false, {}};
  return {true, judged(db, client, Called::alias, now)};
}

MyVisit my_visit(Snapshot& db, ClientId client, Instant now) {
  constexpr std::chrono::days ahead{14};  // how long before it is due times are proposed, and how far beyond
  MyVisit visit{{}, false, {}, false, {}};
  const auto plan = plan_in_force(db, client);
  const auto* goal = plan ? visits(*plan) : nullptr;
  if (!goal) return visit;
  const Zone zone = *reminders::zone_of(db, client);
  visit.due_on = due(db, client, *goal, zone, now);
  visit.booked = booked(db, client, now);
  const auto service = bookable(db);
  visit.bookable = service.has_value();
  if (!visit.due_on) return visit;
  const Date today = zone.date(now);
  visit.overdue = *visit.due_on < today;
  if (visit.booked || !service || !plan->counselor || *visit.due_on > today + ahead) return visit;
  // In the week before it is due, or, if it is due by then, from now on.
  const Instant from = std::max(now, zone.start_of(*visit.due_on - std::chrono::days(7)));
  const Instant until = std::max(from, zone.start_of(*visit.due_on)) + ahead;
  visit.proposals =
      spread(calendar::times_with(db, client, *plan->counselor, *service, {from, until}, 200, now), zone);
  return visit;
}

Result<calendar::Appointment> take_visit(Transaction& tx, const access::Actor& actor, ClientId client,
                                         const VisitTaken& wanted, Instant now) {
  const auto plan = plan_in_force(tx, client);
  if (!plan || !visits(*plan) || !plan->counselor)
    return conflict("no_visits", "Your plan asks for no visits.");
  if (booked(tx, client, now)) return conflict("visit_booked", "Your next visit is booked already.");
  const auto service = bookable(tx);
  if (!service)
    return conflict("call_for_it", "This can't be booked here. Call, and we find a time together.");
  calendar::MyBooking booking{};
  booking.service = *service;
  booking.starts_at = wanted.starts_at;
  return calendar::book_own(tx, actor, client, booking, now, plan->counselor);
}

}  // namespace circled::aftercare
