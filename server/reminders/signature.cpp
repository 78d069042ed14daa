#include "reminders/signature.hpp"

#include <sodium.h>

#include <charconv>

#include "base/token.hpp"

namespace circled::reminders {
namespace {

std::string hmac(std::string_view secret, std::int64_t seconds, std::string_view body) {
  const std::string moment = std::to_string(seconds) + ".";
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
  crypto_auth_hmacsha256_update(&state, bytes(moment), moment.size());
  crypto_auth_hmacsha256_update(&state, bytes(body), body.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_final(&state, mac.data());
  std::string hex(2 * mac.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), mac.data(), mac.size());
  hex.pop_back();
  return hex;
}

std::int64_t seconds_of(Instant t) { return std::chrono::floor<Seconds>(t).time_since_epoch().count(); }

}  // namespace

std::string sign(std::string_view secret, std::string_view body, Instant now) {
  const auto seconds = seconds_of(now);
  return "t=" + std::to_string(seconds) + ",v1=" + hmac(secret, seconds, body);
}

bool signed_by(std::string_view secret, std::string_view body, std::string_view signature, Instant now) {
  if (secret.empty() || !signature.starts_with("t=")) return false;
  std::int64_t seconds = 0;
  const char* const end = signature.data() + signature.size();
  const auto read = std::from_chars(signature.data() + 2, end, seconds);
  constexpr std::string_view then = ",v1=";
  const std::string_view rest(read.ptr, static_cast<std::size_t>(end - read.ptr));
  if (read.ec != std::errc{} || !rest.starts_with(then)) return false;
  const Seconds apart(std::abs(seconds - seconds_of(now)));
  return apart <= signature_lasts && same_secret(rest.substr(then.size()), hmac(secret, seconds, body));
}

}  // namespace circled::reminders
