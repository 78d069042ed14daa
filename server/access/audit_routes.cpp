#include "access/audit.hpp"
#include "access/audit_list.hpp"
#include "access/routes.hpp"
#include "base/bounded.hpp"

namespace circled::access {
namespace {

using api::Call;
using api::Page;
using api::Query;
using api::Reply;
using api::Supervisor;
namespace options = api::options;

struct AuditFilter {
  std::optional<Text<1, 40>> subject_kind;
  std::optional<Number<0, std::numeric_limits<std::int64_t>::max()>> subject_id;
  std::optional<PersonId> person;      // who acted
  std::optional<Text<1, 60>> action;   // needs a subject, a person or `from`, as `views` does
  std::optional<bool> views;           // only that somebody looked at something
  std::optional<Instant> from, until;  // `until` itself is not in it
  std::optional<Number<1, 200>> limit;
  std::optional<AuditId> after;
  BOOST_DESCRIBE_CLASS(AuditFilter, (),
                       (subject_kind, subject_id, person, action, views, from, until, limit, after), (), ())
};

Task<Result<Reply<Page<AuditEntry>>>> list(Context& context, const Call& call, const Supervisor& who,
                                           const AuditFilter& filter) {
  if (filter.subject_kind.has_value() != filter.subject_id.has_value())
    co_return invalid(filter.subject_kind ? "?subject_id" : "?subject_kind", "missing",
                      "subject_kind and subject_id come together.");
  if (filter.from && filter.until && *filter.until <= *filter.from)
    co_return invalid("?until", "out_of_range", "This must be after `from`.");
  AuditQuery query;
  if (filter.subject_kind) query.subject = AuditSubject{*filter.subject_kind, *filter.subject_id};
  query.person = filter.person;
  if (filter.action) query.action = *filter.action;
  query.views = filter.views.value_or(false);
  query.from = filter.from;
  query.until = filter.until;
  // One sort of entry may be years apart; no index has them side by side.
  if ((filter.action || query.views) && !query.subject && !query.person && !query.from)
    co_return invalid("?from", "missing", "One sort of entry is looked for from a day on, or of somebody.");

  // The trail of a client tells as much as the record does: reading it leaves an entry of its own.
  const bool of_client = query.subject && query.subject->kind == "client";
  const Actor actor{who.account, call.request.id};
  auto recorded = co_await record_view(context.store, actor, "audit.view", of_client ? "client" : "audit",
                                       of_client ? query.subject->id : 0, call.now);
  if (!recorded) co_return recorded.error();
  const std::int64_t limit = filter.limit.value_or(Number<1, 200>{50});
  auto entries = co_await context.store.report(
      [&](Snapshot& db) { return audit_entries(db, query, filter.after.value_or(AuditId{}), limit + 1); });
  Page<AuditEntry> page;
  if (static_cast<std::int64_t>(entries.size()) > limit) {
    entries.resize(static_cast<std::size_t>(limit));
    page.next = std::to_string(entries.back().id.value);
  }
  page.items = std::move(entries);
  co_return page;
}

}  // namespace

void audit_routes(api::Table& table, Context& context) {
  table.get("/api/v1/audit",
            "Lists the audit trail, of one subject, of whoever acted, of days or of all, newest first",
            options::none,
            [&context](const Call& call, const Supervisor& who, const Query<AuditFilter>& filter)
                -> Task<Result<Reply<Page<AuditEntry>>>> { return list(context, call, who, *filter); });
}

}  // namespace circled::access
