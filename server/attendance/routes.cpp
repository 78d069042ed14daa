#include "attendance/routes.hpp"

#include "access/once.hpp"
#include "attendance/sheet.hpp"

namespace circled::attendance {

using namespace api;
using api::tagged;  // beside the room's own

void routes(Table& table, access::Context& context) {
  table.room("attendance");
  check_in_routes(table, context);

  table.get("/api/v1/sessions/{session}/attendance", "The attendance sheet of a session", options::record,
            [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Sheet>>> {
              co_return co_await context.store.write(
                  "attendance.view", [&](Transaction& tx) -> Result<Reply<Sheet>> {
                    auto seen = sheet(tx, who, call.id<SessionId>("session"), call.now);
                    if (!seen) return seen.error();
                    for (const auto& line : seen->lines)
                      access::audit_view(tx, {who.account, call.request.id}, "client.view_attendance",
                                         line.client, call.now);
                    return tagged(std::move(seen));
                  });
            });

  table.put(
      "/api/v1/sessions/{session}/attendance",
      "Marks who came, when and how long; may close the sheet with it", options::edit,
      [&](const Call& call, const Counselor& who, const Body<Marks>& body) -> Task<Result<Reply<Sheet>>> {
        co_return co_await context.store.write("attendance.mark", [&](Transaction& tx) {
          return tagged(mark(tx, who, {who.account, call.request.id}, call.id<SessionId>("session"),
                             call.version(), *body, call.now));
        });
      });

  table.post(
      "/api/v1/sessions/{session}/attendance/walk-in", "Records somebody who is there and was not expected",
      options::edit,
      [&](const Call& call, const Counselor& who, const Body<WalkIn>& body) -> Task<Result<Reply<Sheet>>> {
        co_return co_await access::write_once(context, "attendance.walk_in", call, who, [&](Transaction& tx) {
          return tagged(walk_in(tx, who, {who.account, call.request.id}, call.id<SessionId>("session"),
                                call.version(), *body, call.now));
        });
      });

  table.post("/api/v1/sessions/{session}/attendance/undo", "Takes the last change of an open sheet back",
             options::edit, [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Sheet>>> {
               co_return co_await access::write_once(
                   context, "attendance.undo", call, who, [&](Transaction& tx) {
                     return tagged(undo(tx, who, {who.account, call.request.id},
                                        call.id<SessionId>("session"), call.version(), call.now));
                   });
             });

  table.post("/api/v1/sessions/{session}/attendance/close", "Closes the sheet and completes the session",
             options::edit, [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Sheet>>> {
               co_return co_await access::write_once(
                   context, "attendance.close", call, who, [&](Transaction& tx) {
                     return tagged(close(tx, who, {who.account, call.request.id},
                                         call.id<SessionId>("session"), call.version(), call.now));
                   });
             });

  table.post(
      "/api/v1/sessions/{session}/attendance/reopen", "Reopens a closed sheet, with a reason", options::edit,
      [&](const Call& call, const Counselor& who, const Body<Reopening>& body) -> Task<Result<Reply<Sheet>>> {
        co_return co_await access::write_once(context, "attendance.reopen", call, who, [&](Transaction& tx) {
          return tagged(reopen(tx, who, {who.account, call.request.id}, call.id<SessionId>("session"),
                               call.version(), *body, call.now));
        });
      });

  record_routes(table, context);
  policy_routes(table, context);
  hours_routes(table, context);
  make_up_routes(table, context);
  follow_up_routes(table, context);
}

}  // namespace circled::attendance
