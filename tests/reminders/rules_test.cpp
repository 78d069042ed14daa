#include "reminders/rules.hpp"

#include <doctest/doctest.h>

#include "reminders/wakeful.hpp"
#include "support/time.hpp"

namespace circled::reminders {
namespace {

using namespace std::chrono_literals;
using test::at;
using test::new_york;
using test::zone;

std::string times(const std::vector<Due>& due) {
  std::string text;
  for (const auto& [offset, at] : due) text += (text.empty() ? "" : " ") + to_string(at);
  return text;
}

const Instant long_before = from_millis(0);

}  // namespace

// Expected times worked out by hand from the zones' published rules for 2026.
TEST_CASE("reminders leave the quiet hours towards the evening before, also where clocks change") {
  struct Row {
    const char* zone;
    const char* starts_at;
    const char* due;
  };
  const Row rows[] = {
      // New York, clocks forward on Sunday 8 March at 02:00 EST.
      // 09:00 EDT; a day before is 08:00 EST, just outside; two hours before is 07:00 EDT.
      {"America/New_York", "2026-03-08T13:00:00Z", "2026-03-07T13:00:00Z 2026-03-08T02:00:00Z"},
      // 08:30 EDT; 07:30 EST moves to Friday 21:00 EST, 06:30 EDT to Saturday 21:00 EST.
      {"America/New_York", "2026-03-08T12:30:00Z", "2026-03-07T02:00:00Z 2026-03-08T02:00:00Z"},
      // Back on Sunday 1 November at 02:00 EDT. 09:00 EST; 10:00 EDT stays, 07:00 EST moves to 21:00 EDT.
      {"America/New_York", "2026-11-01T14:00:00Z", "2026-10-31T14:00:00Z 2026-11-01T01:00:00Z"},
      // Monday 10:00 EST; 10:00 and 08:00 sharp stay.
      {"America/New_York", "2026-11-02T15:00:00Z", "2026-11-01T15:00:00Z 2026-11-02T13:00:00Z"},
      // Sunday 23:30 EST; 00:30 EDT moves to Saturday 21:00 EDT, 21:30 EST to 21:00 EST.
      {"America/New_York", "2026-11-02T04:30:00Z", "2026-11-01T01:00:00Z 2026-11-02T02:00:00Z"},

      // Berlin, forward on Sunday 29 March at 02:00 CET. 10:00 CEST; 09:00 CET and 08:00 CEST stay.
      {"Europe/Berlin", "2026-03-29T08:00:00Z", "2026-03-28T08:00:00Z 2026-03-29T06:00:00Z"},
      // 09:30 CEST; 08:30 CET stays, 07:30 CEST moves to Saturday 21:00 CET.
      {"Europe/Berlin", "2026-03-29T07:30:00Z", "2026-03-28T07:30:00Z 2026-03-28T20:00:00Z"},
      // Back on Sunday 25 October at 03:00 CEST. 09:30 CET; 10:30 CEST stays, 07:30 CET moves.
      {"Europe/Berlin", "2026-10-25T08:30:00Z", "2026-10-24T08:30:00Z 2026-10-24T19:00:00Z"},
      // The second 02:30 of that night; 03:30 CEST moves to Friday, 01:30 CEST to Saturday 21:00.
      {"Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-23T19:00:00Z 2026-10-24T19:00:00Z"},

      // Santiago changes at midnight, inside the quiet hours: back on Saturday 4 April at 24:00.
      // Sunday 09:00 at -4; 10:00 at -3 stays, 07:00 moves to Saturday 21:00 at -3.
      {"America/Santiago", "2026-04-05T13:00:00Z", "2026-04-04T13:00:00Z 2026-04-05T00:00:00Z"},
      // Sunday 01:30; two hours before is the second 23:30 of Saturday.
      {"America/Santiago", "2026-04-05T05:30:00Z", "2026-04-04T00:00:00Z 2026-04-05T00:00:00Z"},
      // Forward on Saturday 5 September at 24:00. Sunday 09:00 at -3; 08:00 at -4 stays, 07:00 moves.
      {"America/Santiago", "2026-09-06T12:00:00Z", "2026-09-05T12:00:00Z 2026-09-06T01:00:00Z"},
      // Sunday 03:00; two hours before is 01:00, the first moment after the gap.
      {"America/Santiago", "2026-09-06T06:00:00Z", "2026-09-05T01:00:00Z 2026-09-06T01:00:00Z"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.zone);
    CAPTURE(row.starts_at);
    CHECK(times(due_times(at(row.starts_at), long_before, zone(row.zone))) == row.due);
  }
}

TEST_CASE("a time that has passed is not planned, also when quiet hours moved it there") {
  // Tuesday 10 March, 07:30 EDT: owed at 21:00 on Sunday and on Monday.
  const Instant start = at("2026-03-10T11:30:00Z");
  const Instant monday_evening = at("2026-03-10T01:00:00Z");
  CHECK(times(due_times(start, monday_evening - 1ms, new_york)) == "2026-03-10T01:00:00Z");
  CHECK(due_times(start, monday_evening, new_york).empty());
  CHECK(due_times(start, start + 1h, new_york).empty());
}

TEST_CASE("several that land on one instant are one") {
  const Minutes offsets[] = {Minutes(60), Minutes(120), Minutes(300)};
  // 09:30 in New York: 08:30 stays, 07:30 and 04:30 move to 21:00.
  const auto due = due_times(at("2026-03-10T13:30:00Z"), long_before, zone("America/New_York"), offsets);
  REQUIRE(times(due) == "2026-03-10T01:00:00Z 2026-03-10T12:30:00Z");
  CHECK(due[0].offset == Minutes(120));
  CHECK(due[1].offset == Minutes(60));
}

TEST_CASE("quiet hours exclude both their ends, and may lie within one day") {
  const Zone utc_zone = Zone::utc();
  const QuietHours siesta{TimeOfDay{Minutes(13 * 60)}, TimeOfDay{Minutes(15 * 60)}};
  CHECK_FALSE(is_quiet(at("2026-03-10T21:00:00Z"), utc_zone));
  CHECK(is_quiet(at("2026-03-10T21:00:01Z"), utc_zone));
  CHECK(is_quiet(at("2026-03-10T07:59:59Z"), utc_zone));
  CHECK_FALSE(is_quiet(at("2026-03-10T08:00:00Z"), utc_zone));
  CHECK_FALSE(is_quiet(at("2026-03-10T23:00:00Z"), utc_zone, siesta));
  CHECK(before_quiet(at("2026-03-10T14:00:00Z"), utc_zone, siesta) == at("2026-03-10T13:00:00Z"));
  CHECK(after_quiet(at("2026-03-10T14:00:00Z"), utc_zone, siesta) == at("2026-03-10T15:00:00Z"));
}

TEST_CASE("news is told at once, or at the quiet end when that leaves two hours") {
  const Instant ten_at_night = at("2026-03-10T02:00:00Z");  // Monday 22:00 EDT
  const Instant eight = at("2026-03-10T12:00:00Z");
  CHECK(told_at(ten_at_night, at("2026-03-10T13:59:59Z"), new_york) == ten_at_night);
  CHECK(told_at(ten_at_night, at("2026-03-10T14:00:00Z"), new_york) == eight);
  CHECK(told_at(eight, at("2026-03-11T14:00:00Z"), new_york) == eight);
  const Instant small_hours = at("2026-03-10T07:00:00Z");  // Tuesday 03:00 EDT
  CHECK(told_at(small_hours, at("2026-03-10T20:00:00Z"), new_york) == eight);
}

TEST_CASE("under a minute is punctual") {
  const Instant due = at("2026-03-10T12:00:00Z");
  CHECK(late_by(due, due) == 0s);
  CHECK(late_by(due, due + 59'999ms) == 0s);
  CHECK(late_by(due, due + 60'000ms) == 60s);
  CHECK(late_by(due, due + 3'600'500ms) == 3600s);
}

TEST_CASE("the text names a wall time and nothing else") {
  CHECK(text(at("2026-03-10T22:00:00Z"), zone("America/New_York")) ==
        "You have an appointment on Tue 10 Mar at 18:00.");
  CHECK(text(at("2026-12-31T23:05:00Z"), zone("Europe/Berlin")) ==
        "You have an appointment on Fri 1 Jan at 00:05.");
}

TEST_CASE("whoever sends rests only after what was not done, not for what fell due meanwhile") {
  const Instant ten = at("2026-03-10T10:00:00Z"), later = ten + 5ms, now = ten + 20ms;
  CHECK(Wakeful::rest(ten, {}, now) == 0ms);
  CHECK(Wakeful::rest({}, ten, now) == 0ms);
  CHECK(Wakeful::rest(ten, later, now) == 0ms);
  CHECK(Wakeful::rest(ten, ten, now) == 1s);
  CHECK(Wakeful::rest(now + 1h, now + 1h, now) == 0ms);
}

}  // namespace circled::reminders
