// The server is killed again and again while reminders fall due, with live clients and a real mail server:
// each reminder is shown once, none is lost, and no mail is taken twice beyond what staff see as uncertain.
//
// CIRCLED_REMINDERS and CIRCLED_KILLS make it larger: 20000 and 100 take a quarter of an hour.
#include <doctest/doctest.h>
#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "end_to_end/programme.hpp"
#include "store/open.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;
namespace store = circled::store;

namespace {

constexpr int apps = 10, mailboxes = 10;

int number_from(const char* variable, int usual) {
  const char* text = std::getenv(variable);
  return text ? std::atoi(text) : usual;
}

// A phone that shows each reminder once, says what it has, and comes back when the connection ends.
struct App {
  std::string token;
  std::atomic<std::int64_t> seq{0};
  std::mutex mutex;                   // guards shown
  std::map<std::int64_t, int> shown;  // reminders, and how often the server sent them under new numbers

  void run(const std::atomic<std::uint16_t>& port, const std::atomic<bool>& over) {
    while (!over) {
      try {
        Live live = Person(port, token).live(seq.load());
        while (!over) take(live, live.next(1s));
      } catch (const std::exception&) {
        std::this_thread::yield();  // the server is gone, or silent for a second
      }
    }
  }
  void take(Live& live, const json::value& message) {
    if (message.at("type") != "events") return;
    for (const auto& event : message.at("events").as_array()) {
      const auto number = event.at("seq").to_number<std::int64_t>();
      if (number <= seq) continue;  // it had that already
      seq = number;
      if (event.at("kind") == "reminder.due") {
        std::lock_guard lock(mutex);
        ++shown[event.at("reminder").to_number<std::int64_t>()];
      }
    }
    live.send(json::object{{"type", "ack"}, {"seq", seq.load()}});
  }
  std::size_t count() {
    std::lock_guard lock(mutex);
    return shown.size();
  }
};

}  // namespace

