// How the network room behaves. Everything from outside has a limit and a deadline here.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/message.hpp"

namespace circled::net {

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IP address; "0.0.0.0" and "::" mean all
  std::uint16_t port = 8080;          // 0: any free one
  std::size_t threads = 0;            // I/O threads; 0: one per core
  std::string certificate;            // PEM files; both empty: plain HTTP
  std::string private_key;
  std::string web_folder;  // the built pages; empty or missing: a page that says so
  std::string live_path = "/live";
  // Addresses or networks whose X-Forwarded-For, X-Forwarded-Proto and X-Request-Id are believed.
  std::vector<std::string> trusted_proxies;

  std::size_t max_connections = 20'000;   // HTTP and live together; one more is answered 503
  std::size_t header_limit = 16 * 1024;   // 431
  std::size_t body_limit = 1024 * 1024;   // 413
  std::size_t message_limit = 64 * 1024;  // a WebSocket message: close 1009

  std::chrono::milliseconds header_deadline{10'000};  // from its first byte to the end of the head: 408
  std::chrono::milliseconds body_deadline{30'000};    // from the head to the body's end: 408
  std::chrono::milliseconds keep_alive{75'000};       // between requests: closed without a word
  std::chrono::milliseconds write_stall{30'000};      // a write without progress: dropped
  std::chrono::milliseconds ping_after{30'000};       // a live connection that says nothing is pinged,
  std::chrono::milliseconds gone_after{60'000};       // and dropped when it does not even answer that
  std::chrono::milliseconds close_wait{3'000};        // for the other side's end, after ours
  std::chrono::milliseconds drain_delay{0};           // stop() goes on serving for so long, then
  std::chrono::milliseconds stop_within{10'000};      // a graceful stop takes no longer

  // Called on the I/O thread after each answer, with the time from the request's last byte to the
  // answer's first. It may log method, status, Response::route and id; never the target.
  std::function<void(const api::Request&, const api::Response&, std::chrono::nanoseconds)> access_log;
  // An exception that reached the edge, or trouble with the listening socket. `request_id` may be empty.
  // Unset: to spdlog's default logger. Called on I/O threads.
  std::function<void(std::string_view request_id, std::string_view what)> fault_log;
};

}  // namespace circled::net
