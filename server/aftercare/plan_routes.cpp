// Routes of plans and their templates, of how they go, and of the visits they ask for.
#include "access/once.hpp"
#include "aftercare/plan_template.hpp"
#include "aftercare/progress.hpp"
#include "aftercare/routes.hpp"
#include "aftercare/view.hpp"

namespace circled::aftercare {

using namespace api;

namespace {

struct DraftQuery {
  PlanTemplateId from;
};
BOOST_DESCRIBE_STRUCT(DraftQuery, (), (from))

void template_rows(Table& table, access::Context& context) {
  table.get("/api/v1/plan-templates", "What plans of aftercare can begin with", options::none,
            [&](const Call&, const Counselor&) -> Task<Result<Reply<Page<PlanTemplate>>>> {
              co_return co_await context.store.read([](Snapshot& db) -> Result<Reply<Page<PlanTemplate>>> {
                return Page<PlanTemplate>{plan_templates(db), {}};
              });
            });

  table.get("/api/v1/plan-templates/{template}", "One template", options::none,
            [&](const Call& call, const Counselor&) -> Task<Result<Reply<PlanTemplate>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<PlanTemplate>> {
                auto found = plan_template(db, call.id<PlanTemplateId>("template"));
                if (!found) return not_found("template");
                return tagged(Result<PlanTemplate>(std::move(*found)));
              });
            });

  table.post("/api/v1/plan-templates", "Adds a template", options::once,
             [&](const Call& call, const Supervisor& who,
                 const Body<NewTemplate>& body) -> Task<Result<Reply<PlanTemplate>>> {
               co_return co_await access::write_once(
                   context, "plan_template.add", call, who, [&](Transaction& tx) {
                     return tagged(add_template(tx, access::actor_of(call, who), *body, call.now));
                   });
             });

  table.put(
      "/api/v1/plan-templates/{template}", "Changes a template; plans made from it stay as they are",
      options::edit,
      [&](const Call& call, const Supervisor& who,
          const Body<NewTemplate>& body) -> Task<Result<Reply<PlanTemplate>>> {
        co_return co_await context.store.write("plan_template.change", [&](Transaction& tx) {
          return tagged(change_template(tx, access::actor_of(call, who), call.id<PlanTemplateId>("template"),
                                        call.version(), *body, call.now));
        });
      });

  table.del("/api/v1/plan-templates/{template}", "Retires a template; plans made from it stay", options::none,
            [&](const Call& call, const Supervisor& who) -> Task<Result<Reply<>>> {
              co_return co_await context.store.write(
                  "plan_template.retire", [&](Transaction& tx) -> Result<Reply<>> {
                    auto done = retire_template(tx, access::actor_of(call, who),
                                                call.id<PlanTemplateId>("template"), call.now);
                    if (!done) return done.error();
                    return Reply<>();
                  });
            });
}

