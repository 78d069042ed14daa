#include "push/vapid.hpp"

#include <boost/json.hpp>
#include <boost/url/parse.hpp>

#include "push/base64url.hpp"

namespace circled::push {

std::string origin_of(std::string_view endpoint) {
  const auto url = boost::urls::parse_uri(endpoint);
  if (!url || url->scheme_id() != boost::urls::scheme::https || url->encoded_host().empty()) return {};
  std::string host(url->encoded_host());
  for (char& c : host)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const std::string_view port(url->port());
  return "https://" + host + (port.empty() || port == "443" ? "" : ":" + std::string(port));
}

std::string authorization(const KeyPair& server, std::string_view endpoint, std::string_view contact,
                          Instant now) {
  const auto until = std::chrono::floor<Seconds>(now + token_lasts).time_since_epoch().count();
  const auto part = [](const boost::json::object& object) {
    return base64url(boost::json::serialize(object));
  };
  const std::string said = part({{"typ", "JWT"}, {"alg", "ES256"}}) + "." +
                           part({{"aud", origin_of(endpoint)}, {"exp", until}, {"sub", contact}});
  return "vapid t=" + said + "." + base64url(server.sign(said)) + ", k=" + base64url(server.point());
}

}  // namespace circled::push
