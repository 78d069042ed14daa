#include "calendar/group_merge.hpp"

#include <doctest/doctest.h>

#include "calendar/group_fixture.hpp"
#include "calendar/group_rules.hpp"

using namespace circled;
using namespace circled::calendar;
using circled::test::GroupFixture;
using namespace std::chrono_literals;
using test::fields;

namespace {

// Beside "Tuesdays", in which Ana and Ben are, there are "Thursdays" at the same hour with Otto, in which Ben
// is. Sessions exist for 26 weeks: 26 Tuesdays from 10 March on, 26 Thursdays from 12 March on.
struct Merging : GroupFixture {
  GroupId thursdays;
  ClientId carl;
  SeriesId series;

  explicit Merging(std::int64_t largest = 8, const char* rule = "FREQ=WEEKLY;BYDAY=TH") {
    thursdays = add_group("Thursdays", largest).value().id;
    write([this](Transaction& tx) {
      carl = test::add_client(tx, site, "Carl", "Crane");
      test::assign(tx, counselor, carl);
    });
    for (const auto client : {ana, ben, carl}) admit(client);
    series = add_tuesdays().id;
    auto s = tuesdays();
    s.group = thursdays;
    s.rule = rule;
    s.room.reset();
    s.facilitators[0] = other_counselor;
    add(s, cora).value();
    enrol(ana).value();
    enrol(ben).value();
    take_committed();
  }

  Result<Enrolment> join(GroupId id, ClientId client, const char* until = nullptr) {
    NewEnrolment e{};
    e.client = client;
    if (until) e.until = day(until);
    return write([&](Transaction& tx) { return calendar::enrol(tx, ada, actor, id, e, now()); });
  }
  Merge into(const char* from = "2026-03-24") const {
    Merge merge{};
    merge.into = thursdays;
    merge.from = day(from);
    return merge;
  }
  Result<MergePreview> look(const Merge& merge, const api::Identity& who) {
    return read([&](Snapshot& db) { return preview_merge(db, who, group, merge, now()); });
  }
  Result<MergePreview> apply(const Merge& merge, const api::Identity& who, std::string_view digest) {
    return write([&](Transaction& tx) { return merge_groups(tx, who, actor, group, merge, digest, now()); });
  }
  Result<MergePreview> apply(const Merge& merge, const api::Identity& who) {
    const auto seen = look(merge, who);
    if (!seen) return seen.error();
    return apply(merge, who, seen->digest);
  }
  Result<SplitGroup> divide(const Split& split, const api::Identity& who, std::int64_t version = 1) {
    return write([&](Transaction& tx) { return split_group(tx, who, actor, group, version, split, now()); });
  }
  Split evenings(const std::vector<ClientId>& clients) const {
    Split split{};
    split.name = Text<1, 100>("Evenings");
    split.alias = Text<1, 60>("Your other group");
    split.clients.assign(clients.begin(), clients.end());
    split.from = day("2026-03-24");
    return split;
  }

  std::int64_t expected(GroupId id, ClientId client) {
    return number(
        "SELECT count(*) FROM participant p JOIN session s ON s.id = p.session_id WHERE s.group_id = $1 "
        "AND p.client_id = $2 AND s.status = 'scheduled'",
        id, client);
  }
  std::int64_t enrolled(GroupId id, ClientId client, const char* from, const char* until = nullptr) {
    const auto last = until ? std::optional(day(until)) : std::nullopt;
    return number(
        "SELECT count(*) FROM enrolment WHERE group_id = $1 AND client_id = $2 AND from_on = $3 "
        "AND COALESCE(until_on, -1) = COALESCE($4, -1)",
        id, client, day(from), last);
  }
  std::string state() {
    return read([&](Snapshot& db) {
      return *db.one<std::string>("SELECT state FROM therapy_group WHERE id = $1", group);
    });
  }
  // As it is shown today.
  GroupState seen_state() {
    return read([&](Snapshot& db) { return calendar::group(db, cora, group, now()).value().state; });
  }
  // Kinds of what each of them was told.
  std::map<PersonId, std::vector<std::string>> told() {
    std::map<PersonId, std::vector<std::string>> all;
    for (const auto& event : take_committed().events)
      all[event.receiver].push_back(
          std::string(boost::json::parse("{" + *event.body + "}").at("kind").as_string()));
    return all;
  }
};

std::string codes(const MergedClient& client) {
  std::string all;
  for (const auto& o : client.objections) all += (all.empty() ? "" : " ") + o.code;
  return all;
}

using Kinds = std::vector<std::string>;

}  // namespace

