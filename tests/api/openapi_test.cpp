#include <doctest/doctest.h>

#include "api/route.hpp"

using namespace circled;
using namespace circled::api;

namespace {

enum class Shade { light, dark };
BOOST_DESCRIBE_ENUM(Shade, light, dark)

struct Part {
  RoomId room;
  Text<1, 80> label;
};
BOOST_DESCRIBE_STRUCT(Part, (), (room, label))

struct Lamp {
  Text<1, 20> name;
  std::optional<Number<0, 10>> bulbs;
  Shade shade;
  List<Part, 5, 1> parts;
  Instant made_at;
};
BOOST_DESCRIBE_STRUCT(Lamp, (), (name, bulbs, shade, parts, made_at))

struct LampFilter {
  Shade shade;
  std::optional<Number<1, 200>> limit;
};
BOOST_DESCRIBE_STRUCT(LampFilter, (), (shade, limit))

void add_rows(Table& table) {
  table.room("lamps");
  table.put("/api/v1/lamps/{id}", "Changes a lamp", options::edit,
            [](const Call&, const Counselor&, const Body<Lamp>&) -> Task<Result<Reply<Lamp>>> {
              co_return Lamp{};
            });
  table.post(
      "/api/v1/lamps", "Makes a lamp", options::once,
      [](const Call&, const Admin&, const Body<Lamp>&) -> Task<Result<Reply<Lamp>>> { co_return Lamp{}; });
  table.get("/api/v1/lamps", "Lists lamps", options::record,
            [](const Call&, const StaffMember&, const Query<LampFilter>&) -> Task<Result<Reply<Page<Lamp>>>> {
              co_return Page<Lamp>{};
            });
  table.del("/api/v1/lamps/{id}", "Drops a lamp", options::none,
            [](const Call&, const Admin&) -> Task<Result<Reply<>>> { co_return Reply<>{}; });
  table.room("doors");
  table.get("/feeds/{token:text}/wall-time", "A calendar", options::none,
            [](const Call&, const Anyone&) -> Task<Result<Reply<Raw>>> {
              co_return Raw{"text/calendar", ""};
            });
}

json::value document() {
  Table table;
  add_rows(table);
  return openapi(table);
}

json::value json_of(std::string_view text) { return boost::json::parse(text); }

std::vector<std::string> keys(const json::value& object) {
  std::vector<std::string> all;
  for (const auto& member : object.as_object()) all.emplace_back(member.key());
  return all;
}
using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("the document lists every row, in order of paths and methods") {
  const auto all = document();
  CHECK(all.at("openapi") == "3.1.0");
  CHECK(keys(all.at("paths")) == Keys{"/api/v1/lamps", "/api/v1/lamps/{id}", "/feeds/{token}/wall-time"});
  CHECK(keys(all.at("paths").at("/api/v1/lamps")) == Keys{"get", "post"});
  CHECK(keys(all.at("paths").at("/api/v1/lamps/{id}")) == Keys{"put", "delete"});
  CHECK(all.at("tags") == json_of(R"([{"name":"doors"},{"name":"lamps"}])"));
}

TEST_CASE("the same rows make the same text, whatever their order") {
  Table once, again;
  add_rows(once);
  add_rows(again);
  CHECK(openapi_text(once) == openapi_text(again));
  CHECK(json_of(openapi_text(once)) == json::value(openapi(once)));
  CHECK(openapi_text(once).starts_with(
      "{\n  \"openapi\": \"3.1.0\",\n  \"info\": {\n    \"title\": \"Circled\",\n"));
}

TEST_CASE("an operation says who may call, what it takes and what it answers") {
  const auto all = document();
  const auto& make = all.at("paths").at("/api/v1/lamps").at("post");
  CHECK(make.at("operationId") == "post_lamps");
  CHECK(make.at("summary") == "Makes a lamp");
  CHECK(make.at("description") == "For an administrator.");
  CHECK(make.at("tags") == json_of(R"(["lamps"])"));
  CHECK(make.at("security") == json_of(R"([{"bearer":[]},{"cookie":[]}])"));
  CHECK(
      make.at("requestBody") ==
      json_of(
          R"({"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Lamp"}}}})"));
  CHECK(make.at("parameters") == json_of(R"([{"name":"Idempotency-Key","in":"header","required":true,
        "schema":{"type":"string","minLength":1,"maxLength":200}}])"));
  CHECK(keys(make.at("responses")) ==
        Keys{"201", "400", "401", "403", "409", "415", "422", "428", "default"});
  CHECK(make.at("responses").at("201").at("content") ==
        json_of(R"({"application/json":{"schema":{"$ref":"#/components/schemas/Lamp"}}})"));
  CHECK(make.at("responses").at("422") == json_of(R"({"$ref":"#/components/responses/Invalid"})"));

  const auto& edit = all.at("paths").at("/api/v1/lamps/{id}").at("put");
  CHECK(edit.at("parameters") == json_of(R"([
        {"name":"id","in":"path","required":true,"schema":{"type":"integer","format":"int64","minimum":1}},
        {"name":"If-Match","in":"header","required":true,"schema":{"type":"string"}}])"));
  CHECK(keys(edit.at("responses")) ==
        Keys{"200", "400", "401", "403", "404", "409", "412", "415", "422", "428", "default"});

  const auto& drop = all.at("paths").at("/api/v1/lamps/{id}").at("delete");
  CHECK(drop.at("responses").at("204") == json_of(R"({"description":"Done."})"));
  CHECK_FALSE(drop.as_object().contains("requestBody"));

  const auto& list = all.at("paths").at("/api/v1/lamps").at("get");
  CHECK(list.at("description") == "For staff. The view is recorded in the audit trail.");
  CHECK(list.at("parameters") == json_of(R"([
        {"name":"shade","in":"query","schema":{"type":"string","enum":["light","dark"]},"required":true},
        {"name":"limit","in":"query","schema":{"type":"integer","minimum":1,"maximum":200},"required":false}])"));

  const auto& feed = all.at("paths").at("/feeds/{token}/wall-time").at("get");
  CHECK(feed.at("operationId") == "get_feeds_token_wall_time");
  CHECK(feed.at("security") == json_of("[]"));
  CHECK(feed.at("parameters").at(0).at("schema").at("type") == "string");
  CHECK(feed.at("responses").at("200").at("content") == json_of(R"({"*/*":{"schema":{"type":"string"}}})"));
}

TEST_CASE("bounds, choices and what is required reach the schemas") {
  const auto all = document();
  const auto& schemas = all.at("components").at("schemas");
  CHECK(keys(schemas) == Keys{"Problem", "Lamp", "Page.Lamp", "Part"});
  CHECK(schemas.at("Lamp") == json_of(R"({"type":"object","properties":{
      "name":{"type":"string","minLength":1,"maxLength":20},
      "bulbs":{"type":"integer","minimum":0,"maximum":10},
      "shade":{"type":"string","enum":["light","dark"]},
      "parts":{"type":"array","items":{"$ref":"#/components/schemas/Part"},"minItems":1,"maxItems":5},
      "made_at":{"type":"string","format":"date-time"}},
    "required":["name","shade","parts","made_at"],"additionalProperties":false})"));
  CHECK(schemas.at("Page.Lamp") == json_of(R"({"type":"object","properties":{
      "items":{"type":"array","items":{"$ref":"#/components/schemas/Lamp"}},"next":{"type":"string"}},
    "required":["items"],"additionalProperties":false})"));
}

// Finds every "$ref" below `v`.
static void collect_references(const json::value& v, std::vector<std::string>& out) {
  if (const auto* members = v.if_object()) {
    for (const auto& member : *members)
      if (member.key() == "$ref")
        out.emplace_back(member.value().as_string());
      else
        collect_references(member.value(), out);
  } else if (const auto* items = v.if_array()) {
    for (const auto& item : *items) collect_references(item, out);
  }
}

TEST_CASE("no reference leads nowhere") {
  const auto all = document();
  std::vector<std::string> references;
  collect_references(all, references);
  CHECK(references.size() > 20);
  for (const auto& each : references) {
    CAPTURE(each);
    REQUIRE(each.starts_with("#/"));
    boost::system::error_code ec;
    all.find_pointer(each.substr(1), ec);
    CHECK_FALSE(ec.failed());
  }
}
