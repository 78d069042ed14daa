#include "aftercare/routes.hpp"

#include "access/once.hpp"
#include "aftercare/commitment.hpp"
#include "aftercare/occurrence.hpp"
#include "aftercare/rules.hpp"
#include "aftercare/self_check_ask.hpp"
#include "aftercare/view.hpp"

namespace circled::aftercare {

using namespace api;

namespace {

struct OccurrenceRange {
  std::optional<Instant> from;   // default: now
  std::optional<Instant> until;  // default: four weeks after `from`; at most 62 days after it
};
BOOST_DESCRIBE_STRUCT(OccurrenceRange, (), (from, until))

void meeting_routes(Table& table, access::Context& context) {
  table.get("/api/v1/meetings", "Meetings by weekday, time and place", options::none,
            [&](const Call&, const SignedIn&,
                const Query<MeetingSearch>& query) -> Task<Result<Reply<Page<Meeting>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<Meeting>>> {
                auto page = search(db, *query);
                if (!page) return page.error();
                Reply<Page<Meeting>> reply(std::move(*page));
                reply.next = reply.body.next.value_or("");
                return reply;
              });
            });

  table.get("/api/v1/meetings/{meeting}", "One meeting, also one that is gone", options::none,
            [&](const Call& call, const SignedIn&) -> Task<Result<Reply<Meeting>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Meeting>> {
                auto found = meeting(db, call.id<MeetingId>("meeting"));
                if (!found) return not_found("meeting");
                return Reply<Meeting>(std::move(*found));
              });
            });

  table.get("/api/v1/meeting-lists", "The imported meeting lists", options::none,
            [&](const Call&, const StaffMember&) -> Task<Result<Reply<Page<MeetingList>>>> {
              co_return co_await context.store.read([](Snapshot& db) -> Result<Reply<Page<MeetingList>>> {
                return Page<MeetingList>{meeting_lists(db), {}};
              });
            });
}

void own_routes(Table& table, access::Context& context) {
  table.get("/api/v1/my/commitments", "The meetings the client has chosen", options::none,
            [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<Page<Commitment>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<Commitment>>> {
                return Page<Commitment>{commitments(db, who.client(), call.now), {}};
              });
            });

  table.post("/api/v1/my/commitments", "Chooses a meeting to go to every week", options::once,
             [&](const Call& call, const ClientUser& who,
                 const Body<NewCommitment>& body) -> Task<Result<Reply<Commitment>>> {
               co_return co_await access::write_once(
                   context, "commitment.make", call, who, [&](Transaction& tx) {
                     return created(commit(tx, actor(call, who), who.client(), body->meeting, call.now));
                   });
             });

  table.del("/api/v1/my/commitments/{commitment}", "Gives a chosen meeting up", options::none,
            [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<void>>> {
              auto done = co_await context.store.write("commitment.withdraw", [&](Transaction& tx) {
                return withdraw(tx, actor(call, who), who.client(), call.id<CommitmentId>("commitment"),
                                call.now);
              });
              if (!done) co_return done.error();
              co_return Reply<void>();
            });

  table.get("/api/v1/my/occurrences", "When the chosen meetings take place", options::none,
            [&](const Call& call, const ClientUser& who,
                const Query<OccurrenceRange>& range) -> Task<Result<Reply<Page<Occurrence>>>> {
              const Instant from = range->from.value_or(call.now);
              const Instant until = range->until.value_or(from + horizon);
              if (until <= from || until - from > std::chrono::days(62))
                co_return invalid("?until", "out_of_range", "This must be after `from`, by at most 62 days.");
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<Occurrence>>> {
                return Page<Occurrence>{occurrences(db, who.client(), from, until), {}};
              });
            });
}

void counselor_routes(Table& table, access::Context& context) {
  table.get("/api/v1/clients/{client}/commitments", "The meetings a client has chosen", options::record,
            [&](const Call& call, const Counselor& who) -> Task<Result<Reply<Page<Commitment>>>> {
              co_return co_await view<Page<Commitment>>(
                  context, call, who, "commitments.view", [&](Snapshot& db, ClientId client) {
                    return Page<Commitment>{commitments(db, client, call.now), {}};
                  });
            });
}

}  // namespace

void routes(Table& table, access::Context& context) {
  table.room("aftercare");
  meeting_routes(table, context);
  own_routes(table, context);
  counselor_routes(table, context);
  plan_routes(table, context);
  self_check_routes(table, context);
}

void handle_subjects() {
  reminders::handle_subjects(reminders::SubjectKind::occurrence, occurrence_subjects());
  reminders::handle_subjects(reminders::SubjectKind::check_in, self_check_subjects());
  calendar::on_discharge("aftercare", ended_by_discharge());
}

}  // namespace circled::aftercare
