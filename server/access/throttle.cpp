#include "access/throttle.hpp"

#include <arpa/inet.h>

#include <array>
#include <cstring>

namespace circled::access {
namespace {

std::string key_of(const Patience& patience, std::string_view who) {
  return std::string(patience.what) + ' ' + std::string(who);
}

}  // namespace

Milliseconds wait_after(const Patience& patience, int failures) {
  if (failures <= patience.free) return Milliseconds(0);
  Milliseconds wait = patience.first;
  for (int i = patience.free + 1; i < failures && wait < patience.longest; ++i) wait *= 2;
  return std::min(wait, patience.longest);
}

std::string address_group(std::string_view address) {
  const std::string text(address);
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
  constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (std::memcmp(bytes.data(), mapped.data(), mapped.size()) == 0)
    return inet_ntop(AF_INET, bytes.data() + mapped.size(), out.data(), out.size());
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return std::string(inet_ntop(AF_INET6, bytes.data(), out.data(), out.size())) + "/64";
}

Result<void> may_try(Snapshot& db, const Patience& patience, std::string_view who, Instant now) {
  const auto next = db.one<Instant>("SELECT next_at FROM throttle WHERE key = $1 AND forget_at > $2",
                                    key_of(patience, who), now);
  if (!next || *next <= now) return {};
  const auto wait = std::chrono::ceil<Seconds>(*next - now);
  return Error{ErrorKind::throttled, "too_many_tries", "Too many tries; wait before the next one.", {}, {},
               wait.count()};
}

Result<void> take_try(Transaction& tx, const Patience& patience, std::string_view who, Instant now) {
  if (auto may = may_try(tx, patience, who, now); !may) return may;
  count_failure(tx, patience, who, now);
  return {};
}

void count_failure(Transaction& tx, const Patience& patience, std::string_view who, Instant now) {
  const std::string key = key_of(patience, who);
  const int before =
      tx.one<int>("SELECT failures FROM throttle WHERE key = $1 AND forget_at > $2", key, now).value_or(0);
  tx.run(
      "INSERT INTO throttle (key, failures, next_at, forget_at) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (key) DO UPDATE SET failures = $2, next_at = $3, forget_at = $4",
      key, before + 1, now + wait_after(patience, before + 1), now + patience.forgets);
}

void give_back(Transaction& tx, const Patience& patience, std::string_view who) {
  tx.run(
      "UPDATE throttle SET failures = failures - 1, "
      "next_at = CASE WHEN failures - 1 <= $2 THEN 0 ELSE next_at END WHERE key = $1 AND failures > 0",
      key_of(patience, who), patience.free);
}

void forget_failures(Transaction& tx, const Patience& patience, std::string_view who) {
  tx.run("DELETE FROM throttle WHERE key = $1", key_of(patience, who));
}

}  // namespace circled::access
