#include "base/json.hpp"

#include <doctest/doctest.h>

#include "support/result.hpp"

using namespace circled;

namespace {

enum class Size { small, large };
BOOST_DESCRIBE_ENUM(Size, small, large)

struct Inner {
  Text<1, 4> word;
  std::optional<Number<-5, 5>> offset;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (word, offset))

struct Base {
  SessionId session;
};
BOOST_DESCRIBE_STRUCT(Base, (), (session))

struct Outer : Base {
  bool on = false;
  int count = 0;
  double ratio = 0;
  Real<-90'000, 90'000> latitude;
  std::string free;
  Size size = Size::small;
  Instant at;
  Date day;
  TimeOfDay opens;
  Minutes duration_minutes{0};
  Inner inner;
  List<Inner, 3, 1> inners;
  std::vector<std::vector<int>> grid;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(Outer, (Base),
                      (on, count, ratio, latitude, free, size, at, day, opens, duration_minutes, inner,
                       inners, grid, note))

constexpr std::string_view good =
    R"({"session":7,"on":true,"count":-3,"ratio":0.5,"latitude":-89.25,"free":"","size":"large",
  "at":"2026-03-10T18:00:00Z","day":"2026-03-10","opens":"08:30","duration_minutes":50,
  "inner":{"word":"ab"},"inners":[{"word":"a","offset":-5},{"word":"Größ"}],"grid":[[1,2],[],[3]]})";

// `good` with one member set to another text, or left out when that is empty.
std::string with(std::string_view member, std::string_view text) {
  auto all = boost::json::parse(good).as_object();
  if (text.empty())
    all.erase(member);
  else
    all[member] = boost::json::parse(text);
  return boost::json::serialize(all);
}

using Wrong = std::vector<std::string>;

template <class T = Outer>
Wrong wrong(std::string_view text) {
  const auto decoded = json::decode_text<T>(text);
  Wrong all;
  if (decoded) return all;
  const Error error = decoded.error();
  CHECK(error.kind == ErrorKind::invalid);
  for (const auto& field : error.fields) {
    CHECK_FALSE(field.message.empty());
    all.push_back(field.pointer + " " + field.code);
  }
  return all;
}

}  // namespace

