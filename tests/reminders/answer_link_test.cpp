#include "reminders/answer_link.hpp"

#include <doctest/doctest.h>

#include "mail.hpp"

namespace circled::reminders {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view server_key = "0123456789abcdef";
constexpr std::string_view origin = "https://circled.example";

// Ana is told by mail of something that begins in two hours.
struct Linking : Mail {
  std::string token;

  Linking() {
    add(ana, Channel::email, "ana@example.org");
    plan_session(7, now() + 120min + 1min);
    clock.advance(1min);
    work();
    const auto letters = write([&](Transaction& tx) { return lease(tx, server_key, now(), 10, origin); });
    REQUIRE(letters.size() == 1);
    const std::string start = "Say whether you'll come: https://circled.example/answer?language=en#";
    const auto at = letters[0].text.find(start);
    REQUIRE(at != std::string::npos);
    token = letters[0].text.substr(at + start.size());
    REQUIRE(begun(letters[0]));
    REQUIRE(came(letters[0], {Delivery::unknown, "nobody knows"}));
  }
  Result<AskedByLink> look(std::string_view by, std::string_view key = server_key) {
    return read([&](Snapshot& db) { return asked_by_link(db, key, by, now()); });
  }
  Result<AskedByLink> say(Answer answer, std::string by) {
    return write([&](Transaction& tx) {
      return answer_by_link(tx, {}, server_key, {Text<1, 100>(std::move(by)), answer}, now());
    });
  }
};

}  // namespace

TEST_CASE_FIXTURE(Linking, "a mail's link says what it is about, and takes an answer, also another one") {
  const auto asked = look(token);
  REQUIRE(asked);
  CHECK(asked->starts_at == now() + 120min);
  CHECK(asked->zone == "America/New_York");
  CHECK(!asked->answer);
  // Looking answers nothing: a mail program does that by itself.
  CHECK(told.empty());

  REQUIRE(say(Answer::cant_come, token));
  REQUIRE(told.size() == 1);
  CHECK(told[0].answer == Answer::cant_come);
  CHECK(told[0].receiver == PersonId(ana));
  CHECK(look(token)->answer == Answer::cant_come);
  REQUIRE(say(Answer::cant_come, token));
  CHECK(told.size() == 1);
  REQUIRE(say(Answer::confirmed, token));
  CHECK(told.at(1).answer == Answer::confirmed);
}

TEST_CASE_FIXTURE(Linking, "a link that is not ours opens nothing") {
  const std::string number = token.substr(0, token.find('-'));
  const auto other = std::to_string(std::stoll(number) + 1) + token.substr(token.find('-'));
  std::string bent = token;
  bent.back() = bent.back() == '0' ? '1' : '0';
  for (const std::string& wrong : {std::string("x"), number, number + "-", other, bent, token + "0"}) {
    CAPTURE(wrong);
    CHECK(look(wrong).error().kind == ErrorKind::not_found);
    CHECK(say(Answer::confirmed, wrong).error().kind == ErrorKind::not_found);
  }
  CHECK(look(token, "another key, of 16+").error().kind == ErrorKind::not_found);
  CHECK(told.empty());
}

TEST_CASE_FIXTURE(Linking, "a link is of the appointment as the mail told it, until it begins") {
  SUBCASE("moved") {
    versions[7] = 2;
    CHECK(look(token).error().code == "superseded");
    CHECK(say(Answer::confirmed, token).error().code == "superseded");
  }
  SUBCASE("off") {
    versions.erase(7);
    CHECK(say(Answer::confirmed, token).error().code == "superseded");
  }
  SUBCASE("begun") {
    clock.advance(120min);
    CHECK(look(token).error().code == "already_over");
    CHECK(say(Answer::confirmed, token).error().code == "already_over");
  }
  CHECK(told.empty());
}

TEST_CASE_FIXTURE(Mail, "a server that does not know where it is sends no link") {
  CHECK(answer_link("", server_key, ReminderId(1), Language::en).empty());
}

}  // namespace circled::reminders
