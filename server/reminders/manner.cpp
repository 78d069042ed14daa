#include "reminders/manner.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/version.hpp"
#include "reminders/reminder.hpp"

namespace circled::reminders {
namespace {

constexpr std::int64_t replanned_at_once = 50;

struct StoredRule {
  Scope scope;
  std::int64_t of;
  std::optional<std::string> offsets, channels;
  std::optional<std::int64_t> wait;
  std::optional<TimeOfDay> quiet_from, quiet_until;
  std::optional<Language> language;
  std::int64_t version;
  BOOST_DESCRIBE_CLASS(StoredRule, (),
                       (scope, of, offsets, channels, wait, quiet_from, quiet_until, language, version), (),
                       ())
};

struct StoredWords {
  Scope scope;
  Language language;
  std::string words;
  BOOST_DESCRIBE_CLASS(StoredWords, (), (scope, language, words), (), ())
};

// "a,b": each part to `each`.
template <class F>
void parts(std::string_view text, F each) {
  while (!text.empty()) {
    const auto comma = text.find(',');
    each(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
}

std::vector<std::int64_t> numbers(std::string_view text) {
  std::vector<std::int64_t> all;
  parts(text, [&](std::string_view part) {
    std::from_chars(part.data(), part.data() + part.size(), all.emplace_back());
  });
  return all;
}

std::vector<Channel> channels_of(std::string_view text) {
  std::vector<Channel> all;
  parts(text, [&](std::string_view part) { all.push_back(json::parse_enum<Channel>(part).value()); });
  return all;
}

std::string joined(std::vector<std::int64_t> offsets) {
  std::sort(offsets.rbegin(), offsets.rend());
  std::string text;
  for (const auto offset : offsets) text += (text.empty() ? "" : ",") + std::to_string(offset);
  return text;
}

std::string joined(const std::vector<Channel>& channels) {
  std::string text;
  for (const auto channel : channels)
    text += (text.empty() ? "" : ",") + std::string(json::enum_name(channel));
  return text;
}

std::string at(std::string_view list, std::size_t i) {
  return "/" + std::string(list) + "/" + std::to_string(i);
}

Result<void> check(const NewRule& rule) {
  std::vector<FieldError> wrong;
  const auto twice = [&](std::string_view list, std::size_t i) {
    wrong.push_back({at(list, i), "twice", "This stands here twice."});
  };
  if (rule.offsets_minutes) {
    std::set<std::int64_t> seen;
    for (std::size_t i = 0; i < rule.offsets_minutes->size(); ++i)
      if (!seen.insert((*rule.offsets_minutes)[i]).second) twice("offsets_minutes", i);
  }
  if (rule.channels) {
    std::set<Channel> seen;
    for (std::size_t i = 0; i < rule.channels->size(); ++i) {
      if ((*rule.channels)[i] == Channel::live)
        wrong.push_back({at("channels", i), "live", "The live connection always comes first."});
      if (!seen.insert((*rule.channels)[i]).second) twice("channels", i);
    }
  }
  std::set<Language> seen;
  for (std::size_t i = 0; i < rule.words.size(); ++i)
    if (!seen.insert(rule.words[i].language).second) twice("words", i);
  if (!wrong.empty()) return invalid(std::move(wrong));
  return {};
}

// Whoever is in care, or is or was in the group. Whom it does not concern costs a look.
void ask_to_replan(Transaction& tx, Scope scope, std::int64_t of) {
  if (scope == Scope::programme)
    tx.run(
        "INSERT INTO reminder_replan (person_id) SELECT client_id FROM episode WHERE discharged_on IS NULL "
        "ON CONFLICT (person_id) DO NOTHING");
  else
    tx.run(
        "INSERT INTO reminder_replan (person_id) SELECT DISTINCT client_id FROM enrolment WHERE group_id = "
        "$1 "
        "ON CONFLICT (person_id) DO NOTHING",
        of);
}

}  // namespace

Rule rule(Snapshot& db, Scope scope, std::int64_t of) {
  Rule found{scope, of, {}, {}, {}, {}, {}, {}, 0};
  if (const auto row = db.one<StoredRule>("SELECT scope, scope_id, offsets, channels, wait_minutes, "
                                          "quiet_from, quiet_until, language, version "
                                          "FROM reminder_rule WHERE scope = $1 AND scope_id = $2",
                                          scope, of)) {
    if (row->offsets) found.offsets_minutes = numbers(*row->offsets);
    if (row->channels) found.channels = channels_of(*row->channels);
    found.wait_minutes = row->wait;
    if (row->quiet_from) found.quiet = Quiet{*row->quiet_from, *row->quiet_until};
    found.language = row->language;
    found.version = row->version;
  }
  for (auto& row :
       db.all<StoredWords>("SELECT scope, language, words FROM reminder_words WHERE scope = $1 AND "
                           "scope_id = $2 ORDER BY language",
                           scope, of))
    found.words.push_back({row.language, std::move(row.words)});
  return found;
}

Result<Rule> set_rule(Transaction& tx, const access::Actor& actor, Scope scope, std::int64_t of,
                      std::int64_t version, const NewRule& asked, Instant now) {
  if (auto good = check(asked); !good) return good.error();
  const Rule before = rule(tx, scope, of);
  if (before.version != version) return changed_meanwhile(before);
  std::optional<std::string> offsets, channels;
  if (asked.offsets_minutes)
    offsets = joined(std::vector<std::int64_t>(asked.offsets_minutes->begin(), asked.offsets_minutes->end()));
  if (asked.channels) channels = joined(*asked.channels);
  std::optional<std::int64_t> wait;
  if (asked.wait_minutes) wait = *asked.wait_minutes;
  std::optional<TimeOfDay> from, until;
  if (asked.quiet) from = asked.quiet->from, until = asked.quiet->until;
  tx.run(
      "INSERT INTO reminder_rule (scope, scope_id, offsets, channels, wait_minutes, quiet_from, quiet_until, "
      "language) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (scope, scope_id) DO UPDATE SET "
      "offsets = $3, channels = $4, wait_minutes = $5, quiet_from = $6, quiet_until = $7, language = $8, "
      "version = reminder_rule.version + 1",
      scope, of, offsets, channels, wait, from, until, asked.language);
  tx.run("DELETE FROM reminder_words WHERE scope = $1 AND scope_id = $2", scope, of);
  for (const auto& words : asked.words)
    tx.run("INSERT INTO reminder_words (scope, scope_id, language, words) VALUES ($1, $2, $3, $4)", scope, of,
           words.language, words.text);
  access::audit(tx, actor, "reminders.set_rule", json::enum_name(scope), of, now);
  if (scope == Scope::person || scope == Scope::plan)
    replan(tx, PersonId(of), now);
  else
    ask_to_replan(tx, scope, of);
  return rule(tx, scope, of);
}

Result<std::int64_t> replan_once(Transaction& tx, Instant now) {
  const auto people = tx.all<PersonId>(
      "DELETE FROM reminder_replan WHERE person_id IN (SELECT person_id FROM "
      "reminder_replan ORDER BY person_id LIMIT $1) RETURNING person_id",
      replanned_at_once);
  for (const auto person : people) replan(tx, person, now);
  return static_cast<std::int64_t>(people.size());
}

Resolved resolve(Snapshot& db, PersonId person, std::optional<GroupId> group) {
  auto rows = db.all<StoredRule>(
      "SELECT scope, scope_id, offsets, channels, wait_minutes, quiet_from, quiet_until, language, version "
      "FROM "
      "reminder_rule WHERE (scope = 'person' AND scope_id = $1) OR (scope = 'plan' AND scope_id = $1) OR "
      "(scope = 'group' AND scope_id = $2) OR (scope = 'programme' AND scope_id = 0)",
      person, group.value_or(GroupId()));
  Resolved found;
  if (rows.empty()) return found;  // and no words: they come with a rule
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.scope > b.scope; });
  for (const auto& row : rows) {  // the widest first: what is narrower comes over it
    if (row.offsets) {
      found.manner.offsets.clear();
      for (const auto offset : numbers(*row.offsets)) found.manner.offsets.emplace_back(offset);
      found.offsets = row.scope;
    }
    if (row.channels) found.manner.channels = channels_of(*row.channels), found.channels = row.scope;
    if (row.wait) found.manner.wait = Minutes(*row.wait), found.wait = row.scope;
    if (row.quiet_from) found.manner.quiet = {*row.quiet_from, *row.quiet_until}, found.quiet = row.scope;
    if (row.language) found.manner.language = *row.language, found.language = row.scope;
  }
  auto words = db.all<StoredWords>(
      "SELECT scope, language, words FROM reminder_words WHERE (scope = 'person' AND scope_id = $1) OR "
      "(scope = 'plan' AND scope_id = $1) OR (scope = 'group' AND scope_id = $2) OR "
      "(scope = 'programme' AND scope_id = 0)",
      person, group.value_or(GroupId()));
  std::sort(words.begin(), words.end(), [](const auto& a, const auto& b) { return a.scope > b.scope; });
  for (const auto& row : words)
    if (row.language == found.manner.language)
      found.manner.words = row.words, found.words = row.scope, found.own_words = true;
  return found;
}

const Manner& Manners::of(Snapshot& db, PersonId person, std::optional<GroupId> group) {
  const std::pair key{person, group};
  const auto at = known_.find(key);
  return at == known_.end() ? keep(person, group, resolve(db, person, group).manner) : at->second;
}

const Manner& Manners::keep(PersonId person, std::optional<GroupId> group, Manner manner) {
  return known_.insert_or_assign({person, group}, std::move(manner)).first->second;
}

}  // namespace circled::reminders
