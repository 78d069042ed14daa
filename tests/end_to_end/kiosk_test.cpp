// Checking in at a kiosk, over real sockets: set up, a card and its PIN, the sheet that shows it, and what a
// restart must not forget.
#include <doctest/doctest.h>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;

namespace {

struct Hall : Programme {
  std::int64_t ana = add_client("Ana", counselor);
  std::int64_t kiosk_id = 0;
  Person kiosk;
  json::object shown;  // Ana's card and its PIN

  Hall() {
    const auto made = admin.post("/api/v1/kiosks", json::object{{"site", site}, {"name", "Front door"}});
    kiosk_id = id(made.at("kiosk"));
    Http http(port());
    const auto enrolled =
        http.send("POST", "/api/v1/kiosk/enrol",
                  json::serialize(json::object{{"code", made.at("code")}, {"keep", "token"}}),
                  {{"Content-Type", "application/json"}});
    REQUIRE(enrolled.status == 201);
    kiosk = Person(port(), std::string(enrolled.json().at("token").as_string()));
    const auto card = counselor.post("/api/v1/clients/" + std::to_string(ana) + "/cards", json::object{});
    shown = {{"number", card.at("card").at("number")}, {"pin", card.at("pin")}};
  }

  std::string present(const json::object& what) {
    return std::string(kiosk.post("/api/v1/kiosk/check-in", what).at("outcome").as_string());
  }
  json::object with_wrong_pin() const {
    json::object wrong = shown;
    wrong["pin"] = shown.at("pin").as_string() == "4711" ? "4712" : "4711";
    return wrong;
  }
};

}  // namespace

TEST_CASE("a kiosk is set up, a client checks in there, and the sheet shows it at once") {
  Hall h;
  CHECK(h.present(h.shown) == "ask_at_desk");
  const auto start = std::chrono::floor<std::chrono::minutes>(now()) + 10min;
  const auto session = id(h.counselor.post("/api/v1/sessions", h.booking(h.ana, start)));
  Live dashboard = h.counselor.live();
  CHECK(h.present(h.shown) == "checked_in");
  wait_for_hint(dashboard, "session.changed", session);
  const std::string sheet = "/api/v1/sessions/" + std::to_string(session) + "/attendance";
  const auto line = h.counselor.get(sheet).at("lines").at(0);
  CHECK(line.at("proposed").at("how").as_string() == "kiosk");
  CHECK(line.at("verdict").as_string() == "expected");
  // Again, and after a restart: the same answer, the same time.
  CHECK(h.present(h.shown) == "checked_in");
  h.server().stop();
  h.start();
  h.kiosk.move_to(h.port());
  CHECK(h.present(h.shown) == "checked_in");
  CHECK(h.counselor.get(sheet).at("lines").at(0).at("proposed") == line.at("proposed"));

  // The kiosk may do that and nothing else.
  for (const char* target : {"/api/v1/me", "/api/v1/sign-ins", "/api/v1/sessions", "/api/v1/kiosks"}) {
    CAPTURE(target);
    CHECK(h.kiosk.ask("GET", target).status == 401);
  }
  CHECK(h.kiosk.ask("GET", sheet).status == 401);
  CHECK(h.kiosk.ask("POST", "/api/v1/sign-out", json::object{}).status == 401);
  CHECK_THROWS(h.kiosk.live());
  CHECK(h.present(h.shown) == "checked_in");

  // Until it is revoked.
  h.admin.post("/api/v1/kiosks/" + std::to_string(h.kiosk_id) + "/revoke", json::object{});
  CHECK(h.kiosk.ask("POST", "/api/v1/kiosk/check-in", h.shown).status == 401);
}

TEST_CASE("five wrong PINs lock a card, three before a restart and two after it") {
  Hall h;
  const auto start = std::chrono::floor<std::chrono::minutes>(now()) + 10min;
  const auto session = id(h.counselor.post("/api/v1/sessions", h.booking(h.ana, start)));
  for (int i = 0; i < 3; ++i) CHECK(h.present(h.with_wrong_pin()) == "not_accepted");
  h.server().stop();
  h.start();
  h.kiosk.move_to(h.port());
  for (int i = 0; i < 2; ++i) CHECK(h.present(h.with_wrong_pin()) == "not_accepted");
  CHECK(h.present(h.shown) == "not_accepted");  // right, and too late

  const std::string of_ana = "/api/v1/clients/" + std::to_string(h.ana) + "/cards";
  const auto card = h.counselor.get(of_ana).at("items").at(0);
  CHECK(card.at("state").as_string() == "locked");
  const auto entries = h.admin.get("/api/v1/audit?subject_kind=card&subject_id=" + std::to_string(id(card)));
  int refused = 0, locked = 0;
  for (const auto& entry : entries.at("items").as_array()) {
    refused += entry.at("action").as_string() == "card.refuse";
    locked += entry.at("action").as_string() == "card.lock";
  }
  CHECK(refused == 6);
  CHECK(locked == 1);
  h.counselor.post("/api/v1/cards/" + std::to_string(id(card)) + "/unlock", json::object{});
  CHECK(h.present(h.shown) == "checked_in");
  const std::string sheet = "/api/v1/sessions/" + std::to_string(session) + "/attendance";
  CHECK(h.counselor.get(sheet).at("lines").at(0).at("proposed").at("how").as_string() == "kiosk");

  // Nobody's number, garbage from a scanner, and a card that was lost.
  CHECK(h.present({{"number", "12345672"}, {"pin", "4711"}}) == "not_accepted");
  const auto garbage = h.kiosk.ask("POST", "/api/v1/kiosk/check-in",
                                   json::object{{"number", "WIFI:S:guest"}, {"pin", "4711"}});
  CHECK(garbage.status == 422);
  CHECK(garbage.json().at("errors").at(0).at("code").as_string() == "not_a_card_number");
  h.counselor.post("/api/v1/cards/" + std::to_string(id(card)) + "/replace", json::object{});
  CHECK(h.present(h.shown) == "not_accepted");
}
