// What a push service carries and cannot read: a text encrypted for one browser (RFC 8291), in one record of
// the content encoding aes128gcm (RFC 8188).
#pragma once
#include <string>
#include <string_view>

#include "push/key_pair.hpp"

namespace circled::push {

// What a browser gives with its subscription, as bytes.
struct Receiver {
  std::string point;   // p256dh, 65 bytes
  std::string secret;  // auth, 16 bytes
};

inline constexpr std::size_t secret_size = 16, salt_size = 16;
inline constexpr std::size_t record_size = 4096;
// A record holds a mark of its end, and GCM's tag.
inline constexpr std::size_t longest_text = record_size - 17;

// The body of the request. std::invalid_argument where `text` is longer, or the receiver's secret has another
// size.
std::string encrypt(std::string_view text, const Receiver& to);
// The same with the key and the salt that are otherwise made anew each time: for the RFC's own example.
std::string encrypt(std::string_view text, const Receiver& to, const KeyPair& once, std::string_view salt);

}  // namespace circled::push
