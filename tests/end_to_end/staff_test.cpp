// A counselor's day over real sockets: sign in, book, meet a collision, take the roll, close the sheet,
// while a colleague's connection sees each change.
#include <doctest/doctest.h>

#include <map>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;

namespace {

std::string path(std::int64_t session, const std::string& rest = {}) {
  return "/api/v1/sessions/" + std::to_string(session) + rest;
}

// The line of one client on a sheet.
json::object line(const json::value& sheet, std::int64_t client) {
  for (const auto& each : sheet.at("lines").as_array())
    if (id(each, "client") == client) return each.as_object();
  throw std::runtime_error("no line for client " + std::to_string(client));
}

}  // namespace

TEST_CASE("a counselor signs in, books, and a collision is refused with what collides") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  const auto ben = programme.add_client("Ben", programme.counselor);

  const auto me = programme.counselor.get("/api/v1/me");
  CHECK(me.at("name").as_string() == "Cara Counselor");
  CHECK(me.at("role").as_string() == "counselor");

  const auto start = std::chrono::floor<std::chrono::minutes>(now()) + 26h;
  auto booking = programme.booking(ana, start);
  booking["room"] = programme.office;
  const auto session = programme.counselor.post("/api/v1/sessions", booking);
  CHECK(session.at("status").as_string() == "scheduled");
  CHECK(session.at("kind").as_string() == "one_on_one");
  CHECK(session.at("starts_at").as_string() == text(start));
  CHECK(session.at("ends_at").as_string() == text(start + 45min));
  CHECK(id(session, "expected") == 1);
  CHECK(!session.as_object().contains("participants"));

  const auto listed =
      programme.counselor.get("/api/v1/sessions?from=" + text(start - 1h) + "&until=" + text(start + 1h));
  REQUIRE(listed.at("items").as_array().size() == 1);
  CHECK(listed.at("items").at(0).at("id") == session.at("id"));

  // Another client, half an hour later: the counselor and the room are taken until 45 minutes after.
  auto collides = programme.booking(ben, start + 30min);
  collides["room"] = programme.office;
  const Answer refused = programme.counselor.ask("POST", "/api/v1/sessions", json::value(collides));
  CHECK(refused.status == 409);
  CHECK(refused.header("Content-Type") == "application/problem+json");
  const auto problem = refused.json();
  CHECK(problem.at("type").as_string().ends_with("booking_conflict"));
  std::map<std::string, json::object> conflicts;
  for (const auto& conflict : problem.at("conflicts").as_array())
    conflicts[std::string(conflict.at("owner_kind").as_string())] = conflict.as_object();
  REQUIRE(conflicts.size() == 2);
  CHECK(id(json::value(conflicts.at("staff")), "owner") == programme.counselor_id);
  CHECK(conflicts.at("staff").at("name").as_string() == "Cara Counselor");
  CHECK(conflicts.at("staff").at("session") == session.at("id"));
  CHECK(conflicts.at("room").at("name").as_string() == "Office");
  CHECK(conflicts.at("room").at("from").as_string() == text(start));

  // The client in two places: with the colleague, at the same time, in no room.
  auto elsewhere = programme.booking(ana, start + 44min);
  elsewhere["facilitators"] = json::array{programme.colleague_id};
  const Answer two_places = programme.counselor.ask("POST", "/api/v1/sessions", json::value(elsewhere));
  CHECK(two_places.status == 409);
  REQUIRE(two_places.json().at("conflicts").as_array().size() == 1);
  CHECK(two_places.json().at("conflicts").at(0).at("owner_kind").as_string() == "client");
  // Back to back is no collision.
  CHECK(
      programme.counselor.ask("POST", "/api/v1/sessions", json::value(programme.booking(ana, start + 45min)))
          .status == 201);

  // The same key with the same body is the same booking; with another body it is refused.
  const Headers key{{"Idempotency-Key", uuid()}};
  const auto once = programme.booking(ben, start + 5h);
  const Answer first = programme.counselor.ask("POST", "/api/v1/sessions", json::value(once), key);
  const Answer again = programme.counselor.ask("POST", "/api/v1/sessions", json::value(once), key);
  CHECK(first.status == 201);
  CHECK(again.status == 201);
  CHECK(again.body == first.body);
  CHECK(programme.counselor
            .ask("POST", "/api/v1/sessions", json::value(programme.booking(ben, start + 7h)), key)
            .status == 422);

  // Moved under a stale tag, then a good one.
  const json::object later{{"starts_at", text(start + 3h)}};
  const auto target = path(id(session));
  CHECK(programme.counselor.ask("PATCH", target, json::value(later), {{"If-Match", "\"999\""}}).status ==
        412);
  CHECK(programme.counselor.ask("PATCH", target, json::value(later)).status == 428);
  const auto moved = programme.counselor.edit("PATCH", target, later);
  CHECK(moved.at("starts_at").as_string() == text(start + 3h));
  CHECK(programme.counselor.ask("POST", "/api/v1/sessions", json::value(programme.booking(ben, start)))
            .status == 201);
}

