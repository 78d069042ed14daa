#include "aftercare/meeting_list.hpp"

#include <doctest/doctest.h>

#include <map>

#include "aftercare/lists.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::aftercare;
using test::new_york;

namespace {

std::map<std::int64_t, std::string> reasons(const ParsedList& list) {
  std::map<std::int64_t, std::string> found;
  for (const auto& refusal : list.refused) found[refusal.row] = refusal.reason;
  return found;
}

const MeetingRow& meeting(const ParsedList& list, std::string_view key) {
  for (const auto& row : list.meetings)
    if (row.key == key) return row;
  FAIL("no meeting " << key);
  throw 0;
}

std::string defect(std::string_view bytes) {
  auto list = parse_list(bytes, new_york);
  REQUIRE(list.has_error());
  CHECK_FALSE(list.error().detail.empty());
  return list.error().code;
}

}  // namespace

TEST_CASE("a BMLT list: what is good is taken, each defect is named") {
  const auto list = parse_list(test::own_list("small.bmlt.json"), new_york).value();
  CHECK(list.format == ListFormat::bmlt);
  CHECK(list.rows == 15);
  CHECK(list.taken == 4);
  CHECK(list.without_end == 1);
  CHECK(list.meetings.size() == 4);
  CHECK(reasons(list) == std::map<std::int64_t, std::string>{
                             {4, "it is not published"},
                             {5, "it has no weekday"},
                             {6, "its weekday '0' is not 1 (Sunday) to 7 (Saturday)"},
                             {7, "its weekday '8' is not 1 (Sunday) to 7 (Saturday)"},
                             {8, "its start '25:70:00' is no time of day"},
                             {9, "it has no start time"},
                             {10, "there is no time zone 'Mars/Olympus_Mons'"},
                             {11, "it has no name"},
                             {12, "it has no id of its own"},
                             {13, "its id '101' is that of row 1 already"},
                             {14, "it is no JSON object"},
                         });
  CHECK(list.refused[0].key == "104");
  CHECK(list.refused[0].name == "Not Yet");
}

TEST_CASE("a BMLT row in full") {
  const auto list = parse_list(test::own_list("small.bmlt.json"), new_york).value();
  const MeetingRow& sunday = meeting(list, "101");
  CHECK(sunday.name == "Sunday Light");
  CHECK(sunday.weekday == 0);
  CHECK(sunday.time == TimeOfDay{Minutes(600)});
  CHECK(sunday.duration == Minutes(90));
  CHECK(sunday.zone == "America/New_York");
  CHECK(sunday.place == "Holy Cross Church");
  CHECK(sunday.address == "612 Leland Ave, NY 10473");
  CHECK(sunday.town == "New York");
  CHECK(sunday.notes == "Cafeteria, enter by the side door");
  CHECK(sunday.latitude == doctest::Approx(40.817903));
  CHECK(sunday.longitude == doctest::Approx(-73.859943));
  CHECK(sunday.in_person);
  CHECK(sunday.online_url.empty());
  CHECK(sunday.types == "open,wheelchair");
  CHECK(sunday.search_text == "sunday light holy cross church new york bronx");

  const MeetingRow& owls = meeting(list, "102");
  CHECK(owls.weekday == 6);
  CHECK(owls.zone == "America/Chicago");
  CHECK_FALSE(owls.in_person);
  CHECK(owls.online_url == "https://meet.example.org/owls");
  CHECK_FALSE(owls.latitude);

  const MeetingRow& dawn = meeting(list, "103");
  CHECK(dawn.duration == Minutes(60));
  CHECK(dawn.town == "Kings");
  CHECK(dawn.in_person);

  // Numbers where text is usual, marks of a web form, a link that is none, the 0, 0 of an empty map.
  const MeetingRow& odd = meeting(list, "115");
  CHECK(odd.name == "Women\u2019s & Mens");
  CHECK(odd.weekday == 2);
  CHECK(odd.duration == Minutes(45));
  CHECK(odd.in_person);
  CHECK(odd.online_url.empty());
  CHECK_FALSE(odd.latitude);
}

TEST_CASE("a Meeting Guide list: what is good is taken, each defect is named") {
  const auto list = parse_list(test::own_list("small.meeting-guide.json"), new_york).value();
  CHECK(list.format == ListFormat::meeting_guide);
  CHECK(list.rows == 17);
  CHECK(list.taken == 4);
  CHECK(list.meetings.size() == 6);
  CHECK(list.without_end == 2);
  CHECK(reasons(list) == std::map<std::int64_t, std::string>{
                             {4, "it has no day and time: by appointment"},
                             {5, "it has no weekday"},
                             {6, "it has no start time"},
                             {7, "its day 7 is not 0 (Sunday) to 6 (Saturday)"},
                             {8, "its day \"x\" is not 0 (Sunday) to 6 (Saturday)"},
                             {9, "its start '25:70' is no time of day"},
                             {10, "there is no time zone 'Mars/Olympus_Mons'"},
                             {11, "it has no name"},
                             {12, "it has no id of its own"},
                             {13, "its id 'late-night' is that of row 2 already"},
                             {14, "it is marked inactive"},
                             {15, "it is marked temporarily closed (TC)"},
                             {17, "it is no JSON object"},
                         });
}

