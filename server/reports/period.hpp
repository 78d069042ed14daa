// What a report is about: days of a site's calendar, and of these what belongs to one group or one member of
// staff.
#pragma once
#include "api/identity.hpp"
#include "base/json.hpp"
#include "base/zone.hpp"
#include "store/transaction.hpp"

namespace circled::reports {

// As it is asked for.
struct Asked {
  Date from;
  Date until;                  // the last day
  std::optional<SiteId> site;  // the caller's when left out
  std::optional<GroupId> group;
  std::optional<StaffId> staff;
};
BOOST_DESCRIBE_STRUCT(Asked, (), (from, until, site, group, staff))

// As it is answered.
struct Period {
  SiteId site;
  Zone zone = Zone::utc();
  Date first, last;
  Instant from, until;  // from the first day's beginning to the last one's end, in the site's zone
  std::optional<GroupId> group;
  std::optional<StaffId> staff;
};

// Supervisors and administrators see every site and everybody's work; whoever else leads sessions, their own
// work at a site. Errors: not_found (site, group), forbidden, invalid (?until: before ?from, or over 400
// days).
Result<Period> period(Snapshot& db, const api::Identity& who, const Asked& asked);

}  // namespace circled::reports
