// Who is at the other end: the peer of the connection, or what a proxy of ours says about it. Throttling
// counts by this address, so nothing that a stranger writes into a header may change it.
#pragma once
#include <boost/asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace circled::net {

// The proxies whose X-Forwarded-For is believed.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  // Each entry is an address ("10.0.0.7", "::1") or a network ("10.0.0.0/8").
  // Errors: invalid, naming the entry.
  static Result<TrustedProxies> parse(const std::vector<std::string>& entries);

  bool contains(const boost::asio::ip::address& address) const;

  // The last hop of X-Forwarded-For that is no proxy of ours, read from the right, where proxies append.
  // The peer itself when it is no trusted proxy, when the header is absent, or where it stops making sense.
  // `forwarded_for`: all values of the header, joined by commas in order.
  std::string client(const boost::asio::ip::address& peer, std::string_view forwarded_for) const;

 private:
  struct Network {
    boost::asio::ip::address address;
    int prefix;  // bits that must be equal
  };
  std::vector<Network> networks_;
};

// An IPv4 address that arrived on a socket for both families is written as the IPv4 address it is.
boost::asio::ip::address unmapped(const boost::asio::ip::address& address);

}  // namespace circled::net
