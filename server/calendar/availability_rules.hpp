// Who can be booked when: opening hours, working hours and what is taken out of them, as stretches of time.
// Pure. Where a list of hours is empty nothing is restricted.
//
//   open time of a site    its hours, without the days on which it is closed
//   a person's time        (their hours at this site - their weekly blocks + extra) - off - leave - busy
//   elsewhere
//
// Hours are on the wall of the site, blocks on that of the person's home site. `extra` is an agreement about
// one day, and so it beats the week and its lunch; who is off or on leave is away all the same.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/zone.hpp"
#include "calendar/spans.hpp"
#include "places/closure.hpp"

namespace circled::calendar {

enum class BlockKind { lunch, notes, team, supervision };
BOOST_DESCRIBE_ENUM(BlockKind, lunch, notes, team, supervision)

enum class ExceptionKind { off, leave, extra };
BOOST_DESCRIBE_ENUM(ExceptionKind, off, leave, extra)

// Why a session should not be when it is. `elsewhere`: in a calendar that is kept elsewhere.
enum class Why { site_closed, outside_site_hours, outside_hours, block, off, leave, elsewhere, credential };
BOOST_DESCRIBE_ENUM(Why, site_closed, outside_site_hours, outside_hours, block, off, leave, elsewhere,
                    credential)

// One thing that is wrong with a session's time or its people, in words for staff.
struct Trouble {
  Why why;
  std::optional<StaffId> staff;  // whose, where it is somebody's
  std::string text;              // "Cora Counselor is on leave."
};
BOOST_DESCRIBE_STRUCT(Trouble, (), (why, staff, text))

namespace rules {

// A time of every week, in minutes since local midnight; `until` up to 1440.
struct Weekly {
  std::int64_t weekday;  // 0 = Sunday
  Minutes from;
  Minutes until;
};

struct SiteTimes {
  SiteId id;
  Zone zone = Zone::utc();
  Minutes pause{};            // kept free after every session
  std::vector<Weekly> hours;  // empty: always open
  std::vector<places::Closure> closures;
};

struct StaffTimes {
  struct Block : Weekly {
    BlockKind kind;
  };
  struct Away : Span {
    ExceptionKind kind;  // off or leave
  };
  struct Credential {
    std::string credential;
    std::optional<Date> until_on;  // the last day on which it is valid
  };

  StaffId id;
  std::string name;
  Zone home = Zone::utc();
  bool has_hours = false;     // somewhere; without any they work whenever the site is open
  std::vector<Weekly> hours;  // at the site in question
  std::vector<Block> blocks;
  std::vector<Away> away;
  std::vector<Span> extra;
  std::vector<Span> elsewhere;
  std::vector<Credential> credentials;
};

// All there is to know about some people at one site, within a range of time.
struct Times {
  SiteTimes site;
  std::string credential;         // that leading the service needs; empty: none
  std::vector<StaffTimes> staff;  // in the order in which they were asked for
};

// The local days that touch a range, and where each begins on the time line: the zone is asked once for a
// day. Only on a day on which clocks change it is asked again for each time of day.
class Days {
 public:
  // `range` is at most a few hundred days long.
  Days(const Zone& zone, Span range);

  // These times of every week, on these days. A time that clocks skip is the moment at which they do; of one
  // that comes twice, the first is meant.
  Spans of(const std::vector<Weekly>& week) const;
  // From the beginning of `from` to the end of `until`, as far as it lies within these days.
  Span of(Date from, Date until) const;
  // Where each day begins, and at last where the last one ends.
  std::vector<Instant> starts() const;
  // Every instant at which the wall shows a multiple of `step` since midnight, in order.
  std::vector<Instant> marks(Minutes step) const;

 private:
  struct Day {
    Date date;
    Instant start;
    bool plain;  // 24 hours long
  };
  Instant at(std::size_t day, Minutes since_midnight) const;

  Zone zone_;
  std::vector<Day> days_;  // and the day after the last
};

// When the site is open, within `range`.
Spans open(const SiteTimes& site, const Days& days, Span range);

// When the person can be booked at the site, within `range`: what they do there already is not asked here.
// `site_days` and `home_days` are of the site's and of the person's zone.
Spans available(const StaffTimes& staff, const Days& site_days, const Days& home_days, Span range);

// Until when the person may lead what needs this credential; nothing: they may not at all.
std::optional<Instant> may_lead_until(const StaffTimes& staff, const std::string& credential,
                                      const Zone& zone);

// What is wrong with a session in [from, until) of these people, the first of whom leads a service that needs
// `credential` (empty: nothing): of the site first, then of each person in their order.
std::vector<Trouble> troubles(const SiteTimes& site, const std::string& credential,
                              const std::vector<const StaffTimes*>& staff, Span session);

}  // namespace rules
}  // namespace circled::calendar
