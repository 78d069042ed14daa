#include "access/sign_in_cache.hpp"

#include <algorithm>

namespace circled::access {

SignInCache::Look SignInCache::find(const std::string& token_hash, Carrier carrier, Instant now) const {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(token_hash);
  if (found == entries_.end() || found->second.until <= now ||
      found->second.identity.by_cookie != (carrier == Carrier::cookie))
    return {std::nullopt, moment_};
  return {found->second.identity, moment_};
}

void SignInCache::remember(const std::string& token_hash, const KnownSignIn& known, Moment read_at,
                           Instant now) {
  std::lock_guard lock(mutex_);
  if (read_at != moment_) return;  // some sign-in ended since: it may be this one
  if (entries_.size() >= most) {
    entries_.clear();
    hash_of_.clear();
  }
  entries_.insert_or_assign(token_hash, Entry{known.identity, std::min(known.expires_at, now + kept)});
  hash_of_.insert_or_assign(known.identity.sign_in, token_hash);
}

void SignInCache::forget(SignInId ended) {
  std::lock_guard lock(mutex_);
  ++moment_;
  const auto found = hash_of_.find(ended);
  if (found == hash_of_.end()) return;
  entries_.erase(found->second);
  hash_of_.erase(found);
}

}  // namespace circled::access
