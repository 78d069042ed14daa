#include "attendance/routes.hpp"

#include <charconv>

#include "access/once.hpp"
#include "attendance/hours.hpp"

namespace circled::attendance {

using namespace api;

namespace {

struct BoardFilter {
  std::optional<SiteId> site;  // the caller's own when left out
  std::optional<Date> week;    // any of its days; this week when left out
  std::optional<Number<1, 200>> limit;
  std::optional<Text<1, 64>> after;
};
BOOST_DESCRIBE_STRUCT(BoardFilter, (), (site, week, limit, after))

struct WeeksFilter {
  std::optional<Date> from;   // today when left out
  std::optional<Date> until;  // as `from` when left out
};
BOOST_DESCRIBE_STRUCT(WeeksFilter, (), (from, until))

// "<verdict>.<client>" of the last line of a page.
Result<HoursPage> asked(const BoardFilter& filter) {
  HoursPage page;
  if (filter.limit) page.limit = filter.limit->value;
  if (!filter.after) return page;
  const std::string_view cursor = *filter.after;
  const auto dot = std::min(cursor.find('.'), cursor.size());
  page.after_verdict = json::parse_enum<HoursVerdict>(cursor.substr(0, dot));
  const char* end = cursor.data() + cursor.size();
  const auto [stop, bad] =
      std::from_chars(cursor.data() + std::min(dot + 1, cursor.size()), end, page.after.value);
  if (!page.after_verdict || bad != std::errc{} || stop != end)
    return invalid("?after", "not_a_cursor", "This is not a cursor of this list.");
  return page;
}

Reply<CarePolicy> tagged(CarePolicy policy) {
  Reply<CarePolicy> reply(std::move(policy));
  reply.etag = version(reply.body);
  return reply;
}

Result<Reply<CarePolicy>> tagged(Result<CarePolicy> policy) {
  if (!policy) return policy.error();
  return tagged(std::move(*policy));
}

constexpr std::string_view view = "client.view_hours";

void figures(Table& table, access::Context& context) {
  table.get(
      "/api/v1/hours", "Everybody's hours of a week: the caller's own clients, for supervisors all of a site",
      options::record,
      [&](const Call& call, const Counselor& who,
          const Query<BoardFilter>& filter) -> Task<Result<Reply<HoursBoard>>> {
        const auto page = asked(*filter);
        if (!page) co_return page.error();
        const access::Actor actor(who.account, call.request.id);
        std::vector<ClientId> unseen;
        auto board = co_await context.store.report([&](Snapshot& db) {
          auto found = hours_board(db, who, filter->site.value_or(who.site), filter->week, *page, call.now);
          if (found)
            for (const auto& line : found->items)
              if (!access::seen_lately(db, actor, view, "client", line.client.value, call.now))
                unseen.push_back(line.client);
          return found;
        });
        if (!board) co_return board.error();
        if (!unseen.empty()) {
          auto recorded = co_await context.store.write("hours.view", [&](Transaction& tx) -> Result<bool> {
            for (const auto client : unseen) access::audit_view(tx, actor, view, client, call.now);
            return true;
          });
          if (!recorded) co_return recorded.error();
        }
        Reply<HoursBoard> reply(std::move(*board));
        reply.next = reply.body.next.value_or("");
        co_return reply;
      });

  table.get("/api/v1/clients/{client}/hours",
            "A client's weeks: what their level asks for, what was attended, what could still be joined",
            options::record,
            [&](const Call& call, const Counselor& who,
                const Query<WeeksFilter>& filter) -> Task<Result<Reply<ClientHours>>> {
              const auto client = call.id<ClientId>("client");
              auto hours = co_await context.store.report([&](Snapshot& db) {
                return client_hours(db, who, client, filter->from, filter->until, call.now);
              });
              if (!hours) co_return hours.error();
              auto recorded = co_await access::record_view(context.store, {who.account, call.request.id},
                                                           view, client, call.now);
              if (!recorded) co_return recorded.error();
              co_return Reply<ClientHours>(std::move(*hours));
            });
}

void policy(Table& table, access::Context& context) {
  table.get("/api/v1/care-rules", "What levels of care ask for in a week, now and before", options::none,
            [&](const Call&, const StaffMember&) -> Task<Result<Reply<Page<CareRule>>>> {
              co_return co_await context.store.read([](Snapshot& db) -> Result<Reply<Page<CareRule>>> {
                return Page<CareRule>{care_rules(db), {}};
              });
            });

  table.post("/api/v1/care-rules", "Adds a rule from a day to come; the one before it ends the day before",
             options::once,
             [&](const Call& call, const Admin& who,
                 const Body<NewCareRule>& body) -> Task<Result<Reply<CareRule>>> {
               co_return co_await access::write_once(
                   context, "care_rule.add", call, who, [&](Transaction& tx) {
                     return created(add_care_rule(tx, {who.account, call.request.id}, *body, call.now));
                   });
             });

  table.post("/api/v1/care-rules/{rule}/end", "Ends a rule, today or later", options::none,
             [&](const Call& call, const Admin& who,
                 const Body<CareRuleEnd>& body) -> Task<Result<Reply<CareRule>>> {
               co_return co_await access::write_once(
                   context, "care_rule.end", call, who, [&](Transaction& tx) -> Result<Reply<CareRule>> {
                     auto ended = end_care_rule(tx, {who.account, call.request.id},
                                                call.id<CareRuleId>("rule"), body->until, call.now);
                     if (!ended) return ended.error();
                     return Reply<CareRule>(std::move(*ended));
                   });
             });

  table.get("/api/v1/sites/{site}/care-policy", "Whose rules a site follows, and how it cuts its weeks",
            options::none, [&](const Call& call, const StaffMember&) -> Task<Result<Reply<CarePolicy>>> {
              co_return co_await context.store.read(
                  [&](Snapshot& db) { return tagged(care_policy(db, call.id<SiteId>("site"))); });
            });

  table.put("/api/v1/sites/{site}/care-policy", "Sets whose rules a site follows, and how it cuts its weeks",
            options::edit,
            [&](const Call& call, const Admin& who,
                const Body<CarePolicy>& body) -> Task<Result<Reply<CarePolicy>>> {
              co_return co_await context.store.write("care_policy.set", [&](Transaction& tx) {
                return tagged(set_care_policy(tx, {who.account, call.request.id}, call.id<SiteId>("site"),
                                              call.if_match().value_or(""), *body, call.now));
              });
            });
}

}  // namespace

void hours_routes(Table& table, access::Context& context) {
  figures(table, context);
  policy(table, context);
}

}  // namespace circled::attendance
