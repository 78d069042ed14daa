// Which addresses a server may be sent to by what somebody typed in: the public internet, and nothing that
// only a machine inside can reach (OWASP: server-side request forgery).
#pragma once
#include <string_view>

struct sockaddr;

namespace circled::access {

// The address that is really connected to. IPv4 outside the blocks that IANA's special-purpose registry says
// are not globally reachable; of IPv6 the global unicast block, without what carries an IPv4 address or leads
// into other networks (6to4, Teredo). IPv4-mapped addresses are refused, whatever they map.
bool is_public(const sockaddr& address);

// The same from text, without a zone or a port. False for what is no address.
bool is_public_address(std::string_view text);

// Whether a URL's host can be told not to be public without asking anybody: an address that is not, in any of
// the ways of writing one (RFC 3986 §3.2.2; "127.1", "0x7f000001"), or a name of this machine (RFC 6761
// §6.3). What other names stand for shows when they are looked up.
bool is_inside(std::string_view host);

}  // namespace circled::access
