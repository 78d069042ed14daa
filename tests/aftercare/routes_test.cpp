#include "aftercare/routes.hpp"

#include <doctest/doctest.h>

#include <map>

#include "aftercare/lists.hpp"
#include "live/commands.hpp"
#include "support/run.hpp"

using namespace circled;
using namespace circled::api;
using test::item;

namespace {

// The routes with callers known by the number of their person.
struct ServedMeetings : test::Programme {
  access::Context context{store, clock};
  Table table;
  std::map<std::int64_t, Identity> callers;

  ServedMeetings() {
    aftercare::handle_subjects();
    aftercare::routes(table, context);
    table.clock_by([this] { return clock.now(); });
    table.authenticate_by([this](const Request& request) -> Task<Result<std::optional<Identity>>> {
      const auto found = callers.find(std::atoll(std::string(request.header("authorization")).c_str()));
      co_return found == callers.end() ? std::optional<Identity>() : std::optional(found->second);
    });
    know(ana, Role::client);
    know(ben, Role::client);
    know(counselor, Role::counselor);
    know(other_counselor, Role::counselor);
    know(front_desk, Role::front_desk);
    know(admin, Role::admin);
    write([this](Transaction& tx) {
      const auto episode = tx.one<EpisodeId>(
          "INSERT INTO episode (client_id, admitted_on) VALUES ($1, 20000) RETURNING id", ana);
      tx.run("INSERT INTO phase (episode_id, phase, from_on) VALUES ($1, 'aftercare', 20000)", *episode);
    });
    test::import(*this,
                 test::file_of({item(1, 1, "10:00", "Sunday Light"), item(2, 2, "19:00", "Monday Light")}))
        .value();
  }

  void know(PersonId person, Role role) {
    Identity identity;
    identity.account = write([&](Transaction& tx) { return test::add_account(tx, person); });
    identity.person = person;
    identity.role = role;
    identity.site = role == Role::client ? SiteId() : site;
    callers[person.value] = identity;
  }

  Response call(PersonId who, Method method, std::string target, std::string body = {},
                std::string key = {}) {
    Request request;
    request.method = method;
    request.target = std::move(target);
    request.body = std::move(body);
    request.id = "r1";
    request.headers.emplace_back("Authorization", std::to_string(who.value));
    if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    if (!key.empty()) request.headers.emplace_back("Idempotency-Key", std::move(key));
    return test::run(table.answer(request));
  }
  boost::json::value get(PersonId who, const std::string& target) {
    const auto response = call(who, Method::get, target);
    INFO(target << " " << response.body);
    REQUIRE(response.status == 200);
    return boost::json::parse(response.body);
  }
  std::string id_of(int key) { return std::to_string(test::meeting_of(*this, key).value); }
};

const std::string request_key = "5f0c4f0e-7c3d-4f6e-9a51-2f8d3f1b7a10";

}  // namespace

TEST_CASE("everybody signed in finds meetings") {
  ServedMeetings served;
  const auto page = served.get(served.ana, "/api/v1/meetings?weekday=0&from=09:00&until=11:00&text=light");
  REQUIRE(page.at("items").as_array().size() == 1);
  const auto& found = page.at("items").at(0);
  CHECK(found.at("name") == "Sunday Light");
  CHECK(found.at("time") == "10:00");
  CHECK(found.at("weekday") == 0);
  CHECK(found.at("duration_minutes") == 90);
  CHECK(found.at("gone") == false);

  const auto first = served.get(served.counselor, "/api/v1/meetings?limit=1");
  const std::string next(first.at("next").as_string());
  CHECK(served.get(served.counselor, "/api/v1/meetings?limit=1&after=" + next).at("items").at(0).at("name") ==
        "Monday Light");

  CHECK(served.get(served.ana, "/api/v1/meetings/" + served.id_of(2)).at("name") == "Monday Light");
  CHECK(served.call(served.ana, Method::get, "/api/v1/meetings/999").status == 404);
  CHECK(served.call(PersonId(999), Method::get, "/api/v1/meetings").status == 401);
  const auto wrong =
      served.call(served.ana, Method::get, "/api/v1/meetings?weekday=7&from=25:00&online=maybe&limit=0");
  CHECK(wrong.status == 422);
  CHECK(boost::json::parse(wrong.body).at("errors").as_array().size() == 4);
}

