#include <doctest/doctest.h>

#include "live/commands.hpp"
#include "reminders/routes.hpp"
#include "support.hpp"
#include "support/run.hpp"

namespace circled::reminders {
namespace {

using namespace std::chrono_literals;

api::Identity staff(StaffId id, api::Role role, SiteId site) {
  api::Identity who;
  who.person = id;
  who.role = role;
  who.site = site;
  return who;
}

}  // namespace

TEST_CASE_FIXTURE(Subjects, "a client sees what was sent and the coming week, page by page") {
  for (int day = 2; day <= 12; ++day) plan_session(day, now() + day * 24h);  // at 08:00 in New York
  const auto first = read([&](Snapshot& db) { return mine(db, ana, std::nullopt, 3, now()); });
  REQUIRE(first.items.size() == 3);
  CHECK(first.items[0].due_at <= now() + 7 * 24h);
  CHECK(first.items[0].text.starts_with("You have an appointment on "));
  REQUIRE(first.next);

  std::vector<ReminderId> seen;
  std::optional<Cursor> after;
  do {
    const auto page = read([&](Snapshot& db) { return mine(db, ana, after, 3, now()); });
    for (const auto& item : page.items) seen.push_back(item.id);
    after = page.next;
  } while (after);
  CHECK(static_cast<std::int64_t>(seen.size()) ==
        number("SELECT count(*) FROM reminder WHERE due_at <= $1", now() + 7 * 24h));
  std::sort(seen.begin(), seen.end());
  CHECK(std::unique(seen.begin(), seen.end()) == seen.end());
  CHECK(read([&](Snapshot& db) { return mine(db, ben, std::nullopt, 3, now()); }).items.empty());
}

TEST_CASE("a cursor reads as it was written, and nothing else does") {
  const Cursor cursor{from_millis(1'773'144'000'000), 42};
  CHECK(to_text(cursor) == "1773144000000.42");
  CHECK(parse_cursor("1773144000000.42").value().id == 42);
  for (const char* wrong : {"", ".", "1", "1.", "1.x", "1.2.3", " 1.2"}) {
    CAPTURE(wrong);
    CHECK(parse_cursor(wrong).error().fields.at(0).pointer == "?after");
  }
}

TEST_CASE_FIXTURE(Subjects,
                  "staff see the reminders of clients they reach, of others not even that there are any") {
  plan_session(7, now() + 48h);
  const auto hers = staff(counselor, api::Role::counselor, site);
  const auto not_hers = staff(other_counselor, api::Role::counselor, site);
  CHECK(read([&](Snapshot& db) { return of_client(db, hers, ana, {}, 10, now()); }).value().items.size() ==
        2);
  CHECK(read([&](Snapshot& db) { return of_client(db, not_hers, ana, {}, 10, now()); }).error().code ==
        "not_found");
}

TEST_CASE_FIXTURE(Subjects, "what nobody heard is listed for who reaches the client, for a week") {
  const Instant start = now() + 48h;
  plan_session(7, start);
  plan_for(subject(8, start), ben);
  clock.set(start);
  write([&](Transaction& tx) { dispatch(tx, now(), 100); });
  const auto hers = staff(counselor, api::Role::counselor, site);
  const auto all = staff(admin, api::Role::admin, site);
  const auto list = [&](const api::Identity& who, std::int64_t limit) {
    return read([&](Snapshot& db) { return unheard(db, who, std::nullopt, limit, now()); });
  };
  REQUIRE(list(hers, 10).items.size() == 1);
  CHECK(list(hers, 10).items[0].preferred_name == "Ana");
  CHECK(list(hers, 10).items[0].state == State::expired);
  CHECK_FALSE(list(hers, 1).next);
  CHECK(list(all, 10).items.size() == 2);
  const auto first = list(all, 1);
  REQUIRE(first.next);
  const auto second = read([&](Snapshot& db) { return unheard(db, all, first.next, 1, now()); });
  REQUIRE(second.items.size() == 1);
  CHECK(second.items[0].id != first.items[0].id);
  clock.advance(7 * 24h);
  CHECK(list(all, 10).items.empty());
}

TEST_CASE_FIXTURE(Subjects, "a command sent again gets the first result and changes nothing") {
  access::Context context{store, clock};
  live::Commands rows;
  commands(rows, context);
  plan_session(7, now() + 48h);
  clock.advance(24h);
  write([&](Transaction& tx) { dispatch(tx, now(), 100); });
  api::Identity who;
  who.person = ana;
  who.account = write([&](Transaction& tx) { return test::add_account(tx, ana); });
  const auto id = reminder(7, 1440);
  const auto send = [&](const char* command, const char* uuid) {
    return test::run((*rows.find(command))({uuid, "r", now()}, who, json::object{{"reminder", id.value}}));
  };
  constexpr const char* a = "0b8d5c0e-9a51-4c0f-8a34-0f1f6b6d2a01";
  constexpr const char* b = "0b8d5c0e-9a51-4c0f-8a34-0f1f6b6d2a02";
  const json::value confirmed = json::object{{"reminder", id.value}, {"answer", "confirmed"}};
  CHECK(send("confirm", a).value() == confirmed);
  CHECK(send("cant_come", b).value().at("answer") == "cant_come");
  CHECK(send("confirm", a).value() == confirmed);  // late in the mail: the later word stands
  REQUIRE(told.size() == 2);
  CHECK(told[1].answer == Answer::cant_come);
  who.role = api::Role::counselor;
  CHECK(send("confirm", a).error().code == "forbidden");
}

}  // namespace circled::reminders
