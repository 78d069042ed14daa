// What is told of a client, over real sockets: consent, draft, approval, print, the client's own account; and
// a consent that is taken back in the app before the report is handed out.
#include <doctest/doctest.h>

#include "base/zone.hpp"
#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;

namespace {

std::string text_of(circled::Date day) { return circled::to_string(day); }

// A session of the client that is over, with its roll taken.
void attend(Programme& programme, std::int64_t client) {
  const auto booked = programme.counselor.post(
      "/api/v1/sessions", programme.booking(client, std::chrono::floor<std::chrono::minutes>(now()) - 50min));
  const std::string sheet = "/api/v1/sessions/" + std::to_string(id(booked)) + "/attendance";
  programme.counselor.edit(
      "PUT", sheet,
      json::object{{"marks", json::array{json::object{{"client", client}, {"verdict", "attended"}}}}});
}

struct Disclosing {
  Programme programme;
  Person supervisor = programme.add_staff("sue", "supervisor", "Sue Super");
  std::int64_t ana = programme.add_client("Ana", programme.counselor);
  Person device = programme.enrol(ana, programme.counselor);
  const std::string client = "/api/v1/clients/" + std::to_string(ana);
  const circled::Date today =
      circled::Zone::named(noon_zone())->date(std::chrono::floor<circled::Milliseconds>(now()));

  json::object consent() const {
    return {{"discloser", "Main Street"},
            {"recipient", "Dana Ortiz, probation officer"},
            {"kinds", json::array{"attendance"}},
            {"purpose", "Supervision of a probation"},
            {"expires_on", text_of(today + std::chrono::days(30))},
            {"signed_on", text_of(today - std::chrono::days(1))},
            {"signed_by", "client"}};
  }
  json::value draft(std::int64_t of) {
    return programme.counselor.post(client + "/disclosures",
                                    json::object{{"consent", of},
                                                 {"kinds", json::array{"attendance"}},
                                                 {"from", text_of(today - std::chrono::days(7))},
                                                 {"until", text_of(today)}});
  }
};

}  // namespace

TEST_CASE("a report goes from consent to print, and the client sees whom it was told") {
  Disclosing d;
  attend(d.programme, d.ana);
  Live phone = d.device.live();
  const auto consent = d.programme.counselor.post(d.client + "/consents", d.consent());
  CHECK(id(json::value(next_event(phone, "consent.changed")), "consent") == id(consent));
  const auto mine = d.device.get("/api/v1/my/consents");
  REQUIRE(mine.at("items").as_array().size() == 1);
  CHECK(mine.at("items").at(0).at("recipient").as_string() == "Dana Ortiz, probation officer");

  const auto draft = d.draft(id(consent));
  const std::string disclosure = "/api/v1/disclosures/" + std::to_string(id(draft.at("disclosure")));
  CHECK(draft.at("report").at("attendance").at("attended").to_number<std::int64_t>() == 1);
  // The drafter does not approve; a colleague who does not treat her knows of nothing.
  CHECK(d.programme.counselor.ask("POST", disclosure + "/approve", {}, {{"If-Match", "\"x\""}}).status ==
        403);
  CHECK(d.programme.colleague.ask("GET", disclosure).status == 404);
  CHECK(d.supervisor.ask("POST", disclosure + "/approve").status == 428);
  // It waits for a supervisor; whose client it is not does not hear of it there either.
  const auto waiting = d.supervisor.get("/api/v1/disclosures");
  REQUIRE(waiting.at("items").as_array().size() == 1);
  CHECK(waiting.at("items").at(0).at("id") == draft.at("disclosure").at("id"));
  CHECK(d.programme.counselor.get("/api/v1/disclosures").at("items") == waiting.at("items"));
  CHECK(d.programme.colleague.get("/api/v1/disclosures").at("items").as_array().empty());
  d.supervisor.edit("POST", disclosure + "/approve", json::object{}, disclosure);
  CHECK(d.device.get("/api/v1/my/disclosures").at("items").as_array().empty());

  const auto handed =
      d.programme.counselor.edit("POST", disclosure + "/hand-out", json::object{}, disclosure);
  CHECK(handed.at("disclosure").at("state").as_string() == "handed_out");
  CHECK(id(json::value(next_event(phone, "disclosure.made")), "disclosure") == id(draft.at("disclosure")));
  const Answer page = d.programme.counselor.ask("GET", disclosure + "/page?paper=a4");
  CHECK(page.status == 200);
  CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
  CHECK(page.header("Content-Security-Policy").find("default-src 'none'") == 0);
  CHECK(page.body.find("42 CFR part 2 prohibits unauthorized use or disclosure of these records.") !=
        std::string::npos);

  const auto account = d.device.get("/api/v1/my/disclosures");
  REQUIRE(account.at("items").as_array().size() == 1);
  const auto& one = account.at("items").at(0);
  CHECK(one.at("recipient").as_string() == "Dana Ortiz, probation officer");
  CHECK(one.at("kinds").as_array() == json::array{"attendance"});
  const std::string shown = json::serialize(account);
  for (const char* word : {"Cara", "Sue"}) CHECK(shown.find(word) == std::string::npos);
  // The app is told nothing of how it came about.
  CHECK(d.device.ask("GET", disclosure).status == 403);
}

TEST_CASE("taken back in the app before the print: refused, the draft is kept, nobody was told") {
  Disclosing d;
  const auto consent = d.programme.counselor.post(d.client + "/consents", d.consent());
  const auto draft = d.draft(id(consent));
  const std::string disclosure = "/api/v1/disclosures/" + std::to_string(id(draft.at("disclosure")));
  d.supervisor.edit("POST", disclosure + "/approve", json::object{}, disclosure);
  const std::string tag = d.programme.counselor.ask("GET", disclosure).header("ETag");

  const auto revoked =
      d.device.post("/api/v1/my/consents/" + std::to_string(id(consent)) + "/revoke", json::object{});
  CHECK(revoked.at("state").as_string() == "revoked");
  const Answer refused = d.programme.counselor.ask("POST", disclosure + "/hand-out", {}, {{"If-Match", tag}});
  CHECK(refused.status == 409);
  CHECK(refused.json().at("type").as_string() == "urn:circled:problem:consent_revoked");
  const auto kept = d.programme.counselor.get(disclosure);
  CHECK(kept.at("disclosure").at("state").as_string() == "approved");
  CHECK(kept.at("obstacle").as_string() == "consent_revoked");
  CHECK(d.device.get("/api/v1/my/disclosures").at("items").as_array().empty());
  CHECK(d.programme.counselor.get(d.client + "/who-may-be-told").at("items").as_array().empty());
  const std::string trail = json::serialize(
      d.programme.admin.get("/api/v1/audit?subject_kind=client&subject_id=" + std::to_string(d.ana)));
  CHECK(trail.find("disclosure.refuse") != std::string::npos);
}
