#include "api/message.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>

namespace circled::api {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

// The target from its path on: a client may send the whole URL (RFC 9112 §3.2.2).
std::string_view from_path(std::string_view target) {
  if (target.starts_with('/')) return target;
  const std::size_t scheme = target.find("://");
  if (scheme == std::string_view::npos) return target;
  const std::size_t path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

// "room_taken" → "Room taken": the title belongs to the type of problem, not to this occurrence.
std::string title_of(std::string_view code) {
  std::string title(code);
  for (char& c : title)
    if (c == '_') c = ' ';
  if (!title.empty()) title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  return title;
}

}  // namespace

std::string_view to_string(Method m) {
  switch (m) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::delete_: return "DELETE";
    case Method::options: return "OPTIONS";
    case Method::other: break;
  }
  return "OTHER";
}

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, text] : headers)
    if (same_name(key, name)) return text;
  return {};
}

std::string_view Request::path() const {
  const std::string_view whole = from_path(target);
  return whole.substr(0, whole.find('?'));
}

std::string_view Request::query() const {
  const std::string_view whole = from_path(target);
  const std::size_t mark = whole.find('?');
  return mark == std::string_view::npos ? std::string_view{} : whole.substr(mark + 1);
}

std::string_view Request::cookie(std::string_view name) const {
  std::string_view rest = header("Cookie");
  while (!rest.empty()) {
    const std::size_t end = rest.find(';');
    std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
  }
  return {};
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::malformed: return 400;
    case ErrorKind::unauthenticated: return 401;
    case ErrorKind::forbidden: return 403;
    case ErrorKind::not_found: return 404;
    case ErrorKind::method_not_allowed: return 405;
    case ErrorKind::too_slow: return 408;
    case ErrorKind::conflict: return 409;
    case ErrorKind::gone: return 410;
    case ErrorKind::precondition_failed: return 412;
    case ErrorKind::too_large: return 413;
    case ErrorKind::unsupported_media: return 415;
    case ErrorKind::invalid: return 422;
    case ErrorKind::precondition_required: return 428;
    case ErrorKind::throttled: return 429;
    case ErrorKind::headers_too_large: return 431;
    case ErrorKind::internal: return 500;
    case ErrorKind::unavailable: return 503;
  }
  return 500;
}

boost::json::object problem_object(const Error& error, std::string_view request_id) {
  boost::json::object members{{"type", "urn:circled:problem:" + error.code},
                              {"title", title_of(error.code)},
                              {"status", status_of(error.kind)},
                              {"detail", error.detail},
                              {"request_id", request_id}};
  if (!error.fields.empty()) {
    boost::json::array wrong;
    wrong.reserve(error.fields.size());
    for (const auto& field : error.fields)
      wrong.push_back({{"pointer", field.pointer}, {"code", field.code}, {"message", field.message}});
    members["errors"] = std::move(wrong);
  }
  for (const auto& member : error.extra) members.emplace(member.key(), member.value());
  return members;
}

Response problem(const Error& error, std::string_view request_id) {
  Response response;
  response.status = status_of(error.kind);
  response.content_type = "application/problem+json";
  response.body = boost::json::serialize(problem_object(error, request_id));
  response.headers.emplace_back("Cache-Control", "no-store");
  // RFC 9110 §11.6.1: a 401 names the scheme that would let the caller in.
  if (error.kind == ErrorKind::unauthenticated) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (error.retry_after_s > 0)
    response.headers.emplace_back("Retry-After", std::to_string(error.retry_after_s));
  return response;
}

}  // namespace circled::api
