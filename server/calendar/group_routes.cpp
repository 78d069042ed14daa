#include "access/once.hpp"
#include "calendar/enrolment.hpp"
#include "calendar/routes.hpp"
#include "calendar/series.hpp"

namespace circled::calendar {

using namespace api;

namespace {

struct GroupFilter {
  std::optional<SiteId> site;  // the caller's when left out
};
BOOST_DESCRIBE_STRUCT(GroupFilter, (), (site))

struct GroupSessions {
  Instant from;
  Instant until;
};
BOOST_DESCRIBE_STRUCT(GroupSessions, (), (from, until))

struct Instance {
  Instant original_at;
};
BOOST_DESCRIBE_STRUCT(Instance, (), (original_at))

Result<Reply<Group>> tagged(Result<Group> group, int status = 200) {
  if (!group) return group.error();
  Reply<Group> reply(std::move(*group), status);
  reply.etag = std::to_string(reply.body.version);
  if (status == 201) reply.location = "/api/v1/groups/" + std::to_string(reply.body.id.value);
  return reply;
}

Result<Reply<Preview>> tagged(Result<Preview> preview) {
  if (!preview) return preview.error();
  Reply<Preview> reply(std::move(*preview));
  reply.etag = reply.body.digest;
  return reply;
}

// Where one may read what is to be done to the calendar, it is looked up as doing it would: in a transaction,
// which then writes nothing.
Result<std::vector<SeriesRow>> series_to_see(Snapshot& db, const Identity& who, GroupId id, Instant now) {
  if (auto seen = group(db, who, id, now); !seen) return seen.error();
  return series_of_group(db, id);
}

void group_rows(Table& table, access::Context& context) {
  table.get("/api/v1/groups", "The groups of a site, in order of name", options::none,
            [&](const Call& call, const StaffMember& who,
                const Query<GroupFilter>& filter) -> Task<Result<Reply<Page<GroupRow>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<GroupRow>>> {
                const SiteId site = filter->site.value_or(who.site);
                if (!may_see(who, site) || !places::site(db, site)) return not_found("site");
                return Page<GroupRow>{groups(db, site, call.now), {}};
              });
            });

  table.post("/api/v1/groups", "Adds a group", options::once,
             [&](const Call& call, const StaffMember& who,
                 const Body<NewGroup>& body) -> Task<Result<Reply<Group>>> {
               co_return co_await access::write_once(context, "group.add", call, who, [&](Transaction& tx) {
                 return tagged(add_group(tx, who, access::actor_of(call, who), *body, call.now), 201);
               });
             });

  table.get("/api/v1/groups/{group}", "One group, without who is in it", options::none,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Group>>> {
              co_return co_await context.store.read(
                  [&](Snapshot& db) { return tagged(group(db, who, call.id<GroupId>("group"), call.now)); });
            });

  table.patch("/api/v1/groups/{group}", "Changes a group", options::edit,
              [&](const Call& call, const StaffMember& who,
                  const Body<GroupChange>& body) -> Task<Result<Reply<Group>>> {
                co_return co_await context.store.write("group.change", [&](Transaction& tx) {
                  return tagged(change_group(tx, who, access::actor_of(call, who), call.id<GroupId>("group"),
                                             call.version(), *body, call.now));
                });
              });

  table.post("/api/v1/groups/{group}/pause", "Takes out what a group has coming, until it goes on",
             options::edit, [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Group>>> {
               co_return co_await access::write_once(context, "group.pause", call, who, [&](Transaction& tx) {
                 return tagged(pause_group(tx, who, access::actor_of(call, who), call.id<GroupId>("group"),
                                           call.version(), call.now));
               });
             });

  table.post("/api/v1/groups/{group}/resume", "A paused group goes on", options::edit,
             [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Group>>> {
               co_return co_await access::write_once(
                   context, "group.resume", call, who, [&](Transaction& tx) {
                     return tagged(resume_group(tx, who, access::actor_of(call, who),
                                                call.id<GroupId>("group"), call.version(), call.now));
                   });
             });

  table.get("/api/v1/groups/{group}/sessions", "A group's sessions, in order of start", options::none,
            [&](const Call& call, const StaffMember& who,
                const Query<GroupSessions>& range) -> Task<Result<Reply<Page<Session>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<Session>>> {
                const auto id = call.id<GroupId>("group");
                if (auto seen = group(db, who, id, call.now); !seen) return seen.error();
                if (range->until <= range->from || range->until - range->from > std::chrono::days(400))
                  return invalid("?until", "out_of_range", "This must be after 'from', by 400 days at most.");
                return Page<Session>{sessions_of_group(db, id, {range->from, range->until, 500, {}, {}}), {}};
              });
            });
}

