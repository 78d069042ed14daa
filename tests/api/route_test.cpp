#include "api/route.hpp"

#include <doctest/doctest.h>

#include "support/run.hpp"

using namespace circled;
using namespace circled::api;
using circled::test::run;

namespace {

struct Thing {
  Text<1, 20> name;
  std::optional<Number<0, 10>> seats;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (name, seats))

struct Filter {
  std::optional<Number<1, 200>> limit;
  std::optional<std::string> after;
  std::optional<std::string> q;
};
BOOST_DESCRIBE_STRUCT(Filter, (), (limit, after, q))

// A table with a row of every shape; the authenticator knows tokens by the name of their role.
struct World {
  Table table;
  int calls = 0;

  World() {
    table.clock_by([] { return from_millis(1'700'000'000'000); });
    table.authenticate_by([](const Request& request) -> Task<Result<std::optional<Identity>>> {
      const std::string_view token = request.header("authorization");
      if (token.empty()) co_return std::optional<Identity>{};
      if (token == "Bearer other-origin") co_return forbidden("This cookie came from another origin.");
      const auto role = json::parse_enum<Role>(token.substr(7));
      if (!role) co_return Error{ErrorKind::unauthenticated, "token_expired", "Sign in again.", {}, {}, 0};
      Identity identity;
      identity.account = AccountId(1);
      identity.person = PersonId(7);
      identity.role = *role;
      co_return identity;
    });
    table.room("things");
    table.get("/", "The door", options::none, [](const Call&, const Anyone&) -> Task<Result<Reply<Raw>>> {
      co_return Raw{"text/plain", "hello"};
    });
    table.get("/things", "Lists things", options::none,
              [](const Call&, const Anyone&, const Query<Filter>& q) -> Task<Result<Reply<Page<Thing>>>> {
                Page<Thing> page;
                if (q->limit) page.next = "c=7/8";
                co_return page;
              });
    table.post("/things", "Makes a thing", options::once,
               [this](const Call& call, const Counselor&, const Body<Thing>& body,
                      const Query<Filter>&) -> Task<Result<Reply<Thing>>> {
                 ++calls;
                 if (call.idempotency_key() == "seen") {
                   Reply<Thing> again;
                   again.status = 201;
                   again.stored = R"({"name":"first"})";
                   again.replayed = true;
                   co_return again;
                 }
                 Reply<Thing> made(*body);
                 made.location = "/things/9";
                 co_return made;
               });
    table.get("/things/{id}", "Shows a thing", options::none,
              [](const Call& call, const SignedIn&) -> Task<Result<Reply<Thing>>> {
                Reply<Thing> reply;
                reply.body.name = "n" + std::to_string(call.id<SessionId>("id").value);
                reply.etag = "v3";
                co_return reply;
              });
    table.put("/things/{id}", "Edits a thing", options::edit,
              [](const Call& call, const Admin&, const Body<Thing>&) -> Task<Result<Reply<Thing>>> {
                Reply<Thing> reply;
                reply.body.name = call.if_match().value_or("none");
                co_return reply;
              });
    table.del("/things/{id}", "Drops a thing", options::none,
              [](const Call&, const StaffMember&) -> Task<Result<Reply<>>> { co_return Reply<>{}; });
    table.get("/things/newest", "A literal beside a parameter", options::none,
              [](const Call&, const Anyone&) -> Task<Result<Reply<Thing>>> {
                co_return Thing{"newest", {}};
              });
    table.get("/things/{thing}/parts/{part}", "Two parameters", options::none,
              [](const Call& call, const Anyone&) -> Task<Result<Reply<Thing>>> {
                co_return Thing{std::to_string(call.id<SessionId>("thing").value) + "+" +
                                    std::to_string(call.id<SessionId>("part").value),
                                {}};
              });
    table.get("/feeds/{token:text}", "A text parameter", options::secret,
              [](const Call& call, const Anyone&) -> Task<Result<Reply<Thing>>> {
                Reply<Thing> reply;
                reply.body.name = call.text("token");
                reply.etag = "e";
                co_return reply;
              });
    table.get("/broken", "Throws", options::none,
              [](const Call& call, const Anyone&) -> Task<Result<Reply<Thing>>> {
                if (!call.request.query().empty()) co_return Reply<Thing>{};
                throw std::runtime_error("Jane Doe was here");
              });
    table.get("/oops", "Asks for a parameter that is not there", options::none,
              [](const Call& call, const Anyone&) -> Task<Result<Reply<Thing>>> {
                co_return Thing{std::string(call.text("id")), {}};
              });
    table.post("/busy", "Refuses", options::none, [](const Call&, const Anyone&) -> Task<Result<Reply<>>> {
      Error error{ErrorKind::unavailable, "queue_full", "Try again.", {}, {{"waiting", 3}}, 2};
      co_return error;
    });
  }