TEST_CASE("killed again and again while reminders fall due: none is lost, none is shown twice") {
  const int reminders = number_from("CIRCLED_REMINDERS", 1000), kills = number_from("CIRCLED_KILLS", 8);
  const int sessions = reminders / (apps + mailboxes);
  Programme programme;
  const auto folder = programme.folder().path();
  Program sinks(
      {"/usr/bin/python3", std::string(CIRCLED_SOURCE_DIR) + "/tests/end_to_end/sinks.py", folder.string()},
      Environment{});
  std::string smtp;
  sinks.wait_until([&](const std::string& said) {
    if (said.find('\n') == std::string::npos) return false;
    smtp = said.substr(said.find("smtp=") + 5, said.find(' ', said.find("smtp=")) - said.find("smtp=") - 5);
    return true;
  });

  std::vector<std::unique_ptr<App>> phones;
  std::vector<std::int64_t> clients;
  for (int i = 0; i < apps + mailboxes; ++i) {
    clients.push_back(programme.add_client("Client " + std::to_string(i), programme.counselor));
    if (i < apps) {
      phones.push_back(std::make_unique<App>());
      phones.back()->token = programme.enrol(clients.back(), programme.counselor).token();
    }
  }
  REQUIRE(programme.server().stop() == 0);
  {
    // Straight into the database: what is tried here is sending, not booking.
    const auto opened = store::open({std::filesystem::path(programme.data()) / "circled.sqlite3", {}});
    const auto first =
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()) + 3s;
    const auto filled =
        opened->write_now("test.fill", [&](circled::Transaction& tx) -> circled::Result<bool> {
          for (int m = apps; m < apps + mailboxes; ++m)
            tx.run(
                "INSERT INTO channel_address (person_id, channel, address, verified_at) VALUES ($1, 'email', "
                "$2, 0)",
                clients[static_cast<std::size_t>(m)], "box" + std::to_string(m) + "@example.org");
          for (int s = 0; s < sessions; ++s) {
            const auto due = first + 20ms * s;
            const auto starts = due + 30min;
            const auto session = *tx.one<std::int64_t>(
                "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, seats, "
                "created_at) "
                "VALUES ($1, $2, 'group', 'x', $3, $4, 100, 0) RETURNING id",
                programme.site, programme.service, starts, starts + 1min);
            for (std::size_t c = 0; c < clients.size(); ++c) {
              tx.run(
                  "INSERT INTO participant (session_id, client_id, starts_at, source) VALUES ($1, $2, $3, "
                  "'booking')",
                  session, clients[c], starts);
              tx.run(
                  "INSERT INTO reminder (subject_kind, subject_id, version, receiver_id, channel, "
                  "offset_minutes, "
                  "starts_at, zone, due_at, try_at) VALUES ('session', $1, 1, $2, $3, 30, $4, 'Etc/UTC', $5, "
                  "$5)",
                  session, clients[c], c < apps ? "live" : "email", starts, due);
            }
          }
          return true;
        });
    REQUIRE(filled);
  }

  const std::vector<std::string> arguments{"--mail-server", "smtp://127.0.0.1:" + smtp, "--mail-from",
                                           "Calendar <calendar@example.org>"};
  programme.start(arguments);
  std::atomic<std::uint16_t> port{programme.port()};
  std::atomic<bool> over{false};
  std::vector<std::thread> threads;
  for (auto& phone : phones) threads.emplace_back([&, p = phone.get()] { p->run(port, over); });
  const auto shown = [&] {
    std::size_t all = 0;
    for (auto& phone : phones) all += phone->count();
    return all;
  };
  const auto wait = [&](const auto& holds, std::chrono::seconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!holds() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    return holds();
  };

  std::mt19937 random(20261130);
  const auto all_live = static_cast<std::size_t>(sessions) * apps;
  for (int kill = 0; kill < kills; ++kill) {
    // After some more of them, or of the mails: at any moment of what follows.
    const auto more =
        shown() + lines_in(folder / "mails").size() +
        std::uniform_int_distribution<std::size_t>(1, 2 * all_live / static_cast<std::size_t>(kills))(random);
    wait([&] { return shown() + lines_in(folder / "mails").size() >= more; }, 20s);
    programme.server().signal(SIGKILL);
    CHECK(programme.server().wait() == 128 + SIGKILL);
    programme.start(arguments);
    port = programme.port();
  }
  CHECK(wait([&] { return shown() == all_live; }, 60s));
  // The last leases run out, and what had not begun under them goes out.
  const auto under_way = [&] {
    const Answer answer = programme.admin.ask("GET", "/metrics");
    return answer.body.find("circled_reminders{state=\"sending\"} 0") != std::string::npos &&
           answer.body.find("circled_reminders{state=\"pending\"} 0") != std::string::npos;
  };
  CHECK(wait(under_way, 180s));
  over = true;
  for (auto& thread : threads) thread.join();
  REQUIRE(programme.server().stop() == 0);

  for (auto& phone : phones) {
    CHECK(phone->count() == static_cast<std::size_t>(sessions));
    for (const auto& [reminder, times] : phone->shown) CHECK_MESSAGE(times == 1, "reminder ", reminder);
  }
  // Each mail says in its Message-ID which message it is.
  std::map<std::string, int> taken;
  for (const auto& mail : lines_in(folder / "mails"))
    ++taken[std::string(json::parse(mail).at("id").as_string())];
  const auto opened = store::open({std::filesystem::path(programme.data()) / "circled.sqlite3", {}});
  const auto count = [&](const char* sql) {
    return opened->read_now([&](circled::Snapshot& db) { return db.one<std::int64_t>(sql); }).value();
  };
  const auto uncertain = count("SELECT count(*) FROM message WHERE state = 'uncertain'");
  const auto sent = count("SELECT count(*) FROM message WHERE state = 'sent'");
  CHECK(sent + uncertain == static_cast<std::int64_t>(sessions) * mailboxes);
  CHECK(count("SELECT count(*) FROM reminder WHERE channel = 'email' AND state = 'uncertain'") == uncertain);
  std::int64_t twice = 0;
  for (const auto& [message, times] : taken) twice += times - 1;
  CHECK(twice <= uncertain);
  CHECK(static_cast<std::int64_t>(taken.size()) >= sent);
  MESSAGE(reminders << " reminders, " << kills << " kills: " << taken.size() << " mails taken, " << twice
                    << " twice, " << uncertain << " uncertain");
}
