// What levels of care ask for in a week, and how a site cuts its weeks: policy, kept as rows.
//
// A rule holds from a day on and is never edited: what asks for something else is a new row from a day to
// come, and the one before it ends the day before. So a week that was judged stays judged by what held then.
#pragma once
#include "access/audit.hpp"
#include "attendance/hours_rules.hpp"
#include "base/bounded.hpp"

namespace circled::attendance {

struct NewCareRule {
  std::optional<Text<0, 20>> jurisdiction;  // where no other is, when left out
  Text<1, 20> level;
  std::optional<Number<0, 120>> youngest;  // any age when left out
  std::optional<Number<0, 120>> oldest;
  Number<0, 10080> least_minutes;
  std::optional<Number<0, 10080>> most_minutes;
  std::optional<Number<0, 7>> least_days;
  std::optional<Number<0, 10080>> least_individual_minutes;
  std::optional<Number<0, 10080>> least_group_minutes;
  std::optional<PartialWeek> partial_week;  // prorated when left out
  Date from;                                // after today
  Text<3, 500> source;
  std::optional<Text<0, 500>> checked;
};
BOOST_DESCRIBE_STRUCT(NewCareRule, (),
                      (jurisdiction, level, youngest, oldest, least_minutes, most_minutes, least_days,
                       least_individual_minutes, least_group_minutes, partial_week, from, source, checked))

struct CareRuleEnd {
  Date until;  // the last day; today or later
};
BOOST_DESCRIBE_STRUCT(CareRuleEnd, (), (until))

// Of one site. How weeks are cut is no requirement: changing it cuts those of the past anew, too.
struct CarePolicy {
  Text<0, 20> jurisdiction;    // whose rules go before those that hold everywhere; empty: none
  Number<0, 6> week_starts;    // 0 = Sunday
  Number<1, 90> make_up_days;  // after an absence, until which it can be made up
};
BOOST_DESCRIBE_STRUCT(CarePolicy, (), (jurisdiction, week_starts, make_up_days))

// Weeks from Monday, 14 days, no jurisdiction of its own: what holds where nobody said otherwise.
CarePolicy default_policy();

// All there are and ever were, in order of jurisdiction, level, age and day.
std::vector<CareRule> care_rules(Snapshot& db);

// For administrators. Ends a rule of the same jurisdiction, level and ages the day before. "Today" is UTC's.
// Errors: invalid (/from: not after today; /oldest, /most_minutes, /least_days and parts that cannot be),
// conflict (overlaps: with `rule`).
Result<CareRule> add_care_rule(Transaction& tx, const access::Actor& actor, const NewCareRule& rule,
                               Instant now);

// For administrators. Errors: not_found, invalid (/until), conflict (ended).
Result<CareRule> end_care_rule(Transaction& tx, const access::Actor& actor, CareRuleId id, Date until,
                               Instant now);

// The rules a new programme begins with, each with its source. Nothing where there are rules already; answers
// whether it added any.
bool add_first_care_rules(Transaction& tx);
bool has_care_rules(Snapshot& db);

// Errors: not_found.
Result<CarePolicy> care_policy(Snapshot& db, SiteId site);
// What to compare a copy with.
std::string version(const CarePolicy& policy);
// For administrators. Errors: not_found, precondition_failed (with the policy as it is).
Result<CarePolicy> set_care_policy(Transaction& tx, const access::Actor& actor, SiteId site,
                                   std::string_view seen, const CarePolicy& policy, Instant now);

}  // namespace circled::attendance
