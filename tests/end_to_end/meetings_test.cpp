// Meeting lists over the command line, and a client in aftercare who chooses from them.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "base/zone.hpp"
#include "end_to_end/programme.hpp"
#include "support/text.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using circled::test::read_file;
using circled::test::write_file;

namespace {

struct List {
  fs::path file;
  std::string time_member;  // of an item's start time
  std::size_t rows, taken;  // what its publisher's page says it holds; 0: not known beforehand
};

// The public lists where they lie beside the project, else the small ones under tests/.
std::vector<List> lists() {
  const char* elsewhere = std::getenv("CIRCLED_MEETING_LISTS");
  const fs::path real =
      elsewhere ? fs::path(elsewhere) : fs::path(CIRCLED_SOURCE_DIR) / "../shared/data/meetings";
  if (fs::exists(real / "na-new-york.bmlt.json"))
    return {{real / "na-new-york.bmlt.json", "start_time", 1364, 1364},
            {real / "aa-online.meeting-guide.json", "time", 90, 90}};
  MESSAGE("no public meeting lists at " << real.string() << ": using the small ones under tests/data");
  const fs::path own = fs::path(CIRCLED_SOURCE_DIR) / "tests/data";
  return {{own / "small.bmlt.json", "start_time", 0, 0}, {own / "small.meeting-guide.json", "time", 0, 0}};
}

// The number that stands before this word: "1364 taken".
std::size_t before(const std::string& out, const std::string& word) {
  const auto at = out.rfind(" " + word);
  if (at == std::string::npos) throw std::runtime_error("no \"" + word + "\" in: " + out);
  const auto from = out.find_last_not_of("0123456789", at - 1);
  return std::stoul(out.substr(from + 1));
}

std::size_t lines_with(const std::string& out, const std::string& start) {
  std::size_t count = 0;
  for (std::size_t at = 0; at != std::string::npos && at < out.size(); at = out.find('\n', at)) {
    if (out[at] == '\n') ++at;
    if (out.compare(at, start.size(), start) == 0) ++count;
    if (at < out.size() && out[at] != '\n') ++at;
  }
  return count;
}

Finished import(Programme& programme, const fs::path& file, const std::string& name) {
  return run({"import", "meetings", file.string(), "--name", name, "--data", programme.data()});
}

// "18:30" on the wall of that zone.
std::string wall(std::chrono::system_clock::time_point t, const char* zone) {
  const auto shown = circled::Zone::named(zone)->wall(std::chrono::floor<circled::Milliseconds>(t));
  const auto of_day = shown - std::chrono::floor<std::chrono::days>(shown);
  return to_string(circled::TimeOfDay{std::chrono::floor<circled::Minutes>(of_day)});
}

int weekday(std::chrono::system_clock::time_point t, const char* zone) {
  const auto day = circled::Zone::named(zone)->date(std::chrono::floor<circled::Milliseconds>(t));
  return static_cast<int>(std::chrono::weekday(day).c_encoding());
}

json::object entry(const std::string& slug, std::chrono::system_clock::time_point t, const char* zone) {
  return {{"slug", slug},          {"name", "Meeting " + slug}, {"day", weekday(t, zone)},
          {"time", wall(t, zone)}, {"timezone", zone},          {"location", "Hall " + slug},
          {"city", "Riverton"}};
}

// With whatever else bears its id: that was passed over, and would come in its place.
void drop_second(json::array& items) {
  const auto slug = [](const json::value& item) -> const json::value* {
    return item.is_object() ? item.get_object().if_contains("slug") : nullptr;
  };
  const json::value dropped = items[1];
  items.erase(items.begin() + 1);
  for (auto each = items.begin(); each != items.end();)
    each = slug(dropped) && slug(*each) && *slug(*each) == *slug(dropped) ? items.erase(each) : each + 1;
}

}  // namespace

