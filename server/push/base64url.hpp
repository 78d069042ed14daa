// Base64 with the alphabet of URLs and without padding (RFC 4648 §5), in which push services, keys and tokens
// are written.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace circled::push {

std::string base64url(std::string_view bytes);

// Nothing for what is not written so; padding is taken.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace circled::push
