#include "base/csv.hpp"

namespace circled::csv {

void put_text(std::string& out, std::string_view text) {
  const bool formula = !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != text.npos;
  const bool quoted = text.find_first_of(",\"\r\n") != text.npos;
  if (quoted) out += '"';
  if (formula) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  if (quoted) out += '"';
}

}  // namespace circled::csv
