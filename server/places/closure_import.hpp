// Days on which a site is closed, from a calendar that somebody else keeps: an iCalendar file of holidays.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/audit.hpp"
#include "base/bounded.hpp"
#include "base/ics.hpp"
#include "store/transaction.hpp"

namespace circled::places {

struct ClosureImport {
  Text<1, 100> source;         // the calendar's name; the same name is the same calendar
  std::optional<SiteId> site;  // left out: every site
  Text<1, ics::largest_text> text;
};
BOOST_DESCRIBE_STRUCT(ClosureImport, (), (source, site, text))

struct EventNotTaken {
  std::int64_t line;  // of its BEGIN in the file
  std::string name;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(EventNotTaken, (), (line, name, reason))

struct ClosureImportReport {
  std::int64_t added = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
  std::int64_t deleted = 0;  // the calendar no longer has them, and they lay ahead
  std::vector<EventNotTaken> not_taken;
};
BOOST_DESCRIBE_STRUCT(ClosureImportReport, (), (added, updated, unchanged, deleted, not_taken))

// What a calendar closes: one all-day event each.
struct ClosedDays {
  std::string uid;
  Date from_on{};
  Date until_on{};
  std::string name;
};

struct ClosureList {
  std::vector<ClosedDays> closed;  // each (uid, from_on) once
  std::vector<EventNotTaken> not_taken;
};

// From thirty days ago to two years after that. Reading takes its time, so it is not done in a write. All-day
// events that leave their owner free (TRANSPARENT) count: calendars of holidays are full of them.
// Errors: those of ics::read.
Result<ClosureList> read_closures(std::string_view text, Instant now);

// The rows of this source become the list: what is new is added, what differs changed, what is gone and lies
// ahead deleted; what has begun stays, by the day it is at the site, for every site by the day in UTC. For
// administrators. Errors: invalid (no such site), conflict (other_site: the source is imported for another
// one).
Result<ClosureImportReport> import_closures(Transaction& tx, const access::Actor& actor,
                                            const ClosureImport& wanted, const ClosureList& list,
                                            Instant now);

}  // namespace circled::places
