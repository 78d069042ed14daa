#include "reports/period.hpp"

#include "places/place.hpp"

namespace circled::reports {
namespace {

constexpr auto longest = std::chrono::days(400);

}  // namespace

Result<Period> period(Snapshot& db, const api::Identity& who, const Asked& asked, Instant now, Seen seen) {
  if (asked.until < asked.from || asked.until - asked.from > longest)
    return invalid("?until", "out_of_range", "This must not be before 'from', nor more than 400 days after.");
  const bool everywhere = api::Supervisor::accepts(who.role), treats = api::Counselor::accepts(who.role);
  Period period;
  period.site = asked.site.value_or(who.site);
  if (!everywhere && period.site != who.site && (seen == Seen::site || !treats)) return not_found("site");
  const auto zone = db.one<std::string>("SELECT zone FROM site WHERE id = $1", period.site);
  if (!zone) return not_found("site");
  if (asked.group && !db.one<std::int64_t>("SELECT 1 FROM therapy_group WHERE id = $1 AND site_id = $2",
                                           *asked.group, period.site))
    return not_found("group");
  period.staff = asked.staff;
  if (!everywhere) period.own = StaffId(who.person.value);
  if (period.own && treats && seen != Seen::site) {
    if (asked.staff && *asked.staff != *period.own) return forbidden("What others do is for supervisors.");
    period.staff = period.own;
  }
  period.zone = Zone::named(*zone).value();
  period.first = asked.from;
  period.last = asked.until;
  period.from = period.zone.start_of(asked.from);
  period.until = period.zone.start_of(asked.until + std::chrono::days(1));
  period.group = asked.group;
  period.now = now;
  period.assigned =
      everywhere ? calendar::Span{period.from, period.until - Milliseconds(1)} : calendar::Span{now, now};
  return period;
}

}  // namespace circled::reports