void enrolment_rows(Table& table, access::Context& context) {
  table.get("/api/v1/groups/{group}/enrolments", "Who is or was in a group", options::record,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Page<Enrolment>>>> {
              co_return co_await context.store.write(
                  "group.enrolments", [&](Transaction& tx) -> Result<Reply<Page<Enrolment>>> {
                    auto seen = enrolments(tx, who, call.id<GroupId>("group"), call.now);
                    if (!seen) return seen.error();
                    for (const auto& enrolment : *seen)
                      access::audit_view(tx, access::actor_of(call, who), "client.view_enrolment",
                                         enrolment.client, call.now);
                    return Page<Enrolment>{std::move(*seen), {}};
                  });
            });

  table.post("/api/v1/groups/{group}/enrolments", "A client joins a group", options::once,
             [&](const Call& call, const StaffMember& who,
                 const Body<NewEnrolment>& body) -> Task<Result<Reply<Enrolment>>> {
               co_return co_await access::write_once(context, "group.enrol", call, who, [&](Transaction& tx) {
                 return created(
                     enrol(tx, who, access::actor_of(call, who), call.id<GroupId>("group"), *body, call.now));
               });
             });

  table.patch("/api/v1/enrolments/{enrolment}", "Ends or lengthens a client's time in a group", options::none,
              [&](const Call& call, const StaffMember& who,
                  const Body<EnrolmentChange>& body) -> Task<Result<Reply<Enrolment>>> {
                co_return co_await context.store.write(
                    "group.change_enrolment", [&](Transaction& tx) -> Result<Reply<Enrolment>> {
                      auto changed = change_enrolment(tx, who, access::actor_of(call, who),
                                                      call.id<EnrolmentId>("enrolment"), *body, call.now);
                      if (!changed) return changed.error();
                      return Reply<Enrolment>(std::move(*changed));
                    });
              });
}

void series_rows(Table& table, access::Context& context) {
  table.get("/api/v1/groups/{group}/series", "The series of a group", options::none,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Page<SeriesRow>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<SeriesRow>>> {
                auto seen = series_to_see(db, who, call.id<GroupId>("group"), call.now);
                if (!seen) return seen.error();
                return Page<SeriesRow>{std::move(*seen), {}};
              });
            });

  table.post("/api/v1/series/preview", "What a new series would be, date by date", options::none,
             [&](const Call& call, const StaffMember& who,
                 const Body<NewSeries>& body) -> Task<Result<Reply<Preview>>> {
               co_return co_await context.store.read(
                   [&](Snapshot& db) { return tagged(preview_series(db, who, *body, call.now)); });
             });

  table.post("/api/v1/series", "Makes a series, with its sessions within the horizon", options::once,
             [&](const Call& call, const StaffMember& who,
                 const Body<NewSeries>& body) -> Task<Result<Reply<Applied>>> {
               co_return co_await access::write_once(context, "series.add", call, who, [&](Transaction& tx) {
                 return created(add_series(tx, who, access::actor_of(call, who), *body, call.now));
               });
             });

  table.get("/api/v1/series/{series}", "One series, with the dates that are left out", options::none,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Series>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Series>> {
                auto seen = series(db, who, call.id<SeriesId>("series"), call.now);
                if (!seen) return seen.error();
                return Reply<Series>(std::move(*seen));
              });
            });

  table.post("/api/v1/series/{series}/preview", "What an edit would make of each date", options::none,
             [&](const Call& call, const StaffMember& who,
                 const Body<SeriesEdit>& body) -> Task<Result<Reply<Preview>>> {
               co_return co_await context.store.read([&](Snapshot& db) {
                 return tagged(preview_edit(db, who, call.id<SeriesId>("series"), *body, call.now));
               });
             });

  table.post("/api/v1/series/{series}/edit", "Applies an edit that was previewed; If-Match is its digest",
             options::edit,
             [&](const Call& call, const StaffMember& who,
                 const Body<SeriesEdit>& body) -> Task<Result<Reply<Applied>>> {
               co_return co_await access::write_once(
                   context, "series.edit", call, who, [&](Transaction& tx) -> Result<Reply<Applied>> {
                     auto applied =
                         apply_edit(tx, who, access::actor_of(call, who), call.id<SeriesId>("series"), *body,
                                    call.if_match().value_or(""), call.now);
                     if (!applied) return applied.error();
                     return Reply<Applied>(std::move(*applied));
                   });
             });

  table.post("/api/v1/series/{series}/skip", "Takes one date out of a series", options::none,
             [&](const Call& call, const StaffMember& who,
                 const Body<Instance>& body) -> Task<Result<Reply<Series>>> {
               co_return co_await access::write_once(
                   context, "series.skip", call, who, [&](Transaction& tx) -> Result<Reply<Series>> {
                     auto left = skip(tx, who, access::actor_of(call, who), call.id<SeriesId>("series"),
                                      body->original_at, call.now);
                     if (!left) return left.error();
                     return Reply<Series>(std::move(*left));
                   });
             });

  table.post("/api/v1/series/{series}/put-back", "Puts a date back that was left out", options::none,
             [&](const Call& call, const StaffMember& who,
                 const Body<Instance>& body) -> Task<Result<Reply<Series>>> {
               co_return co_await access::write_once(
                   context, "series.put_back", call, who, [&](Transaction& tx) -> Result<Reply<Series>> {
                     auto back = put_back(tx, who, access::actor_of(call, who), call.id<SeriesId>("series"),
                                          body->original_at, call.now);
                     if (!back) return back.error();
                     return Reply<Series>(std::move(*back));
                   });
             });
}

}  // namespace

void group_routes(Table& table, access::Context& context) {
  group_rows(table, context);
  enrolment_rows(table, context);
  series_rows(table, context);
}

}  // namespace circled::calendar
