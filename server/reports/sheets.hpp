// How sheets are kept: whether they were closed and signed in time, and whether anybody changed them after
// that. Of sessions that are over and were not cancelled; how much time there is, the terms of attendance say
// that held on the session's day.
#pragma once
#include "reports/period.hpp"

namespace circled::reports {

// open + closed = sheets.
struct SheetCounts {
  std::int64_t sheets = 0;
  std::int64_t open = 0;
  std::int64_t overdue = 0;  // of those open: the time to close them is over
  std::int64_t closed = 0;
  std::int64_t closed_late = 0;         // of those closed
  std::int64_t signatures = 0;          // of those closed
  std::int64_t signatures_late = 0;     // of the signatures
  std::int64_t signatures_overdue = 0;  // of the sheets without one: the time for it is over
  std::int64_t amended = 0;             // of those with a signature
  std::int64_t reopened = 0;            // of all: had been closed, and were opened again
  bool operator==(const SheetCounts&) const = default;
};
BOOST_DESCRIBE_STRUCT(SheetCounts, (),
                      (sheets, open, overdue, closed, closed_late, signatures, signatures_late,
                       signatures_overdue, amended, reopened))

struct GroupSheets : SheetCounts {
  std::optional<GroupId> group;  // none: sessions of no group
  std::string name;
};
BOOST_DESCRIBE_STRUCT(GroupSheets, (SheetCounts), (group, name))

// A session that two lead is in the line of both.
struct StaffSheets : SheetCounts {
  StaffId staff;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(StaffSheets, (SheetCounts), (staff, name))

struct SheetFigures {
  Date from;
  Date until;
  SiteId site;
  SheetCounts all;
  std::vector<GroupSheets> by_group;  // that had any, by name
  std::vector<StaffSheets> by_staff;
};
BOOST_DESCRIBE_STRUCT(SheetFigures, (), (from, until, site, all, by_group, by_staff))

// Reads one row for each sheet of the period and each of its facilitators, and holds none of them.
SheetFigures sheet_figures(Snapshot& db, const Period& period);

// The rows behind the figures.
struct SheetRow {
  SessionId session;
  Instant starts_at;
  Instant ends_at;
  std::string service;
  std::string group;
  std::string title;
  std::string led_by;  // who leads it
  Instant close_by;
  std::optional<Instant> closed_at;
  bool closed_late;  // or open, and overdue
  Instant sign_by;
  std::optional<Instant> signed_at;
  bool signed_late;  // or not signed, and too late for it
  std::int64_t amendments;
  std::int64_t reopenings;
};
BOOST_DESCRIBE_STRUCT(SheetRow, (),
                      (session, starts_at, ends_at, service, group, title, led_by, close_by, closed_at,
                       closed_late, sign_by, signed_at, signed_late, amendments, reopenings))

// By start and session.
std::vector<SheetRow> site_sheets(Snapshot& db, const Period& period, const SheetRow* last,
                                  std::int64_t limit);

}  // namespace circled::reports
