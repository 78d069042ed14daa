// Devices that can be woken: turned on, turned off, gone with their sign-in; and what becomes of a push.
#include "reminders/device.hpp"

#include <doctest/doctest.h>

#include "access/purge.hpp"
#include "access/sign_in.hpp"
#include "mail.hpp"
#include "push/base64url.hpp"

// The clock stands at Tuesday 2026-03-10 12:00 UTC, 08:00 in New York, where everybody lives.
namespace circled::reminders {
namespace {

using namespace std::chrono_literals;

const std::string point =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const std::string secret = "BTBZMqHH6r4Tts7J_aSIgg";

struct Phones : Mail {
  Ways ways{false, false, "", point};

  NewSubscription subscription(std::string endpoint) const {
    NewSubscription said;
    said.endpoint = std::move(endpoint);
    said.p256dh = point;
    said.auth = secret;
    return said;
  }
  Result<Notifications> say(PersonId person, SignInId device, const NewSubscription& said) {
    return store.write_now(
        "test", [&](Transaction& tx) { return turn_on(tx, ways, {}, person, device, said, now()); });
  }
  // A device of theirs that notifications are on for.
  SignInId phone(PersonId person, const std::string& name = "phone") {
    const auto device = sign_in(person, name);
    REQUIRE(say(person, device, subscription("https://push.example/" + name)).value().on);
    return device;
  }
  bool is_on(SignInId device) {
    return read([&](Snapshot& db) { return notifications(db, ways, device).on; });
  }
  bool wakeable(PersonId person) {
    return read([&](Snapshot& db) { return usable_address(db, person, Channel::push, now()).has_value(); });
  }
  // What is due two hours before, and has not been seen since.
  std::vector<Letter> due() {
    plan_session(7, now() + 2h + 1min);
    clock.advance(1min);
    work();
    CHECK(channels(7) == "live:sent");
    clock.advance(app_answers);
    work();
    return take();
  }
  std::string pointers(const Result<Notifications>& refused) {
    std::string all;
    for (const auto& field : refused.error().fields) all += field.pointer + " ";
    return all;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Phones,
                  "whoever does not open the app is woken first, after the moment an open one needs") {
  add(ana, Channel::sms, "+12125550123");
  phone(ana);
  plan_session(7, now() + 2h + 1min);
  clock.advance(1min);
  work();
  CHECK(channels(7) == "live:sent");
  clock.advance(app_answers - 1s);
  work();
  CHECK(channels(7) == "live:sent");
  clock.advance(1s);
  work();
  CHECK(channels(7) == "live:sent push:sending");
  const auto letters = take();
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].channel == Channel::push);
  REQUIRE(letters[0].devices.size() == 1);
  CHECK(letters[0].devices[0].endpoint == "https://push.example/phone");
  CHECK(push::base64url(letters[0].devices[0].receiver.point) == point);
  // Nothing of what is due leaves the house.
  CHECK(letters[0].text.empty());
  CHECK(letters[0].subject.empty());
  CHECK(letters[0].calendar.empty());
  REQUIRE(begun(letters[0]));
  REQUIRE(came(letters[0], {Delivery::sent, "The push service answered 201."}));
  CHECK(channels(7) == "live:sent push:sent");
  SUBCASE("the app was opened, and the next channel has nothing to do") {
    acknowledge_all(ana);
    CHECK(channels(7) == "live:acknowledged push:acknowledged");
    clock.advance(1h);
    work();
    CHECK(channels(7) == "live:acknowledged push:acknowledged");
  }
  SUBCASE("nobody looked, and the next channel has its turn") {
    clock.advance(30min);
    work();
    CHECK(channels(7) == "live:sent push:sent sms:sending");
  }
}

TEST_CASE_FIXTURE(Phones, "an open app shows it, and no device is woken") {
  phone(ana);
  SUBCASE("it had said so") {
    plan_session(7, now() + 2h + 1min);
    clock.advance(1min);
    work();
    acknowledge_all(ana);
    clock.advance(1h);
    work();
    CHECK(channels(7) == "live:acknowledged");
  }
  SUBCASE("it said so in the last moment") {
    const auto letters = due();
    REQUIRE(letters.size() == 1);
    acknowledge_all(ana);
    CHECK(!begun(letters[0]));
  }
}

TEST_CASE_FIXTURE(Phones, "where a rule puts another channel first, a push waits like any other") {
  add(ana, Channel::sms, "+12125550123");
  phone(ana);
  NewRule rule;
  rule.channels.emplace();
  rule.channels->push_back(Channel::sms);
  rule.channels->push_back(Channel::push);
  set(Scope::person, ana.value, rule);
  plan_session(7, now() + 2h + 1min);
  clock.advance(1min + app_answers);
  work();
  CHECK(channels(7) == "live:sent");
  clock.advance(30min);
  work();
  CHECK(channels(7) == "live:sent sms:sending");
}

TEST_CASE_FIXTURE(Phones, "what the push service says decides what comes of it") {
  add(ana, Channel::sms, "+12125550123");
  const auto device = phone(ana);
  const auto letters = due();
  REQUIRE(letters.size() == 1);
  REQUIRE(begun(letters[0]));
  SUBCASE("the subscription is no more: it is forgotten, and the next channel has its turn at once") {
    Delivery gone{Delivery::refused, "The push service answered 410."};
    gone.gone = letters[0].devices;
    REQUIRE(came(letters[0], gone));
    CHECK(!is_on(device));
    work();
    CHECK(channels(7) == "live:sent sms:sending push:failed");
  }
  SUBCASE("it is no more, but the device has another one since: that stays") {
    REQUIRE(say(ana, device, subscription("https://push.example/other")));
    Delivery gone{Delivery::refused, "The push service answered 404."};
    gone.gone = letters[0].devices;
    REQUIRE(came(letters[0], gone));
    CHECK(is_on(device));
  }
  SUBCASE("refused for good: the next channel, and the device stays") {
    REQUIRE(came(letters[0], {Delivery::refused, "The push service answered 413."}));
    work();
    CHECK(channels(7) == "live:sent sms:sending push:failed");
    CHECK(is_on(device));
  }
  SUBCASE("not now: again, when it wants to be asked again") {
    REQUIRE(came(letters[0], {Delivery::later, "The push service answered 429.", Seconds(300)}));
    CHECK(channels(7) == "live:sent push:sending");
    clock.advance(299s);
    CHECK(take().empty());
    clock.advance(1s);
    CHECK(take().size() == 1);
  }
  SUBCASE("nobody knows: it is shown, never sent again, and the next channel waits") {
    REQUIRE(came(letters[0], {Delivery::unknown, "Broken off."}));
    CHECK(channels(7) == "live:sent push:uncertain");
    clock.advance(10min);
    work();
    CHECK(take().empty());
    CHECK(channels(7) == "live:sent push:uncertain");
    clock.advance(20min);
    work();
    CHECK(channels(7) == "live:sent push:uncertain sms:sending");
  }
  SUBCASE("the server went while it was sent") {
    clock.advance(lease_lasts);
    CHECK(recovered() == 1);
    CHECK(channels(7) == "live:sent push:uncertain");
  }
}

TEST_CASE_FIXTURE(Phones,
                  "notifications that were turned off before they went out go on to the next channel") {
  add(ana, Channel::sms, "+12125550123");
  const auto device = phone(ana);
  plan_session(7, now() + 2h + 1min);
  clock.advance(1min);
  work();
  clock.advance(app_answers);
  work();
  CHECK(channels(7) == "live:sent push:sending");
  write([&](Transaction& tx) { turn_off(tx, {}, ana, device, now()); });
  CHECK(take().empty());
  work();
  CHECK(channels(7) == "live:sent sms:sending push:failed");
  CHECK(number("SELECT count(*) FROM reminder WHERE channel = 'push' AND why = 'no_device'") == 1);
}

TEST_CASE_FIXTURE(Phones, "all devices of one person are woken by one message, the newest five") {
  for (int i = 0; i < 7; ++i) {
    phone(ana, "device-" + std::to_string(i));
    clock.advance(1s);
  }
  phone(ben);
  const auto letters = due();
  REQUIRE(letters.size() == 1);
  REQUIRE(letters[0].devices.size() == most_devices);
  CHECK(letters[0].devices[0].endpoint == "https://push.example/device-6");
  CHECK(letters[0].devices[4].endpoint == "https://push.example/device-2");
}

TEST_CASE_FIXTURE(Phones, "a device is woken as long as it is signed in") {
  const auto device = phone(ana);
  CHECK(wakeable(ana));
  SUBCASE("signed out, or revoked by staff") {
    const AccountId account(number("SELECT account_id FROM sign_in WHERE id = $1", device));
    REQUIRE(write([&](Transaction& tx) { return access::end_sign_in(tx, {}, account, device, now()); }));
    CHECK(number("SELECT count(*) FROM push_subscription") == 0);
  }
  SUBCASE("every device of theirs, as a discharge does") {
    const AccountId account(number("SELECT account_id FROM sign_in WHERE id = $1", device));
    CHECK(write([&](Transaction& tx) { return access::end_sign_ins(tx, account, now()); }) == 1);
    CHECK(number("SELECT count(*) FROM push_subscription") == 0);
  }
  SUBCASE("it was not used for too long") {
    clock.advance(std::chrono::hours(24 * 365));
    CHECK(!wakeable(ana));
    write([&](Transaction& tx) { return access::purge::run_once(tx, now()); });
    CHECK(number("SELECT count(*) FROM push_subscription") == 0);
  }
  CHECK(!wakeable(ana));
  CHECK(say(ana, device, subscription("https://push.example/late")).error().kind == ErrorKind::not_found);
}

TEST_CASE_FIXTURE(Phones,
                  "what is entered again takes the place of what was, and an endpoint is one device's") {
  const auto device = phone(ana);
  REQUIRE(say(ana, device, subscription("https://push.example/renewed")));
  CHECK(number("SELECT count(*) FROM push_subscription") == 1);
  // Somebody else signs in on the same browser.
  const auto theirs = sign_in(ben);
  REQUIRE(say(ben, theirs, subscription("https://push.example/renewed")));
  CHECK(is_on(theirs));
  CHECK(!is_on(device));
  CHECK(!wakeable(ana));
  write([&](Transaction& tx) {
    turn_off(tx, {}, ben, theirs, now());
    turn_off(tx, {}, ben, theirs, now());  // off it is
  });
  CHECK(!is_on(theirs));
  CHECK(number("SELECT count(*) FROM audit WHERE action = 'channel.stop'") == 1);
}

TEST_CASE_FIXTURE(Phones, "what is no subscription is refused at its field") {
  const auto device = sign_in(ana);
  for (const char* endpoint :
       {"http://push.example/x", "https://localhost/x", "https://10.0.0.7/x", "https://[::1]/x",
        "https://user@push.example/x", "webcal://push.example/x", "https:///x"}) {
    CAPTURE(endpoint);
    CHECK(pointers(say(ana, device, subscription(endpoint))) == "/endpoint ");
  }
  auto said = subscription("https://push.example/x");
  said.p256dh = point.substr(0, 86) + "5";  // beside the curve
  said.auth = "AAAAAAAAAAAAAAAAAAAAA*";
  CHECK(pointers(say(ana, device, said)) == "/p256dh /auth ");
  CHECK(!is_on(device));
}

TEST_CASE_FIXTURE(Phones, "where services are named only those are used, inside ones too") {
  const auto device = sign_in(ana);
  ways.push_services = {"https://10.0.0.7:8443"};
  CHECK(pointers(say(ana, device, subscription("https://push.example/x"))) == "/endpoint ");
  CHECK(pointers(say(ana, device, subscription("https://10.0.0.7/x"))) == "/endpoint ");
  CHECK(say(ana, device, subscription("https://10.0.0.7:8443/x")));
}

TEST_CASE_FIXTURE(Phones, "a server that sends none says so") {
  ways.push_key.clear();
  const auto device = sign_in(ana);
  CHECK(say(ana, device, subscription("https://push.example/x")).error().code == "no_such_way");
  CHECK(!read([&](Snapshot& db) { return notifications(db, ways, device).key; }));
}

}  // namespace circled::reminders
