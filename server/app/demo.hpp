// A believable programme for an empty store: staff, clients, four weeks of sessions with their sheets,
// reminders and answers, meetings and commitments.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "store/store.hpp"

namespace circled::app {

struct DemoLogin {
  std::string login, password, role, name;
};

// The same seed and day make the same programme; without a day it is today's, up to the present minute.
// The store has its services (open_store). Throws StartError.
std::vector<DemoLogin> fill_demo(Store& store, std::uint64_t seed, std::optional<Date> today);

}  // namespace circled::app
