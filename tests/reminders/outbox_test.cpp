// What leaves the house: on which channel, when the next one has its turn, and what becomes of a message
// whose server dies at each step.
#include "reminders/outbox.hpp"

#include <doctest/doctest.h>

#include "mail.hpp"
#include "reminders/reply.hpp"
#include "reminders/story.hpp"
#include "tasks/task.hpp"

// The clock stands at Tuesday 2026-03-10 12:00 UTC, 08:00 in New York, where everybody lives.
namespace circled::reminders {
namespace {

using namespace std::chrono_literals;

constexpr auto two_hours = std::chrono::hours(2);

}  // namespace

TEST_CASE_FIXTURE(Mail, "who has no address is reminded in the app and nowhere else") {
  plan_session(7, now() + 2h + 1min);
  clock.advance(1min);
  run();
  clock.advance(1h);
  CHECK(run().passed_on == 0);
  CHECK(channels(7) == "live:sent");
}

TEST_CASE_FIXTURE(Mail, "what nobody has seen goes on to the next channel, one after the other") {
  add(ana, Channel::sms, "+12125550123");
  add(ana, Channel::email, "ana@example.org");
  sign_in(ana);
  plan_session(7, now() + 2h + 1min);
  clock.advance(1min);
  run();
  CHECK(channels(7) == "live:sent");
  clock.advance(29min);
  run();
  CHECK(channels(7) == "live:sent");
  clock.advance(1min);
  work();
  CHECK(channels(7) == "live:sent sms:sending");
  send_all();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].address == "+12125550123");
  CHECK(sent[0].text ==
        "You have an appointment on Tue 10 Mar at 10:01. Reply 1: I'll come, 2: I can't, 3: I'll be late. "
        "STOP ends "
        "these messages.");
  CHECK(channels(7) == "live:sent sms:sent");
  // 90 minutes are left: a quarter of them, 22, before the mail.
  clock.advance(21min);
  run();
  CHECK(channels(7) == "live:sent sms:sent");
  clock.advance(1min);
  work();
  CHECK(channels(7) == "live:sent sms:sent email:sending");
  send_all();
  CHECK(sent.back().subject == "Your calendar");
  CHECK(sent.back().text == "You have an appointment on Tue 10 Mar at 10:01.");
  clock.set(now() + 2h);
  run();
  CHECK(channels(7) == "live:unconfirmed sms:unconfirmed email:unconfirmed");
}

TEST_CASE_FIXTURE(Mail, "who has no device is written to at once, and who has seen it is left alone") {
  add(ana, Channel::sms, "+12125550123");
  plan_session(7, now() + two_hours + 1min);
  clock.advance(1min);
  work();
  CHECK(channels(7) == "live:sent sms:sending");
  const auto letters = take();
  REQUIRE(letters.size() == 1);
  SUBCASE("seen before it began: it is not sent") {
    acknowledge_all(ana);
    CHECK(channels(7) == "live:acknowledged sms:sending");
    CHECK(!begun(letters[0]));
    clock.advance(lease_lasts);
    CHECK(recovered() == 1);
    CHECK(take().empty());
    CHECK(channels(7) == "live:acknowledged sms:cancelled");
  }
  SUBCASE("seen after it was sent: nobody waits for another answer") {
    REQUIRE(begun(letters[0]));
    REQUIRE(came(letters[0], {Delivery::sent, "ok"}));
    acknowledge_all(ana);
    CHECK(channels(7) == "live:acknowledged sms:acknowledged");
  }
}

