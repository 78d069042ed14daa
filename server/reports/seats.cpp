#include "reports/seats.hpp"

#include "reports/counts.hpp"

namespace circled::reports {
namespace {

// Sessions of the period with what is offered and taken, added up.
#define CIRCLED_SEATS_ADDED                                                          \
  "SELECT count(*), CAST(sum(x.seats) AS BIGINT), "                                  \
  "CAST(sum(CASE WHEN x.taken < x.seats THEN x.taken ELSE x.seats END) AS BIGINT), " \
  "CAST(sum(CASE WHEN x.taken > x.seats THEN x.taken - x.seats ELSE 0 END) AS BIGINT), "
#define CIRCLED_SEATS_COUNTED "s.seats, " CIRCLED_SEATS_TAKEN " AS taken FROM session s "
#define CIRCLED_SEATS_WHERE \
  "WHERE " CIRCLED_SESSIONS_OF_PERIOD "AND s.kind = 'group' AND s.status <> 'cancelled'"

}  // namespace

SeatFigures seat_figures(Snapshot& db, const Period& period) {
  SeatFigures figures{period.first, period.last, period.site, {}, {}, {}};
  figures.by_group = rows_of<GroupSeats>(
      db, period,
      CIRCLED_SEATS_ADDED
      "x.group_id, COALESCE(g.name, '') FROM (SELECT s.group_id, " CIRCLED_SEATS_COUNTED CIRCLED_SEATS_WHERE
      ") AS x LEFT JOIN therapy_group g ON g.id = x.group_id GROUP BY x.group_id, g.name "
      "ORDER BY CASE WHEN x.group_id IS NULL THEN 1 ELSE 0 END, g.name, x.group_id");
  for (const GroupSeats& each : figures.by_group) add<Seats>(figures.all, each);
  figures.by_staff = rows_of<StaffSeats>(db, period,
                                         CIRCLED_SEATS_ADDED
                                         "x.staff_id, t.name FROM (SELECT f.staff_id, " CIRCLED_SEATS_COUNTED
                                         "JOIN facilitator f ON f.session_id = s.id " CIRCLED_SEATS_WHERE
                                         ") AS x JOIN staff t ON t.person_id = x.staff_id GROUP BY "
                                         "x.staff_id, t.name ORDER BY t.name, x.staff_id");
  return figures;
}

}  // namespace circled::reports
