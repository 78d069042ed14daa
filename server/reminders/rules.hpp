// When a reminder is due and what it says: pure functions over values. Quiet hours are the receiver's:
// between them nobody is woken by a phone, so a reminder moves to the evening before, never later.
#pragma once
#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/zone.hpp"

namespace circled::reminders {

// How long before the start a reminder is owed.
inline constexpr std::array<Minutes, 2> default_offsets{Minutes(24 * 60), Minutes(2 * 60)};

// Wall times in the receiver's zone. Both ends are outside: at 21:00 sharp and at 08:00 sharp a
// message may still, or again, be sent.
struct QuietHours {
  TimeOfDay from{Minutes(21 * 60)};
  TimeOfDay until{Minutes(8 * 60)};
};

bool is_quiet(Instant t, const Zone& zone, QuietHours quiet = {});

// `t`, or the beginning of the quiet hours it lies in.
Instant before_quiet(Instant t, const Zone& zone, QuietHours quiet = {});

// `t`, or the end of the quiet hours it lies in.
Instant after_quiet(Instant t, const Zone& zone, QuietHours quiet = {});

struct Due {
  Minutes offset;
  Instant at;
};

// What is owed about something that starts at `starts_at`, earliest first. A time that has passed by
// `now`, perhaps because quiet hours moved it, is left out: the news of the booking tells instead.
// Several that land on one instant are one, that of the shortest offset.
std::vector<Due> due_times(Instant starts_at, Instant now, const Zone& receiver,
                           std::span<const Minutes> offsets = default_offsets, QuietHours quiet = {});

// When news that cannot wait for the next reminder (a move, a cancellation, a reminder that downtime
// made late) is told: at once, unless it is quiet and the start is two hours or more past the quiet
// end; then at that end.
Instant told_at(Instant now, Instant starts_at, const Zone& receiver, QuietHours quiet = {});

// How late a reminder is that goes out now. Under a minute is punctual: zero.
Seconds late_by(Instant due, Instant now);

// "Tue 10 Mar", and "Tue 10 Mar at 18:00", on the wall of `zone`.
std::string spoken_day(Instant t, const Zone& zone);
std::string spoken(Instant t, const Zone& zone);

// "You have an appointment on Tue 10 Mar at 18:00.": the wall time of `zone`, and nothing that tells a
// bystander what for (42 CFR §2.12(a)(1): nothing may identify the receiver as a patient).
std::string text(Instant starts_at, const Zone& zone);

}  // namespace circled::reminders
