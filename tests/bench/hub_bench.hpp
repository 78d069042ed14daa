// The live connections by themselves: the hub and the network room in this process, their clients in a
// child, so that "from the hub receiving it to the last write" can be timed.
#pragma once
#include "store/open.hpp"

namespace circled::bench {

// Seconds, each the median of several rounds.
struct HubFigures {
  double one_event;       // one event to every client
  double bare_loop;       // a loop of send() of the same bytes to as many sockets
  double burst;           // 16 events to each of some clients, handed over together
  double sixteen_single;  // the same 16, each handed over when the one before was written
};

// Must run before this process starts a thread (it forks).
HubFigures measure_hub(const store::Place& place, int clients, int burst_clients);

}  // namespace circled::bench
