// A request as the network hands it over, and a response as it takes it back: bounded, complete, and
// free of any socket type.
#pragma once
#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/identity.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace circled::api {

enum class Method { get, head, post, put, patch, delete_, options, other };
std::string_view to_string(Method m);

// Headers are matched without regard to case; the few that matter are looked up by name.
using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  Method method = Method::get;
  std::string target;  // as sent: path and query; never logged
  std::string body;
  Headers headers;
  std::string remote;   // the peer's address (or what a trusted proxy says it is), no port
  bool secure = false;  // arrived over TLS
  std::string id;       // request id, also in the answer and in every log line

  // All are views into this request, empty when absent; a header that stands twice: the first.
  std::string_view header(std::string_view name) const;
  std::string_view path() const;   // target up to '?', without the origin some clients send before it
  std::string_view query() const;  // after '?'
  std::string_view cookie(std::string_view name) const;
};

// What follows the body of an answer that is too long to be held: puts the next part into `part`, which comes
// empty; false when there was none left. Asked for one part at a time, on the connection's I/O thread, and
// only when the client has taken the one before. What it throws breaks the connection off, so that nobody
// takes half of an answer for the whole. What it captures must outlive the request, which is gone by then.
using Parts = std::function<Task<bool>(std::string& part)>;

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  Parts more;  // empty: the body is all
  Headers headers;
  bool close = false;      // close the connection after the answer
  std::string_view route;  // pattern of the row that answered, for logs and metrics; a literal
};

int status_of(ErrorKind kind);

// RFC 9457: type (urn:circled:problem:<code>), title, status, detail, request_id, errors when fields
// are wrong, and the error's extra members. The live protocol sends the same object.
boost::json::object problem_object(const Error& error, std::string_view request_id);

// The same as an answer of type application/problem+json, never cached, with Retry-After where the
// error names a delay.
Response problem(const Error& error, std::string_view request_id);

}  // namespace circled::api
