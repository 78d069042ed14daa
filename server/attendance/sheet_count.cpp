#include "attendance/sheet_count.hpp"

namespace circled::attendance {

void count_sheet(Transaction& tx, SessionId session) {
  tx.later(
      "UPDATE sheet SET (attended, excused, unexcused, turned_away, late, left_early, credited_minutes) = ("
      "SELECT count(CASE WHEN verdict = 'attended' THEN 1 END), count(CASE WHEN verdict = 'excused' THEN 1 "
      "END), "
      "count(CASE WHEN verdict = 'unexcused' THEN 1 END), count(CASE WHEN verdict = 'turned_away' THEN 1 "
      "END), "
      "count(CASE WHEN late_minutes > 0 THEN 1 END), count(CASE WHEN left_early_minutes > 0 THEN 1 END), "
      "CAST(COALESCE(sum(credited_minutes), 0) AS BIGINT) FROM participant WHERE session_id = $1) "
      "WHERE session_id = $1",
      session);
}

}  // namespace circled::attendance