TEST_CASE("a client chooses, sees and gives up meetings") {
  ServedMeetings served;
  const std::string body = "{\"meeting\": " + served.id_of(1) + "}";
  CHECK(served.call(served.ana, Method::post, "/api/v1/my/commitments", body).status == 428);
  const auto made = served.call(served.ana, Method::post, "/api/v1/my/commitments", body, request_key);
  CHECK(made.status == 201);
  CHECK(boost::json::parse(made.body).at("next") == "2026-03-15T14:00:00Z");
  const auto replayed = served.call(served.ana, Method::post, "/api/v1/my/commitments", body, request_key);
  CHECK(replayed.status == 201);
  CHECK(replayed.body == made.body);
  CHECK(served.call(served.ben, Method::post, "/api/v1/my/commitments", body, request_key).status == 409);
  CHECK(served.call(served.counselor, Method::post, "/api/v1/my/commitments", body, request_key).status ==
        403);

  CHECK(served.get(served.ana, "/api/v1/my/commitments").at("items").as_array().size() == 1);
  CHECK(served.get(served.ana, "/api/v1/my/occurrences").at("items").as_array().size() == 4);
  CHECK(served
            .call(served.ana, Method::get,
                  "/api/v1/my/occurrences?from=2026-03-10T00:00:00Z&until=2026-06-10T00:00:00Z")
            .status == 422);

  const std::string one =
      "/api/v1/my/commitments/" + std::to_string(boost::json::parse(made.body).at("id").as_int64());
  CHECK(served.call(served.ben, Method::delete_, one).status == 404);
  CHECK(served.call(served.ana, Method::delete_, one).status == 204);
  CHECK(served.call(served.ana, Method::delete_, one).status == 404);
}

TEST_CASE("a client's own goal") {
  ServedMeetings served;
  CHECK(served.get(served.ana, "/api/v1/my/goal").at("meetings_per_week") == 0);
  CHECK(served.call(served.ana, Method::put, "/api/v1/my/goal", "{\"meetings_per_week\": 3}").status == 200);
  CHECK(served.get(served.ana, "/api/v1/my/goal").at("meetings_per_week") == 3);
  CHECK(served.call(served.ana, Method::put, "/api/v1/my/goal", "{\"meetings_per_week\": 22}").status == 422);
  CHECK(served.call(served.counselor, Method::put, "/api/v1/my/goal", "{\"meetings_per_week\": 1}").status ==
        403);
}

TEST_CASE("what a client chose is seen by who reaches the client, and the view is recorded") {
  ServedMeetings served;
  served.call(served.ana, Method::post, "/api/v1/my/commitments", "{\"meeting\": " + served.id_of(1) + "}",
              request_key);
  const std::string commitments = "/api/v1/clients/" + std::to_string(served.ana.value) + "/commitments";
  CHECK(served.get(served.counselor, commitments).at("items").at(0).at("meeting").at("name") ==
        "Sunday Light");
  served.get(served.counselor, commitments);
  CHECK(served.number("SELECT COUNT(*) FROM audit WHERE action = 'commitments.view'") == 1);
  CHECK(served.call(served.other_counselor, Method::get, commitments).status == 404);
  CHECK(served.call(served.front_desk, Method::get, commitments).status == 403);
  CHECK(served.call(served.ben, Method::get, commitments).status == 403);
  CHECK(served.call(served.counselor, Method::get, "/api/v1/clients/999/commitments").status == 404);
  CHECK(served.number("SELECT COUNT(*) FROM audit WHERE action = 'commitments.view'") == 1);
}

