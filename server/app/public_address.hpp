// Which addresses a server may be sent to by what somebody typed in: the public internet, and nothing that
// only a machine inside can reach (OWASP: server-side request forgery).
#pragma once
#include <string_view>

struct sockaddr;

namespace circled::app {

// The address that is really connected to. IPv4 outside the blocks that IANA's special-purpose registry says
// are not globally reachable; of IPv6 the global unicast block, without what carries an IPv4 address or leads
// into other networks (6to4, Teredo). IPv4-mapped addresses are refused, whatever they map.
bool is_public(const sockaddr& address);

// The same from text, without a zone or a port. False for what is no address.
bool is_public_address(std::string_view text);

}  // namespace circled::app
