// The lines that an iCalendar text is made of (RFC 5545 §3.1): read with their numbers, so that a damaged
// file can be told where; written escaped and folded. Our own, for it is short, and libical drops what it
// cannot read without saying where. The tests hold both sides against libical.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace circled::ics {

// NAME;PARAMETER=value;…:value
struct Line {
  std::size_t number = 0;                                       // of its first physical line, from 1
  std::string name;                                             // in upper case
  std::vector<std::pair<std::string, std::string>> parameters;  // names in upper case, values without quotes
  std::string value;                                            // as it stands, still escaped

  // Empty when it is not there.
  std::string_view parameter(std::string_view wanted) const;
};

// A field error of "/text" that begins "Line 17: ".
Error damaged(std::size_t line, std::string_view code, std::string_view what);

// All lines, unfolded. Ends of line are CRLF, or LF alone; empty lines are passed over.
// Errors: invalid: not UTF-8, a control character, no colon, a name or parameter that is none.
Result<std::vector<Line>> read_lines(std::string_view text);

// The text of a TEXT value (§3.3.11): "\n", "\,", "\;" and "\\" undone, each control character a blank.
std::string unescaped(std::string_view value);

// The other way round. A line end becomes "\n".
std::string escaped(std::string_view text);

// Adds "NAME:value" and CRLF to `out`, folded at 75 octets, never inside a character.
void write_line(std::string& out, std::string_view name, std::string_view value);

}  // namespace circled::ics
