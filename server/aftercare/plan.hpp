// The plan of a client's aftercare: goals, when they are asked how they are, whom to turn to safely, and who
// is the counselor. It belongs to a stay. Staff write it, from a template or not; what they write anew is the
// next version, and every version stays readable. A version counts from when the client has agreed to it in
// their app, and until then the one before it does.
//
// How many meetings a week a client means to go to is a goal of the plan like the others. It is the one thing
// that clients set by themselves: what they set they have agreed to.
#pragma once
#include <optional>
#include <vector>

#include "access/audit.hpp"
#include "aftercare/plan_rules.hpp"
#include "people/client.hpp"

namespace circled::aftercare {

using PlanId = Id<struct PlanTag>;
using PlanTemplateId = Id<struct PlanTemplateTag>;

// --- what staff write and read -------------------------------------------------------------------

struct WrittenPlan {
  std::optional<PlanTemplateId> made_from;
  StaffId counselor;
  Text<0, 500> safe_contact;  // whom to turn to, and how, without harm; never shown to the client's own app
  List<PlanGoal, 20, 1> goals;
  SelfCheckTerms self_checks;
};
BOOST_DESCRIBE_STRUCT(WrittenPlan, (), (made_from, counselor, safe_contact, goals, self_checks))

// What a template makes of a plan that begins today; a group goal may want its group yet.
struct PlanDraft {
  std::optional<PlanTemplateId> made_from;
  std::optional<StaffId> counselor;  // whose client they are, the latest assigned
  std::vector<PlanGoal> goals;
  SelfCheckTerms self_checks;
};
BOOST_DESCRIBE_STRUCT(PlanDraft, (), (made_from, counselor, goals, self_checks))

// in_force: it counts. proposed: it waits for the client's agreement. replaced: it counted once. passed_over:
// the client never agreed to it, and a later one was written.
enum class PlanState { in_force, proposed, replaced, passed_over };
BOOST_DESCRIBE_ENUM(PlanState, in_force, proposed, replaced, passed_over)

struct ShownGoal : PlanGoal {
  std::optional<std::string> group_name;
};
BOOST_DESCRIBE_STRUCT(ShownGoal, (PlanGoal), (group_name))

struct PlanVersion {
  std::int64_t version;
  PlanState state;
  std::optional<PlanTemplateId> made_from;
  std::optional<StaffId> counselor;  // absent: of the client's own, before staff wrote any
  std::optional<std::string> counselor_name;
  std::string safe_contact;
  std::vector<ShownGoal> goals;
  SelfCheckTerms self_checks;
  Instant made_at;
  std::optional<std::string> made_by_name;  // absent: the client
  std::optional<Instant> agreed_at;         // by the client
};
BOOST_DESCRIBE_STRUCT(PlanVersion, (),
                      (version, state, made_from, counselor, counselor_name, safe_contact, goals, self_checks,
                       made_at, made_by_name, agreed_at))

struct Plan {
  ClientId client;
  std::int64_t version;  // of the latest, and the ETag; 0: there is none
  std::optional<PlanVersion> in_force;
  std::optional<PlanVersion> proposed;
};
BOOST_DESCRIBE_STRUCT(Plan, (), (client, version, in_force, proposed))

// For whoever treats a client: counselors and clinicians within reach, supervisors and administrators. All
// answer not_found for a client out of reach.

Result<Plan> plan(Snapshot& db, const api::Identity& who, ClientId client, Instant now);
// The latest first.
Result<std::vector<PlanVersion>> plan_versions(Snapshot& db, const api::Identity& who, ClientId client,
                                               Instant now);
// Errors: also not_found (the template).
Result<PlanDraft> draft_plan(Snapshot& db, const api::Identity& who, ClientId client,
                             PlanTemplateId made_from, Instant now);
// Writes the next version, or the first; `seen` is the latest the caller has seen. The client is told that
// there is something to read, and an open task that asks for a plan is done. Errors: also conflict
// (not_in_aftercare), precondition_failed (changed_meanwhile), invalid (/made_from, /counselor: does not work
// with the client, /goals/…).
Result<Plan> write_plan(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                        ClientId client, std::int64_t seen, const WrittenPlan& written, Instant now);

// --- what the client sees and says ---------------------------------------------------------------

// Without anybody's name, and a group by its alias.
struct MyGoal {
  GoalKind kind;
  std::optional<std::int64_t> every_days;
  std::optional<Date> until;
  std::optional<std::int64_t> then_every_days;
  std::optional<std::int64_t> per_week;
  std::optional<std::string> group;
  std::optional<std::string> words;
};
BOOST_DESCRIBE_STRUCT(MyGoal, (), (kind, every_days, until, then_every_days, per_week, group, words))

struct MyPlanVersion {
  std::int64_t version;
  std::vector<MyGoal> goals;
  SelfCheckTerms self_checks;
  Instant made_at;
  std::optional<Instant> agreed_at;
};
BOOST_DESCRIBE_STRUCT(MyPlanVersion, (), (version, goals, self_checks, made_at, agreed_at))

struct MyPlan {
  std::int64_t version;  // as in Plan
  std::optional<MyPlanVersion> in_force;
  std::optional<MyPlanVersion> proposed;
  bool shows_progress;
};
BOOST_DESCRIBE_STRUCT(MyPlan, (), (version, in_force, proposed, shows_progress))

struct ShowProgress {
  bool shows_progress;
};
BOOST_DESCRIBE_STRUCT(ShowProgress, (), (shows_progress))

MyPlan my_plan(Snapshot& db, ClientId client);
// The client agrees to the latest version, which is the one they have seen; again changes nothing.
// Errors: not_found (there is none), precondition_failed (changed_meanwhile).
Result<MyPlan> agree(Transaction& tx, const access::Actor& actor, ClientId client, std::int64_t seen,
                     Instant now);
// Errors: not_found (there is no plan).
Result<MyPlan> show_progress(Transaction& tx, const access::Actor& actor, ClientId client,
                             const ShowProgress& show, Instant now);

// How many meetings a week the client means to go to, beside how many weekly ones they chose.
struct Goal {
  std::int64_t meetings_per_week = 0;  // 0: none set, or none wanted
  std::optional<Instant> since_at;     // when the plan that says so was agreed to
  std::int64_t committed = 0;          // commitments to meetings that still take place
};
BOOST_DESCRIBE_STRUCT(Goal, (), (meetings_per_week, since_at, committed))

struct NewGoal {
  Number<0, 21> meetings_per_week;
};
BOOST_DESCRIBE_STRUCT(NewGoal, (), (meetings_per_week))

Goal goal(Snapshot& db, ClientId client);
// By the client: the plan as it counts, with that number, is its next version, and agreed to.
// Errors: conflict (not_in_aftercare, plan_waits: a version has been written that they have not looked at).
Result<Goal> set_goal(Transaction& tx, const access::Actor& actor, ClientId client, const NewGoal& goal,
                      Instant now);

// --- for this room -------------------------------------------------------------------------------

// What counts now, of a client in care.
struct InForce {
  PlanId id;
  std::int64_t version;
  std::optional<StaffId> counselor;
  SelfCheckTerms self_checks;
  Instant agreed_at;
  std::vector<PlanGoal> goals;
};
std::optional<InForce> plan_in_force(Snapshot& db, ClientId client);

// Each version that counted in this stay, from when on, in order of time.
std::vector<rules::Agreed> agreed_versions(Snapshot& db, ClientId client);

// Whether progress is shown to the client.
bool shows_progress(Snapshot& db, ClientId client);

// Opens a task for the counselor of everybody who has come into aftercare and for whom no plan was written,
// some at a time; answers how many it opened. A job.
Result<std::int64_t> miss_plans_once(Transaction& tx, Instant now);

}  // namespace circled::aftercare