void counselor_rows(Table& table, access::Context& context) {
  table.get("/api/v1/clients/{client}/plan", "A client's plan: what counts, and what waits to be agreed to",
            options::record, [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Plan>>> {
              co_return co_await context.store.write(
                  "plan.view", [&](Transaction& tx) -> Result<Reply<Plan>> {
                    const auto client = call.id<ClientId>("client");
                    auto found = tagged(plan(tx, who, client, call.now));
                    if (found)
                      access::audit_view(tx, access::actor_of(call, who), "plan.view", client, call.now);
                    return found;
                  });
            });

  table.put("/api/v1/clients/{client}/plan",
            "Writes the next version of a client's plan, or the first: If-Match \"0\"", options::edit,
            [&](const Call& call, const Counselor& who,
                const Body<WrittenPlan>& body) -> Task<Result<Reply<Plan>>> {
              co_return co_await context.store.write("plan.write", [&](Transaction& tx) {
                return tagged(write_plan(tx, who, access::actor_of(call, who), call.id<ClientId>("client"),
                                         call.version(), *body, call.now));
              });
            });

  table.get("/api/v1/clients/{client}/plan/versions", "Every version of a client's plan, the latest first",
            options::record,
            [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Page<PlanVersion>>>> {
              co_return co_await context.store.write(
                  "plan.view_versions", [&](Transaction& tx) -> Result<Reply<Page<PlanVersion>>> {
                    const auto client = call.id<ClientId>("client");
                    auto found = plan_versions(tx, who, client, call.now);
                    if (!found) return found.error();
                    access::audit_view(tx, access::actor_of(call, who), "plan.view", client, call.now);
                    return Page<PlanVersion>{std::move(*found), {}};
                  });
            });

  table.get("/api/v1/clients/{client}/plan/draft", "What a template would make of a plan today",
            options::none,
            [&](const Call& call, const Counselor& who,
                const Query<DraftQuery>& query) -> Task<Result<Reply<PlanDraft>>> {
              co_return co_await context.store.read([&](Snapshot& db) {
                return reply(draft_plan(db, who, call.id<ClientId>("client"), query->from, call.now));
              });
            });

  table.get("/api/v1/clients/{client}/plan/progress", "How the goals of a client's plan went, week by week",
            options::record,
            [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Page<GoalProgress>>>> {
              co_return co_await view<Page<GoalProgress>>(
                  context, call, who, "progress.view", [&](Snapshot& db, ClientId client) {
                    return Page<GoalProgress>{progress(db, client, call.now), {}};
                  });
            });
}

void own_rows(Table& table, access::Context& context) {
  table.get("/api/v1/my/plan", "The client's own plan", options::none,
            [&](const Call&, const ClientUser& who) -> Task<Result<Reply<MyPlan>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<MyPlan>> {
                return tagged(Result<MyPlan>(my_plan(db, who.client())));
              });
            });

  table.post(
      "/api/v1/my/plan/agree", "Agrees to the version of the plan that the client has read", options::edit,
      [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<MyPlan>>> {
        co_return co_await access::write_once(context, "plan.agree", call, who, [&](Transaction& tx) {
          return tagged(agree(tx, access::actor_of(call, who), who.client(), call.version(), call.now));
        });
      });

  table.put("/api/v1/my/plan/shows-progress", "Whether the client wants to see how their goals go",
            options::none,
            [&](const Call& call, const ClientUser& who,
                const Body<ShowProgress>& body) -> Task<Result<Reply<MyPlan>>> {
              co_return co_await context.store.write("plan.show_progress", [&](Transaction& tx) {
                return tagged(show_progress(tx, access::actor_of(call, who), who.client(), *body, call.now));
              });
            });

  table.get("/api/v1/my/progress", "How the client's goals went, if they want to see it", options::none,
            [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<MyProgress>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<MyProgress>> {
                return Reply<MyProgress>(my_progress(db, who.client(), call.now));
              });
            });

  table.get("/api/v1/my/goal", "How many meetings a week the client means to go to", options::none,
            [&](const Call&, const ClientUser& who) -> Task<Result<Reply<Goal>>> {
              co_return co_await context.store.read(
                  [&](Snapshot& db) -> Result<Reply<Goal>> { return Reply<Goal>(goal(db, who.client())); });
            });

  table.put(
      "/api/v1/my/goal", "Sets how many meetings a week the client means to go to: a goal of their plan",
      options::none,
      [&](const Call& call, const ClientUser& who, const Body<NewGoal>& body) -> Task<Result<Reply<Goal>>> {
        co_return co_await context.store.write("goal.set", [&](Transaction& tx) {
          return reply(set_goal(tx, access::actor_of(call, who), who.client(), *body, call.now));
        });
      });
}

void visit_rows(Table& table, access::Context& context) {
  table.get("/api/v1/my/visit", "When the client's next visit is due, and when it could be", options::none,
            [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<MyVisit>>> {
              co_return co_await context.store.report([&](Snapshot& db) -> Result<Reply<MyVisit>> {
                return Reply<MyVisit>(my_visit(db, who.client(), call.now));
              });
            });

  table.post("/api/v1/my/visit", "Takes one of the times that are proposed for a visit", options::once,
             [&](const Call& call, const ClientUser& who,
                 const Body<VisitTaken>& body) -> Task<Result<Reply<calendar::Appointment>>> {
               co_return co_await access::write_once(context, "visit.take", call, who, [&](Transaction& tx) {
                 return created(take_visit(tx, access::actor_of(call, who), who.client(), *body, call.now));
               });
             });
}

}  // namespace

void plan_routes(Table& table, access::Context& context) {
  template_rows(table, context);
  counselor_rows(table, context);
  own_rows(table, context);
  visit_rows(table, context);
}

}  // namespace circled::aftercare
