// What stands of a sheet for good: its history, its signatures, its versions; and which sheets are still
// open.
#include <charconv>

#include "access/sign_in.hpp"
#include "attendance/history.hpp"
#include "attendance/open_sheets.hpp"
#include "attendance/routes.hpp"
#include "attendance/sign.hpp"

namespace circled::attendance {

using namespace api;

namespace {

struct Signature {
  Text<1, 200> password;  // of whoever signs, once more
};
BOOST_DESCRIBE_STRUCT(Signature, (), (password))

struct HistoryFilter {
  std::optional<Number<1, 100>> limit;  // versions of the sheet
  std::optional<Number<1, std::numeric_limits<std::int64_t>::max()>> after;
};
BOOST_DESCRIBE_STRUCT(HistoryFilter, (), (limit, after))

struct OpenQuery {
  std::optional<SiteId> site;             // the caller's when nothing is given
  std::optional<bool> mine;               // that the caller leads
  std::optional<bool> signature_missing;  // those that are closed and not signed, in place of the open ones
  std::optional<Number<1, 200>> limit;
  std::optional<Text<1, 64>> after;
};
BOOST_DESCRIBE_STRUCT(OpenQuery, (), (site, mine, signature_missing, limit, after))

Reply<Sheet> tagged(Sheet sheet) {
  Reply<Sheet> reply(std::move(sheet));
  reply.etag = std::to_string(reply.body.version);
  return reply;
}

// "<start in ms>.<id>" of the last session of a page.
Result<OpenFilter> filter_of(const OpenQuery& query, const Counselor& who) {
  OpenFilter filter;
  filter.site = query.site;
  if (query.mine.value_or(false)) filter.staff = who.staff();
  filter.without_signature = query.signature_missing.value_or(false);
  if (query.limit) filter.limit = *query.limit;
  if (!query.after) return filter;
  const std::string& cursor = *query.after;
  const char* const end = cursor.data() + cursor.size();
  std::int64_t start = 0, id = 0;
  const auto [dot, bad_start] = std::from_chars(cursor.data(), end, start);
  if (bad_start != std::errc{} || dot == end || *dot != '.')
    return invalid("?after", "not_a_cursor", "This is not a cursor of this list.");
  const auto [stop, bad_id] = std::from_chars(dot + 1, end, id);
  if (bad_id != std::errc{} || stop != end)
    return invalid("?after", "not_a_cursor", "This is not a cursor of this list.");
  filter.after_start = from_millis(start);
  filter.after = SessionId(id);
  return filter;
}

Result<Reply<Page<OpenSheet>>> list_open(Snapshot& db, const Call& call, const Counselor& who,
                                         const OpenQuery& query) {
  const auto filter = filter_of(query, who);
  if (!filter) return filter.error();
  auto found = open_sheets(db, who, *filter, call.now);
  if (!found) return found.error();
  Page<OpenSheet> page{std::move(found->items), {}};
  if (found->more)
    page.next = std::to_string(to_millis(page.items.back().starts_at)) + "." +
                std::to_string(page.items.back().session.value);
  return Reply<Page<OpenSheet>>(std::move(page));
}

Task<Result<Reply<Sheet>>> sign_sheet(access::Context& context, const Call& call, const Counselor& who,
                                      const Signature& given) {
  const access::Source from = access::source_of(call);
  auto confirmed = co_await access::confirm_password(context, who, given.password, from);
  if (!confirmed) co_return confirmed.error();
  co_return co_await context.store.write("attendance.sign", [&](Transaction& tx) -> Result<Reply<Sheet>> {
    auto sheet = sign(tx, who, {who.account, call.request.id}, call.id<SessionId>("session"), call.version(),
                      call.now);
    if (!sheet) return sheet.error();
    return tagged(std::move(*sheet));
  });
}

// Whoever sees what was said of a sheet sees it of each client on it.
void record(Transaction& tx, const Call& call, const Identity& who) {
  for (const auto client :
       tx.all<ClientId>("SELECT client_id FROM participant WHERE session_id = $1 ORDER BY client_id",
                        call.id<SessionId>("session")))
    access::audit_view(tx, {who.account, call.request.id}, "client.view_attendance", client, call.now);
}

}  // namespace

void record_routes(Table& table, access::Context& context) {
  table.get(
      "/api/v1/attendance/open-sheets", "Sheets that are overdue to be closed, oldest first", options::none,
      [&](const Call& call, const Counselor& who,
          const Query<OpenQuery>& query) -> Task<Result<Reply<Page<OpenSheet>>>> {
        co_return co_await context.store.read([&](Snapshot& db) { return list_open(db, call, who, *query); });
      });

  table.get("/api/v1/sessions/{session}/attendance/history", "Every change of a sheet, newest first",
            options::record,
            [&](const Call& call, const Counselor& who,
                const Query<HistoryFilter>& filter) -> Task<Result<Reply<Page<ChangeOfLine>>>> {
              co_return co_await context.store.write(
                  "attendance.view_history", [&](Transaction& tx) -> Result<Reply<Page<ChangeOfLine>>> {
                    const auto before = filter->after ? std::optional(filter->after->value) : std::nullopt;
                    auto found = changes(tx, who, call.id<SessionId>("session"), before,
                                         filter->limit ? filter->limit->value : 50);
                    if (!found) return found.error();
                    record(tx, call, who);
                    Page<ChangeOfLine> page{std::move(found->items), {}};
                    if (found->next) page.next = std::to_string(*found->next);
                    return Reply<Page<ChangeOfLine>>(std::move(page));
                  });
            });

  table.get("/api/v1/sessions/{session}/attendance/versions", "A sheet as it was signed, amended, reopened",
            options::record,
            [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Page<SheetVersion>>>> {
              co_return co_await context.store.write(
                  "attendance.view_versions", [&](Transaction& tx) -> Result<Reply<Page<SheetVersion>>> {
                    auto found = versions(tx, who, call.id<SessionId>("session"));
                    if (!found) return found.error();
                    record(tx, call, who);
                    return Reply<Page<SheetVersion>>(Page<SheetVersion>{std::move(*found), {}});
                  });
            });

  table.post(
      "/api/v1/sessions/{session}/attendance/sign",
      "Signs a closed sheet, with the facilitator's password once more", options::edit,
      [&](const Call& call, const Counselor& who, const Body<Signature>& body) -> Task<Result<Reply<Sheet>>> {
        return sign_sheet(context, call, who, *body);
      });

  table.post("/api/v1/sessions/{session}/attendance/amend", "Amends a signed sheet, with a reason",
             options::edit,
             [&](const Call& call, const Supervisor& who,
                 const Body<Amendment>& body) -> Task<Result<Reply<Sheet>>> {
               co_return co_await context.store.write(
                   "attendance.amend", [&](Transaction& tx) -> Result<Reply<Sheet>> {
                     auto sheet = amend(tx, who, {who.account, call.request.id},
                                        call.id<SessionId>("session"), call.version(), *body, call.now);
                     if (!sheet) return sheet.error();
                     return tagged(std::move(*sheet));
                   });
             });
}

}  // namespace circled::attendance