TEST_CASE("Meeting Guide rows in full") {
  const auto list = parse_list(test::own_list("small.meeting-guide.json"), new_york).value();
  const MeetingRow& sunday = meeting(list, "sunday-serenity");
  CHECK(sunday.weekday == 0);
  CHECK(sunday.time == TimeOfDay{Minutes(18 * 60)});
  CHECK(sunday.duration == Minutes(90));
  CHECK(sunday.zone == "America/New_York");  // none in the row: the list's
  CHECK(sunday.place == "Alano Club");
  CHECK(sunday.address == "123 Main Street, CA 98765");
  CHECK(sunday.town == "Anytown");
  CHECK(sunday.types == "open,lgbtq");
  CHECK(sunday.in_person);

  const MeetingRow& late = meeting(list, "late-night");
  CHECK(late.duration == Minutes(90));  // 23:00 to 00:30
  CHECK_FALSE(late.in_person);
  CHECK(late.online_url == "https://meet.example.org/late");

  // A list of days is a meeting for each.
  for (const auto& [key, day] :
       {std::pair{"weekday-mornings#1", 1}, {"weekday-mornings#3", 3}, {"weekday-mornings#5", 5}}) {
    CHECK(meeting(list, key).weekday == day);
    CHECK(meeting(list, key).duration == Minutes(60));
  }

  const MeetingRow& dream = meeting(list, "1600");
  CHECK(dream.weekday == 4);
  CHECK(dream.time == TimeOfDay{Minutes(9 * 60 + 30)});
  CHECK(dream.town == "Chicago");
  CHECK(dream.in_person);
  CHECK(dream.online_url == "https://meet.example.org/e");
  CHECK(dream.search_text == "equipo de ensueno chicago");
}

TEST_CASE("rows without a zone are refused when the list has none either") {
  const auto list = parse_list(test::own_list("small.meeting-guide.json"), std::nullopt).value();
  CHECK(reasons(list).at(1) == "it names no time zone, and none is given for the list");
  CHECK(list.taken == 3);
}

TEST_CASE("a file that is no meeting list is one error") {
  CHECK(defect("") == "empty_file");
  CHECK(defect(" \r\n") == "empty_file");
  CHECK(defect("\xEF\xBB\xBF") == "empty_file");
  CHECK(defect("[{\"slug\":\"caf\xe9\"}]") == "not_utf8");
  CHECK(defect(std::string_view("\xff\xfe[\0]\0", 6)) == "not_utf8");  // UTF-16
  CHECK(defect("<!DOCTYPE html><html></html>") == "web_page");
  CHECK(defect("slug,name,day\nx,y,1\n") == "not_json");
  CHECK(defect("[{\"slug\":\"a\",}]") == "not_json");
  CHECK(defect("[]]") == "not_json");
  CHECK(defect("{}") == "not_a_list");
  CHECK(defect("\"text\"") == "not_a_list");
  CHECK(defect("[]") == "empty_list");
  CHECK(defect("[1, {\"title\": \"x\"}]") == "unknown_format");
  CHECK(defect(std::string(longest_file + 1, ' ')) == "too_large");
  CHECK(defect(std::string(100'000, '[')) == "not_json");  // nested without end
}

TEST_CASE("a mark at the beginning of the file is no defect") {
  CHECK(parse_list("\xEF\xBB\xBF" + test::own_list("small.bmlt.json"), new_york)->taken == 4);
}

TEST_CASE("a list cut off anywhere is refused whole") {
  const std::string whole = test::own_list("small.meeting-guide.json");
  const auto end = whole.find_last_of(']');
  for (std::size_t length = whole.find('[') + 1; length <= end; ++length) {
    const auto list = parse_list(whole.substr(0, length), new_york);
    REQUIRE(list.has_error());
    const auto& code = list.error().code;
    CHECK_MESSAGE((code == "cut_short" || code == "not_utf8"), length << " bytes: " << code);
  }
}

TEST_CASE("the real list of New York is taken whole") {
  const auto bytes = test::real_list("na-new-york.bmlt.json");
  if (!bytes) return;
  const auto list = parse_list(*bytes, new_york).value();
  CHECK(list.rows == 1364);
  CHECK(list.taken + static_cast<std::int64_t>(list.refused.size()) == list.rows);
  CHECK(list.taken == 1364);
  // Counted in the file: weekday_tinyint "3" (Tuesday) stands in 206 rows.
  CHECK(std::ranges::count(list.meetings, 2, &MeetingRow::weekday) == 206);
  CHECK(meeting(list, "2").name == "Nothing Macho");
}

TEST_CASE("the real list of online meetings is taken whole") {
  const auto bytes = test::real_list("aa-online.meeting-guide.json");
  if (!bytes) return;
  const auto list = parse_list(*bytes, new_york).value();
  CHECK(list.rows == 90);
  CHECK(list.taken + static_cast<std::int64_t>(list.refused.size()) == list.rows);
  CHECK(list.taken == 90);
  CHECK(list.without_end == 2);
  CHECK(std::ranges::count(list.meetings, std::string("America/New_York"), &MeetingRow::zone) == 39);
  CHECK(std::ranges::none_of(list.meetings, &MeetingRow::in_person));
}
