// Strings as OpenSSL takes them, and what is done where it fails. Private to the room.
#pragma once
#include <stdexcept>
#include <string>
#include <string_view>

namespace circled::push {

inline const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
inline unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// What fails here is a broken machine.
inline void must(bool worked) {
  if (!worked) throw std::runtime_error("OpenSSL cannot do what Web Push needs");
}

}  // namespace circled::push
