// The routes that change the course of a client's care. Each takes `?preview=true`, which answers what would
// happen and its digest as the ETag; with that as If-Match, what is applied is what was shown.
#include "access/once.hpp"
#include "calendar/course.hpp"
#include "calendar/hand_over.hpp"
#include "calendar/routes.hpp"

namespace circled::calendar {

using namespace api;

namespace {

struct Previewing {
  std::optional<bool> preview;
};
BOOST_DESCRIBE_STRUCT(Previewing, (), (preview))

// A tag that cannot be read is nobody's digest: refused, not passed over.
Asked asked(const Call& call, const Query<Previewing>& query) {
  Asked how{query->preview.value_or(false), {}};
  if (!call.request.header("If-Match").empty()) how.seen = call.if_match().value_or("");
  return how;
}

// Runs one operation. A preview shows a client's record; what is applied has its own entry in the trail.
template <class F>
Result<Reply<Course>> run(Transaction& tx, const Call& call, const Identity& who, const Asked& asked, F f) {
  const access::Actor actor{who.account, call.request.id};
  const auto client = call.id<ClientId>("client");
  Result<Course> course = f(actor, client);
  if (!course) return course.error();
  if (asked.preview) access::audit_view(tx, actor, "client.view_course", client, call.now);
  Reply<Course> reply(std::move(*course));
  reply.etag = digest(reply.body);
  return reply;
}

void stay_routes(Table& table, access::Context& context) {
  table.post("/api/v1/clients/{client}/move", "Moves a client to another phase or level of care",
             options::record,
             [&](const Call& call, const Counselor& who, const Query<Previewing>& query,
                 const Body<Move>& body) -> Task<Result<Reply<Course>>> {
               co_return co_await access::write_once(context, "client.move", call, who, [&](Transaction& tx) {
                 const Asked how = asked(call, query);
                 return run(tx, call, who, how, [&](const access::Actor& actor, ClientId client) {
                   return move(tx, who, actor, client, *body, how, call.now);
                 });
               });
             });

  table.post("/api/v1/clients/{client}/phase", "Moves a client to another phase of care", options::once,
             [&](const Call& call, const Counselor& who,
                 const Body<people::NewPhase>& body) -> Task<Result<Reply<people::Client>>> {
               co_return co_await access::write_once(context, "client.change_phase", call, who,
                                                     [&](Transaction& tx) -> Result<Reply<people::Client>> {
                                                       const auto id = call.id<ClientId>("client");
                                                       const auto moved =
                                                           move(tx, who, {who.account, call.request.id}, id,
                                                                {body->phase, {}}, {}, call.now);
                                                       if (!moved) return moved.error();
                                                       auto client = people::client(tx, who, id, call.now);
                                                       if (!client) return client.error();
                                                       return Reply<people::Client>(std::move(*client));
                                                     });
             });

  table.post("/api/v1/clients/{client}/discharge", "Discharges a client, and ends all that lies ahead",
             options::record,
             [&](const Call& call, const Counselor& who, const Query<Previewing>& query,
                 const Body<Discharging>& body) -> Task<Result<Reply<Course>>> {
               co_return co_await access::write_once(
                   context, "client.discharge", call, who, [&](Transaction& tx) {
                     const Asked how = asked(call, query);
                     return run(tx, call, who, how, [&](const access::Actor& actor, ClientId client) {
                       return discharge(tx, who, actor, client, body->type, how, call.now);
                     });
                   });
             });

  table.post("/api/v1/clients/{client}/readmission", "Begins a new episode of a client who was discharged",
             options::record,
             [&](const Call& call, const Counselor& who, const Query<Previewing>& query,
                 const Body<Readmission>& body) -> Task<Result<Reply<Course>>> {
               co_return co_await access::write_once(
                   context, "client.readmit", call, who, [&](Transaction& tx) {
                     const Asked how = asked(call, query);
                     return run(tx, call, who, how, [&](const access::Actor& actor, ClientId client) {
                       return readmit(tx, who, actor, client, *body, how, call.now);
                     });
                   });
             });
}

void hold_routes(Table& table, access::Context& context) {
  table.post("/api/v1/clients/{client}/hold", "Puts a client's stay on hold from now on", options::record,
             [&](const Call& call, const Counselor& who, const Query<Previewing>& query,
                 const Body<people::NewHold>& body) -> Task<Result<Reply<Course>>> {
               co_return co_await access::write_once(
                   context, "client.begin_hold", call, who, [&](Transaction& tx) {
                     const Asked how = asked(call, query);
                     return run(tx, call, who, how, [&](const access::Actor& actor, ClientId client) {
                       return begin_hold(tx, who, actor, client, *body, how, call.now);
                     });
                   });
             });

  table.del("/api/v1/clients/{client}/hold", "Ends the hold of a client's stay", options::record,
            [&](const Call& call, const Counselor& who,
                const Query<Previewing>& query) -> Task<Result<Reply<Course>>> {
              co_return co_await context.store.write("client.end_hold", [&](Transaction& tx) {
                const Asked how = asked(call, query);
                return run(tx, call, who, how, [&](const access::Actor& actor, ClientId client) {
                  return end_hold(tx, who, actor, client, how, call.now);
                });
              });
            });
}

void clearance_routes(Table& table, access::Context& context) {
  table.post("/api/v1/clients/{client}/clearance", "Clears a client in detox for groups; by a clinician",
             options::record,
             [&](const Call& call, const Counselor& who, const Query<Previewing>& query,
                 const Body<people::NewClearance>& body) -> Task<Result<Reply<Course>>> {
               co_return co_await access::write_once(
                   context, "clearance.give", call, who, [&](Transaction& tx) {
                     const Asked how = asked(call, query);
                     return run(tx, call, who, how, [&](const access::Actor& actor, ClientId client) {
                       return give_clearance(tx, who, actor, client, *body, how, call.now);
                     });
                   });
             });

  table.post("/api/v1/clients/{client}/clearance/withdraw", "Withdraws a client's clearance for groups",
             options::record,
             [&](const Call& call, const Counselor& who,
                 const Query<Previewing>& query) -> Task<Result<Reply<Course>>> {
               co_return co_await access::write_once(
                   context, "clearance.withdraw", call, who, [&](Transaction& tx) {
                     const Asked how = asked(call, query);
                     return run(tx, call, who, how, [&](const access::Actor& actor, ClientId client) {
                       return withdraw_clearance(tx, who, actor, client, how, call.now);
                     });
                   });
             });
}

void caseload_routes(Table& table, access::Context& context) {
  table.post("/api/v1/staff/{staff}/hand-over", "Hands clients of one counselor over to another",
             options::record,
             [&](const Call& call, const Supervisor& who, const Query<Previewing>& query,
                 const Body<HandOver>& body) -> Task<Result<Reply<HandedOver>>> {
               co_return co_await access::write_once(
                   context, "staff.hand_over", call, who, [&](Transaction& tx) -> Result<Reply<HandedOver>> {
                     const access::Actor actor{who.account, call.request.id};
                     const Asked how = asked(call, query);
                     auto handed = hand_over(tx, who, actor, call.id<StaffId>("staff"), *body, how, call.now);
                     if (!handed) return handed.error();
                     if (how.preview)
                       for (const auto& client : handed->clients)
                         access::audit_view(tx, actor, "client.view_course", client.id, call.now);
                     Reply<HandedOver> reply(std::move(*handed));
                     reply.etag = digest(reply.body);
                     return reply;
                   });
             });
}

}  // namespace

void course_routes(Table& table, access::Context& context) {
  stay_routes(table, context);
  hold_routes(table, context);
  clearance_routes(table, context);
  caseload_routes(table, context);
}

}  // namespace circled::calendar
