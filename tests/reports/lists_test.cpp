#include <doctest/doctest.h>

#include "disclosures/support.hpp"
#include "reports/fixture.hpp"
#include "reports/house_lists.hpp"
#include "reports/lists.hpp"
#include "reports/record_lists.hpp"

using namespace circled;
using namespace circled::reports;
using namespace std::chrono_literals;
using circled::test::day;
using circled::test::march;

namespace {

struct ListReports : test::ReportFixture {
  Asked of_group() const {
    Asked asked = march;
    asked.group = evening;
    return asked;
  }
  Asked of_staff(StaffId staff) const {
    Asked asked = march;
    asked.staff = staff;
    return asked;
  }
  void enrolled(ClientId client, Date from, std::optional<Date> until) {
    write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO enrolment (group_id, client_id, from_on, until_on, mandatory, made_at) "
          "VALUES ($1, $2, $3, $4, FALSE, 0)",
          evening, client, from, until);
    });
  }
};

template <class Row>
std::vector<ClientId> clients(const std::vector<Row>& rows) {
  std::vector<ClientId> found;
  for (const Row& row : rows) found.push_back(row.client);
  return found;
}
using Clients = std::vector<ClientId>;

}  // namespace

TEST_CASE("who was in care is narrowed to a group and to a member of staff, in these days") {
  ListReports f;
  const auto rows = [&](const Asked& asked) {
    return clients(f.whole_list(site_clients, f.sue, asked, Seen::clients));
  };
  CHECK(rows(march) == Clients{f.ana, f.ben});
  CHECK(rows(f.of_group()).empty());
  f.enrolled(f.ben, day(2026, 2, 1), day(2026, 3, 1));
  f.enrolled(f.ana, day(2026, 2, 1), day(2026, 2, 28));
  CHECK(rows(f.of_group()) == Clients{f.ben});
  CHECK(rows(f.of_staff(f.clinician)) == Clients{f.ana});
  CHECK(rows(f.of_staff(f.other_counselor)).empty());
  f.write([&](Transaction& tx) {
    tx.run("INSERT INTO assignment (staff_id, client_id, from_at, until_at) VALUES ($1, $2, $3, $4)",
           f.other_counselor, f.ana, f.now() - 48h, f.now() - 24h);
  });
  CHECK(rows(f.of_staff(f.other_counselor)) == Clients{f.ana});
}

TEST_CASE("groups and who is in them are for all who work at the site, of other sites for supervisors") {
  ListReports f;
  f.enrolled(f.ana, day(2026, 2, 1), day(2026, 2, 28));
  f.enrolled(f.ben, day(2026, 2, 1), day(2026, 3, 1));
  f.enrolled(f.ana, day(2026, 3, 5), {});
  f.enrolled(f.ben, day(2026, 3, 9), day(2026, 3, 8));  // never came to be
  f.held(f.now() - 3h, f.counselor, f.evening, 12);
  f.held(f.now() - 30h, f.counselor, f.evening, 12, "cancelled");
  for (const auto* who : {&f.sue, &f.cora, &f.otto, &f.fred}) {
    const auto groups = f.whole_list(site_groups, *who, march, Seen::site);
    REQUIRE(groups.size() == 1);
    CHECK(groups[0].name == "Evening");
    CHECK(groups[0].enrolled == 1);  // on the last of March
    CHECK(groups[0].sessions == 1);
    CHECK(clients(f.whole_list(site_enrolments, *who, march, Seen::site)) == Clients{f.ben, f.ana});
  }
  CHECK(f.whole_list(site_groups, f.sue, f.of_staff(f.counselor), Seen::site).size() == 1);
  CHECK(f.whole_list(site_groups, f.sue, f.of_staff(f.other_counselor), Seen::site).empty());
  CHECK(clients(f.whole_list(site_enrolments, f.sue, f.of_staff(f.clinician), Seen::site)) == Clients{f.ana});
  Asked north = march;
  north.site = f.write([](Transaction& tx) { return test::add_site(tx, "North"); });
  CHECK(f.whole_list(site_groups, f.sue, north, Seen::site).empty());
  CHECK(test::code(f.about(f.cora, north, Seen::site)) == "not_found");
  CHECK(test::code(f.about(f.fred, north, Seen::clients)) == "not_found");
}

