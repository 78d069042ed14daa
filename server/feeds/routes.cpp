#include "feeds/routes.hpp"

#include "base/ics_event.hpp"
#include "base/token.hpp"
#include "feeds/feed.hpp"

namespace circled::feeds {

using namespace api;

namespace {

// Nobody is signed in here: the token in the path is all there is. The path is never logged, a line of the
// log names the row's pattern.
Task<Result<Reply<Raw>>> fetch(access::Context& context, const Call& call) {
  const std::string_view token = call.text("token");
  const auto feed = co_await context.store.read_one([&](Snapshot& db) { return find_feed(db, token); });
  if (feed) {
    // Some hundred events: not on an I/O thread.
    const std::string text = co_await context.store.report(
        [&](Snapshot& db) { return calendar_text(db, *feed, ics::uid_host(context.key), call.now); });
    Reply<Raw> reply(Raw{"text/calendar; charset=utf-8", text});
    reply.etag = sha256(text).substr(0, 32);
    co_return reply;
  }
  const std::string address = access::address_group(call.request.remote);
  const auto ask_in_vain = [address, now = call.now](Transaction& tx) {
    return access::take_try(tx, per_asking_address, address, now);
  };
  auto may = co_await context.store.write("feed.ask_in_vain", ask_in_vain);
  if (!may) co_return may.error();
  co_return not_found("feed");
}

}  // namespace

void routes(Table& table, access::Context& context) {
  table.room("feeds");

  table.get("/api/v1/my/feed", "Whether there is a calendar feed of the caller's own", options::none,
            [&](const Call&, const SignedIn& who) -> Task<Result<Reply<FeedState>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<FeedState>> {
                return Reply<FeedState>(feed_state(db, who.person));
              });
            });

  table.post(
      "/api/v1/my/feed", "Makes a calendar feed of the caller's own and shows its address; an older one ends",
      options::new_secret,
      [&](const Call& call, const SignedIn& who, const Body<NewFeed>& body) -> Task<Result<Reply<MadeFeed>>> {
        auto made = co_await context.store.write("feed.make", [&](Transaction& tx) {
          return make_feed(tx, who, access::actor_of(call, who), *body, call.now);
        });
        if (!made) co_return made.error();
        co_return Reply<MadeFeed>(std::move(*made));
      });

  table.del("/api/v1/my/feed", "Ends the caller's calendar feed", options::none,
            [&](const Call& call, const SignedIn& who) -> Task<Result<Reply<>>> {
              auto ended = co_await context.store.write("feed.end", [&](Transaction& tx) {
                return end_feed(tx, who, access::actor_of(call, who), call.now);
              });
              if (!ended) co_return ended.error();
              co_return Reply<>{};
            });

  table.del("/api/v1/clients/{client}/feed", "Ends a client's calendar feed", options::none,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<>>> {
              auto ended = co_await context.store.write("feed.end_of_client", [&](Transaction& tx) {
                return end_client_feed(tx, who, access::actor_of(call, who), call.id<ClientId>("client"),
                                       call.now);
              });
              if (!ended) co_return ended.error();
              co_return Reply<>{};
            });

  table.get(
      "/feeds/{token:text}", "A calendar feed, for whoever has its address", options::none,
      [&](const Call& call, const Anyone&) -> Task<Result<Reply<Raw>>> { return fetch(context, call); });
}

}  // namespace circled::feeds
