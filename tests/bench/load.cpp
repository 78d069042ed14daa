#include "bench/load.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace circled::bench {
namespace {

void send_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (n <= 0) throw std::runtime_error("send failed: " + std::string(std::strerror(errno)));
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

struct HttpConnection {
  int fd = -1;
  std::string in;
};

// The length of the first complete response in `in`, or 0.
std::size_t complete(const std::string& in) {
  const auto head = in.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  std::size_t length = 0;
  const auto field = in.find("Content-Length: ");
  if (field != std::string::npos && field < head) length = std::stoul(in.substr(field + 16, 20));
  return in.size() >= head + 4 + length ? head + 4 + length : 0;
}

// A client's text frame, masked with zeros (RFC 6455 §5.3 asks for a mask, not for a good one here).
std::string client_frame(std::string_view text) {
  std::string frame("\x81", 1);
  if (text.size() < 126) {
    frame += static_cast<char>(0x80 | text.size());
  } else {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(text.size() >> 8);
    frame += static_cast<char>(text.size() & 0xff);
  }
  frame.append(4, '\0');
  frame += text;
  return frame;
}

std::int64_t count(std::string_view text, std::string_view word) {
  std::int64_t n = 0;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size())) ++n;
  return n;
}

}  // namespace

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect: " + std::string(std::strerror(errno)));
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

HttpResult http_load(std::uint16_t port, int connections, double seconds,
                     const std::function<std::string(std::int64_t)>& next) {
  HttpResult result;
  std::vector<HttpConnection> all(static_cast<std::size_t>(connections));
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  std::int64_t n = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].fd = connect_to(port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event);
  }
  const Time start = now();
  for (auto& c : all) send_all(c.fd, next(n++));
  std::int64_t waiting = connections;
  std::vector<epoll_event> ready(256);
  char buffer[65536];
  while (waiting > 0) {
    const int count = ::epoll_wait(epoll, ready.data(), static_cast<int>(ready.size()), 5000);
    if (count <= 0) throw std::runtime_error("the server stopped answering");
    const bool over = since(start) >= seconds;
    for (int i = 0; i < count; ++i) {
      HttpConnection& c = all[ready[static_cast<std::size_t>(i)].data.u64];
      const auto got = ::recv(c.fd, buffer, sizeof buffer, 0);
      if (got <= 0) throw std::runtime_error("the server closed a connection");
      c.in.append(buffer, static_cast<std::size_t>(got));
      const std::size_t length = complete(c.in);
      if (length == 0) continue;
      if (c.in.compare(9, 1, "2") == 0) {
        ++result.ok;
      } else {
        if (result.other++ == 0) result.first_other = c.in.substr(0, length);
      }
      c.in.erase(0, length);
      if (over)
        --waiting;
      else
        send_all(c.fd, next(n++));
    }
  }
  result.seconds = since(start);
  for (auto& c : all) ::close(c.fd);
  ::close(epoll);
  return result;
}

LiveClients::LiveClients(std::uint16_t port, const std::vector<std::string>& tokens) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  for (const auto& token : tokens) {
    const int fd = connect_to(port);
    sockets_.push_back(fd);
    send_all(fd,
             "GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Protocol: circled.v1\r\n\r\n");
    std::string head;
    char c;
    while (head.find("\r\n\r\n") == std::string::npos) {
      if (::recv(fd, &c, 1, 0) != 1) throw std::runtime_error("the upgrade was refused: " + head);
      head += c;
    }
    if (head.find(" 101 ") == std::string::npos) throw std::runtime_error("the upgrade was refused: " + head);
    send_all(fd, client_frame("{\"type\":\"hello\",\"token\":\"" + token + "\",\"after\":0}"));
    std::string welcome;
    char buffer[4096];
    while (welcome.find("\"welcome\"") == std::string::npos) {
      const auto got = ::recv(fd, buffer, sizeof buffer, 0);
      if (got <= 0) throw std::runtime_error("no welcome: " + welcome);
      welcome.append(buffer, static_cast<std::size_t>(got));
    }
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = sockets_.size() - 1;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }
  tails_.resize(sockets_.size());
}

LiveClients::~LiveClients() {
  for (const int fd : sockets_) ::close(fd);
  ::close(epoll_);
}

std::int64_t LiveClients::read_events(const std::string& kind, std::int64_t events, double seconds,
                                      const std::function<void(std::size_t)>& arrived) {
  const std::string mark = "\"kind\":\"" + kind + "\"";
  std::int64_t seen = 0;
  const Time start = now();
  epoll_event ready[256];
  std::string buffer(1 << 18, '\0');
  while (seen < events && since(start) < seconds) {
    const int count_ready = ::epoll_wait(epoll_, ready, 256, 100);
    for (int i = 0; i < count_ready; ++i) {
      const auto socket = static_cast<std::size_t>(ready[i].data.u64);
      const auto got = ::recv(sockets_[socket], buffer.data(), buffer.size(), 0);
      if (got <= 0) throw std::runtime_error("the server closed a live connection");
      std::string& tail = tails_[socket];
      tail.append(buffer, 0, static_cast<std::size_t>(got));
      const auto more = count(tail, mark);
      seen += more;
      for (std::int64_t n = 0; arrived && n < more; ++n) arrived(socket);
      tail.erase(0, tail.size() - std::min(tail.size(), mark.size() - 1));
    }
  }
  return seen;
}

}  // namespace circled::bench
