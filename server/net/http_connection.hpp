// One HTTP/1.1 connection: request after request, until either side has had enough, or until it turns
// into a live connection.
#pragma once
#include "net/io_thread.hpp"
#include "net/stream.hpp"

namespace circled::net {

// Starts serving `socket` on `thread`; call there. The connection owns itself from here on.
void serve_http(IoThread& thread, TcpSocket socket, Place place, const boost::asio::ip::address& peer);

}  // namespace circled::net
