// The load generator: many connections on one thread, by epoll. Knows just enough HTTP and WebSocket
// to ask our own server; what it answers is counted, not interpreted.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace circled::bench {

using Time = std::chrono::steady_clock::time_point;
inline Time now() { return std::chrono::steady_clock::now(); }
inline double since(Time t) { return std::chrono::duration<double>(now() - t).count(); }

int connect_to(std::uint16_t port);  // a connected TCP socket, TCP_NODELAY

struct HttpResult {
  std::int64_t ok = 0;  // 2xx
  std::int64_t other = 0;
  std::string first_other;  // the first answer that was no success, for the message
  double seconds = 0;
};

// Closed loop: every connection has one request under way. `next(n)` makes the n-th request's text.
HttpResult http_load(std::uint16_t port, int connections, double seconds,
                     const std::function<std::string(std::int64_t)>& next);

// Live connections that say hello with their token and count what comes.
class LiveClients {
 public:
  LiveClients(std::uint16_t port, const std::vector<std::string>& tokens);  // returns when all are welcome
  ~LiveClients();
  LiveClients(const LiveClients&) = delete;

  // Reads until `events` events (marked by "kind":"<kind>") have arrived in all, or the time is over.
  // Answers how many arrived; `arrived` is told of each with the place of its token.
  std::int64_t read_events(const std::string& kind, std::int64_t events, double seconds,
                           const std::function<void(std::size_t)>& arrived = {});

 private:
  int epoll_ = -1;
  std::vector<int> sockets_;
  std::vector<std::string> tails_;  // the end of what each socket read last: a mark may be cut in two
};

}  // namespace circled::bench
