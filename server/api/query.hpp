// Query strings: decoded into the same described structs as bodies, with "?name" as the pointer of a
// wrong parameter.
#pragma once
#include <utility>

#include "base/json.hpp"

namespace circled::api {

using QueryPairs = std::vector<std::pair<std::string, std::string>>;

// Percent-decoded (and '+' as space), valid UTF-8. Errors: malformed_query.
Result<QueryPairs> parse_query(std::string_view query);

// Text as it may stand in a query: everything but RFC 3986's unreserved characters percent-encoded.
std::string escape_query(std::string_view text);

// Text as the JSON value a member of type T wants; text that does not fit stays a string, so that
// decoding words the complaint.
template <class T>
json::value query_value(std::string_view text) {
  if constexpr (json::is_optional<T>) {
    return query_value<typename T::value_type>(text);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (text == "true") return true;
    if (text == "false") return false;
    return json::value(text);
  } else if constexpr (std::is_integral_v<T> || is_id<T> || json::is_duration<T>) {
    std::int64_t number = 0;
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec == std::errc{} && end == text.data() + text.size()) return number;
    return json::value(text);
  } else if constexpr (json::BoundedNumber<T>) {
    return query_value<decltype(T::value)>(text);
  } else if constexpr (std::is_floating_point_v<T>) {
    double number = 0;
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec == std::errc{} && end == text.data() + text.size() && std::isfinite(number)) return number;
    return json::value(text);
  } else {
    return json::value(text);
  }
}

template <class T>
Result<T> decode_query(std::string_view query) {
  auto pairs = parse_query(query);
  if (!pairs) return pairs.error();
  json::object members;
  std::vector<FieldError> repeated;
  for (auto& [name, text] : *pairs) {
    if (members.contains(name))
      repeated.push_back({"?" + name, "repeated", "This parameter may stand once."});
    json::value typed(text);
    boost::mp11::mp_for_each<json::Members<T>>([&](auto d) {
      if (name == d.name)
        typed = query_value<std::remove_cvref_t<decltype(std::declval<T&>().*d.pointer)>>(text);
    });
    members[name] = std::move(typed);
  }
  auto decoded = json::decode<T>(json::value(std::move(members)));
  if (decoded && repeated.empty()) return decoded;
  std::vector<FieldError> fields = std::move(repeated);
  const Error wrong = decoded ? Error{} : decoded.error();  // error() answers a copy
  for (const auto& field : wrong.fields)
    fields.push_back(
        {field.pointer.empty() ? "?" : "?" + field.pointer.substr(1), field.code, field.message});
  return invalid(std::move(fields));
}

// {"name": {schema, required}} for each member, for the OpenAPI document.
template <class T>
json::object query_parameters(json::Schemas& schemas) {
  json::object parameters;
  boost::mp11::mp_for_each<json::Members<T>>([&](auto d) {
    using Member = std::remove_cvref_t<decltype(std::declval<T&>().*d.pointer)>;
    parameters.emplace(
        d.name, json::object{{"schema", schemas.of<Member>()}, {"required", !json::is_optional<Member>}});
  });
  return parameters;
}

}  // namespace circled::api
