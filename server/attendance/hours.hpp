// Hours of care, week by week: what a client's level asks for, what was attended, what is still to come, and
// how that stands. For a counselor's board of everybody, and for one client's weeks.
//
// A week is seven days on the wall of the client's site. Nothing here is kept: the figures are made of rolls,
// levels, holds, closures and rules as they stand, so a sheet that is amended amends its week.
#pragma once
#include "attendance/hours_policy.hpp"
#include "attendance/make_up.hpp"
#include "calendar/spans.hpp"

namespace circled::attendance {

// One week of one client. Every figure has its measure beside it: minutes of those required, days asked for
// of seven.
struct WeekHours {
  Date week;  // its first day
  Instant from;
  Instant until;
  HoursVerdict verdict;
  std::optional<NotAsked> not_judged;  // why there is no verdict
  std::vector<std::string> levels;     // of care, in order of day
  std::int64_t asked_days;             // of the week's seven
  HoursParts required;                 // by days; zero where nothing is judged
  std::optional<Minutes> most_minutes;
  HoursParts credited;   // attended
  HoursParts unmarked;   // has begun, and its sheet says nothing yet
  HoursParts scheduled;  // to come, and not declined
  std::vector<CareRuleId> rules;
};
BOOST_DESCRIBE_STRUCT(WeekHours, (),
                      (week, from, until, verdict, not_judged, levels, asked_days, required, most_minutes,
                       credited, unmarked, scheduled, rules))

// A line of the board.
struct ClientWeek : WeekHours {
  ClientId client;
  std::string preferred_name;
  std::string family_name;
};
BOOST_DESCRIBE_STRUCT(ClientWeek, (WeekHours), (client, preferred_name, family_name))

// How many clients of the board stand how; all of `clients` together.
struct HoursTotals {
  std::int64_t clients = 0;  // in care in that week, within the caller's board
  std::int64_t at_risk = 0;
  std::int64_t missed = 0;
  std::int64_t over = 0;
  std::int64_t on_track = 0;
  std::int64_t met = 0;
  std::int64_t not_judged = 0;
};
BOOST_DESCRIBE_STRUCT(HoursTotals, (), (clients, at_risk, missed, over, on_track, met, not_judged))

struct HoursBoard {
  SiteId site;
  std::string zone;
  Date week;
  Instant from;
  Instant until;
  HoursTotals totals;             // of all pages
  std::vector<ClientWeek> items;  // at risk first, then missed, over, on track, met, not judged; by name
  std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(HoursBoard, (), (site, zone, week, from, until, totals, items, next))

struct HoursPage {
  std::int64_t limit = 50;
  std::optional<HoursVerdict> after_verdict = {};  // the last line of the page before
  ClientId after = {};
};

// Everybody of the site who is in care in the week of `day` (this one when left out): supervisors and
// administrators see all, counselors and clinicians those who are assigned to them now. A few statements,
// however many clients there are. Errors: not_found (the site).
Result<HoursBoard> hours_board(Snapshot& db, const api::Identity& who, SiteId site, std::optional<Date> day,
                               const HoursPage& page, Instant now);

struct WeekWithMends : WeekHours {
  std::vector<OpenSession> mends;  // of a week at risk: what the client could still join, soonest first
};
BOOST_DESCRIBE_STRUCT(WeekWithMends, (WeekHours), (mends))

struct ClientHours {
  ClientId client;
  SiteId site;
  std::string zone;
  std::vector<WeekWithMends> weeks;  // in order
};
BOOST_DESCRIBE_STRUCT(ClientHours, (), (client, site, zone, weeks))

// The weeks that touch [from, until], both days included; without days, this week. For whoever treats the
// client within reach, supervisors, administrators. Errors: not_found, invalid (?until: 53 weeks at most).
Result<ClientHours> client_hours(Snapshot& db, const api::Identity& who, ClientId client,
                                 std::optional<Date> from, std::optional<Date> until, Instant now);

// For reports ----------------------------------------------------------------------------------------

// Whose weeks are meant: everybody's of a site, of these the clients of one member of staff, and those who
// are in one group in that week.
struct WeeksOf {
  SiteId site;
  std::optional<StaffId> staff = {};
  calendar::Span assigned = {};  // the clients of `staff` are those who are theirs at any moment of it
  std::optional<GroupId> group = {};
};

// The week of a site that holds this day. The site must exist.
rules::Week site_week(Snapshot& db, SiteId site, Date day);
// How that week stands of everybody who is in care in it, in order of name.
std::vector<ClientWeek> client_weeks(Snapshot& db, const WeeksOf& whose, Date day, Instant now);

}  // namespace circled::attendance