TEST_CASE("the most at once is counted on the days on which one begins") {
  using rules::DayRange;
  const auto d = [](std::int64_t n) { return Date(std::chrono::days(n)); };
  const std::vector<DayRange> all{{d(1), d(5)}, {d(4), d(8)}, {d(6), {}}, {d(9), d(8)}};
  CHECK(rules::most_at_once(all, {d(1), d(3)}) == 1);
  CHECK(rules::most_at_once(all, {d(1), d(4)}) == 2);
  CHECK(rules::most_at_once(all, {d(5), d(5)}) == 2);
  CHECK(rules::most_at_once(all, {d(9), {}}) == 1);  // the last one never came to be
  CHECK(rules::most_at_once({}, {d(1), {}}) == 0);
}

TEST_CASE("merged, clients go over from that day on, and the group ends the day before") {
  Merging f;
  f.join(f.thursdays, f.ben).value();
  f.take_committed();
  const auto seen = f.look(f.into(), f.cora);
  REQUIRE(seen.has_value());
  REQUIRE(seen->clients.size() == 2);
  CHECK(seen->clients[0].preferred_name == "Ana");
  CHECK_FALSE(seen->clients[0].already);
  CHECK(seen->clients[0].objections.empty());
  CHECK(seen->clients[1].already);
  CHECK(seen->series == std::vector<SeriesId>{f.series});
  CHECK(seen->sessions == 24);  // of 26 Tuesdays all but 10 and 17 March
  CHECK(f.state() == "running");

  const auto done = f.apply(f.into(), f.cora, seen->digest);
  REQUIRE(done.has_value());
  CHECK(json::to_text(*done) == json::to_text(*seen));
  // Until then it is a group like any other.
  CHECK(f.state() == "running");
  CHECK(f.seen_state() == GroupState::running);
  CHECK(f.enrolled(f.group, f.ana, "2026-03-10", "2026-03-23") == 1);
  CHECK(f.enrolled(f.group, f.ben, "2026-03-10", "2026-03-23") == 1);
  CHECK(f.enrolled(f.thursdays, f.ana, "2026-03-24") == 1);
  CHECK(f.number("SELECT count(*) FROM enrolment WHERE group_id = $1 AND client_id = $2", f.thursdays,
                 f.ben) == 1);
  CHECK(f.expected(f.group, f.ana) == 2);
  CHECK(f.expected(f.group, f.ben) == 2);
  CHECK(f.expected(f.thursdays, f.ana) == 24);  // all but 12 and 19 March
  CHECK(f.expected(f.thursdays, f.ben) == 26);
  CHECK(f.number("SELECT count(*) FROM session WHERE group_id = $1 AND status = 'cancelled'", f.group) == 24);
  CHECK(f.number("SELECT until_at FROM series WHERE id = $1", f.series) ==
        to_millis(f.at("2026-03-24T04:00:00Z")));
  CHECK(f.number("SELECT count(*) FROM busy b JOIN session s ON s.id = b.session_id WHERE s.group_id = $1 "
                 "AND b.from_at > $2",
                 f.group, f.at("2026-03-24T04:00:00Z")) == 0);
  // Of Ana: two Tuesdays and 24 Thursdays, two reminders each but for today, of which one is past.
  CHECK(f.number("SELECT count(*) FROM reminder WHERE receiver_id = $1 AND state = 'pending'", f.ana) == 51);
  const auto told = f.told();
  CHECK(told.size() == 2);
  CHECK(told.at(f.ana) == Kinds{"appointments.changed"});
  CHECK(told.at(f.ben) == Kinds{"appointments.changed"});
}