TEST_CASE("a group with eight clients, the roll with its exceptions, the closed sheet") {
  Programme programme;
  std::vector<std::int64_t> clients;
  for (const char* name : {"Ana", "Ben", "Cem", "Dia", "Eva", "Fay", "Gil", "Hal"})
    clients.push_back(programme.add_client(name, programme.counselor));

  Live watching = programme.colleague.live();

  // It began 55 minutes ago and took 45: every arrival and departure lies behind us.
  const auto start = std::chrono::floor<std::chrono::minutes>(now()) - 55min;
  json::object booking{{"service", programme.service},
                       {"kind", "group"},
                       {"title", "Evening group"},
                       {"site", programme.site},
                       {"room", programme.room},
                       {"starts_at", text(start)},
                       {"duration_minutes", 45},
                       {"seats", 12},
                       {"facilitators", json::array{programme.counselor_id, programme.colleague_id}},
                       {"clients", json::array(clients.begin(), clients.end())}};
  const auto session = programme.counselor.post("/api/v1/sessions", booking);
  const auto number = id(session);
  CHECK(id(session, "expected") == 8);
  REQUIRE(session.at("facilitators").as_array().size() == 2);
  CHECK(session.at("facilitators").at(0).at("name").as_string() == "Cara Counselor");
  CHECK(session.at("facilitators").at(0).at("leads").as_bool());
  CHECK(!session.at("facilitators").at(1).at("leads").as_bool());
  wait_for_hint(watching, "session.changed", number);

  const std::string sheet_path = path(number, "/attendance");
  const Answer open = programme.counselor.ask("GET", sheet_path);
  REQUIRE(open.status == 200);
  CHECK(open.json().at("lines").as_array().size() == 8);
  CHECK(line(open.json(), clients[0]).at("verdict").as_string() == "expected");

  // Nobody is absent by silence.
  const Answer unmarked = programme.counselor.ask("POST", sheet_path + "/close", json::object{},
                                                  {{"If-Match", open.header("ETag")}});
  CHECK(unmarked.status == 409);
  CHECK(unmarked.json().at("type").as_string().ends_with("unmarked"));

  json::array marks;
  for (const auto client : clients) marks.push_back({{"client", client}, {"verdict", "attended"}});
  programme.counselor.edit("PUT", sheet_path, {{"marks", marks}});
  wait_for_hint(watching, "session.changed", number);

  // The exceptions: one came at :12, one left at :40, and three did not take part.
  const auto arrived = [&](std::chrono::minutes at) { return json::value(text(start + at)); };
  const json::array exceptions{
      {{"client", clients[0]}, {"verdict", "attended"}, {"stays", {{{"arrived_at", arrived(12min)}}}}},
      {{"client", clients[1]},
       {"verdict", "attended"},
       {"stays", {{{"arrived_at", arrived(0min)}, {"departed_at", arrived(40min)}}}}},
      {{"client", clients[2]}, {"verdict", "excused"}},
      {{"client", clients[3]}, {"verdict", "unexcused"}},
      {{"client", clients[4]}, {"verdict", "turned_away"}}};
  const auto marked = programme.counselor.edit("PUT", sheet_path, {{"marks", exceptions}});
  CHECK(id(json::value(line(marked, clients[0])), "late_minutes") == 12);
  CHECK(id(json::value(line(marked, clients[0])), "credited_minutes") == 33);
  CHECK(id(json::value(line(marked, clients[1])), "left_early_minutes") == 5);
  CHECK(id(json::value(line(marked, clients[1])), "credited_minutes") == 40);
  CHECK(line(marked, clients[2]).at("verdict").as_string() == "excused");
  CHECK(line(marked, clients[3]).at("verdict").as_string() == "unexcused");
  CHECK(line(marked, clients[4]).at("verdict").as_string() == "turned_away");
  CHECK(id(json::value(line(marked, clients[7])), "credited_minutes") == 45);

  // The colleague marked meanwhile what the counselor has not seen: a stale tag is refused.
  CHECK(programme.colleague
            .ask("PUT", sheet_path, json::value(json::object{{"marks", exceptions}}),
                 {{"If-Match", open.header("ETag")}})
            .status == 412);

  const auto closed = programme.counselor.edit("POST", sheet_path + "/close", json::object{}, sheet_path);
  CHECK(closed.at("closed").as_bool());
  CHECK(closed.at("closed_by_name").as_string() == "Cara Counselor");
  wait_for_hint(watching, "session.changed", number);
  CHECK(programme.colleague.get(path(number)).at("status").as_string() == "completed");

  const Answer current = programme.counselor.ask("GET", sheet_path);
  const Answer after_close =
      programme.counselor.ask("PUT", sheet_path, json::value(json::object{{"marks", exceptions}}),
                              {{"If-Match", current.header("ETag")}});
  CHECK(after_close.status == 409);

  // Whoever has nothing to do with the session does not get its sheet.
  Person stranger = programme.add_staff("sam", "counselor", "Sam Stranger");
  const int refused = stranger.ask("GET", sheet_path).status;
  CHECK((refused == 403 || refused == 404));
}

