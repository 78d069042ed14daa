#include "access/public_address.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace circled;

TEST_CASE("only addresses of the public internet are open") {
  for (const char* open : {"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
                           "192.167.1.1", "192.169.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255",
                           "2606:4700:4700::1111", "2a00:1450:4001::1", "2001:200::1"}) {
    CAPTURE(std::string(open));
    CHECK(access::is_public_address(open));
  }
  for (const char* closed :
       {"127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1",
        "169.254.169.254", "100.64.0.1", "100.127.255.255", "100.100.100.200", "168.63.129.16", "0.0.0.0",
        "0.1.2.3", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.0.192", "192.0.2.1",
        "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "192.88.99.1",
        // IPv6: this machine, its neighbours, and what carries an IPv4 address in it.
        "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:8.8.8.8",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::8.8.8.8", "64:ff9b::808:808", "2002:7f00:1::1",
        "2001::1", "2001:db8::1", "2001:10::1", "3fff::1", "100::1",
        // No addresses at all, and ways to write one that other readers understand.
        "", "localhost", "127.1", "0x7f000001", "2130706433", "8.8.8.8 ", "[2606:4700:4700::1111]"}) {
    CAPTURE(std::string(closed));
    CHECK(!access::is_public_address(closed));
  }
}
