// Brings a meeting list into the store, in steps small enough that no booking waits long behind one.
//
// New meetings are added, changed ones changed, the others are not touched, and what the file no longer
// has is marked as gone, never deleted: people may be committed to it. Each step is a transaction that
// leaves everything consistent; a broken-off import is completed by running it again.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "access/audit.hpp"
#include "aftercare/meeting_list.hpp"
#include "base/clock.hpp"

namespace circled::aftercare {

struct ImportOptions {
  std::string name;           // of the list; the same name is the same list
  std::optional<Zone> zone;   // for rows that name none; without it the sites' zone, if they share one
  bool allow_shrink = false;  // the file may lack more than half of the list
  // Called between steps, on the calling thread.
  std::function<void(std::int64_t done, std::int64_t meetings)> progress;
};

struct ImportReport {
  std::int64_t list = 0;
  std::string name;
  ListFormat format{};
  std::int64_t rows = 0;  // items in the file = taken + refused
  std::int64_t taken = 0;
  std::int64_t meetings = 0;  // an item that meets on several days is several: added + … + unchanged
  std::int64_t added = 0;
  std::int64_t updated = 0;
  std::int64_t returned = 0;  // had been gone
  std::int64_t unchanged = 0;
  std::int64_t gone = 0;
  std::int64_t without_end = 0;  // taken for an hour
  std::vector<Refusal> refused;
};
BOOST_DESCRIBE_STRUCT(ImportReport, (),
                      (list, name, format, rows, taken, meetings, added, updated, returned, unchanged, gone,
                       without_end, refused))

// Blocks until all is on disk: not for an I/O thread. Whoever may run it is checked by the caller (the
// command line is the machine's owner). One audit entry for each import.
// Errors: those of parse_list; invalid (no_name); conflict (nothing_taken, other_format, typed_in,
// list_shrinks), all before anything is changed; unavailable when the store stops taking writes.
Result<ImportReport> import_meetings(Store& store, const Clock& clock, const access::Actor& actor,
                                     std::string_view bytes, const ImportOptions& options);

}  // namespace circled::aftercare
