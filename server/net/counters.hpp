// What the network room counts, for /metrics. Each I/O thread writes its own set and anybody may read
// any of them at any time; a reader adds the sets up.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>

namespace circled::net {

// A number with one writing thread: a plain load and store, so that counting costs no locked instruction.
class Counter {
 public:
  void add(std::int64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

// A cache line of its own, for the neighbour belongs to another thread.
struct alignas(64) Counters {
  Counter connections;              // accepted, since the start
  Counter connections_refused;      // over max_connections
  Counter connections_open;         // now, live ones included
  std::array<Counter, 5> requests;  // answered, by status class: [0] is 1xx … [4] is 5xx
  Counter bytes_in;                 // read from sockets, after TLS
  Counter bytes_out;                // written to sockets, before TLS
  Counter sockets;                  // WebSockets opened, since the start
  Counter sockets_open;             // now
  Counter frames_in;                // text messages received
  Counter frames_out;               // text frames sent
  Counter faults;                   // exceptions caught at the edge: each one is a bug
};

}  // namespace circled::net
