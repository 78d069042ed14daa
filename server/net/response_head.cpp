#include "net/response_head.hpp"

#include <boost/json/serialize.hpp>
#include <charconv>
#include <chrono>
#include <cstdio>

#include "net/text.hpp"

namespace circled::net {

namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    default: return "";
  }
}

void put_number(std::string& out, std::size_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

bool one_line(std::string_view text) {
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') return false;
  }
  return true;
}

bool belongs_to_connection(std::string_view name) {
  return same_word(name, "Content-Length") || same_word(name, "Connection") || same_word(name, "Date") ||
         same_word(name, "Transfer-Encoding") || same_word(name, "Content-Type");
}

}  // namespace

void put_head(std::string& out, const api::Response& response, const HeadFacts& facts) {
  out += "HTTP/1.1 ";
  put_number(out, static_cast<std::size_t>(response.status));
  out += ' ';
  out += reason(response.status);
  out += "\r\nDate: ";
  out += facts.date;
  // 204 and 304 have no body by definition, and a length would be that of another answer.
  if (response.status != 204 && response.status != 304) {
    if (!response.content_type.empty() && one_line(response.content_type)) {
      out += "\r\nContent-Type: ";
      out += response.content_type;
    }
    if (!facts.in_parts) {
      out += "\r\nContent-Length: ";
      put_number(out, facts.body);
    } else if (facts.http11) {
      out += "\r\nTransfer-Encoding: chunked";
    }
  }
  if (!facts.keep_alive) {
    out += "\r\nConnection: close";
  } else if (!facts.http11) {
    out += "\r\nConnection: keep-alive";
  }
  out += "\r\nX-Request-Id: ";
  out += facts.request_id;
  bool cache = false;
  bool policy = false;
  for (const auto& [name, value] : response.headers) {
    if (belongs_to_connection(name) || !one_line(name) || !one_line(value)) continue;
    cache = cache || same_word(name, "Cache-Control");
    policy = policy || same_word(name, "Content-Security-Policy");
    out += "\r\n";
    out += name;
    out += ": ";
    out += value;
  }
  if (!cache) out += "\r\nCache-Control: no-store";
  if (!policy) {
    out += response.content_type.starts_with("text/html")
               ? "\r\nContent-Security-Policy: default-src 'self'; base-uri 'none'; form-action 'self'; "
                 "frame-ancestors 'none'; object-src 'none'; img-src 'self' data:"
               : "\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'";
  }
  // Not "no-referrer": browsers then send "Origin: null" with some requests of our own pages.
  out +=
      "\r\nX-Content-Type-Options: nosniff"
      "\r\nReferrer-Policy: same-origin"
      "\r\nCross-Origin-Opener-Policy: same-origin"
      "\r\nCross-Origin-Resource-Policy: same-origin";
  if (facts.secure) out += "\r\nStrict-Transport-Security: max-age=31536000";
  out += "\r\n\r\n";
}

std::string http_date(std::int64_t unix_seconds) {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds t{std::chrono::seconds{unix_seconds}};
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{t - day};
  char text[40];
  const int size = std::snprintf(
      text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT", days[std::chrono::weekday{day}.c_encoding()],
      static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return std::string(text, static_cast<std::size_t>(size));
}

api::Response refusal(const Error& error, std::string_view request_id) {
  api::Response response = api::problem(error, request_id);
  response.close = true;
  return response;
}

api::Response upgrade_required(std::string_view request_id) {
  const Error error{ErrorKind::malformed,
                    "upgrade_required",
                    "This path speaks WebSocket, version 13 (RFC 6455).",
                    {},
                    {},
                    0};
  api::Response response = api::problem(error, request_id);
  response.status = 426;
  auto members = api::problem_object(error, request_id);
  members["status"] = 426;
  response.body = boost::json::serialize(members);
  response.headers.emplace_back("Upgrade", "websocket");
  response.headers.emplace_back("Sec-WebSocket-Version", "13");
  return response;
}

}  // namespace circled::net
