// What an operation answers: a value, or an Error that says what was wrong in words an API can show.
// Exceptions are for bugs and broken machines only.
#pragma once
#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace circled {

// One wrong field of an input. `pointer` is a JSON Pointer (RFC 6901) into the body, or "?name" for a
// query parameter.
struct FieldError {
  std::string pointer;
  std::string code;
  std::string message;
};

// Each kind is one HTTP status; `api` holds the mapping.
enum class ErrorKind : std::uint8_t {
  malformed,              // 400: not even readable
  unauthenticated,        // 401
  forbidden,              // 403: only where existence is already known to the caller
  not_found,              // 404: missing, or not theirs to know about
  method_not_allowed,     // 405
  too_slow,               // 408
  conflict,               // 409
  gone,                   // 410
  precondition_failed,    // 412: the thing has changed since it was read
  too_large,              // 413
  unsupported_media,      // 415: a body that is not JSON by its own account
  invalid,                // 422: readable, and wrong
  precondition_required,  // 428
  throttled,              // 429
  headers_too_large,      // 431
  internal,               // 500
  unavailable,            // 503: try again
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string code;                // stable, snake_case: "room_taken"
  std::string detail;              // one sentence for a person
  std::vector<FieldError> fields;  // for `invalid`
  boost::json::object extra;       // further members of the problem, e.g. "conflicts"
  std::int64_t retry_after_s = 0;  // for `throttled` and `unavailable`
};

// Thrown where no Result can be answered and nobody is to blame: a read that finds the database gone. The
// edge answers it as an Error of kind unavailable.
struct Unavailable : std::runtime_error {
  Unavailable(const std::string& what, std::int64_t seconds)
      : std::runtime_error(what), retry_after_s(seconds) {}
  std::int64_t retry_after_s;
};

template <class T = void>
using Result = boost::system::result<T, Error>;

[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

inline Error not_found(std::string what) {
  return {ErrorKind::not_found, "not_found", "There is no such " + std::move(what) + ".", {}, {}, 0};
}
inline Error conflict(std::string code, std::string detail) {
  return {ErrorKind::conflict, std::move(code), std::move(detail), {}, {}, 0};
}
inline Error forbidden(std::string detail) {
  return {ErrorKind::forbidden, "forbidden", std::move(detail), {}, {}, 0};
}
inline Error invalid(std::vector<FieldError> fields) {
  return {ErrorKind::invalid, "invalid", "Some fields are not as they should be.", std::move(fields), {}, 0};
}
inline Error invalid(std::string pointer, std::string code, std::string message) {
  std::vector<FieldError> fields;
  fields.push_back({std::move(pointer), std::move(code), std::move(message)});
  return invalid(std::move(fields));
}

}  // namespace circled
