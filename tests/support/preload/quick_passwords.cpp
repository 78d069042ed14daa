// Stands between the servers that the tests start and libsodium: passwords are hashed with the least that
// argon2id takes (see support/password.hpp). The binary is the one that is shipped; what it asks for,
// base/token_test.cpp looks at.
#include <dlfcn.h>
#include <sodium.h>

extern "C" int crypto_pwhash_str_alg(char* out, const char* password, unsigned long long size,
                                     unsigned long long, std::size_t, int algorithm) {
  static const auto real =
      reinterpret_cast<decltype(&crypto_pwhash_str_alg)>(::dlsym(RTLD_NEXT, "crypto_pwhash_str_alg"));
  return real(out, password, size, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, algorithm);
}
