// What every route and command of the feature rooms needs at hand. Made once by `app`, lives as long
// as the server, shared by all threads.
#pragma once
#include <functional>
#include <string>

#include "api/identity.hpp"
#include "base/clock.hpp"
#include "store/store.hpp"

namespace circled::access {

class PasswordHasher;
class SignInCache;

struct Context {
  Store& store;
  const Clock& clock;

  // What follows is for the routes of access itself; other rooms' tests leave it as it is.
  std::string key = {};                 // the server's key, 16 to 64 bytes (DataFolder::key)
  std::string public_origin = {};       // "https://circled.example"; empty: whatever Host the browser used
  PasswordHasher* passwords = nullptr;  // outlives the Context
  // Whether this staff member may reach the client (people::reaches). Without it nobody reaches anyone: ask
  // may_reach.
  std::function<bool(Snapshot&, const api::Identity&, ClientId, Instant)> reaches = {};
  SignInCache* sign_ins = nullptr;  // outlives the Context; without it every request asks the store
};

inline bool may_reach(Snapshot& db, const Context& context, const api::Identity& who, ClientId client,
                      Instant now) {
  return context.reaches && context.reaches(db, who, client, now);
}

}  // namespace circled::access
