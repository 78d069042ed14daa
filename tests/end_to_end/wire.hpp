// A small blocking HTTP and WebSocket client for tests, independent of the server's own code: Beast reads
// and writes the bytes, in wire.cpp alone.
#pragma once
#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace circled::end_to_end {

namespace json = boost::json;
using Headers = std::vector<std::pair<std::string, std::string>>;

// What must happen happens long before; only a broken server makes anybody wait so long.
inline constexpr std::chrono::seconds patience{20};

struct Answer {
  int status = 0;  // 0: the connection ended without an answer
  Headers headers;
  std::string body;

  std::string header(std::string_view name) const;  // empty when absent
  json::value json() const;                         // throws with the body's text when it is not JSON
};

// One keep-alive connection.
class Http {
 public:
  explicit Http(std::uint16_t port);
  ~Http();
  Http(Http&&) noexcept;
  Http& operator=(Http&&) noexcept;

  // Connects again when the other side had closed. Throws when the server cannot be reached.
  Answer send(const std::string& method, const std::string& target, const std::string& body = {},
              const Headers& headers = {});
  // The same in two steps, so that several connections can be under way at once.
  void begin(const std::string& method, const std::string& target, const std::string& body,
             const Headers& headers);
  Answer finish();
  // Sends these bytes and reads one answer.
  Answer raw(const std::string& bytes);
  // True when the server has closed this connection (waits for it).
  bool closed();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// One WebSocket at /live. Frames are kept as they come; next() hands them out in order.
class Live {
 public:
  // Throws when the upgrade is refused, with the status in the text.
  Live(std::uint16_t port, const Headers& headers = {});
  ~Live();
  Live(Live&&) noexcept;
  Live& operator=(Live&&) noexcept;

  void send(const std::string& text);
  void send(const json::object& message) { send(json::serialize(message)); }
  void send_binary(const std::string& bytes);
  // Bytes past Beast, for what no proper client would send.
  void send_raw(const std::string& bytes);

  // The next message; throws when none comes or the connection ends first.
  json::value next(std::chrono::seconds wait = patience);
  // Puts a message back, to be the next.
  void unread(const json::value& message);
  // Waits for the close; its code (1006 when there was none).
  int close_code();
  // Ends the connection without a word, as a dead network does.
  void cut();
  // Closes properly.
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace circled::end_to_end
