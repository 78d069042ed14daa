#include <doctest/doctest.h>

#include <map>

#include "aftercare/planned.hpp"
#include "live/commands.hpp"
#include "support/run.hpp"

using namespace circled;
using namespace circled::api;

namespace {

// The routes with callers known by the number of their person.
struct ServedPlans : test::PlannedFixture {
  access::Context context{store, clock};
  Table table;
  live::Commands commands;
  std::map<std::int64_t, Identity> callers;
  std::string client = "/api/v1/clients/" + std::to_string(ana.value);

  ServedPlans() {
    write([](Transaction& tx) { aftercare::add_first_template(tx); });
    aftercare::routes(table, context);
    aftercare::commands(commands, context);
    table.clock_by([this] { return clock.now(); });
    table.authenticate_by([this](const Request& request) -> Task<Result<std::optional<Identity>>> {
      const auto found = callers.find(std::atoll(std::string(request.header("authorization")).c_str()));
      co_return found == callers.end() ? std::optional<Identity>() : std::optional(found->second);
    });
    for (const auto& who : {cora, otto, fred, sue, ana_user}) callers[who.person.value] = who;
  }

  Response call(const Identity& who, Method method, std::string target, std::string body = {},
                std::string match = {}) {
    Request request;
    request.method = method;
    request.target = std::move(target);
    request.body = std::move(body);
    request.id = "r1";
    request.headers.emplace_back("Authorization", std::to_string(who.person.value));
    if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    if (!match.empty()) request.headers.emplace_back("If-Match", '"' + match + '"');
    if (method == Method::post)
      request.headers.emplace_back("Idempotency-Key",
                                   "5f0c4f0e-7c3d-4f6e-9a51-2f8d3f1b7a" + std::to_string(10 + keys++ % 90));
    return test::run(table.answer(request));
  }
  boost::json::value good(const Response& response) {
    INFO(response.route << " " << response.body);
    REQUIRE(response.status < 300);
    return response.body.empty() ? boost::json::value() : boost::json::parse(response.body);
  }
  std::string body() const {
    return R"({"counselor":)" + std::to_string(counselor.value) +
           R"(,"safe_contact":"Her sister","goals":[{"kind":"visits","every_days":14},)"
           R"({"kind":"meetings","per_week":3}],"self_checks":{"limit":7,"rise":3,"days":[1,3],"at":"18:00"}})";
  }
  int keys = 0;
};

}  // namespace

TEST_CASE_FIXTURE(ServedPlans, "a plan from draft to agreement, over its routes") {
  const auto templates = good(call(cora, Method::get, "/api/v1/plan-templates")).at("items");
  const auto id = std::to_string(templates.at(0).at("id").as_int64());
  const auto draft = good(call(cora, Method::get, client + "/plan/draft?from=" + id));
  CHECK(draft.at("goals").at(0).at("until") == "2026-09-10");

  CHECK(call(cora, Method::put, client + "/plan", body()).status == 428);
  const auto made = good(call(cora, Method::put, client + "/plan", body(), "0"));
  CHECK(made.at("version") == 1);
  CHECK(call(cora, Method::put, client + "/plan", body(), "0").status == 412);
  CHECK(call(cora, Method::put, client + "/plan", R"({"counselor":1})", "1").status == 422);

  const auto mine = call(ana_user, Method::get, "/api/v1/my/plan");
  CHECK(good(mine).at("proposed").at("goals").as_array().size() == 2);
  CHECK(mine.body.find("Her sister") == std::string::npos);
  CHECK(mine.body.find("counselor") == std::string::npos);
  CHECK(call(ana_user, Method::post, "/api/v1/my/plan/agree").status == 428);
  CHECK(call(ana_user, Method::post, "/api/v1/my/plan/agree", {}, "2").status == 412);
  CHECK(good(call(ana_user, Method::post, "/api/v1/my/plan/agree", {}, "1")).at("in_force").at("version") ==
        1);

  CHECK(good(call(ana_user, Method::get, "/api/v1/my/progress")).at("shows_progress") == false);
  good(call(ana_user, Method::put, "/api/v1/my/plan/shows-progress", R"({"shows_progress":true})"));
  CHECK(good(call(ana_user, Method::get, "/api/v1/my/progress")).at("goals").as_array().size() == 2);
  CHECK(good(call(ana_user, Method::get, "/api/v1/my/visit")).at("due_on") == "2026-03-24");
  CHECK(call(ana_user, Method::post, "/api/v1/my/visit", R"({"starts_at":"2026-03-17T13:00:00Z"})").status ==
        409);
  CHECK(good(call(cora, Method::get, client + "/plan/versions")).at("items").as_array().size() == 1);
  CHECK(good(call(cora, Method::get, client + "/plan/progress")).at("items").as_array().size() == 2);
}

