// What HTTP's headers ask of a request and tell of an answer: preconditions, keys, caching, links.
#include <charconv>

#include "api/route.hpp"

namespace circled::api {
namespace {

constexpr std::size_t longest_key = 200;

// RFC 9110 §8.8.3: what stands between the quotes of an entity-tag.
bool is_etag_text(std::string_view text) {
  for (unsigned char c : text)
    if (c <= 0x20 || c == '"' || c == 0x7f) return false;
  return true;
}

std::optional<std::string_view> strong_etag(std::string_view header) {
  if (header.size() < 2 || header.front() != '"' || header.back() != '"') return std::nullopt;
  const std::string_view text = header.substr(1, header.size() - 2);
  if (!is_etag_text(text)) return std::nullopt;
  return text;
}

bool is_json(std::string_view content_type) {
  constexpr std::string_view wanted = "application/json";
  content_type = content_type.substr(0, content_type.find_first_of("; \t"));
  return std::ranges::equal(content_type, wanted,
                            [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
}

std::optional<Error> wrong_key(const Row& row, const Call& call) {
  const std::string_view key = call.request.header("Idempotency-Key");
  if (key.empty()) {
    if (!row.options.key_required) return std::nullopt;
    return Error{ErrorKind::precondition_required,
                 "idempotency_key_required",
                 "Send an Idempotency-Key, so that a repeated request cannot create twice.",
                 {},
                 {},
                 0};
  }
  const bool visible = std::ranges::all_of(key, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
  if (key.size() <= longest_key && visible) return std::nullopt;
  return Error{ErrorKind::invalid,
               "bad_idempotency_key",
               "An Idempotency-Key has 1 to 200 visible ASCII characters.",
               {},
               {},
               0};
}

std::optional<Error> wrong_match(const Call& call) {
  const std::string_view header = call.request.header("If-Match");
  if (header.empty() || header == "*")
    return Error{ErrorKind::precondition_required,
                 "if_match_required",
                 "Send If-Match with the ETag of the version that this edits.",
                 {},
                 {},
                 0};
  if (strong_etag(header)) return std::nullopt;
  return Error{
      ErrorKind::malformed, "malformed_if_match", "If-Match takes one strong ETag in quotes.", {}, {}, 0};
}

// A row without a query takes none: a misspelt filter must not pass for no filter.
std::optional<Error> unknown_query(const Call& call) {
  if (call.request.query().empty()) return std::nullopt;
  const auto pairs = parse_query(call.request.query());
  if (!pairs) return pairs.error();
  std::vector<FieldError> fields;
  for (const auto& pair : *pairs)
    fields.push_back({"?" + pair.first, "unknown_field", "There is no such parameter."});
  if (fields.empty()) return std::nullopt;
  return invalid(std::move(fields));
}

// The request's own address with `after` replaced, as Link target (RFC 8288).
std::string next_link(const Call& call, std::string_view next) {
  std::string link = "<" + std::string(call.request.path());
  char glue = '?';
  const auto put = [&](std::string_view name, std::string_view text) {
    link += glue;
    link += escape_query(name) + "=" + escape_query(text);
    glue = '&';
  };
  if (const auto pairs = parse_query(call.request.query()))
    for (const auto& [name, text] : *pairs)
      if (name != "after") put(name, text);
  put("after", next);
  return link + ">; rel=\"next\"";
}

}  // namespace

std::optional<std::string> Call::idempotency_key() const {
  const std::string_view key = request.header("Idempotency-Key");
  if (key.empty()) return std::nullopt;
  return std::string(key);
}

std::int64_t Call::version() const {
  const std::string tag = if_match().value_or("");
  std::int64_t number = 0;
  const auto [end, ec] = std::from_chars(tag.data(), tag.data() + tag.size(), number);
  return ec == std::errc{} && end == tag.data() + tag.size() ? number : -1;
}

std::optional<std::string> Call::if_match() const {
  const auto tag = strong_etag(request.header("If-Match"));
  if (!tag) return std::nullopt;
  return std::string(*tag);
}

namespace detail {

std::optional<Error> unmet_demand(const Row& row, const Call& call) {
  if (row.body_schema && !is_json(call.request.header("Content-Type")))
    return Error{ErrorKind::unsupported_media,
                 "unsupported_media_type",
                 "The body must be JSON, with Content-Type: application/json.",
                 {},
                 {},
                 0};
  if (row.method == Method::post || row.options.key_required)
    if (auto wrong = wrong_key(row, call)) return wrong;
  if (row.options.edits)
    if (auto wrong = wrong_match(call)) return wrong;
  if (!row.query_schema) return unknown_query(call);
  return std::nullopt;
}

void join(std::optional<Error>& wrong, Error more) {
  if (!wrong || (wrong->kind == ErrorKind::invalid && more.kind != ErrorKind::invalid)) {
    wrong = std::move(more);
  } else if (wrong->kind == ErrorKind::invalid && more.kind == ErrorKind::invalid) {
    for (auto& field : more.fields) wrong->fields.push_back(std::move(field));
  }
}

bool not_modified(const Call& call, std::string_view etag) {
  if (etag.empty() || (call.request.method != Method::get && call.request.method != Method::head))
    return false;
  std::string_view list = call.request.header("If-None-Match");
  if (list == "*") return true;
  // Weak comparison: W/"x" and "x" name the same. Tags of ours hold neither commas nor quotes.
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view tag = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    while (tag.starts_with(' ')) tag.remove_prefix(1);
    while (tag.ends_with(' ')) tag.remove_suffix(1);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (strong_etag(tag) == etag) return true;
  }
  return false;
}

void put_headers(Response& response, const Row& row, const Call& call, std::string_view etag,
                 std::string_view location, std::string_view next, bool replayed) {
  auto& headers = response.headers;
  headers.reserve(headers.size() + 3);
  if (!etag.empty()) headers.emplace_back("ETag", '"' + std::string(etag) + '"');
  // Records must not lie about in caches; what has an ETag may be kept by its reader and asked about.
  if (std::ranges::find(headers, "Cache-Control", &Headers::value_type::first) == headers.end())
    headers.emplace_back("Cache-Control",
                         etag.empty() || row.options.secret ? "no-store" : "private, no-cache");
  if (!location.empty()) headers.emplace_back("Location", location);
  if (!next.empty()) headers.emplace_back("Link", next_link(call, next));
  if (replayed) headers.emplace_back("Idempotent-Replay", "true");
}

}  // namespace detail
}  // namespace circled::api
