#include "access/card_rules.hpp"

#include <doctest/doctest.h>

using namespace circled::access;

TEST_CASE("the last digit of a card's number checks the others") {
  // ISO/IEC 7064 itself gives 0794 the check digit 5; the others were worked out by hand.
  CHECK(card_rules::check_digit("0794") == '5');
  CHECK(card_rules::check_digit("1234567") == '2');
  CHECK(card_rules::check_digit("9999999") == '7');
}

TEST_CASE("what is a card's number, typed or scanned") {
  struct Case {
    const char* what;
    const char* typed;
    bool good;
  };
  for (const auto& c :
       {Case{"as it is stored", "12345672", true}, Case{"as it is printed", "1234 5672", true},
        Case{"with hyphens", "1234-56-72", true}, Case{"space around", " 12345672 ", true},
        Case{"a wrong digit", "12345673", false}, Case{"another", "12945672", false},
        Case{"two that were swapped", "21345672", false}, Case{"too short", "1234567", false},
        Case{"too long", "123456720", false}, Case{"nothing", "", false},
        Case{"spaces alone", "        ", false}, Case{"letters", "ABCDEFGH", false},
        Case{"an address", "https://example.org/12345672", false},
        Case{"digits of another script", "\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4", false}}) {
    CAPTURE(c.what);
    const auto number = card_rules::read_number(c.typed);
    CHECK(number.has_value() == c.good);
    if (c.good) CHECK(*number == "12345672");
  }
}

TEST_CASE("every single wrong digit of a number is seen") {
  const std::string good = "12345672";
  for (std::size_t at = 0; at < good.size(); ++at)
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string typed = good;
      typed[at] = digit;
      CAPTURE(typed);
      CHECK(card_rules::read_number(typed).has_value() == (typed == good));
    }
}

TEST_CASE("a PIN has four digits, and is none of those that are tried first") {
  for (const char* pin : {"0000", "7777", "1234", "6789", "4321", "9876"}) {
    CAPTURE(pin);
    CHECK(card_rules::is_pin(pin));
    CHECK(card_rules::too_plain(pin));
  }
  for (const char* pin : {"4711", "1122", "1235", "2468"}) {
    CAPTURE(pin);
    CHECK(card_rules::is_pin(pin));
    CHECK_FALSE(card_rules::too_plain(pin));
  }
  for (const char* none : {"", "123", "12345", "12a4", " 123", "-123"}) {
    CAPTURE(none);
    CHECK_FALSE(card_rules::is_pin(none));
  }
}
