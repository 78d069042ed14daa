// People in care with a group, and sessions as rows alone: no rule of another room is asked.
#pragma once
#include <doctest/doctest.h>

#include "attendance/sheet_count.hpp"
#include "reports/period.hpp"
#include "support/care.hpp"

namespace circled::test {

inline Date day(int year, unsigned month, unsigned of_month) {
  return Date(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(of_month));
}

struct ReportFixture : CareFixture {
  GroupId evening;

  ReportFixture() {
    evening = write([this](Transaction& tx) {
      return *tx.one<GroupId>(
          "INSERT INTO therapy_group (site_id, service_id, name, alias, admission, smallest, largest, "
          "created_at) VALUES ($1, $2, 'Evening', 'Group', 'open', 1, 12, 0) RETURNING id",
          site, counseling);
    });
  }

  // A session that is over. The rows alone: no rule of another room is asked.
  SessionId held(Instant starts_at, StaffId by, std::optional<GroupId> group, std::int64_t seats,
                 std::string_view status = "completed", std::string_view kind = "") {
    return write([&](Transaction& tx) {
      const auto id = *tx.one<SessionId>(
          "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, status, seats, "
          "created_at, group_id) VALUES ($1, $2, $3, 'x', $4, $5, $6, $7, 0, $8) RETURNING id",
          site, counseling,
          !kind.empty() ? kind
          : group       ? "group"
                        : "one_on_one",
          starts_at, starts_at + std::chrono::minutes(60), status, seats, group);
      tx.run("INSERT INTO facilitator (session_id, staff_id, starts_at, leads) VALUES ($1, $2, $3, TRUE)", id,
             by, starts_at);
      return id;
    });
  }
  void came(SessionId session, ClientId client, std::string_view verdict,
            std::optional<Minutes> credited = {}, Minutes late = {}, Minutes left_early = {}) {
    write([&](Transaction& tx) {
      const bool attended = credited.has_value();
      tx.run(
          "INSERT INTO participant (session_id, client_id, starts_at, source, verdict, credited_minutes, "
          "late_minutes, left_early_minutes) "
          "SELECT id, $2, starts_at, 'booking', $3, $4, $5, $6 FROM session WHERE id = $1",
          session, client, verdict, credited, attended ? std::optional(late) : std::nullopt,
          attended ? std::optional(left_early) : std::nullopt);
    });
  }
  void close(SessionId session) {
    write([&](Transaction& tx) {
      tx.run("INSERT INTO sheet (session_id, closed_at, closed_by) VALUES ($1, $2, $3)", session, now(),
             counselor);
      attendance::count_sheet(tx, session);
    });
  }
  Result<reports::Period> about(const api::Identity& who, const reports::Asked& asked,
                                reports::Seen seen = reports::Seen::work) {
    return read([&](Snapshot& db) { return reports::period(db, who, asked, now(), seen); });
  }
  // A figure of the period that somebody asks for.
  template <class F>
  auto figure(F f, const api::Identity& who, const reports::Asked& asked,
              reports::Seen seen = reports::Seen::work) {
    const auto of = about(who, asked, seen).value();
    return read([&](Snapshot& db) { return f(db, of); });
  }
  // A list of the period, as it comes in parts of that many rows.
  template <class Row>
  std::vector<Row> list(std::vector<Row> (*next)(Snapshot&, const reports::Period&, const Row*, std::int64_t),
                        const reports::Period& of, std::int64_t limit) {
    std::vector<Row> all;
    std::optional<Row> last;
    for (;;) {
      const auto rows = read([&](Snapshot& db) { return next(db, of, last ? &*last : nullptr, limit); });
      all.insert(all.end(), rows.begin(), rows.end());
      if (static_cast<std::int64_t>(rows.size()) < limit) return all;
      last = rows.back();
    }
  }
  // The same, however it is cut: each row once, in order. Answers all of it.
  template <class Row>
  std::vector<Row> whole_list(std::vector<Row> (*next)(Snapshot&, const reports::Period&, const Row*,
                                                       std::int64_t),
                              const api::Identity& who, const reports::Asked& asked, reports::Seen seen) {
    const auto of = about(who, asked, seen).value();
    const auto texts = [](const std::vector<Row>& rows) {
      std::vector<std::string> each;
      for (const Row& row : rows) each.push_back(json::to_text(row));
      return each;
    };
    auto all = list(next, of, 1000);
    for (const std::int64_t limit : {1, 2, 3}) CHECK(texts(list(next, of, limit)) == texts(all));
    return all;
  }
};

// Today, 10 March 2026, is a Tuesday; it is 08:00 in New York.
inline const reports::Asked march{day(2026, 3, 1), day(2026, 3, 31), {}, {}, {}};

}  // namespace circled::test
