#include "aftercare/list_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace circled::aftercare {
namespace {

struct Decoded {
  char32_t point = 0;
  std::size_t length = 0;  // 0: not UTF-8
};

// RFC 3629 §4: shortest form only, no surrogates, nothing past U+10FFFF.
Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  char32_t point = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    point = point << 6 | (byte(i) & 0x3Fu);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  if (point < least.at(length) || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return {};
  return {point, length};
}

void append(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// Calls f with each code point; bytes that are not UTF-8 are passed over.
template <class F>
void each_point(std::string_view text, F f) {
  while (!text.empty()) {
    const Decoded next = decode(text);
    if (next.length != 0) f(next.point);
    text.remove_prefix(std::max<std::size_t>(next.length, 1));
  }
}

bool is_blank(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// Zero-width joiners stay: Persian words and emoji need them. Direction overrides go: they could make
// a name read as another.
bool is_dropped(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x200B || (c >= 0x200E && c <= 0x200F) ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || c == 0xFFFE ||
         c == 0xFFFF;
}

// "<b>", "</p>", "<!-- … -->"; a lone "<" ("I <3 this group") is text.
std::string without_tags(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char after = at + 1 < text.size() ? text[at + 1] : ' ';
    const bool opens = text[at] == '<' && (after == '/' || after == '!' || (after >= 'a' && after <= 'z') ||
                                           (after >= 'A' && after <= 'Z'));
    const auto close = opens ? text.find('>', at) : std::string_view::npos;
    if (close == std::string_view::npos) {
      out += text[at];
    } else {
      out += ' ';
      at = close;
    }
  }
  return out;
}

// The code point an entity stands for; 0 when it is none that we know. `name` has no '&' and no ';'.
char32_t entity(std::string_view name) {
  if (name.starts_with('#')) {
    name.remove_prefix(1);
    const bool hex = name.starts_with('x') || name.starts_with('X');
    if (hex) name.remove_prefix(1);
    std::uint32_t point = 0;
    const auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), point, hex ? 16 : 10);
    const bool whole = ec == std::errc{} && end == name.data() + name.size();
    return whole && point <= 0x10FFFF && !(point >= 0xD800 && point <= 0xDFFF) ? static_cast<char32_t>(point)
                                                                               : 0;
  }
  struct Named {
    std::string_view name;
    char32_t point;
  };
  static constexpr std::array<Named, 12> named{{{"amp", '&'},
                                                {"lt", '<'},
                                                {"gt", '>'},
                                                {"quot", '"'},
                                                {"apos", '\''},
                                                {"nbsp", ' '},
                                                {"ndash", 0x2013},
                                                {"mdash", 0x2014},
                                                {"lsquo", 0x2018},
                                                {"rsquo", 0x2019},
                                                {"ldquo", 0x201C},
                                                {"rdquo", 0x201D}}};
  const auto* found = std::ranges::find(named, name, &Named::name);
  return found == named.end() ? 0 : found->point;
}

std::string without_entities(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto semicolon = text.front() == '&' ? text.substr(0, 12).find(';') : std::string_view::npos;
    const char32_t point = semicolon == std::string_view::npos ? 0 : entity(text.substr(1, semicolon - 1));
    if (point == 0) {
      out += text.front();
      text.remove_prefix(1);
    } else {
      append(out, point);
      text.remove_prefix(semicolon + 1);
    }
  }
  return out;
}

struct Letters {
  char32_t first, last;
  std::string_view plain;
};
// Latin-1 Supplement and Latin Extended-A, capital and small.
constexpr std::array<Letters, 56> accented{{
    {0xC0, 0xC5, "a"},     {0xC6, 0xC6, "ae"},   {0xC7, 0xC7, "c"},      {0xC8, 0xCB, "e"},
    {0xCC, 0xCF, "i"},     {0xD0, 0xD0, "d"},    {0xD1, 0xD1, "n"},      {0xD2, 0xD6, "o"},
    {0xD8, 0xD8, "o"},     {0xD9, 0xDC, "u"},    {0xDD, 0xDD, "y"},      {0xDE, 0xDE, "th"},
    {0xDF, 0xDF, "ss"},    {0xE0, 0xE5, "a"},    {0xE6, 0xE6, "ae"},     {0xE7, 0xE7, "c"},
    {0xE8, 0xEB, "e"},     {0xEC, 0xEF, "i"},    {0xF0, 0xF0, "d"},      {0xF1, 0xF1, "n"},
    {0xF2, 0xF6, "o"},     {0xF8, 0xF8, "o"},    {0xF9, 0xFC, "u"},      {0xFD, 0xFD, "y"},
    {0xFE, 0xFE, "th"},    {0xFF, 0xFF, "y"},    {0x100, 0x105, "a"},    {0x106, 0x10D, "c"},
    {0x10E, 0x111, "d"},   {0x112, 0x11B, "e"},  {0x11C, 0x123, "g"},    {0x124, 0x127, "h"},
    {0x128, 0x131, "i"},   {0x132, 0x133, "ij"}, {0x134, 0x135, "j"},    {0x136, 0x138, "k"},
    {0x139, 0x142, "l"},   {0x143, 0x14B, "n"},  {0x14C, 0x151, "o"},    {0x152, 0x153, "oe"},
    {0x154, 0x159, "r"},   {0x15A, 0x161, "s"},  {0x162, 0x167, "t"},    {0x168, 0x173, "u"},
    {0x174, 0x175, "w"},   {0x176, 0x178, "y"},  {0x179, 0x17E, "z"},    {0x17F, 0x17F, "s"},
    {0x2010, 0x2015, "-"}, {0x2018, 0x2019, ""}, {0x201C, 0x201D, "\""}, {0x218, 0x219, "s"},
    {0x21A, 0x21B, "t"},   {0x300, 0x36F, ""},   {0x27, 0x27, ""},       {0x60, 0x60, ""},
}};

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = decode(text.substr(at)).length;
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

std::string clean(std::string_view text, std::size_t max) {
  std::string out;
  std::size_t points = 0;
  bool blank = false;  // white space seen since the last letter
  each_point(without_entities(without_tags(text)), [&](char32_t c) {
    if (is_blank(c)) {
      blank = true;
      return;
    }
    if (is_dropped(c)) return;
    const std::size_t needed = blank && !out.empty() ? 2 : 1;
    if (points + needed > max) {
      points = max;  // full: a shorter word further on must not slip in
      return;
    }
    if (needed == 2) out += ' ';
    append(out, c);
    points += needed;
    blank = false;
  });
  return out;
}

std::string clean_url(std::string_view text) {
  const std::string url = clean(text, 501);
  if (url.size() > 500 || url.find_first_of(" \"'<>\\") != std::string::npos) return {};
  std::string scheme = url.substr(0, 8);
  for (char& c : scheme)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const std::size_t prefix = scheme == "https://" ? 8 : scheme.starts_with("http://") ? 7 : 0;
  return prefix != 0 && url.size() > prefix ? url : std::string();
}

std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  each_point(text, [&](char32_t c) {
    if (c < 0x80 && c != '\'' && c != '`') {
      out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      return;
    }
    const auto* letters =
        std::ranges::find_if(accented, [&](const Letters& l) { return c >= l.first && c <= l.last; });
    if (letters != accented.end()) {
      out += letters->plain;
    } else if ((c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F)) {
      append(out, c + 0x20);
    } else if (c >= 0x400 && c <= 0x40F) {
      append(out, c + 0x50);
    } else {
      append(out, c);
    }
  });
  return out;
}

}  // namespace circled::aftercare
