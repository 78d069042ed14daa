// WebSocket frames (RFC 6455 §5), the server's side: what we send is never masked, what we receive must
// be. Pure: bytes in, messages out; no socket and no clock. We frame by hand because a frame then costs
// one send() and an idle connection no buffer; Beast's stream needs about 2 KB and several posts a frame.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "api/service.hpp"

namespace circled::net {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

// The header of one unfragmented frame; at most 10 bytes.
struct FrameHeader {
  char bytes[10];
  std::uint8_t size = 0;

  FrameHeader(Opcode opcode, std::size_t payload);
  std::string_view view() const { return {bytes, size}; }
};

// A whole control frame; `payload` at most 125 bytes.
std::string control_frame(Opcode opcode, std::string_view payload);

// A close frame. A reason longer than the 123 bytes there are is cut at a character's end.
std::string close_frame(std::uint16_t code, std::string_view reason);

bool is_utf8(std::string_view text);

// Turns the bytes of one connection into messages. Holds nothing between messages.
class FrameReader {
 public:
  enum class Kind {
    nothing,  // the input is used up
    text,     // a whole message
    ping,     // payload to be sent back
    pong,
    close,   // `code` is the peer's, or 1000 when it gave none
    broken,  // `code` says how; the reader must not be used again
  };
  struct Event {
    Kind kind = Kind::nothing;
    std::uint16_t code = 0;
    std::string payload;
  };

  // `limit`: bytes of one message, over all its fragments.
  explicit FrameReader(std::size_t limit) : limit_(limit) {}

  // Takes bytes off the front of `input` until something is complete or nothing is left.
  Event next(std::string_view& input);

 private:
  static Event broken(api::CloseCode code);
  // Judges a complete header; nothing when it is fine.
  bool header_is_wrong(api::CloseCode& code) const;
  bool take_header(std::string_view& input);
  void take_payload(std::string_view& input);
  Event finish_frame();
  static Event judge_close(const std::string& payload);

  std::size_t limit_;
  unsigned char header_[14];
  std::uint8_t have_ = 0;    // bytes of header_ that are there
  bool in_payload_ = false;  // the header is complete and judged
  bool in_message_ = false;  // the first fragment of a message has been seen
  Opcode opcode_ = Opcode::continuation;
  bool final_ = false;
  std::uint64_t left_ = 0;    // payload bytes still to come
  std::uint8_t mask_at_ = 0;  // position in the masking key
  std::string message_;       // data so far
  std::string control_;       // a control frame may stand between two fragments
};

}  // namespace circled::net
