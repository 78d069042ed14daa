#include "aftercare/meeting_types.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace circled::aftercare {
namespace {

struct Word {
  std::string_view code;
  std::string_view word;
};

// The codes of root servers in English; case counts there: "Sp" would be another server's "SP". A code that
// servers use for different things stays as it is.
constexpr Word bmlt[] = {
    {"O", "open"},           {"C", "closed"},          {"W", "women"},        {"M", "men"},
    {"GL", "lgbtq"},         {"LGBTQ", "lgbtq"},       {"YP", "young"},       {"Y", "young"},
    {"B", "newcomers"},      {"BG", "newcomers"},      {"WC", "wheelchair"},  {"CW", "children"},
    {"CS", "children"},      {"NC", "no_children"},    {"So", "speaker"},     {"SP", "speaker"},
    {"St", "steps"},         {"ST", "steps"},          {"SG", "steps"},       {"Tr", "traditions"},
    {"TR", "traditions"},    {"BK", "literature"},     {"BT", "literature"},  {"LIT", "literature"},
    {"IP", "literature"},    {"IW", "literature"},     {"LC", "literature"},  {"JT", "literature"},
    {"D", "discussion"},     {"ME", "meditation"},     {"CL", "candlelight"}, {"BL", "bilingual"},
    {"SL", "sign_language"}, {"ASL", "sign_language"}, {"ES", "language_es"}, {"FR", "language_fr"},
    {"EN", "language_en"},   {"RU", "language_ru"},    {"PL", "language_pl"}, {"PT", "language_pt"},
};

// github.com/code4recovery/spec, "types".
constexpr Word guide[] = {
    {"O", "open"},         {"C", "closed"},          {"W", "women"},         {"M", "men"},
    {"LGBTQ", "lgbtq"},    {"G", "lgbtq"},           {"L", "lgbtq"},         {"T", "lgbtq"},
    {"Y", "young"},        {"SEN", "seniors"},       {"BE", "newcomers"},    {"X", "wheelchair"},
    {"CF", "children"},    {"BA", "childcare"},      {"SP", "speaker"},      {"ST", "steps"},
    {"12x12", "steps"},    {"TR", "traditions"},     {"B", "literature"},    {"LIT", "literature"},
    {"LS", "literature"},  {"DR", "literature"},     {"GR", "literature"},   {"ABSI", "literature"},
    {"D", "discussion"},   {"MED", "meditation"},    {"CAN", "candlelight"}, {"A", "secular"},
    {"BI", "bilingual"},   {"ASL", "sign_language"}, {"EN", "language_en"},  {"S", "language_es"},
    {"FR", "language_fr"}, {"RUS", "language_ru"},   {"POL", "language_pl"}, {"POR", "language_pt"},
    {"DE", "language_de"}, {"ITA", "language_it"},   {"JA", "language_ja"},  {"KOR", "language_ko"},
    {"FA", "language_fa"}, {"HE", "language_he"},    {"PUN", "language_pa"}, {"UK", "language_uk"},
};

std::string_view word_for(std::span<const Word> words, std::string_view code) {
  const auto found = std::ranges::find(words, code, &Word::code);
  return found == words.end() ? code : found->word;
}

}  // namespace

std::string named_types(ListFormat format, std::string_view codes) {
  const std::span<const Word> words =
      format == ListFormat::bmlt ? std::span<const Word>(bmlt) : std::span<const Word>(guide);
  std::vector<std::string_view> named;
  std::string all;
  for (std::size_t at = 0; at < codes.size();) {
    const auto end = std::min(codes.find(',', at), codes.size());
    const std::string_view word = word_for(words, codes.substr(at, end - at));
    at = end + 1;
    if (word.empty() || std::ranges::find(named, word) != named.end()) continue;
    named.push_back(word);
    if (!all.empty()) all += ',';
    all += word;
  }
  return all;
}

}  // namespace circled::aftercare
