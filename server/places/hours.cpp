#include "places/hours.hpp"

#include "base/version.hpp"
#include "live/emit.hpp"

namespace circled::places {

std::int64_t until_minutes(TimeOfDay until) {
  const std::int64_t minutes = until.since_midnight.count();
  return minutes == 0 ? 1440 : minutes;
}

TimeOfDay until_time(std::int64_t minutes) { return {Minutes(minutes % 1440)}; }

Result<Hours> hours(Snapshot& db, SiteId site) {
  if (!places::site(db, site)) return not_found("site");
  Hours found;
  for (const auto& [weekday, from, until] : db.all<std::tuple<std::int64_t, TimeOfDay, std::int64_t>>(
           "SELECT weekday, from_time, until_time FROM site_hours WHERE site_id = $1 "
           "ORDER BY weekday, from_time",
           site))
    found.hours.push_back({{weekday}, from, until_time(until)});
  return found;
}

std::string version(const Hours& hours) { return digest_of(hours); }

Result<Hours> set_hours(Transaction& tx, const access::Actor& actor, SiteId site, std::string_view seen,
                        const Hours& hours, Instant now) {
  const auto current = places::hours(tx, site);
  if (!current) return current.error();
  if (version(*current) != seen)
    return changed_meanwhile(*current, "Somebody changed these hours since you read them.");
  auto errors = check_times(hours.hours, "/hours",
                            [](const OpenTime& a, const OpenTime& b) { return a.weekday == b.weekday; });
  if (!errors.empty()) return invalid(std::move(errors));
  tx.later("DELETE FROM site_hours WHERE site_id = $1", site);
  for (const auto& time : hours.hours)
    tx.later("INSERT INTO site_hours (site_id, weekday, from_time, until_time) VALUES ($1, $2, $3, $4)", site,
             time.weekday, time.from, until_minutes(time.until));
  access::audit(tx, actor, "site.set_hours", "site", site.value, now);
  live::hint(tx, "site.changed", site.value, site);
  return places::hours(tx, site);
}

}  // namespace circled::places
