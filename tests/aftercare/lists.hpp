// The lists that these tests read: small ones of our own with every defect, and two real ones where
// they lie beside the repository.
#pragma once
#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "aftercare/import.hpp"
#include "support/store.hpp"
#include "support/text.hpp"

namespace circled::test {

inline std::string own_list(const std::string& name) {
  return read_file(std::filesystem::path(CIRCLED_SOURCE_DIR) / "tests" / "data" / name);
}

// Nothing, with a word about it, where the real lists are not at hand.
inline std::optional<std::string> real_list(const std::string& name) {
  const auto path = std::filesystem::path(CIRCLED_SOURCE_DIR) / ".." / "shared" / "data" / "meetings" / name;
  for (const auto& found : {path, std::filesystem::path(CIRCLED_SOURCE_DIR) / ".." / ".." / "shared" /
                                      "data" / "meetings" / name})
    if (std::filesystem::exists(found)) return read_file(found);
  MESSAGE("there is no " << name << " beside the repository: the small lists of tests/data stand in");
  return std::nullopt;
}

// One row of a BMLT list; its weekday counts from 1 = Sunday, as there.
inline boost::json::object item(int id, int weekday, const std::string& start,
                                const std::string& name = "Steps") {
  return {{"id_bigint", std::to_string(id)},
          {"weekday_tinyint", std::to_string(weekday)},
          {"start_time", start + ":00"},
          {"duration_time", "01:30:00"},
          {"meeting_name", name},
          {"published", "1"},
          {"location_text", "Odyssey House"},
          {"location_municipality", "Bronx"},
          {"time_zone", "America/New_York"}};
}

inline std::string file_of(const std::vector<boost::json::object>& items) {
  boost::json::array list;
  for (const auto& one : items) list.push_back(one);
  return boost::json::serialize(list);
}

inline Result<aftercare::ImportReport> import(StoreFixture& world, const std::string& bytes,
                                              const std::string& name = "list", bool allow_shrink = false) {
  aftercare::ImportOptions options;
  options.name = name;
  options.zone = Zone::named("America/New_York").value();
  options.allow_shrink = allow_shrink;
  return aftercare::import_meetings(world.store, world.clock, {}, bytes, options);
}

inline MeetingId meeting_of(StoreFixture& world, int id) {
  return world.read([&](Snapshot& db) {
    return db.one<MeetingId>("SELECT id FROM meeting WHERE key = $1", std::to_string(id)).value();
  });
}

}  // namespace circled::test
