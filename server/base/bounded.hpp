// Values that carry their bounds in their type, so that one declaration feeds the check of an input
// and the published schema alike.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace circled {

// Text of Min to Max Unicode code points, valid UTF-8, without control characters other than \n and \t.
template <std::size_t Min, std::size_t Max>
struct Text : std::string {
  static constexpr std::size_t min_length = Min;
  static constexpr std::size_t max_length = Max;
  using std::string::string;
  using std::string::operator=;
  Text() = default;
  Text(std::string s) : std::string(std::move(s)) {}
};

template <std::int64_t Min, std::int64_t Max>
struct Number {
  static constexpr std::int64_t min_value = Min;
  static constexpr std::int64_t max_value = Max;
  std::int64_t value = Min;
  constexpr operator std::int64_t() const { return value; }
};

// A list of Min to Max items.
template <class T, std::size_t Max, std::size_t Min = 0>
struct List : std::vector<T> {
  static constexpr std::size_t min_items = Min;
  static constexpr std::size_t max_items = Max;
  using std::vector<T>::vector;
};

// An inclusive IEEE-754 interval in thousandths, for coordinates and distances: Real<-90000, 90000>.
template <std::int64_t MinMilli, std::int64_t MaxMilli>
struct Real {
  static constexpr double min_value = MinMilli / 1000.0;
  static constexpr double max_value = MaxMilli / 1000.0;
  double value = 0;
  constexpr operator double() const { return value; }
};

}  // namespace circled
