// The two sides between network and product: `net` drives what is declared here and knows nothing
// else of the server; `app` plugs the route table and the live protocol in.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/message.hpp"
#include "base/task.hpp"

namespace circled::api {

// Answers every HTTP request. Never throws: whatever goes wrong becomes a Response. The Request
// outlives the Task.
using HttpHandler = std::function<Task<Response>(const Request&)>;

// WebSocket close codes that we send (RFC 6455 §7.4.1).
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,  // the server stops
  protocol_error = 1002,
  unsupported = 1003,   // a binary frame
  invalid_text = 1007,  // not UTF-8, or not the JSON the protocol wants
  policy = 1008,        // not signed in, or no longer
  too_big = 1009,
  internal = 1011,
  try_later = 1013,  // a slow reader; it resumes with `after`
};

// A live connection as the protocol sees it. Every call happens on `thread()`'s I/O thread.
class Socket {
 public:
  virtual ~Socket() = default;
  // Something waits to be sent: the connection will call Peer::next_frame as soon as it is free.
  virtual void wake() = 0;
  virtual void close(CloseCode code, std::string_view reason) = 0;
  // Which I/O thread owns the connection, 0 … threads-1.
  virtual std::size_t thread() const = 0;
};

// The protocol's side of one connection. `net` destroys it on the owning thread, after the last call.
class Peer {
 public:
  virtual ~Peer() = default;
  // The handshake is done; `socket` lives until closed() returns.
  virtual void opened(Socket& socket) = 0;
  // One text message. Messages of a connection are handed over one at a time, in order.
  virtual Task<void> received(std::string text) = 0;
  // Writes the next frame's text into `out` (cleared by the caller); false when nothing waits.
  // Pulling lets all that piled up while the last frame was being written leave as one.
  virtual bool next_frame(std::string& out) = 0;
  // The connection is gone, whoever ended it. The last call.
  virtual void closed() = 0;
};

// Decides about an upgrade request at /live: a peer, or the answer that refuses it.
struct Upgrade {
  std::unique_ptr<Peer> peer;
  Response refusal;
};
using UpgradeHandler = std::function<Task<Upgrade>(const Request&)>;

}  // namespace circled::api
