#include "reminders/routes.hpp"

#include "access/command_once.hpp"
#include "reminders/answer_link.hpp"
#include "reminders/pages.hpp"
#include "reminders/reminder.hpp"

namespace circled::reminders {

using namespace api;

namespace {

struct Pages {
  std::optional<Number<1, 200>> limit;
  std::optional<Text<1, 64>> after;
};
BOOST_DESCRIBE_STRUCT(Pages, (), (limit, after))

constexpr std::int64_t usual_page = 50;

struct Asked {
  std::optional<Cursor> after;
  std::int64_t limit;
};

Result<Asked> asked(const Pages& pages) {
  Asked asked{{}, pages.limit ? std::int64_t(*pages.limit) : usual_page};
  if (!pages.after) return asked;
  auto cursor = parse_cursor(*pages.after);
  if (!cursor) return cursor.error();
  asked.after = *cursor;
  return asked;
}

Task<Result<Reply<Answered>>> answer_by_route(access::Context& context, const api::Call& call,
                                              const ClientUser& who, Answer said) {
  const auto reminder = call.id<ReminderId>("reminder");
  co_return co_await context.store.write("reminder.answer", [&](Transaction& tx) -> Result<Reply<Answered>> {
    return access::once(tx, call, who, [&]() -> Result<Reply<Answered>> {
      auto answered = answer(tx, {who.account, call.request.id}, who.person, reminder, said, call.now);
      if (!answered) return answered.error();
      return Reply<Answered>(*answered);
    });
  });
}

std::string_view command_of(Answer said) {
  switch (said) {
    case Answer::running_late: return "running_late";
    case Answer::cant_come: return "cant_come";
    default: return "confirm";
  }
}

struct AnswerCommand {
  ReminderId reminder;
};
BOOST_DESCRIBE_STRUCT(AnswerCommand, (), (reminder))

Task<Result<json::value>> answer_by_command(access::Context& context, const live::CommandCall& call,
                                            const ClientUser& who, ReminderId reminder, Answer said) {
  const std::string route = "live " + std::string(command_of(said));
  const auto record = [&](Transaction& tx, const access::Actor& actor) {
    return answer(tx, actor, who.person, reminder, said, call.now);
  };
  co_return co_await access::write_once(context, "reminder.answer", route, call, who, reminder.value, record);
}

}  // namespace

void routes(Table& table, access::Context& context, const Ways& ways) {
  table.room("reminders");
  channel_routes(table, context, ways);
  device_routes(table, context, ways);
  story_routes(table, context);

  table.get("/api/v1/my/reminders",
            "What I was reminded of, and of what I shall be within a week; the latest first", options::none,
            [&](const api::Call& call, const ClientUser& who,
                const Query<Pages>& pages) -> Task<Result<Reply<Page<MyReminder>>>> {
              const auto page = asked(*pages);
              if (!page) co_return page.error();
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<MyReminder>>> {
                return Reply(as_page(mine(db, who.person, page->after, page->limit, call.now)));
              });
            });

  table.post("/api/v1/my/reminders/{reminder}/confirm", "I shall come", options::none,
             [&](const api::Call& call, const ClientUser& who) -> Task<Result<Reply<Answered>>> {
               co_return co_await answer_by_route(context, call, who, Answer::confirmed);
             });

  table.post("/api/v1/my/reminders/{reminder}/running-late", "I shall come, and late", options::none,
             [&](const api::Call& call, const ClientUser& who) -> Task<Result<Reply<Answered>>> {
               co_return co_await answer_by_route(context, call, who, Answer::running_late);
             });

  table.post("/api/v1/my/reminders/{reminder}/cant-come", "I cannot come", options::none,
             [&](const api::Call& call, const ClientUser& who) -> Task<Result<Reply<Answered>>> {
               co_return co_await answer_by_route(context, call, who, Answer::cant_come);
             });

  // For whoever has the link of a mail; a POST, for addresses are logged.
  table.post("/api/v1/answer-link", "What a mail's link is about", options::none,
             [&](const api::Call& call, const Anyone&,
                 const Body<AnswerToken>& body) -> Task<Result<Reply<AskedByLink>>> {
               co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<AskedByLink>> {
                 auto asked = asked_by_link(db, context.key, body->token, call.now);
                 if (!asked) return asked.error();
                 return Reply(std::move(*asked));
               });
             });

  table.post("/api/v1/answer-link/answer", "Answers a reminder by the link of its mail", options::none,
             [&](const api::Call& call, const Anyone&,
                 const Body<LinkAnswer>& body) -> Task<Result<Reply<AskedByLink>>> {
               co_return co_await context.store.write(
                   "reminder.answer_link", [&](Transaction& tx) -> Result<Reply<AskedByLink>> {
                     auto answered = answer_by_link(tx, {{}, call.request.id}, context.key, *body, call.now);
                     if (!answered) return answered.error();
                     return Reply(std::move(*answered));
                   });
             });

  table.get("/api/v1/clients/{client}/reminders", "What a client was reminded of, and what came of it",
            options::record,
            [&](const api::Call& call, const StaffMember& who,
                const Query<Pages>& pages) -> Task<Result<Reply<Page<ClientReminder>>>> {
              const auto page = asked(*pages);
              if (!page) co_return page.error();
              const auto client = call.id<ClientId>("client");
              auto found = co_await context.store.read([&](Snapshot& db) {
                return of_client(db, who, client, page->after, page->limit, call.now);
              });
              if (!found) co_return found.error();
              auto seen = co_await access::record_view(context.store, {who.account, call.request.id},
                                                       "reminders.view", client, call.now);
              if (!seen) co_return seen.error();
              co_return Reply(as_page(std::move(*found)));
            });

  table.get("/api/v1/reminders/attention",
            "Reminders that came too late or that nobody confirmed, of the last week", options::record,
            [&](const api::Call& call, const StaffMember& who,
                const Query<Pages>& pages) -> Task<Result<Reply<Page<Unheard>>>> {
              const auto page = asked(*pages);
              if (!page) co_return page.error();
              auto found = co_await context.store.read([&](Snapshot& db) -> Result<Listed<Unheard>> {
                return unheard(db, who, page->after, page->limit, call.now);
              });
              auto seen = co_await record_views(context, call, who, "reminders.view", found->items);
              if (!seen) co_return seen.error();
              co_return Reply(as_page(std::move(*found)));
            });
}

void commands(live::Commands& commands, access::Context& context) {
  for (const Answer said : {Answer::confirmed, Answer::running_late, Answer::cant_come})
    commands.add(std::string(command_of(said)),
                 [&context, said](const live::CommandCall& call, const ClientUser& who,
                                  const AnswerCommand& body) -> Task<Result<json::value>> {
                   co_return co_await answer_by_command(context, call, who, body.reminder, said);
                 });
}

}  // namespace circled::reminders
