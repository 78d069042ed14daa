#include "access/once.hpp"
#include "attendance/check_in.hpp"
#include "attendance/routes.hpp"
#include "attendance/sheet.hpp"

namespace circled::attendance {

using namespace api;

namespace {

struct CheckInCommand {
  SessionId session;
};
BOOST_DESCRIBE_STRUCT(CheckInCommand, (), (session))

struct Arriving {
  ClientId client;
};
BOOST_DESCRIBE_STRUCT(Arriving, (), (client))

// The names on the list were shown: an entry for each.
Result<Reply<Arrivals>> shown(Transaction& tx, const Call& call, const Identity& who, Result<Arrivals> list) {
  if (!list) return list.error();
  for (const auto& each : list->expected)
    access::audit_view(tx, {who.account, call.request.id}, "client.view_roster", each.client, call.now);
  return Reply<Arrivals>(std::move(*list));
}

}  // namespace

void check_in_routes(Table& table, access::Context& context) {
  table.post(
      "/api/v1/my/appointments/{session}/check-in", "The client is here", options::none,
      [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<CheckedIn>>> {
        co_return co_await access::write_once(context, "check_in.app", call, who, [&](Transaction& tx) {
          return reply(
              check_in(tx, who, {who.account, call.request.id}, call.id<SessionId>("session"), call.now));
        });
      });

  // The link is nowhere but in the answer: not among the replies that are kept for repetition.
  table.post("/api/v1/my/appointments/{session}/join", "The client joins online, and says where they are",
             options::secret,
             [&](const Call& call, const ClientUser& who,
                 const Body<Whereabouts>& body) -> Task<Result<Reply<Joined>>> {
               co_return co_await context.store.write("check_in.join", [&](Transaction& tx) {
                 return reply(join(tx, who, {who.account, call.request.id}, call.id<SessionId>("session"),
                                   *body, call.now));
               });
             });

  table.post("/api/v1/kiosk/check-in", "A client shows a card and types its PIN", options::secret,
             [&](const Call& call, const access::Kiosk& who,
                 const Body<CardShown>& body) -> Task<Result<Reply<KioskAnswer>>> {
               co_return co_await context.store.write("check_in.kiosk", [&](Transaction& tx) {
                 return reply(check_in_at_kiosk(tx, context, who, call.request.id, *body, call.now));
               });
             });

  table.get("/api/v1/sessions/{session}/arrivals", "Who is expected, and who has checked in", options::record,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Arrivals>>> {
              co_return co_await context.store.write("check_in.list", [&](Transaction& tx) {
                return shown(tx, call, who, arrivals(tx, who, call.id<SessionId>("session")));
              });
            });

  table.post("/api/v1/sessions/{session}/arrivals", "A client is here, says the desk", options::none,
             [&](const Call& call, const StaffMember& who,
                 const Body<Arriving>& body) -> Task<Result<Reply<Arrivals>>> {
               co_return co_await access::write_once(
                   context, "check_in.desk", call, who, [&](Transaction& tx) {
                     return shown(tx, call, who,
                                  arrive(tx, who, {who.account, call.request.id},
                                         call.id<SessionId>("session"), body->client, call.now));
                   });
             });

  table.post("/api/v1/sessions/{session}/arrivals/walk-in",
             "Somebody is here who is not expected at a group that runs: on its sheet, and checked in",
             options::none,
             [&](const Call& call, const StaffMember& who,
                 const Body<Arriving>& body) -> Task<Result<Reply<Arrivals>>> {
               co_return co_await access::write_once(
                   context, "check_in.walk_in", call, who, [&](Transaction& tx) {
                     return shown(tx, call, who,
                                  arrive_unexpected(tx, who, {who.account, call.request.id},
                                                    call.id<SessionId>("session"), body->client, call.now));
                   });
             });

  table.del("/api/v1/sessions/{session}/arrivals/{client}", "It was not them: takes the desk's word back",
            options::none, [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Arrivals>>> {
              co_return co_await context.store.write("check_in.take_back", [&](Transaction& tx) {
                return shown(tx, call, who,
                             take_back(tx, who, {who.account, call.request.id}, call.id<SessionId>("session"),
                                       call.id<ClientId>("client"), call.now));
              });
            });
}

// Saying it twice is saying it once, so the command needs no stored result.
void commands(live::Commands& commands, access::Context& context) {
  commands.add("check_in",
               [&](const live::CommandCall& call, const ClientUser& who,
                   const CheckInCommand& body) -> Task<Result<CheckedIn>> {
                 co_return co_await context.store.write("check_in.app", [&](Transaction& tx) {
                   return check_in(tx, who, {who.account, call.request_id}, body.session, call.now);
                 });
               });
}

}  // namespace circled::attendance
