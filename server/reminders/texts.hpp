// What the server says to people, in each language it ships. The words are data: a language is a row here,
// and a programme, a group or a person may have others for a reminder (manner.hpp). None of them tells a
// bystander what an appointment is for (42 CFR 2.12(a)(1): nothing may identify the receiver as a patient).
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/zone.hpp"

namespace circled::reminders {

enum class Language { en, es };
BOOST_DESCRIBE_ENUM(Language, en, es)

// Words in braces are filled in.
struct Phrases {
  std::array<std::string_view, 7> weekdays;             // Sunday first, short
  std::array<std::string_view, 12> months;              // short
  std::string_view spoken;                              // {day} {time}
  std::string_view reminder;                            // {when}
  std::string_view check_in;                            // {when}
  std::string_view moved, cancelled;                    // {when}: news of an appointment
  std::string_view many_changed, many_cancelled;        // {day}
  std::string_view seat_free, seats_free;               // {when}: a seat in one session, in a group
  std::string_view answer_by;                           // {when}
  std::string_view take_seat;                           // how to answer such a text message
  std::string_view seat_taken, seat_left, seat_gone;    // what became of it
  std::string_view meeting_gone, meeting_changed;       // of something in their calendar
  std::string_view late;                                // said after a reminder that comes late
  std::string_view subject;                             // of a mail
  std::string_view answer_here;                         // {link}: how to answer a mail
  std::string_view reply;                               // how to answer a text message
  std::string_view code;                                // {code}
  std::string_view confirmed, running_late, cant_come;  // to whoever answered so
  std::string_view other_times;                         // {times}: to whoever can't come
  std::string_view time_gone;                           // to whoever chose one of them too late
  std::string_view nothing_to_answer;                   // to an answer when nothing was asked
  std::string_view unread;                              // {emergency} {crisis}: to anything else
};

const Phrases& phrases(Language language);

// `words` with each {name} filled in; a name that is not given stays as it is.
std::string fill(std::string_view words,
                 std::initializer_list<std::pair<std::string_view, std::string_view>> names);

// "Tue 10 Mar", and "Tue 10 Mar at 18:00", on the wall of `zone`.
std::string spoken_day(Instant t, const Zone& zone, Language language = Language::en);
std::string spoken(Instant t, const Zone& zone, Language language = Language::en);

}  // namespace circled::reminders
