#include "people/rules.hpp"

#include <algorithm>
#include <vector>

namespace circled::people::rules {
namespace {

// A letter may take several bytes.
using Letters = std::vector<std::string_view>;

Letters letters(std::string_view word) {
  Letters all;
  for (std::size_t i = 0; i < word.size();) {
    std::size_t end = i + 1;
    while (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xc0) == 0x80) ++end;
    all.push_back(word.substr(i, end - i));
    i = end;
  }
  return all;
}

std::vector<Letters> words(std::string_view name) {
  std::vector<Letters> all;
  while (!name.empty()) {
    const std::size_t end = std::min(name.find_first_of(" -'\t\n"), name.size());
    if (end > 0) all.push_back(letters(name.substr(0, end)));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return all;
}

// At most one letter between them.
bool close(const Letters& a, const Letters& b) {
  if (a == b) return true;
  if (std::min(a.size(), b.size()) < 4) return false;
  const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto same_rest = [&](std::ptrdiff_t skip_a, std::ptrdiff_t skip_b) {
    return a.end() - at_a >= skip_a && b.end() - at_b >= skip_b &&
           std::equal(at_a + skip_a, a.end(), at_b + skip_b, b.end());
  };
  const bool swapped = a.end() - at_a >= 2 && b.end() - at_b >= 2 && at_a[0] == at_b[1] &&
                       at_a[1] == at_b[0] && same_rest(2, 2);
  return same_rest(1, 0) || same_rest(0, 1) || same_rest(1, 1) || swapped;
}

}  // namespace

std::string phone_key(std::string_view phone) {
  std::string digits;
  for (const char c : phone)
    if (c >= '0' && c <= '9') digits += c;
  if (digits.size() < 7) return {};
  return digits.size() > 10 ? digits.substr(digits.size() - 10) : digits;
}

bool similar_names(std::string_view a, std::string_view b) {
  const auto words_a = words(a), words_b = words(b);
  return std::any_of(words_a.begin(), words_a.end(), [&](const Letters& one) {
    return std::any_of(words_b.begin(), words_b.end(),
                       [&](const Letters& other) { return close(one, other); });
  });
}

}  // namespace circled::people::rules