TEST_CASE("a real list is taken, taken again unchanged, and an edited one updates and marks what is gone") {
  Programme programme("America/New_York");
  for (const auto& list : lists()) {
    CAPTURE(list.file.string());
    const std::string name = list.file.filename().string();
    auto items = json::parse(read_file(list.file)).as_array();

    const Finished first = import(programme, list.file, name);
    CAPTURE(first.out);
    CAPTURE(first.err);
    REQUIRE(first.code == 0);
    const std::size_t taken = before(first.out, "taken,"), refused = before(first.out, "not taken\n");
    CHECK(before(first.out, "rows,") == items.size());
    CHECK(taken + refused == items.size());
    CHECK(lines_with(first.out, "not taken: row ") == refused);
    if (list.rows != 0) {
      CHECK(items.size() == list.rows);
      CHECK(taken == list.taken);
    }
    const std::size_t meetings = before(first.out, "added,");
    CHECK(meetings >= taken);  // an item may meet on several days
    CHECK(lines_with(first.out, std::to_string(meetings) + " of " + std::to_string(meetings) + " meetings") ==
          1);

    const Finished again = import(programme, list.file, name);
    REQUIRE(again.code == 0);
    CHECK(before(again.out, "unchanged,") == meetings);
    CHECK(before(again.out, "added,") == 0);
    CHECK(before(again.out, "changed,") == 0);
    CHECK(before(again.out, "gone\n") == 0);

    // The first moves to another time of day, the second is dropped.
    const std::string dropped = "Dropped " + name;
    items[0].as_object()[list.time_member] = "03:33";
    drop_second(items);
    const fs::path edited = programme.folder() / name;
    write_file(edited, json::serialize(items));
    const Finished update = import(programme, edited, name);
    CAPTURE(update.out);
    REQUIRE(update.code == 0);
    CHECK(before(update.out, "changed,") == 1);
    CHECK(before(update.out, "gone\n") == 1);
    CHECK(before(update.out, "unchanged,") == meetings - 2);

    const auto found = programme.counselor.get("/api/v1/meetings?from=03:33&until=03:33");
    CHECK(found.at("items").as_array().size() >= 1);
  }
}

TEST_CASE("a file that cannot be imported is named, and nothing changes") {
  Programme programme;
  TemporaryFolder folder;
  const fs::path file = folder / "list.json";
  const auto refused = [&](const std::string& text, const std::string& word) {
    write_file(file, text);
    const Finished run = import(programme, file, "list");
    CAPTURE(run.err);
    CHECK(run.code == 2);
    CHECK(run.err.starts_with("circled: "));
    CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
    CHECK(run.err.find(word) != std::string::npos);
  };
  refused("", "empty");
  refused("[{\"slug\": \"a\", ", "ends in the middle");
  refused("<!doctype html><html></html>", "page");
  refused("{\"meetings\": 1}", "list");
  const Finished missing = import(programme, folder / "nowhere.json", "list");
  CHECK(missing.code == 2);
  CHECK(missing.err.find("nowhere.json") != std::string::npos);
  CHECK(programme.counselor.get("/api/v1/meetings").at("items").as_array().empty());
}

