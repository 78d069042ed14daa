// The course of care as it is asked for over HTTP: who is let in, and what a preview's ETag is good for.
#include <doctest/doctest.h>

#include <map>

#include "calendar/course_support.hpp"
#include "people/routes.hpp"
#include "support/run.hpp"

using namespace circled;
using namespace circled::api;

namespace {

struct Served : test::CourseFixture {
  access::Context context{store, clock};
  Table table;
  std::map<std::int64_t, Identity> callers;

  Served() {
    people::routes(table, context);
    calendar::routes(table, context);
    table.clock_by([this] { return clock.now(); });
    table.authenticate_by([this](const Request& request) -> Task<Result<std::optional<Identity>>> {
      const auto found = callers.find(std::atoll(std::string(request.header("authorization")).c_str()));
      co_return found == callers.end() ? std::optional<Identity>() : std::optional(found->second);
    });
    for (const auto& who : {cora, otto, ada, fred, cleo, sue, ana_user}) callers[who.person.value] = who;
  }

  Response call(const Identity& who, Method method, const std::string& target, std::string body = {},
                const std::string& tag = {}) {
    Request request;
    request.method = method;
    request.target = target;
    request.body = std::move(body);
    request.id = "r1";
    request.headers.emplace_back("Authorization", std::to_string(who.person.value));
    request.headers.emplace_back("Idempotency-Key", "key-" + std::to_string(++asked_));
    if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    if (!tag.empty()) request.headers.emplace_back("If-Match", tag);
    return test::run(table.answer(request));
  }
  static std::string etag(const Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "ETag") return value;
    return {};
  }
  std::string of(ClientId client, const std::string& what) const {
    return "/api/v1/clients/" + std::to_string(client.value) + "/" + what;
  }

 private:
  int asked_ = 0;
};

}  // namespace

TEST_CASE("what is applied under a preview's ETag is what was shown, or is refused") {
  Served f;
  const auto session = f.group_session(f.group, std::chrono::hours(30), {f.ben});
  const std::string type = R"({"type":"completed"})";
  const auto preview = f.call(f.cora, Method::post, f.of(f.ben, "discharge?preview=true"), type);
  REQUIRE(preview.status == 200);
  CHECK(f.verdict(session, f.ben) == "expected");
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'client.view_course' AND subject_id = $1",
                 f.ben) == 1);

  for (const char* tag : {"\"another\"", "W/\"weak\"", "*"}) {
    CAPTURE(tag);
    CHECK(f.call(f.cora, Method::post, f.of(f.ben, "discharge"), type, tag).status >= 400);
    CHECK(f.verdict(session, f.ben) == "expected");
  }
  CHECK(f.call(f.cora, Method::post, f.of(f.ben, "discharge"), type, "\"another\"").status == 412);
  const auto applied = f.call(f.cora, Method::post, f.of(f.ben, "discharge"), type, Served::etag(preview));
  CHECK(applied.status == 200);
  CHECK(applied.body == preview.body);
  CHECK(f.verdict(session, f.ben) == "gone");
}

TEST_CASE("who is let in to which route of the course") {
  Served f;
  const auto status = [&](const Identity& who, Method method, const std::string& target,
                          const std::string& body) { return f.call(who, method, target, body).status; };
  const std::string pair = R"({"reason":"a threat","other":)" + std::to_string(f.carl.value) + "}";
  for (const auto& who : {f.fred, f.ana_user}) {
    CHECK(status(who, Method::post, f.of(f.ben, "move"), R"({"phase":"detox"})") == 403);
    CHECK(status(who, Method::post, f.of(f.ben, "discharge"), R"({"type":"died"})") == 403);
    CHECK(status(who, Method::post, f.of(f.ben, "readmission"), R"({"phase":"detox"})") == 403);
    CHECK(status(who, Method::post, f.of(f.ben, "hold"), R"({"kind":"pass","keep_seats":true})") == 403);
    CHECK(status(who, Method::delete_, f.of(f.ben, "hold"), "") == 403);
    CHECK(status(who, Method::get, f.of(f.ben, "care"), "") == 403);
    CHECK(status(who, Method::get, f.of(f.ben, "keep-apart"), "") == 403);
  }
  for (const auto& who : {f.fred, f.cora, f.cleo}) {
    CHECK(status(who, Method::post, f.of(f.ben, "keep-apart"), pair) == 403);
    CHECK(status(who, Method::post, "/api/v1/staff/" + std::to_string(f.counselor.value) + "/hand-over",
                 R"({"to":)" + std::to_string(f.other_counselor.value) + "}") == 403);
  }
  CHECK(status(f.cora, Method::post, f.of(f.ana, "clearance"), "{}") == 403);
  CHECK(status(f.cleo, Method::post, f.of(f.ana, "clearance"), "{}") == 200);
  CHECK(status(f.sue, Method::post, f.of(f.ana, "clearance/withdraw"), "") == 200);
  CHECK(status(f.otto, Method::post, f.of(f.ben, "discharge"), R"({"type":"died"})") == 404);
  CHECK(status(f.otto, Method::get, f.of(f.ben, "care"), "") == 404);
  CHECK(status(f.sue, Method::post, f.of(f.ben, "keep-apart"), pair) == 201);
  CHECK(status(f.cora, Method::get, f.of(f.ben, "keep-apart"), "") == 200);
  CHECK(status(f.otto, Method::get, f.of(f.ben, "keep-apart"), "") == 404);
}

TEST_CASE("the old route of a phase moves the calendar along") {
  Served f;
  const auto session = f.group_session(f.group, std::chrono::hours(30), {f.ben});
  const auto moved = f.call(f.cora, Method::post, f.of(f.ben, "phase"), R"({"phase":"detox"})");
  REQUIRE(moved.status < 300);
  CHECK(boost::json::parse(moved.body).at("phase") == "detox");
  CHECK(f.verdict(session, f.ben) == "gone");
}
