// Pairs of keys on the curve P-256, which Web Push uses for everything: the server's own, by which push
// services know it (RFC 8292), and one for each message (RFC 8291). By OpenSSL; what fails here is a broken
// machine, and throws.
#pragma once
#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace circled::push {

class KeyPair {
 public:
  static KeyPair fresh();
  // From its 32 bytes; std::invalid_argument where those are none.
  static KeyPair from_private(std::string_view scalar);
  // The server's, made of the server's key: the same on all servers over one database, and kept, backed up
  // and restored with that.
  static KeyPair of_server(std::string_view key);

  // 65 bytes, uncompressed (SEC 1 §2.3.3).
  const std::string& point() const { return point_; }
  // The secret shared with whoever has the other point's private key (ECDH): 32 bytes.
  std::string agree(std::string_view other) const;
  // ES256 (RFC 7518 §3.4): 64 bytes.
  std::string sign(std::string_view text) const;

 private:
  KeyPair(std::shared_ptr<evp_pkey_st> key, std::string point)
      : key_(std::move(key)), point_(std::move(point)) {}

  std::shared_ptr<evp_pkey_st> key_;  // used by several threads, changed by none
  std::string point_;
};

// Whether these are the 65 bytes of a point on the curve.
bool is_point(std::string_view bytes);

}  // namespace circled::push