TEST_CASE_FIXTURE(ServedPlans, "front desk sees none of it, and a view of it is recorded") {
  good(call(cora, Method::put, client + "/plan", body(), "0"));
  good(call(ana_user, Method::post, "/api/v1/my/self-checks", R"({"craving":3,"mood":4})"));
  for (const char* what :
       {"/plan", "/plan/versions", "/plan/progress", "/self-checks", "/plan/draft?from=1"}) {
    CAPTURE(what);
    CHECK(call(fred, Method::get, client + what).status == 403);
    CHECK(call(otto, Method::get, client + what).status == 404);
    CHECK(call(ana_user, Method::get, client + what).status == 403);
  }
  CHECK(call(fred, Method::put, client + "/plan", body(), "1").status == 403);
  CHECK(call(fred, Method::get, "/api/v1/plan-templates").status == 403);
  CHECK(number("SELECT COUNT(*) FROM audit WHERE action IN ('plan.view', 'self_checks.view')") == 0);
  good(call(cora, Method::get, client + "/plan"));
  good(call(cora, Method::get, client + "/self-checks"));
  CHECK(number("SELECT COUNT(*) FROM audit WHERE action IN ('plan.view', 'self_checks.view')") == 2);
}

TEST_CASE_FIXTURE(ServedPlans, "a craving of 11 is refused at its field, with every other that is wrong") {
  const auto wrong = call(ana_user, Method::post, "/api/v1/my/self-checks", R"({"craving":11,"mood":0})");
  CHECK(wrong.status == 422);
  const auto errors = boost::json::parse(wrong.body).at("errors").as_array();
  REQUIRE(errors.size() == 2);
  CHECK(errors[0].at("pointer") == "/craving");
  CHECK(errors[1].at("pointer") == "/mood");
  CHECK(number("SELECT COUNT(*) FROM self_check") == 0);
}

TEST_CASE_FIXTURE(ServedPlans, "a self-check by route and by command, once each however often it is sent") {
  const auto said = good(call(ana_user, Method::post, "/api/v1/my/self-checks",
                              R"({"craving":8,"mood":2,"triggers":["Payday"],"note":"x"})"));
  CHECK(said.at("help").at("emergency_number") == "911");
  CHECK(std::string(said.at("notice").as_string()).starts_with("Nobody reads this at once."));
  CHECK(call(cora, Method::post, "/api/v1/my/self-checks", R"({"craving":3,"mood":4})").status == 403);

  const auto* command = commands.find("self_check");
  REQUIRE(command);
  const live::CommandCall sent{"0d1f4f0e-7c3d-4f6e-9a51-2f8d3f1b7a10", "r2", clock.now()};
  const auto again = [&] {
    return test::run((*command)(sent, ana_user, boost::json::parse(R"({"craving":4,"mood":3})"))).value();
  };
  const auto first = again();
  CHECK(again() == first);
  CHECK(number("SELECT COUNT(*) FROM self_check") == 2);
  CHECK(test::run((*command)(sent, cora, boost::json::parse(R"({"craving":4,"mood":3})"))).has_error());

  CHECK(good(call(ana_user, Method::get, "/api/v1/my/self-checks?limit=1")).at("items").as_array().size() ==
        1);
  const auto list = good(call(ana_user, Method::get, "/api/v1/my/triggers")).at("items");
  const auto trigger = "/api/v1/my/triggers/" + std::to_string(list.at(0).at("id").as_int64());
  CHECK(call(ana_user, Method::delete_, trigger).status == 204);
  CHECK(call(ana_user, Method::delete_, trigger).status == 404);
}

TEST_CASE_FIXTURE(ServedPlans, "templates are the supervisors'") {
  const std::string made =
      R"({"name":"Short","goals":[{"kind":"group"}],"self_checks":{"limit":9,"days":[],"at":"09:00"}})";
  CHECK(call(cora, Method::post, "/api/v1/plan-templates", made).status == 403);
  const auto added = good(call(sue, Method::post, "/api/v1/plan-templates", made));
  const std::string one = "/api/v1/plan-templates/" + std::to_string(added.at("id").as_int64());
  CHECK(good(call(cora, Method::get, one)).at("name") == "Short");
  CHECK(call(cora, Method::put, one, made, "1").status == 403);
  CHECK(good(call(sue, Method::put, one, made, "1")).at("version") == 2);
  CHECK(call(sue, Method::delete_, one).status == 204);
  CHECK(call(cora, Method::get, one).status == 404);
}
