#include "access/origin.hpp"

namespace circled::access {
namespace {

std::string lower(std::string_view text) {
  std::string folded(text);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return folded;
}

struct Origin {
  std::string scheme, authority;  // authority without the scheme's own port
};

// "null" and whatever is no http origin have no authority.
Origin parse(std::string_view text) {
  Origin origin;
  const std::string folded = lower(text);
  const std::size_t end = folded.find("://");
  if (end == std::string::npos) return origin;
  origin.scheme = folded.substr(0, end);
  origin.authority = folded.substr(end + 3);
  if (origin.authority.ends_with('/')) origin.authority.pop_back();
  const std::string_view own_port = origin.scheme == "https" ? ":443" : origin.scheme == "http" ? ":80" : "";
  if (own_port.empty()) return {};
  if (origin.authority.ends_with(own_port))
    origin.authority.resize(origin.authority.size() - own_port.size());
  return origin;
}

// The name without the port.
std::string_view host_of(std::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.ends_with(']')) return authority;
  return authority.substr(0, colon);
}

}  // namespace

bool from_own_page(const api::Request& request, std::string_view public_origin) {
  const std::string_view header = request.header("Origin");
  if (header.empty()) {
    const std::string_view site = request.header("Sec-Fetch-Site");
    return site == "same-origin" || site == "none";
  }
  const Origin origin = parse(header);
  if (origin.authority.empty()) return false;
  if (!public_origin.empty()) {
    const Origin ours = parse(public_origin);
    return origin.scheme == ours.scheme && origin.authority == ours.authority;
  }
  // Behind a proxy that ends TLS the scheme is not known here, so the authority alone is compared.
  return origin.authority == parse(origin.scheme + "://" + std::string(request.header("Host"))).authority;
}

Result<void> cookie_will_be_kept(const api::Request& request, std::string_view public_origin) {
  if (request.secure || parse(public_origin).scheme == "https") return {};
  const std::string host(host_of(lower(request.header("Host"))));
  if (host == "127.0.0.1" || host == "localhost") return {};
  return Error{
      ErrorKind::forbidden,
      "cookie_needs_https",
      "Browsers keep this sign-in only over https, or on http://127.0.0.1 and http://localhost. Open the "
      "page there, give the server a certificate, or set public_origin to the https address of the proxy "
      "in front of it.",
      {},
      {},
      0};
}

std::string cookie_text(std::string_view token, Seconds lasts) {
  return std::string(cookie_name) + "=" + std::string(token) +
         "; Path=/; Max-Age=" + std::to_string(lasts.count()) + "; HttpOnly; Secure; SameSite=Strict";
}

}  // namespace circled::access
