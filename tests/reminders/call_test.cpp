#include "reminders/call.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "support.hpp"

namespace circled::reminders {
namespace {

using namespace std::chrono_literals;

// Ana, Ben and some more, expected at one time: nobody has a device or an address.
struct Calls : Subjects {
  std::set<ClientId> expected{ana, ben};
  SessionId group;
  ServiceId service;
  api::Identity desk;

  Calls() {
    service = write([](Transaction& tx) {
      return *tx.one<ServiceId>(
          "INSERT INTO service (code, name, neutral_name, counts) VALUES ('x', 'x', 'Appointment', TRUE) "
          "RETURNING id");
    });
    group = write([&](Transaction& tx) {
      for (const char* name : {"Cleo", "Dan", "Eve"}) expected.insert(test::add_client(tx, site, name));
      return session(tx, {expected.begin(), expected.end()});
    });
    desk.person = counselor;
    desk.role = api::Role::front_desk;
    desk.site = site;
  }
  SessionId session(Transaction& tx, const std::vector<ClientId>& clients) {
    const auto id = *tx.one<SessionId>(
        "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, seats, created_at) "
        "VALUES ($1, $2, 'group', 'x', $3, $4, 12, 0) RETURNING id",
        site, service, now() + 5h, now() + 6h);
    for (const auto client : clients)
      tx.run(
          "INSERT INTO participant (session_id, client_id, starts_at, source) VALUES ($1, $2, $3, 'booking')",
          id, client, now() + 5h);
    return id;
  }
  // All pages, each as long as `limit`.
  std::vector<ToCall> all(std::int64_t limit) {
    std::vector<ToCall> found;
    CallFilter filter;
    filter.limit = Number<1, 200>{limit};
    for (;;) {
      const auto page = read([&](Snapshot& db) { return to_call(db, desk, filter, now()); });
      REQUIRE(page);
      found.insert(found.end(), page->items.begin(), page->items.end());
      if (!page->next) return found;
      filter.after = Text<1, 64>(*page->next);
    }
  }
};

}  // namespace

TEST_CASE_FIXTURE(Calls, "everybody of one group is on the list, however short its pages are") {
  for (const std::int64_t limit : {1, 2, 4, 5, 50}) {
    CAPTURE(limit);
    const auto found = all(limit);
    std::set<ClientId> listed;
    for (const auto& one : found) listed.insert(one.client);
    CHECK(listed == expected);
    CHECK(found.size() == expected.size());
  }
}

TEST_CASE_FIXTURE(Calls, "two appointments of one client at one time are both on the list") {
  write([&](Transaction& tx) { session(tx, {ana}); });
  for (const std::int64_t limit : {1, 2, 50}) {
    CAPTURE(limit);
    CHECK(all(limit).size() == expected.size() + 1);
  }
}

TEST_CASE_FIXTURE(Calls, "who was reached is on it no more, who did not answer is, with the call") {
  const auto call = [&](ClientId client, CallOutcome outcome) {
    return store.write_now("test", [&](Transaction& tx) {
      return record_call(tx, desk, {}, {group, client, outcome, {}, {}}, now());
    });
  };
  REQUIRE(call(ana, CallOutcome::reached));
  REQUIRE(call(ben, CallOutcome::no_answer));
  CHECK(call(ben, CallOutcome::voicemail).error().fields.at(0).pointer == "/outcome");
  const auto found = all(50);
  CHECK(found.size() == expected.size() - 1);
  for (const auto& one : found) {
    CHECK(one.client != ana);
    CHECK(one.calls == (one.client == ben ? 1 : 0));
    CHECK(one.why == Unreached::no_channel);
  }
}

// What a call told is of no use any more once it is otherwise.
TEST_CASE_FIXTURE(Calls, "who was reached is called again when it is moved or cancelled after that") {
  const auto listed = [&] {
    std::map<ClientId, ToCall> found;
    for (const auto& one : all(50)) found.emplace(one.client, one);
    return found;
  };
  const auto reach = [&](ClientId client) {
    return store.write_now("test", [&](Transaction& tx) {
      return record_call(tx, desk, {}, {group, client, CallOutcome::reached, {}, {}}, now());
    });
  };
  const auto change = [&](const char* status) {
    write([&](Transaction& tx) {
      tx.run("UPDATE session SET told_version = told_version + 1, status = $2 WHERE id = $1", group, status);
    });
  };
  REQUIRE(reach(ana));
  CHECK(listed().count(ana) == 0);

  change("scheduled");  // at another time
  REQUIRE(listed().count(ana) == 1);
  CHECK(listed().at(ana).calls == 0);
  CHECK_FALSE(listed().at(ana).cancelled);
  REQUIRE(reach(ana));
  CHECK(listed().count(ana) == 0);

  write([&](Transaction& tx) {
    tx.run("UPDATE participant SET answer = 'confirmed' WHERE session_id = $1 AND client_id = $2", group,
           ana);
    tx.run("UPDATE participant SET answer = 'cant_come' WHERE session_id = $1 AND client_id = $2", group,
           ben);
  });
  change("cancelled");
  auto found = listed();
  REQUIRE(found.count(ana) == 1);
  CHECK(found.at(ana).cancelled);
  CHECK(found.at(ana).script.find("does not take place") != std::string::npos);
  CHECK(found.count(ben) == 0);
  REQUIRE(reach(ana));
  CHECK(listed().count(ana) == 0);
}

}  // namespace circled::reminders