  Response ask(Method method, std::string target, Headers headers = {}, std::string body = {}) {
    Request request;
    request.method = method;
    request.target = std::move(target);
    request.headers = std::move(headers);
    request.body = std::move(body);
    request.id = "r-1";
    return run(table.answer(request));
  }
};

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, text] : response.headers)
    if (key == name) return text;
  return {};
}

json::object body(const Response& response) { return boost::json::parse(response.body).as_object(); }
std::string code(const Response& response) {
  const std::string type(body(response).at("type").as_string());
  REQUIRE(type.starts_with("urn:circled:problem:"));
  return type.substr(20);
}
std::vector<std::string> wrong(const Response& response) {
  std::vector<std::string> all;
  const auto members = body(response);
  for (const auto& each : members.at("errors").as_array())
    all.push_back(std::string(each.at("pointer").as_string()) + " " +
                  std::string(each.at("code").as_string()));
  return all;
}

const Headers counselor{
    {"Authorization", "Bearer counselor"}, {"Content-Type", "application/json"}, {"Idempotency-Key", "k1"}};
const Headers admin{{"Authorization", "Bearer admin"},
                    {"Content-Type", "application/json; charset=utf-8"},
                    {"If-Match", "\"v3\""}};

}  // namespace

TEST_CASE("a path finds its row") {
  World world;
  CHECK(world.ask(Method::get, "/").body == "hello");
  CHECK(world.ask(Method::get, "/").content_type == "text/plain");
  CHECK(world.ask(Method::get, "/things").route == "GET /things");
  CHECK(body(world.ask(Method::get, "/things/newest"))["name"] == "newest");
  CHECK(body(world.ask(Method::get, "/things/12/parts/34"))["name"] == "12+34");
  CHECK(body(world.ask(Method::get, "/feeds/aZ-9_.~"))["name"] == "aZ-9_.~");
  CHECK(body(world.ask(Method::get, "http://example.org/things/newest"))["name"] == "newest");
}

TEST_CASE("an unknown path is 404") {
  World world;
  for (std::string target :
       {"/thing", "/things/", "//things", "/things/newest/x", "/things/12/parts", "/Things", "*", "",
        "things", "/feeds/a%2Fb", "/feeds/", "/feeds/..", "/things/12/"}) {
    CAPTURE(target);
    const auto response = world.ask(Method::get, target);
    CHECK(response.status == 404);
    CHECK(response.content_type == "application/problem+json");
    CHECK(response.route.empty());
  }
}

TEST_CASE("a number in a path is a positive 64-bit number without leading zeros") {
  World world;
  CHECK(world.ask(Method::get, "/things/9223372036854775807", {{"Authorization", "Bearer client"}}).status ==
        200);
  for (std::string target : {"/things/0", "/things/-1", "/things/+1", "/things/007", "/things/1.0",
                             "/things/9223372036854775808", "/things/1e3", "/things/%31", "/things/abc"}) {
    CAPTURE(target);
    CHECK(world.ask(Method::get, target, {{"Authorization", "Bearer client"}}).status == 404);
  }
}

TEST_CASE("a wrong method is 405 with Allow") {
  World world;
  const auto response = world.ask(Method::post, "/things/5");
  CHECK(response.status == 405);
  CHECK(header(response, "Allow") == "GET, HEAD, PUT, DELETE, OPTIONS");
  CHECK(code(response) == "method_not_allowed");
  CHECK(header(world.ask(Method::get, "/busy"), "Allow") == "POST, OPTIONS");
  CHECK(world.ask(Method::other, "/things").status == 405);
}

TEST_CASE("OPTIONS tells the methods, HEAD is served by GET") {
  World world;
  const auto allowed = world.ask(Method::options, "/things");
  CHECK(allowed.status == 204);
  CHECK(header(allowed, "Allow") == "GET, HEAD, POST, OPTIONS");
  CHECK(allowed.body.empty());
  CHECK(world.ask(Method::options, "/nowhere").status == 404);
  const auto head = world.ask(Method::head, "/things/newest");
  CHECK(head.status == 200);
  CHECK(head.route == "GET /things/newest");
}