TEST_CASE("a date of the group that ends is not in the way of one of the other") {
  Merging f(8, "FREQ=WEEKLY;BYDAY=TU");
  const auto done = f.apply(f.into("2026-03-17"), f.cora);
  REQUIRE(done.has_value());
  CHECK(f.expected(f.group, f.ana) == 1);
  CHECK(f.expected(f.thursdays, f.ana) == 25);
}

TEST_CASE("the law refuses all, whoever overrides; nothing is written") {
  Merging f;
  f.join(f.thursdays, f.carl).value();
  f.write([&](Transaction& tx) { tx.run("UPDATE service SET legal_largest = 2"); });
  f.take_committed();
  auto merge = f.into();
  merge.override = Override{Text<3, 500>("no other group")};
  // Carl and Ana are two; Ben would be the third.
  const auto seen = f.look(merge, f.ada).value();
  CHECK(codes(seen.clients[0]) == "");
  CHECK(codes(seen.clients[1]) == "legal_cap");
  CHECK_FALSE(seen.clients[1].objections[0].overridable);
  const auto refused = f.apply(merge, f.ada);
  CHECK(refused.error().code == "not_eligible");
  CHECK(refused.error().extra.at("preview").at("clients").as_array().size() == 2);
  CHECK(f.state() == "running");
  CHECK(f.expected(f.group, f.ana) == 26);
  CHECK(f.told().empty());
}

TEST_CASE("house rules need a supervisor and a reason") {
  Merging f(1);
  auto merge = f.into();
  const auto seen = f.look(merge, f.cora).value();
  CHECK(codes(seen.clients[0]) == "");
  CHECK(codes(seen.clients[1]) == "full");
  CHECK(f.apply(merge, f.cora).error().code == "not_eligible");
  merge.override = Override{Text<3, 500>("no other group")};
  CHECK(f.apply(merge, f.cora).error().kind == ErrorKind::forbidden);
  REQUIRE(f.apply(merge, f.ada).has_value());
  CHECK(f.expected(f.thursdays, f.ben) == 24);
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'group.merge' AND detail LIKE "
                 "'%no other group%' AND detail LIKE '%full%'") == 1);
}

TEST_CASE("dates on which a client is elsewhere are listed, and refused, left out or booked over") {
  for (const bool over : {false, true}) {
    CAPTURE(over);
    Merging f;
    auto booking = f.one_on_one(0h);
    booking.starts_at = f.at("2026-03-26T22:00:00Z");  // Thursday at 18:00
    const auto elsewhere = f.book(booking).value().id;
    auto merge = f.into();
    const auto seen = f.look(merge, f.cora).value();
    REQUIRE(seen.clients[0].conflicts.size() == 1);
    CHECK(seen.clients[0].conflicts[0].session == elsewhere);
    CHECK(f.apply(merge, f.cora).error().code == "booking_conflict");
    if (over)
      merge.override = Override{Text<3, 500>("short of time")};
    else
      merge.leave_out_conflicts = true;
    REQUIRE(f.apply(merge, over ? f.ada : f.cora).has_value());
    CHECK(f.expected(f.thursdays, f.ana) == (over ? 24 : 23));
    CHECK(f.number("SELECT count(*) FROM busy WHERE owner_kind = 'client' AND overridden") == (over ? 1 : 0));
  }
}

