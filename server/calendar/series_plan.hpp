// What becomes of each date of a series when it is made or changed: the list that a preview shows and that
// applying writes. Private to the room.
#pragma once
#include "calendar/series.hpp"

namespace circled::calendar {

// One date, before and after.
struct PlannedDate {
  std::optional<SessionId> session;  // absent: a new one
  std::optional<Instant> was;        // its start before
  Instant original_at{};             // which instance of the rule it becomes
  Instant starts_at{};
  Instant ends_at{};
  std::optional<RoomId> room;
  std::string title;
  std::string link;
  std::int64_t seats = 1;
  std::vector<StaffId> facilitators;
  std::vector<ClientId> clients;
  std::int64_t reminders = 0;  // planned ones, before
  bool moves = false;          // starts or ends at another time than before
  bool told = false;           // what a reminder or the client's screen says changes
  bool leads_anew = false;     // other facilitators than before
  Outcome outcome = Outcome::fine;
  std::string detail;
  bool asks_site = false;  // on a day that the site was not asked for yet
  std::vector<Conflict> conflicts;
  std::vector<Trouble> troubles;
  std::vector<Conflict> over;  // collisions that were overridden
};

struct SeriesPlan {
  Series series;                 // as it will be
  std::optional<Instant> split;  // where the old one ends and this one begins; absent: it is changed in place
  std::vector<PlannedDate> dates;  // in order of the new originals; those that end, last
  std::vector<Skip> skips;         // instances that do not take place
  std::vector<SessionId> carried;  // sessions that do not take place, and belong to it all the same
};

// The dates of a series that is not there yet, from now to `until`.
SeriesPlan plan_new(Snapshot& db, const api::Identity& who, const Series& series, Instant until, Instant now);

// What an edit makes of the dates from `pivot` on. `edited` is the series with the edit's fields.
SeriesPlan plan_edit(Snapshot& db, const api::Identity& who, const Series& old, Series edited, Instant pivot,
                     bool ends, Instant now);

// Whom and what the date keeps busy; pointers are those of the series' fields.
std::vector<Owner> owners(const PlannedDate& date);

Preview preview_of(const SeriesPlan& plan);

// Instances of the series' rule in [from, until), those of its own end included.
std::vector<Instant> instances(const SeriesRow& series, Instant from, Instant until);

}  // namespace circled::calendar
