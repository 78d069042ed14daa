#include "net/http_connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <charconv>

#include "net/handshake.hpp"
#include "net/live_connection.hpp"
#include "net/request_parser.hpp"
#include "net/response_head.hpp"
#include "net/text.hpp"

namespace circled::net {

namespace {

constexpr std::size_t idle_buffer = 4 * 1024;
constexpr std::size_t body_buffer = 32 * 1024;
// What we are ready to read and throw away so that a client gets to see why it was refused.
constexpr std::size_t most_discarded = 8 * 1024 * 1024;

bool belongs_to_api(std::string_view path) {
  return path == "/api" || path.starts_with("/api/") || path.starts_with("/feeds/") || path == "/healthz" ||
         path == "/readyz" || path == "/metrics";
}

bool good_request_id(std::string_view id) {
  if (id.empty() || id.size() > 64) return false;
  for (char c : id) {
    const bool fine =
        (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '_' || c == '.';
    if (!fine) return false;
  }
  return true;
}

api::Response internal_problem(std::string_view request_id) {
  return api::problem({ErrorKind::internal,
                       "internal",
                       "Something went wrong on our side. The request id helps to find out what.",
                       {},
                       {},
                       0},
                      request_id);
}

std::string chunk_head(std::size_t size) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, size, 16).ptr;
  return std::string(digits, end) + "\r\n";
}

class HttpConnection final : public Connection {
 public:
  HttpConnection(IoThread& thread, TcpSocket socket, Place place, const boost::asio::ip::address& peer)
      : thread_(thread),
        options_(thread.shared.options),
        place_(std::move(place)),
        stream_(std::move(socket)),
        peer_(peer),
        peer_text_(peer.to_string()),
        peer_is_trusted_(thread.shared.proxies.contains(peer)),
        parser_({options_.header_limit, 100, options_.body_limit}) {
    thread_.counters.connections.add();
    thread_.counters.connections_open.add();
    thread_.add(*this);
  }
  ~HttpConnection() override {
    if (!handed_over_) thread_.counters.connections_open.add(-1);
  }

  Task<void> run();

  void tick(TimePoint now) override {
    if (now < deadline_ || late_) return;
    late_ = true;
    stream_.cancel();
  }
  void stop() override {
    if (idle_) stream_.cancel();
  }

 private:
  enum class Received { request, refused, nothing };

  Task<Received> receive();
  Task<bool> respond();
  Task<bool> respond_live();
  Task<void> linger();

  void make_room();
  void complete_request();
  void say_continue();
  bool begin_send(const api::Response& response, std::string_view body, bool keep);
  Task<void> finish_send();
  Task<void> send_parts(const api::Response& response);
  bool write_some();
  void note_written(const Attempt& a);
  bool may_keep(const api::Response& response) const {
    return parser_.keep_alive() && !response.close && !thread_.shared.leaving;
  }
  void count(const api::Response& response);

  // Gives what comes next this long; from then on waiting ends with `late_`.
  void allow(std::chrono::milliseconds time) {
    deadline_ = SteadyClock::now() + time;
    late_ = false;
  }
  void allow_for_ever() { deadline_ = TimePoint::max(); }

  IoThread& thread_;
  const ServerOptions& options_;
  Place place_;
  Stream stream_;
  const boost::asio::ip::address peer_;
  const std::string peer_text_;
  const bool peer_is_trusted_;

  TimePoint deadline_ = TimePoint::max();
  bool late_ = false;
  bool idle_ = true;           // nothing of the next request has come yet
  bool answered_any_ = false;  // at least one request
  bool broken_ = false;        // an answer did not get through: the client is gone, or as good as gone
  bool handed_over_ = false;   // to a live connection, together with the socket

  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0, used_ = 0, filled_ = 0;

  RequestParser parser_;
  api::Request request_;
  Error refusal_;
  TimePoint received_at_;  // only when somebody logs

