#include "access/once.hpp"
#include "aftercare/own_meeting.hpp"
#include "aftercare/routes.hpp"
#include "base/version.hpp"

namespace circled::aftercare {

using namespace api;

namespace {

Result<Reply<Page<FoundMeeting>>> page_of(Snapshot& db, const NearSearch& wanted, Instant now) {
  auto page = search(db, wanted, now);
  if (!page) return page.error();
  Reply<Page<FoundMeeting>> reply(std::move(*page));
  reply.next = reply.body.next.value_or("");
  return reply;
}

Result<Reply<Meeting>> with_tag(Result<Meeting> found) {
  if (!found) return found.error();
  Reply<Meeting> reply(std::move(*found));
  reply.etag = digest_of(reply.body);
  return reply;
}

}  // namespace

void meeting_routes(Table& table, access::Context& context) {
  table.get("/api/v1/meetings", "Meetings by weekday, time and place", options::none,
            [&](const Call& call, const SignedIn&,
                const Query<MeetingSearch>& query) -> Task<Result<Reply<Page<FoundMeeting>>>> {
              co_return co_await context.store.read([&](Snapshot& db) {
                NearSearch wanted;
                static_cast<MeetingSearch&>(wanted) = *query;
                return page_of(db, wanted, call.now);
              });
            });

  // A POST, for where somebody is belongs in no address.
  table.post(
      "/api/v1/meetings/search", "The same; with a point, the nearest first", options::none,
      [&](const Call& call, const SignedIn&,
          const Body<NearSearch>& body) -> Task<Result<Reply<Page<FoundMeeting>>>> {
        co_return co_await context.store.read([&](Snapshot& db) { return page_of(db, *body, call.now); });
      });

  table.get("/api/v1/meetings/{meeting}", "One meeting, also one that is gone or closed", options::none,
            [&](const Call& call, const SignedIn&) -> Task<Result<Reply<Meeting>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Meeting>> {
                auto found = meeting(db, call.id<MeetingId>("meeting"));
                if (!found) return not_found("meeting");
                return with_tag(std::move(*found));
              });
            });

  table.post("/api/v1/meetings", "Types in a meeting that no list has", options::once,
             [&](const Call& call, const Counselor& who,
                 const Body<NewMeeting>& body) -> Task<Result<Reply<Meeting>>> {
               co_return co_await access::write_once(context, "meeting.add", call, who, [&](Transaction& tx) {
                 return created(add_meeting(tx, who, access::actor_of(call, who), *body, call.now));
               });
             });

  table.put(
      "/api/v1/meetings/{meeting}", "Changes a meeting that was typed in", options::edit,
      [&](const Call& call, const Counselor& who,
          const Body<NewMeeting>& body) -> Task<Result<Reply<Meeting>>> {
        co_return co_await context.store.write("meeting.edit", [&](Transaction& tx) {
          return with_tag(edit_meeting(tx, who, access::actor_of(call, who), call.id<MeetingId>("meeting"),
                                       call.if_match().value_or(""), *body, call.now));
        });
      });

  table.post("/api/v1/meetings/{meeting}/close", "Marks a meeting closed, whatever its list says",
             options::none, [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Meeting>>> {
               co_return co_await context.store.write("meeting.close", [&](Transaction& tx) {
                 return with_tag(close_meeting(tx, who, access::actor_of(call, who),
                                               call.id<MeetingId>("meeting"), call.now));
               });
             });

  table.post("/api/v1/meetings/{meeting}/reopen", "Takes that back", options::none,
             [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Meeting>>> {
               co_return co_await context.store.write("meeting.reopen", [&](Transaction& tx) {
                 return with_tag(reopen_meeting(tx, access::actor_of(call, who),
                                                call.id<MeetingId>("meeting"), call.now));
               });
             });

  table.get("/api/v1/meeting-lists", "The imported meeting lists", options::none,
            [&](const Call&, const StaffMember&) -> Task<Result<Reply<Page<MeetingList>>>> {
              co_return co_await context.store.read([](Snapshot& db) -> Result<Reply<Page<MeetingList>>> {
                return Page<MeetingList>{meeting_lists(db), {}};
              });
            });
}

}  // namespace circled::aftercare
