// Calendars that others keep, over the command line and over HTTP.
#include <doctest/doctest.h>

#include <fstream>

#include "base/time.hpp"
#include "end_to_end/programme.hpp"
#include "support/text.hpp"

using namespace circled::end_to_end;
using circled::test::contains;

namespace {

std::string day(const std::string& uid, int days_from_now) {
  const auto date = std::chrono::floor<std::chrono::days>(now()) + std::chrono::days(days_from_now);
  std::string text = circled::to_string(circled::Date{date.time_since_epoch()});
  std::erase(text, '-');
  return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nSUMMARY:Closed\\, " + uid + "\r\nDTSTART;VALUE=DATE:" + text +
         "\r\nEND:VEVENT\r\n";
}

Finished import(Programme& programme, const std::string& events, std::vector<std::string> more = {}) {
  const auto file = programme.folder() / "holidays.ics";
  std::ofstream(file, std::ios::binary) << "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
                                        << events << "END:VCALENDAR\r\n";
  more.insert(more.begin(), {"import", "closures", file.string(), "--data", programme.data()});
  return run(more);
}

}  // namespace

TEST_CASE("closed days are imported beside a running server, and again without harm") {
  Programme programme;
  const std::string two = day("a", 10) + day("b", 20);
  const auto first =
      import(programme, two +
                            "BEGIN:VEVENT\r\nUID:c\r\nSUMMARY:Talk\r\nDTSTART:20260310T100000Z\r\n"
                            "RRULE:FREQ=HOURLY\r\nEND:VEVENT\r\n");
  CHECK(first.code == 0);
  CHECK(contains(first.out, "not taken: line 13 Talk: this recurrence rule cannot be used: FREQ must be"));
  CHECK(contains(first.out, "holidays.ics: 2 added, 0 changed, 0 unchanged, 0 taken away"));
  CHECK(contains(import(programme, two).out, "0 added, 0 changed, 2 unchanged, 0 taken away"));
  CHECK(contains(import(programme, day("b", 21)).out, "1 added, 0 changed, 0 unchanged, 2 taken away"));

  const auto damaged = import(programme, "BEGIN:VEVENT\r\nDTSTART:20260230\r\nEND:VEVENT\r\n");
  CHECK(damaged.code == 2);
  CHECK(contains(damaged.err, "Line 4: DTSTART must be a date or time"));
  const auto nowhere = import(programme, two, {"--site", "Nowhere", "--source", "other"});
  CHECK(nowhere.code == 2);
  CHECK(contains(nowhere.err, "There is no site called \"Nowhere\"."));
}

TEST_CASE("the server takes no address of its own machine, whoever asks") {
  Programme programme;
  const std::string target = "/api/v1/staff/" + std::to_string(programme.counselor_id) + "/outside-calendar";
  const std::string own = "https://127.0.0.1:" + std::to_string(programme.port()) + "/secret-path";
  const auto refused = programme.counselor.ask("PUT", target, json::object{{"url", own}});
  CHECK(refused.status == 422);
  CHECK(refused.json().at("errors").at(0).at("code") == "private_address");
  CHECK(programme.counselor.get(target).at("source") == "none");
  CHECK(!contains(programme.server().log(), "secret-path"));
}
