#include "access/card_rules.hpp"

#include <algorithm>

namespace circled::access::card_rules {
namespace {

bool only_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool steps_by(std::string_view text, int step) {
  for (std::size_t i = 1; i < text.size(); ++i)
    if (text[i] - text[i - 1] != step) return false;
  return true;
}

}  // namespace

char check_digit(std::string_view digits) {
  int product = 10;
  for (const char c : digits) {
    const int sum = (product + (c - '0')) % 10;
    product = (sum == 0 ? 10 : sum) * 2 % 11;
  }
  return static_cast<char>('0' + (11 - product) % 10);
}

std::optional<std::string> read_number(std::string_view typed) {
  std::string number;
  for (const char c : typed)
    if (c != ' ' && c != '-') number += c;
  if (number.size() != number_digits || !only_digits(number)) return std::nullopt;
  if (check_digit(std::string_view(number).substr(0, number_digits - 1)) != number.back())
    return std::nullopt;
  return number;
}

bool is_pin(std::string_view typed) { return typed.size() == pin_digits && only_digits(typed); }

bool too_plain(std::string_view pin) { return steps_by(pin, 0) || steps_by(pin, 1) || steps_by(pin, -1); }

}  // namespace circled::access::card_rules
