#include "attendance/follow_up.hpp"

#include <doctest/doctest.h>

#include "attendance/follow_up_rules.hpp"
#include "attendance/sheet.hpp"
#include "support/care.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::attendance;
using namespace std::chrono_literals;
using calendar::Verdict;
using circled::test::CareFixture;
using tasks::Rule;
using test::new_york;

namespace {

// Tue 3 Mar 2026, 18:00 in New York, which is 23:00 UTC before summer time begins on 8 March.
const Instant tuesday = from_millis(1'772'578'800'000);

rules::Turnout turnout(int days, Verdict verdict, std::optional<Minutes> late = {}) {
  return {tuesday + std::chrono::days(days), verdict, late};
}

struct Fixture : CareFixture {
  // A one-on-one of Cora's with the client that began an hour ago, its sheet closed with this verdict.
  void hold_session(ClientId client, Verdict verdict, Minutes late = Minutes(0)) {
    auto booking = one_on_one(1h);
    booking.clients[0] = client;
    const auto session = book(booking).value();
    clock.advance(2h);
    Mark mark{client, verdict, {}};
    if (late > Minutes(0)) {
      mark.stays.emplace();
      mark.stays->push_back({session.starts_at + late, {}});
    }
    Marks marks;
    marks.marks.push_back(mark);
    write([&](Transaction& tx) -> Result<Sheet> {
      auto marked = attendance::mark(tx, cora, actor, session.id, session.version, marks, now());
      if (!marked) return marked;
      return attendance::close(tx, cora, actor, session.id, marked->version, now());
    }).value();
  }
  std::vector<std::string> reasons(ClientId client) {
    std::vector<std::string> found;
    const auto tasks = read([&](Snapshot& db) { return tasks::list(db, cora, {.client = client}, now()); });
    for (const auto& task : tasks.value().items) found.push_back(task.reason);
    return found;
  }
  void finish_all(ClientId client) {
    for (const auto& task :
         read([&](Snapshot& db) { return tasks::list(db, cora, {.client = client}, now()); }).value().items)
      if (!task.done_at)
        write([&](Transaction& tx) {
          return tasks::finish(tx, sue, actor, task.id, task.version, {}, now());
        }).value();
  }
  std::int64_t look_for_absent() {
    return write([&](Transaction& tx) { return follow_up_absent(tx, now()); }).value();
  }
};

}  // namespace

TEST_CASE("two unexcused in a row: what ends the row, and what is no part of it") {
  using enum Verdict;
  const auto reason = [](std::vector<rules::Turnout> latest_first, std::int64_t times = 2) {
    return rules::unexcused_in_a_row(latest_first, times, new_york).value_or("");
  };
  // 23:00 UTC both times: an hour later on the wall once summer time has begun.
  CHECK(reason({turnout(7, unexcused), turnout(0, unexcused)}) ==
        "Missed without excuse 2 times in a row: Tue 3 Mar at 18:00, Tue 10 Mar at 19:00.");
  CHECK(reason({turnout(7, unexcused)}) == "");
  CHECK(reason({turnout(7, unexcused)}, 1) == "Missed without excuse 1 times in a row: Tue 10 Mar at 19:00.");
  CHECK(reason({turnout(7, unexcused), turnout(3, attended), turnout(0, unexcused)}) == "");
  CHECK(reason({turnout(7, unexcused), turnout(3, turned_away), turnout(0, unexcused)}) == "");
  CHECK(reason({turnout(7, unexcused), turnout(3, excused), turnout(0, unexcused)}) != "");
  CHECK(reason({turnout(7, unexcused), turnout(3, cancelled_by_program), turnout(0, unexcused)}) != "");
  CHECK(reason({turnout(7, excused), turnout(0, excused)}) == "");
  CHECK(reason({turnout(7, unexcused), turnout(0, unexcused)}, 0) == "");
  CHECK(reason({}) == "");
}

TEST_CASE("often late: how often, how long ago, and how much") {
  const auto late = [](int days, int minutes) { return turnout(days, Verdict::attended, Minutes(minutes)); };
  const auto reason = [](std::vector<rules::Turnout> latest_first, Instant now) {
    return rules::often_late(latest_first, 2, 30, new_york, now).value_or("");
  };
  CHECK(reason({late(7, 5), late(0, 12)}, tuesday + std::chrono::days(7)) ==
        "Late 2 times in 30 days: Tue 3 Mar by 12 min, Tue 10 Mar by 5 min.");
  CHECK(reason({late(7, 0), late(0, 12)}, tuesday + std::chrono::days(7)) == "");
  CHECK(reason({late(7, 5), turnout(3, Verdict::unexcused), late(0, 12)}, tuesday + std::chrono::days(7)) !=
        "");
  // The first was 30 days ago to the millisecond: no longer within them; a millisecond less, and it is.
  CHECK(reason({late(7, 5), late(0, 12)}, tuesday + std::chrono::days(30)) == "");
  CHECK(reason({late(7, 5), late(0, 12)}, tuesday + std::chrono::days(30) - 1ms) != "");
}

