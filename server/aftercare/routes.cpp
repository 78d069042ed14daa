#include "aftercare/routes.hpp"

#include "access/once.hpp"
#include "aftercare/commitment.hpp"
#include "aftercare/occurrence.hpp"
#include "aftercare/rules.hpp"
#include "aftercare/self_check_ask.hpp"
#include "aftercare/view.hpp"
#include "aftercare/went.hpp"

namespace circled::aftercare {

using namespace api;

namespace {

struct OccurrenceRange {
  std::optional<Instant> from;   // default: now
  std::optional<Instant> until;  // default: four weeks after `from`; at most 62 days after it
};
BOOST_DESCRIBE_STRUCT(OccurrenceRange, (), (from, until))

void commitment_routes(Table& table, access::Context& context) {
  table.get("/api/v1/my/commitments", "The meetings the client has chosen", options::none,
            [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<Page<Commitment>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<Commitment>>> {
                return Page<Commitment>{commitments(db, who.client(), call.now), {}};
              });
            });

  table.post(
      "/api/v1/my/commitments", "Chooses a meeting to go to every week", options::once,
      [&](const Call& call, const ClientUser& who,
          const Body<NewCommitment>& body) -> Task<Result<Reply<Commitment>>> {
        co_return co_await access::write_once(context, "commitment.make", call, who, [&](Transaction& tx) {
          return created(commit(tx, access::actor_of(call, who), who.client(), body->meeting, call.now));
        });
      });

  table.del("/api/v1/my/commitments/{commitment}", "Gives a chosen meeting up", options::none,
            [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<void>>> {
              auto done = co_await context.store.write("commitment.withdraw", [&](Transaction& tx) {
                return withdraw(tx, access::actor_of(call, who), who.client(),
                                call.id<CommitmentId>("commitment"), call.now);
              });
              if (!done) co_return done.error();
              co_return Reply<void>();
            });

  table.post("/api/v1/my/commitments/{commitment}/seen", "Has seen what became of a chosen meeting",
             options::none, [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<void>>> {
               auto done = co_await context.store.write("commitment.see", [&](Transaction& tx) {
                 return see(tx, who.client(), call.id<CommitmentId>("commitment"), call.now);
               });
               if (!done) co_return done.error();
               co_return Reply<void>();
             });

  table.post("/api/v1/my/occurrences/{occurrence}/went", "Says whether one went; the last word stands",
             options::none,
             [&](const Call& call, const ClientUser& who,
                 const Body<SayWent>& body) -> Task<Result<Reply<SaidWent>>> {
               auto said = co_await context.store.write("occurrence.say", [&](Transaction& tx) {
                 return say_went(tx, access::actor_of(call, who), who.client(),
                                 call.id<OccurrenceId>("occurrence"), body->went, call.now);
               });
               if (!said) co_return said.error();
               co_return Reply<SaidWent>(*said);
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

  table.get("/api/v1/clients/{client}/occurrences",
            "The meetings a client had before them, what they say of them, and what is verified; the latest "
            "first",
            options::record,
            [&](const Call& call, const Counselor& who,
                const Query<OccurrenceRange>& range) -> Task<Result<Reply<Page<KeptOccurrence>>>> {
              const Instant until = range->until.value_or(call.now);
              const Instant from = range->from.value_or(until - horizon);
              if (until <= from || until - from > said_within)
                co_return invalid("?until", "out_of_range", "This must be after `from`, by at most 92 days.");
              const auto look = [&](Snapshot& db, ClientId client) {
                return Page<KeptOccurrence>{kept_occurrences(db, client, from, until), {}};
              };
              co_return co_await view<Page<KeptOccurrence>>(context, call, who, "occurrences.view", look);
            });

  table.put("/api/v1/clients/{client}/occurrences/{occurrence}/verification",
            "Verifies that a client was there: by a slip, or by what somebody named has told", options::none,
            [&](const Call& call, const Counselor& who,
                const Body<OccurrenceProof>& body) -> Task<Result<Reply<KeptOccurrence>>> {
              auto kept = co_await context.store.write("occurrence.verify", [&](Transaction& tx) {
                return verify(tx, who, access::actor_of(call, who), call.id<ClientId>("client"),
                              call.id<OccurrenceId>("occurrence"), *body, call.now);
              });
              if (!kept) co_return kept.error();
              co_return Reply<KeptOccurrence>(std::move(*kept));
            });

  table.del("/api/v1/clients/{client}/occurrences/{occurrence}/verification", "Takes a verification back",
            options::none, [&](const Call& call, const Counselor& who) -> Task<Result<Reply<void>>> {
              auto done = co_await context.store.write("occurrence.take_back", [&](Transaction& tx) {
                return take_back(tx, who, access::actor_of(call, who), call.id<ClientId>("client"),
                                 call.id<OccurrenceId>("occurrence"), call.now);
              });
              if (!done) co_return done.error();
              co_return Reply<void>();
            });
}

}  // namespace

void routes(Table& table, access::Context& context) {
  table.room("aftercare");
  meeting_routes(table, context);
  commitment_routes(table, context);
  counselor_routes(table, context);
  support_routes(table, context);
  plan_routes(table, context);
  self_check_routes(table, context);
  feed_routes(table, context);
}

namespace {
struct WentCommand {
  OccurrenceId occurrence;
  Went went;
};
BOOST_DESCRIBE_STRUCT(WentCommand, (), (occurrence, went))
}  // namespace

// Saying it twice is saying it once, so the command needs no stored result.
void commands(live::Commands& commands, access::Context& context) {
  support_commands(commands, context);
  self_check_commands(commands, context);
  commands.add("went",
               [&](const live::CommandCall& call, const ClientUser& who,
                   const WentCommand& body) -> Task<Result<SaidWent>> {
                 co_return co_await context.store.write("occurrence.say", [&](Transaction& tx) {
                   return say_went(tx, {who.account, call.request_id}, who.client(), body.occurrence,
                                   body.went, call.now);
                 });
               });
}

void handle_subjects() {
  reminders::handle_subjects(reminders::SubjectKind::occurrence, occurrence_subjects());
  reminders::handle_subjects(reminders::SubjectKind::check_in, self_check_subjects());
  calendar::on_discharge("aftercare", ended_by_discharge());
}

}  // namespace circled::aftercare
