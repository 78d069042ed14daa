#include "end_to_end/wire.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>

namespace circled::end_to_end {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using boost::system::error_code;

asio::ip::tcp::endpoint local(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

// Runs the loop until `done`; throws when that takes longer than anybody waits.
template <class F>
void run_until(asio::io_context& io, F done, std::chrono::seconds wait = patience) {
  const auto until = std::chrono::steady_clock::now() + wait;
  while (!done()) {
    io.restart();
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("waited in vain");
    io.run_one_until(until);
  }
}

Answer to_answer(const http::response<http::string_body>& response) {
  Answer answer{static_cast<int>(response.result_int()), {}, response.body()};
  for (const auto& field : response) answer.headers.emplace_back(field.name_string(), field.value());
  return answer;
}

}  // namespace

std::string Answer::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (beast::iequals(key, name)) return value;
  return {};
}

json::value Answer::json() const {
  error_code ec;
  auto parsed = boost::json::parse(body, ec);
  if (ec) throw std::runtime_error("not JSON (" + std::to_string(status) + "): " + body);
  return parsed;
}

// --- Http --------------------------------------------------------------------------------------

struct Http::Impl {
  asio::io_context io;
  beast::tcp_stream stream{io};
  beast::flat_buffer buffer;
  std::uint16_t port = 0;
  bool connected = false;

  void connect() {
    buffer.clear();
    stream.expires_after(patience);
    stream.connect(local(port));
    connected = true;
  }
  Answer read(bool head) {
    http::response_parser<http::string_body> parser;
    parser.body_limit(64 * 1024 * 1024);
    parser.skip(head);
    error_code outcome;
    bool done = false;
    stream.expires_after(patience);
    http::async_read(stream, buffer, parser, [&](error_code ec, std::size_t) {
      outcome = ec;
      done = true;
    });
    run_until(io, [&] { return done; });
    if (outcome) {
      drop();
      return {};
    }
    if (!parser.get().keep_alive()) drop_later = true;
    return to_answer(parser.get());
  }
  void drop() {
    error_code ignored;
    stream.socket().close(ignored);
    connected = false;
    drop_later = false;
  }
  std::string text(const std::string& method, const std::string& target, const std::string& body,
                   const Headers& headers) const;
  bool drop_later = false;
};

Http::Http(std::uint16_t port) : impl_(std::make_unique<Impl>()) { impl_->port = port; }
Http::~Http() = default;
Http::Http(Http&&) noexcept = default;
Http& Http::operator=(Http&&) noexcept = default;

std::string Http::Impl::text(const std::string& method, const std::string& target, const std::string& body,
                             const Headers& headers) const {
  std::string text = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH")
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}

Answer Http::send(const std::string& method, const std::string& target, const std::string& body,
                  const Headers& headers) {
  if (impl_->drop_later) impl_->drop();
  const std::string text = impl_->text(method, target, body, headers);
  for (int attempt = 0;; ++attempt) {
    const bool fresh = !impl_->connected;
    if (fresh) impl_->connect();
    error_code ec;
    asio::write(impl_->stream.socket(), asio::buffer(text), ec);
    if (!ec) {
      Answer answer = impl_->read(method == "HEAD");
      if (answer.status != 0 || fresh || attempt > 0) return answer;
    } else {
      impl_->drop();
      if (fresh || attempt > 0) return {};
    }
  }
}

void Http::begin(const std::string& method, const std::string& target, const std::string& body,
                 const Headers& headers) {
  if (impl_->drop_later) impl_->drop();
  if (!impl_->connected) impl_->connect();
  error_code ignored;  // finish() tells
  asio::write(impl_->stream.socket(), asio::buffer(impl_->text(method, target, body, headers)), ignored);
}

Answer Http::finish() { return impl_->read(false); }

Answer Http::raw(const std::string& bytes) {
  if (impl_->drop_later) impl_->drop();
  if (!impl_->connected) impl_->connect();
  error_code ec;
  asio::write(impl_->stream.socket(), asio::buffer(bytes), ec);
  return impl_->read(false);
}

bool Http::closed() {
  impl_->drop_later = false;
  if (!impl_->connected) return true;
  char byte;
  error_code outcome;
  bool done = false;
  impl_->stream.expires_after(patience);
  impl_->stream.async_read_some(asio::buffer(&byte, 1), [&](error_code ec, std::size_t) {
    outcome = ec;
    done = true;
  });
  run_until(impl_->io, [&] { return done; });
  impl_->drop();
  return outcome && outcome != beast::error::timeout;
}

// --- Live --------------------------------------------------------------------------------------

struct Live::Impl {
  asio::io_context io;
  websocket::stream<beast::tcp_stream> stream{io};
  beast::flat_buffer buffer;
  std::deque<std::string> frames;
  bool over = false;
  int code = 1006;

  void read() {
    stream.async_read(buffer, [this](error_code ec, std::size_t) {
      if (ec) {
        over = true;
        if (stream.reason().code != websocket::close_code::none) code = stream.reason().code;
        return;
      }
      frames.push_back(beast::buffers_to_string(buffer.data()));
      buffer.clear();
      read();
    });
  }
};

Live::Live(std::uint16_t port, const Headers& headers) : impl_(std::make_unique<Impl>()) {
  auto& stream = impl_->stream;
  beast::get_lowest_layer(stream).connect(local(port));
  beast::get_lowest_layer(stream).expires_never();
  stream.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    request.set(http::field::sec_websocket_protocol, "circled.v1");
    for (const auto& [name, value] : headers) request.set(name, value);
  }));
  stream.read_message_max(1024 * 1024);
  websocket::response_type response;
  error_code ec;
  stream.handshake(response, "127.0.0.1:" + std::to_string(port), "/live", ec);
  if (ec)
    throw std::runtime_error("upgrade refused: " + std::to_string(response.result_int()) + " " +
                             ec.message());
  impl_->read();
}
Live::~Live() = default;
Live::Live(Live&&) noexcept = default;
Live& Live::operator=(Live&&) noexcept = default;

void Live::send(const std::string& text) {
  impl_->stream.text(true);
  impl_->stream.write(asio::buffer(text));
}

void Live::send_binary(const std::string& bytes) {
  impl_->stream.binary(true);
  impl_->stream.write(asio::buffer(bytes));
}

void Live::send_raw(const std::string& bytes) {
  asio::write(beast::get_lowest_layer(impl_->stream).socket(), asio::buffer(bytes));
}

json::value Live::next(std::chrono::seconds wait) {
  run_until(
      impl_->io, [&] { return !impl_->frames.empty() || impl_->over; }, wait);
  if (impl_->frames.empty()) throw std::runtime_error("closed with " + std::to_string(impl_->code));
  const std::string text = std::move(impl_->frames.front());
  impl_->frames.pop_front();
  return boost::json::parse(text);
}

void Live::unread(const json::value& message) { impl_->frames.push_front(boost::json::serialize(message)); }

int Live::close_code() {
  run_until(impl_->io, [&] { return impl_->over; });
  return impl_->code;
}

void Live::cut() {
  error_code ignored;
  auto& socket = beast::get_lowest_layer(impl_->stream).socket();
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

void Live::close() {
  bool done = false;
  impl_->stream.async_close(websocket::close_code::normal, [&](error_code) { done = true; });
  run_until(impl_->io, [&] { return done; });
}

}  // namespace circled::end_to_end
