#include "people/enquiry_rules.hpp"

#include <algorithm>

#include "people/consent_rules.hpp"

namespace circled::people::rules {
namespace {

constexpr std::string_view digits = "0123456789";

// Without the blanks around it.
std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(' ');
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

// What stands before an extension; nothing where what follows is none.
std::optional<std::string_view> without_extension(std::string_view text) {
  const auto at = text.find_first_of("eExX#");
  if (at == std::string_view::npos) return text;
  std::string_view rest = text.substr(at);
  for (const std::string_view word : {"extension", "ext.", "ext", "x", "#"}) {
    const bool same =
        rest.size() >= word.size() && std::equal(word.begin(), word.end(), rest.begin(), [](char a, char b) {
          return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
        });
    if (!same) continue;
    rest = trimmed(rest.substr(word.size()));
    if (rest.empty() || rest.size() > 6 || rest.find_first_not_of(digits) != std::string_view::npos)
      return std::nullopt;
    return text.substr(0, at);
  }
  return std::nullopt;
}

}  // namespace

bool is_phone_number(std::string_view text) {
  const auto number = without_extension(trimmed(text));
  if (!number) return false;
  const std::string_view main = trimmed(*number);
  const std::string_view behind_plus = main.starts_with('+') ? main.substr(1) : main;
  if (behind_plus.find_first_not_of("0123456789 ()-./") != std::string_view::npos) return false;
  const auto count = std::count_if(main.begin(), main.end(), [](char c) { return c >= '0' && c <= '9'; });
  return count >= 7 && count <= 15;
}

std::vector<FieldError> check(const NewEnquiry& wanted) {
  std::vector<FieldError> errors;
  if (!is_phone_number(wanted.number))
    errors.push_back({"/number", "not_a_number", "This must be a telephone number, with its area code."});
  if (blank(wanted.ask_for))
    errors.push_back({"/ask_for", "blank", "Say whom to ask for; a first name is enough."});
  return errors;
}

bool ended(EnquiryState state) { return state != EnquiryState::open && state != EnquiryState::waiting; }

bool may_become(EnquiryState from, EnquiryState to) {
  return !ended(from) && to != EnquiryState::open && to != from;
}

}  // namespace circled::people::rules
