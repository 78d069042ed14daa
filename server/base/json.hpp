// One walk over a described struct (Boost.Describe) gives its JSON encoding, its decoding with every
// field error at once, and its JSON Schema. `value_to` of Boost.JSON 1.81 would report an absent
// optional and an unknown key alike, without a name; hence a walker of our own.
//
// Rules: members are encoded under their own names; an empty optional is left out; input may leave
// out or null optionals only; an unknown member is an error; enums are their enumerators' names;
// durations are whole numbers and carry the unit in the member's name (`duration_minutes`); a double
// survives the way there and back exactly if 15 digits are enough for it.
#pragma once
#include <boost/core/demangle.hpp>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <typeinfo>

#include "base/bounded.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace circled::json {

using boost::json::array;
using boost::json::object;
using boost::json::value;

template <class T>
inline constexpr bool is_described_struct =
    boost::describe::has_describe_members<T>::value && !std::is_enum_v<T> && !std::is_union_v<T>;
template <class T>
inline constexpr bool is_described_enum = boost::describe::has_describe_enumerators<T>::value;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
concept BoundedText = std::derived_from<T, std::string> && requires {
  T::max_length;
};
template <class T>
concept BoundedList = requires {
  T::max_items;
  typename T::value_type;
};
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
concept BoundedNumber = requires(T t) {
  T::min_value;
  t.value;
};
template <class T>
inline constexpr bool is_duration = false;
template <class R, class P>
inline constexpr bool is_duration<std::chrono::duration<R, P>> = true;

template <class T>
using Members =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

// --- enums -------------------------------------------------------------------------------------

template <class E>
std::string_view enum_name(E e) {
  std::string_view name;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
    if (d.value == e) name = d.name;
  });
  return name;
}

template <class E>
std::optional<E> parse_enum(std::string_view name) {
  std::optional<E> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
    if (name == d.name) found = d.value;
  });
  return found;
}

// "a, b or c", for messages.
template <class E>
std::string enum_choices() {
  std::string text;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&](auto d) { text += (text.empty() ? "" : ", ") + std::string(d.name); });
  return text;
}

// --- encode ------------------------------------------------------------------------------------

