#include "net/handshake.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

#include "net/text.hpp"

namespace circled::net {

bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    if (same_word(trim(cut(list, ',')), token)) return true;
  }
  return false;
}

namespace {
// 16 bytes in base64: 22 characters and two signs of padding.
bool is_key(std::string_view key) {
  if (key.size() != 24 || key.substr(22) != "==") return false;
  for (char c : key.substr(0, 22)) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!letter && c != '+' && c != '/') return false;
  }
  return true;
}
}  // namespace

int judge_handshake(const api::Request& request) {
  if (!has_token(request.header("Upgrade"), "websocket")) return 426;
  if (request.method != api::Method::get || !has_token(request.header("Connection"), "upgrade")) return 400;
  if (request.header("Sec-WebSocket-Version") != "13") return 426;
  if (!is_key(request.header("Sec-WebSocket-Key")) || !request.body.empty()) return 400;
  return 0;
}

std::string accept_key(std::string_view key) {
  std::string text(key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 29> encoded;  // 20 bytes are 28 characters, and OpenSSL ends them with a NUL
  EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return std::string(reinterpret_cast<const char*>(encoded.data()), 28);
}

std::string switching_protocols(const api::Request& request) {
  std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "
      "websocket\r\nSec-WebSocket-Accept: ";
  answer += accept_key(request.header("Sec-WebSocket-Key"));
  if (has_token(request.header("Sec-WebSocket-Protocol"), live_subprotocol)) {
    answer += "\r\nSec-WebSocket-Protocol: ";
    answer += live_subprotocol;
  }
  answer += "\r\nX-Request-Id: ";
  answer += request.id;
  answer += "\r\n\r\n";
  return answer;
}

}  // namespace circled::net
