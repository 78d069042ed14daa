// A programme with groups, for tests of the course of care and of handing over. Groups, their sessions and
// enrolments are written as rows: who may join one is another test's business.
#pragma once
#include "access/account.hpp"
#include "access/sign_in.hpp"
#include "calendar/course.hpp"
#include "reminders/dispatcher.hpp"
#include "reminders/reminder.hpp"
#include "support/care.hpp"

namespace circled::test {

// Ben is in treatment, and so is Carl; both are Cora's.
struct CourseFixture : CareFixture {
  ClientId carl;
  GroupId group;

  CourseFixture() {
    write([this](Transaction& tx) {
      carl = add_client(tx, site, "Carl", "Crane");
      assign(tx, counselor, carl);
      admit(tx, carl, "treatment");
      group = add_group(tx, "Morning");
    });
  }

  GroupId add_group(Transaction& tx, std::string_view name) {
    return *tx.one<GroupId>(
        "INSERT INTO therapy_group (site_id, service_id, name, alias, admission, smallest, largest, "
        "created_at) VALUES ($1, $2, $3, 'Appointment', 'rolling', 1, 12, 0) RETURNING id",
        site, counseling, name);
  }
  void admits(GroupId id, std::string_view kind, std::string_view value) {
    write([&](Transaction& tx) {
      tx.run("INSERT INTO group_admits (group_id, kind, value) VALUES ($1, $2, $3)", id, kind, value);
    });
  }
  EnrolmentId enrol(GroupId id, ClientId client) {
    return write([&](Transaction& tx) {
      return *tx.one<EnrolmentId>(
          "INSERT INTO enrolment (group_id, client_id, from_on, mandatory, made_at) "
          "VALUES ($1, $2, 20500, FALSE, 0) RETURNING id",
          id, client);
    });
  }

  // One hour of the group with Otto, starting `in` from now, with these clients and their reminders.
  SessionId group_session(GroupId id, Milliseconds in, const std::vector<ClientId>& clients,
                          std::string_view source = "enrolment") {
    return write([&](Transaction& tx) {
      const Instant starts = now() + in;
      const auto session = *tx.one<SessionId>(
          "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, seats, group_id, "
          "created_at) VALUES ($1, $2, 'group', 'Morning', $3, $4, 12, $5, 0) RETURNING id",
          site, counseling, starts, starts + std::chrono::hours(1), id);
      tx.run("INSERT INTO facilitator (session_id, staff_id, starts_at, leads) VALUES ($1, $2, $3, TRUE)",
             session, other_counselor, starts);
      busy(tx, session, "staff", other_counselor.value, starts);
      for (const auto client : clients) {
        tx.run("INSERT INTO participant (session_id, client_id, starts_at, source) VALUES ($1, $2, $3, $4)",
               session, client, starts, source);
        busy(tx, session, "client", client.value, starts);
        const Zone zone = Zone::named("America/New_York").value();
        reminders::Manners manners;
        reminders::plan(tx, manners, {reminders::SubjectKind::session, session.value, 1, starts, zone},
                        {client, zone}, now());
      }
      return session;
    });
  }
  static void busy(Transaction& tx, SessionId session, std::string_view kind, std::int64_t owner,
                   Instant from) {
    tx.run(
        "INSERT INTO busy (owner_kind, owner_id, from_at, session_id, until_at) VALUES ($1, $2, $3, $4, $5)",
        kind, owner, from, session, from + std::chrono::minutes(70));
  }

  SessionId one_on_one_with(ClientId client, Milliseconds in) {
    auto booking = one_on_one(in);
    booking.clients[0] = client;
    return CalendarFixture::book(booking, ada).value().id;
  }
  void sign_in(ClientId client) {
    write([&](Transaction& tx) {
      const auto account = access::client_account(tx, actor, client, now()).value();
      access::grant(tx, account, access::Carrier::bearer, "phone", access::half_year, now()).value();
    });
  }

  std::string verdict(SessionId session, ClientId client) {
    return read([&](Snapshot& db) {
      return db
          .one<std::string>("SELECT verdict FROM participant WHERE session_id = $1 AND client_id = $2",
                            session, client)
          .value_or("gone");
    });
  }
  // Kinds of what was told to this person since the last call, each with its session.
  std::vector<std::string> told(PersonId person) {
    std::vector<std::string> kinds;
    for (const auto& event : take_committed().events) {
      if (event.receiver != person) continue;
      const auto body = boost::json::parse("{" + *event.body + "}");
      kinds.push_back(std::string(body.at("kind").as_string()) + " " +
                      std::to_string(body.at("session").as_int64()));
    }
    return kinds;
  }
  std::int64_t pending(ClientId client) {
    return number("SELECT count(*) FROM reminder WHERE receiver_id = $1 AND state = 'pending'", client);
  }
  std::int64_t busy_ahead(ClientId client) {
    return number("SELECT count(*) FROM busy WHERE owner_kind = 'client' AND owner_id = $1 AND from_at > $2",
                  client, now());
  }
  reminders::Sent send_due() {
    return write([&](Transaction& tx) { return reminders::dispatch(tx, now(), 100); });
  }
};

inline std::vector<std::string> words(const std::vector<calendar::CourseItem>& items) {
  std::vector<std::string> all;
  for (const auto& item : items)
    all.push_back(std::string(json::enum_name(item.matter)) + (item.name.empty() ? "" : " " + item.name));
  return all;
}

}  // namespace circled::test
