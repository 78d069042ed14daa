// One WebSocket: frames in, frames out, pings, and an orderly end. What the frames say is the Peer's
// business.
#pragma once
#include <memory>
#include <string>

#include "net/io_thread.hpp"
#include "net/stream.hpp"

namespace circled::net {

// Takes over a connection on which the handshake has just been answered. `early`: bytes that came with
// the request, if any. The connection owns itself from here on.
void serve_live(IoThread& thread, Stream stream, Place place, std::unique_ptr<api::Peer> peer,
                std::string request_id, std::string early);

}  // namespace circled::net
