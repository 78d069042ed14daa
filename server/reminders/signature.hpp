// How this server and a text message gateway know each other: HMAC-SHA256 (RFC 2104) over the moment and the
// body, in the header `Circled-Signature: t=1700000000,v1=hex`. Both sides sign what they send.
#pragma once
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace circled::reminders {

inline constexpr std::string_view signature_header = "Circled-Signature";
// What was signed longer ago, or is to be signed later, is somebody's copy.
inline constexpr Minutes signature_lasts{5};

std::string sign(std::string_view secret, std::string_view body, Instant now);
bool signed_by(std::string_view secret, std::string_view body, std::string_view signature, Instant now);

}  // namespace circled::reminders
