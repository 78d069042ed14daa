// Whether the streams hold what they promise: every number up to the newest, but for those that are pruned.
#pragma once
#include <string>
#include <vector>

#include "store/transaction.hpp"

namespace circled::live {

struct StreamsReport {
  std::int64_t streams = 0;
  std::int64_t events = 0;
  std::vector<std::string> problems;  // one line for each stream; the first hundred
};
StreamsReport verify_streams(Snapshot& db);

}  // namespace circled::live
