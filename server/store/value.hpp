// What goes into a statement's parameters and comes out of its rows, in words both engines share.
#pragma once
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

#include "base/json.hpp"

namespace circled::store {

// A parameter. Text is a view: it must outlive the call.
using Value = std::variant<std::nullptr_t, std::int64_t, double, bool, std::string_view>;

// Instants are milliseconds, durations their count, times of day minutes, enums their names.
// Dates are days since 1970-01-01.
template <class T>
Value to_value(const T& t) {
  if constexpr (std::is_same_v<T, bool>) {
    return t;
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<std::int64_t>(t);
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<double>(t);
  } else if constexpr (is_id<T> || json::BoundedNumber<T>) {
    return t.value;
  } else if constexpr (std::is_same_v<T, Instant>) {
    return to_millis(t);
  } else if constexpr (std::is_same_v<T, TimeOfDay>) {
    return static_cast<std::int64_t>(t.since_midnight.count());
  } else if constexpr (json::is_duration<T>) {
    return static_cast<std::int64_t>(t.count());
  } else if constexpr (std::is_same_v<T, Date>) {
    return static_cast<std::int64_t>(t.time_since_epoch().count());
  } else if constexpr (json::is_described_enum<T>) {
    return json::enum_name(t);
  } else if constexpr (json::is_optional<T>) {
    if (!t) return nullptr;
    return to_value(*t);
  } else if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::nullopt_t>) {
    return nullptr;
  } else {
    return std::string_view(t);
  }
}

// One row of a result, valid until the next is fetched. Columns count from 0.
class Row {
 public:
  virtual ~Row() = default;
  virtual int size() const = 0;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
};

template <class T>
T from_column(const Row& row, int column) {
  if constexpr (json::is_optional<T>) {
    if (row.is_null(column)) return std::nullopt;
    return from_column<typename T::value_type>(row, column);
  } else if constexpr (std::is_same_v<T, bool>) {
    return row.integer(column) != 0;
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(row.integer(column));
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(row.real(column));
  } else if constexpr (is_id<T>) {
    return T(row.integer(column));
  } else if constexpr (std::is_same_v<T, Instant>) {
    return from_millis(row.integer(column));
  } else if constexpr (std::is_same_v<T, TimeOfDay>) {
    return TimeOfDay{Minutes(row.integer(column))};
  } else if constexpr (json::is_duration<T>) {
    return T(row.integer(column));
  } else if constexpr (std::is_same_v<T, Date>) {
    return Date{std::chrono::days(row.integer(column))};
  } else if constexpr (json::is_described_enum<T>) {
    auto parsed = json::parse_enum<T>(row.text(column));
    if (!parsed)
      throw std::runtime_error("the database holds an unknown value: " + std::string(row.text(column)));
    return *parsed;
  } else if constexpr (json::BoundedNumber<T>) {
    return T{from_column<decltype(T::value)>(row, column)};
  } else {
    return T(std::string(row.text(column)));
  }
}

template <class T>
inline constexpr bool is_tuple = false;
template <class... T>
inline constexpr bool is_tuple<std::tuple<T...>> = true;

// A described struct takes the columns in the order of its members; a tuple in its own order; anything
// else is the first column.
template <class T>
T from_row(const Row& row) {
  auto demand = [&](std::size_t columns) {
    if (row.size() != static_cast<int>(columns))
      throw std::logic_error("a statement answers " + std::to_string(row.size()) + " columns where " +
                             std::to_string(columns) + " are read");
  };
  if constexpr (is_tuple<T>) {
    demand(std::tuple_size_v<T>);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return T{from_column<std::tuple_element_t<I, T>>(row, static_cast<int>(I))...};
    }
    (std::make_index_sequence<std::tuple_size_v<T>>{});
  } else if constexpr (json::is_described_struct<T>) {
    demand(boost::mp11::mp_size<json::Members<T>>::value);
    T t{};
    int column = 0;
    boost::mp11::mp_for_each<json::Members<T>>([&](auto d) {
      auto& member = t.*d.pointer;
      member = from_column<std::remove_cvref_t<decltype(member)>>(row, column++);
    });
    return t;
  } else {
    demand(1);
    return from_column<T>(row, 0);
  }
}

}  // namespace circled::store