TEST_CASE(
    "a client in aftercare commits to three meetings a week and is reminded in the meetings' own zones") {
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor, "aftercare");
  Person device = programme.enrol(ana, programme.counselor);
  Live phone = device.live();

  // The first begins in two hours and a moment, so that its reminder falls due while this test watches.
  const auto first = std::chrono::ceil<std::chrono::minutes>(now() + 15s) + 2h;
  const std::map<std::string, std::pair<std::chrono::system_clock::time_point, const char*>> when{
      {"kolkata", {first, "Asia/Kolkata"}},
      {"new-york", {first + 30h, "America/New_York"}},
      {"auckland", {first + 52h, "Pacific/Auckland"}}};
  json::array list;
  for (const auto& [slug, at] : when) list.push_back(entry(slug, at.first, at.second));
  const fs::path file = programme.folder() / "weekly.json";
  write_file(file, json::serialize(list));
  REQUIRE(import(programme, file, "weekly").code == 0);

  // Chosen by weekday and time, and by place.
  const auto by_time =
      device.get("/api/v1/meetings?weekday=" + std::to_string(weekday(first, "Asia/Kolkata")) +
                 "&from=" + wall(first, "Asia/Kolkata") + "&until=" + wall(first, "Asia/Kolkata"));
  REQUIRE(by_time.at("items").as_array().size() == 1);
  CHECK(by_time.at("items").at(0).at("name").as_string() == "Meeting kolkata");
  CHECK(device.get("/api/v1/meetings?text=hall+auckland").at("items").as_array().size() == 1);

  CHECK(id(device.put("/api/v1/my/goal", {{"meetings_per_week", 3}}), "meetings_per_week") == 3);
  const auto all = device.get("/api/v1/meetings?text=riverton");
  REQUIRE(all.at("items").as_array().size() == 3);
  for (const auto& meeting : all.at("items").as_array()) {
    const auto made = device.post("/api/v1/my/commitments", {{"meeting", meeting.at("id")}});
    const std::string slug(meeting.at("name").as_string().subview(8));
    CAPTURE(slug);
    CHECK(made.at("next").as_string() == text(when.at(slug).first));
  }
  CHECK(id(device.get("/api/v1/my/goal"), "committed") == 3);
  CHECK(programme.counselor.get("/api/v1/clients/" + std::to_string(ana) + "/commitments")
            .at("items")
            .as_array()
            .size() == 3);

  // Planned: the day before and two hours before, each in its meeting's zone.
  std::map<std::string, std::vector<std::string>> planned;
  const auto reminders =
      programme.counselor.get("/api/v1/clients/" + std::to_string(ana) + "/reminders?limit=200");
  for (const auto& reminder : reminders.at("items").as_array())
    if (reminder.at("state").as_string() == "pending")
      planned[std::string(reminder.at("zone").as_string())].emplace_back(
          reminder.at("starts_at").as_string());
  for (const auto& [slug, at] : when) {
    CAPTURE(slug);
    const auto& starts = planned[at.second];
    CHECK(std::find(starts.begin(), starts.end(), text(at.first)) != starts.end());
  }

  const auto due = next_event(phone, "reminder.due", nullptr, 120s);
  CHECK(due.at("subject_kind").as_string() == "occurrence");
  CHECK(due.at("zone").as_string() == "Asia/Kolkata");
  CHECK(due.at("starts_at").as_string() == text(first));
  CHECK(due.at("text").as_string().ends_with(wall(first, "Asia/Kolkata") + "."));
  CHECK(json::serialize(due).find("Meeting") == std::string::npos);
  const std::string answer = uuid();
  phone.send(json::object{{"type", "cant_come"}, {"id", answer}, {"reminder", due.at("reminder")}});
  CHECK(result_of(phone, answer).at("type").as_string() == "result");

  // The list drops one: who is committed is told, and it stays to be seen.
  const auto dropped = std::find_if(list.begin(), list.end(), [](const json::value& item) {
    return item.at("slug").as_string() == "auckland";
  });
  REQUIRE(dropped != list.end());
  list.erase(dropped);
  write_file(file, json::serialize(list));
  REQUIRE(import(programme, file, "weekly").code == 0);
  next_event(phone, "meeting.gone");
  CHECK(id(device.get("/api/v1/my/goal"), "committed") == 2);

  // Somebody who is not in aftercare cannot commit.
  Person in_treatment =
      programme.enrol(programme.add_client("Ben", programme.counselor), programme.counselor);
  CHECK(in_treatment
            .ask("POST", "/api/v1/my/commitments", json::object{{"meeting", all.at("items").at(0).at("id")}})
            .status == 409);
}
