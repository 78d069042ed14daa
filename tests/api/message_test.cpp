#include "api/message.hpp"

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "api/query.hpp"
#include "support/result.hpp"

using namespace circled;
using namespace circled::api;

TEST_CASE("a target falls into path and query") {
  Request request;
  struct Row {
    std::string target, path, query;
  };
  for (const Row& row :
       {Row{"/a/b", "/a/b", ""}, Row{"/a?x=1&y", "/a", "x=1&y"}, Row{"/?", "/", ""},
        Row{"/a?b?c", "/a", "b?c"}, Row{"http://h:80/a?x", "/a", "x"}, Row{"http://h", "/", ""},
        Row{"https://h?x=1", "", "x=1"}, Row{"*", "*", ""}, Row{"", "", ""}}) {
    CAPTURE(row.target);
    request.target = row.target;
    CHECK(request.path() == row.path);
    CHECK(request.query() == row.query);
  }
}

TEST_CASE("headers are found in any case, cookies by their exact name") {
  Request request;
  request.headers = {{"X-One", "1"}, {"cookie", "a=1; bb=2;c=x=y;  d="}, {"x-one", "2"}};
  CHECK(request.header("x-ONE") == "1");
  CHECK(request.header("x-on").empty());
  CHECK(request.cookie("a") == "1");
  CHECK(request.cookie("b").empty());
  CHECK(request.cookie("bb") == "2");
  CHECK(request.cookie("c") == "x=y");
  CHECK(request.cookie("d").empty());
  CHECK(request.cookie("A").empty());
}

TEST_CASE("a problem has the members of RFC 9457 and ours") {
  Error error = invalid("/name", "too_long", "Shorter, please.");
  error.extra["limit"] = 5;
  const Response response = problem(error, "req-9");
  CHECK(response.status == 422);
  CHECK(response.content_type == "application/problem+json");
  CHECK(boost::json::parse(response.body) == boost::json::parse(R"({
    "type":"urn:circled:problem:invalid","title":"Invalid","status":422,
    "detail":"Some fields are not as they should be.","request_id":"req-9",
    "errors":[{"pointer":"/name","code":"too_long","message":"Shorter, please."}],"limit":5})"));
}

TEST_CASE("further members cannot replace the ones of the standard") {
  Error error = conflict("room_taken", "The room is taken.");
  error.extra["status"] = 200;
  const auto members = problem_object(error, "r");
  CHECK(members.at("status") == 409);
  CHECK(members.at("title") == "Room taken");
  CHECK_FALSE(members.contains("errors"));
}

TEST_CASE("every kind of error has its status") {
  const std::pair<ErrorKind, int> all[] = {{ErrorKind::malformed, 400},
                                           {ErrorKind::unauthenticated, 401},
                                           {ErrorKind::forbidden, 403},
                                           {ErrorKind::not_found, 404},
                                           {ErrorKind::method_not_allowed, 405},
                                           {ErrorKind::too_slow, 408},
                                           {ErrorKind::conflict, 409},
                                           {ErrorKind::gone, 410},
                                           {ErrorKind::precondition_failed, 412},
                                           {ErrorKind::too_large, 413},
                                           {ErrorKind::unsupported_media, 415},
                                           {ErrorKind::invalid, 422},
                                           {ErrorKind::precondition_required, 428},
                                           {ErrorKind::throttled, 429},
                                           {ErrorKind::headers_too_large, 431},
                                           {ErrorKind::internal, 500},
                                           {ErrorKind::unavailable, 503}};
  for (const auto& [kind, status] : all) CHECK(status_of(kind) == status);
}

TEST_CASE("a query is decoded") {
  const auto pairs = parse_query("a=1&b=x+y%20z&&c&d=%C3%A9&=e&a=2");
  REQUIRE(pairs);
  CHECK(*pairs == QueryPairs{{"a", "1"}, {"b", "x y z"}, {"c", ""}, {"d", "é"}, {"", "e"}, {"a", "2"}});
  for (std::string text : {"a=%", "a=%4", "a=%4g", "%zz=1", "a=%ff", "a=%ed%a0%80"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_query(text));
  }
}

TEST_CASE("what is escaped decodes to itself") {
  std::string all;
  for (int c = 1; c < 128; ++c) all += static_cast<char>(c);
  all += "é€𝄞";
  const auto pairs = parse_query("x=" + escape_query(all));
  REQUIRE(pairs);
  CHECK(pairs->at(0).second == all);
  CHECK(escape_query("aZ0-._~") == "aZ0-._~");
  CHECK(escape_query("a b&c=d/é") == "a%20b%26c%3Dd%2F%C3%A9");
}

namespace {
enum class Order { up, down };
BOOST_DESCRIBE_ENUM(Order, up, down)
struct Search {
  std::optional<bool> open;
  std::optional<Order> order;
  std::optional<RoomId> room;
  std::optional<Date> from;
  std::optional<Real<-90'000, 90'000>> latitude;
  std::optional<Text<1, 5>> name;
  std::optional<Minutes> at_least_minutes;
};
BOOST_DESCRIBE_STRUCT(Search, (), (open, order, room, from, latitude, name, at_least_minutes))

std::vector<std::string> wrong(std::string_view query) {
  const auto decoded = decode_query<Search>(query);
  std::vector<std::string> all;
  if (decoded) return all;
  const Error error = decoded.error();
  for (const auto& field : error.fields) all.push_back(field.pointer + " " + field.code);
  return all;
}
}  // namespace

TEST_CASE("parameters become typed members") {
  const auto search = decode_query<Search>(
      "open=true&order=down&room=12&from=2026-03-10&latitude=-7.5&name=42&at_least_minutes=30");
  REQUIRE(search);
  CHECK(search->open == true);
  CHECK(search->order == Order::down);
  CHECK(search->room == RoomId(12));
  CHECK(to_string(search->from.value()) == "2026-03-10");
  CHECK(search->latitude->value == -7.5);
  CHECK(*search->name == "42");  // text that looks like a number stays text
  CHECK(search->at_least_minutes == Minutes(30));
  REQUIRE(decode_query<Search>(""));
}

TEST_CASE("wrong parameters are named") {
  using Wrong = std::vector<std::string>;
  CHECK(wrong("open=yes&order=left&room=0&from=10.3.&latitude=91&name=") ==
        Wrong{"?open not_a_boolean", "?order not_a_choice", "?room not_an_id", "?from not_a_date",
              "?latitude out_of_range", "?name too_short"});
  CHECK(wrong("latitude=nan") == Wrong{"?latitude not_a_number"});
  CHECK(wrong("latitude=inf&room=1e3") == Wrong{"?room not_an_id", "?latitude not_a_number"});
  CHECK(wrong("colour=red") == Wrong{"?colour unknown_field"});
  CHECK(wrong("room=1&room=x") == Wrong{"?room repeated", "?room not_an_id"});
}
