// The step that makes plans of the goals people had set, on data as it was before.
#include "store/sqlite_file.hpp"

namespace circled {
namespace {

using namespace test;
using store::Migration;
using store::SqliteStore;

template <class F>
void put(SqliteStore& store, F f) {
  store
      .write_now("test",
                 [&](Transaction& tx) -> Result<bool> {
                   f(tx);
                   return true;
                 })
      .value();
}

}  // namespace

TEST_CASE("goals of people in care become plans they have agreed to; others leave nothing") {
  const auto real = store::sqlite_migrations();
  const auto plans = std::find_if(real.begin(), real.end(),
                                  [](const Migration& step) { return step.name.ends_with("_plan"); });
  REQUIRE(plans != real.end());
  const std::vector<Migration> before(real.begin(), plans);
  TemporaryFolder folder;
  const auto file = folder.path() / "circled.sqlite3";
  ClientId in_care, gone, none_wanted, never_admitted;
  {
    SqliteStore old({file}, before);
    put(old, [&](Transaction& tx) {
      const auto site = add_site(tx, "Riverside");
      const auto with_goal = [&](const char* name, std::int64_t number) {
        const auto client = add_client(tx, site, name);
        tx.run("INSERT INTO aftercare_goal (client_id, meetings_per_week, since_at) VALUES ($1, $2, 77)",
               client, number);
        return client;
      };
      in_care = with_goal("Ana", 3);
      gone = with_goal("Ben", 4);
      none_wanted = with_goal("Cleo", 0);
      never_admitted = with_goal("Dan", 5);
      for (const auto client : {in_care, gone, none_wanted})
        tx.run("INSERT INTO episode (client_id, admitted_on) VALUES ($1, 20000)", client);
      tx.run("UPDATE episode SET discharged_on = 20001, discharge = 'completed' WHERE client_id = $1", gone);
    });
  }
  SqliteStore opened({file});
  opened.read_now([&](Snapshot& db) {
    CHECK(db.all<ClientId>("SELECT client_id FROM aftercare_plan") == std::vector{in_care});
    using Row = std::tuple<std::int64_t, Instant, PersonId, std::string, std::int64_t>;
    CHECK(db.one<Row>("SELECT v.version, v.agreed_at, v.agreed_by, g.kind, g.per_week FROM aftercare_plan p "
                      "JOIN plan_version v ON v.plan_id = p.id AND v.version = p.in_force "
                      "JOIN plan_goal g ON g.plan_id = p.id AND g.version = v.version") ==
          Row{1, from_millis(77), PersonId(in_care), "meetings", 3});
    return true;
  });
}

}  // namespace circled
