// The published document, made of the route table's rows and nothing else: what it says is what the
// server does.
#include <boost/json/serialize.hpp>
#include <set>
#include <stdexcept>

#include "api/route.hpp"

namespace circled::api {
namespace {

using json::array;
using json::object;
using json::value;

object reference(std::string_view kind, std::string_view name) {
  return {{"$ref", "#/components/" + std::string(kind) + "/" + std::string(name)}};
}

// What a client may meet, by the name of its component. Every row can also answer `default`.
struct Refusal {
  ErrorKind kind;
  const char* name;
  const char* description;
};
constexpr Refusal refusals[] = {
    {ErrorKind::malformed, "Malformed", "The request cannot be read."},
    {ErrorKind::unauthenticated, "Unauthenticated", "Nobody is signed in, or no longer."},
    {ErrorKind::forbidden, "Forbidden", "This caller may not do this."},
    {ErrorKind::not_found, "NotFound", "There is no such thing, or it is not this caller's to know of."},
    {ErrorKind::conflict, "Conflict", "What is already there forbids it; the problem says what."},
    {ErrorKind::precondition_failed, "Stale", "The thing has changed since the version of If-Match."},
    {ErrorKind::unsupported_media, "NotJson", "The body is not declared to be JSON."},
    {ErrorKind::invalid, "Invalid", "Fields or parameters are wrong; all of them are named."},
    {ErrorKind::precondition_required, "Unguarded", "Idempotency-Key or If-Match is missing."},
};

const char* refusal_name(ErrorKind kind) {
  for (const auto& each : refusals)
    if (each.kind == kind) return each.name;
  throw std::logic_error("no refusal of this kind is published");
}

object problem_content() {
  return {{"application/problem+json", {{"schema", reference("schemas", "Problem")}}}};
}

// RFC 9457, with our members; operations add more, such as what a booking collides with.
object problem_schema() {
  const object text{{"type", "string"}};
  return {
      {"type", "object"},
      {"properties",
       {{"type", {{"type", "string"}, {"format", "uri"}, {"description", "urn:circled:problem:<code>"}}},
        {"title", text},
        {"status", {{"type", "integer"}}},
        {"detail", text},
        {"request_id", text},
        {"errors",
         {{"type", "array"},
          {"items",
           {{"type", "object"},
            {"properties",
             {{"pointer", {{"type", "string"}, {"description", "JSON Pointer into the body, or ?parameter"}}},
              {"code", text},
              {"message", text}}},
            {"required", {"pointer", "code", "message"}}}}}}}},
      {"required", {"type", "title", "status", "detail", "request_id"}}};
}

// "/api/v1/sessions/{id}/roll-call", GET → "get_sessions_id_roll_call"
std::string operation_id(const Row& row) {
  std::string_view path = row.path;
  if (path.starts_with("/api/v1/")) path.remove_prefix(7);
  std::string id;
  for (char c : to_string(row.method)) id += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (path == "/") return id + "_root";
  bool in_kind = false;  // the ":text" of a parameter
  for (char c : path) {
    if (c == ':') in_kind = true;
    if (c == '}') in_kind = false;
    if (in_kind || c == '{' || c == '}') continue;
    id += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  }
  return id;
}

std::string published_path(const Row& row) {
  std::string path = row.path;
  for (std::size_t at; (at = path.find(":text}")) != std::string::npos;) path.erase(at, 5);
  return path;
}

object header_parameter(const char* name, bool required, object schema) {
  return {{"name", name}, {"in", "header"}, {"required", required}, {"schema", std::move(schema)}};
}

array parameters(const Row& row, json::Schemas& schemas) {
  array list;
  for (const auto name : row.parameters) {
    const bool is_text = row.path.find("{" + std::string(name) + ":text}") != std::string::npos;
    list.push_back(
        object{{"name", name},
               {"in", "path"},
               {"required", true},
               {"schema", is_text ? object{{"type", "string"}, {"pattern", "^[A-Za-z0-9._~-]+$"}}
                                  : object{{"type", "integer"}, {"format", "int64"}, {"minimum", 1}}}});
  }
  if (row.query_schema)
    for (const auto& each : row.query_schema(schemas)) {
      object parameter{{"name", each.key()}, {"in", "query"}};
      for (const auto& member : each.value().as_object()) parameter.insert(member);
      list.push_back(std::move(parameter));
    }
  // A route that answers a secret stores nothing to replay.
  if (row.options.key_required || (row.method == Method::post && !row.options.secret))
    list.push_back(header_parameter("Idempotency-Key", row.options.key_required,
                                    {{"type", "string"}, {"minLength", 1}, {"maxLength", 200}}));
  if (row.options.edits) list.push_back(header_parameter("If-Match", true, {{"type", "string"}}));
  return list;
}

object success(const Row& row, json::Schemas& schemas) {
  object response{{"description", row.status == 204   ? "Done."
                                  : row.status == 201 ? "Created."
                                                      : "As asked."}};
  if (row.raw) response["content"] = object{{"*/*", {{"schema", {{"type", "string"}}}}}};
  if (row.reply_schema)
    response["content"] = object{{"application/json", {{"schema", row.reply_schema(schemas)}}}};
  return response;
}

object responses(const Row& row, json::Schemas& schemas) {
  object all{{std::to_string(row.status), success(row, schemas)}};
  const auto may = [&](ErrorKind kind, bool when) {
    if (when) all[std::to_string(status_of(kind))] = reference("responses", refusal_name(kind));
  };
  const bool changes = row.method != Method::get;
  may(ErrorKind::malformed, row.body_schema || row.query_schema || row.options.edits);
  may(ErrorKind::unauthenticated, !row.caller.empty());
  may(ErrorKind::forbidden, !row.caller.empty());
  may(ErrorKind::not_found, !row.parameters.empty());
  may(ErrorKind::conflict, changes);
  may(ErrorKind::precondition_failed, row.options.edits);
  may(ErrorKind::unsupported_media, row.body_schema != nullptr);
  may(ErrorKind::invalid, true);
  may(ErrorKind::precondition_required, row.options.key_required || row.options.edits);
  all["default"] = reference("responses", "Problem");
  return all;
}

object operation(const Row& row, json::Schemas& schemas) {
  object members{{"operationId", operation_id(row)}, {"summary", row.summary}};
  std::string description = row.caller.empty() ? "For anyone." : "For " + row.caller + ".";
  if (row.options.views_record) description += " The view is recorded in the audit trail.";
  members["description"] = description;
  if (!row.tag.empty()) members["tags"] = array{value(row.tag)};
  members["security"] =
      row.caller.empty() ? array{} : array{object{{"bearer", array{}}}, object{{"cookie", array{}}}};
  if (array list = parameters(row, schemas); !list.empty()) members["parameters"] = std::move(list);
  if (row.body_schema)
    members["requestBody"] = object{
        {"required", true}, {"content", {{"application/json", {{"schema", row.body_schema(schemas)}}}}}};
  members["responses"] = responses(row, schemas);
  return members;
}

object published_refusals() {
  object all;
  for (const auto& each : refusals)
    all[each.name] = object{{"description", each.description}, {"content", problem_content()}};
  all["Problem"] = object{{"description", "Any other problem."}, {"content", problem_content()}};
  return all;
}

std::vector<const Row*> sorted_rows(const Table& table) {
  std::vector<const Row*> rows;
  for (const auto& row : table.rows()) rows.push_back(row.get());
  std::ranges::sort(rows, {}, [](const Row* row) { return std::pair(row->path, row->method); });
  return rows;
}

}  // namespace

object openapi(const Table& table) {
  json::Schemas schemas;
  object paths;
  std::set<std::string> ids, tags;
  for (const Row* row : sorted_rows(table)) {
    if (!ids.insert(operation_id(*row)).second)
      throw std::logic_error("two routes would both be published as " + operation_id(*row));
    if (!row->tag.empty()) tags.insert(row->tag);
    value& path = paths[published_path(*row)];
    if (path.is_null()) path.emplace_object();
    std::string method(to_string(row->method));
    for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    path.get_object()[method] = operation(*row, schemas);
  }
  object named{{"Problem", problem_schema()}};
  for (const auto& [name, schema] : schemas.named())
    if (!named.emplace(name, schema).second) throw std::logic_error("the schema name Problem is taken");
  array tag_list;
  for (const auto& tag : tags) tag_list.push_back(object{{"name", tag}});
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "Circled"},
            {"version", CIRCLED_VERSION},
            {"description", "Sessions, attendance and aftercare of an addiction-treatment programme."}}},
          {"servers", array{object{{"url", "/"}}}},
          {"tags", std::move(tag_list)},
          {"paths", std::move(paths)},
          {"components",
           {{"schemas", std::move(named)},
            {"responses", published_refusals()},
            {"securitySchemes",
             {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
              {"cookie", {{"type", "apiKey"}, {"in", "cookie"}, {"name", session_cookie}}}}}}}};
}

std::string openapi_text(const Table& table) { return json::pretty(openapi(table)) + "\n"; }

}  // namespace circled::api
