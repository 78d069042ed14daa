#include "net/frame.hpp"

#include <algorithm>

namespace circled::net {

using api::CloseCode;

FrameHeader::FrameHeader(Opcode opcode, std::size_t payload) {
  auto put = [this](std::uint64_t byte) { bytes[size++] = static_cast<char>(byte); };
  put(0x80u | static_cast<unsigned>(opcode));
  if (payload < 126) {
    put(payload);
  } else if (payload <= 0xffff) {
    put(126);
    put(payload >> 8);
    put(payload);
  } else {
    put(127);
    for (int shift = 56; shift >= 0; shift -= 8) put(std::uint64_t{payload} >> shift);
  }
}

std::string control_frame(Opcode opcode, std::string_view payload) {
  payload = payload.substr(0, 125);
  std::string frame(FrameHeader(opcode, payload.size()).view());
  frame += payload;
  return frame;
}

std::string close_frame(std::uint16_t code, std::string_view reason) {
  constexpr std::size_t room = 123;
  if (reason.size() > room) {
    std::size_t end = room;
    while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xc0) == 0x80) --end;
    reason = reason.substr(0, end);
  }
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  payload += reason;
  return control_frame(Opcode::close, payload);
}

// RFC 3629 §4: no overlong forms, no surrogates, nothing over U+10FFFF.
bool is_utf8(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto tail = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  std::size_t i = 0;
  const std::size_t n = text.size();
  while (i < n) {
    const unsigned char c = byte(i);
    if (c < 0x80) {
      i += 1;
    } else if (c >= 0xc2 && c <= 0xdf) {
      if (n - i < 2 || !tail(i + 1)) return false;
      i += 2;
    } else if (c >= 0xe0 && c <= 0xef) {
      if (n - i < 3 || !tail(i + 1) || !tail(i + 2)) return false;
      if (c == 0xe0 && byte(i + 1) < 0xa0) return false;
      if (c == 0xed && byte(i + 1) > 0x9f) return false;
      i += 3;
    } else if (c >= 0xf0 && c <= 0xf4) {
      if (n - i < 4 || !tail(i + 1) || !tail(i + 2) || !tail(i + 3)) return false;
      if (c == 0xf0 && byte(i + 1) < 0x90) return false;
      if (c == 0xf4 && byte(i + 1) > 0x8f) return false;
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

namespace {
bool is_control(Opcode o) { return static_cast<unsigned>(o) >= 8; }

// The codes that may stand in a close frame (RFC 6455 §7.4): those defined for it, and the ranges for
// libraries and applications.
bool may_be_sent(unsigned code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

std::size_t header_size(const unsigned char* header) {
  const unsigned length = header[1] & 0x7f;
  return 2 + (length == 126 ? 2u : length == 127 ? 8u : 0u) + 4;
}
}  // namespace

FrameReader::Event FrameReader::broken(CloseCode code) {
  return {Kind::broken, static_cast<std::uint16_t>(code), {}};
}

// True once the whole header is there. The mask bit is judged from the second byte on, for an unmasked
// frame has a shorter header than the one waited for.
bool FrameReader::take_header(std::string_view& input) {
  while (!input.empty()) {
    header_[have_++] = static_cast<unsigned char>(input.front());
    input.remove_prefix(1);
    if (have_ >= 2 && (!(header_[1] & 0x80) || have_ == header_size(header_))) return true;
  }
  return false;
}

bool FrameReader::header_is_wrong(CloseCode& code) const {
  const unsigned length = header_[1] & 0x7f;
  const unsigned opcode = header_[0] & 0x0f;
  code = CloseCode::protocol_error;
  if (header_[0] & 0x70) return true;     // no extension was agreed that could use these bits
  if (!(header_[1] & 0x80)) return true;  // §5.1: a client masks
  if (opcode >= 8) {
    if (opcode > 10 || !final_ || length > 125) return true;
    return false;
  }
  if (opcode > 2) return true;
  if ((opcode == 0) != in_message_) return true;
  if (length == 126 && left_ < 126) return true;  // §5.2: the shortest form
  if (length == 127 && (left_ <= 0xffff || left_ >> 63)) return true;
  if (opcode == 2) {
    code = CloseCode::unsupported;
    return true;
  }
  code = CloseCode::too_big;
  return left_ > limit_ - message_.size();
}

void FrameReader::take_payload(std::string_view& input) {
  const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
  std::string& into = is_control(opcode_) ? control_ : message_;
  const std::size_t start = into.size();
  into.append(input.substr(0, n));
  const unsigned char* key = header_ + have_ - 4;
  for (std::size_t i = 0; i < n; ++i) {
    into[start + i] =
        static_cast<char>(static_cast<unsigned char>(into[start + i]) ^ key[(mask_at_ + i) & 3]);
  }
  mask_at_ = static_cast<std::uint8_t>((mask_at_ + n) & 3);
  left_ -= n;
  input.remove_prefix(n);
}

FrameReader::Event FrameReader::judge_close(const std::string& payload) {
  if (payload.empty()) return {Kind::close, 1000, {}};
  if (payload.size() == 1) return broken(CloseCode::protocol_error);
  const unsigned code =
      static_cast<unsigned char>(payload[0]) * 256u + static_cast<unsigned char>(payload[1]);
  if (!may_be_sent(code)) return broken(CloseCode::protocol_error);
  if (!is_utf8(std::string_view(payload).substr(2))) return broken(CloseCode::invalid_text);
  return {Kind::close, static_cast<std::uint16_t>(code), {}};
}

FrameReader::Event FrameReader::finish_frame() {
  have_ = 0;
  in_payload_ = false;
  if (is_control(opcode_)) {
    std::string payload = std::move(control_);
    control_ = {};
    if (opcode_ == Opcode::close) return judge_close(payload);
    return {opcode_ == Opcode::ping ? Kind::ping : Kind::pong, 0, std::move(payload)};
  }
  in_message_ = !final_;
  if (in_message_) return {};
  std::string text = std::move(message_);
  message_ = {};
  if (!is_utf8(text)) return broken(CloseCode::invalid_text);
  return {Kind::text, 0, std::move(text)};
}

FrameReader::Event FrameReader::next(std::string_view& input) {
  while (!input.empty()) {
    if (!in_payload_) {
      if (!take_header(input)) return {};
      opcode_ = static_cast<Opcode>(header_[0] & 0x0f);
      final_ = (header_[0] & 0x80) != 0;
      const unsigned length = header_[1] & 0x7f;
      left_ = length;
      if (length >= 126 && (header_[1] & 0x80)) {
        left_ = 0;
        for (int i = 0; i < (length == 126 ? 2 : 8); ++i) left_ = left_ << 8 | header_[2 + i];
      }
      CloseCode code;
      if (header_is_wrong(code)) return broken(code);
      mask_at_ = 0;
      in_payload_ = true;
    }
    take_payload(input);
    if (left_ == 0) {
      Event event = finish_frame();
      if (event.kind != Kind::nothing) return event;
    }
  }
  return {};
}

}  // namespace circled::net
