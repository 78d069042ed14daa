// Sixty-four connections want the same thing at the same moment, two hundred times over: one gets it, and all
// others are told what to do instead. On PostgreSQL, where every loser waits for the winner, fewer times;
// CIRCLED_ROUNDS sets how many.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;

namespace {

constexpr int racers = 64;

int rounds() {
  if (const char* given = std::getenv("CIRCLED_ROUNDS")) return std::stoi(given);
  const char* engine = std::getenv("CIRCLED_ENGINE");
  return engine && std::string_view(engine) == "postgres" ? 20 : 200;
}

// One request; it differs for each of those who race.
struct Request {
  std::string method, target;
  std::optional<json::object> body;
  std::string token;
};

std::string code(const Answer& answer) {
  const std::string type(answer.json().at("type").as_string());
  return type.substr(type.rfind(':') + 1);
}

// The programme, and whoever races in it: connections that stay open, and a client for each.
class Race {
 public:
  Race() {
    for (int i = 0; i < racers; ++i) lines_.emplace_back(programme.port());
    for (const auto& made : together(racers, [&](int i) {
           return post("/api/v1/clients", {{"preferred_name", "Racer " + std::to_string(i)},
                                           {"family_name", "Example"},
                                           {"site", programme.site},
                                           {"phase", "treatment"},
                                           {"assign_to", programme.counselor_id}});
         }))
      clients.push_back(id(made.json()));
  }

  Request post(std::string target, json::object body) {
    return {"POST", std::move(target), std::move(body), programme.admin.token()};
  }

  // The first `count` send, then they listen. Whoever is told that the server is busy has no answer yet, and
  // asks again under the same key.
  std::vector<Answer> together(int count, const std::function<Request(int)>& request) {
    std::vector<std::pair<Request, Headers>> asked;
    for (int i = 0; i < count; ++i) {
      auto each = request(i);
      Headers headers{{"Authorization", "Bearer " + each.token}, {"Idempotency-Key", uuid()}};
      if (each.body) headers.emplace_back("Content-Type", "application/json");
      asked.emplace_back(std::move(each), std::move(headers));
    }
    const auto body = [](const Request& each) { return each.body ? json::serialize(*each.body) : ""; };
    for (int i = 0; i < count; ++i) {
      const auto& [each, headers] = asked[static_cast<std::size_t>(i)];
      lines_[static_cast<std::size_t>(i)].begin(each.method, each.target, body(each), headers);
    }
    std::vector<Answer> answers;
    for (int i = 0; i < count; ++i) answers.push_back(lines_[static_cast<std::size_t>(i)].finish());
    for (int i = 0; i < count; ++i) {
      const auto& [each, headers] = asked[static_cast<std::size_t>(i)];
      auto& answer = answers[static_cast<std::size_t>(i)];
      for (int again = 0; answer.status == 503 && again < 100; ++again)
        answer = lines_[static_cast<std::size_t>(i)].send(each.method, each.target, body(each), headers);
    }
    return answers;
  }

  // Groups with so many seats, named by number from `first` on.
  std::vector<std::int64_t> groups(int first, int count, int seats) {
    std::vector<std::int64_t> all;
    for (const auto& made : together(count, [&](int i) {
           return post(
               "/api/v1/groups",
               {{"site", programme.site},
                {"service", programme.service},
                {"name", "Group " + std::to_string(first + i)},
                {"alias", "Your group"},
                {"admission", "rolling"},
                {"smallest", 1},
                {"largest", seats},
                {"admits", {{"phases", json::array{}}, {"levels", json::array{}}, {"tags", json::array{}}}},
                {"topics", json::array{}}});
         }))
      all.push_back(id(made.json()));
    return all;
  }

  std::string of_group(std::int64_t group, const char* what) {
    return "/api/v1/groups/" + std::to_string(group) + "/" + what;
  }

  std::size_t enrolled(std::int64_t group) {
    return programme.admin.get(of_group(group, "enrolments")).at("items").as_array().size();
  }

  Programme programme;
  std::vector<std::int64_t> clients;

 private:
  std::vector<Http> lines_;
};

// That the answer says no, why, and what to do.
void check_refused(const Answer& answer, std::string_view why, std::string_view advice) {
  CAPTURE(answer.body);
  REQUIRE(answer.status == 409);
  CHECK(code(answer) == why);
  CHECK(answer.json().at("detail").as_string().find(advice) != json::string::npos);
}

// Of these one has won, and all others were refused so.
void check_one_won(const std::vector<Answer>& answers, std::string_view why, std::string_view advice) {
  const auto won = std::count_if(answers.begin(), answers.end(),
                                 [](const Answer& answer) { return answer.status == 201; });
  CHECK(won == 1);
  for (const auto& answer : answers)
    if (answer.status != 201) check_refused(answer, why, advice);
}

std::chrono::system_clock::time_point first_hour() {
  return std::chrono::floor<std::chrono::hours>(now()) + 48h;
}

}  // namespace

