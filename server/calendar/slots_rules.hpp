// The search for a free slot, on values alone: whose time is common, where a session of that length fits,
// which of the places is best. Pure; linear in the stretches of time and in the marks that fall into free
// ones.
#pragma once
#include <optional>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "calendar/spans.hpp"

namespace circled::calendar {

// What comes first. `soonest`: the earliest start. `same_counselor`: whom the client knows, then the
// earliest. `fewest_gaps`: where the least idle time is left in the counselor's day.
enum class Rank { soonest, same_counselor, fewest_gaps };
BOOST_DESCRIBE_ENUM(Rank, soonest, same_counselor, fewest_gaps)

namespace rules {

struct StaffFree {
  StaffId id;
  Spans available;                       // when they can be booked, by their hours
  Spans taken;                           // sessions and holds, with their breaks
  std::int64_t nearness = 0;             // to the client: less comes first
  Instant leads_until = Instant::max();  // a session that they lead starts before this
};

struct RoomFree {
  RoomId id;
  Spans taken;
};

// Where a slot stands in its list. Slots are in order of this, and no two have the same.
struct SlotPlace {
  std::int64_t key = 0;  // by rank
  Instant starts_at;
  std::int64_t team = 0;  // which of the staff, by their number in the question; 0 for all together
  auto operator<=>(const SlotPlace&) const = default;
};

struct SlotQuestion {
  Span range;             // in which a slot starts
  Milliseconds duration;  // of the session: within everybody's available time
  Milliseconds pause;     // after it: together they overlap nothing that is taken
  std::vector<StaffFree> staff;
  bool together = false;                       // all of them; else any one
  Spans client_taken;                          // empty also when no client is named
  std::optional<std::vector<RoomFree>> rooms;  // one of them, the first that is free
  Rank rank = Rank::soonest;
  std::vector<Instant> marks;  // the instants at which a slot may start, in order
  std::vector<Instant> days;   // where the site's days begin, and at last where they end: for fewest_gaps
  std::optional<SlotPlace> after;
  std::size_t limit = 50;
};

struct FreeSlot {
  SlotPlace place;
  std::vector<StaffId> staff;
  std::optional<RoomId> room;
};

// The first `limit` slots that come after `after`.
//
// Idle time, for fewest_gaps, is time of the staff member's that day in which they could be booked and are
// not, between the first and the last thing they have then, this slot counted in. On a day that would hold
// nothing else it is all the rest of that day: nobody should come in for one hour.
std::vector<FreeSlot> find_slots(const SlotQuestion& question);

}  // namespace rules
}  // namespace circled::calendar
