#include "reminders/notice.hpp"

#include <doctest/doctest.h>

#include "mail.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace circled::reminders {
namespace {

using namespace std::chrono_literals;

const Zone where_ana_lives = *Zone::named("America/New_York");

// It is 08:00 in New York, where Ana lives.
struct News : Mail {
  // As a room does: into the stream, and on from there.
  void tell_ana(Notice notice) {
    write([&](Transaction& tx) {
      tx.emit(ana, now(), std::make_shared<const std::string>(R"("kind":"test")"));
      tell(tx, ana, resolve(tx, ana, {}).manner, reach_of(tx, ana, now()), notice, now());
    });
  }
  Notice about(std::int64_t session, std::string_view text) {
    return {{Topic::session, session}, text, now(), now() + 24h, where_ana_lives};
  }
  void let_wake(SignInId device) {
    write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO push_subscription (sign_in_id, endpoint, p256dh, auth, since_at) VALUES ($1, "
          "'https://push.example/ana', 'AAAA', 'AAAA', 0)",
          device);
    });
  }
  // "sms moved" for each that goes out now.
  test::Texts gone() {
    test::Texts all;
    for (const auto& letter : take()) {
      REQUIRE(begun(letter));
      REQUIRE(came(letter, {Delivery::sent, "ok"}));
      all.push_back(std::string(json::enum_name(letter.channel)) +
                    (letter.text.empty() ? "" : " " + letter.text));
    }
    return all;
  }
  std::string outcome() {
    return read([&](Snapshot& db) {
      return db.one<std::string>("SELECT state || ' ' || outcome FROM message ORDER BY id LIMIT 1").value();
    });
  }
};

}  // namespace

TEST_CASE("a notice has its turns: a device first, then what wakes it, then each address in order") {
  const Instant at = test::at("2026-03-10T12:00:00Z");
  const Manner how;  // push, sms, email; half an hour; quiet from 21:00 to 08:00
  using Turns = std::vector<NoticeTurn>;
  Reach reach;
  Notice notice{{Topic::session, 7}, "moved", at, at + 24h, where_ana_lives};
  CHECK(notice_turns(how, reach, notice).empty());

  reach.addresses = {{Channel::email, "a@b.example"}, {Channel::sms, "+1"}};
  CHECK(notice_turns(how, reach, notice) == Turns{{Channel::sms, at}, {Channel::email, at + 30min}});
  reach.device = true;
  CHECK(notice_turns(how, reach, notice) == Turns{{Channel::sms, at + 30min}, {Channel::email, at + 60min}});
  reach.addresses.emplace(Channel::push, "devices");
  CHECK(notice_turns(how, reach, notice) == Turns{{Channel::push, at + app_answers},
                                                  {Channel::sms, at + app_answers + 30min},
                                                  {Channel::email, at + app_answers + 60min}});

  // A quarter of the time that is left, where that is less; and nothing once it is worth nothing.
  reach.addresses.erase(Channel::push);
  notice.give_up_at = at + 40min;
  CHECK(notice_turns(how, reach, notice) == Turns{{Channel::sms, at + 10min}, {Channel::email, at + 17min}});
  notice.give_up_at = at;
  CHECK(notice_turns(how, reach, notice).empty());
  // Moved to next week, a quarter of an hour before it was to be.
  notice.give_up_at = at + 24h * 7;
  notice.needed_by = at + 16min;
  CHECK(notice_turns(how, reach, notice) == Turns{{Channel::sms, at + 4min}, {Channel::email, at + 7min}});
  notice.needed_by.reset();

  // At 20:45 there is time until tomorrow: nobody is woken.
  notice.at = test::at("2026-03-11T00:45:00Z");
  const Instant morning = test::at("2026-03-11T12:00:00Z");
  CHECK(notice_turns(how, reach, notice) ==
        Turns{{Channel::sms, morning}, {Channel::email, morning + 30min}});
  // What is told in the night could not wait.
  notice.at = test::at("2026-03-11T02:00:00Z");
  CHECK(notice_turns(how, reach, notice) ==
        Turns{{Channel::sms, notice.at + 30min}, {Channel::email, notice.at + 60min}});

  Manner none;
  none.channels.clear();
  CHECK(notice_turns(none, reach, notice).empty());
}

