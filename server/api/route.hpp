// The route table. A row is declared in one statement: method, path, one line of summary, handler.
// The handler's parameter types say the rest: who may call (without a caller type it does not
// compile), what the body and the query look like, what comes back; the same types make the
// OpenAPI document.
//
//   table.post("/api/v1/sessions", "Books a session", options::once,
//              [&](const Call& call, const Counselor& who, const Body<Booking>& booking)
//                  -> Task<Result<Reply<Session>>> { … });
//
// Path parameters `{name}` match a positive number without leading zeros; `{name:text}` matches one
// segment of RFC 3986's unreserved characters, so that nothing in it needs decoding. Anything else is
// an unknown path: 404. Where several patterns fit, a literal segment goes before a parameter.
#pragma once
#include <array>
#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include "api/message.hpp"
#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/task.hpp"

namespace circled::api {

struct PathParameter {
  std::string_view name;   // views the pattern
  std::string_view value;  // views the request's target
};

// One call of a route: the request and what the table found in its path.
struct Call {
  const Request& request;
  std::string_view route;  // "POST /api/v1/sessions": the row's name for logs and idempotency keys
  std::array<PathParameter, 4> parameters{};
  Instant now{};

  // A parameter that the pattern does not have is a bug: std::logic_error.
  template <class Id>
  Id id(std::string_view name) const {
    return Id(number(name));
  }
  std::string_view text(std::string_view name) const;
  // The Idempotency-Key header, if any (1 to 200 visible characters; the table refuses others).
  std::optional<std::string> idempotency_key() const;
  // The one strong ETag of If-Match, without quotes; always there when the row `edits`.
  std::optional<std::string> if_match() const;
  // If-Match where the ETag is a version number; -1, which is nobody's, for anything else.
  std::int64_t version() const;

 private:
  std::int64_t number(std::string_view name) const;
};

template <class T>
struct Body {
  T value;
  const T* operator->() const { return &value; }
  const T& operator*() const { return value; }
};
template <class T>
struct Query {
  T value;
  const T* operator->() const { return &value; }
  const T& operator*() const { return value; }
};

// What a handler answers when all is well: a T (or nothing: 204), and what belongs into headers. The
// status 200 of a row with `key_required` goes out as 201, for such a row creates.
template <class T = void>
struct Reply {
  T body;
  int status = 200;
  std::string etag;      // without quotes
  std::string location;  // for 201
  std::string next;      // cursor of the next page: becomes Link rel="next"; a Page brings its own
  std::string stored;    // an earlier answer, replayed word for word in place of `body`
  bool replayed = false;
  Headers headers;  // e.g. Set-Cookie; a Cache-Control here replaces the table's own

  Reply() = default;
  Reply(T b) : body(std::move(b)) {}
  Reply(T b, int s) : body(std::move(b)), status(s) {}
};
template <>
struct Reply<void> {
  int status = 204;
  std::string etag, location, next, stored;
  bool replayed = false;
  Headers headers;
};

// The answer to a POST that made something.
template <class T>
Result<Reply<T>> created(Result<T> made, std::string location = {}) {
  if (!made) return made.error();
  Reply<T> reply(std::move(*made), 201);
  reply.location = std::move(location);
  return reply;
}

// What was done, or why not.
template <class T>
Result<Reply<T>> reply(Result<T> done) {
  if (!done) return done.error();
  return Reply<T>(std::move(*done));
}

// The same of what has a version, which is its ETag.
template <class T>
Result<Reply<T>> tagged(Result<T> done) {
  if (!done) return done.error();
  Reply<T> answer(std::move(*done));
  answer.etag = std::to_string(answer.body.version);
  return answer;
}

// A page of a list; `next` is the cursor to pass as ?after=, absent on the last page.
template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next;
  BOOST_DESCRIBE_CLASS(Page, (), (items, next), (), ())
};

