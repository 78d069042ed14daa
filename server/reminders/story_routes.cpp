#include "access/once.hpp"
#include "reminders/call.hpp"
#include "reminders/pages.hpp"
#include "reminders/routes.hpp"
#include "reminders/story.hpp"

namespace circled::reminders {

using namespace api;

namespace {

template <class Subject>
void story_route(Table& table, access::Context& context, std::string path, std::string summary,
                 SubjectKind kind, const char* parameter) {
  table.get(std::move(path), std::move(summary), options::record,
            [&context, kind, parameter](const api::Call& call,
                                        const StaffMember& who) -> Task<Result<Reply<Story>>> {
              const auto client = call.id<ClientId>("client");
              auto found = co_await context.store.read([&](Snapshot& db) {
                return story(db, who, client, kind, call.id<Subject>(parameter).value, call.now);
              });
              if (!found) co_return found.error();
              auto seen = co_await access::record_view(context.store, access::actor_of(call, who),
                                                       "reminders.view", client, call.now);
              if (!seen) co_return seen.error();
              co_return Reply<Story>(std::move(*found));
            });
}

}  // namespace

void story_routes(Table& table, access::Context& context) {
  story_route<SessionId>(table, context, "/api/v1/sessions/{session}/clients/{client}/reminders",
                         "Why a client was, or was not, reminded of a session", SubjectKind::session,
                         "session");
  story_route<OccurrenceId>(table, context, "/api/v1/occurrences/{occurrence}/clients/{client}/reminders",
                            "Why a client was, or was not, reminded of a meeting", SubjectKind::occurrence,
                            "occurrence");

  table.get("/api/v1/reminders/days", "How many reminders were due on each day, and what became of them",
            options::none,
            [&](const api::Call&, const StaffMember& who,
                const Query<DayFilter>& filter) -> Task<Result<Reply<Page<DayCounts>>>> {
              co_return co_await context.store.report([&](Snapshot& db) -> Result<Reply<Page<DayCounts>>> {
                auto counted = days(db, who, *filter);
                if (!counted) return counted.error();
                return Reply(Page<DayCounts>{std::move(*counted), {}});
              });
            });

  table.get(
      "/api/v1/reminders", "The reminders that were due on a day, in order of being due", options::record,
      [&](const api::Call& call, const StaffMember& who,
          const Query<DueFilter>& filter) -> Task<Result<Reply<Page<DueReminder>>>> {
        auto found =
            co_await context.store.read([&](Snapshot& db) { return due_on(db, who, *filter, call.now); });
        if (!found) co_return found.error();
        auto seen = co_await record_views(context, call, who, "reminders.view", found->items);
        if (!seen) co_return seen.error();
        co_return Reply(as_page(std::move(*found)));
      });

  table.get(
      "/api/v1/calls", "Whom to call: clients with an appointment within two days whom no message reaches",
      options::record,
      [&](const api::Call& call, const StaffMember& who,
          const Query<CallFilter>& filter) -> Task<Result<Reply<Page<ToCall>>>> {
        auto found =
            co_await context.store.read([&](Snapshot& db) { return to_call(db, who, *filter, call.now); });
        if (!found) co_return found.error();
        auto seen = co_await record_views(context, call, who, "call.view", found->items);
        if (!seen) co_return seen.error();
        co_return Reply(std::move(*found));
      });

  table.post("/api/v1/calls", "Says what came of a call", options::once,
             [&](const api::Call& call, const StaffMember& who,
                 const Body<NewCall>& body) -> Task<Result<Reply<reminders::Call>>> {
               co_return co_await access::write_once(context, "call.record", call, who, [&](Transaction& tx) {
                 return created(record_call(tx, who, access::actor_of(call, who), *body, call.now));
               });
             });

  table.put("/api/v1/clients/{client}/voicemail", "Whether a word may be left on the client's machine",
            options::none,
            [&](const api::Call& call, const StaffMember& who,
                const Body<Voicemail>& body) -> Task<Result<Reply<Voicemail>>> {
              const auto set = [&](Transaction& tx) -> Result<Reply<Voicemail>> {
                auto kept = set_voicemail(tx, who, access::actor_of(call, who), call.id<ClientId>("client"),
                                          *body, call.now);
                if (!kept) return kept.error();
                return Reply<Voicemail>(*kept);
              };
              co_return co_await context.store.write("client.voicemail", set);
            });
}

}  // namespace circled::reminders
