// The WebSocket opening handshake (RFC 6455 §4.2). Pure.
#pragma once
#include <string>
#include <string_view>

#include "api/message.hpp"

namespace circled::net {

inline constexpr std::string_view live_subprotocol = "circled.v1";

// True when `token` stands in a comma-separated header value, in whatever case.
bool has_token(std::string_view list, std::string_view token);

// 0 when this is a proper request for a WebSocket; else the status that refuses it: 426 when no upgrade
// was asked or another version of the protocol, 400 for a handshake that is wrong.
int judge_handshake(const api::Request& request);

// base64(SHA-1(key + the GUID of §1.3)).
std::string accept_key(std::string_view key);

// The whole answer 101, with the subprotocol when the client offers it.
std::string switching_protocols(const api::Request& request);

}  // namespace circled::net