TEST_CASE("of sixty-four who book the same hour of one counselor one gets it") {
  Race race;
  const auto start = first_hour();
  for (int round = 0; round < rounds(); ++round) {
    const auto answers = race.together(racers, [&](int i) {
      return race.post("/api/v1/sessions",
                       race.programme.booking(race.clients[static_cast<std::size_t>(i)], start + round * 1h));
    });
    check_one_won(answers, "booking_conflict", "Choose another time.");
  }
}

TEST_CASE("of sixty-four who want the last seat of a group one gets it") {
  Race race;
  const auto enrolment = [&](std::int64_t group, std::size_t client) {
    return race.post(race.of_group(group, "enrolments"), {{"client", race.clients[client]}});
  };
  // One of two seats is taken beforehand, by somebody who does not race.
  for (int first = 0; first < rounds(); first += racers) {
    const int count = std::min(racers, rounds() - first);
    const auto groups = race.groups(first, count, 2);
    race.together(count, [&](int i) { return enrolment(groups[static_cast<std::size_t>(i)], 0); });
    for (const auto group : groups) {
      const auto answers =
          race.together(racers - 1, [&](int i) { return enrolment(group, static_cast<std::size_t>(i) + 1); });
      check_one_won(answers, "not_eligible", "Put the client on its waiting list.");
      CHECK(race.enrolled(group) == 2);
    }
  }
}

TEST_CASE("of a hold and a booking of the same hour one wins, in thirty-two duels at once") {
  Race race;
  const auto start = first_hour();
  for (int round = 0; round * racers / 2 < rounds(); ++round) {
    const auto answers = race.together(racers, [&](int i) {
      const auto client = race.clients[static_cast<std::size_t>(i)];
      auto body = race.programme.booking(client, start + (round * racers + i) / 2 * 1h);
      // Now the hold is sent first, now the booking.
      if ((i + round) % 2 == 0) return race.post("/api/v1/sessions", body);
      return race.post("/api/v1/holds", {{"site", race.programme.site},
                                         {"facilitators", body.at("facilitators")},
                                         {"client", client},
                                         {"starts_at", body.at("starts_at")},
                                         {"duration_minutes", body.at("duration_minutes")}});
    });
    std::vector<std::int64_t> held;
    for (std::size_t i = 0; i < answers.size(); i += 2) {
      check_one_won({answers[i], answers[i + 1]}, "booking_conflict", "Choose another time.");
      for (const auto& answer : {answers[i], answers[i + 1]})
        if (answer.status == 201 && answer.json().as_object().contains("expires_at"))
          held.push_back(id(answer.json()));
    }
    // Given back, so that nobody keeps more than a few.
    for (const auto& answer : race.together(static_cast<int>(held.size()), [&](int i) {
           return Request{"DELETE",
                          "/api/v1/holds/" + std::to_string(held[static_cast<std::size_t>(i)]),
                          {},
                          race.programme.admin.token()};
         }))
      CHECK(answer.status == 204);
  }
}

TEST_CASE("of yes and no to one offer, from devices and staff at once, the first word stands") {
  Race race;
  const auto client = race.clients.front();
  std::vector<std::string> devices;
  for (int i = 0; i < 8; ++i)
    devices.push_back(race.programme.enrol(client, race.programme.counselor).token());
  int accepted = 0, declined = 0;
  for (int first = 0; first < rounds(); first += racers) {
    const int count = std::min(racers, rounds() - first);
    const auto groups = race.groups(first, count, 1);
    const auto offers = race.together(count, [&](int i) {
      return race.post(race.of_group(groups[static_cast<std::size_t>(i)], "waitlist"), {{"client", client}});
    });
    for (int round = 0; round < count; ++round) {
      const auto group = groups[static_cast<std::size_t>(round)];
      const auto offer = offers[static_cast<std::size_t>(round)].json();
      REQUIRE(offer.at("state").as_string() == "offered");
      const std::string line = std::to_string(id(offer));
      // Who sends first says now yes, now no.
      const auto says_yes = [&](int i) { return (i / 2 + round) % 2 == 0; };
      const auto answers = race.together(racers, [&](int i) {
        const std::string word = says_yes(i) ? "/accept" : "/decline";
        if (i % 2 == 0)
          return Request{"POST",
                         "/api/v1/my/offers/" + line + word,
                         {},
                         devices[static_cast<std::size_t>(i / 2) % devices.size()]};
        return Request{"POST", "/api/v1/waitlist/" + line + word, {}, race.programme.admin.token()};
      });
      const bool yes = race.enrolled(group) == 1;
      ++(yes ? accepted : declined);
      for (int i = 0; i < racers; ++i) {
        const auto& answer = answers[static_cast<std::size_t>(i)];
        CAPTURE(answer.body);
        // To say the same again is no fault: it is how a device asks whether it was heard.
        if (says_yes(i) == yes) {
          REQUIRE(answer.status == 200);
          CHECK(answer.json().at("state").as_string() == (yes ? "accepted" : "declined"));
        } else {
          check_refused(answer, "no_offer", "Look at the waiting list again");
        }
      }
    }
  }
  CHECK(accepted + declined == rounds());
  // Otherwise it was no race.
  CHECK(accepted > 0);
  CHECK(declined > 0);
}