TEST_CASE("a later or limited enrolment keeps its days") {
  Merging f;
  f.write([&](Transaction& tx) {
     NewEnrolment e{};
     e.client = f.carl;
     e.from = f.day("2026-04-07");
     e.until = f.day("2026-04-21");
     return calendar::enrol(tx, f.cora, f.actor, f.group, e, f.now());
   }).value();
  REQUIRE(f.apply(f.into(), f.cora).has_value());
  CHECK(f.enrolled(f.group, f.carl, "2026-04-07", "2026-04-06") == 1);  // it never came to be
  CHECK(f.enrolled(f.thursdays, f.carl, "2026-04-07", "2026-04-21") == 1);
  CHECK(f.expected(f.thursdays, f.carl) == 2);  // 9 and 16 April
}

TEST_CASE("who waited for a seat waits for one in the other group") {
  Merging f;
  f.write([&](Transaction& tx) {
    tx.run("INSERT INTO waitlist (group_id, client_id, since_at) VALUES ($1, $2, 5)", f.group, f.carl);
  });
  REQUIRE(f.apply(f.into(), f.cora).has_value());
  CHECK(f.number("SELECT count(*) FROM waitlist WHERE group_id = $1 AND client_id = $2 AND state IN "
                 "('waiting', 'offered') "
                 "AND since_at = 5",
                 f.thursdays, f.carl) == 1);
}

TEST_CASE("who may merge, into what, and under which digest") {
  Merging f;
  CHECK(f.look(f.into(), f.fred).error().kind == ErrorKind::forbidden);
  CHECK(f.look(f.into(), f.ana_user).error().kind == ErrorKind::not_found);
  CHECK(f.look(f.into(), f.otto).has_value());
  auto merge = f.into();
  merge.into = f.group;
  CHECK(fields(f.look(merge, f.cora).error()) == "/into same_group");
  merge.into = GroupId(4711);
  CHECK(fields(f.look(merge, f.cora).error()) == "/into not_found");
  CHECK(fields(f.look(f.into("2026-03-09"), f.cora).error()) == "/from in_the_past");
  CHECK(fields(f.look(f.into("2027-03-12"), f.cora).error()) == "/from too_far");

  const auto seen = f.look(f.into(), f.cora).value();
  f.join(f.thursdays, f.ben).value();
  const auto stale = f.apply(f.into(), f.cora, seen.digest);
  CHECK(stale.error().kind == ErrorKind::precondition_failed);
  CHECK(stale.error().extra.at("preview").at("clients").at(1).at("already") == true);
  REQUIRE(f.apply(f.into(), f.cora).has_value());
  CHECK(f.look(f.into(), f.cora).error().code == "ended");
}

TEST_CASE("a group that ends on a day to come takes whoever leaves it before, and ends on that day") {
  Merging f;
  REQUIRE(f.apply(f.into(), f.cora).has_value());
  const auto refused = f.join(f.group, f.carl);
  REQUIRE(refused.has_error());
  CHECK(refused.error().extra.at("objections").at(0).at("code") == "ends");
  CHECK(f.join(f.group, f.carl, "2026-03-24").error().code == "not_eligible");
  REQUIRE(f.join(f.group, f.carl, "2026-03-23").has_value());
  CHECK(f.expected(f.group, f.carl) == 2);  // 10 and 17 March
  CHECK(f.add(f.tuesdays(), f.cora).error().code ==
        "booking_conflict");  // beside the other, if it were to be
  f.clock.advance(24h * 13);  // Monday 23 March
  CHECK(f.seen_state() == GroupState::running);
  f.clock.advance(24h);
  CHECK(f.seen_state() == GroupState::ended);
  CHECK(f.join(f.group, f.carl).error().extra.at("objections").at(0).at("code") == "not_running");
}

