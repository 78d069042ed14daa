#include "aftercare/self_check.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "aftercare/self_check_ask.hpp"
#include "aftercare/self_check_rules.hpp"
#include "live/emit.hpp"
#include "people/episode.hpp"
#include "places/place.hpp"
#include "tasks/task.hpp"

namespace circled::aftercare {
namespace {

constexpr std::int64_t most_triggers = 50, usual_page = 30;
constexpr const char* notice =
    "Nobody reads this at once. If you need somebody now, call one of the numbers on this page.";

struct CheckColumns {
  SelfCheckId id;
  Instant at;
  std::int64_t craving;
  std::int64_t mood;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(CheckColumns, (), (id, at, craving, mood, note))

// The receiver's other screens look again.
struct SelfCheckNews {
  SelfCheckId self_check;
};
BOOST_DESCRIBE_STRUCT(SelfCheckNews, (), (self_check))

// With what was said to have set it off.
std::vector<SelfCheck> unfold(Snapshot& db, ClientId client, std::vector<CheckColumns> rows) {
  std::vector<SelfCheck> found;
  if (rows.empty()) return found;
  std::map<SelfCheckId, std::vector<std::string>> triggers;
  for (auto& [check, words] :
       db.all<std::tuple<SelfCheckId, std::string>>("SELECT x.self_check_id, t.words FROM self_check s JOIN "
                                                    "self_check_trigger x ON x.self_check_id = s.id "
                                                    "JOIN client_trigger t ON t.id = x.trigger_id WHERE "
                                                    "s.client_id = $1 AND s.at >= $2 AND s.at <= $3 "
                                                    "ORDER BY t.words, t.id",
                                                    client, rows.back().at, rows.front().at))
    triggers[check].push_back(std::move(words));
  for (auto& row : rows)
    found.push_back(
        {row.id, row.at, row.craving, row.mood, std::move(triggers[row.id]), std::move(row.note)});
  return found;
}

// Their ids; words that are new, or were off the list, are on it.
Result<std::vector<TriggerId>> put_on_list(Transaction& tx, ClientId client, const NewSelfCheck& said) {
  std::vector<TriggerId> found;
  if (!said.triggers) return found;
  for (const auto& words : std::set<std::string>(said.triggers->begin(), said.triggers->end()))
    found.push_back(
        *tx.one<TriggerId>("INSERT INTO client_trigger (client_id, words) VALUES ($1, $2) "
                           "ON CONFLICT (client_id, words) DO UPDATE SET off_at = NULL RETURNING id",
                           client, words));
  if (triggers(tx, client).size() > static_cast<std::size_t>(most_triggers))
    return conflict("too_many_triggers", "No more than " + std::to_string(most_triggers) +
                                             " can be on your list. Take one off it first.");
  return found;
}

void look(Transaction& tx, ClientId client, const SelfCheckTerms& terms, const Zone& zone, Instant now) {
  const auto felt = tx.all<rules::Felt>(
      "SELECT at, craving FROM self_check WHERE client_id = $1 ORDER BY at DESC, id DESC LIMIT 10", client);
  const auto followed_up = tasks::last_done(tx, client, tasks::Rule::craving);
  if (const auto reason = rules::worth_a_look(felt, terms, followed_up, zone))
    tasks::open_by_rule(tx, client, tasks::Rule::craving, *reason, now);
}

}  // namespace

Result<SelfCheckSaid> say(Transaction& tx, const access::Actor& actor, ClientId client,
                          const NewSelfCheck& said, Instant now) {
  const auto triggers = put_on_list(tx, client, said);
  if (!triggers) return triggers.error();
  const auto id = *tx.one<SelfCheckId>(
      "INSERT INTO self_check (client_id, at, craving, mood, note) VALUES ($1, $2, $3, $4, $5) RETURNING id",
      client, now, said.craving, said.mood, said.note ? std::string(*said.note) : std::string());
  for (const auto trigger : *triggers)
    tx.later("INSERT INTO self_check_trigger (self_check_id, trigger_id) VALUES ($1, $2)", id, trigger);
  answered_unasked(tx, client, now);

  const auto plan = plan_in_force(tx, client);
  const auto terms = plan ? plan->self_checks : rules::usual_terms();
  const auto site =
      *places::site(tx, *tx.one<SiteId>("SELECT site_id FROM client WHERE person_id = $1", client));
  look(tx, client, terms, Zone::named(site.zone).value(), now);

  live::emit(tx, client, now, "self_check.made", SelfCheckNews{id});
  people::tell_of(tx, client);
  access::audit(tx, actor, "self_check.make", "client", client.value, now, {{"self_check", id.value}});
  SelfCheckSaid answer{{}, notice, {}};
  answer.check =
      unfold(tx, client,
             {{id, now, said.craving, said.mood, said.note ? std::string(*said.note) : std::string()}})
          .front();
  if (said.craving.value >= terms.limit.value) answer.help = places::help(tx, site.id);
  return answer;
}

api::Page<SelfCheck> self_checks(Snapshot& db, ClientId client, const SelfCheckPages& pages) {
  const std::int64_t limit = pages.limit ? pages.limit->value : usual_page;
  auto rows = pages.after ? db.all<CheckColumns>(
                                "SELECT s.id, s.at, s.craving, s.mood, s.note FROM self_check s "
                                "WHERE s.client_id = $1 AND (s.at, s.id) < (SELECT a.at, a.id "
                                "  FROM self_check a WHERE a.id = $2 AND a.client_id = $1) "
                                "ORDER BY s.at DESC, s.id DESC LIMIT $3",
                                client, *pages.after, limit + 1)
                          : db.all<CheckColumns>(
                                "SELECT s.id, s.at, s.craving, s.mood, s.note FROM self_check s "
                                "WHERE s.client_id = $1 ORDER BY s.at DESC, s.id DESC LIMIT $2",
                                client, limit + 1);
  api::Page<SelfCheck> page;
  if (static_cast<std::int64_t>(rows.size()) > limit) {
    rows.pop_back();
    page.next = std::to_string(rows.back().id.value);
  }
  page.items = unfold(db, client, std::move(rows));
  return page;
}

std::vector<Trigger> triggers(Snapshot& db, ClientId client) {
  return db.all<Trigger>(
      "SELECT id, words FROM client_trigger WHERE client_id = $1 AND off_at IS NULL ORDER BY words, id",
      client);
}

Result<void> drop_trigger(Transaction& tx, ClientId client, TriggerId id, Instant now) {
  if (tx.run("UPDATE client_trigger SET off_at = $3 WHERE id = $1 AND client_id = $2 AND off_at IS NULL", id,
             client, now) == 0)
    return not_found("trigger");
  return {};
}

}  // namespace circled::aftercare
