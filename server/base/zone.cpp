#include "base/zone.hpp"

#include <date/tz.h>

#include <stdexcept>

namespace circled {
namespace {

const date::time_zone& tz(const void* zone) { return *static_cast<const date::time_zone*>(zone); }

}  // namespace

Result<Zone> Zone::named(std::string_view iana_name) {
  try {
    // "localtime" is whatever this machine is set to: no name that may be stored.
    if (iana_name == "localtime") throw std::invalid_argument("localtime");
    return Zone(date::locate_zone(std::string(iana_name)));
  } catch (const std::exception&) {
    return invalid("", "unknown_zone", "There is no time zone called '" + std::string(iana_name) + "'.");
  }
}

Zone Zone::utc() { return Zone(date::locate_zone("Etc/UTC")); }

std::string_view Zone::name() const { return tz(zone_).name(); }

WallTime Zone::wall(Instant t) const {
  const auto local = tz(zone_).to_local(std::chrono::floor<Seconds>(t));
  return WallTime{local.time_since_epoch()};
}

std::optional<Instant> Zone::instant(WallTime t) const {
  const date::local_time<Seconds> local{t.time_since_epoch()};
  const auto info = tz(zone_).get_info(local);
  if (info.result == date::local_info::nonexistent) return std::nullopt;
  return Instant{local.time_since_epoch() - info.first.offset};
}

Instant Zone::start_of(Date day) const {
  const date::local_time<Seconds> midnight{day.time_since_epoch()};
  return Instant{tz(zone_).to_sys(midnight, date::choose::earliest).time_since_epoch()};
}

}  // namespace circled
