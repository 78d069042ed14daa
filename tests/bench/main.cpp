// circled_bench: the figures README.md shows, one line each: `name value unit (baseline value, ratio)`.
// Both sides of a ratio are measured in the same run, on the same machine and data.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <random>

#include "base/clock.hpp"
#include "base/memory.hpp"
#include "bench/base.hpp"
#include "bench/hub_bench.hpp"
#include "bench/load.hpp"
#include "bench/process.hpp"

using namespace circled;
using namespace circled::bench;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Plan {
  std::string binary;
  fs::path work;
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

// The n-th booking of a run: no two share a counselor, a client or a room at a time, and all begin
// after the base's last session.
std::string booking(const Plan& plan, std::int64_t n, const std::string& run) {
  const std::int64_t slot = n / plan.size.staff, staff = n % plan.size.staff;
  const Instant starts = plan.today + 40 * 24h + slot * 1h;
  const std::string body =
      "{\"service\":1,\"kind\":\"one_on_one\",\"site\":1,\"room\":" + std::to_string(staff + 1) +
      ",\"starts_at\":\"" + to_string(starts) + "\",\"duration_minutes\":50,\"facilitators\":[" +
      std::to_string(staff_id(staff)) + "],\"clients\":[" +
      std::to_string(client_id(plan.size, n % plan.size.clients)) + "]}";
  return head("POST", "/api/v1/sessions") + "Content-Type: application/json\r\nIdempotency-Key: " + run +
         std::to_string(n) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

HttpResult checked(HttpResult result, const char* what) {
  if (result.other > 0)
    throw std::runtime_error(std::string(what) + ": " + std::to_string(result.other) +
                             " answers were no success: " + result.first_other);
  return result;
}

double bookings(const Plan& plan, const fs::path& data, int batch, std::int64_t& next,
                int connections = 256) {
  Process server(plan.binary, {"--data", data.string(), "--commit-batch", std::to_string(batch)});
  const std::string run = "batch-" + std::to_string(batch) + "-";
  std::int64_t n = next;
  const auto result = checked(http_load(server.port(), connections, plan.seconds,
                                        [&](std::int64_t) { return booking(plan, n++, run); }),
                              "bookings");
  next = n;
  return static_cast<double>(result.ok) / result.seconds;
}

double per_cpu_second(const Plan& plan, Process& server,
                      const std::function<std::string(std::int64_t)>& request) {
  checked(http_load(server.port(), 64, 1, request), "warming up");
  const double before = server.cpu_seconds();
  const auto result = checked(http_load(server.port(), 64, plan.seconds, request), "reading");
  return static_cast<double>(result.ok) / (server.cpu_seconds() - before);
}

void measure_http(const Plan& plan, const fs::path& base) {
  std::int64_t next = 0;
  const double single = bookings(plan, base, 1, next);
  const double batched = bookings(plan, base, 64, next);
  line("durable_bookings_256_connections", batched, "per_s", single, batched / single);

  Process server(plan.binary, {"--data", base.string()});
  std::mt19937_64 random(7);
  const double health = per_cpu_second(plan, server, [](std::int64_t) {
    return std::string("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  });
  const double session = per_cpu_second(plan, server, [&](std::int64_t) {
    const auto id = 1 + random() % static_cast<std::uint64_t>(plan.size.sessions);
    return head("GET", "/api/v1/sessions/" + std::to_string(id)) + "\r\n";
  });
  line("get_session_per_server_cpu_second", session, "requests", health, session / health);
}

void measure_memory(const Plan& plan, const fs::path& data, int clients) {
  Process server(plan.binary, {"--data", data.string()});
  std::vector<std::string> tokens;
  for (int i = 0; i < clients; ++i) tokens.push_back(client_token(i));
  // A few first, so that what is allocated once is not counted as theirs.
  LiveClients few(server.port(), {tokens.begin(), tokens.begin() + 100});
  const auto before = server.resident_bytes();
  LiveClients all(server.port(), {tokens.begin() + 100, tokens.end()});
  const double each = static_cast<double>(server.resident_bytes() - before) / (clients - 100);
  line("memory_per_idle_live_connection", each / 1024, "KB", 8, each / 1024 / 8);
}

void measure_reminders(const Plan& plan, const fs::path& data, int receivers, int each) {
  const Instant due = std::chrono::ceil<std::chrono::seconds>(SystemClock().now()) + 30s;
  plan_reminders(data, receivers, each, due);
  double took = 0;
  std::int64_t seen = 0;
  {
    Process server(plan.binary, {"--data", data.string()});
    std::vector<std::string> tokens;
    for (int i = 0; i < receivers; ++i) tokens.push_back(client_token(i));
    LiveClients live(server.port(), tokens);
    if (SystemClock().now() >= due)
      throw std::runtime_error("the machine is too slow: connected after the due time");
    seen = live.read_events("reminder.due", static_cast<std::int64_t>(receivers) * each, 120);
    took = static_cast<double>((SystemClock().now() - due).count()) / 1000;
  }
  const auto sent = reminders_sent(data);
  if (sent != static_cast<std::int64_t>(receivers) * each || seen != sent)
    throw std::runtime_error("reminders: " + std::to_string(sent) + " sent, " + std::to_string(seen) +
                             " seen");
  line("reminders_100000_due_at_once", took, "s", 10, took / 10);
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
  app.add_option("--seconds", plan.seconds, "for each HTTP figure");
  app.add_option("--only", only, "http, hub, memory or reminders");
  app.add_flag("--large", large, "10,000,000 sessions instead of 1,000,000");
  CLI11_PARSE(app, argc, argv);
  if (large) plan.size.sessions = 10'000'000;

  try {
    fs::create_directories(plan.work);
    const fs::path scratch = plan.work / "scratch";
    const auto wanted = [&](const char* name) { return only.empty() || only == name; };
    const auto fresh = [&](const Size& size, std::int64_t signed_in) {
      fs::remove_all(scratch);
      fill(scratch, size, plan.today);
      if (signed_in > 0) sign_in_clients(scratch, signed_in);
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
    }
    if (wanted("http")) {
      const fs::path base = plan.work / ("base-" + std::to_string(plan.size.sessions) + "-" +
                                         std::to_string(to_millis(plan.today) / 86'400'000));
      if (!fs::exists(base)) {
        std::cerr << "Filling a base of " << plan.size.sessions << " sessions\n";
        const fs::path unfinished = plan.work / "unfinished";
        fs::remove_all(unfinished);
        fill(unfinished, plan.size, plan.today);
        fs::rename(unfinished, base);
      }
      fs::remove_all(scratch);
      fs::copy(base, scratch, fs::copy_options::recursive);
      measure_http(plan, scratch);
    }
    fs::remove_all(scratch);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "circled_bench: " << e.what() << "\n";
    return 1;
  }
}
