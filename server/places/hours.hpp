// When a site is open: times of every week on its own wall. A site without any is always open.
#pragma once
#include <string>
#include <vector>

#include "places/place.hpp"

namespace circled::places {

struct OpenTime {
  Number<0, 6> weekday;  // 0 = Sunday
  TimeOfDay from;
  TimeOfDay until;  // 00:00: the end of that day; what crosses midnight is two times
};
BOOST_DESCRIBE_STRUCT(OpenTime, (), (weekday, from, until))

struct Hours {
  List<OpenTime, 50> hours;  // none overlaps another
};
BOOST_DESCRIBE_STRUCT(Hours, (), (hours))

// In order of weekday and time. Errors: not_found (the site).
Result<Hours> hours(Snapshot& db, SiteId site);

// What to compare a copy with, to see whether it is still so.
std::string version(const Hours& hours);

// Replaces them. `seen` is the version that the caller has seen. For supervisors and administrators.
// Errors: not_found, precondition_failed, invalid (the wrong times).
Result<Hours> set_hours(Transaction& tx, const access::Actor& actor, SiteId site, std::string_view seen,
                        const Hours& hours, Instant now);

// Minutes since midnight of an `until`: 00:00 is 1440.
std::int64_t until_minutes(TimeOfDay until);
TimeOfDay until_time(std::int64_t minutes);

// What is wrong with the times of a list in which no two that are `same` may overlap. `pointer` is the
// list's: "/hours".
template <class T, class Same>
std::vector<FieldError> check_times(const std::vector<T>& times, const std::string& pointer, Same same) {
  std::vector<FieldError> errors;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto from = times[i].from.since_midnight.count(), until = until_minutes(times[i].until);
    if (until <= from)
      errors.push_back({pointer + "/" + std::to_string(i) + "/until", "not_after_from",
                        "This must be later than 'from', on the same day; 00:00 is the day's end."});
    for (std::size_t j = 0; j < i; ++j)
      if (same(times[i], times[j]) && times[j].from.since_midnight.count() < until &&
          from < until_minutes(times[j].until)) {
        errors.push_back(
            {pointer + "/" + std::to_string(i), "overlaps", "This overlaps another of the list."});
        break;
      }
  }
  return errors;
}

}  // namespace circled::places
