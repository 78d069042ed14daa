// What this process has cost so far, for figures that leave out the disk's waiting.
#pragma once
#include <ctime>

namespace circled::bench {

// CPU milliseconds of all its threads: a booking is written on the store's own.
inline double cpu_ms() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

}  // namespace circled::bench
