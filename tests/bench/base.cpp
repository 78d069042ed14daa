#include "bench/base.hpp"

#include <atomic>
#include <iostream>
#include <thread>

#include "base/token.hpp"

namespace circled::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t rows_per_write = 500;

// Runs `f(tx, n)` for n in [0, count), some thousand to a transaction.
template <class F>
void in_steps(Store& store, std::int64_t count, F f) {
  for (std::int64_t first = 0; first < count; first += rows_per_write) {
    auto done = store.write_now("bench.fill", [&](Transaction& tx) -> Result<bool> {
      for (std::int64_t n = first; n < std::min(count, first + rows_per_write); ++n) f(tx, n);
      return true;
    });
    if (!done) throw std::runtime_error(done.error().detail);
    if (first % 100'000 == 0 && first > 0) std::cerr << "  " << first << " of " << count << "\n";
  }
}

void sign_in(Transaction& tx, std::int64_t person, const std::string& token) {
  const auto account = *tx.one<AccountId>("INSERT INTO account (person_id) VALUES ($1) RETURNING id", person);
  tx.run(
      "INSERT INTO sign_in (account_id, token_hash, by, device, created_at, expires_at) "
      "VALUES ($1, $2, 'bearer', 'bench', 0, 4102444800000)",
      account, sha256(token));
}

// A zone in which it is between 11 and 13 o'clock at `t`; the sign of Etc/GMT zones is turned round.
std::string noon_zone(Instant t) {
  const auto hour =
      std::chrono::floor<std::chrono::hours>(t - std::chrono::floor<std::chrono::days>(t)).count();
  const auto offset = 12 - hour;
  return "Etc/GMT" + std::string(offset > 0 ? "-" : "+") + std::to_string(offset > 0 ? offset : -offset);
}

// Sessions are numbered by time: one at a time of each counselor, n % staff, who begin together at the first
// step, the second …; a client's are n % clients. `statement` inserts what belongs to them, for n as a column
// of `x`: $1 is when the first begins, $2 the step between two of a counselor, $3 how many counselors there
// are. The database makes the rows itself, those of each of `owners` together: a large base is filled in
// minutes so, and each row lands beside the one before.
void insert_rows(Store& store, const Size& size, Instant first, Milliseconds step, std::int64_t owners,
                 std::string statement) {
  statement +=
      " FROM (SELECT i % $5 * $4 + i / $5 AS n FROM (WITH RECURSIVE counted (i) AS (SELECT CAST($6 AS "
      "BIGINT) "
      "UNION ALL SELECT i + 1 FROM counted WHERE i + 1 < $7) SELECT i FROM counted) AS c) AS x WHERE n < $8";
  // As many as a busy PostgreSQL takes in within its time limit: its exclusion constraint looks at each.
  constexpr std::int64_t rows_at_once = 20'000;
  const std::int64_t each = (size.sessions + owners - 1) / owners, rows = owners * each;
  for (std::int64_t at = 0; at < rows; at += rows_at_once) {
    const auto done = store.write_now("bench.fill", [&](Transaction& tx) -> Result<bool> {
      tx.run(statement, first, step.count(), size.staff, owners, each, at, std::min(rows, at + rows_at_once),
             size.sessions);
      return true;
    });
    if (!done) throw std::runtime_error(done.error().detail);
  }
}

void fill_sessions(Store& store, const Size& size, Instant today) {
  if (size.sessions == 0) return;
  const std::int64_t each = std::max<std::int64_t>(1, size.sessions / size.staff);
  const Milliseconds step = std::max<Milliseconds>(1h, Milliseconds(120 * 24h) / each);
  const auto insert = [&](std::int64_t owners, const std::string& statement) {
    std::cerr << "  " << statement.substr(0, statement.find('(')) << "\n";
    insert_rows(store, size, today - 90 * 24h, step, owners, statement);
  };
  // One after the other as they begin. What is over is over: a programme whose sheets all stand open would
  // keep its jobs busy for hours.
  insert(size.sessions,
         "INSERT INTO session (id, site_id, service_id, kind, title, room_id, starts_at, ends_at, status, "
         "seats, created_at) SELECT n + 1, 1, 1, 'one_on_one', 'Counseling', n % $3 + 1, $1 + n / $3 * $2, "
         "$1 + n / $3 * $2 + 3000000, CASE WHEN $1 + n / $3 * $2 < " +
             std::to_string(today.time_since_epoch().count()) +
             " THEN 'completed' ELSE 'scheduled' END, 1, 0");
  insert(size.staff,
         "INSERT INTO facilitator (session_id, staff_id, starts_at, leads) "
         "SELECT n + 1, n % $3 + 1, $1 + n / $3 * $2, TRUE");
  const std::string client = "n % " + std::to_string(size.clients) + " + 1 + $3";
  insert(size.clients, "INSERT INTO participant (session_id, client_id, starts_at, source) SELECT n + 1, " +
                           client + ", $1 + n / $3 * $2, 'booking'");
  const std::string busy = "INSERT INTO busy (owner_kind, owner_id, from_at, session_id, until_at) SELECT ",
                    span = ", $1 + n / $3 * $2, n + 1, $1 + n / $3 * $2 + 3600000";
  insert(size.clients, busy + "'client', " + client + span);
  insert(size.staff, busy + "'room', n % $3 + 1" + span);
  insert(size.staff, busy + "'staff', n % $3 + 1" + span);
}

}  // namespace

