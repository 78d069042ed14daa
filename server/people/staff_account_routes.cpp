#include "people/routes.hpp"
#include "people/staff_account.hpp"

namespace circled::people {

using namespace api;

namespace {

Result<Reply<StaffAccountDetail>> tagged(Result<StaffAccountDetail> account) {
  if (!account) return account.error();
  Reply<StaffAccountDetail> reply(std::move(*account));
  reply.etag = version(reply.body);
  return reply;
}

void accounts(Table& table, access::Context& context) {
  table.get("/api/v1/staff-accounts", "Who works or worked here, and whether they can sign in", options::none,
            [&](const Call& call, const Admin&) -> Task<Result<Reply<Page<StaffAccount>>>> {
              auto items =
                  co_await context.store.read([&](Snapshot& db) { return staff_accounts(db, call.now); });
              co_return Reply(Page<StaffAccount>{std::move(items), {}});
            });

  table.get("/api/v1/staff/{staff}/account", "One of them, with what they would leave behind", options::none,
            [&](const Call& call, const Admin&) -> Task<Result<Reply<StaffAccountDetail>>> {
              co_return co_await context.store.read([&](Snapshot& db) {
                return tagged(staff_account(db, call.id<StaffId>("staff"), call.now));
              });
            });

  table.put("/api/v1/staff/{staff}",
            "Changes somebody's name, role or site; another role or site signs them out", options::edit,
            [&](const Call& call, const Admin& who,
                const Body<StaffChange>& body) -> Task<Result<Reply<StaffAccountDetail>>> {
              co_return co_await context.store.write("staff.change", [&](Transaction& tx) {
                return tagged(change_staff(tx, access::actor_of(call, who), call.id<StaffId>("staff"),
                                           call.if_match().value_or(""), *body, call.now));
              });
            });

  table.post("/api/v1/staff/{staff}/deactivate", "Somebody works here no more: signs them out for good",
             options::edit,
             [&](const Call& call, const Admin& who) -> Task<Result<Reply<StaffAccountDetail>>> {
               co_return co_await context.store.write("staff.deactivate", [&](Transaction& tx) {
                 return tagged(deactivate(tx, who, access::actor_of(call, who), call.id<StaffId>("staff"),
                                          call.if_match().value_or(""), call.now));
               });
             });

  table.post("/api/v1/staff/{staff}/reactivate", "They work here again", options::edit,
             [&](const Call& call, const Admin& who) -> Task<Result<Reply<StaffAccountDetail>>> {
               co_return co_await context.store.write("staff.reactivate", [&](Transaction& tx) {
                 return tagged(reactivate(tx, access::actor_of(call, who), call.id<StaffId>("staff"),
                                          call.if_match().value_or(""), call.now));
               });
             });
}

void passwords(Table& table, access::Context& context) {
  table.post("/api/v1/staff/{staff}/account", "Gives somebody a login, and shows the code for a password",
             options::new_secret,
             [&](const Call& call, const Admin& who,
                 const Body<NewAccount>& body) -> Task<Result<Reply<access::PasswordCode>>> {
               co_return co_await context.store.write("staff.make_account", [&](Transaction& tx) {
                 return reply(make_account(tx, context, access::actor_of(call, who),
                                           call.id<StaffId>("staff"), body->login, call.now));
               });
             });

  table.post("/api/v1/staff/{staff}/password-codes",
             "Ends somebody's password and sign-ins, and shows the code for another password",
             options::new_secret,
             [&](const Call& call, const Admin& who) -> Task<Result<Reply<access::PasswordCode>>> {
               co_return co_await context.store.write("staff.reset_password", [&](Transaction& tx) {
                 return reply(reset_password(tx, context, who, access::actor_of(call, who),
                                             call.id<StaffId>("staff"), call.now));
               });
             });
}

void signed_in(Table& table, access::Context& context) {
  table.get("/api/v1/staff/{staff}/sign-ins", "Somebody's browsers and devices, newest first", options::none,
            [&](const Call& call, const Admin& who) -> Task<Result<Reply<Page<access::SignIn>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<access::SignIn>>> {
                auto items = sign_ins_of(db, who, call.id<StaffId>("staff"), call.now);
                if (!items) return items.error();
                return Page<access::SignIn>{std::move(*items), {}};
              });
            });

  table.del("/api/v1/staff/{staff}/sign-ins", "Signs somebody out everywhere", options::none,
            [&](const Call& call, const Admin& who) -> Task<Result<Reply<>>> {
              auto ended = co_await context.store.write("staff.end_sign_ins", [&](Transaction& tx) {
                return end_sign_ins_of(tx, access::actor_of(call, who), call.id<StaffId>("staff"), call.now);
              });
              if (!ended) co_return ended.error();
              co_return Reply<>{};
            });

  table.del("/api/v1/staff/{staff}/sign-ins/{sign_in}", "Signs one of somebody's browsers or devices out",
            options::none, [&](const Call& call, const Admin& who) -> Task<Result<Reply<>>> {
              auto ended = co_await context.store.write("staff.end_sign_in", [&](Transaction& tx) {
                return end_sign_in_of(tx, access::actor_of(call, who), call.id<StaffId>("staff"),
                                      call.id<SignInId>("sign_in"), call.now);
              });
              if (!ended) co_return ended.error();
              co_return Reply<>{};
            });
}

}  // namespace

void staff_account_routes(Table& table, access::Context& context) {
  accounts(table, context);
  passwords(table, context);
  signed_in(table, context);
}

}  // namespace circled::people
