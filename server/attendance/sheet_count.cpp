#include "attendance/sheet_count.hpp"

namespace circled::attendance {

void count_sheet(Transaction& tx, SessionId session) {
  const auto counts = *tx.one<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                                         std::int64_t, std::int64_t>>(
      "SELECT COALESCE(sum(CASE verdict WHEN 'attended' THEN 1 ELSE 0 END), 0), "
      "COALESCE(sum(CASE verdict WHEN 'excused' THEN 1 ELSE 0 END), 0), "
      "COALESCE(sum(CASE verdict WHEN 'unexcused' THEN 1 ELSE 0 END), 0), "
      "COALESCE(sum(CASE verdict WHEN 'turned_away' THEN 1 ELSE 0 END), 0), "
      "COALESCE(sum(CASE WHEN late_minutes > 0 THEN 1 ELSE 0 END), 0), "
      "COALESCE(sum(CASE WHEN left_early_minutes > 0 THEN 1 ELSE 0 END), 0), "
      "CAST(COALESCE(sum(credited_minutes), 0) AS BIGINT) FROM participant WHERE session_id = $1",
      session);
  const auto& [attended, excused, unexcused, turned_away, late, left_early, credited] = counts;
  tx.run(
      "UPDATE sheet SET attended = $2, excused = $3, unexcused = $4, turned_away = $5, late = $6, "
      "left_early = $7, credited_minutes = $8 WHERE session_id = $1",
      session, attended, excused, unexcused, turned_away, late, left_early, credited);
}

}  // namespace circled::attendance