TEST_CASE("who waited is told to those who may see the group's list, and of a session to who leads it") {
  ListReports f;
  const auto one = f.held(f.now() + 3h, f.counselor, {}, 5, "scheduled", "group");
  f.write([&](Transaction& tx) {
    const auto wait = [&](std::optional<GroupId> group, std::optional<SessionId> session, ClientId client,
                          Instant since, std::optional<Instant> until) {
      tx.run(
          "INSERT INTO waitlist (group_id, session_id, client_id, since_at, state, answered_at) "
          "VALUES ($1, $2, $3, $4, $5, $6)",
          group, session, client, since, until ? "left" : "waiting", until);
    };
    wait(f.evening, {}, f.ana, f.now() - 90 * 24h, f.now() - 60 * 24h);
    wait(f.evening, {}, f.ana, f.now() - 50 * 24h, {});
    wait({}, one, f.ben, f.now() - 1h, {});
    wait({}, one, f.ana, f.now() - 1h, {});
  });
  CHECK(clients(f.whole_list(site_waits, f.sue, march, Seen::site)) == Clients{f.ana, f.ana, f.ben});
  CHECK(f.whole_list(site_waits, f.cora, march, Seen::site).size() == 3);
  CHECK(f.whole_list(site_waits, f.otto, march, Seen::site).size() == 1);
  CHECK(f.whole_list(site_waits, f.sue, f.of_group(), Seen::site).size() == 1);
}

TEST_CASE("tasks are one's own, for supervisors everybody's; reminders are of one's clients") {
  ListReports f;
  f.write([&](Transaction& tx) {
    for (const auto& [staff, client, days] : {std::tuple(f.counselor, f.ana, 1),
                                              {f.clinician, f.ana, 1},
                                              {f.counselor, f.ben, 2},
                                              {f.counselor, f.ben, 60}})
      tx.run(
          "INSERT INTO task (client_id, staff_id, rule, reason, opened_at, opened_by) "
          "VALUES ($1, $2, 'by_hand', '=call', $3, $4)",
          client, staff, f.now() - std::chrono::hours(24 * days), f.supervisor);
    for (const auto client : {f.ben, f.ana, f.ana}) {
      static std::int64_t subject = 0;
      tx.run(
          "INSERT INTO reminder (subject_kind, subject_id, version, receiver_id, channel, offset_minutes, "
          "starts_at, zone, due_at, try_at) VALUES ('session', $1, 1, $2, 'live', 60, $3, 'UTC', $3, $3)",
          ++subject, client, f.now());
    }
  });
  CHECK(clients(f.whole_list(site_tasks, f.sue, march, Seen::clients)) == Clients{f.ana, f.ana, f.ben});
  CHECK(clients(f.whole_list(site_tasks, f.cora, march, Seen::clients)) == Clients{f.ana, f.ben});
  CHECK(f.whole_list(site_tasks, f.otto, march, Seen::clients).empty());
  CHECK(clients(f.whole_list(site_reminders, f.sue, march, Seen::clients)) == Clients{f.ana, f.ana, f.ben});
  CHECK(clients(f.whole_list(site_reminders, f.cleo, march, Seen::clients)) == Clients{f.ana, f.ana});
  CHECK(clients(f.whole_list(site_reminders, f.fred, march, Seen::clients)) == Clients{f.ana, f.ana, f.ben});
  CHECK(f.whole_list(site_reminders, f.otto, march, Seen::clients).empty());
  // Who was Ben's counselor earlier in the month learns nothing of him from a file; a supervisor can ask for
  // it.
  f.write([&](Transaction& tx) {
    tx.run("UPDATE assignment SET until_at = $2 WHERE client_id = $1", f.ben, f.now());
  });
  CHECK(clients(f.whole_list(site_reminders, f.cora, march, Seen::clients)) == Clients{f.ana, f.ana});
  CHECK(clients(f.whole_list(site_reminders, f.sue, f.of_staff(f.counselor), Seen::clients)) ==
        Clients{f.ana, f.ana, f.ben});
}

