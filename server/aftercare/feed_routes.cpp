#include "access/once.hpp"
#include "aftercare/meeting_feed.hpp"
#include "aftercare/routes.hpp"

namespace circled::aftercare {

using namespace api;

void feed_routes(Table& table, access::Context& context) {
  table.get("/api/v1/meeting-feeds", "The lists that are fetched by themselves, and how each fares",
            options::none, [&](const Call&, const Supervisor&) -> Task<Result<Reply<Page<MeetingFeed>>>> {
              co_return co_await context.store.read([](Snapshot& db) -> Result<Reply<Page<MeetingFeed>>> {
                return Page<MeetingFeed>{meeting_feeds(db), {}};
              });
            });

  table.post(
      "/api/v1/meeting-feeds", "Has a list of meetings fetched, now and then again and again", options::once,
      [&](const Call& call, const Supervisor& who,
          const Body<NewMeetingFeed>& body) -> Task<Result<Reply<MeetingFeed>>> {
        co_return co_await access::write_once(context, "meeting_feed.add", call, who, [&](Transaction& tx) {
          return created(add_meeting_feed(tx, access::actor_of(call, who), *body, call.now));
        });
      });

  table.del("/api/v1/meeting-feeds/{feed}", "Fetches a list no more; its meetings stay", options::none,
            [&](const Call& call, const Supervisor& who) -> Task<Result<Reply<void>>> {
              auto done = co_await context.store.write("meeting_feed.remove", [&](Transaction& tx) {
                return remove_meeting_feed(tx, access::actor_of(call, who), call.id<std::int64_t>("feed"),
                                           call.now);
              });
              if (!done) co_return done.error();
              co_return Reply<void>();
            });

  table.post("/api/v1/meeting-feeds/{feed}/fetch", "Fetches a list now", options::none,
             [&](const Call& call, const Supervisor& who,
                 const Body<FetchNow>& body) -> Task<Result<Reply<MeetingFeed>>> {
               auto feed = co_await context.store.write("meeting_feed.fetch", [&](Transaction& tx) {
                 return fetch_meeting_feed(tx, access::actor_of(call, who), call.id<std::int64_t>("feed"),
                                           *body, call.now);
               });
               if (!feed) co_return feed.error();
               co_return Reply<MeetingFeed>(std::move(*feed));
             });

  table.get("/api/v1/meeting-feeds/{feed}/runs", "What came of fetching a list, the latest first",
            options::none, [&](const Call& call, const Supervisor&) -> Task<Result<Reply<Page<FeedRun>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<FeedRun>>> {
                auto found = feed_runs(db, call.id<std::int64_t>("feed"));
                if (!found) return found.error();
                return Page<FeedRun>{std::move(*found), {}};
              });
            });
}

}  // namespace circled::aftercare
