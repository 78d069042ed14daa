// How full sessions of groups are: seats offered, seats taken. A seat is taken by whoever stands on the list,
// whether they came or not, unless they gave it back in time; what was cancelled offers none. The rows behind
// these figures are /exports/sessions of the same period.
#pragma once
#include "reports/period.hpp"

namespace circled::reports {

struct Seats {
  std::int64_t sessions = 0;
  std::int64_t offered = 0;  // seats, added up
  std::int64_t taken = 0;    // of those offered
  std::int64_t over = 0;     // people beyond the seats, beside those taken
  bool operator==(const Seats&) const = default;
};
BOOST_DESCRIBE_STRUCT(Seats, (), (sessions, offered, taken, over))

struct GroupSeats : Seats {
  std::optional<GroupId> group;  // none: sessions of no group
  std::string name;
};
BOOST_DESCRIBE_STRUCT(GroupSeats, (Seats), (group, name))

// A session that two lead is in the line of both.
struct StaffSeats : Seats {
  StaffId staff;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(StaffSeats, (Seats), (staff, name))

struct SeatFigures {
  Date from;
  Date until;
  SiteId site;
  Seats all;
  std::vector<GroupSeats> by_group;  // that had any, by name
  std::vector<StaffSeats> by_staff;
};
BOOST_DESCRIBE_STRUCT(SeatFigures, (), (from, until, site, all, by_group, by_staff))

SeatFigures seat_figures(Snapshot& db, const Period& period);

// How many of a session's seats are taken, people beyond them included; of session `s`.
#define CIRCLED_SEATS_TAKEN                                                                                \
  "(SELECT count(*) FROM participant p WHERE p.session_id = s.id AND NOT p.seat_given_back AND p.verdict " \
  "<> 'cancelled_by_program')"

}  // namespace circled::reports