TEST_CASE_FIXTURE(Mail, "a server that dies at each step leaves nothing doubled and nothing lost") {
  add(ana, Channel::sms, "+12125550123");
  plan_session(7, now() + two_hours + 1min);
  clock.advance(1min);
  work();
  const auto first = take();
  REQUIRE(first.size() == 1);
  CHECK(take().empty());  // nobody else gets it meanwhile
  SUBCASE("before it began: it is due again, for whoever comes") {
    clock.advance(lease_lasts);
    CHECK(!begun(first[0]));
    CHECK(recovered() == 1);
    const auto second = take();
    REQUIRE(second.size() == 1);
    CHECK(second[0].token > first[0].token);
    CHECK(!begun(first[0]));
    CHECK(begun(second[0]));
    CHECK(!came(first[0], {Delivery::sent, ""}));
    CHECK(came(second[0], {Delivery::sent, ""}));
    CHECK(channels(7) == "live:sent sms:sent");
  }
  SUBCASE("while it was sent: nobody knows, it is shown, and never sent again") {
    REQUIRE(begun(first[0]));
    CHECK(!begun(first[0]));  // not twice under one lease either
    clock.advance(lease_lasts);
    CHECK(recovered() == 1);
    CHECK(channels(7) == "live:sent sms:uncertain");
    CHECK(take().empty());
    CHECK(number("SELECT count(*) FROM message WHERE state = 'uncertain' AND outcome <> ''") == 1);
    SUBCASE("until the one that had it comes back with what it knows") {
      CHECK(came(first[0], {Delivery::sent, "250 taken"}));
      CHECK(channels(7) == "live:sent sms:sent");
      CHECK(!came(first[0], {Delivery::refused, "no"}));  // once settled it stays
    }
  }
}

TEST_CASE_FIXTURE(Mail, "refused for now is tried later, refused for good goes on to the next channel") {
  add(ana, Channel::sms, "+12125550123");
  add(ana, Channel::email, "ana@example.org");
  plan_session(7, now() + two_hours + 1min);
  clock.advance(1min);
  work();
  auto letters = take();
  REQUIRE(letters.size() == 1);
  REQUIRE(begun(letters[0]));
  REQUIRE(came(letters[0], {Delivery::later, "429", Seconds(300)}));
  CHECK(channels(7) == "live:sent sms:sending");
  clock.advance(4min);
  CHECK(take().empty());
  clock.advance(1min);
  letters = take();
  REQUIRE(letters.size() == 1);
  REQUIRE(begun(letters[0]));
  REQUIRE(came(letters[0], {Delivery::refused, "422", Seconds(0), true}));
  work();
  CHECK(channels(7) == "live:sent sms:failed email:sending");
  CHECK(!read([&](Snapshot& db) { return usable_address(db, ana, Channel::sms, now()); }));
  CHECK(read([&](Snapshot& db) { return usable_address(db, ana, Channel::email, now()); }) ==
        "ana@example.org");
}

TEST_CASE_FIXTURE(Mail, "a message that is refused again and again is given up, not past its time") {
  add(ana, Channel::sms, "+12125550123");
  write([&](Transaction& tx) { post(tx, ana, Channel::sms, Purpose::notice, "hello", now() + 3min, now()); });
  int attempts = 0;
  for (int minute = 0; minute < 10; ++minute) {
    for (const auto& letter : take()) {
      REQUIRE(begun(letter));
      REQUIRE(came(letter, {Delivery::later, "busy"}));
      ++attempts;
    }
    clock.advance(1min);
  }
  CHECK(attempts == 2);  // at once, after one minute; two more would be when it is worth nothing
  CHECK(number("SELECT count(*) FROM message WHERE state = 'failed' AND text = ''") == 1);
}

TEST_CASE_FIXTURE(Mail, "what changed or went while it waited is not sent") {
  add(ana, Channel::sms, "+12125550123");
  plan_session(7, now() + two_hours + 1min);
  clock.advance(1min);
  work();
  SUBCASE("cancelled") {
    write([&](Transaction& tx) { cancel(tx, SubjectKind::session, 7, std::nullopt); });
  }
  SUBCASE("moved") { plan_session(7, now() + 5h, 2); }
  SUBCASE("off without a word") { versions.clear(); }
  CHECK(take().empty());
  CHECK(number("SELECT count(*) FROM message WHERE state = 'cancelled'") == 1);
  CHECK(number("SELECT count(*) FROM reminder WHERE channel = 'sms' AND state = 'cancelled'") == 1);
}