template <class T>
value encode(const T& t) {
  if constexpr (std::is_same_v<T, value>) {
    return t;
  } else if constexpr (std::is_same_v<T, object> || std::is_same_v<T, array>) {
    return value(t);
  } else if constexpr (std::is_same_v<T, bool> || std::is_floating_point_v<T>) {
    return value(t);
  } else if constexpr (std::is_integral_v<T>) {
    return value(static_cast<std::int64_t>(t));
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return value(std::string_view(t));
  } else if constexpr (is_id<T> || BoundedNumber<T>) {
    return value(t.value);
  } else if constexpr (is_duration<T>) {
    return value(static_cast<std::int64_t>(t.count()));
  } else if constexpr (std::is_same_v<T, Instant> || std::is_same_v<T, Date> ||
                       std::is_same_v<T, TimeOfDay>) {
    return value(to_string(t));
  } else if constexpr (is_described_enum<T>) {
    return value(enum_name(t));
  } else if constexpr (is_optional<T>) {
    return t ? encode(*t) : value(nullptr);
  } else if constexpr (is_vector<T> || BoundedList<T>) {
    array list;
    list.reserve(t.size());
    for (const auto& item : t) list.push_back(encode(item));
    return list;
  } else {
    static_assert(is_described_struct<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
    object members;
    boost::mp11::mp_for_each<Members<T>>([&](auto d) {
      const auto& member = t.*d.pointer;
      if constexpr (is_optional<std::remove_cvref_t<decltype(member)>>) {
        if (!member) return;
      }
      members.emplace(d.name, encode(member));
    });
    return members;
  }
}

// A JSON string, in quotes.
void write_string(std::string& out, std::string_view text);
void write_integer(std::string& out, std::int64_t number);

// What boost::json::serialize(encode(t)) gives, at the end of `out`, without making a tree of values first,
// which takes an allocation for most members and is walked only once.
template <class T>
void write(std::string& out, const T& t) {
  if constexpr (std::is_same_v<T, bool>) {
    out += t ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    write_integer(out, static_cast<std::int64_t>(t));
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    write_string(out, t);
  } else if constexpr (is_id<T> || BoundedNumber<T>) {
    write(out, t.value);
  } else if constexpr (is_duration<T>) {
    write_integer(out, static_cast<std::int64_t>(t.count()));
  } else if constexpr (std::is_same_v<T, Instant> || std::is_same_v<T, Date> ||
                       std::is_same_v<T, TimeOfDay>) {
    write_string(out, to_string(t));
  } else if constexpr (is_described_enum<T>) {
    write_string(out, enum_name(t));
  } else if constexpr (is_optional<T>) {
    if (t)
      write(out, *t);
    else
      out += "null";
  } else if constexpr (is_vector<T> || BoundedList<T>) {
    out += '[';
    bool more = false;
    for (const auto& item : t) {
      if (std::exchange(more, true)) out += ',';
      write(out, item);
    }
    out += ']';
  } else if constexpr (is_described_struct<T>) {
    out += '{';
    bool more = false;
    boost::mp11::mp_for_each<Members<T>>([&](auto d) {
      const auto& member = t.*d.pointer;
      if constexpr (is_optional<std::remove_cvref_t<decltype(member)>>) {
        if (!member) return;
      }
      out += std::exchange(more, true) ? ",\"" : "\"";
      out.append(d.name).append("\":");
      write(out, member);
    });
    out += '}';
  } else {
    out += boost::json::serialize(encode(t));
  }
}

template <class T>
std::string to_text(const T& t) {
  std::string out;
  write(out, t);
  return out;
}

// Indented by two spaces, one member or item a line.
std::string pretty(const value& v);

// --- decode ------------------------------------------------------------------------------------

// Where in the input we are; spelt out as a JSON Pointer only when something is wrong there.
struct Place {
  const Place* parent = nullptr;
  std::string_view name;
  std::size_t index = 0;
  bool is_index = false;

  std::string pointer() const;
};

void report(std::vector<FieldError>& errors, const Place& at, std::string code, std::string message);

// Well-formed UTF-8 (RFC 3629): no overlong forms, surrogates or points above U+10FFFF.
bool is_utf8(std::string_view text);

// Checks UTF-8 length in code points and control characters; reports and answers false when wrong.
bool check_text(std::vector<FieldError>& errors, const Place& at, std::string_view text, std::size_t min,
                std::size_t max);

template <class T>
bool decode_into(T& t, const value& v, const Place& at, std::vector<FieldError>& errors);

template <class T>
bool decode_struct(T& t, const value& v, const Place& at, std::vector<FieldError>& errors) {
  const object* members = v.if_object();
  if (!members) {
    report(errors, at, "not_an_object", "This must be an object.");
    return false;
  }
  const std::size_t before = errors.size();
  std::size_t known = 0;
  boost::mp11::mp_for_each<Members<T>>([&](auto d) {
    using Member = std::remove_cvref_t<decltype(t.*d.pointer)>;
    const Place here{&at, d.name};
    const value* found = members->if_contains(d.name);
    if (found) ++known;
    if (!found) {
      if constexpr (!is_optional<Member>) report(errors, here, "missing", "This field is required.");
      return;
    }
    decode_into(t.*d.pointer, *found, here, errors);
  });
  if (known != members->size()) {
    for (const auto& member : *members) {
      bool is_known = false;
      boost::mp11::mp_for_each<Members<T>>([&](auto d) { is_known = is_known || member.key() == d.name; });
      if (!is_known) report(errors, Place{&at, member.key()}, "unknown_field", "There is no such field.");
    }
  }
  return errors.size() == before;
}

template <class T>
bool decode_into(T& t, const value& v, const Place& at, std::vector<FieldError>& errors) {
  auto wrong = [&](const char* code, std::string message) {
    report(errors, at, code, std::move(message));
    return false;
  };
  if constexpr (std::is_same_v<T, value>) {
    t = v;
    return true;
  } else if constexpr (std::is_same_v<T, object>) {
    if (!v.is_object()) return wrong("not_an_object", "This must be an object.");
    t = v.get_object();
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!v.is_bool()) return wrong("not_a_boolean", "This must be true or false.");
    t = v.get_bool();
    return true;
  } else if constexpr (is_optional<T>) {
    if (v.is_null()) {
      t.reset();
      return true;
    }
    t.emplace();
    if (decode_into(*t, v, at, errors)) return true;
    t.reset();
    return false;
  } else if constexpr (std::is_integral_v<T>) {
    if (!v.is_int64() || !std::in_range<T>(v.get_int64()))
      return wrong("not_an_integer", "This must be a whole number.");
    t = static_cast<T>(v.get_int64());
    return true;
  } else if constexpr (std::is_same_v<T, double>) {
    if (!v.is_number()) return wrong("not_a_number", "This must be a number.");
    t = v.to_number<double>();
    return true;
  } else if constexpr (is_id<T>) {
    if (!v.is_int64() || v.get_int64() <= 0)
      return wrong("not_an_id", "This must be a positive whole number.");
    t = T(v.get_int64());
    return true;
  } else if constexpr (is_duration<T>) {
    if (!v.is_int64() || !std::in_range<std::int32_t>(v.get_int64()))
      return wrong("not_an_integer", "This must be a whole number.");
    t = T(v.get_int64());
    return true;
  } else if constexpr (BoundedText<T>) {
    if (!v.is_string()) return wrong("not_a_string", "This must be text.");
    if (!check_text(errors, at, v.get_string(), T::min_length, T::max_length)) return false;
    t = T(std::string(v.get_string()));
    return true;
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!v.is_string()) return wrong("not_a_string", "This must be text.");
    t = std::string(v.get_string());
    return true;
  } else if constexpr (BoundedNumber<T>) {
    if (!decode_into(t.value, v, at, errors)) return false;
    if (!(t.value >= T::min_value && t.value <= T::max_value)) {
      std::string low = boost::json::serialize(value(T::min_value));
      return wrong("out_of_range",
                   "This must be from " + low + " to " + boost::json::serialize(value(T::max_value)) + ".");
    }
    return true;
  } else if constexpr (std::is_same_v<T, Instant>) {
    auto parsed = v.is_string() ? parse_instant(v.get_string()) : std::nullopt;
    if (!parsed) return wrong("not_a_time", "This must be a time such as 2026-03-10T18:00:00Z.");
    t = *parsed;
    return true;
  } else if constexpr (std::is_same_v<T, Date>) {
    auto parsed = v.is_string() ? parse_date(v.get_string()) : std::nullopt;
    if (!parsed) return wrong("not_a_date", "This must be a date such as 2026-03-10.");
    t = *parsed;
    return true;
  } else if constexpr (std::is_same_v<T, TimeOfDay>) {
    auto parsed = v.is_string() ? parse_time_of_day(v.get_string()) : std::nullopt;
    if (!parsed) return wrong("not_a_time_of_day", "This must be a time of day such as 18:00.");
    t = *parsed;
    return true;
  } else if constexpr (is_described_enum<T>) {
    auto parsed = v.is_string() ? parse_enum<T>(v.get_string()) : std::nullopt;
    if (!parsed) return wrong("not_a_choice", "This must be one of: " + enum_choices<T>() + ".");
    t = *parsed;
    return true;
  } else if constexpr (is_vector<T> || BoundedList<T>) {
    if (!v.is_array()) return wrong("not_a_list", "This must be a list.");
    const array& items = v.get_array();
    if constexpr (BoundedList<T>) {
      if (items.size() < T::min_items || items.size() > T::max_items)
        return wrong("wrong_count", "This must have " + std::to_string(T::min_items) + " to " +
                                        std::to_string(T::max_items) + " items.");
    }
    bool all = true;
    t.clear();
    t.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      t.emplace_back();
      all &= decode_into(t.back(), items[i], Place{&at, {}, i, true}, errors);
    }
    return all;
  } else {
    static_assert(is_described_struct<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
    return decode_struct(t, v, at, errors);
  }
}

