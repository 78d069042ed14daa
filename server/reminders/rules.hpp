// When a reminder is due and what it says: pure functions over values. Quiet hours are the receiver's:
// between them nobody is woken by a phone, so a reminder moves to the evening before, never later.
#pragma once
#include <array>
#include <span>
#include <string>
#include <vector>

#include "reminders/texts.hpp"

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

enum class Channel { live, push, email, sms };
BOOST_DESCRIBE_ENUM(Channel, live, push, email, sms)

// How somebody is reminded. The live connection always comes first: it costs nothing, and is there or not.
struct Manner {
  std::vector<Minutes> offsets{default_offsets.begin(), default_offsets.end()};  // before the start
  std::vector<Channel> channels{Channel::push, Channel::sms, Channel::email};  // after the live one, in order
  Minutes wait{30};  // for an answer, before the next channel
  QuietHours quiet;
  Language language = Language::en;
  std::string words;  // empty: the language's own
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

// When the next channel has its turn after a reminder that went out at `sent` and that nobody has seen: after
// `wait`, but a quarter of the time that is left at most.
Instant next_channel_at(Instant sent, Minutes offset, Minutes wait);

// Where a push comes first there is nobody to wait for: it wakes the very device the app is on. This long an
// app that is open has to say that it shows the reminder.
inline constexpr Seconds app_answers{10};

// How long to wait after so many failed attempts (1, 2, …) to hand a message over: 1, 2, 4, … minutes.
inline constexpr Minutes longest_back_off{30};
Minutes back_off(std::int64_t attempts);

// "You have an appointment on Tue 10 Mar at 18:00.", the time on the wall of `zone`; or `words`, whose {when}
// is the time.
std::string text(Instant starts_at, const Zone& zone, Language language = Language::en,
                 std::string_view words = {});

// What somebody means by a text message: one character is enough. The letters a, b and c choose a time that
// was proposed.
enum class Meant { confirm, cant_come, running_late, choose, stop, start, other };
BOOST_DESCRIBE_ENUM(Meant, confirm, cant_come, running_late, choose, stop, start, other)
Meant meaning(std::string_view text);
// The text without what people put around a word: " B. " is "b".
std::string word(std::string_view text);

}  // namespace circled::reminders
