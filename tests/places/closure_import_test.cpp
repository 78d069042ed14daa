#include "places/closure_import.hpp"

#include <doctest/doctest.h>

#include "places/routes.hpp"
#include "support/programme.hpp"
#include "support/run.hpp"

using namespace circled;
using places::ClosureImportReport;

namespace {

// All-day events: "uid first last name" each; `last` is part of it.
struct Day {
  const char *uid, *from, *until, *name;  // until: the day after the last
};

std::string file_of(const std::vector<Day>& days, const std::string& more = {}) {
  std::string text = "BEGIN:VCALENDAR\nVERSION:2.0\n";
  for (const Day& day : days)
    text += std::string("BEGIN:VEVENT\nUID:") + day.uid + "\nDTSTART;VALUE=DATE:" + day.from +
            "\nDTEND;VALUE=DATE:" + day.until + "\nSUMMARY:" + day.name +
            "\nTRANSP:TRANSPARENT\nEND:VEVENT\n";
  return text + more + "END:VCALENDAR\n";
}

struct Closing : test::CalendarFixture {
  Result<ClosureImportReport> import(const std::string& text, const char* source = "holidays",
                                     std::optional<SiteId> at = {}) {
    auto list = places::read_closures(text, now());
    if (!list) return list.error();
    return write([&](Transaction& tx) {
      return places::import_closures(tx, actor, {std::string(source), at, {}}, *list, now());
    });
  }
  // "2026-07-03/2026-07-03 Independence Day; …"
  std::string stored() {
    std::string found;
    const auto rows = read([](Snapshot& db) {
      return db.all<std::tuple<Date, Date, std::string>>(
          "SELECT from_on, until_on, name FROM closure ORDER BY from_on, id");
    });
    for (const auto& [from, until, name] : rows)
      found += (found.empty() ? "" : "; ") + to_string(from) + "/" + to_string(until) + " " + name;
    return found;
  }
};

const std::vector<Day> holidays{{"a", "20260525", "20260526", "Memorial Day"},
                                {"b", "20260703", "20260704", "Independence Day"},
                                {"c", "20261224", "20261227", "Christmas"}};

}  // namespace

TEST_CASE_FIXTURE(Closing, "the same calendar again changes nothing") {
  const auto first = import(file_of(holidays)).value();
  CHECK(first.added == 3);
  CHECK(first.not_taken.empty());
  const std::string expected =
      "2026-05-25/2026-05-25 Memorial Day; 2026-07-03/2026-07-03 Independence Day; 2026-12-24/2026-12-26 "
      "Christmas";
  CHECK(stored() == expected);
  CHECK(take_committed().hints.size() == 1);

  const auto again = import(file_of(holidays)).value();
  CHECK(again.added + again.updated + again.deleted == 0);
  CHECK(again.unchanged == 3);
  CHECK(stored() == expected);
  CHECK(take_committed().hints.empty());
}

TEST_CASE_FIXTURE(Closing, "what was edited is changed, what is gone is taken away, what was moved is both") {
  import(file_of(holidays)).value();
  const auto report = import(file_of({{"a", "20260525", "20260526", "Memorial Day (observed)"},
                                      {"c", "20261224", "20261228", "Christmas"},
                                      {"d", "20260907", "20260908", "Labor Day"}}))
                          .value();
  CHECK(report.updated == 2);
  CHECK(report.added == 1);
  CHECK(report.deleted == 1);
  CHECK(stored() ==
        "2026-05-25/2026-05-25 Memorial Day (observed); 2026-09-07/2026-09-07 Labor Day; "
        "2026-12-24/2026-12-27 Christmas");
  CHECK(import(file_of({{"a", "20260526", "20260527", "Memorial Day (observed)"}})).value().added == 1);
  CHECK(stored() == "2026-05-26/2026-05-26 Memorial Day (observed)");
}