TEST_CASE("days without a service are days of the site's calendar") {
  const Date admitted = new_york.date(tuesday) - std::chrono::days(40);
  const auto reason = [&](std::optional<Instant> last, Instant now) {
    return rules::without_service(last, admitted, 21, new_york, now).value_or("");
  };
  // 24 March begins in New York at 04:00 UTC.
  const Instant midnight = new_york.start_of(new_york.date(tuesday) + std::chrono::days(21));
  CHECK(reason(tuesday, midnight - 1ms) == "");
  CHECK(reason(tuesday, midnight) == "No session attended since Tue 3 Mar: 21 days.");
  CHECK(reason({}, tuesday) == "No session attended since admission on Thu 22 Jan: 40 days.");
  // What was attended in an earlier stay is not of this one.
  CHECK(reason(tuesday - std::chrono::days(60), tuesday) ==
        "No session attended since admission on Thu 22 Jan: 40 days.");
}

TEST_CASE("the second unexcused absence in a row opens a task as its sheet closes, once") {
  Fixture f;
  f.hold_session(f.ana, Verdict::unexcused);
  CHECK(f.reasons(f.ana).empty());
  f.hold_session(f.ana, Verdict::unexcused);
  // 08:00 in New York plus an hour, and two hours later again.
  CHECK(f.reasons(f.ana) == std::vector<std::string>{"Missed without excuse 2 times in a row: Tue 10 Mar at "
                                                     "09:00, Tue 10 Mar at 11:00."});
  f.hold_session(f.ana, Verdict::unexcused);
  CHECK(f.reasons(f.ana).size() == 1);

  // What was followed up is not counted again: it takes two new ones.
  f.finish_all(f.ana);
  f.hold_session(f.ana, Verdict::unexcused);
  CHECK(f.reasons(f.ana).size() == 1);
  f.hold_session(f.ana, Verdict::unexcused);
  CHECK(f.reasons(f.ana).size() == 2);
  CHECK(f.number("SELECT count(*) FROM task WHERE staff_id = $1 OR staff_id = $2", f.counselor,
                 f.clinician) == 2);
}

TEST_CASE("whoever comes late for the fourth time in thirty days is asked about it") {
  Fixture f;
  for (int i = 0; i < 3; ++i) f.hold_session(f.ben, Verdict::attended, Minutes(16));
  CHECK(f.reasons(f.ben).empty());
  f.hold_session(f.ben, Verdict::attended);
  CHECK(f.reasons(f.ben).empty());
  f.hold_session(f.ben, Verdict::attended, Minutes(17));
  REQUIRE(f.reasons(f.ben).size() == 1);
  CHECK(f.reasons(f.ben)[0].starts_with("Late 4 times in 30 days: Tue 10 Mar by 16 min, "));
}

TEST_CASE("whom nobody has seen for three weeks is found, unless on hold or discharged") {
  Fixture f;
  f.hold_session(f.ben, Verdict::attended);
  // Ana was admitted long ago and never came.
  CHECK(f.look_for_absent() == 1);
  CHECK(f.reasons(f.ana) ==
        std::vector<std::string>{"No session attended since admission on Fri 4 Oct: 522 days."});
  CHECK(f.reasons(f.ben).empty());
  CHECK(f.look_for_absent() == 0);

  // Ben came on 10 March: the 21st day after it is the 31st, which begins in New York at 04:00 UTC.
  f.clock.advance(std::chrono::days(20) + 13h + 59min);
  CHECK(f.look_for_absent() == 0);
  f.clock.advance(1min);
  CHECK(f.look_for_absent() == 1);
  CHECK(f.reasons(f.ben) == std::vector<std::string>{"No session attended since Tue 10 Mar: 21 days."});

  // Done, and three weeks later still nobody has seen him: it asks again. Not while he is in hospital.
  f.finish_all(f.ana);
  f.finish_all(f.ben);
  f.write([&](Transaction& tx) {
    tx.run(
        "INSERT INTO episode_hold (episode_id, kind, from_at, keeps_seats, made_by) SELECT id, 'hospital', "
        "$2, "
        "TRUE, $3 FROM episode WHERE client_id = $1",
        f.ben, f.now(), f.counselor);
    tx.run("UPDATE episode SET discharged_on = $2, discharge = 'completed' WHERE client_id = $1", f.ana,
           20'600);
  });
  f.clock.advance(std::chrono::days(30));
  CHECK(f.look_for_absent() == 0);
  f.write([&](Transaction& tx) { tx.run("UPDATE episode_hold SET until_at = $1", f.now()); });
  f.clock.advance(std::chrono::days(19));
  CHECK(f.look_for_absent() == 0);
  f.clock.advance(std::chrono::days(2));
  CHECK(f.look_for_absent() == 1);
}

TEST_CASE("a rule is changed by its version, and 0 times switches it off") {
  Fixture f;
  const auto set = [&](Rule rule, std::int64_t times, std::int64_t version) {
    return f.write([&](Transaction& tx) {
      return set_follow_up_rule(tx, f.actor, version, {rule, {times}, {21}}, f.now());
    });
  };
  CHECK(test::code(set(Rule::by_hand, 1, 0)) == "not_a_rule");
  CHECK(test::code(set(Rule::days_without_service, 0, 7)) == "changed_meanwhile");
  CHECK(set(Rule::days_without_service, 0, 0)->version == 1);
  CHECK(f.look_for_absent() == 0);
  CHECK(set(Rule::days_without_service, 1, 1)->version == 2);
  CHECK(f.look_for_absent() > 0);
}
