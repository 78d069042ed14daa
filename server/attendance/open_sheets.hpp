// Sheets that nobody has closed in time. No verdict comes of waiting: what is not closed is listed, and those
// who lead the session are told, once.
#pragma once
#include "attendance/policy.hpp"

namespace circled::attendance {

struct OpenSheet {
  SessionId session;
  SiteId site;
  std::string zone;
  std::string title;
  Instant starts_at;
  Instant ends_at;
  std::vector<std::string> facilitator_names;  // the leading one first
  bool closed;                                 // and not signed yet
  std::int64_t unmarked;                       // lines that wait for a person's word: no policy excuses them
  Instant close_by;
  bool late_documentation;
};
BOOST_DESCRIBE_STRUCT(OpenSheet, (),
                      (session, site, zone, title, starts_at, ends_at, facilitator_names, closed, unmarked,
                       close_by, late_documentation))

// Whose; and past which session, in order of start, the page begins.
struct OpenFilter {
  std::optional<SiteId> site;
  std::optional<StaffId> staff;
  bool without_signature = false;  // those that are closed and wait for one, in place of the open ones
  std::int64_t limit = 50;
  Instant after_start{};
  SessionId after{};
};
struct OpenSheets {
  std::vector<OpenSheet> items;
  bool more = false;
};

// Overdue by their policies, oldest first. Of another site than the caller's only supervisors and
// administrators see them. Errors: not_found (site).
Result<OpenSheets> open_sheets(Snapshot& db, const api::Identity& who, const OpenFilter& filter, Instant now);

// A job: tells the facilitators of some sheets that have become overdue, by an event each (`sheet.overdue`);
// answers of how many sheets.
Result<std::int64_t> tell_open_once(Transaction& tx, Instant now);

}  // namespace circled::attendance
