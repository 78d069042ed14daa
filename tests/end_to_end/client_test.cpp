// A client's side over real sockets: enrolment, the live stream, reminders and answers, and what happens
// when the connection is cut.
#include <doctest/doctest.h>

#include <numeric>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;

namespace {

// The stream's numbers up to and including `last`, in the order they came.
std::vector<std::int64_t> numbers_until(Live& live, std::int64_t last) {
  std::vector<std::int64_t> seen;
  while (seen.empty() || seen.back() < last) {
    const auto frame = live.next();
    if (frame.at("type").as_string() != "events") continue;
    for (const auto& event : frame.at("events").as_array()) seen.push_back(id(event, "seq"));
  }
  return seen;
}

}  // namespace

TEST_CASE(
    "a client enrols, gets bookings at once and reminders when due, and answers; the counselor sees it") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  Person device = programme.enrol(ana, programme.counselor);
  Live phone = device.live();
  Live dashboard = programme.counselor.live();

  const auto tomorrow = std::chrono::floor<std::chrono::minutes>(now()) + 27h;
  const auto booked = programme.counselor.post("/api/v1/sessions", programme.booking(ana, tomorrow));
  const auto news = next_event(phone, "appointment.booked");
  CHECK(news.at("session") == booked.at("id"));
  CHECK(news.at("starts_at").as_string() == text(tomorrow));
  // Neutral words: no service, no counselor, no programme.
  const std::string said = json::serialize(news);
  for (const char* word : {"Cara", "ounsel", "herap", "roup", "Main Street", "Ana"}) {
    CAPTURE(word);
    CHECK(said.find(word) == std::string::npos);
  }

  // Two appointments: the one's two-hour reminder and the other's day-before reminder fall due in a moment.
  const auto soon = now() + 2h + 2s, day_after = now() + 24h + 3s;
  const auto first = programme.counselor.post("/api/v1/sessions", programme.booking(ana, soon, 15));
  const auto second = programme.counselor.post("/api/v1/sessions", programme.booking(ana, day_after, 15));
  const auto due = next_event(phone, "reminder.due");
  CHECK(due.at("subject_kind").as_string() == "session");
  CHECK(due.at("subject") == first.at("id"));
  CHECK(due.at("text").as_string().starts_with("You have an appointment on "));
  CHECK(now() >= soon - 2h);
  const auto due_too = next_event(phone, "reminder.due");
  CHECK(due_too.at("subject") == second.at("id"));

  // One is confirmed over the live connection, the other declined over HTTP.
  const std::string confirm = uuid();
  phone.send(json::object{{"type", "confirm"}, {"id", confirm}, {"reminder", due.at("reminder")}});
  CHECK(result_of(phone, confirm).at("type").as_string() == "result");
  const auto confirmed = next_event(dashboard, "participant.answered");
  CHECK(confirmed.at("session") == first.at("id"));
  CHECK(id(json::value(confirmed), "client") == ana);
  CHECK(confirmed.at("answer").as_string() == "confirmed");

  const std::string reminder = "/api/v1/my/reminders/" + std::to_string(id(json::value(due_too), "reminder"));
  CHECK(device.ask("POST", reminder + "/cant-come").status == 200);
  const auto declined = next_event(dashboard, "participant.answered");
  CHECK(declined.at("session") == second.at("id"));
  CHECK(declined.at("answer").as_string() == "cant_come");

  const std::string roster = "/api/v1/sessions/" + std::to_string(id(second)) + "/roster";
  CHECK(programme.counselor.get(roster).at("participants").at(0).at("answer").as_string() == "cant_come");
  // A client never gets a roster, and nobody answers for somebody else.
  CHECK(device.ask("GET", roster).status == 403);
  Person stranger = programme.enrol(programme.add_client("Ben", programme.counselor), programme.counselor);
  CHECK(stranger.ask("POST", reminder + "/confirm").status == 404);
}

