// How a push service knows this server (VAPID, RFC 8292): a token signed with the key that the browser was
// given when it subscribed, so that nobody else can push to it.
#pragma once
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "push/key_pair.hpp"

namespace circled::push {

// Of a token; a service takes 24 hours at most (§2).
inline constexpr std::chrono::hours token_lasts{12};

// "https://push.example" of "https://push.example/send/x": what a token is good for. Empty for what is no
// https address.
std::string origin_of(std::string_view endpoint);

// The value of the header Authorization. `contact`: mailto: or https:, by which whoever runs the service can
// reach whoever runs this server.
std::string authorization(const KeyPair& server, std::string_view endpoint, std::string_view contact,
                          Instant now);

}  // namespace circled::push