TEST_CASE("callers whom a row does not want") {
  World world;
  SUBCASE("nobody is 401 and told how") {
    const auto response = world.ask(Method::get, "/things/5");
    CHECK(response.status == 401);
    CHECK(header(response, "WWW-Authenticate") == "Bearer");
    CHECK(header(response, "Cache-Control") == "no-store");
    CHECK(code(response) == "unauthenticated");
  }
  SUBCASE("a token that is no longer good is 401") {
    CHECK(code(world.ask(Method::get, "/things/5", {{"Authorization", "Bearer stale"}})) == "token_expired");
  }
  SUBCASE("a row for anyone takes the holder of a stale token for nobody") {
    CHECK(world.ask(Method::get, "/things", {{"Authorization", "Bearer stale"}}).status == 200);
  }
  SUBCASE("what the authenticator forbids stays forbidden everywhere") {
    CHECK(world.ask(Method::get, "/things", {{"Authorization", "Bearer other-origin"}}).status == 403);
  }
  SUBCASE("the wrong role is 403, before anything else is looked at") {
    const auto response =
        world.ask(Method::post, "/things", {{"Authorization", "Bearer client"}}, "not json");
    CHECK(response.status == 403);
    CHECK(body(response)["detail"] == "This is for a counselor only.");
  }
  SUBCASE("nobody is 401 before a missing key is 428") {
    CHECK(world.ask(Method::post, "/things").status == 401);
  }
  CHECK(world.calls == 0);
}

TEST_CASE("what is wrong in body and query comes back at once") {
  World world;
  const auto response =
      world.ask(Method::post, "/things?limit=0&colour=red", counselor, R"({"name":"","seats":11,"x":1})");
  CHECK(response.status == 422);
  CHECK(wrong(response) == std::vector<std::string>{"/name too_short", "/seats out_of_range",
                                                    "/x unknown_field", "?limit out_of_range",
                                                    "?colour unknown_field"});
  CHECK(body(response)["request_id"] == "r-1");
  CHECK(world.calls == 0);
}

TEST_CASE("what cannot be read is 400, alone") {
  World world;
  CHECK(code(world.ask(Method::post, "/things?limit=0", counselor, "{\"name\":")) == "malformed_json");
  CHECK(code(world.ask(Method::post, "/things?q=%zz", counselor, R"({"name":""})")) == "malformed_query");
  CHECK(code(world.ask(Method::get, "/things?q=%ff")) == "malformed_query");
  CHECK(world.ask(Method::post, "/things", counselor, "").status == 400);
}

TEST_CASE("a repeated or unknown parameter is refused") {
  World world;
  CHECK(wrong(world.ask(Method::get, "/things?limit=1&limit=2")) ==
        std::vector<std::string>{"?limit repeated"});
  CHECK(wrong(world.ask(Method::get, "/things/newest?a=1&b=")) ==
        std::vector<std::string>{"?a unknown_field", "?b unknown_field"});
}

TEST_CASE("a body must say that it is JSON") {
  World world;
  for (std::string type : {"text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"}) {
    CAPTURE(type);
    Headers headers{{"Authorization", "Bearer counselor"}, {"Idempotency-Key", "k"}, {"Content-Type", type}};
    CHECK(world.ask(Method::post, "/things", headers, R"({"name":"a"})").status == 415);
  }
  Headers loud{
      {"Authorization", "Bearer counselor"}, {"idempotency-key", "k"}, {"content-type", "Application/JSON"}};
  CHECK(world.ask(Method::post, "/things", loud, R"({"name":"a"})").status == 201);
}

TEST_CASE("what would create needs an Idempotency-Key") {
  World world;
  const auto with_key = [&](std::string key) {
    Headers headers{{"Authorization", "Bearer counselor"}, {"Content-Type", "application/json"}};
    if (key != "-") headers.emplace_back("Idempotency-Key", std::move(key));
    return world.ask(Method::post, "/things", headers, R"({"name":"a"})").status;
  };
  CHECK(with_key("-") == 428);
  CHECK(with_key("") == 428);
  CHECK(with_key(std::string(200, 'k')) == 201);
  CHECK(with_key(std::string(201, 'k')) == 422);
  CHECK(with_key("a\tb") == 422);
  CHECK(with_key("a\xc3\xa9") == 422);
}

TEST_CASE("an edit needs If-Match with one strong tag") {
  World world;
  const auto with_tag = [&](std::string tag) {
    Headers headers{{"Authorization", "Bearer admin"}, {"Content-Type", "application/json"}};
    if (tag != "-") headers.emplace_back("If-Match", std::move(tag));
    return world.ask(Method::put, "/things/5", headers, R"({"name":"a"})").status;
  };
  CHECK(with_tag("-") == 428);
  CHECK(with_tag("*") == 428);
  CHECK(with_tag("v3") == 400);
  CHECK(with_tag("W/\"v3\"") == 400);
  CHECK(with_tag("\"v3\", \"v4\"") == 400);
  CHECK(with_tag("\"v3\"") == 200);
  CHECK(body(world.ask(Method::put, "/things/5", admin, R"({"name":"a"})"))["name"] == "v3");
}