TEST_CASE("what clients say of outside meetings and what is verified are columns of their own") {
  ListReports f;
  f.write([&](Transaction& tx) {
    tx.run("INSERT INTO meeting_list (id, name, format, imported_at) VALUES (1, 'Area', 'bmlt', 0)");
    tx.run(
        "INSERT INTO meeting (id, list_id, key, name, weekday, time, duration_minutes, zone, place, address, "
        "town, notes, search_text, online_url, in_person, types) VALUES (1, 1, 'k', 'Open door', 0, 600, 60, "
        "'America/New_York', '', '', '', '', '', '', TRUE, 'open')");
    for (const ClientId client : {f.ana, f.ben}) {
      tx.run(
          "INSERT INTO commitment (client_id, meeting_id, rule, made_at, expanded_until) VALUES ($1, 1, 'r', "
          "0, "
          "0)",
          client);
      for (const int hours : {-30, -20})
        tx.run(
            "INSERT INTO occurrence (commitment_id, client_id, starts_at, ends_at) "
            "SELECT id, client_id, $2, $3 FROM commitment WHERE client_id = $1",
            client, f.now() + hours * 1h, f.now() + (hours + 1) * 1h);
    }
    tx.run("UPDATE occurrence SET went = 'no', went_said_at = 5 WHERE client_id = $1 AND starts_at < $2",
           f.ana, f.now() - 25h);
    tx.run(
        "UPDATE occurrence SET verified_by = 'told', verified_staff = $2, verified_at = 6, told_by = 'Sam' "
        "WHERE client_id = $1",
        f.ben, f.counselor);
  });
  const auto rows = f.whole_list(site_occurrences, f.sue, march, Seen::clients);
  REQUIRE(clients(rows) == Clients{f.ana, f.ana, f.ben, f.ben});
  CHECK(rows[0].self_reported == aftercare::Went::no);
  CHECK_FALSE(rows[0].verified_by);
  CHECK_FALSE(rows[1].self_reported);  // nothing said is no no
  CHECK_FALSE(rows[2].self_reported);
  CHECK(rows[2].verified_by == aftercare::Proof::told);
  CHECK(rows[2].told_by == "Sam");
  CHECK(f.whole_list(site_occurrences, f.otto, march, Seen::clients).empty());
}

TEST_CASE("consents and the account of disclosures, as of the period") {
  test::Disclosing told;
  const auto rows = [&](auto next, const api::Identity& who, const Asked& asked) {
    const auto of =
        told.read([&](Snapshot& db) { return period(db, who, asked, told.now(), Seen::clients).value(); });
    return told.read([&](Snapshot& db) { return next(db, of, nullptr, 100); });
  };
  const auto seen = told.drafted();
  REQUIRE(told.hand_out(told.approve(seen, told.sue).value()).has_value());
  const auto second = told.add_consent(test::Disclosing::paper({people::ConsentKind::phase}));
  REQUIRE(told.revoke(second).has_value());

  const auto consents = rows(site_consents, told.sue, march);
  REQUIRE(consents.size() == 2);
  CHECK(consents[0].state == people::ConsentState::live);
  CHECK(consents[0].attendance);
  CHECK_FALSE(consents[0].phase);
  CHECK(consents[0].paper == "Cabinet 2");
  CHECK(consents[1].state == people::ConsentState::revoked);
  const Asked april{day(2026, 4, 1), day(2026, 4, 30), {}, {}, {}},
      july{day(2026, 7, 1), day(2026, 7, 31), {}, {}, {}};
  CHECK(rows(site_consents, told.sue, april).size() == 1);
  CHECK(rows(site_consents, told.sue, july).empty());
  CHECK(rows(site_consents, told.cora, march).size() == 2);
  CHECK(rows(site_consents, told.otto, march).empty());

  const auto disclosures = rows(site_disclosures, told.sue, march);
  REQUIRE(disclosures.size() == 1);
  CHECK(disclosures[0].state == "handed_out");
  CHECK(disclosures[0].basis == "consent");
  CHECK(disclosures[0].told_by == "Cora Counselor");
  CHECK(disclosures[0].approved_by == "Sue Supervisor");
  CHECK(disclosures[0].hours);
  CHECK(rows(site_disclosures, told.sue, april).empty());
  CHECK(rows(site_disclosures, told.otto, march).empty());
}

