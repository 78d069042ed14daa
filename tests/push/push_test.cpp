// Web Push, by the examples of the RFCs and by what OpenSSL itself thinks of a signature.
#include <doctest/doctest.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include <boost/json.hpp>
#include <memory>
#include <set>

#include "base/token.hpp"
#include "push/base64url.hpp"
#include "push/encrypt.hpp"
#include "push/vapid.hpp"

namespace circled::push {
namespace {

std::string raw(std::string_view text) { return from_base64url(text).value(); }

// Whether `signature` (r and s) of `text` is of whoever has the point's private key.
bool verifies(const std::string& point, const std::string& text, const std::string& signature) {
  EVP_PKEY* found = EVP_PKEY_new();
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr), EVP_PKEY_CTX_free);
  std::string group = "P-256", bytes = point;
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, bytes.data(), bytes.size()),
      OSSL_PARAM_construct_end()};
  EVP_PKEY_fromdata_init(context.get());
  EVP_PKEY_fromdata(context.get(), &found, EVP_PKEY_PUBLIC_KEY, params);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(found, EVP_PKEY_free);
  const auto part = [&](std::size_t at) {
    return BN_bin2bn(reinterpret_cast<const unsigned char*>(signature.data()) + at, 32, nullptr);
  };
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(), ECDSA_SIG_free);
  ECDSA_SIG_set0(pair.get(), part(0), part(32));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get());
  const bool good = EVP_DigestVerify(digest.get(), der, static_cast<std::size_t>(size),
                                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  OPENSSL_free(der);
  return good;
}

// RFC 8291, appendix A.
const std::string example_text = "When I grow up, I want to be a watermelon";
const std::string sender_private = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
const std::string sender_public =
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
const std::string receiver_private = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
const std::string receiver_public =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const std::string example_secret = "BTBZMqHH6r4Tts7J_aSIgg";
const std::string example_salt = "DGv6ra1nlYgDCS1FRnbzlw";
const std::string example_body =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_"
    "c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6"
    "PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

}  // namespace

TEST_CASE("a text is encrypted as the RFC's example is") {
  initialise_crypto();
  const auto once = KeyPair::from_private(raw(sender_private));
  CHECK(base64url(once.point()) == sender_public);
  const Receiver to{raw(receiver_public), raw(example_secret)};
  CHECK(base64url(encrypt(example_text, to, once, raw(example_salt))) == example_body);
}

TEST_CASE("both sides agree on one secret") {
  const auto receiver = KeyPair::from_private(raw(receiver_private));
  CHECK(base64url(receiver.point()) == receiver_public);
  const auto sender = KeyPair::from_private(raw(sender_private));
  CHECK(base64url(sender.agree(receiver.point())) == "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
  CHECK(receiver.agree(sender.point()) == sender.agree(receiver.point()));
}

TEST_CASE("no two pushes of the same text are alike, and each is as long as any other") {
  const Receiver to{raw(receiver_public), raw(example_secret)};
  std::set<std::string> bodies;
  for (int i = 0; i < 20; ++i) {
    const auto body = encrypt("1", to);
    CHECK(body.size() == 16 + 4 + 1 + 65 + 1 + 1 + 16);
    bodies.insert(body);
  }
  CHECK(bodies.size() == 20);
}

TEST_CASE("what cannot be pushed is a mistake of the caller's") {
  const Receiver to{raw(receiver_public), raw(example_secret)};
  CHECK(encrypt(std::string(longest_text, 'x'), to).size() == 86 + record_size);
  CHECK_THROWS_AS(encrypt(std::string(longest_text + 1, 'x'), to), std::invalid_argument);
  CHECK_THROWS_AS(encrypt("x", {to.point, "short"}), std::invalid_argument);
}

TEST_CASE("a point that is not on the curve is none") {
  auto point = raw(receiver_public);
  CHECK(is_point(point));
  point[64] = static_cast<char>(point[64] ^ 1);
  CHECK(!is_point(point));
  CHECK(!is_point(raw(receiver_public).substr(0, 64)));
  CHECK(!is_point(""));
  CHECK(!is_point(std::string(65, '\0')));
}

TEST_CASE("the server's pair is made of its key, and of nothing else") {
  const std::string key(32, 'k');
  const auto pair = KeyPair::of_server(key);
  CHECK(is_point(pair.point()));
  CHECK(KeyPair::of_server(key).point() == pair.point());
  CHECK(KeyPair::of_server(std::string(32, 'l')).point() != pair.point());
  CHECK_THROWS_AS(KeyPair::from_private(std::string(32, '\0')), std::invalid_argument);
  CHECK_THROWS_AS(KeyPair::from_private(std::string(32, '\xff')), std::invalid_argument);
}

TEST_CASE("a token says for whom, until when and from whom, and is signed by the key beside it") {
  const auto pair = KeyPair::of_server(std::string(32, 'k'));
  const auto now = from_millis(1'773'158'400'000);
  const std::string header =
      authorization(pair, "https://push.example:8443/send/a?b=c", "mailto:calendar@example.org", now);
  REQUIRE(header.starts_with("vapid t="));
  const auto comma = header.find(", k=");
  REQUIRE(comma != std::string::npos);
  CHECK(raw(header.substr(comma + 4)) == pair.point());
  const std::string token = header.substr(8, comma - 8);
  const auto last = token.rfind('.'), first = token.find('.');
  CHECK(boost::json::parse(raw(token.substr(0, first))) ==
        boost::json::value{{"typ", "JWT"}, {"alg", "ES256"}});
  CHECK(boost::json::parse(raw(token.substr(first + 1, last - first - 1))) ==
        boost::json::value{{"aud", "https://push.example:8443"},
                           {"exp", 1'773'158'400 + 12 * 3600},
                           {"sub", "mailto:calendar@example.org"}});
  const auto signature = raw(token.substr(last + 1));
  REQUIRE(signature.size() == 64);
  CHECK(verifies(pair.point(), token.substr(0, last), signature));
  CHECK(!verifies(pair.point(), token.substr(0, last) + "x", signature));
}

TEST_CASE("an origin has no path, no port that goes without saying and no capitals") {
  CHECK(origin_of("https://Push.Example/send/a") == "https://push.example");
  CHECK(origin_of("https://push.example:443/x") == "https://push.example");
  CHECK(origin_of("https://[::1]:8443") == "https://[::1]:8443");
  CHECK(origin_of("http://push.example/x") == "");
  CHECK(origin_of("push.example") == "");
}

TEST_CASE("base64url comes back as it went, and what is none is told") {
  for (const std::string bytes : {"", "a", "ab", "abc", "\xff\xfe\xfd"})
    CHECK(raw(base64url(bytes)) == bytes);
  CHECK(base64url("\xff\xfe") == "__4");
  CHECK(from_base64url("__4=") == "\xff\xfe");
  CHECK(!from_base64url("a+b/"));
  CHECK(!from_base64url("a b"));
}

}  // namespace circled::push
