// IANA time zones, by Howard Hinnant's `date` on the system's zone files.
#pragma once
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace circled {

// A value: cheap to copy, valid for the life of the process.
class Zone {
 public:
  // Errors: unknown_zone.
  static Result<Zone> named(std::string_view iana_name);
  static Zone utc();

  std::string_view name() const;

  WallTime wall(Instant t) const;
  Date date(Instant t) const { return std::chrono::floor<std::chrono::days>(wall(t)); }

  // The instant at which the wall shows `t`. A time that is skipped when clocks go forward has none;
  // of a time that comes twice, the first is meant (the rule of RFC 5545 §3.3.5 for repeats).
  std::optional<Instant> instant(WallTime t) const;

  // The first instant of a local day, also where midnight itself is skipped.
  Instant start_of(Date day) const;

  bool operator==(const Zone&) const = default;

 private:
  explicit Zone(const void* zone) : zone_(zone) {}
  const void* zone_;
};

}  // namespace circled
