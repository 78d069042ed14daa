#include "bench/hours_bench.hpp"

#include "attendance/hours.hpp"
#include "bench/cpu.hpp"

namespace circled::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t group_size = 10, weeks = 26, each_week = 5;

template <class F>
double each(int times, F f) {
  f();  // statements are prepared
  const double before = cpu_ms();
  for (int n = 0; n < times; ++n) f();
  return (cpu_ms() - before) / times;
}

void must(const Result<bool>& done) {
  if (!done) throw std::runtime_error(done.error().detail);
}

ClientId add_client(Transaction& tx, std::int64_t n) {
  const auto id = *tx.one<ClientId>("INSERT INTO person (kind) VALUES ('client') RETURNING id");
  tx.later(
      "INSERT INTO client (person_id, preferred_name, family_name, search_name, site_id, zone, created_at, "
      "born_on) VALUES ($1, $2, 'Hours', $3, 1, 'Etc/UTC', 0, 5000)",
      id, "Client" + std::to_string(n), "client" + std::to_string(n) + " hours");
  const auto episode =
      *tx.one<EpisodeId>("INSERT INTO episode (client_id, admitted_on) VALUES ($1, 18000) RETURNING id", id);
  tx.later("INSERT INTO phase (episode_id, phase, from_on) VALUES ($1, 'treatment', 18000)", episode);
  tx.later("INSERT INTO care_level (episode_id, level, from_on) VALUES ($1, '2.1', 18000)", episode);
  return id;
}

// One session of a group of ten, two hours long, attended where it is over.
void add_session(Transaction& tx, const std::vector<ClientId>& clients, Instant starts, bool over) {
  const auto id = *tx.one<SessionId>(
      "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, seats, created_at) "
      "VALUES (1, 1, 'group', 'Group', $1, $2, 12, 0) RETURNING id",
      starts, starts + 2h);
  for (const auto client : clients)
    tx.later(
        "INSERT INTO participant (session_id, client_id, starts_at, source, verdict, credited_minutes) "
        "VALUES ($1, $2, $3, 'booking', $4, $5)",
        id, client, starts, over ? "attended" : "expected",
        over ? std::optional(Minutes(115)) : std::nullopt);
}

}  // namespace

HoursCost hours_cost(const store::Place& place, std::int64_t clients, Instant today) {
  const auto opened = store::open(place);
  Store& store = *opened;
  const auto first = attendance::rules::week_of(Zone::utc().date(today), 1, Zone::utc());
  const Instant now = first.from() + 2 * 24h + 12h;
  std::vector<ClientId> all;
  must(store.write_now("bench.clients", [&](Transaction& tx) -> Result<bool> {
    attendance::add_first_care_rules(tx);
    for (std::int64_t n = 0; n < clients; ++n) all.push_back(add_client(tx, n));
    return true;
  }));
  for (std::int64_t week = 1 - weeks; week <= 0; ++week)
    must(store.write_now("bench.sessions", [&](Transaction& tx) -> Result<bool> {
      for (std::int64_t n = 0; n * group_size < clients; ++n)
        for (std::int64_t d = 0; d < each_week; ++d) {
          const Instant starts = first.from() + week * 7 * 24h + d * 24h + (8 + n % 10) * 1h;
          const auto begin = all.begin() + n * group_size;
          add_session(tx, {begin, begin + std::min(group_size, clients - n * group_size)}, starts,
                      starts < now);
        }
      return true;
    }));

  api::Identity who;
  who.person = PersonId(staff_id(0));
  who.role = api::Role::admin;
  who.site = SiteId(1);
  HoursCost cost{};
  cost.board = each(50, [&] {
    const auto board = store.read_now([&](Snapshot& db) {
      return attendance::hours_board(db, who, SiteId(1), Zone::utc().date(now), {50, {}, {}}, now);
    });
    if (!board || board->totals.clients != clients) throw std::runtime_error("hours: not everybody is there");
  });
  cost.client = each(50, [&] {
    const Date last = Zone::utc().date(now);
    const auto hours = store.read_now([&](Snapshot& db) {
      return attendance::client_hours(db, who, all.front(), last - std::chrono::days(7 * 11), last, now);
    });
    if (!hours || hours->weeks.size() != 12) throw std::runtime_error("hours: not every week is there");
  });
  return cost;
}

}  // namespace circled::bench
