// circled_bench: the figures README.md shows, one line each: `name value unit (baseline value, ratio)`.
// Both sides of a ratio are measured in the same run, on the same machine and data.
#include <unistd.h>

#include <algorithm>
#include <CLI/CLI.hpp>
#include <iostream>
#include <random>

#include "base/clock.hpp"
#include "base/memory.hpp"
#include "base/token.hpp"
#include "bench/attendance_bench.hpp"
#include "bench/base.hpp"
#include "bench/calendar_bench.hpp"
#include "bench/hours_bench.hpp"
#include "bench/hub_bench.hpp"
#include "bench/load.hpp"
#include "bench/meetings_bench.hpp"
#include "bench/process.hpp"
#include "bench/reports_bench.hpp"

using namespace circled;
using namespace circled::bench;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Plan {
  std::string binary;
  fs::path work;
  std::string store;  // a PostgreSQL database of the bench's own; empty: SQLite alone
  Size size{1'000'000, 1'000, 100'000};
  double seconds = 8;
  Instant today;
};

void line(const std::string& name, double value, const std::string& unit, double baseline, double ratio) {
  std::printf("%-44s %12.2f %-10s (%.2f, %.2f)\n", name.c_str(), value, unit.c_str(), baseline, ratio);
  std::fflush(stdout);
}

std::string head(const char* method, const std::string& path) {
  return std::string(method) + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " +
         admin_token() + "\r\n";
}

// The n-th of so many, each once, and in no order: whoever books at one moment is anywhere among them. Side
// by side they would stand on the same few pages of every index, and PostgreSQL takes who reads a page for
// somebody who read all of it.
std::int64_t anywhere(std::int64_t n, std::int64_t of) {
  constexpr std::int64_t prime = 7919;
  if (of % prime == 0) throw std::logic_error("anywhere: each once needs another prime");
  return n % of * prime % of;
}

Instant first_booking(const Plan& plan) { return plan.today + 40 * 24h; }

