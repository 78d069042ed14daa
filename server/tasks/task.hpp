// What somebody is to do about a client: a call, a letter, a talk. Rules open tasks where care slips
// (attendance/follow_up.hpp), people open them by hand; each is somebody's, and is done once, with a word on
// what came of it. Nothing here is ever told to a client.
#pragma once
#include <optional>
#include <vector>

#include "access/audit.hpp"
#include "api/route.hpp"
#include "base/bounded.hpp"
#include "people/client.hpp"

namespace circled::tasks {

enum class Rule {
  by_hand,
  unexcused_in_a_row,
  days_without_service,
  often_late,
  craving,  // more of it than the plan says somebody should look at
  reply,    // a text message that no program understands
  support,  // asked to talk, and nobody answered in time
  plan,     // in aftercare, and no plan
};
BOOST_DESCRIBE_ENUM(Rule, by_hand, unexcused_in_a_row, days_without_service, often_late, craving, reply,
                    support, plan)

struct Task {
  TaskId id;
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  std::optional<StaffId> staff;  // whose it is; nobody's is for supervisors to hand out
  std::optional<std::string> staff_name;
  Rule rule;
  std::string reason;
  Instant opened_at;
  std::optional<Instant> snoozed_until;
  std::optional<Instant> done_at;
  std::optional<std::string> done_by_name;
  std::string outcome;
  std::int64_t version;  // its ETag
};
BOOST_DESCRIBE_STRUCT(Task, (),
                      (id, client, preferred_name, family_name, staff, staff_name, rule, reason, opened_at,
                       snoozed_until, done_at, done_by_name, outcome, version))

struct NewTask {
  ClientId client;
  std::optional<StaffId> staff;  // left out: the caller's own
  Text<3, 500> reason;
};
BOOST_DESCRIBE_STRUCT(NewTask, (), (client, staff, reason))

struct Done {
  std::optional<Text<1, 500>> outcome;
};
BOOST_DESCRIBE_STRUCT(Done, (), (outcome))

struct Snooze {
  Instant until;  // to come, and within 90 days
};
BOOST_DESCRIBE_STRUCT(Snooze, (), (until))

struct NewOwner {
  StaffId staff;
};
BOOST_DESCRIBE_STRUCT(NewOwner, (), (staff))

enum class Show { mine, all };
BOOST_DESCRIBE_ENUM(Show, mine, all)

struct Filter {
  std::optional<Show> show = {};        // `mine` when left out; `all` is for supervisors and administrators
  std::optional<bool> snoozed = {};     // also those that sleep; false when left out
  std::optional<ClientId> client = {};  // of one client, done ones too, the latest first
  std::optional<Number<1, 200>> limit = {};
  std::optional<TaskId> after = {};
};
BOOST_DESCRIBE_STRUCT(Filter, (), (show, snoozed, client, limit, after))

// Open tasks, the oldest first; of one client (within reach) all, the latest first.
// Errors: not_found (the client), forbidden (all).
Result<api::Page<Task>> list(Snapshot& db, const api::Identity& who, const Filter& filter, Instant now);

// A client within reach; whose task it is must reach the client too.
// Errors: not_found, invalid (/staff).
Result<Task> open_by_hand(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          const NewTask& task, Instant now);

// For rules: opens the task for whoever is assigned to the client, the latest assignment first, unless one of
// that rule is open already. Answers whether it did; tells the counselor by an event.
bool open_by_rule(Transaction& tx, ClientId client, Rule rule, const std::string& reason, Instant now);

// What the rule asks for has come about: an open task of it is done, by whoever saw to it.
void settle(Transaction& tx, const access::Actor& actor, ClientId client, Rule rule, StaffId by,
            const std::string& outcome, Instant now);

// When the last task of that rule was done: what lies before it has been followed up.
std::optional<Instant> last_done(Snapshot& db, ClientId client, Rule rule);

// The three below: whose task it is, supervisors and administrators, with the client within reach.
// Errors: not_found, forbidden, precondition_failed (changed_meanwhile), conflict (already_done).
Result<Task> finish(Transaction& tx, const api::Identity& who, const access::Actor& actor, TaskId id,
                    std::int64_t version, const Done& done, Instant now);
// Errors: also invalid (/until).
Result<Task> snooze(Transaction& tx, const api::Identity& who, const access::Actor& actor, TaskId id,
                    std::int64_t version, const Snooze& snooze, Instant now);
// Errors: also invalid (/staff: unknown, or does not reach the client).
Result<Task> hand_over(Transaction& tx, const api::Identity& who, const access::Actor& actor, TaskId id,
                       std::int64_t version, const NewOwner& to, Instant now);
// Undoes `finish`. Errors: also conflict (not_done, another_open).
Result<Task> reopen(Transaction& tx, const api::Identity& who, const access::Actor& actor, TaskId id,
                    std::int64_t version, Instant now);

}  // namespace circled::tasks
