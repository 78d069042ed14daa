// Opening the store as every word of the command line needs it: ours, sealed, with the services that a
// programme starts with.
#pragma once
#include <memory>

#include "base/clock.hpp"
#include "store/data_folder.hpp"
#include "store/sqlite.hpp"

namespace circled::app {

struct StoreTuning {
  std::size_t commit_batch = 64;
  std::size_t queue = 4096;
};

// `folder` outlives the store. `now`: when an empty one gets its services. Throws store::OpenError.
std::unique_ptr<store::SqliteStore> open_store(const store::DataFolder& folder, const StoreTuning& tuning,
                                               Instant now = SystemClock().now());

}  // namespace circled::app