TEST_CASE_FIXTURE(Closing, "what has begun stays, though the calendar forgets it") {
  import(file_of({{"a", "20260310", "20260313", "Flood"},
                  { "b",
                    "20260311",
                    "20260312",
                    "Repairs" }}))
      .value();
  // It is 10 March, at the site as in UTC.
  const auto report = import(file_of({})).value();
  CHECK(report.deleted == 1);
  CHECK(stored() == "2026-03-10/2026-03-12 Flood");
}

TEST_CASE_FIXTURE(Closing, "closures of other calendars, or typed in, are not touched") {
  write([this](Transaction& tx) {
    tx.run("INSERT INTO closure (site_id, from_on, until_on, name) VALUES ($1, 30000, 30000, 'by hand')",
           site);
  });
  import(file_of(holidays)).value();
  import(file_of({{ "a", "20260525", "20260526", "Memorial Day" }}), "other").value();
  CHECK(import(file_of({}), "other").value().deleted == 1);
  CHECK(number("SELECT count(*) FROM closure") == 4);
}

TEST_CASE_FIXTURE(Closing, "a calendar belongs to one site, or to all") {
  import(file_of(holidays), "holidays", site).value();
  CHECK(number("SELECT count(*) FROM closure WHERE site_id = $1", site) == 3);
  CHECK(import(file_of(holidays)).error().code == "other_site");
  CHECK(import(file_of(holidays), "x", SiteId(999)).error().fields.front().pointer == "/site");
}

TEST_CASE_FIXTURE(Closing, "each event that is not taken has its line and its reason") {
  const auto report =
      import(file_of({{"a", "20260525", "20260526", "Memorial Day"},
                      {"a", "20260525", "20260527", "Memorial Day again"},
                      {"e", "20260601", "20260602", "  "}},
                     "BEGIN:VEVENT\nUID:f\nDTSTART:20260601T100000Z\nDURATION:PT1H\nSUMMARY:Talk\n"
                     "END:VEVENT\nBEGIN:VEVENT\nUID:g\nDTSTART;VALUE=DATE:20260601\n"
                     "RRULE:FREQ=YEARLY;BYDAY=20MO\nSUMMARY:Odd\nEND:VEVENT\n"))
          .value();
  CHECK(report.added == 1);
  std::string lines;
  for (const auto& event : report.not_taken)
    lines += std::to_string(event.line) + " " + event.name + ": " + event.reason + "\n";
  CHECK(lines ==
        "30 Odd: this recurrence rule cannot be used: FREQ must be DAILY, WEEKLY or MONTHLY\n"
        "10 Memorial Day again: the event of line 3 has its UID and day\n"
        "17 : it has no SUMMARY\n"
        "24 Talk: it does not last all day\n");
}

TEST_CASE_FIXTURE(Closing, "administrators import by a route; a damaged file names its line") {
  access::Context context{store, clock};
  api::Table table;
  places::routes(table, context);
  table.clock_by([this] { return clock.now(); });
  const api::Identity* caller = &ada;
  table.authenticate_by([&](const api::Request&) -> Task<Result<std::optional<api::Identity>>> {
    co_return std::optional(*caller);
  });
  const auto post = [&](const std::string& text) {
    api::Request request;
    request.method = api::Method::post;
    request.target = "/api/v1/closures/import";
    request.body = boost::json::serialize(
        boost::json::object{{"source", "holidays"}, {"site", site.value}, {"text", text}});
    request.headers.emplace_back("Content-Type", "application/json");
    return test::run(table.answer(request));
  };
  const auto done = post(file_of(holidays));
  CHECK(done.status == 200);
  CHECK(boost::json::parse(done.body).at("added") == 3);
  const auto damaged = post("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260230\nEND:VEVENT\nEND:VCALENDAR\n");
  CHECK(damaged.status == 422);
  const auto error = boost::json::parse(damaged.body).at("errors").at(0);
  CHECK(error.at("pointer") == "/text");
  CHECK(std::string_view(error.at("message").as_string()).starts_with("Line 3: "));
  caller = &cora;
  CHECK(post(file_of(holidays)).status == 403);
  CHECK(number("SELECT count(*) FROM audit WHERE action = 'closures.import'") == 1);
}