TEST_CASE("staff see which lists were imported") {
  ServedMeetings served;
  const auto lists = served.get(served.front_desk, "/api/v1/meeting-lists").at("items");
  REQUIRE(lists.as_array().size() == 1);
  CHECK(lists.at(0).at("format") == "bmlt");
  CHECK(lists.at(0).at("meetings") == 2);
  CHECK(served.call(served.ana, Method::get, "/api/v1/meeting-lists").status == 403);
}

TEST_CASE("a client says whether they went, staff verify it, and each stands for itself") {
  ServedMeetings served;
  served.call(served.ana, Method::post, "/api/v1/my/commitments", "{\"meeting\": " + served.id_of(1) + "}",
              request_key);
  const auto id = [&] {
    return std::to_string(
        served.get(served.ana, "/api/v1/my/occurrences").at("items").at(0).at("id").as_int64());
  }();
  const std::string went = "/api/v1/my/occurrences/" + id + "/went";
  CHECK(served.call(served.ana, Method::post, went, R"({"went":"yes"})").status == 409);
  served.clock.set(parse_instant("2026-03-15T15:00:00Z").value());
  CHECK(served.call(served.ana, Method::post, went, R"({"went":"maybe"})").status == 422);
  CHECK(served.call(served.ben, Method::post, went, R"({"went":"yes"})").status == 404);
  CHECK(served.call(served.counselor, Method::post, went, R"({"went":"yes"})").status == 403);
  CHECK(served.call(served.ana, Method::post, went, R"({"went":"yes"})").status == 200);

  const std::string theirs = "/api/v1/clients/" + std::to_string(served.ana.value) + "/occurrences";
  const std::string proof = theirs + "/" + id + "/verification";
  CHECK(served.call(served.other_counselor, Method::get, theirs).status == 404);
  CHECK(served.call(served.front_desk, Method::get, theirs).status == 403);
  CHECK(served.call(served.other_counselor, Method::put, proof, R"({"by":"slip"})").status == 404);
  CHECK(served.call(served.counselor, Method::put, proof, R"({"by":"told"})").status == 422);
  CHECK(served.call(served.counselor, Method::put, proof, R"({"by":"told","told_by":"Sam"})").status == 200);
  const auto seen = served.get(served.counselor, theirs).at("items").at(0);
  CHECK(seen.at("went") == "yes");
  CHECK(seen.at("verified_by") == "told");
  CHECK(seen.at("told_by") == "Sam");
  // The client sees that it is verified, and nobody's name.
  const std::string range = "/api/v1/my/occurrences?from=2026-03-15T00:00:00Z&until=2026-03-16T00:00:00Z";
  const auto own = served.get(served.ana, range).at("items").at(0);
  CHECK(own.at("went") == "yes");
  CHECK(own.at("verified_by") == "told");
  CHECK(boost::json::serialize(own).find("Sam") == std::string::npos);
  CHECK(served.call(served.counselor, Method::delete_, proof).status == 204);
  CHECK(served.call(served.counselor, Method::delete_, proof).status == 404);
  CHECK(served.get(served.ana, range).at("items").at(0).at("went") == "yes");
  CHECK(served.number("SELECT COUNT(*) FROM audit WHERE action = 'occurrences.view'") == 1);
}

TEST_CASE("a client says over the live connection whether they went") {
  ServedMeetings served;
  served.call(served.ana, Method::post, "/api/v1/my/commitments", "{\"meeting\": " + served.id_of(1) + "}",
              request_key);
  served.clock.set(parse_instant("2026-03-15T15:00:00Z").value());
  live::Commands commands;
  aftercare::commands(commands, served.context);
  const auto say = [&](PersonId who, const std::string& went) {
    return test::run((*commands.find("went"))(
        {"1", "r1", served.now()}, served.callers.at(who.value),
        boost::json::object{{"occurrence", served.number("SELECT MIN(id) FROM occurrence")},
                            {"went", went}}));
  };
  CHECK(say(served.ana, "no").value().at("went") == "no");
  CHECK(say(served.counselor, "yes").error().kind == ErrorKind::forbidden);
  CHECK(say(served.ana, "perhaps").error().kind == ErrorKind::invalid);
  CHECK(served.number("SELECT COUNT(*) FROM occurrence WHERE went = 'no'") == 1);
}

