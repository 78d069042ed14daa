// What may be one and the same person under two records. Pure.
#pragma once
#include <string>
#include <string_view>

namespace circled::people::rules {

// Of a telephone number what is compared, however it was typed: its last ten digits, so that a country's
// prefix makes no difference. Empty for fewer than seven digits, which identify nobody.
std::string phone_key(std::string_view phone);

// Whether two folded names might be one name written twice: a word of one stands in the other too, or differs
// by one letter there (added, left out, changed, or two neighbours swapped; words of four letters or more).
// Meant for people born on one day: by itself it says little.
bool similar_names(std::string_view a, std::string_view b);

}  // namespace circled::people::rules
