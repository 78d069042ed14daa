#include "access/routes.hpp"

#include <doctest/doctest.h>

#include "access/fixture.hpp"
#include "access/identify.hpp"

using namespace circled;
using namespace circled::access;

namespace {

using api::Headers;
using api::Method;
using api::Response;

struct Api : test::AccessProgramme {
  api::Table table;

  Api() {
    table.authenticate_by(make_authenticator(context));
    table.clock_by([this] { return now(); });
    routes(table, context);
  }

  Response ask(Method method, std::string target, std::string body = "", Headers headers = {}) {
    api::Request request;
    request.method = method;
    request.target = std::move(target);
    request.body = std::move(body);
    request.headers = std::move(headers);
    request.headers.emplace_back("Host", "127.0.0.1:8080");
    if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    request.remote = "192.0.2.7";
    request.id = "r1";
    return test::run(table.answer(request));
  }
  Headers bearer(const Granted& granted) { return {{"Authorization", "Bearer " + granted.token}}; }
  Granted as(StaffId staff) {
    return granted(write([&](Transaction& tx) { return test::add_account(tx, staff); }));
  }
};

const std::pair<std::string, std::string> own_origin{"Origin", "http://127.0.0.1:8080"};
const std::string right = R"({"login":"cora","password":"correct horse battery"})";

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, text] : response.headers)
    if (key == name) return text;
  return "";
}

json::object body(const Response& response) { return json::parse(response.body).value().as_object(); }

}  // namespace

TEST_CASE("a browser signs in, is known by its cookie, and signs out") {
  Api api;
  const auto in =
      api.ask(Method::post, "/api/v1/sign-in", right, {own_origin, {"User-Agent", "Firefox\x01 on Linux"}});
  REQUIRE(in.status == 200);
  const auto me = body(in);
  CHECK(me.at("account").as_int64() == api.cora.value);
  CHECK(me.at("person").as_int64() == api.counselor.value);
  CHECK(me.at("role").as_string() == "counselor");
  CHECK(me.at("name").as_string() == "Cora Counselor");
  CHECK(me.at("site").as_int64() == api.site.value);
  CHECK(me.at("site_name").as_string() == "Riverside");
  CHECK(me.at("zone").as_string() == "America/New_York");
  CHECK(header(in, "Cache-Control") == "no-store");

  const std::string set = header(in, "Set-Cookie");
  CHECK(set.starts_with("__Host-circled="));
  CHECK(set.ends_with("; Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict"));
  const std::pair<std::string, std::string> cookie{"Cookie", set.substr(0, set.find(';'))};

  CHECK(body(api.ask(Method::get, "/api/v1/me", "", {cookie})) == me);
  const auto list = body(api.ask(Method::get, "/api/v1/sign-ins", "", {cookie})).at("items").as_array();
  REQUIRE(list.size() == 1);
  CHECK(list[0].at("device").as_string() == "Firefox on Linux");
  CHECK(list[0].at("by").as_string() == "cookie");
  CHECK(list[0].at("current").as_bool());
  CHECK(list[0].at("expires_at").as_string() == "2026-03-11T00:00:00Z");  // noon and twelve hours

  CHECK(api.ask(Method::post, "/api/v1/sign-out", "", {cookie}).status == 403);  // without an Origin
  const auto out = api.ask(Method::post, "/api/v1/sign-out", "", {cookie, own_origin});
  CHECK(out.status == 204);
  CHECK(header(out, "Set-Cookie").starts_with("__Host-circled=; Path=/; Max-Age=0"));
  CHECK(api.ask(Method::get, "/api/v1/me", "", {cookie}).status == 401);
}

TEST_CASE("signing in by cookie is refused where it cannot hold or is not ours") {
  Api api;
  CHECK(api.ask(Method::post, "/api/v1/sign-in", right, {{"Origin", "https://evil.example"}}).status == 403);
  CHECK(api.ask(Method::post, "/api/v1/sign-in", right).status == 403);

  api.context.public_origin = "http://circled.example";
  const auto plain = api.ask(Method::post, "/api/v1/sign-in", right,
                             {{"Origin", "http://circled.example"}, {"Host", "circled.example"}});
  CHECK(plain.status == 403);
  CHECK(body(plain).at("type").as_string() == "urn:circled:problem:cookie_needs_https");
  CHECK(api.number("SELECT count(*) FROM sign_in") == 0);
}

TEST_CASE("wrong input is named, a wrong password is 401, too many are 429") {
  Api api;
  const auto sign_in = [&](std::string text) {
    return api.ask(Method::post, "/api/v1/sign-in", text, {own_origin});
  };
  CHECK(sign_in(R"({"login":"cora"})").status == 422);
  CHECK(sign_in(R"({"login":"cora","password":"x","admin":true})").status == 422);
  for (int i = 0; i < 5; ++i) CHECK(sign_in(R"({"login":"cora","password":"wrong"})").status == 401);
  const auto waits = sign_in(right);
  CHECK(waits.status == 429);
  CHECK(header(waits, "Retry-After") == "1");
}

