#include "aftercare/meeting.hpp"

#include <doctest/doctest.h>

#include "aftercare/lists.hpp"
#include "store/sqlite_connection.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::aftercare;
using test::clock;
using test::item;

namespace {

struct Town : test::Programme {
  Town() {
    auto online = item(5, 6, "22:30", "Night Light");
    online["venue_type"] = "2";
    online["virtual_meeting_link"] = "https://example.org/night";
    auto hybrid = item(6, 7, "01:15", "Grupo Ensue\u00f1o");
    hybrid["venue_type"] = "3";
    hybrid["virtual_meeting_link"] = "https://example.org/grupo";
    auto hundred = item(7, 7, "23:59", "100% Clean_Sober");
    hundred["location_municipality"] = "Buffalo";
    hundred["location_text"] = "St. Mary's Church";
    test::import(*this,
                 test::file_of({item(1, 1, "10:00", "Sunday Light"), item(2, 1, "18:30", "Sunday Steps"),
                                item(3, 2, "18:30", "Monday Steps"), item(4, 2, "18:30", "Monday Light"),
                                online, hybrid, hundred}))
        .value();
  }

  // The list's own ids of what is found, over all pages of `limit`.
  std::vector<std::string> find(NearSearch wanted, std::int64_t limit = 200) {
    wanted.limit = Number<1, 200>{limit};
    std::vector<std::string> keys;
    for (;;) {
      const auto page = read([&](Snapshot& db) { return search(db, wanted, now()); }).value();
      CHECK(static_cast<std::int64_t>(page.items.size()) <= limit);
      for (const auto& found : page.items)
        keys.push_back(read([&](Snapshot& db) {
          return db.one<std::string>("SELECT key FROM meeting WHERE id = $1", found.id).value();
        }));
      if (!page.next) return keys;
      wanted.after = Text<1, 60>(*page.next);
    }
  }
};

using Keys = std::vector<std::string>;

boost::json::object there(boost::json::object what, double latitude, double longitude) {
  what["latitude"] = std::to_string(latitude);
  what["longitude"] = std::to_string(longitude);
  return what;
}

NearSearch near(double latitude, double longitude, std::int64_t km) {
  NearSearch wanted;
  wanted.latitude = Real<-90'000, 90'000>{latitude};
  wanted.longitude = Real<-180'000, 180'000>{longitude};
  wanted.within_km = Number<1, 200>{km};
  return wanted;
}

NearSearch with_text(const std::string& text) {
  NearSearch wanted;
  wanted.text = Text<0, 100>(text);
  return wanted;
}

// Answers how a statement would be run in place of running it.
class Explaining final : public store::Connection {
 public:
  explicit Explaining(store::Connection& inner) : inner_(inner) {}
  std::int64_t execute(std::string_view sql, std::span<const store::Value> parameters,
                       FunctionRef<void(const store::Row&)>) override {
    inner_.execute("EXPLAIN QUERY PLAN " + std::string(sql), parameters,
                   [&](const store::Row& row) { plan += std::string(row.text(3)) + "\n"; });
    return 0;
  }
  void append(std::span<store::Event>) override {}
  std::string plan;

 private:
  store::Connection& inner_;
};

}  // namespace

TEST_CASE("meetings are found by weekday and time") {
  Town town;
  CHECK(town.find({}) == Keys{"1", "2", "3", "4", "5", "6", "7"});
  NearSearch wanted;
  wanted.weekday = Number<0, 6>{0};
  CHECK(town.find(wanted) == Keys{"1", "2"});
  wanted.from = clock(10, 1);
  CHECK(town.find(wanted) == Keys{"2"});
  wanted.from = clock(10, 0);
  wanted.until = clock(18, 30);
  CHECK(town.find(wanted) == Keys{"1", "2"});
  wanted.until = clock(18, 29);
  CHECK(town.find(wanted) == Keys{"1"});
  wanted.weekday.reset();
  wanted.from = clock(18, 30);
  wanted.until = clock(18, 30);
  CHECK(town.find(wanted) == Keys{"2", "3", "4"});
}

