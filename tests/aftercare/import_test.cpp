#include "aftercare/import.hpp"

#include <doctest/doctest.h>

#include <random>

#include "aftercare/lists.hpp"

using namespace circled;
using namespace circled::aftercare;
using test::file_of;
using test::import;
using test::item;

namespace {

// Everything the store knows of its meetings, row by row.
std::vector<std::string> dump(test::StoreFixture& world) {
  return world.read([](Snapshot& db) {
    return db.all<std::string>(
        "SELECT id || '|' || list_id || '|' || key || '|' || name || '|' || weekday || '|' || time || '|' ||"
        " duration_minutes || '|' || zone || '|' || place || '|' || address || '|' || town || '|' || notes "
        "|| '|' ||"
        " search_text || '|' || COALESCE(CAST(latitude AS TEXT), '') || '|' || COALESCE(CAST(longitude AS "
        "TEXT), '') || '|' || "
        "online_url || '|' ||"
        " in_person || '|' || types || '|' || version || '|' || COALESCE(CAST(gone_at AS TEXT), '') FROM "
        "meeting ORDER BY "
        "id");
  });
}

// What a list offers now, whatever it went through.
std::vector<std::string> offered(test::StoreFixture& world, const std::string& list) {
  return world.read([&](Snapshot& db) {
    return db.all<std::string>(
        "SELECT m.key || '|' || m.name || '|' || m.weekday || '|' || m.time || '|' || m.zone || '|' || "
        "m.search_text "
        "FROM meeting m JOIN meeting_list l ON l.id = m.list_id WHERE l.name = $1 AND m.gone_at IS NULL "
        "ORDER BY m.key",
        list);
  });
}

std::vector<boost::json::object> items(int count) {
  std::vector<boost::json::object> all;
  for (int id = 1; id <= count; ++id) all.push_back(item(id, id % 7 + 1, "19:00"));
  return all;
}

}  // namespace

TEST_CASE("an import takes what is good and says what it refused") {
  test::Programme world;
  const auto report = import(world, test::own_list("small.bmlt.json")).value();
  CHECK(report.rows == 15);
  CHECK(report.taken == 4);
  CHECK(report.refused.size() == 11);
  CHECK(report.added == 4);
  CHECK(report.gone == 0);
  CHECK(report.format == ListFormat::bmlt);
  CHECK(world.number("SELECT COUNT(*) FROM meeting") == 4);
  CHECK(world.number("SELECT COUNT(*) FROM audit WHERE action = 'meetings.import'") == 1);

  const auto guide = import(world, test::own_list("small.meeting-guide.json"), "guide").value();
  CHECK(guide.added == 6);
  CHECK(world.number("SELECT COUNT(*) FROM meeting_list") == 2);
}

TEST_CASE("importing again changes nothing") {
  test::Programme world;
  for (const char* name : {"small.bmlt.json", "small.meeting-guide.json"})
    import(world, test::own_list(name), name).value();
  const auto before = dump(world);
  for (const char* name : {"small.bmlt.json", "small.meeting-guide.json"}) {
    const auto again = import(world, test::own_list(name), name).value();
    CHECK(again.unchanged == again.meetings);
    CHECK(again.added + again.updated + again.gone + again.returned == 0);
  }
  CHECK(dump(world) == before);
  CHECK(world.number("SELECT COUNT(*) FROM audit WHERE action = 'meetings.import'") ==
        4);  // one for each import
}