TEST_CASE_FIXTURE(Mail, "what is worth nothing any more does not hide what is due behind it") {
  add(ana, Channel::sms, "+12125550123");
  for (int i = 0; i < 12; ++i)
    write([&](Transaction& tx) { post(tx, ana, Channel::sms, Purpose::notice, "old", now() + 1min, now()); });
  clock.advance(2min);
  write([&](Transaction& tx) { post(tx, ana, Channel::sms, Purpose::notice, "new", now() + 1min, now()); });
  const auto letters = take(4);
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].text == "new");
  CHECK(number("SELECT count(*) FROM message WHERE state = 'expired'") == 12);
}

TEST_CASE_FIXTURE(Mail, "who said that they can't come is not reminded by a rule that comes later") {
  plan_session(7, now() + 30h);
  clock.set(now() + 6h);
  run();
  REQUIRE(say(reminder(7, 1440), Answer::cant_come, ana));
  plan_session(7, now() + 24h);  // planned anew, the same version
  clock.set(now() + 22h);
  const Sent did = run();
  CHECK(did.sent == 0);
  CHECK(states(7) == "1440:acknowledged 120:cancelled");
}

TEST_CASE_FIXTURE(Mail, "STOP ends everything that way at once, and the next channel has its turn") {
  add(ana, Channel::sms, "+12125550123");
  add(ben, Channel::sms, "+12125550123");  // one telephone for two
  add(ana, Channel::email, "ana@example.org");
  plan_session(7, now() + two_hours + 1min);
  clock.advance(1min);
  work();
  says("Stop");
  CHECK(take().empty());
  work();
  CHECK(channels(7) == "live:sent sms:failed email:sending");
  CHECK(!read([&](Snapshot& db) { return usable_address(db, ben, Channel::sms, now()); }));
  CHECK(stream(ana).back().find("channel.stopped") != std::string::npos);
  says("START", "m2");
  CHECK(read([&](Snapshot& db) { return usable_address(db, ana, Channel::sms, now()); }));
}

TEST_CASE_FIXTURE(Mail, "one character answers what was asked last, once for each message") {
  add(ana, Channel::sms, "+12125550123");
  says("1");
  CHECK(told.empty());  // nothing was asked
  CHECK(take(1).at(0).text == "Thank you. There is nothing to answer just now.");
  plan_session(7, now() + two_hours + 1min);
  clock.advance(1min);
  work();
  send_all();
  says("3", "m2");
  says("3", "m2");  // the gateway says it twice
  REQUIRE(told.size() == 1);
  CHECK(told[0].answer == Answer::running_late);
  says("2", "m3");
  REQUIRE(told.size() == 2);
  CHECK(told[1].answer == Answer::cant_come);
  CHECK(channels(7) == "live:acknowledged sms:acknowledged");
  const auto thanks = take();
  REQUIRE(thanks.size() == 2);
  CHECK(thanks[0].text == "Thank you, noted: you'll be late.");
  CHECK(thanks[1].text == "Thank you, noted: you can't come.");
}

TEST_CASE_FIXTURE(Mail, "who answers before the gateway has said that it was sent has answered") {
  add(ana, Channel::sms, "+12125550123");
  plan_session(7, now() + two_hours + 1min);
  clock.advance(1min);
  work();
  const auto letters = take();
  REQUIRE(letters.size() == 1);
  says("1");
  CHECK(told.empty());  // not sent yet: it answers something else
  REQUIRE(begun(letters[0]));
  says("1", "m2");
  REQUIRE(told.size() == 1);
  CHECK(told[0].answer == Answer::confirmed);
  REQUIRE(came(letters[0], {Delivery::sent, "ok"}));
  // Nobody is written to about it again.
  clock.advance(1h);
  add(ana, Channel::email, "ana@example.org");
  work();
  for (const auto& letter : take()) CHECK(letter.text.starts_with("Thank you"));
}

