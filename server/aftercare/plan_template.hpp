// Templates: what supervisors want plans of aftercare to begin with. A plan that was made from one is its
// own, and stays as it is when the template changes or is retired.
#pragma once
#include "aftercare/plan.hpp"

namespace circled::aftercare {

struct NewTemplate {
  Text<1, 100> name;
  List<TemplateGoal, 20, 1> goals;
  SelfCheckTerms self_checks;
};
BOOST_DESCRIBE_STRUCT(NewTemplate, (), (name, goals, self_checks))

struct PlanTemplate : NewTemplate {
  PlanTemplateId id;
  std::int64_t version;  // its ETag
};
BOOST_DESCRIBE_STRUCT(PlanTemplate, (NewTemplate), (id, version))

// Those that are not retired, in order of name.
std::vector<PlanTemplate> plan_templates(Snapshot& db);
std::optional<PlanTemplate> plan_template(Snapshot& db, PlanTemplateId id);

// The one that a programme begins with, unless there was any: at the first start.
bool has_templates(Snapshot& db);
void add_first_template(Transaction& tx);

// Supervisors and administrators. Errors of all: invalid (/name: taken, /goals/…).
Result<PlanTemplate> add_template(Transaction& tx, const access::Actor& actor, const NewTemplate& made,
                                  Instant now);
// Errors: also not_found, precondition_failed (changed_meanwhile).
Result<PlanTemplate> change_template(Transaction& tx, const access::Actor& actor, PlanTemplateId id,
                                     std::int64_t seen, const NewTemplate& next, Instant now);
// Errors: not_found.
Result<void> retire_template(Transaction& tx, const access::Actor& actor, PlanTemplateId id, Instant now);

}  // namespace circled::aftercare
