// Routes of availability: site hours and closures (which `places` keeps, and whose changes leave sessions of
// this room in trouble), a staff member's times, what a service needs.
#include "access/once.hpp"
#include "calendar/availability.hpp"
#include "calendar/routes.hpp"
#include "places/closure.hpp"

namespace circled::calendar {

using namespace api;

namespace {

struct HoursChange {
  std::vector<places::OpenTime> hours;
  std::vector<TroubledSession> troubled;
};
BOOST_DESCRIBE_STRUCT(HoursChange, (), (hours, troubled))

struct ClosureChange {
  places::Closure closure;
  std::vector<TroubledSession> troubled;
};
BOOST_DESCRIBE_STRUCT(ClosureChange, (), (closure, troubled))

struct ServiceNeedsChange {
  std::string credential;
  std::vector<TroubledSession> troubled;
};
BOOST_DESCRIBE_STRUCT(ServiceNeedsChange, (), (credential, troubled))

struct ClosureFilter {
  Date from;
  Date until;                  // included
  std::optional<SiteId> site;  // all closures of all sites when left out
};
BOOST_DESCRIBE_STRUCT(ClosureFilter, (), (from, until, site))

struct TroubledFilter {
  std::optional<SiteId> site;    // the caller's when neither is given
  std::optional<StaffId> staff;  // instead
};
BOOST_DESCRIBE_STRUCT(TroubledFilter, (), (site, staff))

template <class T>
Reply<T> tagged(T body, std::string etag) {
  Reply<T> reply(std::move(body));
  reply.etag = std::move(etag);
  return reply;
}

Result<Reply<AvailabilityChange>> tagged(Result<AvailabilityChange> change) {
  if (!change) return change.error();
  std::string etag = version(change->availability);
  return tagged(std::move(*change), std::move(etag));
}

// All that still lies ahead, to the end of what can be booked.
Span ahead(Instant now) { return {now, now + std::chrono::days(800)}; }

// A closure's days, wherever the site is.
Span around(const places::Closure& closure) {
  const auto utc = [](Date day) { return Instant(day.time_since_epoch()); };
  return {utc(closure.from_on - std::chrono::days(1)), utc(closure.until_on + std::chrono::days(2))};
}

ClosureChange with_troubled(Transaction& tx, const places::Closure& closure, Instant now) {
  return {closure, troubled_at_site(tx, closure.site, around(closure), now)};
}

// Sessions are known to the staff of their site, to whoever leads them, and to those who supervise.
Result<Reply<Page<TroubledSession>>> troubled(Snapshot& db, const Identity& who, const TroubledFilter& filter,
                                              Instant now) {
  const bool everywhere = Supervisor::accepts(who.role);
  if (filter.staff) {
    if (!everywhere && PersonId(*filter.staff) != who.person) return not_found("member of staff");
    return Page<TroubledSession>{troubled_of_staff(db, *filter.staff, now), {}};
  }
  const SiteId site = filter.site.value_or(who.site);
  if (!everywhere && site != who.site) return not_found("site");
  return Page<TroubledSession>{troubled_at_site(db, site, ahead(now), now), {}};
}

void site_routes(Table& table, access::Context& context) {
  table.get("/api/v1/sites/{site}/hours", "When a site is open, every week", options::none,
            [&](const Call& call, const StaffMember&) -> Task<Result<Reply<places::Hours>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<places::Hours>> {
                auto hours = places::hours(db, call.id<SiteId>("site"));
                if (!hours) return hours.error();
                const std::string etag = places::version(*hours);
                return tagged(std::move(*hours), etag);
              });
            });

  table.put("/api/v1/sites/{site}/hours", "Sets when a site is open; answers the sessions then in trouble",
            options::edit,
            [&](const Call& call, const Supervisor& who,
                const Body<places::Hours>& body) -> Task<Result<Reply<HoursChange>>> {
              co_return co_await context.store.write(
                  "site.set_hours", [&](Transaction& tx) -> Result<Reply<HoursChange>> {
                    const auto site = call.id<SiteId>("site");
                    auto hours = places::set_hours(tx, {who.account, call.request.id}, site,
                                                   call.if_match().value_or(""), *body, call.now);
                    if (!hours) return hours.error();
                    return tagged(
                        HoursChange{hours->hours, troubled_at_site(tx, site, ahead(call.now), call.now)},
                        places::version(*hours));
                  });
            });

  table.get(
      "/api/v1/closures", "Days on which sites are closed, in order", options::none,
      [&](const Call&, const StaffMember&,
          const Query<ClosureFilter>& filter) -> Task<Result<Reply<Page<places::Closure>>>> {
        co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<places::Closure>>> {
          return Page<places::Closure>{places::closures(db, filter->site, filter->from, filter->until), {}};
        });
      });

  table.post(
      "/api/v1/closures", "Closes a site, or every site; answers the sessions then in trouble", options::once,
      [&](const Call& call, const Supervisor& who,
          const Body<places::NewClosure>& body) -> Task<Result<Reply<ClosureChange>>> {
        co_return co_await access::write_once(
            context, "closure.add", call, who, [&](Transaction& tx) -> Result<Reply<ClosureChange>> {
              const auto added = places::add_closure(tx, {who.account, call.request.id}, *body, call.now);
              if (!added) return added.error();
              return Reply<ClosureChange>(with_troubled(tx, *added, call.now), 201);
            });
      });

  table.del("/api/v1/closures/{closure}", "Takes a closure back; answers the sessions still in trouble then",
            options::none,
            [&](const Call& call, const Supervisor& who) -> Task<Result<Reply<ClosureChange>>> {
              co_return co_await context.store.write(
                  "closure.remove", [&](Transaction& tx) -> Result<Reply<ClosureChange>> {
                    const auto removed = places::remove_closure(tx, {who.account, call.request.id},
                                                                call.id<ClosureId>("closure"), call.now);
                    if (!removed) return removed.error();
                    return Reply<ClosureChange>(with_troubled(tx, *removed, call.now));
                  });
            });
}

