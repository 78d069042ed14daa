// Follow-up: attendance that slips opens a task for the client's counselor, once, with the reason spelled
// out.
//
// A closed sheet is looked at as it closes; that nobody came for weeks leaves no sheet and is found by a job.
// While a task of a rule is open the rule is silent, and what lies before the last one was done has been
// followed up.
#pragma once
#include "tasks/task.hpp"

namespace circled::attendance {

struct FollowUpRule {
  tasks::Rule rule;
  std::int64_t times;  // 0: never
  std::int64_t days;
  std::int64_t version;  // its ETag
};
BOOST_DESCRIBE_STRUCT(FollowUpRule, (), (rule, times, days, version))

struct Threshold {
  tasks::Rule rule;
  Number<0, 100> times;
  Number<1, 365> days;
};
BOOST_DESCRIBE_STRUCT(Threshold, (), (rule, times, days))

std::vector<FollowUpRule> follow_up_rules(Snapshot& db);

// Errors: invalid (/rule: none of attendance), precondition_failed (changed_meanwhile).
Result<FollowUpRule> set_follow_up_rule(Transaction& tx, const access::Actor& actor, std::int64_t version,
                                        const Threshold& threshold, Instant now);

// Looks at everybody on the sheet of a session that was just closed. `zone` is its site's.
void follow_up_sheet(Transaction& tx, SessionId session, const Zone& zone, Instant now);

// Opens tasks about clients whom nobody has seen for as long as the rule says, some at a time; answers how
// many it opened. Nobody who is discharged, and nobody whose hold was in that time: the days begin again at
// its end. A job.
Result<std::int64_t> follow_up_absent(Transaction& tx, Instant now);

}  // namespace circled::attendance
