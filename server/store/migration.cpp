#include "store/migration.hpp"

#include "store/open_error.hpp"
#include "store/transaction.hpp"

namespace circled::store {

std::span<const Migration> lacking(Snapshot& db, std::span<const Migration> known, const std::string& place) {
  const auto steps =
      db.all<std::tuple<int, std::string>>("SELECT number, sha256 FROM schema_step ORDER BY number");
  if (steps.size() > known.size())
    throw OpenError(place + ": it was written by a newer version of circled (schema " +
                    std::to_string(steps.size()) + ", this one knows " + std::to_string(known.size()) +
                    "); start that version");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& [number, hash] = steps[i];
    if (number != known[i].number || hash != known[i].sha256)
      throw OpenError(place + ": its schema step " + std::to_string(number) +
                      " is not the one this binary carries; use the binary it was made with");
  }
  return known.subspan(steps.size());
}

}  // namespace circled::store
