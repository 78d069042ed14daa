// A tiny blocking client on a raw socket, so that tests see every byte, and a Server running in this
// process with handlers that tests can foresee.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "net/server.hpp"

namespace circled::test {

struct Answer {
  int status = 0;
  std::string head;  // status line and headers, with their line ends
  std::string body;
  int chunks = 0;                                   // that it came in, where it has no length
  std::string header(std::string_view name) const;  // "" when absent
};

struct Frame {
  unsigned opcode = 0;
  std::string payload;
  // Of a close frame; 1005 when it has none.
  unsigned close_code() const;
};

// Every read gives up after 20 s with an exception, so that a failing server fails a test and hangs none.
class Client {
 public:
  explicit Client(std::uint16_t port, bool tls = false);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view bytes);
  // One answer; `to_head`: to a HEAD request, so without a body.
  Answer answer(bool to_head = false);
  Answer get(std::string_view path, std::string_view headers = "");
  // Reads on until the server closes; true when it does so in order, without a reset.
  bool ends();
  std::string rest();  // everything until the end
  void shut();         // our side only
  // So that little is in flight before the server's writes stop getting through.
  static void small_receive_buffer(bool on);

  // WebSocket
  Answer upgrade(std::string_view headers = "", std::string_view early = "");
  void frame(unsigned opcode, std::string_view payload, bool final = true);
  void text(std::string_view payload) { frame(1, payload); }
  Frame frame();

 private:
  bool fill();
  std::string line();  // without its end
  std::string take(std::size_t n);

  int fd_ = -1;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  std::string buffer_;
};

// "GET path HTTP/1.1" with a Host, and whatever `headers` adds ("Name: value\r\n" each).
std::string request(std::string_view method, std::string_view path, std::string_view headers = "",
                    std::string_view body = "");

// A masked frame as a client sends it.
std::string masked(unsigned first_byte, std::string_view payload);

// A server on a free port, running until the end of the test.
class Running {
 public:
  Running(net::ServerOptions options, api::HttpHandler http, api::UpgradeHandler upgrade);
  ~Running();
  std::uint16_t port() const { return port_; }
  net::Server& server() { return server_; }
  void join();

 private:
  net::Server server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

// Options for tests: port 0 and two threads.
net::ServerOptions quick_options();

// Answers {method, path, body, remote, secure} as one line of text; "/api/throw" throws,
// "/api/big" answers 8 MB, "/api/parts" its beginning and three parts of which the second is empty,
// "/api/parts/large" 64 of 256 KB, "/api/parts/throw" one before it throws.
api::HttpHandler echo_http();

// Refuses without a peer.
api::UpgradeHandler no_live();

// --- how ---------------------------------------------------------------------------------------

namespace detail {
inline bool use_small_receive_buffer = false;

[[noreturn]] inline void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}
}  // namespace detail

using detail::fail;
using detail::use_small_receive_buffer;

inline void Client::small_receive_buffer(bool on) { use_small_receive_buffer = on; }

inline Client::Client(std::uint16_t port, bool tls) {
  fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
  if (fd_ < 0) fail("socket");
  if (use_small_receive_buffer) {
    const int size = 4096;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  }
  const timeval patience{20, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("connect");
  if (!tls) return;
  context_ = SSL_CTX_new(TLS_client_method());
  ssl_ = SSL_new(context_);
  SSL_set_fd(ssl_, fd_);
  if (SSL_connect(ssl_) != 1) throw std::runtime_error("TLS handshake failed");
}

inline Client::~Client() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
  if (fd_ >= 0) ::close(fd_);
}

inline void Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ssl_ ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                        : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) fail("send");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

// False at the end of the stream.
inline bool Client::fill() {
  char block[16 * 1024];
  const auto n = ssl_ ? SSL_read(ssl_, block, sizeof block) : ::recv(fd_, block, sizeof block, 0);
  if (n < 0) fail("recv");
  buffer_.append(block, static_cast<std::size_t>(n));
  return n > 0;
}

inline std::string Client::take(std::size_t n) {
  while (buffer_.size() < n) {
    if (!fill()) throw std::runtime_error("the server closed the connection");
  }
  std::string bytes = buffer_.substr(0, n);
  buffer_.erase(0, n);
  return bytes;
}

inline std::string Client::line() {
  std::size_t end;
  while ((end = buffer_.find("\r\n")) == std::string::npos)
    if (!fill()) throw std::runtime_error("the server closed the connection within an answer");
  std::string text = take(end + 2);
  text.resize(end);
  return text;
}

inline Answer Client::answer(bool to_head) {
  std::size_t end;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) throw std::runtime_error("the server closed the connection before an answer");
  }
  Answer answer;
  answer.head = take(end + 4);
  answer.status = std::stoi(answer.head.substr(9, 3));
  if (to_head) return answer;
  const std::string length = answer.header("Content-Length");
  if (!length.empty()) answer.body = take(std::stoul(length));
  if (answer.header("Transfer-Encoding") == "chunked") {
    while (const std::size_t size = std::stoul(line(), nullptr, 16)) {
      answer.body += take(size);
      if (!line().empty()) throw std::runtime_error("a chunk is longer than it says");
      ++answer.chunks;
    }
    if (!line().empty()) throw std::runtime_error("trailers, where none are sent");
  }
  return answer;
}