TEST_CASE("a window may run across midnight") {
  Town town;
  NearSearch wanted;
  wanted.weekday = Number<0, 6>{5};
  wanted.from = clock(22, 0);
  wanted.until = clock(2, 0);
  CHECK(town.find(wanted) == Keys{"5", "6"});  // late Friday, then early Saturday
  CHECK(town.find(wanted, 1) == Keys{"5", "6"});
  wanted.weekday.reset();
  CHECK(town.find(wanted) == Keys{"5", "6", "7"});
  CHECK(town.find(wanted, 1) == Keys{"5", "6", "7"});
}

TEST_CASE("text is looked for without regard to case, accents and apostrophes") {
  Town town;
  CHECK(town.find(with_text("STEPS")) == Keys{"2", "3"});
  CHECK(town.find(with_text("light monday")) == Keys{"4"});
  CHECK(town.find(with_text("ensueno")) == Keys{"6"});
  CHECK(town.find(with_text("ENSUE\u00d1O")) == Keys{"6"});
  CHECK(town.find(with_text("buffalo")) == Keys{"7"});
  CHECK(town.find(with_text("St. Marys")) == Keys{"7"});
  CHECK(town.find(with_text("100%")) == Keys{"7"});
  CHECK(town.find(with_text("%")) == Keys{"7"});  // a letter like others
  CHECK(town.find(with_text("n_s")) == Keys{"7"});
  CHECK(town.find(with_text("! '")).empty());
  CHECK(town.find(with_text("  ")).size() == 7);
  CHECK(town.find(with_text("sunday steps odyssey house bronx")) == Keys{"2"});  // more words than patterns
  CHECK(town.find(with_text("nowhere")).empty());
}

TEST_CASE("online, in person, or both") {
  Town town;
  NearSearch wanted;
  wanted.online = true;
  CHECK(town.find(wanted) == Keys{"5", "6"});
  wanted.in_person = true;
  CHECK(town.find(wanted) == Keys{"6"});
  wanted.online.reset();
  CHECK(town.find(wanted) == Keys{"1", "2", "3", "4", "6", "7"});
  wanted.in_person = false;
  CHECK(town.find(wanted) == Keys{"5"});
  wanted.in_person.reset();
  wanted.online = false;
  CHECK(town.find(wanted) == Keys{"1", "2", "3", "4", "7"});
}

TEST_CASE("pages join without a gap or a repeat") {
  Town town;
  for (std::int64_t limit = 1; limit <= 8; ++limit)
    CHECK(town.find({}, limit) == Keys{"1", "2", "3", "4", "5", "6", "7"});
}

TEST_CASE("a cursor that is none is refused") {
  Town town;
  for (const char* text :
       {"x", "1.2", "7.0.1", "0.1440.1", "-1.0.1", "1.2.3.4", "0.0.99999999999999999999"}) {
    NearSearch wanted;
    wanted.after = Text<1, 60>(text);
    const auto page = town.read([&](Snapshot& db) { return search(db, wanted, town.now()); });
    REQUIRE(page.has_error());
    CHECK(page.error().fields.front().code == "not_a_cursor");
  }
}

TEST_CASE("a meeting that is gone is not found, but can still be looked at") {
  Town town;
  const MeetingId id = test::meeting_of(town, 1);
  test::import(town, test::file_of({item(2, 1, "18:30", "Sunday Steps")})).value();
  CHECK(town.find({}) == Keys{"2"});
  const auto gone = town.read([&](Snapshot& db) { return meeting(db, id); });
  REQUIRE(gone);
  CHECK(gone->gone);
  CHECK(gone->name == "Sunday Light");
  CHECK_FALSE(town.read([&](Snapshot& db) { return meeting(db, MeetingId(999)); }));

  const auto lists = town.read([](Snapshot& db) { return meeting_lists(db); });
  REQUIRE(lists.size() == 1);
  CHECK(lists[0].meetings == 1);
  CHECK(lists[0].gone == 6);
}