TEST_CASE_FIXTURE(Mail, "anything else gets the numbers to call and opens one task, once an hour") {
  add(ana, Channel::sms, "+12125550123");
  says("I can't do this any more");
  says("hello?", "m2");
  auto letters = take();
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].text.find("911") != std::string::npos);
  CHECK(letters[0].text.find("988") != std::string::npos);
  CHECK(number("SELECT count(*) FROM task WHERE rule = 'reply' AND client_id = $1", ana) == 1);
  CHECK(read([&](Snapshot& db) {
          return db.one<std::string>("SELECT reason FROM task");
        })->find("I can't do this any more") != std::string::npos);
  clock.advance(61min);
  says("HELP", "m3");
  CHECK(take().size() == 1);
  CHECK(number("SELECT count(*) FROM task") == 1);  // the first is open still
  // A number that nobody has: the same answer, and nobody to tell.
  says("who is this", "m4", "+19995550000");
  letters = take();
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].address == "+19995550000");
  CHECK(number("SELECT count(*) FROM task") == 1);
}

TEST_CASE_FIXTURE(Mail, "the words of a task are cut at a whole character") {
  add(ana, Channel::sms, "+12125550123");
  std::string text = "x";
  for (int i = 0; i < 200; ++i) text += "\xc3\xb1";
  says(text);
  const auto reason = *read([&](Snapshot& db) { return db.one<std::string>("SELECT reason FROM task"); });
  CHECK(reason.find(text.substr(0, 159) + "\".") != std::string::npos);
}

TEST_CASE_FIXTURE(
    Mail, "a rule of the person's own: other times, other words, another language, other quiet hours") {
  add(ana, Channel::email, "ana@example.org");
  NewRule rule;
  rule.offsets_minutes.emplace();
  rule.offsets_minutes->push_back({15});
  rule.language = Language::es;
  rule.words.push_back({Language::es, "T\xc3\xa9 con Sam, {when}"});
  set(Scope::person, ana.value, rule);
  plan_session(7, now() + 20min);
  CHECK(states(7) == "15:pending");
  clock.advance(5min);
  work();
  CHECK(stream(ana).back().find("T\xc3\xa9 con Sam, mar 10 mar a las 08:20") != std::string::npos);
  work();
  send_all();
  CHECK(sent.at(0).text == "T\xc3\xa9 con Sam, mar 10 mar a las 08:20");
  CHECK(sent.at(0).subject == "Su calendario");
}

TEST_CASE_FIXTURE(Mail, "the narrower rule goes before the wider, member by member") {
  NewRule programme;
  programme.wait_minutes = Number<1, 1440>{10};
  programme.language = Language::es;
  set(Scope::programme, 0, programme);
  NewRule agreed;
  agreed.wait_minutes = Number<1, 1440>{20};
  set(Scope::plan, ana.value, agreed);
  NewRule own;
  own.channels.emplace();
  set(Scope::person, ana.value, own);
  const auto hers = read([&](Snapshot& db) { return resolve(db, ana, {}); });
  CHECK(hers.manner.wait == 20min);
  CHECK(hers.wait == Scope::plan);
  CHECK(hers.manner.language == Language::es);
  CHECK(hers.language == Scope::programme);
  CHECK(hers.manner.channels.empty());
  CHECK(hers.channels == Scope::person);
  CHECK(read([&](Snapshot& db) { return resolve(db, ben, {}); }).manner.wait == 10min);
}

TEST_CASE_FIXTURE(Mail, "a rule that is no rule is refused at each of its fields, and changes nothing") {
  NewRule rule;
  rule.offsets_minutes.emplace();
  rule.offsets_minutes->push_back({60});
  rule.offsets_minutes->push_back({60});
  rule.channels.emplace();
  rule.channels->push_back(Channel::live);
  rule.words.push_back({Language::en, "a"});
  rule.words.push_back({Language::en, "b"});
  const auto refused = store.write_now(
      "test", [&](Transaction& tx) { return set_rule(tx, {}, Scope::programme, 0, 0, rule, now()); });
  REQUIRE(!refused);
  std::string fields;
  for (const auto& field : refused.error().fields) fields += field.pointer + " ";
  CHECK(fields == "/offsets_minutes/1 /channels/0 /words/1 ");
  const auto stale = store.write_now(
      "test", [&](Transaction& tx) { return set_rule(tx, {}, Scope::programme, 0, 7, NewRule{}, now()); });
  REQUIRE(!stale);
  CHECK(stale.error().code == "changed_meanwhile");
  CHECK(number("SELECT count(*) FROM reminder_rule") == 0);
}

