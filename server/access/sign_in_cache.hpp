// Who a token belongs to, remembered from one request to the next, so that a request asks the store about
// its own matter only. An entry is true until its sign-in ends, and whatever ends one says so with the hint
// "sign_in.revoked": `forget` is called with it before anybody hears that it is ended. On an engine that
// other servers write to as well, their hints come a moment later; so an entry is asked for anew after
// `kept` in any case.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "access/sign_in.hpp"

namespace circled::access {

// Any thread.
class SignInCache {
 public:
  static constexpr Seconds kept{10};
  static constexpr std::size_t most = 50'000;  // entries; beyond, all are asked for anew

  // What a later `remember` must present: whoever read the store before a sign-in ended must not bring it
  // back to life.
  using Moment = std::uint64_t;

  struct Look {
    std::optional<api::Identity> identity;
    Moment moment;
  };
  // A cookie's token is good as a cookie only.
  Look find(const std::string& token_hash, Carrier carrier, Instant now) const;
  void remember(const std::string& token_hash, const KnownSignIn& known, Moment read_at, Instant now);
  void forget(SignInId ended);

 private:
  struct Entry {
    api::Identity identity;
    Instant until;
  };
  mutable std::mutex mutex_;  // guards what follows; held for the length of a look-up
  std::unordered_map<std::string, Entry> entries_;
  std::unordered_map<SignInId, std::string> hash_of_;
  Moment moment_ = 0;  // grows with each sign-in that ends
};

}  // namespace circled::access