TEST_CASE("the trail is a file too, of one subject or of all, newest first") {
  ListReports f;
  f.write([&](Transaction& tx) {
    for (int i = 0; i < 5; ++i)
      access::audit(tx, f.actor, "client.view", "client", i % 2 ? f.ana.value : f.ben.value, f.now(),
                    {{"n", i}});
  });
  const auto in_parts = [&](const std::optional<access::AuditSubject>& subject, std::int64_t limit) {
    access::AuditQuery query;
    query.subject = subject;
    std::vector<std::string> details;
    std::optional<AuditRow> last;
    for (;;) {
      const auto rows =
          f.read([&](Snapshot& db) { return trail(db, query, last ? &*last : nullptr, limit); });
      for (const auto& row : rows)
        if (row.action == "client.view") details.push_back(row.detail);
      if (static_cast<std::int64_t>(rows.size()) < limit) return details;
      last = rows.back();
    }
  };
  using Details = std::vector<std::string>;
  for (const std::int64_t limit : {1, 2, 100}) {
    CHECK(in_parts({}, limit) ==
          Details{R"({"n":4})", R"({"n":3})", R"({"n":2})", R"({"n":1})", R"({"n":0})"});
    CHECK(in_parts(access::AuditSubject{"client", f.ana.value}, limit) ==
          Details{R"({"n":3})", R"({"n":1})"});
  }
}

TEST_CASE("meetings go out in the order of the week, without those that are gone") {
  ListReports f;
  f.write([&](Transaction& tx) {
    tx.run("INSERT INTO meeting_list (id, name, format, imported_at) VALUES (1, 'Area', 'bmlt', 0)");
    std::int64_t key = 0;
    for (const auto& [weekday, time, gone] :
         {std::tuple(3, 600, false), {0, 1140, false}, {0, 600, false}, {0, 600, false}, {1, 600, true}})
      tx.run(
          "INSERT INTO meeting (list_id, key, name, weekday, time, duration_minutes, zone, place, address, "
          "town, notes, search_text, online_url, in_person, types, gone_at) VALUES (1, $1, 'Open door', $2, "
          "$3, 60, 'America/New_York', '', '', '', '', '', '', TRUE, 'O', $4)",
          std::to_string(++key), std::int64_t(weekday), std::int64_t(time),
          gone ? std::optional(f.now()) : std::nullopt);
  });
  for (const std::int64_t limit : {1, 2, 10}) {
    std::vector<std::pair<std::int64_t, Minutes>> found;
    std::optional<MeetingRow> last;
    for (;;) {
      const auto rows =
          f.read([&](Snapshot& db) { return all_meetings(db, last ? &*last : nullptr, limit); });
      for (const auto& row : rows) found.emplace_back(row.weekday, row.time.since_midnight);
      if (static_cast<std::int64_t>(rows.size()) < limit) break;
      last = rows.back();
    }
    CHECK(found ==
          std::vector<std::pair<std::int64_t, Minutes>>{{0, 600min}, {0, 600min}, {0, 1140min}, {3, 600min}});
  }
}
