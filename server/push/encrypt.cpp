#include "push/encrypt.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <sodium.h>

#include <array>
#include <stdexcept>

#include "push/openssl.hpp"

namespace circled::push {
namespace {

using namespace std::string_literals;

constexpr std::size_t tag_size = 16, key_size = 16, nonce_size = 12;

// HKDF with SHA-256 (RFC 5869), both steps.
std::string derive(std::string_view salt, std::string_view secret, std::string_view info, std::size_t size) {
  using Kdf = std::unique_ptr<EVP_KDF, decltype([](EVP_KDF* kdf) { EVP_KDF_free(kdf); })>;
  using Context =
      std::unique_ptr<EVP_KDF_CTX, decltype([](EVP_KDF_CTX* context) { EVP_KDF_CTX_free(context); })>;
  const Kdf kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const Context context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  must(context != nullptr);
  std::string digest = "SHA256";
  const auto octets = [](const char* name, std::string_view text) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(text.data()), text.size());
  };
  const std::array params{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), digest.size()),
      octets(OSSL_KDF_PARAM_KEY, secret), octets(OSSL_KDF_PARAM_SALT, salt),
      octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  std::string made(size, '\0');
  must(EVP_KDF_derive(context.get(), bytes(made), made.size(), params.data()) == 1);
  return made;
}

// AES-128-GCM; the tag comes last.
std::string seal(std::string_view key, std::string_view nonce, std::string_view text) {
  using Context = std::unique_ptr<EVP_CIPHER_CTX,
                                  decltype([](EVP_CIPHER_CTX* context) { EVP_CIPHER_CTX_free(context); })>;
  const Context context(EVP_CIPHER_CTX_new());
  std::string sealed(text.size() + tag_size, '\0');
  int written = 0, rest = 0;
  must(context &&
       EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, bytes(key), bytes(nonce)) == 1 &&
       EVP_EncryptUpdate(context.get(), bytes(sealed), &written, bytes(text),
                         static_cast<int>(text.size())) == 1 &&
       EVP_EncryptFinal_ex(context.get(), bytes(sealed) + written, &rest) == 1 &&
       EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_size, bytes(sealed) + text.size()) == 1);
  return sealed;
}

}  // namespace

std::string encrypt(std::string_view text, const Receiver& to) {
  std::string salt(salt_size, '\0');
  randombytes_buf(salt.data(), salt.size());
  return encrypt(text, to, KeyPair::fresh(), salt);
}

std::string encrypt(std::string_view text, const Receiver& to, const KeyPair& once, std::string_view salt) {
  if (text.size() > longest_text || to.secret.size() != secret_size || salt.size() != salt_size)
    throw std::invalid_argument("this cannot be pushed");
  // RFC 8291 §3.4: who agreed on what, by whose points.
  const std::string agreed =
      derive(to.secret, once.agree(to.point), "WebPush: info\0"s + to.point + once.point(), 32);
  const std::string key = derive(salt, agreed, "Content-Encoding: aes128gcm\0"s, key_size);
  const std::string nonce = derive(salt, agreed, "Content-Encoding: nonce\0"s, nonce_size);
  // RFC 8188 §2.1: salt, the record's size, and the sender's point as the key's name; §2: the last record's
  // text ends in 2.
  std::string body(salt);
  for (int shift = 24; shift >= 0; shift -= 8) body += static_cast<char>(record_size >> shift & 0xff);
  body += static_cast<char>(once.point().size());
  body += once.point();
  return body + seal(key, nonce, std::string(text) + '\x02');
}

}  // namespace circled::push
