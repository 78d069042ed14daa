#include "net/client_address.hpp"

#include <charconv>
#include <optional>

#include "net/text.hpp"

namespace circled::net {

namespace ip = boost::asio::ip;

ip::address unmapped(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  }
  return address;
}

namespace {
std::optional<ip::address> parse_address(std::string_view text) {
  boost::system::error_code ec;
  const ip::address address = ip::make_address(std::string(text), ec);
  if (ec) return {};
  return unmapped(address);
}

// One entry of X-Forwarded-For: an address, an address with a port, or an IPv6 address in brackets.
std::optional<ip::address> parse_hop(std::string_view hop) {
  if (hop.size() > 64) return {};
  if (!hop.empty() && hop.front() == '[') {
    const std::size_t end = hop.find(']');
    if (end == std::string_view::npos) return {};
    return parse_address(hop.substr(1, end - 1));
  }
  if (const std::size_t colon = hop.find(':'); colon != std::string_view::npos && hop.rfind(':') == colon) {
    hop = hop.substr(0, colon);
  }
  return parse_address(hop);
}

template <class Bytes>
bool same_prefix(const Bytes& a, const Bytes& b, int bits) {
  for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
    const unsigned mask = bits >= 8 ? 0xffu : 0xffu << (8 - bits) & 0xffu;
    if ((a[i] & mask) != (b[i] & mask)) return false;
  }
  return true;
}
}  // namespace

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& entries) {
  TrustedProxies proxies;
  for (const std::string& entry : entries) {
    std::string_view rest = entry;
    const std::string_view host = cut(rest, '/');
    const auto address = parse_address(host);
    int prefix = address && address->is_v4() ? 32 : 128;
    const int most = prefix;
    bool good = address.has_value();
    if (host.size() != entry.size()) {
      const auto [end, ec] = std::from_chars(rest.data(), rest.data() + rest.size(), prefix);
      good = good && ec == std::errc{} && end == rest.data() + rest.size() && prefix >= 0 && prefix <= most;
    }
    if (!good) {
      return invalid("trusted_proxies", "not_an_address",
                     "trusted_proxies: \"" + entry + "\" is no address and no network such as 10.0.0.0/8.");
    }
    proxies.networks_.push_back({*address, prefix});
  }
  return proxies;
}

bool TrustedProxies::contains(const ip::address& address) const {
  for (const Network& network : networks_) {
    if (network.address.is_v4() != address.is_v4()) continue;
    const bool same =
        address.is_v4()
            ? same_prefix(network.address.to_v4().to_bytes(), address.to_v4().to_bytes(), network.prefix)
            : same_prefix(network.address.to_v6().to_bytes(), address.to_v6().to_bytes(), network.prefix);
    if (same) return true;
  }
  return false;
}

std::string TrustedProxies::client(const ip::address& peer, std::string_view forwarded_for) const {
  ip::address last = peer;
  while (contains(last) && !forwarded_for.empty()) {
    const std::size_t comma = forwarded_for.rfind(',');
    const std::string_view hop =
        trim(comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
    forwarded_for = comma == std::string_view::npos ? std::string_view{} : forwarded_for.substr(0, comma);
    const auto address = parse_hop(hop);
    if (!address) break;
    last = *address;
  }
  return last.to_string();
}

}  // namespace circled::net