void staff_time_routes(Table& table, access::Context& context) {
  table.get("/api/v1/staff/{staff}/availability",
            "When a member of staff can be booked, and what they may lead", options::none,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Availability>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Availability>> {
                auto found = availability(db, who, call.id<StaffId>("staff"), call.now);
                if (!found) return found.error();
                std::string etag = version(*found);
                return tagged(std::move(*found), std::move(etag));
              });
            });

  table.put("/api/v1/staff/{staff}/availability",
            "Sets weekly hours, blocks or both; answers the sessions then in trouble", options::edit,
            [&](const Call& call, const StaffMember& who,
                const Body<NewWeek>& body) -> Task<Result<Reply<AvailabilityChange>>> {
              co_return co_await context.store.write("staff.set_week", [&](Transaction& tx) {
                return tagged(set_week(tx, who, {who.account, call.request.id}, call.id<StaffId>("staff"),
                                       call.if_match().value_or(""), *body, call.now));
              });
            });

  table.put(
      "/api/v1/staff/{staff}/credentials",
      "Sets what a member of staff may lead; If-Match is that of their availability", options::edit,
      [&](const Call& call, const Supervisor& who,
          const Body<NewCredentials>& body) -> Task<Result<Reply<AvailabilityChange>>> {
        co_return co_await context.store.write("staff.set_credentials", [&](Transaction& tx) {
          return tagged(set_credentials(tx, who, {who.account, call.request.id}, call.id<StaffId>("staff"),
                                        call.if_match().value_or(""), *body, call.now));
        });
      });

  table.post("/api/v1/staff/{staff}/exceptions", "Enters a time that differs from somebody's week",
             options::once,
             [&](const Call& call, const StaffMember& who,
                 const Body<NewException>& body) -> Task<Result<Reply<AvailabilityChange>>> {
               co_return co_await access::write_once(
                   context, "staff.add_exception", call, who, [&](Transaction& tx) {
                     return tagged(add_exception(tx, who, {who.account, call.request.id},
                                                 call.id<StaffId>("staff"), *body, call.now));
                   });
             });

  table.del(
      "/api/v1/staff/{staff}/exceptions/{exception}", "Takes such a time back", options::none,
      [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<AvailabilityChange>>> {
        co_return co_await context.store.write("staff.remove_exception", [&](Transaction& tx) {
          return tagged(remove_exception(tx, who, {who.account, call.request.id}, call.id<StaffId>("staff"),
                                         call.id<ExceptionId>("exception"), call.now));
        });
      });
}

void service_routes(Table& table, access::Context& context) {
  table.get("/api/v1/services/{service}/credential", "What leading a service needs", options::none,
            [&](const Call& call, const StaffMember&) -> Task<Result<Reply<ServiceNeeds>>> {
              co_return co_await context.store.read_one([&](Snapshot& db) -> Result<Reply<ServiceNeeds>> {
                auto needs = service_needs(db, call.id<ServiceId>("service"));
                if (!needs) return needs.error();
                std::string etag = version(*needs);
                return tagged(std::move(*needs), std::move(etag));
              });
            });

  table.put("/api/v1/services/{service}/credential",
            "Sets what leading a service needs; answers the sessions then in trouble", options::edit,
            [&](const Call& call, const Supervisor& who,
                const Body<ServiceNeeds>& body) -> Task<Result<Reply<ServiceNeedsChange>>> {
              co_return co_await context.store.write(
                  "service.set_credential", [&](Transaction& tx) -> Result<Reply<ServiceNeedsChange>> {
                    const auto service = call.id<ServiceId>("service");
                    const auto needs = set_service_needs(tx, {who.account, call.request.id}, service,
                                                         call.if_match().value_or(""), *body, call.now);
                    if (!needs) return needs.error();
                    return tagged(
                        ServiceNeedsChange{needs->credential, troubled_of_service(tx, service, call.now)},
                        version(*needs));
                  });
            });

  table.get("/api/v1/troubled-sessions",
            "Coming sessions that are outside somebody's hours, or not led by whom they need", options::none,
            [&](const Call& call, const StaffMember& who,
                const Query<TroubledFilter>& filter) -> Task<Result<Reply<Page<TroubledSession>>>> {
              co_return co_await context.store.report(
                  [&](Snapshot& db) { return troubled(db, who, *filter, call.now); });
            });
}

}  // namespace

void availability_routes(Table& table, access::Context& context) {
  site_routes(table, context);
  staff_time_routes(table, context);
  service_routes(table, context);
}

}  // namespace circled::calendar