// The n-th booking of a run: no two share a counselor, a client or a room at a time, and all begin
// after the base's last session.
std::string booking(const Plan& plan, std::int64_t n, const std::string& run) {
  const std::int64_t slot = n / plan.size.staff, staff = anywhere(n, plan.size.staff);
  const Instant starts = first_booking(plan) + slot * 1h;
  const std::string body =
      "{\"service\":1,\"kind\":\"one_on_one\",\"site\":1,\"room\":" + std::to_string(staff + 1) +
      ",\"starts_at\":\"" + to_string(starts) + "\",\"duration_minutes\":50,\"facilitators\":[" +
      std::to_string(staff_id(staff)) + "],\"clients\":[" +
      std::to_string(client_id(plan.size, anywhere(n, plan.size.clients))) + "]}";
  // As random as the UUIDs that clients make.
  const std::string key = sha256(run + std::to_string(n)).substr(0, 32);
  return head("POST", "/api/v1/sessions") + "Content-Type: application/json\r\nIdempotency-Key: " + key +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

HttpResult checked(HttpResult result, const char* what) {
  if (result.other > 0)
    throw std::runtime_error(std::string(what) + ": " + std::to_string(result.other) +
                             " answers were no success: " + result.first_other);
  return result;
}

// What `circled serve` needs to find the data.
std::vector<std::string> served_from(const store::Place& place, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"--data", place.file.parent_path().string()};
  if (!place.local()) arguments.insert(arguments.end(), {"--store", place.uri});
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// One answer's body.
std::string fetch(std::uint16_t port, const std::string& path) {
  const int fd = connect_to(port);
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
  if (::write(fd, request.data(), request.size()) < 0) throw std::runtime_error("no answer");
  std::string text(1 << 16, '\0');
  std::size_t filled = 0;
  for (ssize_t n; (n = ::read(fd, text.data() + filled, text.size() - filled)) > 0;)
    filled += static_cast<std::size_t>(n);
  ::close(fd);
  return text.substr(0, filled);
}

double figure_of(std::uint16_t port, const std::string& name) {
  const std::string text = fetch(port, "/metrics");
  const auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? 0 : std::stod(text.substr(at + name.size() + 2));
}

struct Booked {
  double per_second, retries_per_commit;
};

Booked bookings(const Plan& plan, const store::Place& place, int batch, std::int64_t& next,
                int connections = 256) {
  Process server(plan.binary, served_from(place, {"--commit-batch", std::to_string(batch)}));
  const std::string run = "batch-" + std::to_string(batch) + "-" + std::to_string(next) + "-";
  std::int64_t n = next;
  const auto one = [&](std::int64_t) { return booking(plan, n++, run); };
  // Statements are prepared and stretches of ids begun; what a server does all day is measured after that.
  if (!place.local()) checked(http_load(server.port(), connections, 4, one), "warming up");
  const double retries = figure_of(server.port(), "circled_store_retries_total"),
               commits = figure_of(server.port(), "circled_store_commits_total");
  const auto result = checked(http_load(server.port(), connections, plan.seconds, one), "bookings");
  next = n;
  return {static_cast<double>(result.ok) / result.seconds,
          (figure_of(server.port(), "circled_store_retries_total") - retries) /
              std::max(1.0, figure_of(server.port(), "circled_store_commits_total") - commits)};
}

// One transaction for what shares it, against one for each command. Turn by turn, for a machine has faster
// and slower minutes; what counts is the round with the ratio in the middle.
struct Sharing {
  Booked batched, single;
  double ratio() const { return batched.per_second / single.per_second; }
};
Sharing bookings_shared(const Plan& plan, const store::Place& place, std::int64_t& next) {
  std::vector<Sharing> rounds(3);
  for (auto& round : rounds) {
    round.single = bookings(plan, place, 1, next);
    round.batched = bookings(plan, place, 64, next);
  }
  std::sort(rounds.begin(), rounds.end(),
            [](const Sharing& a, const Sharing& b) { return a.ratio() < b.ratio(); });
  return rounds[rounds.size() / 2];
}

std::string get_a_session(const Plan& plan, std::mt19937_64& random) {
  const auto id = 1 + random() % static_cast<std::uint64_t>(plan.size.sessions);
  return head("GET", "/api/v1/sessions/" + std::to_string(id)) + "\r\n";
}

double per_cpu_second(const Plan& plan, Process& server,
                      const std::function<std::string(std::int64_t)>& request) {
  checked(http_load(server.port(), 64, 1, request), "warming up");
  const double before = server.cpu_seconds();
  const auto result = checked(http_load(server.port(), 64, plan.seconds, request), "reading");
  return static_cast<double>(result.ok) / (server.cpu_seconds() - before);
}

double gets_per_second(const Plan& plan, const store::Place& place) {
  Process server(plan.binary, served_from(place));
  std::mt19937_64 random(7);
  const auto request = [&](std::int64_t) { return get_a_session(plan, random); };
  checked(http_load(server.port(), 64, 1, request), "warming up");
  const auto result = checked(http_load(server.port(), 64, plan.seconds, request), "reading");
  return static_cast<double>(result.ok) / result.seconds;
}

void measure_http(const Plan& plan, const store::Place& base) {
  std::int64_t next = 0;
  const Sharing shared = bookings_shared(plan, base, next);
  line("durable_bookings_256_connections", shared.batched.per_second, "per_s", shared.single.per_second,
       shared.ratio());

  Process server(plan.binary, served_from(base));
  std::mt19937_64 random(7);
  const double health = per_cpu_second(plan, server, [](std::int64_t) {
    return std::string("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  });
  const double session =
      per_cpu_second(plan, server, [&](std::int64_t) { return get_a_session(plan, random); });
  line("get_session_per_server_cpu_second", session, "requests", health, session / health);
}

// How much later a client at another server hears of a booking than one at the server that made it.
double p99_to_another_node(const Plan& plan, const store::Place& place, const store::Place& other,
                           std::int64_t& next) {
  constexpr int rounds = 300;
  Process here(plan.binary, served_from(place)), there(plan.binary, served_from(other));
  std::vector<double> later;
  for (int round = 0; round < rounds; ++round) {
    // Each booking has a client of its own; the first that the base signed in.
    while (anywhere(next, plan.size.clients) >= 10'000) ++next;
    const std::int64_t client = anywhere(next, plan.size.clients);
    LiveClients near(here.port(), {client_token(client)}), far(there.port(), {client_token(client)});
    const int fd = connect_to(here.port());
    const std::string request = booking(plan, next, "wake-" + std::to_string(next));
    ++next;
    if (::write(fd, request.data(), request.size()) < 0) throw std::runtime_error("no answer");
    double near_at = -1, far_at = -1;
    const Time start = now();
    while ((near_at < 0 || far_at < 0) && since(start) < 10) {
      if (near_at < 0 && near.read_events("appointment.booked", 1, 0.0005) > 0) near_at = since(start);
      if (far_at < 0 && far.read_events("appointment.booked", 1, 0.0005) > 0) far_at = since(start);
    }
    ::close(fd);
    if (near_at < 0 || far_at < 0) throw std::runtime_error("a booking was not heard");
    later.push_back(std::max(0.0, far_at - near_at) * 1000);
  }
  std::sort(later.begin(), later.end());
  return later.at(later.size() * 99 / 100);
}

// Everything beside SQLite, in one run on bases of the same size.
void measure_postgres(const Plan& plan, const store::Place& sqlite, const store::Place& place) {
  // After all that earlier runs booked.
  const auto last = store::open(place)->read_now(
      [](Snapshot& db) { return *db.one<Instant>("SELECT max(starts_at) FROM session"); });
  std::int64_t next = std::max<std::int64_t>(0, (last - first_booking(plan)) / 1h + 1) * plan.size.staff;
  const Sharing shared = bookings_shared(plan, place, next);
  line("postgres_durable_bookings_256_connections", shared.batched.per_second, "per_s",
       shared.single.per_second, shared.ratio());
  line("postgres_retries_per_commit", shared.batched.retries_per_commit, "retries", 0.05,
       shared.batched.retries_per_commit / 0.05);
  const double here = gets_per_second(plan, sqlite), there = gets_per_second(plan, place);
  line("postgres_get_session", there, "per_s", here, there / here);

  // A second server has a data folder of its own and the same key.
  const store::Place other{plan.work / "other" / "circled.sqlite3", place.uri};
  fs::create_directories(other.file.parent_path());
  fs::copy_file(place.file.parent_path() / "key", other.file.parent_path() / "key",
                fs::copy_options::overwrite_existing);
  const double p99 = p99_to_another_node(plan, place, other, next);
  line("postgres_event_to_another_node_p99", p99, "ms", 25, p99 / 25);
}

void measure_memory(const Plan& plan, const store::Place& place, int clients) {
  Process server(plan.binary, served_from(place));
  std::vector<std::string> tokens;
  for (int i = 0; i < clients; ++i) tokens.push_back(client_token(i));
  // A few first, so that what is allocated once is not counted as theirs.
  LiveClients few(server.port(), {tokens.begin(), tokens.begin() + 100});
  const auto before = server.resident_bytes();
  LiveClients all(server.port(), {tokens.begin() + 100, tokens.end()});
  const double each = static_cast<double>(server.resident_bytes() - before) / (clients - 100);
  line("memory_per_idle_live_connection", each / 1024, "KB", 8, each / 1024 / 8);
}

void measure_reminders(const Plan& plan, const store::Place& place, int receivers, int each) {
  const Instant due = std::chrono::ceil<std::chrono::seconds>(SystemClock().now()) + 30s;
  plan_reminders(place, receivers, each, due);
  double took = 0;
  std::int64_t seen = 0;
  {
    Process server(plan.binary, served_from(place));
    std::vector<std::string> tokens;
    for (int i = 0; i < receivers; ++i) tokens.push_back(client_token(i));
    LiveClients live(server.port(), tokens);
    if (SystemClock().now() >= due)
      throw std::runtime_error("the machine is too slow: connected after the due time");
    seen = live.read_events("reminder.due", static_cast<std::int64_t>(receivers) * each, 120);
    took = static_cast<double>((SystemClock().now() - due).count()) / 1000;
  }
  const auto sent = reminders_sent(place);
  if (sent != static_cast<std::int64_t>(receivers) * each || seen != sent)
    throw std::runtime_error("reminders: " + std::to_string(sent) + " sent, " + std::to_string(seen) +
                             " seen");
  line("reminders_100000_due_at_once", took, "s", 10, took / 10);
}

// How long after its time a reminder is at a client's socket, with `clients` connected and one due every
// 10 ms. Beside it what the server needs to answer anything at all.
void measure_due_to_socket(const Plan& plan, const store::Place& place, int clients) {
  constexpr int due_ones = 2'000;
  constexpr auto apart = 10ms;
  // By then they are connected; and all is over before the server asks whether they are still there.
  const Instant due = std::chrono::ceil<std::chrono::seconds>(SystemClock().now()) + 25s;
  plan_reminders(place, due_ones, 1, due, apart);
  Process server(plan.binary, served_from(place));
  std::vector<std::string> tokens;
  for (int i = 0; i < clients; ++i) tokens.push_back(client_token(i));
  LiveClients live(server.port(), tokens);
  std::vector<double> idle;
  for (int i = 0; i < 200; ++i) {
    const Time asked = now();
    fetch(server.port(), "/healthz");
    idle.push_back(since(asked) * 1000);
  }
  if (SystemClock().now() >= due)
    throw std::runtime_error("the machine is too slow: connected after the due time");
  std::vector<double> late;
  live.read_events("reminder.due", due_ones, 120, [&](std::size_t client) {
    const auto promised = due + static_cast<std::int64_t>(client) * apart;
    late.push_back(static_cast<double>((SystemClock().now() - promised).count()));
  });
  if (late.size() != due_ones) throw std::runtime_error(std::to_string(late.size()) + " reminders arrived");
  std::sort(late.begin(), late.end());
  std::sort(idle.begin(), idle.end());
  const double p99 = late[late.size() * 99 / 100], usual = idle[idle.size() / 2];
  line("reminder_due_to_socket_p99_10000_clients", p99, "ms", usual, (p99 - usual) / 100);
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  Plan plan;
  plan.today = std::chrono::floor<std::chrono::days>(SystemClock().now());
  bool large = false;
  std::string only;
  CLI::App app("Measures circled and prints one line per figure");
  app.add_option("--binary", plan.binary, "the server to measure")->required();
  app.add_option("--work", plan.work, "a folder for the data; what is in it is kept for the next run")
      ->required();
  app.add_option("--store", plan.store,
                 "a PostgreSQL database of the bench's own; measures it beside SQLite and nothing else");
  app.add_option("--seconds", plan.seconds, "for each HTTP figure");
  app.add_option(
      "--only", only,
      "http, hub, memory, reminders, claims, attendance, calendar, hours, meetings, reports or postgres");
  app.add_flag("--large", large, "10,000,000 sessions instead of 1,000,000");
  CLI11_PARSE(app, argc, argv);
  if (large) plan.size.sessions = 10'000'000;

  try {
    fs::create_directories(plan.work);
    const fs::path folder = plan.work / "scratch";
    const store::Place scratch{folder / "circled.sqlite3", {}};
    if (!plan.store.empty() && only.empty()) only = "postgres";
    const auto wanted = [&](const char* name) {
      return only == name || (only.empty() && std::string_view(name) != "postgres");
    };
    const auto fresh = [&](const Size& size, std::int64_t signed_in) {
      fs::remove_all(folder);
      fs::create_directories(folder);
      fill(scratch, size, plan.today);
      if (signed_in > 0) sign_in_clients(scratch, signed_in);
    };
    // A base that is filled once and stays.
    const auto base = [&](const std::string& name, const Size& size, Instant today) {
      const fs::path at = plan.work / (name + "-" + std::to_string(size.sessions) + "-" +
                                       std::to_string(to_millis(today) / 86'400'000));
      if (!fs::exists(at)) {
        std::cerr << "Filling a base of " << size.sessions << " sessions\n";
        const fs::path unfinished = plan.work / "unfinished";
        fs::remove_all(unfinished);
        fs::create_directories(unfinished);
        fill({unfinished / "circled.sqlite3", {}}, size, today);
        fs::rename(unfinished, at);
      }
      return at;
    };
    const auto copied_base = [&] {
      const fs::path filled = base("base", plan.size, plan.today);
      fs::remove_all(folder);
      fs::copy(filled, folder, fs::copy_options::recursive);
    };
    // First, for it forks, and a fork wants a process without threads.
    if (wanted("hub")) {
      fresh({0, 1, 10'000}, 10'000);
      const auto hub = measure_hub(scratch, 10'000, 1'000);
      line("one_event_to_10000_clients", hub.one_event * 1000, "ms", hub.bare_loop * 1000,
           hub.one_event / hub.bare_loop);
      line("burst_of_16_to_1000_clients", hub.burst * 1000, "ms", hub.sixteen_single * 1000,
           hub.sixteen_single / hub.burst);
    }
    if (wanted("memory")) {
      fresh({0, 1, 10'000}, 10'000);
      measure_memory(plan, scratch, 10'000);
    }
    if (wanted("reminders")) {
      fresh({0, 1, 1'000}, 1'000);
      measure_reminders(plan, scratch, 1'000, 100);
      fresh({0, 1, 10'000}, 10'000);
      measure_due_to_socket(plan, scratch, 10'000);
    }
    if (wanted("attendance")) {
      const Size size{100'000, 100, 10'000};
      fresh(size, 0);
      const auto cost = attendance_cost(scratch, size, plan.today);
      line("attendance_close_15_clients_p99", cost.close_p99, "ms", cost.commit_p99,
           cost.close_p99 / cost.commit_p99);
    }
    if (wanted("http")) {
      copied_base();
      measure_http(plan, scratch);
    }
    if (wanted("calendar")) {
      // The same density of sessions for each counselor; only how many there are besides differs. The
      // calendar is told what day it is, so that a base serves for good.
      const Instant today = std::chrono::sys_days(std::chrono::year(2026) / 1 / 5);
      const auto measured = [&](std::int64_t sessions) {
        const std::int64_t staff = std::max<std::int64_t>(60, sessions / 160);
        const Size size{sessions, staff, staff * 10};
        return calendar_cost({base("calendar", size, today) / "circled.sqlite3", {}}, size, today);
      };
      const auto few = measured(10'000), many = measured(plan.size.sessions);
      const auto compare = [](const char* name, double in_many, double in_few) {
        line(name, in_many, "cpu_ms", in_few, in_many / in_few);
      };
      compare("calendar_booking", many.booking, few.booking);
      compare("calendar_conflict_check", many.conflicts, few.conflicts);
      compare("calendar_week_of_a_counselor", many.week, few.week);
      compare("calendar_slots_50_counselors_90_days", many.slots, few.slots);
      compare("calendar_preview_26_weeks_12_clients", many.series_preview, few.series_preview);
      line("reminders_planned_26_weeks_12_clients", many.reminders, "cpu_ms", 10, many.reminders / 10);
    }
    if (wanted("hours")) {
      fresh({0, 1, 1}, 0);
      const auto hours = hours_cost(scratch, 1'000, plan.today);
      line("hours_board_1000_clients", hours.board, "cpu_ms", 50, hours.board / 50);
      line("hours_12_weeks_of_a_client", hours.client, "cpu_ms", 10, hours.client / 10);
    }
    if (wanted("meetings")) {
      fresh({0, 1, 1}, 0);
      const auto cost = meetings_cost(scratch, 100'000, plan.today);
      line("meetings_search", cost.search, "cpu_ms", 5, cost.search / 5);
      line("meetings_search_rare_word", cost.text, "cpu_ms", 200, cost.text / 200);
    }
    if (wanted("reports")) {
      constexpr std::int64_t lines = 5'000'000;
      const Size size{0, 10, 10'000};
      fresh(size, 0);
      fill_year(scratch, size, lines, plan.today);
      const auto cost = reports_cost(plan.binary, scratch, lines, plan.today);
      constexpr double megabyte = 1 << 20;
      line("report_of_a_year_5000000_lines", cost.report, "s", 2, cost.report / 2);
      line("report_of_a_year_memory", cost.report_memory / megabyte, "MB", 64,
           cost.report_memory / megabyte / 64);
      line("csv_of_a_year", cost.csv, "rows_per_s", 200'000, cost.csv / 200'000);
      line("csv_of_a_year_memory", cost.csv_memory / megabyte, "MB", 64, cost.csv_memory / megabyte / 64);
    }
    if (wanted("claims")) {
      fresh({10'000, 100, 10'000}, 10'000);
      plan_reminders(scratch, 1'000, 100, plan.today + 300 * 24h);
      const double claims = claims_per_second(scratch, 4, 20);
      line("reminder_claims", claims, "per_s", 100'000, claims / 100'000);
    }
    if (wanted("postgres")) {
      if (plan.store.empty()) throw std::runtime_error("postgres: --store names no database");
      const store::Place place{plan.work / "postgres" / "circled.sqlite3", plan.store};
      fs::create_directories(place.file.parent_path());
      if (!is_filled(place)) {
        std::cerr << "Filling a base of " << plan.size.sessions << " sessions in PostgreSQL\n";
        fill(place, plan.size, plan.today);
        sign_in_clients(place, 10'000);
        plan_reminders(place, 1'000, 100, plan.today + 300 * 24h);
      }
      const double claims = claims_per_second(place, 4, 20);
      line("postgres_reminder_claims_4_workers", claims, "per_s", 20'000, claims / 20'000);
      copied_base();
      measure_postgres(plan, scratch, place);
    }
    fs::remove_all(folder);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "circled_bench: " << e.what() << "\n";
    return 1;
  }
}