TEST_CASE_FIXTURE(News, "whoever has no device is written to at once, in the order of their channels") {
  add(ana, Channel::email, "ana@example.org");
  tell_ana(about(7, "moved"));
  CHECK(gone() == test::Texts{"email moved"});
  add(ana, Channel::sms, "+12125550123");
  tell_ana(about(8, "cancelled"));
  CHECK(gone() == test::Texts{"sms cancelled"});
  CHECK(take().empty());
}

TEST_CASE_FIXTURE(News, "what no device has shown goes on; what one has shown does not") {
  add(ana, Channel::sms, "+12125550123");
  let_wake(sign_in(ana));
  tell_ana(about(7, "moved"));
  CHECK(take().empty());
  SUBCASE("an open app") {
    acknowledge_all(ana);
    clock.advance(24h - 1ms);
    CHECK(take().empty());
    CHECK(outcome() == "cancelled seen");
  }
  SUBCASE("a closed one is woken, opened, and shows it") {
    clock.advance(app_answers);
    const auto letters = take();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].channel == Channel::push);
    CHECK(letters[0].text.empty());
    CHECK(letters[0].devices.size() == 1);
    REQUIRE(begun(letters[0]));
    REQUIRE(came(letters[0], {Delivery::sent, "201"}));
    acknowledge_all(ana);
    clock.advance(1h);
    CHECK(take().empty());
  }
  SUBCASE("a phone that nobody looks at") {
    clock.advance(app_answers);
    CHECK(gone() == test::Texts{"push"});
    clock.advance(30min - 1ms);
    CHECK(take().empty());
    clock.advance(1ms);
    CHECK(gone() == test::Texts{"sms moved"});
  }
  SUBCASE("what was shown before it does not count") {
    write([&](Transaction& tx) { acknowledge(tx, ana, 0, now()); });
    clock.advance(app_answers);
    CHECK(gone() == test::Texts{"push"});
  }
  SUBCASE("shown between being leased and begun") {
    clock.advance(app_answers);
    const auto letters = take();
    REQUIRE(letters.size() == 1);
    acknowledge_all(ana);
    CHECK(!begun(letters[0]));
  }
}

TEST_CASE_FIXTURE(News, "an earlier event of the same stream is no news of a later one") {
  add(ana, Channel::sms, "+12125550123");
  sign_in(ana);
  tell_ana(about(7, "first"));
  tell_ana(about(8, "second"));
  const auto first = read([&](Snapshot& db) {
    return db.one<std::int64_t>("SELECT min(seq) FROM stream_event WHERE person_id = $1", ana).value();
  });
  write([&](Transaction& tx) { acknowledge(tx, ana, first, now()); });
  clock.advance(30min);
  CHECK(gone() == test::Texts{"sms second"});
}

TEST_CASE_FIXTURE(News, "what changed again while it waited is told once, as it stands") {
  add(ana, Channel::sms, "+12125550123");
  tell_ana(about(7, "at six"));
  tell_ana(about(8, "another"));
  const auto leased = take(1);
  REQUIRE(leased.size() == 1);
  tell_ana(about(7, "at seven"));
  CHECK(!begun(leased[0]));
  CHECK(gone() == test::Texts{"sms another", "sms at seven"});

  // Of many at once, from another day on, each says something else.
  tell_ana({{Topic::sessions, 1}, "from Tuesday on", now(), now() + 24h, where_ana_lives});
  tell_ana({{Topic::sessions, 2}, "from Friday on", now(), now() + 24h, where_ana_lives});
  CHECK(gone() == test::Texts{"sms from Tuesday on", "sms from Friday on"});

  tell_ana(about(9, "on"));
  write([&](Transaction& tx) { take_back(tx, ana, {Topic::session, 9}, now()); });
  tell_ana(about(10, "on"));
  write([&](Transaction& tx) { take_back_all(tx, ana, now()); });
  CHECK(take().empty());
}