TEST_CASE("a creation answers 201 and its place; a replay says that it is one") {
  World world;
  const auto made = world.ask(Method::post, "/things", counselor, R"({"name":"a","seats":4})");
  CHECK(made.status == 201);
  CHECK(header(made, "Location") == "/things/9");
  CHECK(header(made, "Cache-Control") == "no-store");
  CHECK(header(made, "Idempotent-Replay").empty());
  CHECK(made.body == R"({"name":"a","seats":4})");

  Headers seen = counselor;
  seen.back().second = "seen";
  const auto again = world.ask(Method::post, "/things", seen, R"({"name":"a"})");
  CHECK(again.status == 201);
  CHECK(again.body == R"({"name":"first"})");
  CHECK(header(again, "Idempotent-Replay") == "true");
}

TEST_CASE("an ETag lets the reader keep and ask again") {
  World world;
  const auto get = [&](std::string tag) {
    return world.ask(Method::get, "/things/5",
                     {{"Authorization", "Bearer client"}, {"If-None-Match", std::move(tag)}});
  };
  const auto fresh = get("");
  CHECK(header(fresh, "ETag") == "\"v3\"");
  CHECK(header(fresh, "Cache-Control") == "private, no-cache");
  for (std::string tag : {"\"v3\"", "W/\"v3\"", "\"v1\", \"v3\"", "*"}) {
    CAPTURE(tag);
    const auto same = get(tag);
    CHECK(same.status == 304);
    CHECK(same.body.empty());
    CHECK(header(same, "ETag") == "\"v3\"");
  }
  for (std::string tag : {"\"v\"", "v3", "\"v33\""}) CHECK(get(tag).status == 200);
}

TEST_CASE("a secret is never stored, ETag or not") {
  World world;
  CHECK(header(world.ask(Method::get, "/feeds/abc"), "Cache-Control") == "no-store");
}

TEST_CASE("nothing to say is 204 without a body") {
  World world;
  const auto response = world.ask(Method::delete_, "/things/5", {{"Authorization", "Bearer front_desk"}});
  CHECK(response.status == 204);
  CHECK(response.body.empty());
  CHECK(response.content_type.empty());
}

TEST_CASE("the next page keeps the filter and replaces the cursor") {
  World world;
  const auto response = world.ask(Method::get, "/things?q=a+b%26%3E&after=old&limit=5");
  CHECK(header(response, "Link") == "</things?q=a%20b%26%3E&limit=5&after=c%3D7%2F8>; rel=\"next\"");
  CHECK(header(world.ask(Method::get, "/things"), "Link").empty());
}

TEST_CASE("an exception is a plain 500 that leaks nothing") {
  World world;
  for (std::string target : {"/broken", "/oops"}) {
    const auto response = world.ask(Method::get, target);
    CHECK(response.status == 500);
    CHECK(code(response) == "internal");
    CHECK(response.body.find("Jane") == std::string::npos);
    CHECK(response.body.find("parameter") == std::string::npos);
    CHECK(body(response)["request_id"] == "r-1");
    CHECK(response.route.substr(4) == target);
  }
}

TEST_CASE("an error's delay and further members reach the caller") {
  World world;
  const auto response = world.ask(Method::post, "/busy");
  CHECK(response.status == 503);
  CHECK(header(response, "Retry-After") == "2");
  CHECK(body(response)["waiting"] == 3);
  CHECK(body(response)["title"] == "Queue full");
}

TEST_CASE("patterns that cannot be told apart are refused when the table is built") {
  Table table;
  const auto add = [&](std::string path) {
    table.get(std::move(path), "", options::none,
              [](const Call&, const Anyone&) -> Task<Result<Reply<>>> { co_return Reply<>{}; });
  };
  add("/a/{id}");
  add("/b/{key:text}");
  for (std::string path : {"/a/{other}", "/a/{key:text}", "/b/{id}", "no-slash", "/c//d", "/c/{id", "/c/{}",
                           "/c/{x:uuid}", "/c/{x}/{x}", "/c/{a}/{b}/{c}/{d}/{e}", "/c/"}) {
    CAPTURE(path);
    CHECK_THROWS_AS(add(path), std::logic_error);
  }
  CHECK_NOTHROW(add("/a/{other}/more"));
}