// A body that is not JSON, or is too long to be held: a calendar file, metrics, a list of a year.
struct Raw {
  std::string content_type;
  std::string text;
  Parts more = {};  // what follows `text`, part by part
};

// What a row says beside its types.
struct Options {
  bool key_required = false;  // repetition would create: Idempotency-Key is required (else 428)
  bool edits = false;         // If-Match is required (else 428)
  bool views_record = false;  // the handler audits a view of a client's record before it answers
  bool creates = false;       // answers 201 where no key is required, because the answer is secret
  bool secret = false;        // the answer holds a secret: never stored for replay, Cache-Control: no-store
};
namespace options {
inline constexpr Options none{};
inline constexpr Options once{.key_required = true};
inline constexpr Options edit{.edits = true};
inline constexpr Options record{.views_record = true};
inline constexpr Options secret{.secret = true};
inline constexpr Options new_secret{.creates = true, .secret = true};
}  // namespace options

// Resolves who is calling. Errors: unauthenticated (a token that is no longer good), forbidden
// (a cookie sent from another origin).
using Authenticator = std::function<Task<Result<std::optional<Identity>>>(const Request&)>;

struct Row {
  Method method = Method::get;
  std::string path;  // the pattern
  std::string name;  // "POST /api/v1/sessions"
  std::string summary;
  std::string tag;  // the room it belongs to, for the document
  Options options;
  std::string caller;                        // title of the caller type; empty for anyone
  std::vector<std::string_view> parameters;  // their names in order; view `path`
  int status = 200;                          // of a success, unless the handler says otherwise
  bool raw = false;                          // answers a Raw
  std::function<Task<Response>(const Call&, const std::optional<Identity>&)> handle;
  // For the OpenAPI document: null when there is none.
  std::function<boost::json::object(json::Schemas&)> body_schema, query_schema, reply_schema;
};

class Table {
 public:
  void authenticate_by(Authenticator a) { authenticator_ = std::move(a); }
  void clock_by(std::function<Instant()> now) { now_ = std::move(now); }

  // Sets the tag of the rows that follow: the room's name.
  void room(std::string tag) { tag_ = std::move(tag); }

  template <class H>
  void get(std::string path, std::string summary, Options o, H handler);
  template <class H>
  void post(std::string path, std::string summary, Options o, H handler);
  template <class H>
  void put(std::string path, std::string summary, Options o, H handler);
  template <class H>
  void patch(std::string path, std::string summary, Options o, H handler);
  template <class H>
  void del(std::string path, std::string summary, Options o, H handler);

  // Finds the row (404, or 405 with Allow), the caller (401, 403), checks what the row demands (415,
  // 428), decodes (400, 422), calls, encodes. Exceptions are logged and become a plain 500 with the
  // request id. HEAD is answered like GET, body included: the network leaves it off. Whoever brings a
  // token that is no longer good is nobody to a row for anyone, so that a stale cookie cannot keep its
  // owner from signing in. Any thread; the table must outlive the Task and no longer change.
  Task<Response> answer(const Request& request) const;

  const std::vector<std::unique_ptr<Row>>& rows() const { return rows_; }

 private:
  template <class H>
  void add(Method m, std::string path, std::string summary, Options o, H handler);
  // Throws std::logic_error for a pattern that cannot be told from an earlier one, or is none.
  void insert(std::unique_ptr<Row> row);
  Task<Response> answer(const Row& row, const Call& call) const;

  struct Node;
  std::vector<std::unique_ptr<Row>> rows_;
  std::shared_ptr<Node> root_;
  Authenticator authenticator_;
  std::function<Instant()> now_ = [] { return SystemClock().now(); };
  std::string tag_;
};

// OpenAPI 3.1 of every row, in the order of their paths: the same rows make the same document.
// Throws std::logic_error when two rows or two schemas would bear one name.
boost::json::object openapi(const Table& table);

// The same as text, indented, so that a change of the committed file can be read line by line.
std::string openapi_text(const Table& table);

}  // namespace circled::api

#include "api/route_impl.hpp"