TEST_CASE("where somebody is stands in no address") {
  ServedMeetings served;
  const std::string near = "/api/v1/meetings/search";
  CHECK(served.call(served.ana, Method::get, "/api/v1/meetings?latitude=40&longitude=-74").status == 422);
  const auto found = served.call(served.ana, Method::post, near, R"({"latitude":40.7,"longitude":-74.0})");
  CHECK(found.status == 200);
  CHECK(boost::json::parse(found.body).at("items").as_array().empty());
  CHECK(served.call(served.ana, Method::post, near, R"({"latitude":91,"longitude":0})").status == 422);
  CHECK(served.call(served.ana, Method::post, near, R"({"latitude":40})").status == 422);
  const auto all = served.call(served.ana, Method::post, near, R"({"text":"sunday"})");
  CHECK(boost::json::parse(all.body).at("items").as_array().size() == 1);
}

TEST_CASE("staff type a meeting in, change it as they saw it, close it and open it again") {
  ServedMeetings served;
  const std::string body =
      R"({"name":"Alumni","rule":"FREQ=MONTHLY;BYDAY=1FR","starts_on":"2026-03-01","time":"19:00",)"
      R"("duration_minutes":60,"place":"Room 2","in_person":true})";
  CHECK(served.call(served.front_desk, Method::post, "/api/v1/meetings", body, request_key).status == 403);
  CHECK(served.call(served.ana, Method::post, "/api/v1/meetings", body, request_key).status == 403);
  const auto made = served.call(served.counselor, Method::post, "/api/v1/meetings", body, request_key);
  REQUIRE(made.status == 201);
  const std::string one =
      "/api/v1/meetings/" + std::to_string(boost::json::parse(made.body).at("id").as_int64());
  CHECK(served.call(served.counselor, Method::put, one, body).status == 428);
  CHECK(served.call(served.counselor, Method::post, one + "/close").status == 200);
  CHECK(served.get(served.ana, one).at("closed") == true);
  CHECK(served.get(served.ana, "/api/v1/meetings?text=alumni").at("items").as_array().empty());
  CHECK(served.call(served.ana, Method::post, one + "/reopen").status == 403);
  CHECK(served.call(served.counselor, Method::post, one + "/reopen").status == 200);
  CHECK(served.get(served.ana, "/api/v1/meetings?text=alumni").at("items").as_array().size() == 1);
}

TEST_CASE("supervisors have lists fetched, and see what came of it") {
  ServedMeetings served;
  const std::string feeds = "/api/v1/meeting-feeds";
  const std::string body = R"({"name":"Area","url":"https://lists.example/x","every_hours":6})";
  CHECK(served.call(served.counselor, Method::post, feeds, body, request_key).status == 403);
  CHECK(served.call(served.counselor, Method::get, feeds).status == 403);
  CHECK(
      served
          .call(served.admin, Method::post, feeds, R"({"name":"Area","url":"http://x.example"})", request_key)
          .status == 422);
  CHECK(served.call(served.admin, Method::post, feeds, body, request_key).status == 201);
  const auto listed = served.get(served.admin, feeds).at("items").at(0);
  CHECK(listed.at("every_hours") == 6);
  const std::string one = feeds + "/" + std::to_string(listed.at("id").as_int64());
  CHECK(served.call(served.admin, Method::post, one + "/fetch", "{}").status == 200);
  CHECK(served.get(served.admin, one + "/runs").at("items").as_array().empty());
  CHECK(served.call(served.admin, Method::delete_, one).status == 204);
  CHECK(served.call(served.admin, Method::get, one + "/runs").status == 404);
}
