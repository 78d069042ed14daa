// What leaves the house, with a test in the place of whoever sends it.
#pragma once
#include <string>
#include <vector>

#include "reminders/outbox.hpp"
#include "reminders/reply.hpp"
#include "support.hpp"

namespace circled::reminders {

struct Mail : Subjects {
  // Good addresses for Ana, as if the codes had been said.
  void add(PersonId person, Channel channel, std::string_view address) {
    write([&](Transaction& tx) {
      tx.run("INSERT INTO channel_address (person_id, channel, address, verified_at) VALUES ($1, $2, $3, 0)",
             person, channel, address);
    });
  }
  // A device of theirs, that stays signed in for a year.
  SignInId sign_in(PersonId person, std::string_view device = "phone") {
    return write([&](Transaction& tx) {
      auto account = tx.one<AccountId>("SELECT id FROM account WHERE person_id = $1", person);
      if (!account) account = test::add_account(tx, person);
      return *tx.one<SignInId>(
          "INSERT INTO sign_in (account_id, token_hash, by, device, created_at, expires_at) VALUES ($1, $2, "
          "'bearer', $3, 0, $4) RETURNING id",
          *account, std::to_string(person.value) + std::string(device), device,
          now() + std::chrono::hours(24 * 365));
    });
  }
  void set(Scope scope, std::int64_t of, NewRule rule) {
    REQUIRE(write([&](Transaction& tx) {
      return set_rule(tx, {}, scope, of, reminders::rule(tx, scope, of).version, rule, now());
    }));
  }
  // As the dispatcher does: until nothing is due.
  void work() {
    for (;;) {
      const Sent did = run();
      if (did.sent + did.handed_over + did.cancelled + did.expired + did.passed_on + did.unconfirmed == 0)
        return;
    }
  }
  std::vector<Letter> take(std::int64_t limit = 10) {
    return write([&](Transaction& tx) { return lease(tx, "0123456789abcdef", now(), limit); });
  }
  bool begun(const Letter& letter) {
    return write([&](Transaction& tx) { return begin(tx, letter, now()); });
  }
  Result<bool> came(const Letter& letter, Delivery delivery) {
    return store.write_now("test", [&](Transaction& tx) -> Result<bool> {
      auto settled = settle(tx, letter, delivery, now());
      if (!settled) return settled.error();
      return true;
    });
  }
  void send_all() {
    for (const auto& letter : take()) {
      REQUIRE(begun(letter));
      REQUIRE(came(letter, {Delivery::sent, "250"}));
      sent.push_back(letter);
    }
  }
  std::int64_t recovered() {
    return write([&](Transaction& tx) { return recover(tx, now()); }).value();
  }
  // "live:sent sms:pending", in the order in which they have their turn.
  std::string channels(std::int64_t subject_id) {
    return read([&](Snapshot& db) {
      std::string text;
      db.each<std::tuple<std::string, std::string>>(
          [&](const auto& row) {
            text += (text.empty() ? "" : " ") + std::get<0>(row) + ":" + std::get<1>(row);
          },
          "SELECT channel, state FROM reminder WHERE subject_id = $1 ORDER BY due_at, channel <> 'live', "
          "channel <> 'sms', id",
          subject_id);
      return text;
    });
  }
  void acknowledge_all(PersonId person) {
    write([&](Transaction& tx) { acknowledge(tx, person, 1000, now()); });
  }
  void says(std::string_view text, std::string_view id = "m1", std::string_view from = "+12125550123") {
    write([&](Transaction& tx) {
      receive(tx, {std::string(id), std::string(from), std::string(text)}, now());
    });
  }
  std::vector<Letter> sent;
};

}  // namespace circled::reminders