TEST_CASE("a group that ends beyond the horizon meets until then") {
  Merging f;
  REQUIRE(f.apply(f.into("2026-10-06"), f.cora).has_value());
  CHECK(f.number("SELECT count(*) FROM session WHERE group_id = $1 AND status = 'scheduled'", f.group) == 26);
  f.clock.advance(24h * 7 * 10);
  while (f.write([&](Transaction& tx) { return extend_series_once(tx, f.now()); }).value() > 0) {
  }
  // The 26 until 1 September, and 8, 15, 22 and 29 September.
  CHECK(f.number("SELECT count(*) FROM session WHERE group_id = $1 AND status = 'scheduled'", f.group) == 30);
}

TEST_CASE("a group that goes into another today has ended") {
  Merging f;
  REQUIRE(f.apply(f.into("2026-03-10"), f.cora).has_value());
  CHECK(f.state() == "ended");
  CHECK(f.seen_state() == GroupState::ended);
}

TEST_CASE("split, some clients are in a new group with the same settings from that day on") {
  Merging f;
  f.write([&](Transaction& tx) {
     GroupChange change{};
     change.topics.emplace();
     change.topics->push_back("Triggers");
     change.admits.emplace();
     change.admits->phases.push_back(people::Phase::treatment);
     change.clients_per_facilitator = Number<1, 500>{6};
     return change_group(tx, f.cora, f.actor, f.group, 1, change, f.now());
   }).value();
  f.take_committed();
  CHECK(f.divide(f.evenings({f.ana}), f.cora, 1).error().kind == ErrorKind::precondition_failed);
  const auto made = f.divide(f.evenings({f.ana}), f.cora, 2);
  REQUIRE(made.has_value());
  CHECK(made->needs_series);
  CHECK(made->group.name == "Evenings");
  CHECK(made->group.alias == "Your other group");
  CHECK(made->group.site == f.site);
  CHECK(made->group.largest == 8);
  CHECK(made->group.clients_per_facilitator == 6);
  CHECK(made->group.admission == Admission::rolling);
  REQUIRE(made->group.topics.size() == 1);
  CHECK(made->group.admits.phases.size() == 1);
  CHECK(made->group.state == GroupState::running);
  REQUIRE(made->enrolments.size() == 1);
  CHECK(made->enrolments[0].client == f.ana);
  const GroupId evenings = made->group.id;
  CHECK(f.enrolled(evenings, f.ana, "2026-03-24") == 1);
  CHECK(f.enrolled(f.group, f.ana, "2026-03-10", "2026-03-23") == 1);
  CHECK(f.enrolled(f.group, f.ben, "2026-03-10") == 1);
  CHECK(f.expected(f.group, f.ana) == 2);  // 10 and 17 March
  CHECK(f.expected(f.group, f.ben) == 26);
  CHECK(f.number("SELECT count(*) FROM series WHERE group_id = $1", evenings) == 0);
  CHECK(f.number("SELECT count(*) FROM reminder WHERE receiver_id = $1 AND state = 'pending'", f.ana) == 3);
  const auto told = f.told();
  CHECK(told.size() == 1);
  CHECK(told.at(f.ana) == Kinds{"appointments.changed"});
}

TEST_CASE("whom and how a split names") {
  Merging f;
  CHECK(f.divide(f.evenings({f.ana}), f.fred).error().kind == ErrorKind::forbidden);
  CHECK(fields(f.divide(f.evenings({f.ana, f.carl, f.ana}), f.cora).error()) ==
        "/clients/1 not_found /clients/2 repeated");
  auto split = f.evenings({f.ana});
  split.name = Text<1, 100>("Thursdays");
  CHECK(fields(f.divide(split, f.cora).error()) == "/name taken");
  split = f.evenings({f.ana});
  split.from = f.day("2026-03-09");
  CHECK(fields(f.divide(split, f.cora).error()) == "/from in_the_past");
  CHECK(f.expected(f.group, f.ana) == 26);
  f.write([&](Transaction& tx) { tx.run("UPDATE therapy_group SET largest = 1 WHERE id = $1", f.group); });
  CHECK(fields(f.divide(f.evenings({f.ana, f.ben}), f.cora).error()) == "/clients too_many");
}
