#include "base/token.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace circled {
namespace {

std::string hex(const unsigned char* bytes, std::size_t count) {
  std::string text(count * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes, count);
  text.pop_back();
  return text;
}

constexpr unsigned long long password_passes = 3;
constexpr std::size_t password_memory = 64U << 20;

}  // namespace

void initialise_crypto() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start: no source of randomness");
}

std::string random_token(std::size_t bytes) {
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes, variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(raw.data()), bytes,
                    variant);
  text.pop_back();
  return text;
}

std::string random_code(std::size_t length) {
  constexpr std::string_view alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string code(length, '\0');
  for (char& c : code) c = alphabet[randombytes_uniform(alphabet.size())];
  return code;
}

std::string sha256(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return hex(digest.data(), digest.size());
}

std::string keyed_hash(std::string_view key, std::string_view text) {
  std::array<unsigned char, 32> digest{};
  // libsodium itself would take a shorter key, and none at all.
  if (key.size() < crypto_generichash_KEYBYTES_MIN ||
      crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(text.data()),
                         text.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size()) != 0)
    throw std::invalid_argument("a hash key must have 16 to 64 bytes");
  return hex(digest.data(), digest.size());
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hash_password(std::string_view password) {
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), password_passes, password_memory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  hash.resize(hash.find('\0'));
  return hash;
}

bool verify_password(std::string_view hash, std::string_view password) {
  const std::string terminated(hash);
  return crypto_pwhash_str_verify(terminated.c_str(), password.data(), password.size()) == 0;
}

}  // namespace circled
