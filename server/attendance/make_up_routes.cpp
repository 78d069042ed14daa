#include "access/once.hpp"
#include "attendance/make_up.hpp"
#include "attendance/routes.hpp"

namespace circled::attendance {

using namespace api;

namespace {

template <class T>
Result<Reply<Page<T>>> as_page(Result<std::vector<T>> found) {
  if (!found) return found.error();
  return Reply<Page<T>>(Page<T>{std::move(*found), {}});
}

template <class T>
Result<Reply<T>> as_reply(Result<T> done) {
  if (!done) return done.error();
  return Reply<T>(std::move(*done));
}

void staff_routes(Table& table, access::Context& context) {
  table.get("/api/v1/clients/{client}/absences",
            "What a client missed in the last 90 days, and what became of it", options::record,
            [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Page<Absence>>>> {
              const auto client = call.id<ClientId>("client");
              auto found = co_await context.store.read(
                  [&](Snapshot& db) { return as_page(absences(db, who, client, call.now)); });
              if (!found) co_return found.error();
              auto recorded = co_await access::record_view(context.store, {who.account, call.request.id},
                                                           "client.view_absences", client, call.now);
              if (!recorded) co_return recorded.error();
              co_return found;
            });

  table.get("/api/v1/clients/{client}/absences/{session}/make-ups",
            "Sessions that would make up for an absence, soonest first", options::none,
            [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Page<OpenSession>>>> {
              co_return co_await context.store.report([&](Snapshot& db) {
                return as_page(
                    make_ups(db, who, call.id<ClientId>("client"), call.id<SessionId>("session"), call.now));
              });
            });

  table.post(
      "/api/v1/clients/{client}/absences/{session}/make-up", "Books a session that makes up for an absence",
      options::once,
      [&](const Call& call, const Counselor& who, const Body<Seat>& body) -> Task<Result<Reply<Absence>>> {
        co_return co_await access::write_once(context, "make_up.book", call, who, [&](Transaction& tx) {
          return created(book_make_up(tx, who, {who.account, call.request.id}, call.id<ClientId>("client"),
                                      call.id<SessionId>("session"), body->session, call.now));
        });
      });

  table.del(
      "/api/v1/clients/{client}/absences/{session}/make-up",
      "Gives up the seat that was to make up for an absence", options::none,
      [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Absence>>> {
        co_return co_await context.store.write("make_up.cancel", [&](Transaction& tx) {
          return as_reply(cancel_make_up(tx, who, {who.account, call.request.id}, call.id<ClientId>("client"),
                                         call.id<SessionId>("session"), call.now));
        });
      });
}

void client_routes(Table& table, access::Context& context) {
  table.get("/api/v1/my/missed", "The client's own appointments that were missed, in neutral words",
            options::none,
            [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<Page<MyMissed>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<MyMissed>>> {
                return Page<MyMissed>{my_missed(db, who.client(), call.now), {}};
              });
            });

  table.get("/api/v1/my/missed/{session}/make-ups", "When the client could come instead", options::none,
            [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<Page<MyOpen>>>> {
              co_return co_await context.store.report([&](Snapshot& db) {
                return as_page(my_make_ups(db, who.client(), call.id<SessionId>("session"), call.now));
              });
            });

  table.post(
      "/api/v1/my/missed/{session}/make-up", "The client comes to another appointment instead", options::once,
      [&](const Call& call, const ClientUser& who, const Body<Seat>& body) -> Task<Result<Reply<MyMissed>>> {
        co_return co_await access::write_once(context, "make_up.book", call, who, [&](Transaction& tx) {
          return created(book_my_make_up(tx, {who.account, call.request.id}, who.client(),
                                         call.id<SessionId>("session"), body->session, call.now));
        });
      });

  table.del("/api/v1/my/missed/{session}/make-up", "The client does not come there after all", options::none,
            [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<MyMissed>>> {
              co_return co_await context.store.write("make_up.cancel", [&](Transaction& tx) {
                return as_reply(cancel_my_make_up(tx, {who.account, call.request.id}, who.client(),
                                                  call.id<SessionId>("session"), call.now));
              });
            });
}

}  // namespace

void make_up_routes(Table& table, access::Context& context) {
  staff_routes(table, context);
  client_routes(table, context);
}

}  // namespace circled::attendance
