// Somebody's telephone, and the gateway to it: what the server sends there, and what its owner writes back.
#pragma once
#include <doctest/doctest.h>

#include "reminders/reply.hpp"
#include "support/store.hpp"
#include "support/text.hpp"

namespace circled::test {

struct Telephone {
  Programme& programme;
  std::string number = "+12125550123";
  int written = 0;

  // Its owner has said the code.
  Telephone(Programme& among, PersonId owner) : programme(among) {
    programme.write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO channel_address (person_id, channel, address, verified_at) VALUES ($1, 'sms', $2, 0)",
          owner, number);
    });
  }
  // What goes out now.
  Texts received() {
    return programme.write([&](Transaction& tx) {
      Texts all;
      for (const auto& letter : reminders::lease(tx, "0123456789abcdef", programme.now(), 10)) {
        REQUIRE(reminders::begin(tx, letter, programme.now()));
        REQUIRE(reminders::settle(tx, letter, {reminders::Delivery::sent, "ok"}, programme.now()));
        all.push_back(letter.text);
      }
      return all;
    });
  }
  void says(std::string words) {
    programme.write([&](Transaction& tx) {
      reminders::receive(tx, {"m" + std::to_string(++written), number, std::move(words)}, programme.now());
    });
  }
};

}  // namespace circled::test
