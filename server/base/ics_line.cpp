#include "base/ics_line.hpp"

#include <algorithm>
#include <optional>

namespace circled::ics {
namespace {

constexpr std::size_t longest_line = 75;  // octets, without the line's end

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string in_capitals(std::string_view text) {
  std::string capitals(text);
  std::ranges::transform(capitals, capitals.begin(), upper);
  return capitals;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Whether the bytes are UTF-8 (RFC 3629 §4): neither too long a form, nor a surrogate, nor beyond U+10FFFF.
bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xc2 ? 0
                               : first < 0xe0 ? 2
                               : first < 0xf0 ? 3
                               : first < 0xf5 ? 4
                                              : 0;
    if (length == 0 || at + length > text.size()) return false;
    for (std::size_t i = 1; i < length; ++i)
      if (!is_continuation(text[at + i])) return false;
    const auto second = length > 1 ? static_cast<unsigned char>(text[at + 1]) : 0u;
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
        (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f))
      return false;
    at += length;
  }
  return true;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 && std::ranges::all_of(name, [](char c) {
    return (upper(c) >= 'A' && upper(c) <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// The place of the first of `ends` that does not stand in quotes; npos when there is none.
std::size_t find_outside_quotes(std::string_view text, std::string_view ends) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && ends.find(text[i]) != std::string_view::npos) return i;
  }
  return std::string_view::npos;
}

std::string without_quotes(std::string_view text) {
  std::string bare(text);
  std::erase(bare, '"');
  return bare;
}

Result<Line> parse(std::size_t number, std::string_view text) {
  Line line;
  line.number = number;
  const std::size_t colon = find_outside_quotes(text, ":");
  if (colon == std::string_view::npos)
    return damaged(number, "no_colon", "there is no colon in it; every line is NAME:value.");
  line.value = text.substr(colon + 1);
  std::string_view head = text.substr(0, colon);
  const std::size_t name_end = std::min(head.find(';'), head.size());
  line.name = in_capitals(head.substr(0, name_end));
  if (!is_name(line.name)) return damaged(number, "bad_name", "what stands before the colon is no name.");
  head.remove_prefix(name_end);
  while (!head.empty()) {
    head.remove_prefix(1);  // the semicolon
    const std::size_t end = std::min(find_outside_quotes(head, ";"), head.size());
    const std::string_view parameter = head.substr(0, end);
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    if (equals == parameter.size() || !is_name(parameter.substr(0, equals)))
      return damaged(number, "bad_parameter", "a parameter of it is not of the form NAME=value.");
    line.parameters.emplace_back(in_capitals(parameter.substr(0, equals)),
                                 without_quotes(parameter.substr(equals + 1)));
    head.remove_prefix(end);
  }
  return line;
}

}  // namespace

std::string_view Line::parameter(std::string_view wanted) const {
  for (const auto& [name_of, text] : parameters)
    if (name_of == wanted) return text;
  return {};
}

Error damaged(std::size_t line, std::string_view code, std::string_view what) {
  return invalid("/text", std::string(code), "Line " + std::to_string(line) + ": " + std::string(what));
}

Result<std::vector<Line>> read_lines(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<Line> lines;
  std::string unfolded;
  std::size_t begun = 0;  // the number of the line that `unfolded` begins with; zero: nothing is begun
  const auto conclude = [&]() -> std::optional<Error> {
    if (begun == 0) return std::nullopt;
    // A fold may stand inside a character; so this is asked of the whole.
    if (!is_utf8(unfolded)) return damaged(begun, "not_utf8", "it is not UTF-8 text.");
    auto line = parse(begun, unfolded);
    if (!line) return line.error();
    lines.push_back(std::move(*line));
    begun = 0;
    return std::nullopt;
  };
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view physical = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (physical.ends_with('\r')) physical.remove_suffix(1);
    if (physical.find_first_not_of(" \t") == std::string_view::npos && begun == 0) continue;
    if (std::ranges::any_of(physical, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; }))
      return damaged(number, "control_character", "there is a control character in it.");
    if (physical.starts_with(' ') || physical.starts_with('\t')) {
      if (begun == 0) return damaged(number, "bad_fold", "it continues a line, and there is none before it.");
      unfolded += physical.substr(1);
      continue;
    }
    if (auto wrong = conclude()) return *wrong;
    if (physical.empty()) continue;
    begun = number;
    unfolded = physical;
  }
  if (auto wrong = conclude()) return *wrong;
  return lines;
}

std::string unescaped(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    char c = value[i];
    if (c == '\\' && i + 1 < value.size()) {
      c = value[++i];
      if (c == 'n' || c == 'N') c = ' ';
    }
    text += c == '\t' ? ' ' : c;
  }
  return text;
}

std::string escaped(std::string_view text) {
  std::string value;
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') {
      value += "\\n";
      continue;
    }
    if (c == '\\' || c == ';' || c == ',') value += '\\';
    value += c >= 0 && c < ' ' ? ' ' : c;
  }
  return value;
}

void write_line(std::string& out, std::string_view name, std::string_view value) {
  const std::string whole = std::string(name) + ":" + std::string(value);
  std::string_view rest = whole;
  std::size_t room = longest_line;
  while (rest.size() > room) {
    std::size_t cut = room;
    while (cut > 1 && is_continuation(rest[cut])) --cut;
    out.append(rest.substr(0, cut)).append("\r\n ");
    rest.remove_prefix(cut);
    room = longest_line - 1;  // the blank that continues
  }
  out.append(rest).append("\r\n");
}

}  // namespace circled::ics
