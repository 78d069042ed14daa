#include "aftercare/self_check_ask.hpp"

#include "aftercare/rules.hpp"

namespace circled::aftercare {
namespace {

using SelfCheckAskId = Id<struct SelfCheckAskTag>;

// A reminder stands so long before the end of its subject: it is sent when the question is asked.
constexpr Minutes open_for{120};
constexpr std::chrono::hours not_again_for{4};
constexpr std::int64_t plans_at_once = 100;

constexpr const char* weekday_names[]{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};

std::string weekly_rule(const List<Number<0, 6>, 7>& days) {
  std::string rule;
  for (const auto& day : days)
    rule += (rule.empty() ? "FREQ=WEEKLY;BYDAY=" : ",") +
            std::string(weekday_names[static_cast<std::size_t>(day.value)]);
  return rule;
}

struct Ask {
  SelfCheckAskId id;
  std::int64_t version;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Ask, (), (id, version, at))

// Adds what the plan asks from `from` on, and remembers how far that reaches.
void fill(Transaction& tx, ClientId client, const InForce& plan, Instant from, Instant now) {
  const auto& terms = plan.self_checks;
  if (terms.days.empty()) {
    tx.run("UPDATE aftercare_plan SET asked_until = NULL WHERE id = $1", plan.id);
    return;
  }
  const auto zone = reminders::zone_of(tx, client);
  const Instant until = now + horizon;
  reminders::Manners manners;
  if (zone)
    for (const Slot& slot :
         slots({weekly_rule(terms.days), std::nullopt, terms.at, open_for}, *zone, from, until)) {
      // One that was taken back may be asked again; one that stands is left alone.
      const auto ask = tx.one<Ask>(
          "INSERT INTO self_check_ask (client_id, at, until_at) VALUES ($1, $2, $3) "
          "ON CONFLICT (client_id, at) DO UPDATE SET off = FALSE, version = self_check_ask.version + 1 "
          "WHERE self_check_ask.off RETURNING id, version, at",
          client, slot.starts_at, slot.ends_at);
      if (ask)
        reminders::plan(tx, manners,
                        {reminders::SubjectKind::check_in, ask->id.value, ask->version, slot.ends_at, *zone},
                        {client, *zone}, now);
    }
  tx.run("UPDATE aftercare_plan SET asked_until = $2 WHERE id = $1", plan.id, until);
}

void take_back(Transaction& tx, SelfCheckAskId ask) {
  tx.run("UPDATE self_check_ask SET off = TRUE WHERE id = $1", ask);
  reminders::cancel(tx, reminders::SubjectKind::check_in, ask.value, std::nullopt);
}

// Somebody who has left aftercare, or the programme, is not asked; nothing is thrown away.
std::optional<std::int64_t> version_of_ask(Snapshot& db, std::int64_t ask, PersonId receiver) {
  if (people::phase(db, ClientId(receiver.value)) != people::Phase::aftercare) return std::nullopt;
  return db.one<std::int64_t>(
      "SELECT version FROM self_check_ask WHERE id = $1 AND client_id = $2 AND NOT off", ask, receiver);
}

// The answer is the self-check itself; that the question was seen is all there is to say to it.
Result<void> seen(Transaction&, const access::Actor&, std::int64_t, PersonId, reminders::Answer, Instant) {
  return {};
}

struct PlanToExtend {
  PlanId id;
  ClientId client;
  Instant asked_until;
  bool in_care;
};
BOOST_DESCRIBE_STRUCT(PlanToExtend, (), (id, client, asked_until, in_care))

}  // namespace

void ask_anew(Transaction& tx, ClientId client, Instant now) {
  for (const auto ask : tx.all<SelfCheckAskId>(
           "SELECT id FROM self_check_ask WHERE client_id = $1 AND at > $2 AND NOT off", client, now))
    take_back(tx, ask);
  fill(tx, client, plan_in_force(tx, client).value(), now + Milliseconds(1), now);
}

void answered_unasked(Transaction& tx, ClientId client, Instant now) {
  // None is open for as long as that: the lower bound keeps the search short in a long history.
  const auto asks = tx.all<Ask>(
      "SELECT id, version, at FROM self_check_ask WHERE client_id = $1 AND at > $2 "
      "AND at <= $3 AND until_at > $4 AND NOT off",
      client, now - open_for, now + not_again_for, now);
  for (const auto& [id, version, at] : asks) {
    // What has been asked is answered by this; what has not arrived yet need not any more.
    if (at <= now)
      reminders::record_answer(tx, reminders::SubjectKind::check_in, id.value, client, version,
                               reminders::Answer::confirmed, now);
    take_back(tx, id);
  }
}

Result<std::int64_t> extend_asks_once(Transaction& tx, Instant now) {
  // A plan is due a day after it was last extended; so one transaction holds few of them.
  const auto due = tx.all<PlanToExtend>(
      "SELECT p.id, p.client_id, p.asked_until, e.discharged_on IS NULL FROM aftercare_plan p "
      "JOIN episode e ON e.id = p.episode_id "
      "WHERE p.asked_until IS NOT NULL AND p.asked_until < $1 ORDER BY p.asked_until, p.id LIMIT $2",
      now + horizon - std::chrono::days(1), plans_at_once);
  for (const auto& [id, client, asked_until, in_care] : due) {
    const auto plan = in_care ? plan_in_force(tx, client) : std::nullopt;
    if (plan)
      fill(tx, client, *plan, std::max(asked_until, now + Milliseconds(1)), now);
    else  // the stay is over, and the plan with it
      tx.run("UPDATE aftercare_plan SET asked_until = NULL WHERE id = $1", id);
  }
  return static_cast<std::int64_t>(due.size());
}

reminders::SubjectHandler self_check_subjects() {
  reminders::SubjectHandler handler{version_of_ask, seen};
  handler.offset = open_for;
  return handler;
}

}  // namespace circled::aftercare
