// What a browser's cookie needs beside itself. A cookie comes along with any request the browser
// makes, also one that a foreign page caused; so a request that changes something must come from our
// own pages. Pure functions over the request.
#pragma once
#include <string>
#include <string_view>

#include "api/message.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace circled::access {

inline constexpr std::string_view cookie_name = "__Host-circled";

// Whether the request was made by a page of ours: its Origin is `public_origin`, or, where none is
// configured, the Host it was sent to; Sec-Fetch-Site where a browser sends no Origin. A request with
// neither comes from no browser we know, and is refused.
bool from_own_page(const api::Request& request, std::string_view public_origin);

// Browsers keep a `__Host-` cookie over https, and on http://127.0.0.1 and http://localhost; on any
// other http address they drop it without a word, and the next request would be signed out.
// Errors: forbidden (cookie_needs_https), saying what to do.
Result<void> cookie_will_be_kept(const api::Request& request, std::string_view public_origin);

// The Set-Cookie header's text; `lasts` zero takes the cookie away.
std::string cookie_text(std::string_view token, Seconds lasts);

}  // namespace circled::access
