// Routes that make one group of two, and two of one.
#include "access/once.hpp"
#include "calendar/group_merge.hpp"
#include "calendar/routes.hpp"

namespace circled::calendar {

using namespace api;

namespace {

Result<Reply<MergePreview>> tagged(Result<MergePreview> preview) {
  if (!preview) return preview.error();
  Reply<MergePreview> reply(std::move(*preview));
  reply.etag = reply.body.digest;
  return reply;
}

// A new group comes of it, and the first is another afterwards.
constexpr Options splits{.key_required = true, .edits = true};

}  // namespace

void group_merge_routes(Table& table, access::Context& context) {
  table.post("/api/v1/groups/{group}/merge/preview",
             "What would become of each client if a group went into another", options::record,
             [&](const Call& call, const StaffMember& who,
                 const Body<Merge>& body) -> Task<Result<Reply<MergePreview>>> {
               co_return co_await context.store.write(
                   "group.preview_merge", [&](Transaction& tx) -> Result<Reply<MergePreview>> {
                     auto preview = preview_merge(tx, who, call.id<GroupId>("group"), *body, call.now);
                     if (!preview) return preview.error();
                     for (const auto& client : preview->clients)
                       access::audit_view(tx, {who.account, call.request.id}, "client.view_enrolment",
                                          client.client, call.now);
                     return tagged(std::move(preview));
                   });
             });

  table.post(
      "/api/v1/groups/{group}/merge",
      "A group ends and its clients go into another; If-Match is the preview's digest", options::edit,
      [&](const Call& call, const StaffMember& who,
          const Body<Merge>& body) -> Task<Result<Reply<MergePreview>>> {
        co_return co_await access::write_once(
            context, "group.merge", call, who, [&](Transaction& tx) -> Result<Reply<MergePreview>> {
              return tagged(merge_groups(tx, who, {who.account, call.request.id}, call.id<GroupId>("group"),
                                         *body, call.if_match().value_or(""), call.now));
            });
      });

  table.post("/api/v1/groups/{group}/split", "Makes a new group of some of a group's clients", splits,
             [&](const Call& call, const StaffMember& who,
                 const Body<Split>& body) -> Task<Result<Reply<SplitGroup>>> {
               co_return co_await access::write_once(
                   context, "group.split", call, who, [&](Transaction& tx) -> Result<Reply<SplitGroup>> {
                     auto made = split_group(tx, who, {who.account, call.request.id},
                                             call.id<GroupId>("group"), call.version(), *body, call.now);
                     if (!made) return made.error();
                     Reply<SplitGroup> reply(std::move(*made), 201);
                     reply.etag = std::to_string(reply.body.group.version);
                     reply.location = "/api/v1/groups/" + std::to_string(reply.body.group.id.value);
                     return reply;
                   });
             });
}

}  // namespace circled::calendar