// Errors: invalid, with one FieldError for each thing that is wrong, in the order of the members.
template <class T>
Result<T> decode(const value& v) {
  T t{};
  std::vector<FieldError> errors;
  if (!decode_into(t, v, Place{}, errors)) return invalid(std::move(errors));
  return t;
}

// Text → T. Errors: malformed for what is not JSON (nesting at most 32), else as above.
Result<value> parse(std::string_view text);

template <class T>
Result<T> decode_text(std::string_view text) {
  auto parsed = parse(text);
  if (!parsed) return parsed.error();
  return decode<T>(*parsed);
}

// --- schema ------------------------------------------------------------------------------------

// The named schemas of every described struct met so far (OpenAPI's components/schemas).
class Schemas {
 public:
  // The schema of T, for use in place: a $ref for structs, the thing itself for the rest.
  template <class T>
  object of() {
    if constexpr (std::is_same_v<T, value>) {
      return {};
    } else if constexpr (std::is_same_v<T, object>) {
      return {{"type", "object"}};
    } else if constexpr (std::is_same_v<T, array>) {
      return {{"type", "array"}};
    } else if constexpr (std::is_same_v<T, bool>) {
      return {{"type", "boolean"}};
    } else if constexpr (std::is_integral_v<T> || is_duration<T>) {
      return {{"type", "integer"}};
    } else if constexpr (std::is_floating_point_v<T>) {
      return {{"type", "number"}};
    } else if constexpr (is_id<T>) {
      return {{"type", "integer"}, {"format", "int64"}, {"minimum", 1}};
    } else if constexpr (BoundedText<T>) {
      return {{"type", "string"}, {"minLength", T::min_length}, {"maxLength", T::max_length}};
    } else if constexpr (BoundedNumber<T>) {
      return {{"type", std::is_same_v<decltype(T::value), double> ? "number" : "integer"},
              {"minimum", T::min_value},
              {"maximum", T::max_value}};
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      return {{"type", "string"}};
    } else if constexpr (std::is_same_v<T, Instant>) {
      return {{"type", "string"}, {"format", "date-time"}};
    } else if constexpr (std::is_same_v<T, Date>) {
      return {{"type", "string"}, {"format", "date"}};
    } else if constexpr (std::is_same_v<T, TimeOfDay>) {
      return {{"type", "string"}, {"pattern", "^([01][0-9]|2[0-3]):[0-5][0-9]$"}};
    } else if constexpr (is_described_enum<T>) {
      array names;
      boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
          [&](auto d) { names.push_back(value(d.name)); });
      return {{"type", "string"}, {"enum", std::move(names)}};
    } else if constexpr (is_optional<T>) {
      return of<typename T::value_type>();
    } else if constexpr (BoundedList<T>) {
      return {{"type", "array"},
              {"items", of<typename T::value_type>()},
              {"minItems", T::min_items},
              {"maxItems", T::max_items}};
    } else if constexpr (is_vector<T>) {
      return {{"type", "array"}, {"items", of<typename T::value_type>()}};
    } else {
      static_assert(is_described_struct<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
      const std::string name = begin(typeid(T));
      if (!name.empty()) {
        object properties;
        array required;
        boost::mp11::mp_for_each<Members<T>>([&](auto d) {
          using Member = std::remove_cvref_t<decltype(std::declval<T&>().*d.pointer)>;
          properties.emplace(d.name, of<Member>());
          if (!is_optional<Member>) required.push_back(value(d.name));
        });
        object schema{{"type", "object"}, {"properties", std::move(properties)}};
        if (!required.empty()) schema["required"] = std::move(required);
        schema["additionalProperties"] = false;
        named_[name] = std::move(schema);
      }
      return {{"$ref", "#/components/schemas/" + names_.at(std::string(typeid(T).name()))}};
    }
  }

  const std::map<std::string, object>& named() const { return named_; }

 private:
  // Reserves the struct's short name; empty when it is there already. Throws std::logic_error when two
  // structs of different rooms share a short name, for the published document could not tell them apart.
  std::string begin(const std::type_info& type);

  std::map<std::string, object> named_;
  std::map<std::string, std::string> names_;  // mangled → short
};

}  // namespace circled::json