TEST_CASE("an edited file updates, marks what disappeared, and takes back what returns") {
  test::Programme world;
  import(world, file_of({item(1, 1, "10:00"), item(2, 2, "11:00"), item(3, 3, "12:00"), item(4, 4, "13:00")}))
      .value();

  auto renamed = item(2, 2, "11:00", "Another Name");
  const auto edited =
      import(world, file_of({item(1, 1, "10:30"), renamed, item(4, 4, "13:00"), item(5, 5, "14:00")}))
          .value();
  CHECK(edited.added == 1);
  CHECK(edited.updated == 2);
  CHECK(edited.unchanged == 1);
  CHECK(edited.gone == 1);
  CHECK(world.number("SELECT COUNT(*) FROM meeting") == 5);
  CHECK(world.number("SELECT gone_at FROM meeting WHERE key = '3'") == to_millis(world.now()));
  // The version counts day, time, zone and place; a name is none of them.
  CHECK(world.number("SELECT version FROM meeting WHERE key = '1'") == 2);
  CHECK(world.number("SELECT version FROM meeting WHERE key = '2'") == 1);
  CHECK(world.number("SELECT time FROM meeting WHERE key = '1'") == 630);

  const auto back = import(world, file_of({item(1, 1, "10:30"), renamed, item(3, 3, "12:00"),
                                           item(4, 4, "13:00"), item(5, 5, "14:00")}))
                        .value();
  CHECK(back.returned == 1);
  CHECK(back.unchanged == 4);
  CHECK(world.number("SELECT COUNT(*) FROM meeting WHERE gone_at IS NOT NULL") == 0);
}

TEST_CASE("every change of place or time counts as one, others do not") {
  test::Programme world;
  const auto base = item(1, 1, "10:00");
  std::int64_t version = 1;
  import(world, file_of({base})).value();
  const std::pair<const char*, const char*> moves[] = {{"weekday_tinyint", "2"},
                                                       {"start_time", "10:15:00"},
                                                       {"time_zone", "America/Chicago"},
                                                       {"location_text", "Elsewhere"},
                                                       {"location_street", "1 Elm St"},
                                                       {"location_municipality", "Queens"},
                                                       {"virtual_meeting_link", "https://example.org"},
                                                       {"venue_type", "2"}};
  auto now = base;
  for (const auto& [member, text] : moves) {
    now[member] = text;
    CHECK(import(world, file_of({now})).value().updated == 1);
    CHECK_MESSAGE(world.number("SELECT version FROM meeting") == ++version, member);
  }
  for (const auto& [member, text] : {std::pair{"meeting_name", "New Name"},
                                     {"duration_time", "01:00:00"},
                                     {"comments", "Ring twice"},
                                     {"formats", "O"}}) {
    now[member] = text;
    CHECK(import(world, file_of({now})).value().updated == 1);
    CHECK_MESSAGE(world.number("SELECT version FROM meeting") == version, member);
  }
}

TEST_CASE("a list that would lose more than half is refused, unless that is meant") {
  test::Programme world;
  import(world, file_of(items(30))).value();
  const auto before = dump(world);
  const auto refused = import(world, file_of(items(14)));
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == "list_shrinks");
  CHECK(refused.error().detail.find("16 of the list's 30") != std::string::npos);
  CHECK(dump(world) == before);
  CHECK(import(world, file_of(items(14)), "list", true).value().gone == 16);
  CHECK(import(world, file_of(items(7)), "list").value().gone == 7);  // 14 are few enough to go as they like
}

TEST_CASE("what cannot be this list changes nothing") {
  test::Programme world;
  import(world, file_of(items(3))).value();
  const auto before = dump(world);
  const auto code = [&](const std::string& bytes, const std::string& name = "list") {
    const auto report = import(world, bytes, name);
    REQUIRE(report.has_error());
    return report.error().code;
  };
  CHECK(code("<html>") == "web_page");
  CHECK(code("[{\"id_bigint\": \"1\"}]") == "nothing_taken");
  CHECK(code(test::own_list("small.meeting-guide.json")) == "other_format");
  CHECK(code(file_of(items(3)), "") == "invalid");
  CHECK(dump(world) == before);
  CHECK(world.number("SELECT COUNT(*) FROM meeting_list") == 1);
  CHECK(world.number("SELECT COUNT(*) FROM audit") == 1);
}

TEST_CASE("without a zone of its own a list has the zone that all sites share") {
  test::Programme world;
  ImportOptions options;
  options.name = "list";
  auto zoneless = item(1, 1, "10:00");
  zoneless.erase("time_zone");
  const auto bytes = file_of({zoneless});
  import_meetings(world.store, world.clock, {}, bytes, options).value();
  CHECK(world.number("SELECT COUNT(*) FROM meeting WHERE zone = 'America/New_York'") == 1);

  world.write([](Transaction& tx) { test::add_site(tx, "Lakeside", "America/Chicago"); });
  const auto undecided = import_meetings(world.store, world.clock, {}, bytes, options);
  REQUIRE(undecided.has_error());
  CHECK(undecided.error().code == "nothing_taken");
}

