#include "tasks/task.hpp"

#include <limits>

#include "base/version.hpp"
#include "live/emit.hpp"
#include "people/reach.hpp"
#include "people/record_opening.hpp"

namespace circled::tasks {
namespace {

constexpr auto longest_snooze = std::chrono::days(90);

struct TaskNews {
  TaskId task;
};
BOOST_DESCRIBE_STRUCT(TaskNews, (), (task))

// A task with the names that go with its ids; WHERE chooses.
#define CIRCLED_TASKS(WHERE)                                                                          \
  "SELECT t.id, t.client_id, c.preferred_name, c.family_name, t.staff_id, s.name, t.rule, t.reason, " \
  "t.opened_at, t.snoozed_until, t.done_at, d.name, t.outcome, t.version FROM task t "                \
  "JOIN client c ON c.person_id = t.client_id LEFT JOIN staff s ON s.person_id = t.staff_id "         \
  "LEFT JOIN staff d ON d.person_id = t.done_by WHERE " WHERE

std::optional<Task> find(Snapshot& db, TaskId id) { return db.one<Task>(CIRCLED_TASKS("t.id = $1"), id); }

void tell(Transaction& tx, std::optional<StaffId> staff, TaskId id, Instant now) {
  if (staff) live::emit(tx, PersonId(*staff), now, "task.opened", TaskNews{id});
}

void hint(Transaction& tx, ClientId client, TaskId id) {
  const auto site = *tx.one<SiteId>("SELECT site_id FROM client WHERE person_id = $1", client);
  live::hint(tx, "task.changed", id.value, site);
}

// The task if this caller may change it, and saw it as it is.
Result<Task> for_changing(Transaction& tx, const api::Identity& who, TaskId id, std::int64_t version,
                          Instant now) {
  auto task = find(tx, id);
  if (!task || !people::reaches(tx, who, task->client, now)) return not_found("task");
  if (task->staff != StaffId(who.person.value) && !api::Supervisor::accepts(who.role))
    return forbidden("This is somebody else's task.");
  if (task->version != version) {
    return circled::changed_meanwhile(*task, "Somebody changed this task since you read it.");
  }
  return std::move(*task);
}

Result<Task> open_for_changing(Transaction& tx, const api::Identity& who, TaskId id, std::int64_t version,
                               Instant now) {
  auto task = for_changing(tx, who, id, version, now);
  if (task && task->done_at) return conflict("already_done", "This task is done already.");
  return task;
}

Task changed(Transaction& tx, const access::Actor& actor, std::string_view action, const Task& task,
             Instant now) {
  access::audit(tx, actor, action, "client", task.client.value, now, {{"task", task.id.value}});
  hint(tx, task.client, task.id);
  return *find(tx, task.id);
}

api::Page<Task> page(std::vector<Task> rows, std::int64_t limit) {
  api::Page<Task> page{std::move(rows), {}};
  if (static_cast<std::int64_t>(page.items.size()) <= limit) return page;
  page.items.resize(static_cast<std::size_t>(limit));
  page.next = std::to_string(page.items.back().id.value);
  return page;
}

}  // namespace

Result<api::Page<Task>> list(Snapshot& db, const api::Identity& who, const Filter& filter, Instant now) {
  const std::int64_t limit = filter.limit ? std::int64_t(*filter.limit) : 50;
  if (filter.client) {
    if (!people::may_read(db, who, *filter.client, now)) return not_found("client");
    return page(
        db.all<Task>(CIRCLED_TASKS("t.client_id = $1 AND t.id < $2 ORDER BY t.id DESC LIMIT $3"),
                     *filter.client, filter.after.value_or(TaskId(std::numeric_limits<std::int64_t>::max())),
                     limit + 1),
        limit);
  }
  const bool all = filter.show && *filter.show == Show::all;
  if (all && !api::Supervisor::accepts(who.role)) return forbidden("Everybody's tasks are for supervisors.");
  // Whoever sleeps until then is awake by then: all of them, or those that are awake now.
  const bool sleeping = filter.snoozed && *filter.snoozed;
  const auto awake_at = sleeping ? std::numeric_limits<std::int64_t>::max() : to_millis(now);
  const auto after = filter.after.value_or(TaskId());
  if (all)
    return page(db.all<Task>(CIRCLED_TASKS("t.done_at IS NULL AND t.id > $1 AND (t.snoozed_until IS NULL OR "
                                           "t.snoozed_until <= $2) ORDER BY t.id LIMIT $3"),
                             after, awake_at, limit + 1),
                limit);
  return page(
      db.all<Task>(CIRCLED_TASKS("t.done_at IS NULL AND t.staff_id = $4 AND t.id > $1 AND (t.snoozed_until "
                                 "IS NULL OR t.snoozed_until <= $2) ORDER BY t.id LIMIT $3"),
                   after, awake_at, limit + 1, who.person),
      limit);
}

Result<Task> open_by_hand(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          const NewTask& task, Instant now) {
  if (!people::reaches(tx, who, task.client, now)) return not_found("client");
  const StaffId whose = task.staff.value_or(StaffId(who.person.value));
  if (!people::works_with(tx, whose, task.client, now))
    return invalid("/staff", "cannot_have_it", "This person does not work with the client.");
  const auto id = *tx.one<TaskId>(
      "INSERT INTO task (client_id, staff_id, rule, reason, opened_at, opened_by) "
      "VALUES ($1, $2, 'by_hand', $3, $4, $5) RETURNING id",
      task.client, whose, task.reason, now, who.person);
  if (whose != StaffId(who.person.value)) tell(tx, whose, id, now);
  return changed(tx, actor, "task.open", *find(tx, id), now);
}

bool open_by_rule(Transaction& tx, ClientId client, Rule rule, const std::string& reason, Instant now) {
  const auto whose = people::counselor_of(tx, client, now);
  const auto id = tx.one<TaskId>(
      "INSERT INTO task (client_id, staff_id, rule, reason, opened_at) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (client_id, rule) WHERE done_at IS NULL AND rule <> 'by_hand' DO NOTHING RETURNING id",
      client, whose, rule, reason, now);
  if (!id) return false;
  tell(tx, whose, *id, now);
  access::audit(tx, {}, "task.open", "client", client.value, now,
                {{"task", id->value}, {"rule", json::enum_name(rule)}});
  hint(tx, client, *id);
  return true;
}

void settle(Transaction& tx, const access::Actor& actor, ClientId client, Rule rule, StaffId by,
            const std::string& outcome, Instant now) {
  const auto id = tx.one<TaskId>(
      "UPDATE task SET done_at = $3, done_by = $4, outcome = $5, snoozed_until = NULL, version = version + 1 "
      "WHERE client_id = $1 AND rule = $2 AND done_at IS NULL RETURNING id",
      client, rule, now, by, outcome);
  if (!id) return;
  access::audit(tx, actor, "task.finish", "client", client.value, now, {{"task", id->value}});
  hint(tx, client, *id);
}

std::optional<Instant> last_done(Snapshot& db, ClientId client, Rule rule) {
  return db
      .one<std::optional<Instant>>("SELECT max(done_at) FROM task WHERE client_id = $1 AND rule = $2", client,
                                   rule)
      .value_or(std::nullopt);
}

Result<Task> finish(Transaction& tx, const api::Identity& who, const access::Actor& actor, TaskId id,
                    std::int64_t version, const Done& done, Instant now) {
  auto task = open_for_changing(tx, who, id, version, now);
  if (!task) return task;
  tx.run(
      "UPDATE task SET done_at = $2, done_by = $3, outcome = $4, snoozed_until = NULL, version = version + 1 "
      "WHERE id = $1",
      id, now, who.person, done.outcome ? std::string(*done.outcome) : std::string());
  return changed(tx, actor, "task.finish", *task, now);
}

Result<Task> snooze(Transaction& tx, const api::Identity& who, const access::Actor& actor, TaskId id,
                    std::int64_t version, const Snooze& snooze, Instant now) {
  auto task = open_for_changing(tx, who, id, version, now);
  if (!task) return task;
  if (snooze.until <= now) return invalid("/until", "in_the_past", "This must be a time to come.");
  if (snooze.until > now + longest_snooze)
    return invalid("/until", "too_far", "A task sleeps for 90 days at most.");
  tx.run("UPDATE task SET snoozed_until = $2, version = version + 1 WHERE id = $1", id, snooze.until);
  return changed(tx, actor, "task.snooze", *task, now);
}

Result<Task> hand_over(Transaction& tx, const api::Identity& who, const access::Actor& actor, TaskId id,
                       std::int64_t version, const NewOwner& to, Instant now) {
  auto task = open_for_changing(tx, who, id, version, now);
  if (!task) return task;
  if (!people::works_with(tx, to.staff, task->client, now))
    return invalid("/staff", "cannot_have_it", "This person does not work with the client.");
  tx.run("UPDATE task SET staff_id = $2, snoozed_until = NULL, version = version + 1 WHERE id = $1", id,
         to.staff);
  if (to.staff != StaffId(who.person.value)) tell(tx, to.staff, id, now);
  return changed(tx, actor, "task.hand_over", *task, now);
}

Result<Task> reopen(Transaction& tx, const api::Identity& who, const access::Actor& actor, TaskId id,
                    std::int64_t version, Instant now) {
  auto task = for_changing(tx, who, id, version, now);
  if (!task) return task;
  if (!task->done_at) return conflict("not_done", "This task is open.");
  if (task->rule != Rule::by_hand &&
      tx.one<std::int64_t>("SELECT 1 FROM task WHERE client_id = $1 AND rule = $2 AND done_at IS NULL",
                           task->client, task->rule))
    return conflict("another_open", "The same has been asked for again meanwhile; that task is open.");
  tx.run("UPDATE task SET done_at = NULL, done_by = NULL, outcome = '', version = version + 1 WHERE id = $1",
         id);
  return changed(tx, actor, "task.reopen", *task, now);
}

}  // namespace circled::tasks
