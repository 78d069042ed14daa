// The process is killed in the middle of its work, fifty times: nothing that was acknowledged is lost.
#include <doctest/doctest.h>
#include <signal.h>

#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;

namespace {

struct Booked {
  std::int64_t session;
  std::string key, body;
};

// Books one session after the other until the server is gone; keeps what was acknowledged.
class Booker {
 public:
  Booker(Programme& programme, std::vector<std::int64_t> clients)
      : programme_(programme), clients_(std::move(clients)) {}

  void run(std::uint16_t port, std::atomic<int>& acknowledged) {
    Http http(port);
    for (;;) {
      const int n = next_++;
      // Each booker has clients of its own and each booking an hour of its own: none collides.
      auto booking = programme_.booking(clients_[0], base_ + 1h * n, 30);
      booking.erase("facilitators");
      booking["facilitators"] = json::array{staff};
      Booked booked{0, uuid(), json::serialize(booking)};
      Answer answer;
      try {
        answer = http.send("POST", "/api/v1/sessions", booked.body,
                           {{"Authorization", "Bearer " + programme_.admin.token()},
                            {"Content-Type", "application/json"},
                            {"Idempotency-Key", booked.key}});
      } catch (const std::exception&) {
        return;  // the server is gone
      }
      if (answer.status == 0) return;
      if (answer.status != 201) {
        failures.push_back(std::to_string(answer.status) + " " + answer.body);
        return;
      }
      booked.session = id(answer.json());
      all.push_back(std::move(booked));
      ++acknowledged;
    }
  }

  std::vector<Booked> all;
  std::vector<std::string> failures;
  std::int64_t staff = 0;

 private:
  Programme& programme_;
  std::vector<std::int64_t> clients_;
  int next_ = 0;
  const std::chrono::system_clock::time_point base_ = std::chrono::floor<std::chrono::minutes>(now()) + 24h;
};

}  // namespace

TEST_CASE("fifty kills under load lose nothing that was acknowledged") {
  Programme programme;
  std::vector<std::unique_ptr<Booker>> bookers;
  const std::vector<std::int64_t> staff{programme.counselor_id, programme.colleague_id};
  for (std::size_t i = 0; i < staff.size(); ++i) {
    const auto client = programme.add_client("Client " + std::to_string(i), programme.counselor);
    bookers.push_back(std::make_unique<Booker>(programme, std::vector{client}));
    bookers.back()->staff = staff[i];
  }

  std::mt19937 random(20260310);
  std::size_t checked = 0;
  for (int kill = 0; kill < 50; ++kill) {
    CAPTURE(kill);
    std::atomic<int> acknowledged{0};
    std::vector<std::thread> threads;
    const std::size_t before = bookers[0]->all.size() + bookers[1]->all.size();
    for (auto& booker : bookers)
      threads.emplace_back([&, b = booker.get()] { b->run(programme.port(), acknowledged); });
    // Killed after some acknowledgement or other: at any moment of the ones that follow.
    const int after = std::uniform_int_distribution<int>(1, 25)(random);
    const auto patience_ends = std::chrono::steady_clock::now() + patience;
    while (acknowledged < after && std::chrono::steady_clock::now() < patience_ends)
      std::this_thread::yield();
    programme.server().signal(SIGKILL);
    CHECK(programme.server().wait() == 128 + SIGKILL);
    for (auto& thread : threads) thread.join();
    for (const auto& booker : bookers) {
      CAPTURE(json::serialize(json::array(booker->failures.begin(), booker->failures.end())));
      REQUIRE(booker->failures.empty());
    }
    REQUIRE(bookers[0]->all.size() + bookers[1]->all.size() >= before + static_cast<std::size_t>(after));

    programme.start();
    // What was acknowledged this time: there by its id, and its key still answers with it.
    for (const auto& booker : bookers) {
      for (std::size_t i = booker->all.size(); i-- > 0 && booker->all.size() - i <= 5;) {
        const Booked& booked = booker->all[i];
        const std::string path = "/api/v1/sessions/" + std::to_string(booked.session);
        REQUIRE(programme.admin.get(path).at("id").to_number<std::int64_t>() == booked.session);
        const Answer again = programme.admin.ask("POST", "/api/v1/sessions", json::parse(booked.body),
                                                 {{"Idempotency-Key", booked.key}});
        REQUIRE(again.status == 201);
        REQUIRE(id(again.json()) == booked.session);
        ++checked;
      }
    }
  }
  CHECK(checked > 100);

  // In the end every one of them, and every one once.
  std::vector<std::int64_t> sessions;
  for (const auto& booker : bookers)
    for (const auto& booked : booker->all) sessions.push_back(booked.session);
  for (const auto session : sessions)
    REQUIRE(programme.admin.ask("GET", "/api/v1/sessions/" + std::to_string(session)).status == 200);
  std::sort(sessions.begin(), sessions.end());
  CHECK(std::adjacent_find(sessions.begin(), sessions.end()) == sessions.end());
  CHECK(programme.server().stop() == 0);
  const Finished verified = run({"verify", "--data", programme.data()});
  CAPTURE(verified.out);
  CHECK(verified.code == 0);
}
