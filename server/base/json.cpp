#include "base/json.hpp"

#include <algorithm>
#include <stdexcept>

namespace circled::json {
namespace {

void indent(std::string& out, const value& v, std::size_t depth) {
  const auto begin_line = [&](std::size_t to, bool comma) {
    out += (comma ? ",\n" : "\n") + std::string(to * 2, ' ');
  };
  if (const object* members = v.if_object(); members && !members->empty()) {
    out += '{';
    bool more = false;
    for (const auto& member : *members) {
      begin_line(depth + 1, std::exchange(more, true));
      out += boost::json::serialize(member.key()) + ": ";
      indent(out, member.value(), depth + 1);
    }
    begin_line(depth, false);
    out += '}';
  } else if (const array* items = v.if_array(); items && !items->empty()) {
    out += '[';
    bool more = false;
    for (const auto& item : *items) {
      begin_line(depth + 1, std::exchange(more, true));
      indent(out, item, depth + 1);
    }
    begin_line(depth, false);
    out += ']';
  } else {
    out += boost::json::serialize(v);
  }
}

}  // namespace

std::string pretty(const value& v) {
  std::string out;
  indent(out, v, 0);
  return out;
}

void write_string(std::string& out, std::string_view text) {
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; };
  if (std::all_of(text.begin(), text.end(), is_plain))
    out.append(1, '"').append(text).append(1, '"');
  else
    out += boost::json::serialize(text);
}

void write_integer(std::string& out, std::int64_t number) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

std::string Place::pointer() const {
  if (!parent) return {};
  std::string path = parent->pointer() + "/";
  if (is_index) return path + std::to_string(index);
  for (char c : name) {
    if (c == '~')
      path += "~0";
    else if (c == '/')
      path += "~1";
    else
      path += c;
  }
  return path;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t more = lead < 0x80 ? 0 : lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || i + more >= text.size()) return false;
    for (std::size_t k = 1; k <= more; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    if (more > 1) {
      const auto second = static_cast<unsigned char>(text[i + 1]);
      if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
          (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f))
        return false;
    }
    i += more + 1;
  }
  return true;
}

void report(std::vector<FieldError>& errors, const Place& at, std::string code, std::string message) {
  // A hostile body could hold a million wrong fields; nobody reads more than these.
  constexpr std::size_t most = 200;
  if (errors.size() < most) errors.push_back({at.pointer(), std::move(code), std::move(message)});
}

bool check_text(std::vector<FieldError>& errors, const Place& at, std::string_view text, std::size_t min,
                std::size_t max) {
  std::size_t points = 0;
  for (unsigned char c : text) {
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) {
      report(errors, at, "control_character", "Control characters are not allowed here.");
      return false;
    }
    if ((c & 0xc0) != 0x80) ++points;
  }
  if (points < min || points > max) {
    report(errors, at, points < min ? "too_short" : "too_long",
           "This must have " + std::to_string(min) + " to " + std::to_string(max) + " characters.");
    return false;
  }
  return true;
}

Result<value> parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 32;
  boost::system::error_code ec;
  value parsed = boost::json::parse(text, ec, {}, options);
  if (ec)
    return Error{ErrorKind::malformed,
                 "malformed_json",
                 "The body is not valid JSON: " + ec.message() + ".",
                 {},
                 {},
                 0};
  return parsed;
}

std::string Schemas::begin(const std::type_info& type) {
  if (names_.contains(type.name())) return {};
  std::string full = boost::core::demangle(type.name());
  // The last component outside template arguments.
  std::size_t depth = 0, start = 0;
  for (std::size_t i = 0; i < full.size(); ++i) {
    if (full[i] == '<') ++depth;
    if (full[i] == '>') --depth;
    if (depth == 0 && full[i] == ':') start = i + 1;
  }
  std::string name;
  for (std::size_t i = start; i < full.size(); ++i) {
    const bool plain = std::isalnum(static_cast<unsigned char>(full[i])) || full[i] == '_';
    if (full.compare(i, 2, "::") == 0) {
      // inside template arguments: keep only what follows the last namespace
      std::size_t from = name.find_last_of('.');
      name.erase(from == std::string::npos ? 0 : from + 1);
      ++i;
    } else if (plain) {
      name += full[i];
    } else if (full[i] == '<') {
      name += '.';
    }
  }
  for (const auto& [mangled, taken] : names_)
    if (taken == name) throw std::logic_error("two described structs are both called " + name);
  names_[type.name()] = name;
  named_[name];
  return name;
}

}  // namespace circled::json