TEST_CASE("the nearest come first, as far as one wants to go, page by page") {
  Town town;
  const double city_hall[] = {40.7128, -74.0060};
  test::import(town, test::file_of({there(item(1, 1, "10:00"), 39.9526, -75.1652),  // Philadelphia, 130 km
                                    there(item(2, 2, "10:00"), 40.7357, -74.1724),  // Newark, 14 km
                                    there(item(3, 3, "18:00"), 40.7128, -74.0060), item(4, 4, "10:00"),
                                    there(item(5, 5, "18:00"), 40.7128, -74.0060)}))
      .value();
  auto wanted = near(city_hall[0], city_hall[1], 25);
  for (std::int64_t limit = 1; limit <= 4; ++limit) CHECK(town.find(wanted, limit) == Keys{"3", "5", "2"});
  wanted.within_km = Number<1, 200>{13};
  CHECK(town.find(wanted) == Keys{"3", "5"});
  wanted.within_km = Number<1, 200>{200};
  CHECK(town.find(wanted) == Keys{"3", "5", "2", "1"});
  CHECK(town.read([&](Snapshot& db) { return search(db, wanted, town.now()); })->items[2].distance_km ==
        14.3);
  wanted.until = clock(12, 0);
  CHECK(town.find(wanted) == Keys{"2", "1"});
  wanted.weekday = Number<0, 6>{0};
  CHECK(town.find(wanted) == Keys{"1"});
  auto half = near(0, 0, 10);
  half.longitude.reset();
  CHECK(town.read([&](Snapshot& db) { return search(db, half, town.now()); }).error().fields.front().code ==
        "half_a_point");
}

TEST_CASE("near is near across the 180th meridian") {
  Town town;
  test::import(town,
               test::file_of({there(item(1, 1, "10:00"), -17, 179.9), there(item(2, 1, "10:00"), -17, -179.9),
                              there(item(3, 1, "10:00"), -17, 0.1)}))
      .value();
  CHECK(town.find(near(-17, 179.95, 50)) == Keys{"1", "2"});
  CHECK(town.find(near(-17, -179.95, 50)) == Keys{"2", "1"});
}

TEST_CASE("what starts within two hours, on the wall of each meeting's own zone") {
  Town town;
  const auto in = [](boost::json::object what, const std::string& zone) {
    what["time_zone"] = zone;
    return what;
  };
  // It is 12:00 UTC on a Tuesday: 08:00 in New York, 05:00 in Los Angeles, 01:00 on Wednesday in Auckland.
  test::import(
      town, test::file_of(
                {in(item(1, 3, "08:00"), "America/New_York"), in(item(2, 3, "09:59"), "America/New_York"),
                 in(item(3, 3, "10:00"), "America/New_York"), in(item(4, 3, "07:59"), "America/New_York"),
                 in(item(5, 3, "06:30"), "America/Los_Angeles"), in(item(6, 4, "01:15"), "Pacific/Auckland"),
                 in(item(7, 3, "01:15"), "Pacific/Auckland"), in(item(8, 4, "08:30"), "America/New_York")}))
      .value();
  NearSearch wanted;
  wanted.soon = true;
  for (std::int64_t limit = 1; limit <= 5; ++limit)
    CHECK(town.find(wanted, limit) == Keys{"1", "6", "5", "2"});
  CHECK(town.read([&](Snapshot& db) { return search(db, wanted, town.now()); })->items[1].starts_at ==
        parse_instant("2026-03-10T12:15:00Z"));
  town.clock.set(parse_instant("2026-03-11T03:00:00Z").value());  // 23:00 on Tuesday in New York
  CHECK(town.find(wanted).empty());
  town.clock.set(parse_instant("2026-03-10T10:30:00Z").value());  // 23:30 on Tuesday in Auckland
  CHECK(town.find(wanted) == Keys{"4", "1", "6"});
}

TEST_CASE("a monthly meeting starts soon on its days alone") {
  Town town;
  const auto rule = [&](const char* text) {
    town.write([&](Transaction& tx) {
      tx.run("UPDATE meeting SET rule = $1, starts_on = 20000 WHERE key = '1'", std::string(text));
    });
  };
  town.clock.set(parse_instant("2026-03-15T13:00:00Z").value());  // the third Sunday, 09:00
  NearSearch wanted;
  wanted.soon = true;
  CHECK(town.find(wanted) == Keys{"1"});
  rule("FREQ=MONTHLY;BYDAY=3SU");
  CHECK(town.find(wanted) == Keys{"1"});
  rule("FREQ=MONTHLY;BYDAY=1SU");
  CHECK(town.find(wanted).empty());
}

