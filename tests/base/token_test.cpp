#include "base/token.hpp"

#include <doctest/doctest.h>

#include <set>
#include <stdexcept>

#include "support/password.hpp"

using namespace circled;

namespace {
const int started = (initialise_crypto(), 0);
}

TEST_CASE("SHA-256 of the messages of FIPS 180-4") {
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("the keyed hash is BLAKE2b-256 of RFC 7693") {
  std::string key;
  for (char c = 0; c < 32; ++c) key += c;
  // From another implementation: Python's hashlib.blake2b(text, key=key, digest_size=32).
  CHECK(keyed_hash(key, "abc") == "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f");
  CHECK(keyed_hash(key, "") == "4e51e7a913fc80137da52880fecca175bf81e117d5c68126dc2774033517ea0d");
  CHECK_THROWS_AS(keyed_hash(std::string(15, 'k'), "abc"), std::invalid_argument);
  CHECK_THROWS_AS(keyed_hash(std::string(65, 'k'), "abc"), std::invalid_argument);
  CHECK_THROWS_AS(keyed_hash("", "abc"), std::invalid_argument);
}

TEST_CASE("tokens are URL-safe, of the wanted size, and never twice the same") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string token = random_token(16);
    CHECK(token.size() == 22);  // 128 bits, 6 to a character
    CHECK(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos);
    seen.insert(token);
  }
  CHECK(seen.size() == 1000);
  CHECK(random_token().size() == 32);
}

TEST_CASE("codes can be read aloud: no look-alikes, every letter in use") {
  std::set<char> used;
  for (int i = 0; i < 1000; ++i) {
    const std::string code = random_code(8);
    CHECK(code.size() == 8);
    used.insert(code.begin(), code.end());
  }
  CHECK(std::string(used.begin(), used.end()) == "23456789ABCDEFGHJKMNPQRSTVWXYZ");
}

TEST_CASE("secrets compare by value") {
  CHECK(same_secret("abc", "abc"));
  CHECK(same_secret("", ""));
  CHECK_FALSE(same_secret("abc", "abd"));
  CHECK_FALSE(same_secret("abc", "ab"));
}

TEST_CASE("a password verifies against its own hash alone") {
  const test::ProductPasswords really;
  const std::string hash = hash_password("correct horse");
  CHECK(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"));
  CHECK(verify_password(hash, "correct horse"));
  CHECK_FALSE(verify_password(hash, "correct horse "));
  CHECK_FALSE(verify_password(hash, ""));
  CHECK_FALSE(verify_password("", "correct horse"));
  CHECK_FALSE(verify_password("$argon2id$nonsense", "correct horse"));
  CHECK(hash_password("correct horse") != hash);
}