std::string admin_token() { return "bench-admin-token-0000000000000000"; }
std::string client_token(std::int64_t client) {
  return "bench-client-token-" + std::to_string(1'000'000 + client);
}
std::int64_t staff_id(std::int64_t n) { return 1 + n; }
std::int64_t client_id(const Size& size, std::int64_t n) { return 1 + size.staff + n; }

void fill(const store::Place& place, const Size& size, Instant today) {
  initialise_crypto();
  const auto opened = store::open(place);
  Store& store = *opened;
  store
      .write_now(
          "bench.fill",
          [&](Transaction& tx) -> Result<bool> {
            tx.run("INSERT INTO site (id, name, zone, break_minutes) VALUES (1, 'Bench', 'Etc/UTC', 10)");
            tx.run(
                "INSERT INTO service (id, code, name, neutral_name, counts) "
                "VALUES (1, 'counseling', 'Counseling', 'Appointment', TRUE)");
            return true;
          })
      .value();
  in_steps(store, size.staff, [&](Transaction& tx, std::int64_t n) {
    tx.later("INSERT INTO person (id, kind) VALUES ($1, 'staff')", staff_id(n));
    tx.later("INSERT INTO staff (person_id, name, role, site_id) VALUES ($1, $2, $3, 1)", staff_id(n),
             "Counselor " + std::to_string(n), n == 0 ? "admin" : "counselor");
    tx.later("INSERT INTO room (id, site_id, name, seats) VALUES ($1, 1, $2, 4)", n + 1,
             "Room " + std::to_string(n));
    if (n == 0) sign_in(tx, staff_id(0), admin_token());
  });
  in_steps(store, size.clients, [&](Transaction& tx, std::int64_t n) {
    const std::string name = "Client" + std::to_string(n);
    tx.later("INSERT INTO person (id, kind) VALUES ($1, 'client')", client_id(size, n));
    tx.later(
        "INSERT INTO client (person_id, preferred_name, family_name, search_name, site_id, zone, created_at) "
        "VALUES ($1, $2, 'Bench', $3, 1, 'Etc/UTC', 0)",
        client_id(size, n), name, "client" + std::to_string(n) + " bench");
  });
  fill_sessions(store, size, today);
  if (!place.local())
    // Ids that were given by hand move no sequence.
    store
        .write_now("bench.sequences",
                   [](Transaction& tx) -> Result<bool> {
                     for (const char* table : {"session", "person", "site", "room", "service"})
                       tx.one<std::int64_t>("SELECT setval(pg_get_serial_sequence('" + std::string(table) +
                                            "', 'id'), (SELECT max(id) FROM " + table + "))");
                     // Nobody has counted these rows yet, and plans are made for good.
                     tx.run("ANALYZE");
                     return true;
                   })
        .value();
}

bool is_filled(const store::Place& place) {
  const auto opened = store::open(place);
  return opened->read_now([](Snapshot& db) { return db.one<int>("SELECT 1 FROM session LIMIT 1"); })
      .has_value();
}

