// The live protocol's bounds. Only tests use others.
#pragma once
#include <cstddef>

#include "base/time.hpp"

namespace circled::live {

struct Options {
  Seconds hello_within{10};
  Milliseconds acks_every{200};  // acknowledgements of all connections of a thread share a write
  Seconds watched_every{20};     // how often an open dashboard is noted, and for how long a note is good
  Seconds watched_for{50};
  std::int64_t page = 100;           // events read from the store at once
  std::size_t outbox_events = 1000;  // waiting for one connection; beyond it is a slow reader
  std::size_t outbox_bytes = 256 * 1024;
  std::size_t replies = 64;  // welcome, results and problems that wait
  std::size_t hints = 64;    // different ones that wait; beyond, "everything of the kind"
  double messages_per_second = 20;
  double messages_at_once = 100;
};

}  // namespace circled::live