TEST_CASE("who is let in, and what each may reach") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  const std::string record = "/api/v1/clients/" + std::to_string(ana);

  CHECK(programme.counselor.get(record).at("preferred_name").as_string() == "Ana");
  // Not the colleague's client: missing and forbidden look alike.
  CHECK(programme.colleague.ask("GET", record).status == 404);
  CHECK(programme.colleague.ask("GET", "/api/v1/clients/999999").status == 404);
  CHECK(programme.admin.get(record).at("preferred_name").as_string() == "Ana");

  Person nobody(programme.port(), "");
  CHECK(nobody.ask("GET", "/api/v1/me").status == 401);
  Person forged(programme.port(), "not-a-token");
  CHECK(forged.ask("GET", "/api/v1/me").status == 401);

  // The trail has the views: one entry for each caller, however often they look.
  programme.counselor.get(record);
  const auto trail =
      programme.admin.get("/api/v1/audit?subject_kind=client&subject_id=" + std::to_string(ana));
  int views = 0;
  for (const auto& entry : trail.at("items").as_array())
    if (entry.at("action").as_string() == "client.view") ++views;
  CHECK(views == 2);
  CHECK(programme.counselor.ask("GET", "/api/v1/audit").status == 403);

  // A browser: sign in by cookie, which works from our own pages only.
  Http browser(programme.port());
  const std::string origin = "http://127.0.0.1:" + std::to_string(programme.port());
  const std::string body =
      json::serialize(json::object{{"login", "ada"}, {"password", programme.admin_password}});
  const Answer signed_in = browser.send("POST", "/api/v1/sign-in", body,
                                        {{"Content-Type", "application/json"}, {"Origin", origin}});
  REQUIRE(signed_in.status == 200);
  const std::string set = signed_in.header("Set-Cookie");
  CHECK(set.find("HttpOnly") != std::string::npos);
  CHECK(set.find("SameSite=Strict") != std::string::npos);
  const std::string cookie = set.substr(0, set.find(';'));
  CHECK(cookie.starts_with("__Host-circled="));
  CHECK(browser.send("GET", "/api/v1/me", "", {{"Cookie", cookie}}).status == 200);
  CHECK(browser.send("POST", "/api/v1/sign-out", "", {{"Cookie", cookie}, {"Origin", "https://evil.example"}})
            .status == 403);
  CHECK(browser.send("POST", "/api/v1/sign-out", "", {{"Cookie", cookie}, {"Origin", origin}}).status == 204);
  CHECK(browser.send("GET", "/api/v1/me", "", {{"Cookie", cookie}}).status == 401);

  const std::string wrong = json::serialize(json::object{{"login", "ada"}, {"password", "not the password"}});
  CHECK(
      browser
          .send("POST", "/api/v1/sign-in", wrong, {{"Content-Type", "application/json"}, {"Origin", origin}})
          .status == 401);
}
