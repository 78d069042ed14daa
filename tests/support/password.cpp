#include "support/password.hpp"

#include <sodium.h>

#include <atomic>

namespace {

std::atomic<int> as_the_product = 0;

}  // namespace

// The linker puts the second in the place of libsodium's, which is the first (tests/CMakeLists.txt).
extern "C" int __real_crypto_pwhash_str_alg(char* out, const char* password, unsigned long long size,
                                            unsigned long long passes, std::size_t memory, int algorithm);
extern "C" int __wrap_crypto_pwhash_str_alg(char* out, const char* password, unsigned long long size,
                                            unsigned long long passes, std::size_t memory, int algorithm) {
  if (as_the_product == 0) {
    passes = crypto_pwhash_OPSLIMIT_MIN;
    memory = crypto_pwhash_MEMLIMIT_MIN;
  }
  return __real_crypto_pwhash_str_alg(out, password, size, passes, memory, algorithm);
}

namespace circled::test {

ProductPasswords::ProductPasswords() { ++as_the_product; }
ProductPasswords::~ProductPasswords() { --as_the_product; }

}  // namespace circled::test
