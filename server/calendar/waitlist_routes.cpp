// Routes and live commands of the waiting list.
#include "access/command_once.hpp"
#include "calendar/routes.hpp"
#include "calendar/waitlist.hpp"

namespace circled::calendar {

using namespace api;

namespace {

Awaited of_group(const Call& call) { return {call.id<GroupId>("group"), {}}; }
Awaited of_session(const Call& call) { return {{}, call.id<SessionId>("session")}; }

template <class T>
Result<Reply<T>> replied(Result<T> result) {
  if (!result) return result.error();
  return Reply<T>(std::move(*result));
}

Result<Reply<Page<Wait>>> list(Transaction& tx, const Call& call, const StaffMember& who,
                               const Awaited& awaited) {
  auto seen = waitlist(tx, who, awaited, call.now);
  if (!seen) return seen.error();
  for (const auto& wait : *seen)
    access::audit_view(tx, access::actor_of(call, who), "client.view_waitlist", wait.client, call.now);
  return Page<Wait>{std::move(*seen), {}};
}

void list_rows(Table& table, access::Context& context) {
  table.get("/api/v1/groups/{group}/waitlist", "Who waits for a seat in a group, the first in line first",
            options::record,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Page<Wait>>>> {
              co_return co_await context.store.write(
                  "waitlist.list", [&](Transaction& tx) { return list(tx, call, who, of_group(call)); });
            });

  table.get("/api/v1/sessions/{session}/waitlist",
            "Who waits for a seat at one session, the first in line first", options::record,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Page<Wait>>>> {
              co_return co_await context.store.write(
                  "waitlist.list", [&](Transaction& tx) { return list(tx, call, who, of_session(call)); });
            });

  table.post(
      "/api/v1/groups/{group}/waitlist", "Puts a client on a group's waiting list", options::once,
      [&](const Call& call, const StaffMember& who, const Body<NewWait>& body) -> Task<Result<Reply<Wait>>> {
        co_return co_await access::write_once(context, "waitlist.add", call, who, [&](Transaction& tx) {
          return created(put_on(tx, who, access::actor_of(call, who), of_group(call), *body, call.now));
        });
      });

  table.post(
      "/api/v1/sessions/{session}/waitlist", "Puts a client on the waiting list of one session",
      options::once,
      [&](const Call& call, const StaffMember& who, const Body<NewWait>& body) -> Task<Result<Reply<Wait>>> {
        co_return co_await access::write_once(context, "waitlist.add", call, who, [&](Transaction& tx) {
          return created(put_on(tx, who, access::actor_of(call, who), of_session(call), *body, call.now));
        });
      });
}

Task<Result<Reply<Wait>>> answered_by_staff(access::Context& context, const Call& call,
                                            const StaffMember& who, OfferAnswer said) {
  co_return co_await access::write_once(context, "waitlist.answer", call, who, [&](Transaction& tx) {
    return replied(
        answer_offer(tx, who, access::actor_of(call, who), call.id<WaitlistId>("entry"), said, call.now));
  });
}

void entry_rows(Table& table, access::Context& context) {
  table.del(
      "/api/v1/waitlist/{entry}", "Takes a client off a waiting list", options::none,
      [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<>>> {
        co_return co_await context.store.write("waitlist.leave", [&](Transaction& tx) -> Result<Reply<>> {
          auto off = take_off(tx, who, access::actor_of(call, who), call.id<WaitlistId>("entry"), call.now);
          if (!off) return off.error();
          return Reply<>();
        });
      });

  table.post("/api/v1/waitlist/{entry}/accept", "Accepts an offered seat in a client's name", options::none,
             [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Wait>>> {
               co_return co_await answered_by_staff(context, call, who, OfferAnswer::accept);
             });

  table.post("/api/v1/waitlist/{entry}/decline", "Declines an offered seat in a client's name", options::none,
             [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Wait>>> {
               co_return co_await answered_by_staff(context, call, who, OfferAnswer::decline);
             });
}

Task<Result<Reply<MyWait>>> answered_by_client(access::Context& context, const Call& call,
                                               const ClientUser& who, OfferAnswer said) {
  co_return co_await access::write_once(context, "waitlist.answer", call, who, [&](Transaction& tx) {
    return replied(answer_own_offer(tx, access::actor_of(call, who), who.client(),
                                    call.id<WaitlistId>("entry"), said, call.now));
  });
}

void own_wait_rows(Table& table, access::Context& context) {
  table.get("/api/v1/my/waitlist", "What the client waits for, and what is offered", options::none,
            [&](const Call&, const ClientUser& who) -> Task<Result<Reply<Page<MyWait>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<MyWait>>> {
                return Page<MyWait>{my_waits(db, who.client()), {}};
              });
            });

  table.post(
      "/api/v1/my/waitlist", "The client waits for a seat in a group, or at one session", options::once,
      [&](const Call& call, const ClientUser& who, const Body<Awaited>& body) -> Task<Result<Reply<MyWait>>> {
        co_return co_await access::write_once(context, "waitlist.join", call, who, [&](Transaction& tx) {
          return created(join(tx, access::actor_of(call, who), who.client(), *body, call.now));
        });
      });

  table.del(
      "/api/v1/my/waitlist/{entry}", "The client waits no longer", options::none,
      [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<>>> {
        co_return co_await context.store.write("waitlist.leave", [&](Transaction& tx) -> Result<Reply<>> {
          auto off =
              leave(tx, access::actor_of(call, who), who.client(), call.id<WaitlistId>("entry"), call.now);
          if (!off) return off.error();
          return Reply<>();
        });
      });

  table.post("/api/v1/my/offers/{entry}/accept", "The client takes the seat", options::none,
             [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<MyWait>>> {
               co_return co_await answered_by_client(context, call, who, OfferAnswer::accept);
             });

  table.post("/api/v1/my/offers/{entry}/decline", "The client does not want the seat", options::none,
             [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<MyWait>>> {
               co_return co_await answered_by_client(context, call, who, OfferAnswer::decline);
             });
}

struct OfferCommand {
  WaitlistId offer;
};
BOOST_DESCRIBE_STRUCT(OfferCommand, (), (offer))

// The result of a command carries the command's id, so the line's own goes by another name.
struct OfferAnswered {
  WaitlistId offer;
  WaitState state;
};
BOOST_DESCRIBE_STRUCT(OfferAnswered, (), (offer, state))

Task<Result<json::value>> answer_by_command(access::Context& context, std::string_view route,
                                            const live::CommandCall& call, const ClientUser& who,
                                            const OfferCommand& body, OfferAnswer said) {
  const auto answer = [&](Transaction& tx, const access::Actor& as) -> Result<OfferAnswered> {
    auto mine = answer_own_offer(tx, as, who.client(), body.offer, said, call.now);
    if (!mine) return mine.error();
    return OfferAnswered{mine->id, mine->state};
  };
  const json::value key = json::encode(body);
  co_return co_await access::write_once(context, "waitlist.command", route, call, who, key, answer);
}

struct Joined {
  WaitlistId entry;
  WaitState state;
};
BOOST_DESCRIBE_STRUCT(Joined, (), (entry, state))

}  // namespace

void waitlist_routes(Table& table, access::Context& context) {
  list_rows(table, context);
  entry_rows(table, context);
  own_wait_rows(table, context);
}

void commands(live::Commands& commands, access::Context& context) {
  commands.add("accept_offer",
               [&](const live::CommandCall& call, const ClientUser& who,
                   const OfferCommand& body) -> Task<Result<json::value>> {
                 co_return co_await answer_by_command(context, "live accept_offer", call, who, body,
                                                      OfferAnswer::accept);
               });
  commands.add("decline_offer",
               [&](const live::CommandCall& call, const ClientUser& who,
                   const OfferCommand& body) -> Task<Result<json::value>> {
                 co_return co_await answer_by_command(context, "live decline_offer", call, who, body,
                                                      OfferAnswer::decline);
               });
  commands.add("join_waitlist",
               [&](const live::CommandCall& call, const ClientUser& who,
                   const Awaited& body) -> Task<Result<json::value>> {
                 const auto joining = [&](Transaction& tx, const access::Actor& as) -> Result<Joined> {
                   auto mine = join(tx, as, who.client(), body, call.now);
                   if (!mine) return mine.error();
                   return Joined{mine->id, mine->state};
                 };
                 const json::value key = json::encode(body);
                 co_return co_await access::write_once(context, "waitlist.command", "live join_waitlist",
                                                       call, who, key, joining);
               });
}

}  // namespace circled::calendar
