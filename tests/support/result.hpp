// Lets a test say CHECK(result): a failure shows the error's code and sentence. (The library's own
// output operator would demand one of every T.)
#pragma once
#include <doctest/doctest.h>

#include "base/result.hpp"

namespace doctest {

template <class T>
struct StringMaker<boost::system::result<T, circled::Error>> {
  static String convert(const boost::system::result<T, circled::Error>& result) {
    if (result) return "a value";
    const circled::Error& error = result.error();
    std::string text = error.code + ": " + error.detail;
    for (const auto& field : error.fields) text += "\n  " + field.pointer + " " + field.code + ": " + field.message;
    return text.c_str();
  }
};

}  // namespace doctest
