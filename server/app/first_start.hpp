// Opening the store as every word of the command line needs it: ours, sealed, with the services that a
// programme starts with.
#pragma once
#include <memory>

#include "app/options.hpp"
#include "base/clock.hpp"
#include "store/data_folder.hpp"
#include "store/open.hpp"

namespace circled::app {

store::Place place_of(const Options& options);

// `folder` outlives the store. `now`: when an empty one gets its services. Throws store::OpenError, also when
// the data belong to another key.
std::unique_ptr<Store> open_store(const store::DataFolder& folder, const Options& options,
                                  Instant now = SystemClock().now());

}  // namespace circled::app
