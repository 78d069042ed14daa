// What becomes of the free text in a meeting list. Lists are typed in by hundreds of volunteers, pass
// through web forms, and end on a client's screen: one line of plain text, or nothing.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace circled::aftercare {

// Where the first byte stands that is not UTF-8 (RFC 3629); nothing when all of it is.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

// HTML tags dropped and entities decoded, each once; control, zero-width and direction-override
// characters removed; every run of white space one blank; cut to `max` code points.
std::string clean(std::string_view text, std::size_t max);

// An http or https address of at most 500 bytes, or empty: nothing else may become a link.
std::string clean_url(std::string_view text);

// For search: lower case, Latin letters without their accents, no apostrophes. Greek and Cyrillic
// capitals become small; other scripts stay as they are.
std::string fold(std::string_view text);

}  // namespace circled::aftercare
