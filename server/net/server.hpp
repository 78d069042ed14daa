// The network room's front door: owns the I/O threads, listens, and drives what `app` plugs in.
//
//   Server server(options);
//   auto port = server.listen();            // from here on clients queue up
//   … make the hub and the timers on server.executor(i) …
//   server.run(http_handler, upgrade_handler);  // until stop()
//
// A connection belongs to one I/O thread for life; nothing in here takes a lock.
#pragma once
#include <cstdint>
#include <memory>

#include "api/service.hpp"
#include "net/counters.hpp"
#include "net/options.hpp"

namespace circled::net {

class Server {
 public:
  explicit Server(ServerOptions options);
  // Destroys what run() left unfinished, coroutines of handlers among it: whatever those use must still
  // exist. A Peer has had its closed() by then.
  ~Server();

  // Binds, reads the certificate and the web pages; answers the port it got. Call once, before run().
  // Errors, each naming the thing and the remedy: conflict (address_in_use), invalid (listen_address,
  // tls, web_folder, trusted_proxies).
  Result<std::uint16_t> listen();

  // Serves until stop(), then returns with all I/O threads ended. `http` is asked for /api, /healthz,
  // /readyz and /metrics, `upgrade` for the live path; all else is a static file.
  void run(api::HttpHandler http, api::UpgradeHandler upgrade);

  // From any thread or signal-handling coroutine, any number of times: serves for another `drain_delay`,
  // closing each connection with its next answer, so that who balances the load sends nobody here when the
  // door shuts; then stops accepting, lets running requests finish, closes WebSockets with 1001, and drops
  // what is left after `stop_within`.
  void stop();

  std::size_t threads() const;
  // Thread i's executor, valid as long as the Server. What is posted before run() waits for it.
  Executor executor(std::size_t i) const;
  const Counters& counters(std::size_t i) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace circled::net
