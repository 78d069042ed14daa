#include "access/public_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstdint>
#include <cstring>
#include <string>

namespace circled::access {
namespace {

struct Block {
  const char* first;
  int bits;
};

// https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast; the last one is where a cloud's
// machines find their host.
constexpr Block closed_v4[] = {
    {"0.0.0.0", 8},      {"10.0.0.0", 8},     {"100.64.0.0", 10}, {"127.0.0.0", 8},
    {"169.254.0.0", 16}, {"172.16.0.0", 12},  {"192.0.0.0", 24},  {"192.0.2.0", 24},
    {"192.88.99.0", 24}, {"192.168.0.0", 16}, {"198.18.0.0", 15}, {"198.51.100.0", 24},
    {"203.0.113.0", 24}, {"224.0.0.0", 4},    {"240.0.0.0", 4},   {"168.63.129.16", 32},
};

// Within 2000::/3, which alone is open.
constexpr Block closed_v6[] = {{"2001::", 23}, {"2001:db8::", 32}, {"2002::", 16}, {"3fff::", 20}};

bool begins_alike(const unsigned char* a, const unsigned char* b, int bits) {
  const int whole = bits / 8, rest = bits % 8;
  if (std::memcmp(a, b, static_cast<std::size_t>(whole)) != 0) return false;
  return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

template <std::size_t N>
bool within(const unsigned char* bytes, int family, const Block (&blocks)[N]) {
  for (const Block& block : blocks) {
    unsigned char first[16] = {};
    inet_pton(family, block.first, first);
    if (begins_alike(bytes, first, block.bits)) return true;
  }
  return false;
}

bool is_public_v4(const unsigned char* bytes) { return !within(bytes, AF_INET, closed_v4); }

bool is_public_v6(const unsigned char* bytes) {
  return (bytes[0] & 0xe0) == 0x20 && !within(bytes, AF_INET6, closed_v6);
}

}  // namespace

bool is_public(const sockaddr& address) {
  unsigned char bytes[16] = {};
  if (address.sa_family == AF_INET) {
    std::memcpy(bytes, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, 4);
    return is_public_v4(bytes);
  }
  if (address.sa_family == AF_INET6) {
    std::memcpy(bytes, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, 16);
    return is_public_v6(bytes);
  }
  return false;
}

bool is_public_address(std::string_view text) {
  unsigned char bytes[16] = {};
  const std::string copy(text);
  if (inet_pton(AF_INET, copy.c_str(), bytes) == 1) return is_public_v4(bytes);
  return inet_pton(AF_INET6, copy.c_str(), bytes) == 1 && is_public_v6(bytes);
}

bool is_inside(std::string_view host) {
  std::string name(host);
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (name.starts_with('[')) return !is_public_address(std::string_view(name).substr(1, name.size() - 2));
  if (name.ends_with('.')) name.pop_back();
  if (name == "localhost" || name.ends_with(".localhost")) return true;
  in_addr v4{};
  if (inet_aton(name.c_str(), &v4) == 0) return false;
  return !is_public_v4(reinterpret_cast<const unsigned char*>(&v4));
}

}  // namespace circled::access
