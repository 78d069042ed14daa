// What a card's number and its PIN look like. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace circled::access::card_rules {

inline constexpr std::size_t number_digits = 8;  // the last one checks the others
inline constexpr std::size_t pin_digits = 4;

// The digit that follows these, by ISO/IEC 7064, MOD 11,10: it catches every single wrong digit and nearly
// every two that were swapped.
char check_digit(std::string_view digits);

// The number in what was typed or scanned: spaces and hyphens do not matter. Nothing when it is no card's.
std::optional<std::string> read_number(std::string_view typed);

bool is_pin(std::string_view typed);

// PINs that are tried first: one digit four times, a run up or down.
bool too_plain(std::string_view pin);

}  // namespace circled::access::card_rules