inline Answer Client::get(std::string_view path, std::string_view headers) {
  send(request("GET", path, headers));
  return answer();
}

inline std::string Client::rest() {
  while (fill()) {
  }
  return std::move(buffer_);
}

inline bool Client::ends() {
  try {
    rest();
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

inline void Client::shut() { ::shutdown(fd_, SHUT_WR); }

inline Answer Client::upgrade(std::string_view headers, std::string_view early) {
  // The key of RFC 6455 §1.3.
  std::string text =
      "GET /live HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
  text += headers;
  text += "\r\n";
  text += early;
  send(text);
  return answer();
}

inline void Client::frame(unsigned opcode, std::string_view payload, bool final) {
  send(masked(opcode | (final ? 0x80u : 0u), payload));
}

inline Frame Client::frame() {
  const std::string two = take(2);
  Frame frame;
  frame.opcode = static_cast<unsigned char>(two[0]) & 0x0f;
  std::size_t length = static_cast<unsigned char>(two[1]);
  const int more = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (more) length = 0;
  for (char c : take(static_cast<std::size_t>(more))) length = length << 8 | static_cast<unsigned char>(c);
  frame.payload = take(length);
  return frame;
}

inline unsigned Frame::close_code() const {
  if (payload.size() < 2) return 1005;
  return static_cast<unsigned char>(payload[0]) * 256u + static_cast<unsigned char>(payload[1]);
}

inline std::string Answer::header(std::string_view name) const {
  const std::string start = "\r\n" + std::string(name) + ": ";
  const std::size_t at = head.find(start);
  if (at == std::string::npos) return {};
  const std::size_t from = at + start.size();
  return head.substr(from, head.find("\r\n", from) - from);
}

inline std::string request(std::string_view method, std::string_view path, std::string_view headers,
                           std::string_view body) {
  std::string text(method);
  text += " ";
  text += path;
  text += " HTTP/1.1\r\nHost: test\r\n";
  text += headers;
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  text += "\r\n";
  text += body;
  return text;
}

inline std::string masked(unsigned first_byte, std::string_view payload) {
  static constexpr unsigned char key[4] = {0x12, 0x34, 0x56, 0x78};
  std::string bytes(1, static_cast<char>(first_byte));
  if (payload.size() < 126) {
    bytes += static_cast<char>(0x80 | payload.size());
  } else if (payload.size() < 65536) {
    bytes += static_cast<char>(0xfe);
    bytes += static_cast<char>(payload.size() >> 8);
    bytes += static_cast<char>(payload.size() & 0xff);
  } else {
    bytes += static_cast<char>(0xff);
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>((payload.size() >> shift) & 0xff);
  }
  bytes.append(reinterpret_cast<const char*>(key), 4);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    bytes += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ key[i % 4]);
  }
  return bytes;
}

inline Running::Running(net::ServerOptions options, api::HttpHandler http, api::UpgradeHandler upgrade)
    : server_(std::move(options)) {
  auto port = server_.listen();
  if (!port) throw std::runtime_error(port.error().detail);
  port_ = *port;
  thread_ = std::thread(
      [this, http = std::move(http), upgrade = std::move(upgrade)] { server_.run(http, upgrade); });
}

inline Running::~Running() { join(); }

inline void Running::join() {
  server_.stop();
  if (thread_.joinable()) thread_.join();
}

inline net::ServerOptions quick_options() {
  net::ServerOptions options;
  options.port = 0;
  options.threads = 2;
  return options;
}

inline api::HttpHandler echo_http() {
  return [](const api::Request& request) -> Task<api::Response> {
    if (request.path() == "/api/throw") throw std::runtime_error("thrown by the test's handler");
    api::Response response;
    response.content_type = "text/plain";
    if (request.path().starts_with("/api/parts")) {
      const bool large = request.path().ends_with("large"), throws = request.path().ends_with("throw");
      if (!large) response.body = "begin ";
      response.more = [large, throws, n = 0](std::string& part) mutable -> Task<bool> {
        ++n;
        if (throws && n == 2) throw std::runtime_error("thrown by the test's second part");
        if (large) part.assign(256 * 1024, static_cast<char>('a' + n % 26));
        if (!large && n != 2) part = "part " + std::to_string(n) + " ";
        co_return n <= (large ? 64 : 3);
      };
    } else if (request.path() == "/api/big") {
      response.body.assign(8 * 1024 * 1024, 'x');
    } else {
      response.body = std::string(api::to_string(request.method)) + " " + std::string(request.path()) + " [" +
                      request.body + "] from " + request.remote + (request.secure ? " secure" : "");
    }
    co_return response;
  };
}

inline api::UpgradeHandler no_live() {
  return [](const api::Request& request) -> Task<api::Upgrade> {
    api::Upgrade upgrade;
    upgrade.refusal = api::problem(
        {ErrorKind::unauthenticated, "unauthenticated", "Sign in first.", {}, {}, 0}, request.id);
    co_return upgrade;
  };
}

}  // namespace circled::test
