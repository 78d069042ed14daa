#include "aftercare/routes.hpp"

#include <doctest/doctest.h>

#include <map>

#include "aftercare/lists.hpp"
#include "support/run.hpp"

using namespace circled;
using namespace circled::api;
using test::item;

namespace {

// The routes with callers known by the number of their person.
struct Served : test::Programme {
  access::Context context{store, clock};
  Table table;
  std::map<std::int64_t, Identity> callers;

  Served() {
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

const std::string key = "5f0c4f0e-7c3d-4f6e-9a51-2f8d3f1b7a10";

}  // namespace

TEST_CASE("everybody signed in finds meetings") {
  Served served;
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
  Served served;
  const std::string body = "{\"meeting\": " + served.id_of(1) + "}";
  CHECK(served.call(served.ana, Method::post, "/api/v1/my/commitments", body).status == 428);
  const auto made = served.call(served.ana, Method::post, "/api/v1/my/commitments", body, key);
  CHECK(made.status == 201);
  CHECK(boost::json::parse(made.body).at("next") == "2026-03-15T14:00:00Z");
  const auto replayed = served.call(served.ana, Method::post, "/api/v1/my/commitments", body, key);
  CHECK(replayed.status == 201);
  CHECK(replayed.body == made.body);
  CHECK(served.call(served.ben, Method::post, "/api/v1/my/commitments", body, key).status == 409);
  CHECK(served.call(served.counselor, Method::post, "/api/v1/my/commitments", body, key).status == 403);

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
  Served served;
  CHECK(served.get(served.ana, "/api/v1/my/goal").at("meetings_per_week") == 0);
  CHECK(served.call(served.ana, Method::put, "/api/v1/my/goal", "{\"meetings_per_week\": 3}").status == 200);
  CHECK(served.get(served.ana, "/api/v1/my/goal").at("meetings_per_week") == 3);
  CHECK(served.call(served.ana, Method::put, "/api/v1/my/goal", "{\"meetings_per_week\": 22}").status == 422);
  CHECK(served.call(served.counselor, Method::put, "/api/v1/my/goal", "{\"meetings_per_week\": 1}").status ==
        403);
}

TEST_CASE("what a client chose is seen by who reaches the client, and the view is recorded") {
  Served served;
  served.call(served.ana, Method::post, "/api/v1/my/commitments", "{\"meeting\": " + served.id_of(1) + "}",
              key);
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
  Served served;
  const auto lists = served.get(served.front_desk, "/api/v1/meeting-lists").at("items");
  REQUIRE(lists.as_array().size() == 1);
  CHECK(lists.at(0).at("format") == "bmlt");
  CHECK(lists.at(0).at("meetings") == 2);
  CHECK(served.call(served.ana, Method::get, "/api/v1/meeting-lists").status == 403);
}
