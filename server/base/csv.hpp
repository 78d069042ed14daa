// CSV (RFC 4180) from described structs: one line of names, then one line a row, in UTF-8, ended by CRLF.
// What a spreadsheet would take for a formula is made text by an apostrophe (CWE-1236), for names and notes
// come from people.
#pragma once
#include "base/json.hpp"

namespace circled::csv {

// What Excel wants before it takes a file for UTF-8.
inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// One cell of text, quoted where it must be.
void put_text(std::string& out, std::string_view text);

template <class T>
void put_value(std::string& out, const T& t) {
  if constexpr (json::is_optional<T>) {
    if (t) put_value(out, *t);
  } else if constexpr (std::is_same_v<T, bool>) {
    out += t ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, t).ptr);
  } else if constexpr (is_id<T> || json::BoundedNumber<T>) {
    put_value(out, t.value);
  } else if constexpr (json::is_duration<T>) {
    put_value(out, static_cast<std::int64_t>(t.count()));
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    put_text(out, t);
  } else if constexpr (json::is_described_enum<T>) {
    out += json::enum_name(t);
  } else {
    static_assert(std::is_same_v<T, Instant> || std::is_same_v<T, Date> || std::is_same_v<T, TimeOfDay>,
                  "a row of CSV holds no lists and no structs");
    out += to_string(t);
  }
}

template <class T>
void put_header(std::string& out) {
  std::string_view glue;
  boost::mp11::mp_for_each<json::Members<T>>([&](auto d) {
    out += glue;
    out += d.name;
    glue = ",";
  });
  out += "\r\n";
}

template <class T>
void put_row(std::string& out, const T& t) {
  std::string_view glue;
  boost::mp11::mp_for_each<json::Members<T>>([&](auto d) {
    out += glue;
    put_value(out, t.*d.pointer);
    glue = ",";
  });
  out += "\r\n";
}

}  // namespace circled::csv
