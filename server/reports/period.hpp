// What a report is about: days of a site's calendar, and of these what belongs to one group or one member of
// staff.
#pragma once
#include "api/identity.hpp"
#include "base/json.hpp"
#include "base/zone.hpp"
#include "calendar/spans.hpp"
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
  calendar::Span
      assigned;  // the clients of `staff` are those who are theirs at any moment of it, ends included
  std::optional<StaffId> own;  // the caller, who sees no more than their own
  Instant now;
};

// Supervisors and administrators see every site and everybody's work. What others see depends on what it is:
enum class Seen {
  work,     // sessions: those one leads, at any site
  clients,  // what is said of clients: of one's own, who are so now; for front desk everybody's of their site
  site,     // what the house shows to all who work there: their site's
};
// Errors: not_found (site, group), forbidden, invalid (?until: before ?from, or over 400 days).
Result<Period> period(Snapshot& db, const api::Identity& who, const Asked& asked, Instant now,
                      Seen seen = Seen::work);

// What is left of a period from that instant on: where a list goes on.
inline Period since(Period of, Instant at) {
  of.from = at;
  return of;
}

// Statements about a period know it by $1 to $9: the site, the first and the last day, their instants, the
// group, the member of staff, and when clients are theirs. What else they take comes after.
template <class Row, class... A>
std::vector<Row> rows_of(Snapshot& db, const Period& of, std::string_view sql, const A&... more) {
  return db.all<Row>(sql, of.site, of.first, of.last, of.from, of.until, of.group, of.staff, of.assigned.from,
                     of.assigned.until, more...);
}

template <class Row, class F, class... A>
void each_of(Snapshot& db, const Period& of, F&& each, std::string_view sql, const A&... more) {
  db.each<Row>(std::forward<F>(each), sql, of.site, of.first, of.last, of.from, of.until, of.group, of.staff,
               of.assigned.from, of.assigned.until, more...);
}

// What narrows sessions `s` to those of the period, and clients `c` to those of its group and its member of
// staff, in these days and between these instants.
#define CIRCLED_SESSIONS_OF_PERIOD                                          \
  "s.site_id = $1 AND s.starts_at >= $4 AND s.starts_at < $5 "              \
  "AND (CAST($6 AS BIGINT) IS NULL OR s.group_id = $6) "                    \
  "AND (CAST($7 AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM facilitator l " \
  "WHERE l.session_id = s.id AND l.staff_id = $7)) "
#define CIRCLED_IN_GROUP(FIRST, LAST)                                                                 \
  "(CAST($6 AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM enrolment n WHERE n.client_id = c.person_id " \
  "AND n.group_id = $6 AND n.from_on <= " LAST " AND (n.until_on IS NULL OR n.until_on >= " FIRST "))) "
#define CIRCLED_WITH_STAFF(FROM, UNTIL)                                                                \
  "(CAST($7 AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM assignment a WHERE a.client_id = c.person_id " \
  "AND a.staff_id = $7 AND a.from_at <= " UNTIL " AND (a.until_at IS NULL OR a.until_at > " FROM "))) "
#define CIRCLED_CLIENTS_OF_PERIOD CIRCLED_IN_GROUP("$2", "$3") "AND " CIRCLED_WITH_STAFF("$8", "$9")
#define CIRCLED_CLIENTS_ON_LAST_DAY CIRCLED_IN_GROUP("$3", "$3") "AND " CIRCLED_WITH_STAFF("$9", "$9")

}  // namespace circled::reports
