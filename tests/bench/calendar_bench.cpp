#include "bench/calendar_bench.hpp"

#include "bench/cpu.hpp"
#include "calendar/busy.hpp"
#include "calendar/enrolment.hpp"
#include "calendar/series.hpp"
#include "calendar/slots.hpp"
#include "people/client.hpp"
#include "reminders/reminder.hpp"

namespace circled::bench {
namespace {

using namespace std::chrono_literals;
using calendar::OwnerKind;

// CPU milliseconds for one of `times` runs of `f(n)`, after a few that warm up.
template <class F>
double each(int times, F f) {
  for (int n = 0; n < times / 10 + 1; ++n) f(n);
  const double before = cpu_ms();
  for (int n = times / 10 + 1; n < times / 10 + 1 + times; ++n) f(n);
  return (cpu_ms() - before) / times;
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().code + ": " + result.error().detail);
  return std::move(*result);
}

api::Identity administrator() {
  api::Identity who;
  who.account = AccountId(1);
  who.person = PersonId(staff_id(0));
  who.role = api::Role::admin;
  who.site = SiteId(1);
  return who;
}

// A group of twelve with a series of 26 weeks, led by two, at an hour the base leaves free. Made once.
SeriesId make_series(Store& store, const Size& size, Instant now) {
  const auto who = administrator();
  return must(store.write_now("bench.series", [&](Transaction& tx) -> Result<SeriesId> {
    if (const auto before = tx.one<SeriesId>("SELECT id FROM series WHERE group_id IS NOT NULL LIMIT 1"))
      return *before;
    calendar::NewGroup group{};
    group.site = SiteId(1);
    group.service = ServiceId(1);
    group.name = "Bench group";
    group.alias = "Group";
    group.admission = calendar::Admission::open;
    group.smallest = {1};
    group.largest = {20};
    const auto made = must(calendar::add_group(tx, who, {}, group, now));
    for (std::int64_t c = 0; c < 12; ++c) {
      const ClientId client(client_id(size, c));
      if (!people::phase(tx, client)) {
        const auto episode = *tx.one<EpisodeId>(
            "INSERT INTO episode (client_id, admitted_on) VALUES ($1, 20000) RETURNING id", client);
        tx.run("INSERT INTO phase (episode_id, phase, from_on) VALUES ($1, 'treatment', 20000)", episode);
      }
      calendar::NewEnrolment enrolment{};
      enrolment.client = client;
      must(calendar::enrol(tx, who, {}, made.id, enrolment, now));
    }
    calendar::NewSeries series{};
    series.leave_out_conflicts = true;
    series.group = made.id;
    series.site = SiteId(1);
    series.starts_on = Zone::utc().date(now) + std::chrono::days(1);
    series.time = TimeOfDay{Minutes(23 * 60 + 5)};
    series.duration_minutes = {30};
    series.rule = "FREQ=WEEKLY";
    for (const std::int64_t s : {1, 2}) series.facilitators.push_back(StaffId(staff_id(s)));
    return must(calendar::add_series(tx, who, {}, series, now)).series.id;
  }));
}

// Fifty counselors from all over the base, in turn, as in a house that asks for the same ones all day: what
// is compared is then how much there is besides them, and not what a cache holds.
constexpr int asked = 50;
std::int64_t counselor(const Size& size, int n) { return n % asked * (size.staff / asked); }

// The first day on which nothing has been booked, behind all that the questions look at.
Instant free_day(Store& store, Instant today) {
  const auto last = store.read_now([](Snapshot& db) {
    return db.one<Instant>("SELECT starts_at FROM session WHERE site_id = 1 ORDER BY starts_at DESC LIMIT 1");
  });
  return std::max<Instant>(std::chrono::floor<std::chrono::days>(*last), today + 200 * 24h) + 24h;
}

}  // namespace

CalendarCost calendar_cost(const store::Place& place, const Size& size, Instant today) {
  const auto opened = store::open(place);
  Store& store = *opened;
  const auto who = administrator();
  const Instant now = today + 12h;
  CalendarCost cost{};

  const Instant free = free_day(store, today);
  cost.booking = each(500, [&](int n) {
    calendar::Booking booking{};
    const std::int64_t person = counselor(size, n);
    booking.service = ServiceId(1);
    booking.kind = calendar::Kind::one_on_one;
    booking.site = SiteId(1);
    booking.room = RoomId(person + 1);
    booking.starts_at = free + n / asked * 1h;
    booking.duration_minutes = {45};
    booking.facilitators.push_back(StaffId(staff_id(person)));
    booking.clients.push_back(ClientId(client_id(size, person)));
    must(store.write_now("bench.book",
                         [&](Transaction& tx) { return calendar::book(tx, who, {}, booking, now); }));
  });

  cost.conflicts = each(5'000, [&](int n) {
    const std::int64_t person = counselor(size, n);
    const std::vector<calendar::Owner> owners{{OwnerKind::staff, staff_id(person), ""},
                                              {OwnerKind::client, client_id(size, person), ""},
                                              {OwnerKind::room, person + 1, ""}};
    const Instant from = today + n % 600 * 30min;
    store.read_now(
        [&](Snapshot& db) { return calendar::overlaps(db, owners, from, from + 50min, {}, now).size(); });
  });

  cost.week = each(2'000, [&](int n) {
    store.read_now([&](Snapshot& db) {
      return calendar::sessions_of_staff(db, StaffId(staff_id(counselor(size, n))),
                                         {today - 14 * 24h, today - 7 * 24h, 200, {}, {}})
          .size();
    });
  });

  calendar::SlotFilter filter{};
  filter.service = ServiceId(1);
  filter.site = SiteId(1);
  filter.duration_minutes = {50};
  filter.from = now;
  filter.until = now + 90 * 24h;
  filter.rank = calendar::Rank::fewest_gaps;  // looks at the whole range
  std::string staff;
  for (int s = 0; s < asked; ++s) staff += (s == 0 ? "" : ",") + std::to_string(staff_id(counselor(size, s)));
  filter.staff = staff;
  cost.slots = each(100, [&](int) {
    store.read_now([&](Snapshot& db) { return must(calendar::slots(db, who, filter, now)).items.size(); });
  });

  const auto series = make_series(store, size, now);
  calendar::SeriesEdit edit{};
  cost.series_preview = each(100, [&](int n) {
    edit.time = TimeOfDay{Minutes(60 + n % 60)};
    store.read_now(
        [&](Snapshot& db) { return must(calendar::preview_edit(db, who, series, edit, now)).dates.size(); });
  });
  // What a booking of the whole series does for its reminders, and takes back.
  const Zone zone = Zone::named("America/New_York").value();
  cost.reminders = each(50, [&](int) {
    const auto taken_back = store.write_now("bench.remind", [&](Transaction& tx) -> Result<bool> {
      reminders::Manners manners;
      for (std::int64_t week = 0; week < 26; ++week)
        for (int c = 0; c < 12; ++c)
          reminders::plan(
              tx, manners,
              {reminders::SubjectKind::session, 1'000'000'000 + week, 1, now + (week + 1) * 7 * 24h, zone},
              {ClientId(client_id(size, c)), zone}, now);
      return conflict("bench", "taken back");
    });
    if (taken_back) throw std::logic_error("the bench keeps what it plans");
  });
  return cost;
}

}  // namespace circled::bench
