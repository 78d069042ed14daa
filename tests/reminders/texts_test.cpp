#include "reminders/texts.hpp"

#include <doctest/doctest.h>

#include "reminders/rules.hpp"

namespace circled::reminders {

using namespace std::chrono_literals;

TEST_CASE("words in braces are filled in, and whatever else stands in braces stays") {
  CHECK(fill("{a} and {b}", {{"a", "1"}, {"b", "2"}}) == "1 and 2");
  CHECK(fill("{a}{a}", {{"a", "x"}}) == "xx");
  CHECK(fill("{c} {", {{"a", "1"}}) == "{c} {");
  CHECK(fill("{ab}", {{"a", "1"}}) == "{ab}");
  CHECK(fill("{a}", {{"a", "{a}"}}) == "{a}");  // what is filled in is not filled in again
  CHECK(fill("", {}) == "");
}

TEST_CASE("a time is spoken in either language, on the wall of its zone") {
  const Zone zone = Zone::named("America/New_York").value();
  const Instant at = parse_instant("2026-03-12T22:00:00Z").value();
  CHECK(spoken(at, zone) == "Thu 12 Mar at 18:00");
  CHECK(spoken(at, zone, Language::es) == "jue 12 mar a las 18:00");
  CHECK(text(at, zone, Language::es) == "Tiene una cita el jue 12 mar a las 18:00.");
  CHECK(text(at, zone, Language::en, "Tea, {when}!") == "Tea, Thu 12 Mar at 18:00!");
}

TEST_CASE("no text that leaves the house names the programme, a group or a substance") {
  for (const Language language : {Language::en, Language::es}) {
    const Phrases& say = phrases(language);
    for (const auto words :
         {say.reminder, say.check_in, say.moved, say.cancelled, say.many_changed, say.many_cancelled,
          say.seat_free, say.seats_free, say.answer_by, say.late, say.subject, say.reply, say.code,
          say.confirmed, say.running_late, say.cant_come, say.nothing_to_answer, say.unread}) {
      CHECK(!words.empty());
      for (const char* telling :
           {"Circled", "group", "grupo", "therap", "terap", "treat", "trat", "recover", "alcohol", "drug",
            "drog", "clinic", "clínic", "counsel", "consejer", "session", "sesi"})
        CHECK_MESSAGE(words.find(telling) == std::string_view::npos, words, " says ", telling);
    }
  }
}

TEST_CASE("what somebody means by a text message") {
  struct Row {
    const char* said;
    Meant meant;
  };
  for (const Row& row : {Row{"1", Meant::confirm},
                         {" 1.\n", Meant::confirm},
                         {"YES!", Meant::confirm},
                         {"s\xc3\xad", Meant::confirm},
                         {"2", Meant::cant_come},
                         {"No", Meant::cant_come},
                         {"3", Meant::running_late},
                         {"late", Meant::running_late},
                         {"STOP", Meant::stop},
                         {"stop.", Meant::stop},
                         {"Unsubscribe", Meant::stop},
                         {"stop all", Meant::stop},
                         {"Parar", Meant::stop},
                         {"start", Meant::start},
                         {"", Meant::other},
                         {"HELP", Meant::other},
                         {"11", Meant::other},
                         {"please stop", Meant::other},
                         {"I need to talk", Meant::other}}) {
    CAPTURE(row.said);
    CHECK(meaning(row.said) == row.meant);
  }
}

TEST_CASE("the next channel waits for an answer, but never longer than a quarter of what is left") {
  const Instant sent = from_millis(0);
  CHECK(next_channel_at(sent, 24h, 30min) == sent + 30min);
  CHECK(next_channel_at(sent, 2h, 30min) == sent + 30min);
  CHECK(next_channel_at(sent, 1h, 30min) == sent + 15min);
  CHECK(next_channel_at(sent, 2min, 30min) == sent + 1min);
}

TEST_CASE("each failed attempt waits twice as long as the one before, half an hour at most") {
  CHECK(back_off(1) == 1min);
  CHECK(back_off(2) == 2min);
  CHECK(back_off(5) == 16min);
  CHECK(back_off(6) == 30min);
  CHECK(back_off(60) == 30min);
}

}  // namespace circled::reminders