  std::string rest_head_;  // of an answer that the socket did not take at once
  std::string_view rest_body_;
};

Task<void> HttpConnection::run() {
  if (const auto& tls = thread_.shared.tls) {
    allow(options_.header_deadline);
    if (!co_await stream_.handshake(*tls)) co_return;
  }
  for (bool again = true; again;) {
    switch (co_await receive()) {
      case Received::request: again = co_await respond(); break;
      case Received::refused: {
        const api::Response response = refusal(refusal_, request_.id);
        if (!begin_send(response, response.body, false)) co_await finish_send();
        again = false;
        break;
      }
      case Received::nothing: co_return;
    }
  }
  if (!handed_over_ && !broken_) co_await linger();
}

// Reads until there is a whole request, or a reason to refuse it.
Task<HttpConnection::Received> HttpConnection::receive() {
  parser_.begin(request_);
  thread_.new_request_id(request_.id);
  request_.remote = peer_text_;
  idle_ = used_ == filled_;
  allow(idle_ && answered_any_ ? options_.keep_alive : options_.header_deadline);
  for (;;) {
    if (used_ < filled_) {
      if (std::exchange(idle_, false)) allow(options_.header_deadline);
      const auto before = parser_.state();
      used_ += parser_.feed({buffer_.get() + used_, filled_ - used_});
      const auto now = parser_.state();
      if (now == RequestParser::State::complete || now == RequestParser::State::refused) {
        if (options_.access_log) received_at_ = SteadyClock::now();
        if (now == RequestParser::State::complete) co_return Received::request;
        refusal_ = parser_.refusal();
        co_return Received::refused;
      }
      if (now != before) {
        allow(options_.body_deadline);
        if (used_ < filled_) continue;
        if (parser_.expects_continue()) say_continue();
      }
    } else if (idle_ && thread_.shared.stopping) {
      co_return Received::nothing;
    }
    make_room();
    const std::size_t n = co_await stream_.read(buffer_.get() + filled_, capacity_ - filled_);
    filled_ += n;
    thread_.counters.bytes_in.add(static_cast<std::int64_t>(n));
    // A deadline may pass in the very moment in which something arrives; only the first byte excuses that.
    if (n > 0 && (!late_ || idle_)) continue;
    if (!late_ || idle_) co_return Received::nothing;
    if (options_.access_log) received_at_ = SteadyClock::now();
    refusal_ = {ErrorKind::too_slow, "too_slow", "The request did not arrive in time.", {}, {}, 0};
    co_return Received::refused;
  }
}

// Room to read into: little while nothing is going on, more for a body.
void HttpConnection::make_room() {
  const std::size_t pending = filled_ - used_;
  std::size_t wanted = idle_buffer;
  if (parser_.state() == RequestParser::State::body) wanted = body_buffer;
  if (!idle_) wanted = std::max(wanted, capacity_);
  if (pending > wanted / 2) wanted *= 2;
  if (wanted != capacity_) {
    std::unique_ptr<char[]> larger(new char[wanted]);
    std::copy_n(buffer_.get() + used_, pending, larger.get());
    buffer_ = std::move(larger);
    capacity_ = wanted;
  } else if (used_ > 0) {
    std::copy(buffer_.get() + used_, buffer_.get() + filled_, buffer_.get());
  }
  used_ = 0;
  filled_ = pending;
}

// A client that waits for this line sends its body a moment later if the line is lost: no harm in trying
// only once.
void HttpConnection::say_continue() { stream_.try_write("HTTP/1.1 100 Continue\r\n\r\n", {}); }

// What the request's bytes alone do not say.
void HttpConnection::complete_request() {
  request_.secure = stream_.secure();
  if (!peer_is_trusted_) return;
  std::string forwarded;
  for (const auto& [name, value] : request_.headers) {
    if (same_word(name, "X-Forwarded-For")) forwarded += (forwarded.empty() ? "" : ",") + value;
  }
  request_.remote = thread_.shared.proxies.client(peer_, forwarded);
  if (same_word(request_.header("X-Forwarded-Proto"), "https")) request_.secure = true;
  if (const auto id = request_.header("X-Request-Id"); good_request_id(id)) request_.id = id;
}

// True when the connection lives on.
Task<bool> HttpConnection::respond() {
  complete_request();
  allow_for_ever();
  answered_any_ = true;
  const Shared& shared = thread_.shared;
  const std::string_view path = request_.path();
  if (path == options_.live_path) co_return co_await respond_live();

  api::Response response;
  std::string_view body;
  if (belongs_to_api(path)) {
    try {
      response = co_await shared.http(request_);
    } catch (...) {
      thread_.fault(std::current_exception(), request_.id);
      response = internal_problem(request_.id);
    }
    body = response.body;
  } else {
    StaticFiles::Answer answer = shared.files.answer(request_);
    response = std::move(answer.head);
    body = answer.file.empty() ? std::string_view(response.body) : answer.file;
  }
  // To HTTP/1.0 the end of what has no length is the end of the connection.
  const bool keep = may_keep(response) && (!response.more || parser_.http11());
  if (!begin_send(response, body, keep)) co_await finish_send();
  if (response.more && request_.method != api::Method::head) co_await send_parts(response);
  co_return keep && !broken_;
}

Task<bool> HttpConnection::respond_live() {
  const int status = judge_handshake(request_);
  api::Upgrade upgrade;
  if (status == 426) {
    upgrade.refusal = upgrade_required(request_.id);
  } else if (status != 0 || !parser_.http11()) {
    upgrade.refusal = refusal(
        {ErrorKind::malformed, "malformed_handshake", "This is not a proper WebSocket handshake.", {}, {}, 0},
        request_.id);
  } else {
    try {
      upgrade = co_await thread_.shared.upgrade(request_);
    } catch (...) {
      thread_.fault(std::current_exception(), request_.id);
      upgrade.peer.reset();
      upgrade.refusal = internal_problem(request_.id);
    }
  }
  if (!upgrade.peer) {
    const bool keep = may_keep(upgrade.refusal);
    if (!begin_send(upgrade.refusal, upgrade.refusal.body, keep)) co_await finish_send();
    co_return keep && !broken_;
  }

  api::Response switching;
  switching.status = 101;
  switching.route = "live";
  count(switching);
  rest_head_ = switching_protocols(request_);
  rest_body_ = {};
  if (!write_some()) co_await finish_send();
  if (broken_) co_return false;
  handed_over_ = true;
  serve_live(thread_, std::move(stream_), std::move(place_), std::move(upgrade.peer), std::move(request_.id),
             std::string(buffer_.get() + used_, filled_ - used_));
  co_return false;
}

// Head and body in one system call. False when the socket did not take everything: then finish_send()
// has to follow, and `body` to live until that is done.
bool HttpConnection::begin_send(const api::Response& response, std::string_view body, bool keep) {
  HeadFacts facts;
  facts.date = thread_.date();
  facts.request_id = request_.id;
  facts.body = body.size();
  facts.in_parts = static_cast<bool>(response.more);
  facts.keep_alive = keep;
  facts.http11 = parser_.state() == RequestParser::State::refused || parser_.http11();
  facts.secure = stream_.secure();
  std::string& head = thread_.head;
  head.clear();
  put_head(head, response, facts);
  // The beginning of what comes in parts is a part like the others.
  if (facts.in_parts || request_.method == api::Method::head || response.status == 204 ||
      response.status == 304)
    body = {};

  const Attempt a = stream_.try_write(head, body);
  const bool all = a.bytes == head.size() + body.size();
  if (!all) {
    rest_head_ = a.bytes < head.size() ? head.substr(a.bytes) : std::string();
    rest_body_ = a.bytes < head.size() ? body : body.substr(a.bytes - head.size());
  }
  note_written(a);
  count(response);
  return all;
}

// The same for what is left.
bool HttpConnection::write_some() {
  const Attempt a = stream_.try_write(rest_head_, rest_body_);
  note_written(a);
  const std::size_t of_head = std::min(a.bytes, rest_head_.size());
  rest_head_.erase(0, of_head);
  rest_body_.remove_prefix(a.bytes - of_head);
  return rest_head_.empty() && rest_body_.empty();
}

void HttpConnection::note_written(const Attempt& a) {
  thread_.counters.bytes_out.add(static_cast<std::int64_t>(a.bytes));
  if (a.bytes > 0) allow(options_.write_stall);
  if (a.outcome == Outcome::failed || a.outcome == Outcome::end) broken_ = true;
}

Task<void> HttpConnection::finish_send() {
  allow(options_.write_stall);
  while (!broken_) {
    const bool writable = co_await stream_.wait(Outcome::wants_write);
    if (!writable) broken_ = true;
    if (broken_ || write_some()) co_return;
  }
}

// One chunk after the other; the last one is empty, and missing where the answer broke off.
Task<void> HttpConnection::send_parts(const api::Response& response) {
  const bool chunked = parser_.http11();
  std::string part = response.body;
  for (bool more = true; more && !broken_; part.clear()) {
    allow_for_ever();
    try {
      if (part.empty()) more = co_await response.more(part);
    } catch (...) {
      thread_.fault(std::current_exception(), request_.id);
      broken_ = true;
      co_return;
    }
    if (!more) part.clear();
    if (more && part.empty()) continue;  // an empty chunk would be the end
    if (!more && !chunked) co_return;
    rest_head_ = chunked ? chunk_head(part.size()) : std::string();
    if (chunked) part += "\r\n";
    rest_body_ = part;
    if (!write_some()) co_await finish_send();
  }
}

void HttpConnection::count(const api::Response& response) {
  const int status_class = std::clamp(response.status / 100, 1, 5);
  thread_.counters.requests[static_cast<std::size_t>(status_class - 1)].add();
  if (!options_.access_log) return;
  try {
    options_.access_log(request_, response, SteadyClock::now() - received_at_);
  } catch (...) {
    thread_.fault(std::current_exception(), request_.id);
  }
}

// Closing while unread bytes wait would reset the connection, and the client might never see the answer.
Task<void> HttpConnection::linger() {
  stream_.finish();
  allow(options_.close_wait);
  if (capacity_ == 0) co_return;
  for (std::size_t discarded = 0; discarded < most_discarded && !late_;) {
    const std::size_t n = co_await stream_.read(buffer_.get(), capacity_);
    if (n == 0) break;
    discarded += n;
  }
}

}  // namespace

void serve_http(IoThread& thread, TcpSocket socket, Place place, const boost::asio::ip::address& peer) {
  auto connection = std::make_unique<HttpConnection>(thread, std::move(socket), std::move(place), peer);
  Task<void> run = connection->run();
  boost::asio::co_spawn(
      thread.executor(), std::move(run),
      [&thread, connection = std::move(connection)](std::exception_ptr failure) { thread.fault(failure); });
}

}  // namespace circled::net
