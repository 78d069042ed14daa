#include "bench/attendance_bench.hpp"

#include <algorithm>

#include "attendance/sheet.hpp"
#include "bench/load.hpp"
#include "calendar/rows.hpp"

namespace circled::bench {
namespace {

using namespace std::chrono_literals;
using calendar::Verdict;

constexpr std::int64_t people = 15;
constexpr int sheets = 1'000;

double p99(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times.at(times.size() * 99 / 100) * 1000;
}

// Group sessions of the same fifteen, one after the other, in the past.
std::vector<SessionId> make_sessions(Store& store, const Size& size, Instant today) {
  return store
      .write_now("bench.sessions",
                 [&](Transaction& tx) -> Result<std::vector<SessionId>> {
                   calendar::NewSession session{};
                   session.site = SiteId(1);
                   session.service = ServiceId(1);
                   session.kind = calendar::Kind::group;
                   session.title = "Bench";
                   session.seats = people;
                   session.facilitators = {StaffId(staff_id(1))};
                   for (std::int64_t n = 0; n < people; ++n)
                     session.clients.push_back(ClientId(client_id(size, n)));
                   std::vector<SessionId> made;
                   for (int n = 0; n < sheets; ++n) {
                     session.starts_at = today - 400 * 24h + n * 2h;
                     session.ends_at = session.starts_at + 90min;
                     made.push_back(calendar::insert_session(tx, session, today));
                   }
                   return made;
                 })
      .value();
}

}  // namespace

AttendanceCost attendance_cost(const store::Place& place, const Size& size, Instant today) {
  const auto opened = store::open(place);
  Store& store = *opened;
  api::Identity who;
  who.person = PersonId(staff_id(1));
  who.role = api::Role::counselor;
  who.site = SiteId(1);

  std::vector<double> closing, bare;
  for (const SessionId id : make_sessions(store, size, today)) {
    const auto starts_at = store.read_now(
        [&](Snapshot& db) { return *db.one<Instant>("SELECT starts_at FROM session WHERE id = $1", id); });
    attendance::Marks marks{};
    for (std::int64_t n = 0; n < people; ++n) {
      attendance::Mark mark{
          ClientId(client_id(size, n)), n % 7 == 6 ? Verdict::excused : Verdict::attended, {}};
      if (n % 5 == 4) mark.stays = List<attendance::Stay, 20>{{starts_at + 12min, std::nullopt}};
      if (mark.verdict != Verdict::attended) mark.stays.reset();
      marks.marks.push_back(mark);
    }
    marks.close = true;
    const Time begin = now();
    const auto closed = store.write_now(
        "bench.close", [&](Transaction& tx) { return attendance::mark(tx, who, {}, id, 1, marks, today); });
    closing.push_back(since(begin));
    if (!closed) throw std::runtime_error(closed.error().code + ": " + closed.error().detail);
    const Time then = now();
    store
        .write_now("bench.bare",
                   [&](Transaction& tx) -> Result<std::int64_t> {
                     return tx.run("UPDATE site SET break_minutes = break_minutes WHERE id = 1");
                   })
        .value();
    bare.push_back(since(then));
  }
  return {p99(closing), p99(bare)};
}

}  // namespace circled::bench