TEST_CASE_FIXTURE(News, "whether it is true is asked when it goes, and asked again when it is tried again") {
  add(ana, Channel::sms, "+12125550123");
  versions[7] = 1;
  const Notice moved{{Topic::session, 7, 1}, "at six", now(), now() + 24h, where_ana_lives};
  SUBCASE("of a session that has changed since, by many at once") {
    tell_ana(moved);
    versions[7] = 2;
    CHECK(take().empty());
    CHECK(outcome() == "cancelled superseded");
  }
  SUBCASE("the gateway was down while it moved again") {
    tell_ana(moved);
    const auto first = take();
    REQUIRE(first.size() == 1);
    REQUIRE(begun(first[0]));
    clock.advance(1s);
    versions[7] = 2;
    tell_ana({{Topic::session, 7, 2}, "at seven", now(), now() + 24h, where_ana_lives});
    REQUIRE(came(first[0], {Delivery::later, "503"}));
    clock.advance(5min);
    CHECK(gone() == test::Texts{"sms at seven"});
  }
  SUBCASE("of a cancellation there is no version, but a later word") {
    tell_ana(about(7, "cancelled"));
    const auto first = take();
    REQUIRE(first.size() == 1);
    REQUIRE(begun(first[0]));
    clock.advance(1s);
    tell_ana(about(7, "on again"));
    REQUIRE(came(first[0], {Delivery::later, "503"}));
    clock.advance(5min);
    CHECK(gone() == test::Texts{"sms on again"});
  }
  SUBCASE("shown in the app while the gateway was down") {
    const auto device = sign_in(ana);
    tell_ana(moved);
    clock.advance(30min);
    const auto first = take();
    REQUIRE(first.size() == 1);
    REQUIRE(begun(first[0]));
    write([&](Transaction& tx) {
      tx.run("UPDATE sign_in SET acknowledged_seq = 1000 WHERE id = $1", device);
      acknowledge(tx, ana, 1000, now());
    });
    REQUIRE(came(first[0], {Delivery::later, "503"}));
    clock.advance(5min);
    CHECK(take().empty());
  }
  SUBCASE("to the number that they have now") {
    tell_ana(moved);
    write([&](Transaction& tx) {
      tx.run("UPDATE channel_address SET address = '+12125550199' WHERE person_id = $1", ana);
    });
    const auto letters = take();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].address == "+12125550199");
  }
}

TEST_CASE_FIXTURE(News, "what one channel refuses the next one takes, and one that has taken it is enough") {
  add(ana, Channel::sms, "+12125550123");
  add(ana, Channel::email, "ana@example.org");
  tell_ana(about(7, "moved"));
  const auto letters = take();
  REQUIRE(letters.size() == 1);
  REQUIRE(begun(letters[0]));
  SUBCASE("refused") {
    REQUIRE(came(letters[0], {Delivery::refused, "no such number"}));
    clock.advance(30min);
    CHECK(gone() == test::Texts{"email moved"});
  }
  SUBCASE("taken") {
    REQUIRE(came(letters[0], {Delivery::sent, "ok"}));
    clock.advance(30min);
    CHECK(take().empty());
  }
}

TEST_CASE_FIXTURE(News, "an offer goes by every channel until it is over, with how to answer a text") {
  add(ana, Channel::sms, "+12125550123");
  add(ana, Channel::email, "ana@example.org");
  look_at_offers_by([](Snapshot&, std::int64_t, PersonId, Instant, Instant) { return OfferStands::open; });
  tell_ana({{Topic::offer, 3}, "A seat.", now(), now() + 2h, where_ana_lives, {}, "Reply 1."});
  CHECK(gone() == test::Texts{"sms A seat. Reply 1."});
  clock.advance(30min);
  SUBCASE("nobody answers") { CHECK(gone() == test::Texts{"email A seat."}); }
  SUBCASE("it has become another one") {
    look_at_offers_by([](Snapshot&, std::int64_t, PersonId, Instant, Instant) { return OfferStands::gone; });
    CHECK(take().empty());
  }
  SUBCASE("it is over") {
    write([&](Transaction& tx) { take_back(tx, ana, {Topic::offer, 3}, now()); });
    CHECK(take().empty());
  }
}

}  // namespace circled::reminders