TEST_CASE("by type, in words that both kinds of list share") {
  Town town;
  auto women = item(1, 1, "10:00");
  women["formats"] = "O,W,XYZ";
  auto spanish = item(2, 1, "11:00");
  spanish["formats"] = "C,ES,W";
  test::import(town, test::file_of({women, spanish, item(3, 1, "12:00")})).value();
  test::import(town,
               R"([{"slug":"g","name":"Guide","day":0,"time":"13:00","timezone":"America/New_York",)"
               R"("types":["O","S","W"]}])",
               "guide")
      .value();
  const auto of = [](const std::string& types) {
    NearSearch wanted;
    wanted.types = Text<0, 100>(types);
    return wanted;
  };
  CHECK(town.find(of("women")) == Keys{"1", "2", "g"});
  CHECK(town.find(of("open,women")) == Keys{"1", "g"});
  CHECK(town.find(of("language_es")) == Keys{"2", "g"});
  CHECK(town.find(of("XYZ")) == Keys{"1"});
  CHECK(town.find(of("wom")).empty());
  CHECK(town.find(of("%")).empty());
  CHECK(town.read([&](Snapshot& db) { return search(db, of("a,b,c,d,e"), town.now()); })
            .error()
            .fields.front()
            .code == "too_many_types");
}

TEST_CASE("a meeting that staff have closed is not found") {
  Town town;
  town.write([](Transaction& tx) { tx.run("UPDATE meeting SET closed_at = 0 WHERE key IN ('1', '5')"); });
  CHECK(town.find({}) == Keys{"2", "3", "4", "6", "7"});
  NearSearch wanted;
  wanted.closed = true;
  CHECK(town.find(wanted) == Keys{"1", "5"});
}

TEST_CASE("a search reads one day's part of the index, already in order") {
  if (test::on_postgres()) return test::only_on_sqlite("it asks SQLite's planner");
  Town town;
  store::SqliteConnection connection(town.place.place().file, store::SqliteConnection::Mode::read);
  Explaining explaining(connection);
  Snapshot db(explaining);
  NearSearch wanted = with_text("steps");
  wanted.weekday = Number<0, 6>{1};
  REQUIRE(search(db, wanted, town.now()).has_value());
  INFO(explaining.plan);
  CHECK(explaining.plan.find("USING INDEX meeting_by_time (weekday=? AND time>? AND time<?)") !=
        std::string::npos);
  CHECK(explaining.plan.find("TEMP B-TREE") == std::string::npos);
}

TEST_CASE("a search near a point reads a strip of latitudes; one for soon, two hours of each zone") {
  if (test::on_postgres()) return test::only_on_sqlite("it asks SQLite's planner");
  Town town;
  store::SqliteConnection connection(town.place.place().file, store::SqliteConnection::Mode::read);
  {
    Explaining explaining(connection);
    Snapshot db(explaining);
    REQUIRE(search(db, near(40, -74, 25), town.now()).has_value());
    INFO(explaining.plan);
    CHECK(explaining.plan.find("USING INDEX meeting_by_place (latitude>? AND latitude<?)") !=
          std::string::npos);
  }
  const auto plan = [&](const char* sql) {
    std::string text;
    connection.execute(std::string("EXPLAIN QUERY PLAN ") + sql, {},
                       [&](const store::Row& row) { text += std::string(row.text(3)) + "\n"; });
    return text;
  };
  CHECK(plan("SELECT MIN(zone) FROM meeting WHERE zone > 'A'").find("meeting_by_zone (zone>?)") !=
        std::string::npos);
  CHECK(plan("SELECT id, rule FROM meeting WHERE zone = 'a' AND weekday = 1 AND time >= 1 AND time <= 2")
            .find("meeting_by_zone (zone=? AND weekday=? AND time>? AND time<?)") != std::string::npos);
}