TEST_CASE("a described struct is read and written under its members' names, bases first") {
  const auto decoded = json::decode_text<Outer>(good);
  REQUIRE(decoded);
  CHECK(decoded->session == SessionId(7));
  CHECK(decoded->count == -3);
  CHECK(decoded->latitude == -89.25);
  CHECK(decoded->size == Size::large);
  CHECK(to_millis(decoded->at) == 1773165600'000);
  CHECK(decoded->opens.since_midnight == Minutes(510));
  CHECK(decoded->duration_minutes == Minutes(50));
  CHECK(decoded->inners.at(1).word == "Größ");
  CHECK(decoded->grid == std::vector<std::vector<int>>{{1, 2}, {}, {3}});
  CHECK_FALSE(decoded->note);
  CHECK(json::encode(*decoded) == boost::json::parse(good));
  CHECK(json::to_text(decoded->inners) == R"([{"word":"a","offset":-5},{"word":"Größ"}])");
}

TEST_CASE("every kind of wrong field, with its pointer") {
  struct Row {
    std::string member, text, wrong;
  };
  for (const Row& row : {
           Row{"session", "", "/session missing"},
           Row{"session", "null", "/session not_an_id"},
           Row{"session", "0", "/session not_an_id"},
           Row{"session", "-1", "/session not_an_id"},
           Row{"session", "\"7\"", "/session not_an_id"},
           Row{"session", "7.0", "/session not_an_id"},
           Row{"session", "9223372036854775808", "/session not_an_id"},
           Row{"on", "1", "/on not_a_boolean"},
           Row{"on", "null", "/on not_a_boolean"},
           Row{"count", "1.5", "/count not_an_integer"},
           Row{"count", "2147483648", "/count not_an_integer"},
           Row{"count", "\"1\"", "/count not_an_integer"},
           Row{"ratio", "\"1\"", "/ratio not_a_number"},
           Row{"latitude", "90.001", "/latitude out_of_range"},
           Row{"latitude", "-91", "/latitude out_of_range"},
           Row{"latitude", "true", "/latitude not_a_number"},
           Row{"free", "1", "/free not_a_string"},
           Row{"size", "\"medium\"", "/size not_a_choice"},
           Row{"size", "0", "/size not_a_choice"},
           Row{"at", "\"2026-03-10\"", "/at not_a_time"},
           Row{"at", "1773165600000", "/at not_a_time"},
           Row{"day", "\"2026-02-29\"", "/day not_a_date"},
           Row{"opens", "\"25:00\"", "/opens not_a_time_of_day"},
           Row{"duration_minutes", "2.5", "/duration_minutes not_an_integer"},
           Row{"duration_minutes", "4294967296", "/duration_minutes not_an_integer"},
           Row{"inner", "[]", "/inner not_an_object"},
           Row{"inner", "{}", "/inner/word missing"},
           Row{"inner", R"({"word":""})", "/inner/word too_short"},
           Row{"inner", R"({"word":"abcde"})", "/inner/word too_long"},
           Row{"inner", R"({"word":"a\u0000"})", "/inner/word control_character"},
           Row{"inner", R"({"word":"a\u007f"})", "/inner/word control_character"},
           Row{"inner", R"({"word":7})", "/inner/word not_a_string"},
           Row{"inner", R"({"word":"a","offset":6})", "/inner/offset out_of_range"},
           Row{"inner", R"({"word":"a","offset":-6})", "/inner/offset out_of_range"},
           Row{"inner", R"({"word":"a","x":1})", "/inner/x unknown_field"},
           Row{"inners", "{}", "/inners not_a_list"},
           Row{"inners", "[]", "/inners wrong_count"},
           Row{"inners", R"([{"word":"a"},{"word":"a"},{"word":"a"},{"word":"a"}])", "/inners wrong_count"},
           Row{"inners", R"([{"word":"a"},{"word":""}])", "/inners/1/word too_short"},
           Row{"grid", R"([[1],[2,"x"]])", "/grid/1/1 not_an_integer"},
           Row{"grid", "[1]", "/grid/0 not_a_list"},
           Row{"extra", "1", "/extra unknown_field"},
           Row{"a/b~c", "1", "/a~1b~0c unknown_field"},
           Row{"", "1", "/ unknown_field"},
       }) {
    CAPTURE(row.member);
    CAPTURE(row.text);
    CHECK(wrong(with(row.member, row.text)) == Wrong{row.wrong});
  }
}

TEST_CASE("all wrong fields come back at once, in the order of the members, unknown ones last") {
  CHECK(
      wrong(R"({"zzz":1,"session":0,"inner":{"word":"","offset":"x","y":2},"inners":[{},{"word":"a"},7]})") ==
      Wrong{"/session not_an_id", "/on missing", "/count missing", "/ratio missing", "/latitude missing",
            "/free missing", "/size missing", "/at missing", "/day missing", "/opens missing",
            "/duration_minutes missing", "/inner/word too_short", "/inner/offset not_an_integer",
            "/inner/y unknown_field", "/inners/0/word missing", "/inners/2 not_an_object", "/grid missing",
            "/zzz unknown_field"});
  CHECK(wrong("[]") == Wrong{" not_an_object"});
}

TEST_CASE("an optional may be left out or null, and is never written empty") {
  for (std::string text : {R"({"word":"a"})", R"({"word":"a","offset":null})"}) {
    const auto decoded = json::decode_text<Inner>(text);
    REQUIRE(decoded);
    CHECK_FALSE(decoded->offset);
    CHECK(json::to_text(*decoded) == R"({"word":"a"})");
  }
}

TEST_CASE("lengths are counted in code points") {
  CHECK(wrong<Inner>(R"({"word":"äöüß"})").empty());
  CHECK(wrong<Inner>(R"({"word":"𝄞𝄞𝄞𝄞"})").empty());
  CHECK(wrong<Inner>(R"({"word":"\ud834\udd1eabc"})").empty());
  CHECK(wrong<Inner>(R"({"word":"äöüßä"})") == Wrong{"/word too_long"});
  CHECK(wrong<Inner>("{\"word\":\"a\\n\\tb\"}").empty());
}

TEST_CASE("a hostile body does not make a hostile answer") {
  std::string many = "[";
  for (int i = 0; i < 5000; ++i) many += "0,";
  many.back() = ']';
  CHECK(wrong<std::vector<std::string>>(many).size() == 200);
}

TEST_CASE("what is no JSON is malformed") {
  const std::string deep = std::string(33, '[') + std::string(33, ']');
  for (std::string text :
       {std::string(), std::string("{"), std::string("{}x"), std::string("{'a':1}"), std::string("nan"),
        std::string("{\"a\":1,}"), std::string("\"\xff\""), std::string("\"\xed\xa0\x80\""), deep}) {
    CAPTURE(text);
    const auto decoded = json::decode_text<Inner>(text);
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().kind == ErrorKind::malformed);
    CHECK(decoded.error().code == "malformed_json");
  }
}

