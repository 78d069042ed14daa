// Secrets and digests, by libsodium. Nothing here is kept or logged.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace circled {

// Must run once before anything else here; throws if the machine has no randomness.
void initialise_crypto();

// URL-safe base64 of `bytes` random bytes; 16 bytes are 128 bits.
std::string random_token(std::size_t bytes = 24);

// `length` characters of an alphabet without look-alikes (no 0 O 1 I L U), upper case.
std::string random_code(std::size_t length);

// SHA-256, 64 lower-case hexadecimal digits.
std::string sha256(std::string_view text);

// BLAKE2b-256 keyed with `key` (16 to 64 bytes, else std::invalid_argument), hexadecimal.
std::string keyed_hash(std::string_view key, std::string_view text);

// In constant time for texts of equal length.
bool same_secret(std::string_view a, std::string_view b);

// Argon2id, 64 MiB, t=3 (RFC 9106 §4 profile for memory-constrained machines, rounded up). Takes
// about a tenth of a second of CPU: call it on the hashing pool only.
std::string hash_password(std::string_view password);
bool verify_password(std::string_view hash, std::string_view password);

}  // namespace circled
