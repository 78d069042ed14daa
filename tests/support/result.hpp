// Lets CHECK and REQUIRE take a Result<T> and say, when it fails, which error it holds. Include it in
// every test that checks one: Boost's own printing wants a T and an Error that print themselves.
#pragma once
#include <doctest/doctest.h>

#include "base/result.hpp"

namespace circled::test {

inline std::string describe(const Error& error) {
  std::string text = error.code + ": " + error.detail;
  for (const auto& field : error.fields)
    text += "\n  " + field.pointer + " " + field.code + ": " + field.message;
  return text;
}

// "/name too_long /room not_found": each wrong field and what is wrong with it.
inline std::string fields(const Error& error) {
  std::string text;
  for (const auto& field : error.fields) text += (text.empty() ? "" : " ") + field.pointer + " " + field.code;
  return text;
}

// The error's code, or that of its first field; "" when there is none.
template <class T>
std::string code(const Result<T>& result) {
  if (result) return {};
  return result.error().fields.empty() ? result.error().code : result.error().fields.front().code;
}

}  // namespace circled::test

template <class T>
struct doctest::StringMaker<circled::Result<T>> {
  static String convert(const circled::Result<T>& result) {
    return result ? String("a value") : String(circled::test::describe(result.error()).c_str());
  }
};
