// Events out of an iCalendar text (RFC 5545) that somebody else has written: a list of holidays, a
// colleague's private calendar. What recurs is expanded here, by our own Recurrence.
//
// A file that is damaged is refused whole, with the line that is wrong. An event that is sound and cannot be
// taken (a rule we do not expand, a zone nobody knows) is left out, and said with its reason.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/zone.hpp"

namespace circled::ics {

inline constexpr std::size_t largest_text = 5 * 1024 * 1024;
inline constexpr std::size_t most_events = 20'000;    // of a text, and of what its rules make
inline constexpr std::size_t most_instances = 1'000;  // of one rule

// One time at which something is on.
struct Event {
  std::size_t line = 0;  // of its BEGIN
  std::string uid;
  std::string summary;
  bool all_day = false;
  Date from_on{}, until_on{};  // of an all-day event; both days are part of it
  Instant from{}, until{};     // of one that lasts all day: its days in the reader's zone
  bool transparent = false;    // whoever has it in their calendar is free all the same (§3.8.2.7)
};

struct NotTaken {
  std::size_t line = 0;
  std::string uid;
  std::string summary;
  std::string reason;  // a sentence without its end
};

struct Calendar {
  std::vector<Event> events;  // that touch [from, until), in order of `from`; cancelled ones are none
  std::vector<NotTaken> not_taken;
};

// Times that name no zone are those of `zone`. Zones are known by their IANA name, or by the name that
// Windows has for it; VTIMEZONE is not looked at. A rule is expanded up to 731 days after `from`. Errors:
// too_large; invalid, field "/text" with "Line 17: …" for what is damaged.
Result<Calendar> read(std::string_view text, const Zone& zone, Instant from, Instant until);

}  // namespace circled::ics
