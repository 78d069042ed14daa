// Routes of single seats, and of what clients book by themselves.
#include "access/once.hpp"
#include "base/version.hpp"
#include "calendar/routes.hpp"
#include "calendar/seat.hpp"
#include "calendar/self_booking.hpp"

namespace circled::calendar {

using namespace api;

namespace {

Result<Reply<Session>> tagged(Result<Session> session, int status) {
  if (!session) return session.error();
  Reply<Session> reply(std::move(*session), status);
  reply.etag = std::to_string(reply.body.version);
  return reply;
}

Result<Reply<SelfBooking>> tagged(const Result<SelfBooking>& found) {
  if (!found) return found.error();
  Reply<SelfBooking> reply(*found);
  reply.etag = digest_of(*found);
  return reply;
}

void seat_rows(Table& table, access::Context& context) {
  table.post("/api/v1/sessions/{session}/participants", "A client comes to one session of a group",
             options::once,
             [&](const Call& call, const StaffMember& who,
                 const Body<NewSeat>& body) -> Task<Result<Reply<Session>>> {
               co_return co_await access::write_once(
                   context, "session.add_participant", call, who, [&](Transaction& tx) {
                     return tagged(add_participant(tx, who, access::actor_of(call, who),
                                                   call.id<SessionId>("session"), *body, call.now),
                                   201);
                   });
             });

  table.del("/api/v1/sessions/{session}/participants/{client}",
            "A client does not come to one session of a group; the seat is offered to those who wait",
            options::none, [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Session>>> {
              co_return co_await context.store.write("session.remove_participant", [&](Transaction& tx) {
                return tagged(
                    remove_participant(tx, who, access::actor_of(call, who), call.id<SessionId>("session"),
                                       call.id<ClientId>("client"), call.now),
                    200);
              });
            });
}

void own_booking_rows(Table& table, access::Context& context) {
  table.get("/api/v1/my/services", "What the client can book", options::none,
            [&](const Call&, const ClientUser&) -> Task<Result<Reply<Page<MyService>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<MyService>>> {
                return Page<MyService>{my_services(db), {}};
              });
            });

  table.get("/api/v1/my/slots", "When the client's own counselors are free", options::none,
            [&](const Call& call, const ClientUser& who,
                const Query<MySlotFilter>& filter) -> Task<Result<Reply<Page<MySlot>>>> {
              co_return co_await context.store.report([&](Snapshot& db) -> Result<Reply<Page<MySlot>>> {
                auto page = my_slots(db, who.client(), *filter, call.now);
                if (!page) return page.error();
                Reply<Page<MySlot>> reply(std::move(*page));
                reply.next = reply.body.next.value_or("");
                return reply;
              });
            });

  table.post("/api/v1/my/appointments", "The client books a time with one of their counselors", options::once,
             [&](const Call& call, const ClientUser& who,
                 const Body<MyBooking>& body) -> Task<Result<Reply<Appointment>>> {
               co_return co_await access::write_once(
                   context, "session.book_own", call, who, [&](Transaction& tx) {
                     return created(book_own(tx, access::actor_of(call, who), who.client(), *body, call.now));
                   });
             });
}

void service_rows(Table& table, access::Context& context) {
  table.get("/api/v1/services/{service}/self-booking", "Whether clients may book a service by themselves",
            options::none, [&](const Call& call, const StaffMember&) -> Task<Result<Reply<SelfBooking>>> {
              co_return co_await context.store.read_one(
                  [&](Snapshot& db) { return tagged(self_booking(db, call.id<ServiceId>("service"))); });
            });

  table.put("/api/v1/services/{service}/self-booking",
            "Says whether clients may book a service by themselves", options::edit,
            [&](const Call& call, const Supervisor& who,
                const Body<SelfBooking>& body) -> Task<Result<Reply<SelfBooking>>> {
              co_return co_await context.store.write("service.set_self_booking", [&](Transaction& tx) {
                return tagged(set_self_booking(tx, access::actor_of(call, who), call.id<ServiceId>("service"),
                                               call.if_match().value_or(""), *body, call.now));
              });
            });
}

}  // namespace

void seat_routes(Table& table, access::Context& context) {
  seat_rows(table, context);
  own_booking_rows(table, context);
  service_rows(table, context);
}

}  // namespace circled::calendar