TEST_CASE("a program gets a token, sees it listed and ends it") {
  Api api;
  const auto made = api.ask(Method::post, "/api/v1/tokens",
                            R"({"login":"cora","password":"correct horse battery","device":"export job"})");
  REQUIRE(made.status == 201);
  CHECK(header(made, "Cache-Control") == "no-store");
  CHECK(header(made, "Set-Cookie") == "");
  const auto answer = body(made);
  CHECK(answer.at("expires_at").as_string() == "2026-09-06T12:00:00Z");  // 180 days after 10 March
  CHECK(answer.at("me").at("name").as_string() == "Cora Counselor");
  const Headers with{{"Authorization", "Bearer " + std::string(answer.at("token").as_string())}};

  const auto list = body(api.ask(Method::get, "/api/v1/sign-ins?limit=10", "", with)).at("items").as_array();
  REQUIRE(list.size() == 1);
  CHECK(list[0].at("device").as_string() == "export job");
  const std::string path = "/api/v1/sign-ins/" + std::to_string(list[0].at("id").as_int64());
  CHECK(api.ask(Method::delete_, path, "", api.bearer(api.as(api.other_counselor))).status == 404);
  CHECK(api.ask(Method::delete_, path, "", with).status == 204);
  CHECK(api.ask(Method::get, "/api/v1/me", "", with).status == 401);
}

TEST_CASE("the list of sign-ins comes in pages") {
  Api api;
  const auto first = api.granted(api.cora);
  api.granted(api.cora);
  api.granted(api.cora);
  const auto page = api.ask(Method::get, "/api/v1/sign-ins?limit=2", "", api.bearer(first));
  CHECK(body(page).at("items").as_array().size() == 2);
  const std::string next(body(page).at("next").as_string());
  const auto rest =
      body(api.ask(Method::get, "/api/v1/sign-ins?limit=2&after=" + next, "", api.bearer(first)));
  REQUIRE(rest.at("items").as_array().size() == 1);
  CHECK(rest.at("items").as_array()[0].at("id").as_int64() == first.identity.sign_in.value);
  CHECK_FALSE(rest.contains("next"));
}

TEST_CASE("a client's device is enrolled with a token or a cookie") {
  Api api;
  const auto staff = api.bearer(api.granted(api.cora));
  const std::string codes = "/api/v1/clients/" + std::to_string(api.ana.value) + "/enrolment-codes";
  const auto code = [&] {
    const auto made = api.ask(Method::post, codes, "", staff);
    REQUIRE(made.status == 201);
    CHECK(body(made).at("expires_at").as_string() == "2026-03-10T12:15:00Z");
    return std::string(body(made).at("code").as_string());
  };
  const auto by_token = api.ask(Method::post, "/api/v1/devices",
                                R"({"device":"phone","keep":"token","code":")" + code() + "\"}");
  REQUIRE(by_token.status == 201);
  const Headers phone{{"Authorization", "Bearer " + std::string(body(by_token).at("token").as_string())}};
  const auto me = body(api.ask(Method::get, "/api/v1/me", "", phone));
  CHECK(me.at("role").as_string() == "client");
  CHECK(me.at("name").as_string() == "Ana");
  CHECK_FALSE(me.contains("site_name"));
  CHECK(api.ask(Method::post, codes, "", phone).status == 403);  // a client makes none

  const std::string wish = R"({"device":"laptop","keep":"cookie","code":")" + code() + "\"}";
  CHECK(api.ask(Method::post, "/api/v1/devices", wish).status == 403);  // the code is not used up by this
  const auto by_cookie = api.ask(Method::post, "/api/v1/devices", wish, {own_origin});
  REQUIRE(by_cookie.status == 201);
  CHECK_FALSE(body(by_cookie).contains("token"));
  CHECK(header(by_cookie, "Set-Cookie").find("; Max-Age=15552000;") !=
        std::string::npos);  // 180 days in seconds
  CHECK(api.ask(Method::post, "/api/v1/devices", wish, {own_origin}).status == 401);

  const std::string devices = "/api/v1/clients/" + std::to_string(api.ana.value) + "/sign-ins";
  CHECK(api.ask(Method::delete_, devices, "", api.bearer(api.as(api.other_counselor))).status == 404);
  CHECK(api.ask(Method::delete_, devices, "", staff).status == 204);
  CHECK(api.ask(Method::get, "/api/v1/me", "", phone).status == 401);
}

TEST_CASE("supervisors read the trail, and reading it is in it") {
  Api api;
  const auto counselor = api.bearer(api.granted(api.cora));
  const auto admin = api.bearer(api.as(api.admin));
  api.ask(Method::post, "/api/v1/clients/" + std::to_string(api.ana.value) + "/enrolment-codes", "",
          counselor);
  CHECK(api.ask(Method::get, "/api/v1/audit", "", counselor).status == 403);
  CHECK(api.ask(Method::get, "/api/v1/audit").status == 401);
  CHECK(api.ask(Method::get, "/api/v1/audit?subject_kind=client", "", admin).status == 422);

  const std::string of_ana = "/api/v1/audit?subject_kind=client&subject_id=" + std::to_string(api.ana.value);
  auto items = body(api.ask(Method::get, of_ana, "", admin)).at("items").as_array();
  REQUIRE(items.size() == 2);
  CHECK(items[0].at("action").as_string() == "audit.view");
  CHECK(items[0].at("account_name").as_string() == "Ada Admin");
  CHECK(items[1].at("action").as_string() == "enrolment_code.make");
  CHECK(items[1].at("account").as_int64() == api.cora.value);
  CHECK(items[1].at("account_name").as_string() == "Cora Counselor");
  CHECK(items[1].at("at").as_string() == "2026-03-10T12:00:00Z");
  CHECK(items[1].at("request_id").as_string() == "r1");

  const auto page = body(api.ask(Method::get, "/api/v1/audit?limit=2", "", admin));
  CHECK(page.at("items").as_array().size() == 2);
  const std::string next(page.at("next").as_string());
  items =
      body(api.ask(Method::get, "/api/v1/audit?limit=200&after=" + next, "", admin)).at("items").as_array();
  REQUIRE_FALSE(items.empty());
  CHECK(items[0].at("id").as_int64() == std::stoll(next) - 1);
  CHECK_FALSE(items.back().as_object().contains("account"));  // the server itself made Cora's account
}