double claims_per_second(const store::Place& place, int workers, double seconds) {
  const auto opened = store::open(place, {64, 4096, static_cast<std::size_t>(workers), 4});
  // What an earlier run took.
  opened
      ->write_now(
          "bench.renew",
          [](Transaction& tx) -> Result<std::int64_t> {
            return tx.run(
                "UPDATE reminder SET state = 'pending', why = '' WHERE state = 'cancelled' AND why = 'off'");
          })
      .value();
  std::atomic<std::int64_t> claimed{0};
  std::atomic<bool> over{false};
  std::vector<std::thread> threads;
  const auto start = std::chrono::steady_clock::now();
  for (int w = 0; w < workers; ++w)
    threads.emplace_back([&] {
      while (!over) {
        const auto step = opened->claim_now("bench.claim", [](Transaction& tx) -> Result<std::int64_t> {
          const auto ids = tx.claim<std::int64_t>(
              "SELECT id FROM reminder WHERE state = 'pending' ORDER BY try_at, id LIMIT 500");
          // One statement marks them all, as whoever leases some hundred at a time would; 500 at most, and 0
          // is nobody's.
          std::string list;
          std::vector<store::Value> values;
          for (std::size_t i = 0; i < 500; ++i) {
            values.push_back(i < ids.size() ? ids[i] : std::int64_t{0});
            list += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
          }
          tx.all_of<std::int64_t>(
              "UPDATE reminder SET state = 'cancelled', why = 'off' WHERE id IN (" + list + ") RETURNING id",
              values);
          return static_cast<std::int64_t>(ids.size());
        });
        if (!step || *step == 0) return;
        claimed += *step;
      }
    });
  while (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < seconds &&
         claimed < 90'000)
    std::this_thread::sleep_for(1ms);  // not a spin, which would take a core from the workers
  over = true;
  for (auto& thread : threads) thread.join();
  return static_cast<double>(claimed) /
         std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void sign_in_clients(const store::Place& place, std::int64_t count) {
  initialise_crypto();
  const auto opened = store::open(place);
  Store& store = *opened;
  const auto first =
      *store.read_now([](Snapshot& db) { return db.one<std::int64_t>("SELECT min(person_id) FROM client"); });
  in_steps(store, count, [&](Transaction& tx, std::int64_t n) { sign_in(tx, first + n, client_token(n)); });
}

void plan_reminders(const store::Place& place, std::int64_t receivers, std::int64_t each, Instant due,
                    Milliseconds apart) {
  const auto opened = store::open(place);
  Store& store = *opened;
  const auto first =
      *store.read_now([](Snapshot& db) { return db.one<std::int64_t>("SELECT min(person_id) FROM client"); });
  const std::string zone = noon_zone(due);
  store
      .write_now("bench.zone",
                 [&](Transaction& tx) -> Result<bool> {
                   tx.run("UPDATE client SET zone = $1", zone);
                   return true;
                 })
      .value();
  in_steps(store, receivers * each, [&](Transaction& tx, std::int64_t n) {
    const Instant when = due + n * apart, starts = when + 2h;
    const auto id = *tx.one<std::int64_t>(
        "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, seats, created_at) "
        "VALUES (1, 1, 'one_on_one', 'Counseling', $1, $2, 1, 0) RETURNING id",
        starts, starts + 50min);
    const std::int64_t client = first + n % receivers;
    tx.later(
        "INSERT INTO participant (session_id, client_id, starts_at, source) VALUES ($1, $2, $3, 'booking')",
        id, client, starts);
    tx.later(
        "INSERT INTO reminder (subject_kind, subject_id, version, receiver_id, channel, offset_minutes, "
        "starts_at, "
        "zone, due_at, try_at) VALUES ('session', $1, 1, $2, 'live', 120, $3, $4, $5, $5)",
        id, client, starts, zone, when);
  });
}

std::int64_t reminders_sent(const store::Place& place) {
  const auto opened = store::open(place);
  Store& store = *opened;
  return *store.read_now([](Snapshot& db) {
    return db.one<std::int64_t>("SELECT count(*) FROM reminder WHERE state = 'sent'");
  });
}

}  // namespace circled::bench
