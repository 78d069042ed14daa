#include "people/outside_calendar.hpp"
#include "people/routes.hpp"

namespace circled::people {

using namespace api;

namespace {

Task<Result<Reply<OutsideCalendar>>> put(access::Context& context, const Call& call, const StaffMember& who,
                                         const NewOutsideCalendar& wanted) {
  const auto staff = call.id<StaffId>("staff");
  if (wanted.text.has_value() == wanted.url.has_value())
    co_return invalid("", "one_of_two", "Give either text, a file's content, or url, where to fetch it.");
  if (wanted.url) {
    const auto address = feed_address(*wanted.url);
    if (!address) co_return address.error();
    auto kept = co_await context.store.write("outside_calendar.put_feed", [&](Transaction& tx) {
      return put_outside_feed(tx, who, access::actor_of(call, who), staff, *address, call.now);
    });
    if (!kept) co_return kept.error();
    co_return Reply<OutsideCalendar>(std::move(*kept));
  }
  // Reading it is no work for an I/O thread, nor for the writer.
  const auto busy = co_await context.store.report([&](Snapshot& db) -> Result<std::vector<BusyTime>> {
    const auto zone = outside_zone(db, who, staff);
    if (!zone) return zone.error();
    return read_busy(*wanted.text, *zone, call.now);
  });
  if (!busy) co_return busy.error();
  auto kept = co_await context.store.write("outside_calendar.put_file", [&](Transaction& tx) {
    return put_outside_file(tx, who, access::actor_of(call, who), staff, *busy, call.now);
  });
  if (!kept) co_return kept.error();
  co_return Reply<OutsideCalendar>(std::move(*kept));
}

}  // namespace

void outside_routes(Table& table, access::Context& context) {
  table.get("/api/v1/staff/{staff}/outside-calendar",
            "The calendar that somebody keeps elsewhere, and how it fares", options::none,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<OutsideCalendar>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<OutsideCalendar>> {
                auto found = outside_calendar(db, who, call.id<StaffId>("staff"));
                if (!found) return found.error();
                return Reply<OutsideCalendar>(std::move(*found));
              });
            });

  table.put(
      "/api/v1/staff/{staff}/outside-calendar",
      "Takes busy times from a calendar kept elsewhere: a file, or a feed that is fetched again and again",
      options::none,
      [&](const Call& call, const StaffMember& who, const Body<NewOutsideCalendar>& body)
          -> Task<Result<Reply<OutsideCalendar>>> { return put(context, call, who, *body); });

  table.del(
      "/api/v1/staff/{staff}/outside-calendar", "Forgets the calendar kept elsewhere and all its busy times",
      options::none, [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<>>> {
        auto removed = co_await context.store.write("outside_calendar.remove", [&](Transaction& tx) {
          return remove_outside(tx, who, access::actor_of(call, who), call.id<StaffId>("staff"), call.now);
        });
        if (!removed) co_return removed.error();
        co_return Reply<>{};
      });
}

}  // namespace circled::people
