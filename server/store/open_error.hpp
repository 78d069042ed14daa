// Why a store cannot be opened, kept or checked: one line that names the thing and the remedy.
#pragma once
#include <stdexcept>

namespace circled::store {

struct OpenError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace circled::store