TEST_CASE("cut off, booked meanwhile, back with `after`: nothing is missing and nothing comes twice") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  Person device = programme.enrol(ana, programme.counselor);
  const auto start = std::chrono::floor<std::chrono::minutes>(now()) + 30h;
  const auto book = [&](int hour) {
    return id(programme.counselor.post("/api/v1/sessions",
                                       programme.booking(ana, start + std::chrono::hours(hour))));
  };

  Live phone = device.live();
  book(0);
  const auto seen = next_event(phone, "appointment.booked");
  const auto after = id(json::value(seen), "seq");
  phone.cut();

  const auto second = book(1);
  const auto third = book(2);
  Live again = device.live(after);
  const auto missed = next_event(again, "appointment.booked");
  CHECK(id(json::value(missed), "seq") == after + 1);
  CHECK(id(json::value(missed), "session") == second);
  const auto missed_too = next_event(again, "appointment.booked");
  CHECK(id(json::value(missed_too), "seq") == after + 2);
  CHECK(id(json::value(missed_too), "session") == third);
  book(3);
  CHECK(id(json::value(next_event(again, "appointment.booked")), "seq") == after + 3);

  // Cut again and again while bookings go on: each number exactly once, in order.
  again.cut();
  std::vector<std::int64_t> all;
  std::int64_t last = after + 3;
  for (int round = 0; round < 10; ++round) {
    Live live = device.live(last);
    book(4 + 2 * round);
    book(5 + 2 * round);
    const auto seen_now = numbers_until(live, last + 2);
    all.insert(all.end(), seen_now.begin(), seen_now.end());
    last += 2;
    live.cut();
  }
  std::vector<std::int64_t> expected(20);
  std::iota(expected.begin(), expected.end(), after + 4);
  CHECK(all == expected);

  // A cancellation and a move arrive too, and take their reminders along.
  Live live = device.live(last);
  programme.counselor.edit("POST", "/api/v1/sessions/" + std::to_string(second) + "/cancel", json::object{},
                           "/api/v1/sessions/" + std::to_string(second));
  CHECK(id(json::value(next_event(live, "appointment.cancelled")), "session") == second);
  programme.counselor.edit("PATCH", "/api/v1/sessions/" + std::to_string(third),
                           {{"starts_at", text(start + 1h)}});
  const auto moved = next_event(live, "appointment.moved");
  CHECK(id(json::value(moved), "session") == third);
  CHECK(moved.at("starts_at").as_string() == text(start + 1h));
}

TEST_CASE("an enrolment code works once; revocation closes the live connection") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  const std::string client = "/api/v1/clients/" + std::to_string(ana);
  const auto code = programme.counselor.post(client + "/enrolment-codes", json::object{});
  REQUIRE(code.at("code").as_string().size() == 8);
  const json::object use{{"code", code.at("code")}, {"device", "phone"}, {"keep", "token"}};
  Http http(programme.port());
  const Headers json_body{{"Content-Type", "application/json"}};
  const Answer used = http.send("POST", "/api/v1/devices", json::serialize(use), json_body);
  REQUIRE(used.status == 201);
  const int again = http.send("POST", "/api/v1/devices", json::serialize(use), json_body).status;
  CHECK((again == 401 || again == 404 || again == 410 || again == 422));
  // The colleague does not reach this client and makes no code.
  CHECK(programme.colleague.ask("POST", client + "/enrolment-codes", json::object{}).status == 404);

  Person device(programme.port(), std::string(used.json().at("token").as_string()));
  Live phone = device.live();
  CHECK(programme.counselor.ask("DELETE", client + "/sign-ins").status == 204);
  CHECK(phone.close_code() == 1008);
  CHECK(device.ask("GET", "/api/v1/me").status == 401);

  // Neither a wrong token nor none at all gets a stream.
  Live wrong(programme.port());
  wrong.send(json::object{{"type", "hello"}, {"token", "forged"}});
  CHECK(wrong.close_code() == 1008);
}
