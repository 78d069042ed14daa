#include "attendance/hours_policy.hpp"

#include "base/token.hpp"
#include "base/version.hpp"
#include "live/emit.hpp"
#include "places/place.hpp"

namespace circled::attendance {
namespace {

// Before any stay that is kept here.
constexpr Date always = std::chrono::local_days{std::chrono::year{2000} / 1 / 1};

// Hours by level: The ASAM Criteria (levels 1, 2.1, 2.5), to which the states' codes refer. A week of level 1
// has fewer than nine hours, so 539 minutes are its most; "9 to 19 hours" includes the nineteenth.
struct FirstRule {
  const char* level;
  std::int64_t youngest;
  std::optional<std::int64_t> oldest;
  std::int64_t least_minutes;
  std::optional<std::int64_t> most_minutes;
  const char* source;    // wherever no jurisdiction has its own
  const char* illinois;  // that state's
};
constexpr const char* level_1 =
    "The ASAM Criteria, level 1 (outpatient): fewer than 9 hours a week, adolescents 6";
constexpr const char* level_2_1 =
    "The ASAM Criteria, level 2.1 (intensive outpatient): 9 to 19 hours a week, adolescents 6 to 19; "
    "42 CFR 410.44 (Medicare: at least 9)";
constexpr const char* level_2_5 =
    "The ASAM Criteria, level 2.5 (partial hospitalization): 20 hours a week or more; 42 CFR 410.43 "
    "(Medicare: "
    "at least 20)";
constexpr const char* section = "77 Ill. Adm. Code 2060.410, by reference to The ASAM Criteria";
const FirstRule first_rules[] = {
    {"1", 18, {}, 0, 539, level_1, section},        {"1", 0, 17, 0, 359, level_1, section},
    {"2.1", 18, {}, 540, 1140, level_2_1, section}, {"2.1", 0, 17, 360, 1140, level_2_1, section},
    {"2.5", 0, {}, 1200, {}, level_2_5, section},
};
constexpr const char* checked_everywhere =
    "The hours agree in several public summaries of the criteria. Not read: the book itself; of the CFR, the "
    "paragraphs with the hours.";
constexpr const char* checked_illinois =
    "Read: 2060.205, which names 2060.410 for the levels of care, and 2060.120 (adolescents are 12 to 17). "
    "Not "
    "read: the hours in 2060.410; these are ASAM's.";

Date today(Instant now) { return Zone::utc().date(now); }

CareRule row_of(Snapshot& db, CareRuleId id) {
  return db
      .one<CareRule>(
          "SELECT id, jurisdiction, level, youngest, oldest, least_minutes, most_minutes, least_days, "
          "least_individual_minutes, least_group_minutes, partial_week, from_on, until_on, source, checked "
          "FROM care_rule WHERE id = $1",
          id)
      .value();
}

CareRuleId insert(Transaction& tx, const CareRule& rule) {
  return tx
      .one<CareRuleId>(
          "INSERT INTO care_rule (jurisdiction, level, youngest, oldest, least_minutes, most_minutes, "
          "least_days, least_individual_minutes, least_group_minutes, partial_week, from_on, source, "
          "checked) "
          "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
          rule.jurisdiction, rule.level, rule.youngest, rule.oldest, rule.least_minutes, rule.most_minutes,
          rule.least_days, rule.least_individual_minutes, rule.least_group_minutes, rule.partial_week,
          rule.from, rule.source, rule.checked)
      .value();
}

std::vector<FieldError> check(const CareRule& rule, Instant now) {
  std::vector<FieldError> errors;
  if (rule.from <= today(now))
    errors.push_back({"/from", "not_to_come", "A rule holds from tomorrow on, or later: the past stays."});
  if (rule.oldest && *rule.oldest < rule.youngest)
    errors.push_back({"/oldest", "out_of_range", "The youngest is older than the oldest."});
  if (rule.most_minutes && *rule.most_minutes < rule.least_minutes)
    errors.push_back({"/most_minutes", "out_of_range", "The most is less than the least."});
  for (const auto& [pointer, part] : {std::pair("/least_individual_minutes", rule.least_individual_minutes),
                                      {"/least_group_minutes", rule.least_group_minutes}})
    if (part > rule.least_minutes)
      errors.push_back({pointer, "out_of_range", "The part is more than the whole."});
  return errors;
}

bool same_ages(const CareRule& a, const CareRule& b) {
  return a.youngest == b.youngest && a.oldest == b.oldest;
}

bool some_age_in_common(const CareRule& a, const CareRule& b) {
  return (!a.oldest || b.youngest <= *a.oldest) && (!b.oldest || a.youngest <= *b.oldest);
}

// Nobody's dashboard shows rules; weeks are judged by them.
void tell(Transaction& tx) { live::hint(tx, "hours.changed", 0, SiteId{}); }

}  // namespace

CarePolicy default_policy() { return {{}, {1}, {14}}; }

std::vector<CareRule> care_rules(Snapshot& db) {
  return db.all<CareRule>(
      "SELECT id, jurisdiction, level, youngest, oldest, least_minutes, most_minutes, least_days, "
      "least_individual_minutes, least_group_minutes, partial_week, from_on, until_on, source, checked "
      "FROM care_rule ORDER BY jurisdiction, level, youngest, from_on, id");
}

Result<CareRule> add_care_rule(Transaction& tx, const access::Actor& actor, const NewCareRule& wanted,
                               Instant now) {
  const auto minutes = [](const auto& number) { return Minutes(number ? number->value : 0); };
  CareRule rule{{},
                wanted.jurisdiction.value_or(""),
                wanted.level,
                wanted.youngest ? wanted.youngest->value : 0,
                wanted.oldest ? std::optional(wanted.oldest->value) : std::nullopt,
                Minutes(wanted.least_minutes.value),
                wanted.most_minutes ? std::optional(Minutes(wanted.most_minutes->value)) : std::nullopt,
                wanted.least_days ? wanted.least_days->value : 0,
                minutes(wanted.least_individual_minutes),
                minutes(wanted.least_group_minutes),
                wanted.partial_week.value_or(PartialWeek::prorated),
                wanted.from,
                {},
                wanted.source,
                wanted.checked.value_or("")};
  if (auto errors = check(rule, now); !errors.empty()) return invalid(std::move(errors));
  for (const CareRule& other : care_rules(tx)) {
    if (other.jurisdiction != rule.jurisdiction || other.level != rule.level ||
        !some_age_in_common(other, rule) || (other.until && *other.until < rule.from))
      continue;
    if (!same_ages(other, rule) || other.from >= rule.from) {
      Error error = conflict("overlaps", "Another rule of that level holds for some of these ages and days.");
      error.extra["rule"] = json::encode(other);
      return error;
    }
    tx.run("UPDATE care_rule SET until_on = $2 WHERE id = $1", other.id, rule.from - std::chrono::days(1));
    access::audit(tx, actor, "care_rule.end", "care_rule", other.id.value, now,
                  {{"until", to_string(rule.from - std::chrono::days(1))}});
  }
  rule.id = insert(tx, rule);
  access::audit(tx, actor, "care_rule.add", "care_rule", rule.id.value, now);
  tell(tx);
  return rule;
}

Result<CareRule> end_care_rule(Transaction& tx, const access::Actor& actor, CareRuleId id, Date until,
                               Instant now) {
  if (!tx.one<std::int64_t>("SELECT 1 FROM care_rule WHERE id = $1", id)) return not_found("rule");
  const CareRule rule = row_of(tx, id);
  if (rule.until && *rule.until < today(now)) return conflict("ended", "This rule has ended.");
  if (until < today(now) || until < rule.from)
    return invalid("/until", "out_of_range", "The last day is today, or the rule's first day, or later.");
  // Longer than it was might run into another.
  if (rule.until && until > *rule.until)
    return invalid("/until", "out_of_range", "This rule ends on an earlier day; add one from the next.");
  tx.run("UPDATE care_rule SET until_on = $2 WHERE id = $1", id, until);
  access::audit(tx, actor, "care_rule.end", "care_rule", id.value, now, {{"until", to_string(until)}});
  tell(tx);
  return row_of(tx, id);
}

bool has_care_rules(Snapshot& db) {
  return db.one<std::int64_t>("SELECT 1 FROM care_rule LIMIT 1").has_value();
}

bool add_first_care_rules(Transaction& tx) {
  if (has_care_rules(tx)) return false;
  for (const FirstRule& first : first_rules)
    for (const bool illinois : {false, true})
      insert(tx, {{},
                  illinois ? "US-IL" : "",
                  first.level,
                  first.youngest,
                  first.oldest,
                  Minutes(first.least_minutes),
                  first.most_minutes ? std::optional(Minutes(*first.most_minutes)) : std::nullopt,
                  0,
                  Minutes(0),
                  Minutes(0),
                  PartialWeek::prorated,
                  always,
                  {},
                  illinois ? first.illinois : first.source,
                  illinois ? checked_illinois : checked_everywhere});
  return true;
}

Result<CarePolicy> care_policy(Snapshot& db, SiteId site) {
  if (!places::site(db, site)) return not_found("site");
  return db
      .one<CarePolicy>("SELECT jurisdiction, week_starts, make_up_days FROM care_policy WHERE site_id = $1",
                       site)
      .value_or(default_policy());
}

std::string version(const CarePolicy& policy) { return sha256(json::to_text(policy)).substr(0, 16); }

Result<CarePolicy> set_care_policy(Transaction& tx, const access::Actor& actor, SiteId site,
                                   std::string_view seen, const CarePolicy& policy, Instant now) {
  const auto current = care_policy(tx, site);
  if (!current) return current.error();
  if (version(*current) != seen) {
    return circled::changed_meanwhile(*current, "Somebody changed this policy since you read it.");
  }
  tx.run(
      "INSERT INTO care_policy (site_id, jurisdiction, week_starts, make_up_days) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (site_id) DO UPDATE SET jurisdiction = $2, week_starts = $3, make_up_days = $4",
      site, policy.jurisdiction, policy.week_starts, policy.make_up_days);
  access::audit(tx, actor, "care_policy.set", "site", site.value, now, {{"policy", json::encode(policy)}});
  tell(tx);
  return policy;
}

}  // namespace circled::attendance