TEST_CASE("an import that is broken off is completed by the next") {
  test::Programme world;
  import(world, file_of(items(700))).value();
  auto changed = items(700);
  for (auto& one : changed) one["start_time"] = "20:00:00";
  changed.resize(600);

  ImportOptions options;
  options.name = "list";
  int calls = 0;
  options.progress = [&](std::int64_t, std::int64_t) {
    if (++calls == 3) throw std::runtime_error("the machine stops");
  };
  CHECK_THROWS(import_meetings(world.store, world.clock, {}, file_of(changed), options));
  CHECK(world.number("SELECT COUNT(*) FROM meeting WHERE time = 1200") == 400);
  CHECK(world.number("SELECT COUNT(*) FROM meeting WHERE gone_at IS NOT NULL") == 0);

  const auto report = import(world, file_of(changed)).value();
  CHECK(report.unchanged == 400);
  CHECK(report.updated == 200);
  CHECK(report.gone == 100);
  CHECK(world.number("SELECT COUNT(*) FROM meeting WHERE time = 1200 AND gone_at IS NULL") == 600);
}

TEST_CASE("progress is told in steps") {
  test::Programme world;
  ImportOptions options;
  options.name = "list";
  std::vector<std::int64_t> told;
  options.progress = [&](std::int64_t done, std::int64_t all) {
    CHECK(all == 450);
    told.push_back(done);
  };
  import_meetings(world.store, world.clock, {}, file_of(items(450)), options).value();
  CHECK(told == std::vector<std::int64_t>{0, 200, 400, 450});
}

TEST_CASE("whatever was imported before, a list offers what its last file offers") {
  test::Programme world;
  std::mt19937 random(20260310);
  const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  for (int round = 0; round < 25; ++round) {
    const std::string mixed = "mixed " + std::to_string(round), alone = "alone " + std::to_string(round);
    std::string file;
    for (int files = 1 + pick(5); files > 0; --files) {
      std::vector<boost::json::object> some;
      for (int id = 1; id <= 40; ++id)
        if (pick(2) == 0)
          some.push_back(
              item(id, 1 + pick(7), pick(2) == 0 ? "09:00" : "21:15", "Name " + std::to_string(pick(3))));
      if (some.empty()) some.push_back(item(1, 1, "09:00"));
      std::shuffle(some.begin(), some.end(), random);
      file = file_of(some);
      import(world, file, mixed, true).value();
    }
    import(world, file, alone).value();
    CHECK(offered(world, mixed) == offered(world, alone));
    CHECK(import(world, file, mixed).value().unchanged == import(world, file, alone).value().unchanged);
  }
}

TEST_CASE("the real list of New York: taken, imported again, edited, and back") {
  const auto bytes = test::real_list("na-new-york.bmlt.json");
  if (!bytes) return;
  test::Programme world;
  const auto first = import(world, *bytes).value();
  CHECK(first.added == 1364);
  CHECK(first.refused.empty());
  const auto before = dump(world);
  CHECK(import(world, *bytes).value().unchanged == 1364);
  CHECK(dump(world) == before);

  auto edited = boost::json::parse(*bytes).as_array();
  edited.erase(edited.begin(), edited.begin() + 10);
  edited[0].as_object()["start_time"] = "03:07:00";
  const auto second = import(world, boost::json::serialize(edited)).value();
  CHECK(second.gone == 10);
  CHECK(second.updated == 1);
  CHECK(second.unchanged == 1353);
  const auto third = import(world, *bytes).value();
  CHECK(third.returned == 10);
  CHECK(third.updated == 1);
}

TEST_CASE("the real list of online meetings: taken, and imported again") {
  const auto bytes = test::real_list("aa-online.meeting-guide.json");
  if (!bytes) return;
  test::Programme world;
  CHECK(import(world, *bytes).value().added == 90);
  CHECK(import(world, *bytes).value().unchanged == 90);
}
