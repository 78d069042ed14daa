#include "tasks/routes.hpp"

#include "access/once.hpp"
#include "tasks/task.hpp"

namespace circled::tasks {

using namespace api;

void routes(Table& table, access::Context& context) {
  table.room("tasks");

  table.get("/api/v1/tasks", "What is to be done, the oldest first; or of one client all, the latest first",
            options::record,
            [&](const Call& call, const Counselor& who,
                const Query<Filter>& filter) -> circled::Task<Result<Reply<Page<Task>>>> {
              co_return co_await context.store.write(
                  "task.view", [&](Transaction& tx) -> Result<Reply<Page<Task>>> {
                    auto found = list(tx, who, *filter, call.now);
                    if (!found) return found.error();
                    for (const auto& task : found->items)
                      access::audit_view(tx, access::actor_of(call, who), "client.view_tasks", task.client,
                                         call.now);
                    return Reply<Page<Task>>(std::move(*found));
                  });
            });

  table.post("/api/v1/tasks", "Asks somebody to do something about a client", options::once,
             [&](const Call& call, const Counselor& who,
                 const Body<NewTask>& body) -> circled::Task<Result<Reply<Task>>> {
               co_return co_await access::write_once(context, "task.open", call, who, [&](Transaction& tx) {
                 return tagged(open_by_hand(tx, who, access::actor_of(call, who), *body, call.now));
               });
             });

  table.post("/api/v1/tasks/{task}/finish", "Says that a task is done, and what came of it", options::edit,
             [&](const Call& call, const Counselor& who,
                 const Body<Done>& body) -> circled::Task<Result<Reply<Task>>> {
               co_return co_await access::write_once(context, "task.finish", call, who, [&](Transaction& tx) {
                 return tagged(finish(tx, who, access::actor_of(call, who), call.id<TaskId>("task"),
                                      call.version(), *body, call.now));
               });
             });

  table.post("/api/v1/tasks/{task}/reopen", "Takes back that a task is done", options::edit,
             [&](const Call& call, const Counselor& who) -> circled::Task<Result<Reply<Task>>> {
               co_return co_await access::write_once(context, "task.reopen", call, who, [&](Transaction& tx) {
                 return tagged(reopen(tx, who, access::actor_of(call, who), call.id<TaskId>("task"),
                                      call.version(), call.now));
               });
             });

  table.post("/api/v1/tasks/{task}/snooze", "Hides a task until a time", options::edit,
             [&](const Call& call, const Counselor& who,
                 const Body<Snooze>& body) -> circled::Task<Result<Reply<Task>>> {
               co_return co_await access::write_once(context, "task.snooze", call, who, [&](Transaction& tx) {
                 return tagged(snooze(tx, who, access::actor_of(call, who), call.id<TaskId>("task"),
                                      call.version(), *body, call.now));
               });
             });

  table.post("/api/v1/tasks/{task}/hand-over", "Makes a task somebody else's", options::edit,
             [&](const Call& call, const Counselor& who,
                 const Body<NewOwner>& body) -> circled::Task<Result<Reply<Task>>> {
               co_return co_await access::write_once(
                   context, "task.hand_over", call, who, [&](Transaction& tx) {
                     return tagged(hand_over(tx, who, access::actor_of(call, who), call.id<TaskId>("task"),
                                             call.version(), *body, call.now));
                   });
             });
}

}  // namespace circled::tasks