TEST_CASE("of a member that stands twice, the last counts") {
  CHECK(json::decode_text<Inner>(R"({"word":"a","word":"b"})")->word == "b");
}

TEST_CASE("well-formed UTF-8 is RFC 3629's") {
  for (std::string text :
       {"", "abc", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9d\x84\x9e", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"}) {
    CAPTURE(text);
    CHECK(json::is_utf8(text));
  }
  for (std::string text :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3\x28", "\xe0\x80\x80", "\xe2\x82", "\xed\xa0\x80",
        "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "a\xff"}) {
    CAPTURE(text);
    CHECK_FALSE(json::is_utf8(text));
  }
}

TEST_CASE("the schema of a nested struct") {
  json::Schemas schemas;
  CHECK(json::value(schemas.of<Outer>()) == boost::json::parse(R"({"$ref":"#/components/schemas/Outer"})"));
  REQUIRE(schemas.named().size() == 2);
  CHECK(json::value(schemas.named().at("Inner")) == boost::json::parse(R"({"type":"object","properties":{
      "word":{"type":"string","minLength":1,"maxLength":4},"offset":{"type":"integer","minimum":-5,"maximum":5}},
    "required":["word"],"additionalProperties":false})"));
  CHECK(json::value(schemas.named().at("Outer")) == boost::json::parse(R"({"type":"object","properties":{
      "session":{"type":"integer","format":"int64","minimum":1},
      "on":{"type":"boolean"},"count":{"type":"integer"},"ratio":{"type":"number"},
      "latitude":{"type":"number","minimum":-90.0,"maximum":90.0},
      "free":{"type":"string"},"size":{"type":"string","enum":["small","large"]},
      "at":{"type":"string","format":"date-time"},"day":{"type":"string","format":"date"},
      "opens":{"type":"string","pattern":"^([01][0-9]|2[0-3]):[0-5][0-9]$"},
      "duration_minutes":{"type":"integer"},
      "inner":{"$ref":"#/components/schemas/Inner"},
      "inners":{"type":"array","items":{"$ref":"#/components/schemas/Inner"},"minItems":1,"maxItems":3},
      "grid":{"type":"array","items":{"type":"array","items":{"type":"integer"}}},
      "note":{"type":"string"}},
    "required":["session","on","count","ratio","latitude","free","size","at","day","opens","duration_minutes",
                "inner","inners","grid"],"additionalProperties":false})"));
}

namespace elsewhere {
struct Inner {
  int x = 0;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (x))
}  // namespace elsewhere

TEST_CASE("two structs of one short name cannot both be published") {
  json::Schemas schemas;
  schemas.of<Inner>();
  schemas.of<Inner>();
  CHECK_THROWS_AS(schemas.of<elsewhere::Inner>(), std::logic_error);
}

TEST_CASE("pretty text reads like a file and says the same") {
  const auto v = boost::json::parse(R"({"a":[1,{"b":"x\"y"}],"c":{},"d":[],"e":null})");
  CHECK(json::pretty(v) ==
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\\\"y\"\n    }\n  ],\n  \"c\": {},\n  \"d\": [],\n  "
        "\"e\": null\n}");
}
