// What kind of meeting it is, in words that both kinds of list share. A list's code for something we have a
// word for becomes that word; any other stays as it is, in capitals as lists write them.
#pragma once
#include <string>
#include <string_view>

#include "aftercare/meeting_list.hpp"

namespace circled::aftercare {

// `codes` and the answer are comma-separated; each word once, in order of first mention. Words: open, closed,
// women, men, lgbtq, young, seniors, newcomers, wheelchair, children, childcare, no_children, speaker, steps,
// traditions, literature, discussion, meditation, candlelight, secular, bilingual, sign_language, and
// languages by their ISO 639-1 code: "language_es".
std::string named_types(ListFormat format, std::string_view codes);

}  // namespace circled::aftercare
