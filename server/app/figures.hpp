// The figures that the parts of the server count themselves, gathered for /metrics.
#pragma once
#include "app/metrics.hpp"
#include "live/hub.hpp"
#include "net/server.hpp"
#include "store/store.hpp"

namespace circled::app {

struct Counted {
  Store& store;
  const net::Server& server;
  const live::Hub& hub;
};

// All figures and the requests. Reads the store on its report pool: reminders are counted along partial
// indexes, which may take a moment when hundreds of thousands are planned.
Task<std::string> metrics_text(const Metrics& metrics, Counted counted, Instant now);

}  // namespace circled::app