TEST_CASE_FIXTURE(Mail, "a late message says so") {
  add(ana, Channel::email, "ana@example.org");
  plan_session(7, now() + two_hours + 1min);
  clock.advance(1min);
  work();
  clock.advance(10min);  // the outbox was away
  send_all();
  CHECK(sent.at(0).text == "You have an appointment on Tue 10 Mar at 10:01. This message comes late.");
  CHECK(number("SELECT late_by_s FROM reminder WHERE channel = 'email'") == 600);
}

TEST_CASE_FIXTURE(Mail, "why she got it, and why not: every try in a sentence") {
  add(ana, Channel::sms, "+12125550123");
  plan_session(7, now() + two_hours + 1min);
  clock.advance(1min);
  work();
  says("STOP");
  take();
  run();
  api::Identity who;
  who.person = counselor;
  who.role = api::Role::counselor;
  who.site = site;
  const auto found = read([&](Snapshot& db) { return story(db, who, ana, SubjectKind::session, 7, now()); });
  REQUIRE(found);
  REQUIRE(found->tries.size() == 2);
  CHECK(found->tries[0].told ==
        "Due Tue 10 Mar at 08:01 in the app (2 h before). Sent Tue 10 Mar at 08:01, and not "
        "seen yet.");
  CHECK(found->tries[1].told ==
        "Due Tue 10 Mar at 08:01 by text message (2 h before). Not sent. The client had "
        "stopped messages there. The other side said: stopped");
  CHECK(found->missing.size() == 1);  // a day before had passed when it was made
  CHECK(!found->device);
  CHECK(found->addresses.at(1).state == AddressState::stopped);
  who.person = other_counselor;
  CHECK(!read([&](Snapshot& db) { return story(db, who, ana, SubjectKind::session, 7, now()); }));
}

TEST_CASE_FIXTURE(Mail, "an address is good once its code was said, and not by guessing") {
  initialise_crypto();
  access::Context context{store, clock};
  context.key = "0123456789abcdef0123456789abcdef";
  const auto enter = [&](Channel channel, std::string address) {
    return store.write_now("test", [&](Transaction& tx) {
      return enter_address(tx, context, {}, ana, channel, {address}, now());
    });
  };
  const auto verify = [&](Channel channel, std::string code) {
    return store.write_now("test", [&](Transaction& tx) {
      return verify_address(tx, context, {}, ana, channel, {code}, now());
    });
  };
  CHECK(enter(Channel::sms, "12125550123").error().fields.at(0).pointer == "/address");
  CHECK(enter(Channel::email, "ana at example.org").error().fields.at(0).pointer == "/address");
  CHECK(enter(Channel::email, "ana@example.org, ben@example.org").error().fields.at(0).pointer == "/address");
  REQUIRE(enter(Channel::sms, "+1 (212) 555-0123"));
  const auto letters = take();
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].address == "+12125550123");
  const auto code = letters[0].text.substr(std::string("Your code is ").size(), 6);
  CHECK(verify(Channel::sms, "AAAAAA").error().code == "code_not_good");
  SUBCASE("the right one") {
    CHECK(verify(Channel::sms, code).value().state == AddressState::good);
    CHECK(verify(Channel::sms, code).error().kind == ErrorKind::not_found);  // once
  }
  SUBCASE("five wrong ones spoil it") {
    for (int i = 0; i < 4; ++i) CHECK(!verify(Channel::sms, "AAAAAA"));
    CHECK(verify(Channel::sms, code).error().code == "code_not_good");
  }
  SUBCASE("after a quarter of an hour it is none") {
    clock.advance(code_lasts);
    CHECK(verify(Channel::sms, code).error().code == "code_not_good");
  }
}

}  // namespace circled::reminders
