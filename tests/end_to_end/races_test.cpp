// Sixty-four connections want the same thing at the same moment, over and over: one gets it, and all others
// are told what to do instead.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;

namespace {

constexpr int connections = 64, rounds = 50;

// One request that differs for each of those who race.
struct Request {
  std::string target;
  json::object body;
};

class Race {
 public:
  explicit Race(Programme& programme) : programme_(programme) {
    for (int i = 0; i < connections; ++i) lines_.emplace_back(programme.port());
  }

  // Everybody sends, then everybody listens. Exactly one must have won; answers its body.
  json::value run(const std::function<Request(int)>& request, std::string_view refusal) {
    for (int i = 0; i < connections; ++i) {
      const auto [target, body] = request(i);
      lines_[static_cast<std::size_t>(i)].begin("POST", target, json::serialize(body),
                                                {{"Authorization", "Bearer " + programme_.admin.token()},
                                                 {"Content-Type", "application/json"},
                                                 {"Idempotency-Key", uuid()}});
    }
    json::value won;
    int winners = 0;
    for (auto& line : lines_) {
      const auto answer = line.finish();
      if (answer.status == 201) {
        ++winners;
        won = answer.json();
        continue;
      }
      // A moment of contention is said as such; what is taken is said with what to do.
      const bool told =
          answer.status == 409 &&
          std::string(answer.json().at("type").as_string()).find(refusal) != std::string::npos &&
          !answer.json().at("detail").as_string().empty();
      CAPTURE(answer.status);
      CAPTURE(answer.body);
      CHECK((told || answer.status == 503));
    }
    CHECK(winners == 1);
    return won;
  }

 private:
  Programme& programme_;
  std::vector<Http> lines_;
};

std::vector<std::int64_t> clients(Programme& programme, int count) {
  std::vector<std::int64_t> all;
  for (int i = 0; i < count; ++i)
    all.push_back(programme.add_client("Racer " + std::to_string(i), programme.counselor));
  return all;
}

}  // namespace

TEST_CASE("of sixty-four who book the same hour of one counselor one gets it") {
  Programme programme;
  const auto who = clients(programme, connections);
  Race race(programme);
  const auto start = std::chrono::floor<std::chrono::hours>(now()) + 48h;
  for (int round = 0; round < rounds; ++round)
    race.run(
        [&](int i) {
          return Request{"/api/v1/sessions",
                         programme.booking(who[static_cast<std::size_t>(i)], start + round * 1h)};
        },
        "booking_conflict");
}

TEST_CASE("of holds and bookings of the same hour one gets it, and a hold is then booked by its owner only") {
  Programme programme;
  const auto who = clients(programme, connections);
  Race race(programme);
  const auto start = std::chrono::floor<std::chrono::hours>(now()) + 48h;
  for (int round = 0; round < rounds; ++round) {
    const auto won = race.run(
        [&](int i) {
          auto body = programme.booking(who[static_cast<std::size_t>(i)], start + round * 1h);
          if (i % 2 == 0) return Request{"/api/v1/sessions", body};
          return Request{"/api/v1/holds",
                         {{"site", programme.site},
                          {"facilitators", body.at("facilitators")},
                          {"client", who[static_cast<std::size_t>(i)]},
                          {"starts_at", body.at("starts_at")},
                          {"duration_minutes", body.at("duration_minutes")}}};
        },
        "booking_conflict");
    if (!won.as_object().contains("expires_at")) continue;
    // Given back, so that nobody keeps more than a few.
    CHECK(programme.admin.ask("DELETE", "/api/v1/holds/" + std::to_string(id(won))).status == 204);
  }
}

TEST_CASE("of sixty-four who want the last seat of a group one gets it") {
  Programme programme;
  const auto who = clients(programme, connections);
  Race race(programme);
  for (int round = 0; round < rounds; ++round) {
    const auto group = id(programme.admin.post(
        "/api/v1/groups",
        {{"site", programme.site},
         {"service", programme.service},
         {"name", "Group " + std::to_string(round)},
         {"alias", "Your group"},
         {"admission", "rolling"},
         {"smallest", 1},
         {"largest", 1},
         {"admits", {{"phases", json::array{}}, {"levels", json::array{}}, {"tags", json::array{}}}},
         {"topics", json::array{}}}));
    race.run(
        [&](int i) {
          return Request{"/api/v1/groups/" + std::to_string(group) + "/enrolments",
                         {{"client", who[static_cast<std::size_t>(i)]}}};
        },
        "not_eligible");
  }
}
