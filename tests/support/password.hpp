// Passwords of tests are hashed with the least that argon2id takes, for the product's tenth of a second and
// 64 MiB come up at every sign-in. How to hash is still what the hash says, and so it is verified.
#pragma once

namespace circled::test {

// While one lives hashes are made as the product makes them.
class ProductPasswords {
 public:
  ProductPasswords();
  ~ProductPasswords();
  ProductPasswords(const ProductPasswords&) = delete;
};

}  // namespace circled::test
