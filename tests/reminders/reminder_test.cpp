#include <doctest/doctest.h>

#include <future>

#include "support.hpp"
#include "support/time.hpp"

// The clock stands at Tuesday 2026-03-10 12:00 UTC, 08:00 in New York, where everybody lives.
namespace circled::reminders {
namespace {

using namespace std::chrono_literals;
using test::at;

// Thursday 18:00 in New York: owed on Wednesday and on Thursday at 22:00 and 20:00 UTC.
const Instant thursday = at("2026-03-12T22:00:00Z");
const Instant day_before = at("2026-03-11T22:00:00Z");
const Instant hours_before = at("2026-03-12T20:00:00Z");

}  // namespace

TEST_CASE_FIXTURE(Subjects, "planning again takes back what an older version planned, and repeats nothing") {
  plan_session(7, thursday);
  CHECK(states(7) == "1440:pending 120:pending");
  plan_session(7, thursday);
  CHECK(states(7) == "1440:pending 120:pending");
  plan_session(7, thursday + 1h, 2);
  CHECK(states(7) == "1440:cancelled 120:cancelled 1440:pending 120:pending");
}

TEST_CASE_FIXTURE(Subjects, "on hold: what is due waits for the end, and is off when the thing has begun") {
  write([&](Transaction& tx) {
    const auto episode = tx.one<EpisodeId>(
        "INSERT INTO episode (client_id, admitted_on) VALUES ($1, 20000) RETURNING id", ana);
    tx.run(
        "INSERT INTO episode_hold (episode_id, kind, from_at, keeps_seats, made_by) "
        "VALUES ($1, 'jail', $2, TRUE, $3)",
        *episode, now(), counselor);
  });
  plan_session(1, now() + 4h);   // due in two hours
  plan_session(2, now() + 26h);  // due in two hours, and in 24
  plan_for(subject(3, now() + 4h), ben);
  clock.advance(2h);
  auto did = run();
  CHECK(did.held == 2);
  CHECK(did.sent == 1);  // Ben's: he is not on hold
  CHECK(stream(ana).empty());
  clock.advance(2h);
  did = run();
  CHECK(did.cancelled == 1);
  CHECK(did.expired == 0);
  CHECK(states(1) == "120:cancelled");

  write([&](Transaction& tx) {
    tx.run("UPDATE episode_hold SET until_at = $1", now());
    resume(tx, ana, now());
  });
  CHECK(run().sent == 1);
  CHECK(states(2) == "1440:sent 120:pending");
  write([&](Transaction& tx) { cancel_all(tx, ana); });
  CHECK(states(2) == "1440:cancelled 120:cancelled");
  CHECK(states(3) == "120:unconfirmed");  // nobody else's
}

TEST_CASE_FIXTURE(Subjects, "cancelling is for one receiver or for all, and can be taken back") {
  const Subject s = subject(7, thursday);
  plan_for(s, ana);
  plan_for(s, ben);
  write([&](Transaction& tx) { cancel(tx, SubjectKind::session, 7, ana); });
  CHECK(number("SELECT count(*) FROM reminder WHERE state = 'pending' AND receiver_id = $1", ben) == 2);
  CHECK(number("SELECT count(*) FROM reminder WHERE state = 'cancelled' AND receiver_id = $1", ana) == 2);
  plan_for(s, ana);
  CHECK(number("SELECT count(*) FROM reminder WHERE state = 'pending'") == 4);
  write([&](Transaction& tx) { cancel(tx, SubjectKind::session, 7, std::nullopt); });
  CHECK(number("SELECT count(*) FROM reminder WHERE state = 'cancelled'") == 4);
}

TEST_CASE_FIXTURE(Subjects, "quiet hours are the client's own, not the site's") {
  const ClientId far = write(
      [&](Transaction& tx) { return test::add_client(tx, site, "Hana", "Honolulu", "Pacific/Honolulu"); });
  // 16:00 UTC is 12:00 in New York and 06:00 in Honolulu, where the evening before 21:00 is 07:00 UTC.
  plan_for(subject(7, at("2026-03-12T16:00:00Z")), far, "Pacific/Honolulu");
  CHECK(number("SELECT max(due_at) FROM reminder WHERE receiver_id = $1", far) ==
        to_millis(at("2026-03-12T07:00:00Z")));
}

TEST_CASE_FIXTURE(Subjects, "a reminder is sent when it is due, once, with its number in the stream") {
  plan_session(7, thursday);
  clock.set(day_before - 1ms);
  CHECK(run().sent == 0);
  clock.set(day_before);
  CHECK(run().sent == 1);
  CHECK(run().sent == 0);
  CHECK(states(7) == "1440:sent 120:pending");
  CHECK(number("SELECT sent_seq FROM reminder WHERE state = 'sent'") == 1);
  REQUIRE(stream(ana).size() == 1);
  // Thursday 22:00 UTC is 18:00 in New York; punctual; nothing about what or where.
  CHECK(stream(ana)[0] == R"("at":"2026-03-11T22:00:00Z","kind":"reminder.due","reminder":)" +
                              std::to_string(reminder(7, 1440).value) +
                              R"(,"subject_kind":"session","subject":7,"starts_at":"2026-03-12T22:00:00Z",)"
                              R"("zone":"America/New_York","late_by_s":0,)"
                              R"("text":"You have an appointment on Thu 12 Mar at 18:00.")");
}

TEST_CASE_FIXTURE(Subjects, "each receiver's reminders get the numbers of its own stream") {
  const Subject a = subject(7, thursday), b = subject(8, thursday);
  plan_for(a, ben);
  plan_for(b, ana);
  plan_for(b, ben);
  clock.set(day_before);
  CHECK(run().sent == 3);
  CHECK(number("SELECT sent_seq FROM reminder WHERE subject_id = 7 AND receiver_id = $1 AND state = 'sent'",
               ben) == 1);
  CHECK(number("SELECT sent_seq FROM reminder WHERE subject_id = 8 AND receiver_id = $1 AND state = 'sent'",
               ben) == 2);
  CHECK(number("SELECT sent_seq FROM reminder WHERE subject_id = 8 AND receiver_id = $1 AND state = 'sent'",
               ana) == 1);
  CHECK(stream(ben)[1].find(R"("subject":8)") != std::string::npos);
}

TEST_CASE_FIXTURE(Subjects, "one that downtime made late says by how much") {
  plan_session(7, thursday);
  clock.set(day_before + 30min);
  CHECK(run().sent == 1);
  CHECK(stream(ana)[0].find(R"("late_by_s":1800)") != std::string::npos);
  CHECK(number("SELECT late_by_s FROM reminder WHERE state = 'sent'") == 1800);
}

TEST_CASE_FIXTURE(Subjects, "several missed about one thing are one, the nearest to its start") {
  plan_session(7, thursday);
  clock.set(hours_before + 30min);
  const Sent sent = run();
  CHECK(sent.sent == 1);
  CHECK(sent.cancelled == 1);
  CHECK(states(7) == "1440:cancelled 120:sent");
  CHECK(stream(ana).size() == 1);
}

TEST_CASE_FIXTURE(Subjects, "past the start nothing is sent, and staff see it") {
  plan_session(7, thursday);
  clock.set(thursday);
  const Sent sent = run();
  CHECK(sent.sent == 0);
  CHECK(sent.expired == 1);
  CHECK(states(7) == "1440:cancelled 120:expired");
  CHECK(stream(ana).empty());
}

TEST_CASE_FIXTURE(Subjects, "what changed or went since is not sent") {
  plan_session(7, thursday);
  plan_session(8, thursday);
  versions[7] = 2;
  versions.erase(8);
  clock.set(day_before);
  CHECK(run().cancelled == 2);
  CHECK(stream(ana).empty());
}

TEST_CASE_FIXTURE(Subjects, "a late one waits for the end of the quiet hours, and is then sent as late") {
  plan_session(7, at("2026-03-12T16:00:00Z"));  // Thursday noon; the first is owed on Wednesday noon
  clock.set(at("2026-03-12T02:00:00Z"));        // Wednesday 22:00: down for ten hours
  CHECK(run().held == 1);
  CHECK(run().held == 0);
  clock.set(at("2026-03-12T12:00:00Z"));  // Thursday 08:00, twenty hours after it was owed
  CHECK(run().sent == 1);
  CHECK(stream(ana)[0].find(R"("late_by_s":72000)") != std::string::npos);
}

TEST_CASE_FIXTURE(Subjects, "work is done in steps") {
  for (int id = 1; id <= 5; ++id) plan_session(id, thursday);
  clock.set(day_before);
  CHECK(run(2).sent == 2);
  CHECK(run(2).sent == 2);
  CHECK(run(2).sent == 1);
  CHECK(run(2).sent == 0);
}

TEST_CASE_FIXTURE(Subjects,
                  "an acknowledgement is for all up to its number; what nobody saw is unconfirmed") {
  plan_session(7, thursday);
  plan_session(8, thursday);
  plan_session(9, thursday);
  clock.set(day_before);
  run();
  write([&](Transaction& tx) { acknowledge(tx, ana, 2, now()); });
  CHECK(number("SELECT count(*) FROM reminder WHERE state = 'acknowledged'") == 2);
  CHECK(number("SELECT count(*) FROM reminder WHERE state = 'sent' AND sent_seq = 3") == 1);
  write([&](Transaction& tx) { acknowledge(tx, ben, 3, now()); });
  CHECK(number("SELECT count(*) FROM reminder WHERE state = 'sent'") == 1);

  clock.set(thursday);
  CHECK(run().unconfirmed == 1);
  CHECK(run().unconfirmed == 0);
}

TEST_CASE_FIXTURE(Subjects, "an answer is recorded once, and a change of mind again") {
  plan_session(7, thursday);
  CHECK(say(reminder(7, 1440), Answer::confirmed, ana).error().code == "not_found");  // not sent yet
  clock.set(day_before);
  run();
  CHECK(say(reminder(7, 1440), Answer::confirmed, ben).error().code == "not_found");

  CHECK(say(reminder(7, 1440), Answer::confirmed, ana).has_value());
  CHECK(states(7) == "1440:acknowledged 120:pending");
  CHECK(say(reminder(7, 1440), Answer::confirmed, ana).has_value());
  REQUIRE(told.size() == 1);
  CHECK(told[0].subject == 7);
  CHECK(told[0].receiver == PersonId(ana));
  CHECK(told[0].answer == Answer::confirmed);

  CHECK(say(reminder(7, 1440), Answer::cant_come, ana).has_value());
  REQUIRE(told.size() == 2);
  CHECK(told[1].answer == Answer::cant_come);
}

TEST_CASE_FIXTURE(Subjects, "who cannot come is not reminded again, unless they can after all") {
  plan_session(7, thursday);
  plan_session(8, thursday);
  clock.set(day_before);
  run();
  CHECK(say(reminder(7, 1440), Answer::cant_come, ana).has_value());
  CHECK(say(reminder(8, 1440), Answer::cant_come, ana).has_value());
  CHECK(say(reminder(8, 1440), Answer::confirmed, ana).has_value());
  clock.set(hours_before);
  run();
  CHECK(states(7) == "1440:acknowledged 120:cancelled");
  CHECK(states(8) == "1440:acknowledged 120:sent");
}

TEST_CASE_FIXTURE(Subjects, "what moved since cannot be answered") {
  plan_session(7, thursday);
  clock.set(day_before);
  run();
  const ReminderId old = reminder(7, 1440);
  plan_session(7, thursday + 24h, 2);
  CHECK(say(old, Answer::confirmed, ana).error().code == "superseded");
  CHECK(told.empty());
}

TEST_CASE_FIXTURE(Subjects, "the dispatcher is rung only when something is due before it looks anyway") {
  std::vector<store::Hint> rung;
  store.on_committed = [&](store::Committed&& c) {
    for (const auto& hint : c.hints)
      if (hint.kind == Dispatcher::wake_hint) rung.push_back(hint);
  };
  plan_session(7, thursday);
  CHECK(rung.empty());
  plan_session(8, now() + 2h + 5min);
  REQUIRE(rung.size() == 1);
  CHECK(from_millis(rung[0].id) == now() + 5min);
  CHECK(rung[0].audience == store::Hint::internal);
}

TEST_CASE_FIXTURE(Subjects, "the loop sends by itself what becomes due while it sleeps") {
  access::Context context{store, clock};
  Dispatcher dispatcher(context);
  std::promise<void> sent;
  store.on_committed = [&](store::Committed&& c) {
    for (const auto& hint : c.hints)
      if (hint.kind == Dispatcher::wake_hint) dispatcher.wake(from_millis(hint.id));
    if (!c.events.empty()) sent.set_value();
  };
  dispatcher.start();
  const Subject s = subject(7, now() + 2h + 5min);
  const Instant planned = now();
  clock.advance(5min);
  write([&](Transaction& tx) {
    Manners manners;
    plan(tx, manners, s, {ana, s.zone}, planned);
  });
  sent.get_future().wait();
  dispatcher.stop();
  CHECK(states(7) == "120:sent");
}

}  // namespace circled::reminders
