#include "push/key_pair.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include <optional>
#include <stdexcept>

#include "base/token.hpp"
#include "push/openssl.hpp"

namespace circled::push {
namespace {

constexpr std::size_t scalar_size = 32, point_size = 65;
constexpr const char* curve = "P-256";

template <auto release>
struct Freed {
  void operator()(auto* thing) const { release(thing); }
};
using Group = std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Freed<EC_POINT_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using Key = std::shared_ptr<EVP_PKEY>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

Group p256() {
  Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  must(group != nullptr);
  return group;
}

// The public half alone where `scalar` is null.
Key key_of(std::string_view point, const BIGNUM* scalar) {
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  must(builder && OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) == 1);
  must(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) ==
       1);
  if (scalar) must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1);
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  must(params && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
       EVP_PKEY_fromdata(context.get(), &key, scalar ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                         params.get()) == 1);
  return Key(key, EVP_PKEY_free);
}

struct Parts {
  Key key;
  std::string point;
};

// The curve takes all 32 bytes but zero and what lies beyond its order; nothing for those.
std::optional<Parts> parts_of(std::string_view scalar) {
  if (scalar.size() != scalar_size) return {};
  const Group group = p256();
  const Number number(BN_bin2bn(bytes(scalar), static_cast<int>(scalar.size()), nullptr));
  must(number != nullptr);
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  if (BN_is_zero(number.get()) || BN_cmp(number.get(), EC_GROUP_get0_order(group.get())) >= 0) return {};
  const Point point(EC_POINT_new(group.get()));
  std::string encoded(point_size, '\0');
  must(point && EC_POINT_mul(group.get(), point.get(), number.get(), nullptr, nullptr, nullptr) == 1 &&
       EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, bytes(encoded),
                          encoded.size(), nullptr) == point_size);
  return Parts{key_of(encoded, number.get()), encoded};
}

std::string from_hex(std::string_view hex) {
  std::string raw(hex.size() / 2, '\0');
  sodium_hex2bin(bytes(raw), raw.size(), hex.data(), hex.size(), nullptr, nullptr, nullptr);
  return raw;
}

}  // namespace

KeyPair KeyPair::from_private(std::string_view scalar) {
  const auto parts = parts_of(scalar);
  if (!parts) throw std::invalid_argument("this is no private key of P-256");
  return {parts->key, parts->point};
}

KeyPair KeyPair::fresh() {
  // All but one in four thousand million is one.
  for (;;) {
    std::string scalar(scalar_size, '\0');
    randombytes_buf(scalar.data(), scalar.size());
    const auto parts = parts_of(scalar);
    sodium_memzero(scalar.data(), scalar.size());
    if (parts) return {parts->key, parts->point};
  }
}

KeyPair KeyPair::of_server(std::string_view key) {
  for (int i = 0;; ++i)
    if (const auto parts = parts_of(from_hex(keyed_hash(key, "web push " + std::to_string(i)))))
      return {parts->key, parts->point};
}

std::string KeyPair::agree(std::string_view other) const {
  const Key theirs = key_of(other, nullptr);
  const KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
  std::string secret(scalar_size, '\0');
  std::size_t size = secret.size();
  must(context && EVP_PKEY_derive_init(context.get()) == 1 &&
       EVP_PKEY_derive_set_peer(context.get(), theirs.get()) == 1 &&
       EVP_PKEY_derive(context.get(), bytes(secret), &size) == 1 && size == scalar_size);
  return secret;
}

std::string KeyPair::sign(std::string_view text) const {
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t size = 0;
  must(context && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
       EVP_DigestSign(context.get(), nullptr, &size, bytes(text), text.size()) == 1);
  std::string der(size, '\0');
  must(EVP_DigestSign(context.get(), bytes(der), &size, bytes(text), text.size()) == 1);
  const unsigned char* at = bytes(std::string_view(der));
  const Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  std::string raw(2 * scalar_size, '\0');
  must(signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes(raw), scalar_size) > 0 &&
       BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes(raw) + scalar_size, scalar_size) > 0);
  return raw;
}

bool is_point(std::string_view encoded) {
  if (encoded.size() != point_size || encoded[0] != 4) return false;
  const Group group = p256();
  const Point point(EC_POINT_new(group.get()));
  must(point != nullptr);
  return EC_POINT_oct2point(group.get(), point.get(), bytes(encoded), encoded.size(), nullptr) == 1;
}

}  // namespace circled::push
