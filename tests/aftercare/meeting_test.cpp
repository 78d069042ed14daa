#include "aftercare/meeting.hpp"

#include <doctest/doctest.h>

#include "aftercare/lists.hpp"
#include "store/sqlite_connection.hpp"

using namespace circled;
using namespace circled::aftercare;
using test::item;

namespace {

TimeOfDay clock(int hours, int minutes) { return {Minutes(hours * 60 + minutes)}; }

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
  std::vector<std::string> find(MeetingSearch wanted, std::int64_t limit = 200) {
    wanted.limit = Number<1, 200>{limit};
    std::vector<std::string> keys;
    for (;;) {
      const auto page = read([&](Snapshot& db) { return search(db, wanted); }).value();
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

MeetingSearch with_text(const std::string& text) {
  MeetingSearch wanted;
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
  MeetingSearch wanted;
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
  MeetingSearch wanted;
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
  MeetingSearch wanted;
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
    MeetingSearch wanted;
    wanted.after = Text<1, 60>(text);
    const auto page = town.read([&](Snapshot& db) { return search(db, wanted); });
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

TEST_CASE("a search reads one day's part of the index, already in order") {
  if (test::on_postgres()) return test::only_on_sqlite("it asks SQLite's planner");
  Town town;
  store::SqliteConnection connection(town.place.place().file, store::SqliteConnection::Mode::read);
  Explaining explaining(connection);
  Snapshot db(explaining);
  MeetingSearch wanted = with_text("steps");
  wanted.weekday = Number<0, 6>{1};
  REQUIRE(search(db, wanted).has_value());
  INFO(explaining.plan);
  CHECK(explaining.plan.find("USING INDEX meeting_by_time (weekday=? AND time>? AND time<?)") !=
        std::string::npos);
  CHECK(explaining.plan.find("TEMP B-TREE") == std::string::npos);
}
