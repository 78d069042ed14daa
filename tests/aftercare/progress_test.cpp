#include "aftercare/progress.hpp"

#include <doctest/doctest.h>

#include "aftercare/planned.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::aftercare;
using test::at;
using test::code;
using test::on;
using test::Texts;

namespace {

// Clients may book counseling; Cora works on Tuesdays and Thursdays from 09:00 to 12:00.
struct Visits : test::PlannedFixture {
  Visits() {
    write([this](Transaction& tx) {
      tx.run("UPDATE service SET clients_book = TRUE WHERE id = $1", counseling);
      for (const int weekday : {2, 4})
        tx.run(
            "INSERT INTO staff_hours (staff_id, site_id, weekday, from_time, until_time) VALUES ($1, $2, $3, "
            "540, 720)",
            counselor, site, weekday);
    });
  }
  MyVisit visit() {
    return read([&](Snapshot& db) { return my_visit(db, ana, now()); });
  }
  Result<calendar::Appointment> take(std::string_view when) {
    return write([&](Transaction& tx) { return take_visit(tx, actor, ana, {at(when)}, now()); });
  }
  // A one-on-one of Ana's that was, and how it turned out.
  void was(std::string_view when, std::string_view verdict) {
    write([&](Transaction& tx) {
      const auto id = *tx.one<SessionId>(
          "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, seats, created_at) "
          "VALUES ($1, $2, 'one_on_one', 'x', $3, $4, 1, 0) RETURNING id",
          site, counseling, at(when), at(when) + std::chrono::minutes(50));
      tx.run(
          "INSERT INTO participant (session_id, client_id, starts_at, source, verdict) "
          "VALUES ($1, $2, $3, 'booking', $4)",
          id, ana, at(when), verdict);
    });
  }
  std::vector<std::string> starts(const MyVisit& visit) {
    std::vector<std::string> found;
    for (const auto& slot : visit.proposals) found.push_back(to_string(slot.starts_at));
    return found;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Visits, "times with the same counselor are proposed before a visit is overdue") {
  CHECK_FALSE(visit().due_on);  // no plan asks for one
  plan(plain());
  const auto first = visit();
  CHECK(first.due_on == on("2026-03-24"));
  CHECK_FALSE(first.overdue);
  CHECK(first.bookable);
  // From a week before: Tuesday the 17th, Thursday, and the Tuesday it is due, each at nine.
  CHECK(starts(first) == Texts{"2026-03-17T13:00:00Z", "2026-03-19T13:00:00Z", "2026-03-24T13:00:00Z"});

  clock.set(at("2026-03-25T12:00:00Z"));  // overdue: from now on
  CHECK(visit().overdue);
  CHECK(starts(visit()).front() == "2026-03-26T13:00:00Z");
}

TEST_CASE_FIXTURE(Visits, "nothing is proposed that lies far ahead, or is booked") {
  auto rarely = plain();
  rarely.goals[0] = visits_every(30);
  plan(rarely);
  CHECK(visit().due_on == on("2026-04-09"));
  CHECK(visit().proposals.empty());
  clock.set(at("2026-03-26T12:00:00Z"));  // a fortnight before
  CHECK(starts(visit()).front() == "2026-04-02T13:00:00Z");
  take("2026-04-02T13:00:00Z").value();
  const auto booked = visit();
  REQUIRE(booked.booked);
  CHECK(booked.booked->starts_at == at("2026-04-02T13:00:00Z"));
  CHECK(booked.booked->title == "Appointment");
  CHECK(booked.proposals.empty());
  CHECK(code(take("2026-04-07T13:00:00Z")) == "visit_booked");
}

TEST_CASE_FIXTURE(Visits, "the visit is with the plan's counselor, whoever else is free") {
  write([&](Transaction& tx) {
    test::assign(tx, other_counselor, ana, from_millis(0));
    tx.run("UPDATE assignment SET from_at = 1 WHERE staff_id = $1 AND client_id = $2", counselor, ana);
    tx.run(
        "INSERT INTO staff_hours (staff_id, site_id, weekday, from_time, until_time) VALUES ($1, $2, 1, 540, "
        "720), ($1, $2, 2, 540, 720)",
        other_counselor, site);
  });
  plan(plain());
  CHECK(starts(visit()).front() == "2026-03-17T13:00:00Z");  // not Otto's Monday
  CHECK(code(take("2026-03-16T13:00:00Z")) == "slot_taken");
  const auto taken = take("2026-03-17T13:00:00Z").value();
  CHECK(number("SELECT staff_id FROM facilitator WHERE session_id = $1", taken.id) == counselor.value);
}

TEST_CASE_FIXTURE(Visits, "a visit that clients may not book is called for") {
  write([](Transaction& tx) { tx.run("UPDATE service SET clients_book = FALSE"); });
  CHECK(code(take("2026-03-17T13:00:00Z")) == "no_visits");
  plan(plain());
  CHECK_FALSE(visit().bookable);
  CHECK(visit().due_on == on("2026-03-24"));
  CHECK(visit().proposals.empty());
  CHECK(code(take("2026-03-17T13:00:00Z")) == "call_for_it");
}

TEST_CASE_FIXTURE(Visits, "the next visit is counted from the last that was, and anew after a hold") {
  plan(plain());
  clock.set(at("2026-03-20T12:00:00Z"));
  was("2026-03-12T14:00:00Z", "unexcused");
  CHECK(visit().due_on == on("2026-03-24"));
  was("2026-03-13T14:00:00Z", "attended");
  CHECK(visit().due_on == on("2026-03-27"));
  was("2026-03-19T14:00:00Z", "expected");  // its sheet says nothing yet
  CHECK(visit().due_on == on("2026-04-02"));
  write([&](Transaction& tx) {
    tx.run(
        "INSERT INTO episode_hold (episode_id, kind, from_at, until_at, keeps_seats, made_by) "
        "VALUES ($1, 'hospital', $2, $3, TRUE, $4)",
        anas, at("2026-03-19T20:00:00Z"), at("2026-03-20T12:00:00Z"), counselor);
  });
  CHECK(visit().due_on == on("2026-04-03"));
}

TEST_CASE_FIXTURE(Visits, "progress is for the counselor, and for the client who wants to see it") {
  plan(plain());  // Tuesday 10 March; the first whole week begins on the 16th
  was("2026-03-20T14:00:00Z", "attended");
  was("2026-04-01T14:00:00Z", "unexcused");
  clock.set(at("2026-04-13T04:00:00Z"));  // Monday at midnight: four weeks are over
  const auto goals = read([&](Snapshot& db) { return progress(db, ana, now()); });
  REQUIRE(goals.size() == 2);
  CHECK(goals[0].kind == GoalKind::visits);
  CHECK(goals[0].weeks_judged == 4);
  CHECK(goals[0].weeks_met == 2);  // due on Friday 3 April
  CHECK(goals[1].kind == GoalKind::meetings);
  CHECK(goals[1].weeks_met == 0);

  const auto mine = [&] { return read([&](Snapshot& db) { return my_progress(db, ana, now()); }); };
  CHECK_FALSE(mine().shows_progress);
  CHECK(mine().goals.empty());
  write([&](Transaction& tx) { return show_progress(tx, actor, ana, {true}, now()); }).value();
  CHECK(mine().goals.size() == 2);
  CHECK(read([&](Snapshot& db) { return my_progress(db, ben, now()); }).goals.empty());
}

TEST_CASE_FIXTURE(
    Visits, "a meeting counts when the client says so or staff have verified it, and these are told apart") {
  plan(plain());
  write([&](Transaction& tx) {
    const auto list = *tx.one<std::int64_t>(
        "INSERT INTO meeting_list (name, format, imported_at) VALUES ('l', 'bmlt', 0) RETURNING id");
    const auto meeting = *tx.one<MeetingId>(
        "INSERT INTO meeting (list_id, key, name, weekday, time, duration_minutes, zone, place, address, "
        "town, notes, "
        "search_text, online_url, in_person, types, rule) VALUES ($1, 'k', 'm', 1, 600, 60, "
        "'America/New_York', '', "
        "'', '', '', '', '', TRUE, '', 'FREQ=DAILY') RETURNING id",
        list);
    const auto commitment = *tx.one<CommitmentId>(
        "INSERT INTO commitment (client_id, meeting_id, rule, made_at, expanded_until) VALUES "
        "($1, $2, 'FREQ=DAILY', 0, 0) RETURNING id",
        ana, meeting);
    // Monday 16 to Friday 20 March: said yes, said yes and a slip, said no, only a slip, nothing.
    int day = 16;
    for (const auto& [went, verified] :
         {std::pair{"yes", ""}, {"yes", "slip"}, {"no", ""}, {"", "slip"}, {"", ""}}) {
      const Instant start = at("2026-03-" + std::to_string(day++) + "T14:00:00Z");
      const auto text = [](std::string_view value) {
        return value.empty() ? std::nullopt : std::optional(std::string(value));
      };
      const auto by = text(verified);
      tx.run(
          "INSERT INTO occurrence (commitment_id, client_id, starts_at, ends_at, went, went_said_at, "
          "verified_by, "
          "verified_staff, verified_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
          commitment, ana, start, start + std::chrono::hours(1), text(went),
          text(went) ? std::optional(start + std::chrono::hours(2)) : std::nullopt, by,
          by ? std::optional(counselor) : std::nullopt,
          by ? std::optional(start + std::chrono::hours(3)) : std::nullopt);
    }
  });
  clock.set(at("2026-03-23T04:00:00Z"));  // one week is over
  const auto meetings = read([&](Snapshot& db) { return progress(db, ana, now()); })[1];
  CHECK(meetings.weeks_judged == 1);
  CHECK(meetings.weeks_met == 1);  // three a week
  CHECK(meetings.meetings_gone == 3);
  CHECK(meetings.meetings_verified == 2);
}

TEST_CASE_FIXTURE(Visits, "a group's goal is called by its alias to the client, and by its name to staff") {
  PlanGoal group{};
  group.kind = GoalKind::group;
  group.group = GroupId(write([&](Transaction& tx) {
    return *tx.one<std::int64_t>(
        "INSERT INTO therapy_group (site_id, service_id, name, alias, admission, smallest, largest, "
        "created_at) "
        "VALUES ($1, $2, 'Alumni', 'Your group', 'rolling', 1, 12, 0) RETURNING id",
        site, counseling);
  }));
  auto with_group = plain();
  with_group.goals.push_back(group);
  plan(with_group);
  write([&](Transaction& tx) { return show_progress(tx, actor, ana, {true}, now()); }).value();
  CHECK(read([&](Snapshot& db) { return progress(db, ana, now()); })[2].group == "Alumni");
  CHECK(read([&](Snapshot& db) { return my_progress(db, ana, now()); }).goals[2].group == "Your group");
  CHECK(read([&](Snapshot& db) { return my_plan(db, ana); }).in_force->goals[2].group == "Your group");
  CHECK(shown().in_force->goals[2].group_name == "Alumni");
}
